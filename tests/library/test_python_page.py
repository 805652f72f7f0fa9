"""The page for programmers: every block of Python runs, one after the other, and prints what it shows."""

import doctest
import re
from pathlib import Path

import pytest

import policy_engine

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "python.md").read_text("utf-8")
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks_of(page: str) -> list[doctest.DocTest]:
    found = []
    for match in BLOCK.finditer(page):
        line = page.count("\n", 0, match.start(1))
        found.append(doctest.DocTestParser().get_doctest(match[1], {}, f"line {line + 1}", "python.md", line))
    return found


def run(page: str) -> list[str]:
    """Run all blocks in one go, as a reader does, and tell what is printed otherwise than shown."""
    told: list[str] = []
    names: dict[str, object] = {}
    for block in blocks_of(page):
        block.globs = names
        runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS)
        runner.run(block, out=told.append, clear_globs=False)
        names = block.globs
    return told


def test_every_block_shows_what_it_prints() -> None:
    assert all(block.examples for block in blocks_of(PAGE))
    assert len(blocks_of(PAGE)) > 5


def test_every_block_prints_what_it_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert [] == run(PAGE)


def test_a_block_that_prints_something_else_is_told() -> None:
    told = "".join(run("```python\n>>> 1 + 1\n3\n\n```\n"))
    assert "Expected:\n    3\nGot:\n    2\n" in told


def test_the_table_of_names_is_whole() -> None:
    names = re.findall(r"^\| `(\w+)", PAGE.partition("## 全部名字")[2], re.MULTILINE)
    assert policy_engine.__all__ == sorted(names)


@pytest.mark.parametrize("page", ["README.md", "docs/guide/使用手册.md"])
def test_readers_are_led_to_the_page(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    links = re.findall(r"\]\(([^)]*python\.md)\)", text)
    assert links
    assert all(((ROOT / page).parent / link).resolve() == ROOT / "docs" / "python.md" for link in links)


def test_the_program_in_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (shown,) = BLOCK.findall((ROOT / "README.md").read_text("utf-8"))
    exec(compile(shown, "README.md", "exec"), {})
    assert capsys.readouterr().out.startswith("结论：")
