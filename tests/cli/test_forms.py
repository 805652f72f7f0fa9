"""Blank forms, and what is told of empty ones."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import as_shipped
from policy_engine.cli.app import app
from policy_engine.usecases import shipped_rules


def run(*arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(app, arguments, input=given)


@pytest.mark.parametrize("command", ["new", "schema"])
def test_without_a_subject_each_is_listed_in_one_line(command: str) -> None:
    found = run(command)
    lines = found.stdout.splitlines()
    assert (0, list(SUBJECTS)) == (found.exit_code, [line.split()[0] for line in lines])
    assert {2} == {len(line.split(maxsplit=1)) for line in lines}


def test_what_is_bought_is_no_subject_and_no_neighbour_is_suggested() -> None:
    found = run("new", "物业")
    assert 2 == found.exit_code
    assert "是否为" not in found.stderr
    assert "采购事项" in found.stderr


SUBJECTS = as_shipped.rule_set().vocabulary.subjects


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_form_begins_with_what_an_ordinary_case_needs(subject: str) -> None:
    short, whole = (run("new", subject, *more).stdout for more in ((), ("--all",)))
    fields = SUBJECTS[subject].fields
    asked = {name for name, field in fields.items() if field.first}
    written = {line.split(":")[0].strip() for line in short.splitlines() if line.startswith("  ")} & set(
        fields
    )
    assert written == (asked or written)
    assert len(short.splitlines()) <= 60
    assert len(short.splitlines()) < len(whole.splitlines()) or not asked
    groups = list(SUBJECTS[subject].groups)
    headings = [line for line in whole.splitlines() if line.startswith("  # ————")]
    assert groups == [heading.split(" ")[4].split("：")[0] for heading in headings]


def test_the_short_form_says_where_the_rest_is() -> None:
    shown = run("new", "采购事项").stdout
    assert "用工 " in shown
    assert "policy-engine new 采购事项 --all" in shown


def test_a_brief_table_has_a_line_a_field_in_the_order_of_the_form() -> None:
    head, *lines = run("schema", "采购事项", "--brief").stdout.splitlines()
    fields = SUBJECTS["采购事项"].fields
    assert ["分组", "字段", "类型", "说明"] == head.split()
    rows = [line.split() for line in lines[:-1]]
    assert list(fields) == [row[1] if row[0] in SUBJECTS["采购事项"].groups else row[0] for row in rows]
    assert list(SUBJECTS["采购事项"].groups) == [
        row[0] for row in rows if row[0] in SUBJECTS["采购事项"].groups
    ]
    assert {"是非", "选一", "文字", "日期"} <= {word for row in rows for word in row}


@pytest.mark.parametrize(
    ("subject", "field", "said"),
    [
        ("采购事项", "持执法证", "实施检查行为的人员是否都持有行政执法证件"),
        ("采购事项", "做法仍执行", "当地早年的做法现在是否仍执行"),
        ("企业", "区域类别及于区内企业", "县区是否把区域内的每家企业都作为第（五）项重点对象"),
    ],
)
def test_a_line_of_the_brief_table_is_a_whole_sentence(subject: str, field: str, said: str) -> None:
    (line,) = (one for one in run("schema", subject, "--brief").stdout.splitlines() if f"{field} " in one)
    assert said == line.split()[-1]


@pytest.mark.parametrize("arguments", [["new", "区域"], ["cost", "--new"]], ids=" ".join)
def test_a_blank_form_names_no_folder_of_its_maker(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    elsewhere = run(*arguments).stdout
    monkeypatch.chdir(shipped_rules().schemas.parent)
    beneath = run(*arguments).stdout
    assert "$schema" not in elsewhere
    assert "$schema=schemas/" in beneath.splitlines()[0]
    assert "file:" not in beneath


@pytest.mark.parametrize(("text", "code"), [("{}", 2), ("比较说明: 甲", 2), ("服务费_万元: 1", 3)])
def test_a_comparison_of_nothing_is_no_success(text: str, code: int) -> None:
    assert code == run("cost", "-", given=text).exit_code


def test_a_contract_has_at_least_one_month() -> None:
    found = run("check", "-", given="采购事项: {合同期限_月: 0}")
    assert 2 == found.exit_code
    assert "填 1 到 600" in found.stderr


@pytest.mark.parametrize(
    ("day", "code"), [("2026年3月2日", 3), ("2026/3/2", 3), ("3/2/2026", 2), ("2026-13-01", 2)]
)
def test_the_day_of_an_option_is_read_like_one_in_a_case(day: str, code: int) -> None:
    found = run("check", "-", "--as-of", day, given="采购事项: {已列入预算: 是}")
    assert code == found.exit_code
    assert ("2026年3月2日" in found.stdout) is (code == 3)


def test_a_comparison_is_a_page_of_lines_with_what_was_read_in_it() -> None:
    found = run("cost", "-", given="服务费_万元: 98万\n设备费_万元: 600000元")
    assert "␤" not in found.stdout
    lines = found.stdout.splitlines()
    assert "购买服务比自行承担每年多支出 38.00万元" in lines[0]
    assert {"  服务费：“98万”读作 98万元", "  设备费：“600000元”读作 60万元"} <= set(lines)
