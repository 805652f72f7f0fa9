"""CONTRIBUTING says how a format or a view of `check` is added; here it is done."""

import json

import pytest
from click.testing import CliRunner

from policy_engine.cli.check import check
from policy_engine.cli.chinese import OneOf
from policy_engine.reporting import render
from policy_engine.reporting.page import as_text

pytestmark = pytest.mark.usefixtures("spared")

CASES = "- {name: 甲, 采购事项: {含工程: true, 采购标的: 工程}}\n- {name: 乙, 采购事项: {含工成: true}}\n"


def as_lines(checked: render.Checked) -> str:
    return "\n".join(f"{e.input.index},{e.input.name},{e.input.status.value}" for e in checked.entries)


def with_format(name: str, write, monkeypatch) -> list[str]:
    monkeypatch.setattr(render, "FORMATS", {**render.FORMATS, name: write})
    monkeypatch.setattr("policy_engine.cli.checking.FORMATS", render.FORMATS)
    (option,) = [param for param in check.params if param.name == "format"]
    monkeypatch.setattr(option, "type", OneOf(render.FORMATS))
    from policy_engine.cli.app import app  # noqa: PLC0415

    return CliRunner().invoke(app, ["check", "-", "--format", name], input=CASES).stdout.splitlines()


def test_a_function_of_what_was_checked_and_a_line_in_the_table_are_a_format(monkeypatch) -> None:
    assert ["1,甲,decided", "2,乙,refused"] == with_format("lines", as_lines, monkeypatch)


def test_a_writer_of_pages_makes_a_format_that_lists_the_cases_first(monkeypatch) -> None:
    lines = with_format("plain", render.paged(as_text, "---\n"), monkeypatch)
    assert "2 件：1 件不得实施，1 件填报有误。" == lines[0]
    assert 2 == lines.count("---")


def test_decisions_alone_are_written_in_every_format() -> None:
    assert {"text", "markdown", "json"} == set(render.FORMATS)
    assert "[]" == render.render_decisions([], None, "official", "json").strip()  # type: ignore[arg-type]
    assert [] == json.loads(render.render_decisions([], None, "official", "json"))  # type: ignore[arg-type]
