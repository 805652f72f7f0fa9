"""The checkout may lie in a folder with spaces and a Chinese name, and run under any locale."""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Path:
    """Lay out what set-up makes: an environment with an editable install, and the sources beside it."""
    root = tmp_path_factory.mktemp("中文 目录")
    (root / "src").mkdir()
    (root / "src" / "policy_engine.py").write_text("WORKS = True\n", encoding="utf-8")
    (root / "scripts").mkdir()
    (root / "scripts" / "link.py").write_bytes((ROOT / "scripts" / "link.py").read_bytes())
    venv.create(root / ".venv", symlinks=True, with_pip=False)
    (packages,) = (root / ".venv" / "lib").glob("*/site-packages")
    (packages / "_policy_engine.pth").write_text(f"{root / 'src'}\n", encoding="utf-8")
    return root


def imports(checkout: Path, **environment: str) -> bool:
    python = checkout / ".venv" / "bin" / "python"
    found = subprocess.run(
        [python, "-c", "import policy_engine"],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        check=False,
    )
    return found.returncode == 0


LOCALES = ({"LC_ALL": "C"}, {"LC_ALL": "POSIX"}, {"LC_ALL": "C.UTF-8"}, {"LANG": "zh_CN.GB18030"}, {})


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="from 3.13 Python reads such paths itself")
def test_a_path_written_as_text_is_not_found_under_every_locale(checkout) -> None:
    assert not all(imports(checkout, **locale) for locale in LOCALES)


def test_the_sources_are_found_under_every_locale(checkout) -> None:
    link = [sys.executable, checkout / "scripts" / "link.py", checkout / ".venv"]
    subprocess.run(link, env={**os.environ, "LC_ALL": "C"}, check=True)
    assert [] == [locale for locale in LOCALES if not imports(checkout, **locale)]
