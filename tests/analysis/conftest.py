"""Let tests import the oracle, the toy vocabulary and the strategies, however pytest is started."""

import sys
from pathlib import Path

TESTS = str(Path(__file__).parents[1])
if TESTS not in sys.path:
    sys.path.insert(0, TESTS)
