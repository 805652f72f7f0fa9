"""`check -o`: the name of the file asks for an opinion on paper; what can't stand on one is refused, not left out."""

import shutil
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner

from policy_engine.cli.app import app

ROOT = Path(__file__).parents[2]
CASE = str(ROOT / "examples/purchase-property-service.yaml")
SEVERAL = str(ROOT / "examples/stage-2012-and-2026.yaml")


def run(*arguments):
    return CliRunner().invoke(app, ["check", *map(str, arguments)])


def test_the_ending_makes_a_word_file(tmp_path) -> None:
    found = run(CASE, "-o", tmp_path / "意见.docx")
    assert (0, "") == (found.exit_code, found.output)
    text = "".join(p.text for p in docx.Document(tmp_path / "意见.docx").paragraphs)
    assert "经审核，可以作为政府购买服务实施。" in text


def test_a_page_with_a_format_stays_that_format(tmp_path) -> None:
    assert 0 == run(CASE, "-o", tmp_path / "a.html").exit_code
    assert 0 == run(CASE, "-o", tmp_path / "b.html", "--format", "markdown").exit_code
    assert "审核意见" in (tmp_path / "a.html").read_text("utf-8")
    assert (tmp_path / "a.html").read_text("utf-8") != (tmp_path / "b.html").read_text("utf-8")


@pytest.mark.parametrize(
    "more", [("--format", "markdown"), ("--what-if",), ("--reasons",), ("--view", "auditor"), (SEVERAL,)]
)
def test_what_a_paper_has_no_place_for_is_refused(tmp_path, more) -> None:
    found = run(CASE, "-o", tmp_path / "意见.docx", *more)
    assert 2 == found.exit_code
    assert [] == list(tmp_path.iterdir())


def test_a_case_that_is_refused_leaves_the_file_as_it_was(tmp_path) -> None:
    bad, out = tmp_path / "bad.yaml", tmp_path / "意见.docx"
    bad.write_text("采购事项:\n  没有这一项: 是\n", "utf-8")
    shutil.copy(CASE, out)
    found = run(bad, "-o", out)
    assert 2 == found.exit_code
    assert "PE" in found.output
    assert (ROOT / "examples/purchase-property-service.yaml").read_bytes() == out.read_bytes()
