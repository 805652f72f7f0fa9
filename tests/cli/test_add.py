"""What is added to a rule base leaves it loading, formatted and tested, and says what is still to fill in; what would not load is not written."""

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from policy_engine.cli.app import app

DOCUMENT = "document city-2027-1 --force 规范性文件 --area 杭州市 --from 2027-01-01"


def run(command: str):
    return CliRunner().invoke(app, shlex.split(command), prog_name="policy-engine")


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def add(*commands: str) -> None:
    for command in commands:
        result = run(f"add {command}")
        assert 0 == result.exit_code, (command, result.output)


@pytest.fixture(autouse=True)
def base(tmp_path, monkeypatch):
    """A new rule base in the current folder."""
    monkeypatch.chdir(tmp_path)
    assert 0 == run("init").exit_code
    return tmp_path


@pytest.mark.parametrize(
    ("before", "command", "marks"),
    [
        ((), DOCUMENT, 6),
        ((), "subject 补助 grant", 3),
        ((), "field 事项 公示过", 3),
        ((), "field 事项 公示方式 --type choice --choices 网站,公告栏", 3),
        ((), "field 事项 说明 --type text", 1),
        ((), "rule my-2026-1 art-9 --subject 事项 --field 已列入预算", 6),
        ((), "rule my-2026-1 art-9 --subject 事项 --field 已列入预算 --kind recommend --no", 6),
        ((), "rule my-2026-1 art-9 --subject 事项 --field 已列入预算 --kind prohibit --object 实施 --no", 6),
        ((DOCUMENT,), "rule city-2027-1 art-1 --subject 事项 --field 已列入预算 --cite 第一条", 5),
        ((), "parameter 人数下限 3 --unit 人 --document my-2026-1 --from 2026-01-01", 1),
        ((), "term my.public 事项 已列入预算 true --word 列入年度预算 --word '预算, 已批'", 6),
    ],
)
def test_what_is_added_loads_passes_its_examples_and_says_what_is_to_fill_in(base, before, command, marks):
    add(*before)
    told = run("validate").output.count("PE628")
    add(command)
    found = run("validate")
    assert 0 == found.exit_code, found.output
    assert told + marks == found.output.count("PE628")
    assert 0 == (tried := run("test")).exit_code, tried.output
    assert 0 == (formatted := run("fmt --check")).exit_code, formatted.output
    assert "改了 0 个" in run("schema --write").output


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("document my-2026-1 --force 法律", "已经有文件"),
        ("document ../x --force 法律", "不合写法"),
        ("document new-1 --force 规范文件", "规范性文件"),
        ("document new-1 --force 法律 --area 某某市", "某某市"),
        ("subject 事项 other", "已经有主题"),
        ("subject ../事项 other", "不合写法"),
        ("subject 补助 matter", "schemas/matter.schema.json"),
        ("subject as_of other", "as_of"),
        ("field 事项 名称", "已经有主题 事项 的字段"),
        ("field 事项甲 名称", "事项"),
        ("field 事项 公示方式 --type choice", "--choices"),
        ("field 事项 公示过 --choices 甲,乙", "没有选项"),
        ("rule my-2026-1 art-3 --subject 事项 --field 已列入预算", "已经有规则"),
        ("rule my-2026-1 art-9 --subject 事项 --field 期限_月", "已列入预算"),
        ("rule my-2026-1 art-9 --subject 事项 --field 已列入预算 --kind prohibit --object 施实", "实施"),
        ("rule my-2026-1 art-9 --subject 事项 --field 已列入预算 --kind prohibit", "--object"),
        ("parameter 期限上限 3 --unit 人 --document my-2026-1 --from 2026-01-01", "重复"),
        ("parameter 新的 三 --unit 人 --document my-2026-1 --from 2026-01-01", "不是数"),
        ("term my.unbudgeted 事项 已列入预算 true --word 甲乙丙", "my.unbudgeted"),
        ("term my.new 事项 已列入预算 也许 --word 甲乙丙", "也许"),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_written(base, command, told):
    before = contents(base)
    result = run(f"add {command}")
    assert 2 == result.exit_code, result.output
    assert told in result.output
    assert before == contents(base)


def test_nothing_is_added_to_a_rule_base_that_does_not_load(base):
    law = base / "rules" / "local" / "my-2026-1" / "law.yaml"
    law.write_text(law.read_text("utf-8").replace("prohibit:", "prohibbit:"), "utf-8")
    before = contents(base)
    assert 2 == run("add field 事项 公示过").exit_code
    assert before == contents(base)


def test_nothing_is_added_to_the_shipped_rules_unasked(tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    assert 2 == run("add field 采购事项 公示过").exit_code


def test_a_scaffold_rule_decides_as_it_says(base):
    add("rule my-2026-1 art-9 --subject 事项 --field 已列入预算 --kind prohibit --object 实施")
    case = base / "cases" / "example.yaml"
    assert 1 == run(f"check {case}").exit_code


def test_a_blank_case_is_still_made_by_new(base):
    result = run("new 事项")
    assert 0 == result.exit_code
    assert "事项:" in result.output


def test_what_cannot_be_added_has_its_code_and_its_mending():
    told = run("add parameter 新的 十 --unit 人 --document my-2026-1 --from 2026-01-01").output
    assert "[PE018]: `十` 不是数" in told
    assert "修改: " in told
