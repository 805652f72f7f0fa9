"""What is kept of the same rules is the same, byte for byte, whatever order the sets of a process have."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from effort import IS_FULL
from policy_engine.usecases.sources import shipped_rules

PACK = """
import hashlib, sys
from pathlib import Path
from policy_engine.usecases.kept.shipping import pack_rules
print(hashlib.sha256(pack_rules(Path(sys.argv[1]))).hexdigest())
"""


def packed(folder: Path, seed: int) -> str:
    return subprocess.run(
        [sys.executable, "-c", PACK, str(folder)],
        env=os.environ | {"PYTHONHASHSEED": str(seed)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout


@pytest.mark.skipif(not IS_FULL, reason="compiles all shipped rules twice")
def test_the_shipped_rules_are_packed_alike() -> None:
    folder = shipped_rules().rules.parent
    assert packed(folder, 1) == packed(folder, 2)
