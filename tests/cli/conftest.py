"""Let tests import the toy rule base, however pytest is started; let commands load the shipped one once."""

import sys
from pathlib import Path

import pytest

TESTS = str(Path(__file__).parents[1])
if TESTS not in sys.path:
    sys.path.insert(0, TESTS)


@pytest.fixture(autouse=True)
def commands_load_once(spared) -> None:
    pass
