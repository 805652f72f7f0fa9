"""Blank lists: what they make, `batch` reads; a row that is filled in comes to what the same facts come to in `check`."""

import csv
import json
import re
import sys
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

import as_shipped
from policy_engine.cli.app import app
from policy_engine.ledger.blank import blank_columns
from policy_engine.ledger.given import EXAMPLE
from policy_engine.ledger.heads import HEADS, Heads, find_heading
from policy_engine.ledger.opening import open_table
from policy_engine.model.decisions import Verdict
from policy_engine.model.vocabulary import FieldType, Role
from policy_engine.reporting.words import verdict_label

SUBJECTS = as_shipped.rule_set().vocabulary.subjects
FORMS = [(name, is_whole) for name in SUBJECTS for is_whole in (False, True)]


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str):
    result = CliRunner().invoke(app, [*arguments])
    assert "Traceback" not in result.output
    assert "内部错误" not in result.output
    return result


def made(subject: str, *more: str) -> Path:
    result = run("template", subject, "-o", "表.xlsx", *more)
    assert 0 == result.exit_code, result.output
    return Path("表.xlsx")


def fill(path: Path, **cells: object) -> None:
    """Fill in the row below the example, as an office program does."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    heads = {cell.value: cell.column for cell in sheet[1]}
    for head, value in cells.items():
        sheet.cell(3, heads[head], value)
    book.save(path)


def rows() -> list[dict[str, str]]:
    with Path("结果.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def checks(sheet) -> dict[int, object]:
    return {next(iter(one.sqref.ranges)).min_col: one for one in sheet.data_validations.dataValidation}


@pytest.mark.every(4)
@pytest.mark.parametrize(("name", "is_whole"), FORMS)
def test_batch_understands_every_head_and_which_subject_it_is(name, is_whole) -> None:
    path = made(name, *(["--all"] if is_whole else []))
    subject = SUBJECTS[name]
    table = open_table(path, knows=lambda _: 0)
    heading = find_heading("表.xlsx", table.lines(), Heads.of(subject))
    columns = blank_columns(subject, everything=is_whole)
    assert (1, ()) == (heading.line, heading.remarks)
    assert [(c.head, c.key, "", False) for c in columns] == [
        (c.head, c.key, c.unit, c.is_unclear) for c in heading.columns
    ]
    result = run("batch", "表.xlsx", "-o", "结果.csv", "--sample", "0", "--format", "json")
    (told,) = json.loads(result.stdout)["results"]
    assert (name, 1, 1) == (told["subject"], told["rows"], told["unjudged"])


@pytest.mark.parametrize("name", SUBJECTS)
def test_the_whole_form_has_every_field_that_people_fill_in(name) -> None:
    subject = SUBJECTS[name]
    asked = {f.name for f in subject.fields.values() if f.role is not Role.DERIVED and not any(i.part for i in f.implied)}  # fmt: skip
    assert asked == {c.key for c in blank_columns(subject, everything=True) if c.field}
    short = {c.key for c in blank_columns(subject, everything=False) if c.field}
    assert short in ({n for n in asked if subject.fields[n].first}, asked)
    assert any(subject.fields[n].role is not Role.NOTE for n in short)


@pytest.mark.every(4)
@pytest.mark.parametrize(("name", "is_whole"), FORMS)
def test_drop_downs_are_the_vocabulary(name, is_whole) -> None:
    book = openpyxl.load_workbook(made(name, *(["--all"] if is_whole else [])))
    sheet = book.worksheets[0]
    found = checks(sheet)
    for column, cell in zip(blank_columns(SUBJECTS[name], everything=is_whole), sheet[1], strict=True):
        check = found.get(cell.column)
        if column.type is FieldType.TEXT:
            assert check is None
        elif column.type in (FieldType.NUMBER, FieldType.DATE):
            assert ("custom", True) == (check.type, check.showErrorMessage)
            assert column.head in check.error
        else:
            told = ("是", "否") if column.type is FieldType.BOOLEAN else column.choices
            assert list(told) == offered(book, check.formula1)
            if column.field and column.type is not FieldType.BOOLEAN:
                assert column.field.choices == told
            # Several of a list, and the code or name of an item, may be written: no drop-down can check that.
            is_open = column.type is FieldType.LIST or (column.field and column.field.items)
            assert bool(is_open) != check.showErrorMessage
        assert column.fill in cell.comment.text
        assert column.question in cell.comment.text


def offered(book, formula: str) -> list[str]:
    if formula.startswith('"'):
        return formula.strip('"').split(",")
    sheet, area = formula.lstrip("=").split("!")
    assert "hidden" == book[sheet.strip("'")].sheet_state
    return [row[0].value for row in book[sheet.strip("'")][area.replace("$", "")]]


FILLED = [
    (
        "采购事项",
        {"名称": "外墙修缮", "购买内容": "办公楼外墙修缮", "已列入目录": "否", "项目金额（万元）": 12.5, "合同期限（月）": 12},
        "采购事项: {购买内容: 办公楼外墙修缮, 已列入目录: 否, 项目金额_万元: 12.5, 合同期限_月: 12}",
    ),
    (
        "联席会议",
        {"会议名称": "联席会议", "已建立制度": "是", "开会月份": "1月、2月", "统计年份": 2025},
        "联席会议: {会议名称: 联席会议, 已建立制度: true, 开会月份: [1月, 2月], 统计年份: 2025}",
    ),
    (
        "服务合同",
        {"合同名称": "保洁合同", "书面合同": "否", "阶段": "履约", "申报声明人": "张三"},
        "phase: 履约\ndeclaration: {no_other_circumstances: true, by: 张三}\n服务合同: {合同名称: 保洁合同, 书面合同: false}",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("subject", "cells", "facts"), FILLED, ids=[one[0] for one in FILLED])
def test_a_filled_row_comes_to_what_check_says_of_the_same_facts(subject, cells, facts) -> None:
    fill(made(subject), **cells, 基准日="2026-01-15", 地区="浙江省湖州市")
    batch = run("batch", "表.xlsx", "-o", "结果.csv", "--sample", "5")
    example, row = rows()
    assert ("", "") == (example["结论"], example["填报有误"])
    name = next(iter(cells.values()))
    case = f"name: {name}\nas_of: 2026-01-15\njurisdiction: 浙江省湖州市\n{facts}\n"
    Path("案件.yaml").write_text(case, encoding="utf-8")
    check = run("check", "案件.yaml", "--format", "json")
    (told,) = json.loads(check.stdout)["results"]
    assert (check.exit_code, "") == (batch.exit_code, row["填报有误"])
    assert verdict_label(Verdict[told["verdict"]]) == row["结论"]


@pytest.mark.every(4)
@pytest.mark.parametrize("name", SUBJECTS)
def test_the_example_of_every_subject_taken_as_a_row_comes_to_what_check_says(name) -> None:
    path = made(name)
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["A2"] = "甲"
    book.save(path)
    batch = run("batch", "表.xlsx", "--subject", name, "-o", "结果.csv", "--sample", "0")
    (row,) = rows()
    facts, head = {}, {"name": "甲"}
    for column in blank_columns(SUBJECTS[name], everything=False):
        told = "甲" if column.sample.startswith(EXAMPLE) else column.sample
        value = told.split("、") if column.type is FieldType.LIST else told
        if column.key == "declaration":
            value = {"no_other_circumstances": True, "by": told}
        (facts if column.field else head)[column.key] = value
    Path("案件.yaml").write_text(json.dumps({**head, name: facts}, ensure_ascii=False), encoding="utf-8")
    check = run("check", "案件.yaml", "--format", "json")
    found = json.loads(check.stdout)["results"]
    assert (check.exit_code, bool(found)) == (batch.exit_code, not row["填报有误"])
    for told in found:
        if SUBJECTS[name].gives_findings:
            assert told["headline"] == f"结论：{row['结论']}。"
        elif told.get("verdict"):
            assert verdict_label(Verdict[told["verdict"]]) == row["结论"]


def test_an_example_is_skipped_only_while_it_is_marked() -> None:
    path = made("采购事项")
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert sheet["A2"].value.startswith(EXAMPLE)
    result = run("batch", "表.xlsx", "-o", "结果.csv", "--sample", "0")
    assert "1 行：1 行空行、合计行或者示例行，不审。" == result.stdout.splitlines()[0]
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["A2"] = "机关保洁"
    book.save(path)
    run("batch", "表.xlsx", "-o", "结果.csv", "--sample", "0")
    assert rows()[0]["结论"]


@pytest.mark.every(4)
@pytest.mark.parametrize("name", SUBJECTS)
def test_the_second_sheet_explains_every_column(name) -> None:
    book = openpyxl.load_workbook(made(name, "--all"))
    assert [name, "填写说明"] == [s.title for s in book.worksheets if s.sheet_state == "visible"]
    assert "B2" == book[name].freeze_panes
    lines = {row[1]: row for row in book["填写说明"].iter_rows(values_only=True) if row[1]}
    for column in blank_columns(SUBJECTS[name], everything=True):
        told = lines[column.head]
        assert [column.group, column.question, column.help, column.fill, column.supplier] == [
            told[0] or "",
            told[2] or "",
            told[3] or "",
            told[4] or "",
            told[5] or "",
        ]


def test_checks_of_numbers_and_days_hold_the_bounds_of_the_field() -> None:
    sheet = openpyxl.load_workbook(made("采购事项", "--all")).worksheets[0]
    found = {sheet.cell(1, at).value: (at, one.formula1) for at, one in checks(sheet).items()}
    at, money = found["项目金额（万元）"]
    cell = re.escape(f"{openpyxl.utils.get_column_letter(at)}2")
    assert re.fullmatch(
        rf"AND\(ISNUMBER\({cell}\),ROUND\({cell},2\)={cell},{cell}<=99999999,{cell}>=0\)", money
    )
    events = [f.title for f in SUBJECTS["采购事项"].fields.values() if f.type is FieldType.DATE and f.role is Role.EVENT]  # fmt: skip
    assert events
    assert all("未发生" in found[title][1] for title in events)
    assert "未发生" not in found["基准日"][1]


def test_an_unknown_subject_gets_the_nearest_and_nothing_is_written() -> None:
    result = run("template", "采购事情", "-o", "表.xlsx")
    assert 2 == result.exit_code
    assert "没有主题 `采购事情`；是否为 `采购事项`？" in result.stderr
    assert not Path("表.xlsx").exists()


def test_what_is_there_is_replaced_only_when_that_is_said() -> None:
    Path("表.xlsx").write_bytes(b"own")
    result = run("template", "企业", "-o", "表.xlsx")
    assert (2, b"own") == (result.exit_code, Path("表.xlsx").read_bytes())
    assert "--force" in result.stderr
    made("企业", "--force")
    first = Path("表.xlsx").read_bytes()
    assert first == made("企业", "--force").read_bytes()


@pytest.mark.parametrize("arguments", [("企业",), ("企业", "-o", "表.csv")])
def test_only_a_workbook_is_written(arguments) -> None:
    result = run("template", *arguments)
    assert 2 == result.exit_code
    assert ".xlsx" in result.stderr


def test_heads_of_a_case_are_known_words() -> None:
    columns = blank_columns(SUBJECTS["采购事项"], everything=False)
    assert list(HEADS) == [c.key for c in columns if c.field is None]


def test_without_the_part_it_says_what_to_install(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    told = run("template", "企业", "-o", "表.xlsx")
    assert 2 == told.exit_code
    assert 'pip install "policy-engine[ledger]"' in told.stderr
    assert not Path("表.xlsx").exists()
