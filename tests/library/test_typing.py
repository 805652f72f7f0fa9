"""The types reach whoever installs the package: mypy --strict passes a sound consumer and catches an unsound one."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CACHE = Path(__file__).parents[2] / ".mypy_cache" / "consumers"
ERROR = re.compile(r"(\w+)\.py:(\d+): error: .*\[([a-z-]+)\]")


@pytest.mark.broad
def test_a_strict_type_checker_tells_sound_use_from_misuse(tmp_path: Path) -> None:
    for name in ("consumer.py", "misuse.py"):
        (tmp_path / name).write_text((HERE / name).read_text("utf-8"), encoding="utf-8")
    # From a folder of its own, so that nothing but the installed package is found.
    found = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", f"--cache-dir={CACHE}", "consumer.py", "misuse.py"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        text=True,
    )
    expected = [
        ("misuse", str(number), line.partition("# wrong: ")[2])
        for number, line in enumerate((HERE / "misuse.py").read_text("utf-8").splitlines(), start=1)
        if "# wrong: " in line
    ]
    assert expected == ERROR.findall(found.stdout), found.stdout + found.stderr
