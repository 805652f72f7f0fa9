"""Every diagnostic code is registered, has a page, and is exercised by a test."""

import re
from pathlib import Path

import pytest

from policy_engine.foundation.codes import CODES

ROOT = Path(__file__).parents[2]
REGISTER = ROOT / "src" / "policy_engine" / "foundation" / "codes.py"
PAGES = ROOT / "docs" / "diagnostics"
CODE = re.compile(r"\bPE[0-9]{3}\b")
SECTIONS = ["## 是什么", "## 为什么", "## 避免", "## 提倡"]


def codes_in(paths) -> set[str]:
    return {code for path in paths for code in CODE.findall(path.read_text("utf-8"))}


USED = codes_in(path for path in (ROOT / "src").rglob("*.py") if path != REGISTER)
TESTED = codes_in(
    p for kind in ("*.py", "*.txt") for p in (ROOT / "tests").rglob(kind) if p != Path(__file__)
)


def test_every_code_in_use_is_registered_and_no_other() -> None:
    assert CODES.keys() == USED


def test_slugs_and_titles_are_told_apart() -> None:
    assert len({code.slug for code in CODES.values()}) == len(CODES)
    assert len({code.title for code in CODES.values()}) == len(CODES)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code.slug) for code in CODES.values())


def test_every_page_belongs_to_a_code() -> None:
    assert {path.stem for path in PAGES.glob("*.md")} == CODES.keys()


@pytest.mark.parametrize("code", CODES)
def test_code_has_a_whole_page(code: str) -> None:
    lines = (PAGES / f"{code}.md").read_text("utf-8").splitlines()
    assert lines[0] == f"# {code} {CODES[code].title}（{CODES[code].slug}）"
    assert SECTIONS == [line for line in lines if line.startswith("## ")]


def test_every_code_is_exercised() -> None:
    assert set() == USED - TESTED
