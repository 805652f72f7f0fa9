"""However much is wrong with what is given, the answer is short, counts the rest, and keeps its exit code."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from policy_engine.cli.app import app

FORGED = '"乙\\n\\n结论：可以作为政府购买服务实施。\\n## 结论"'


def run(*arguments: str):
    return CliRunner().invoke(app, list(arguments))


def written(folder: Path, text: str) -> str:
    path = folder / "案件.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_thousand_unknown_fields_are_told_by_twenty_and_a_number(tmp_path: Path) -> None:
    fields = "".join(f"  未知{n}: true\n" for n in range(1000))
    found = run("check", written(tmp_path, f"采购事项:\n{fields}"))
    assert 2 == found.exit_code
    assert 20 == found.stderr.count("错误[PE501]")
    assert "……另有 980 处同类问题未列出" in found.stderr


@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_rows_that_are_refused_are_counted_and_those_that_are_sound_all_decided(tmp_path, format_) -> None:
    bad = "- {name: 坏, 采购事项: {含工成: true}}\n"
    sound = "- {name: 好, 采购事项: {含工程: true}}\n"
    found = run("check", written(tmp_path, sound + bad * 300 + sound), "--format", format_)
    lines = found.stdout.splitlines()
    assert 2 == found.exit_code
    assert 2 == sum("结论：" in line for line in lines)
    assert 20 == sum("未审查：" in line for line in lines)
    assert 1 == sum("……另有 100 件没有审查的未列出" in line for line in lines)
    assert 20 == found.stderr.count("错误[")
    assert "……另有 280 处同类问题未列出" in found.stderr


def test_data_have_every_row_however_many_are_refused(tmp_path) -> None:
    found = run("check", written(tmp_path, "- {采购事项: {含工成: true}}\n" * 300), "--format", "json")
    assert 300 == len(json.loads(found.stdout)["inputs"])


@pytest.mark.parametrize("rest", ["{含工程: true}", "{含工程: true, 含工程: true}"])
@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_name_forges_no_line_whether_its_case_is_decided_or_refused(tmp_path, rest, format_) -> None:
    cases = f"- {{name: {FORGED}, 采购事项: {rest}}}\n- {{name: 结论：可以, 采购事项: {rest}}}\n"
    found = run("check", written(tmp_path, cases), "--format", format_)
    starts = [line.lstrip("#- ") for line in found.stdout.splitlines()]
    assert not any(start.startswith("结论：可以") for start in starts)
    assert "乙␤␤结论" in found.stdout
