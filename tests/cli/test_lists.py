"""`check -o 表.xlsx`: the lists that offices keep, read back by another program."""

import shutil
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from cli.contract import ROOT
from policy_engine.cli.app import app

EXAMPLES = ROOT / "examples"
pytestmark = pytest.mark.usefixtures("spared")
HEAD = "as_of: 2012-06-01\njurisdiction: 河南省安阳市龙安区\n"


def run(*arguments):
    return CliRunner().invoke(app, ["check", *map(str, arguments)])


def sheets(path: Path) -> dict[str, list[dict]]:
    """Give the rows of each sheet under its heads, up to the notes."""
    found = {}
    for sheet in openpyxl.load_workbook(path):
        _, head, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        found[sheet.title] = [dict(zip(head, row, strict=True)) for row in rows if str(row[0]).isdigit()]
    return found


def test_a_contract_is_listed_element_by_element(tmp_path) -> None:
    assert 1 == run(EXAMPLES / "contract-property.yaml", "-o", tmp_path / "表.xlsx").exit_code
    rows = sheets(tmp_path / "表.xlsx")["服务合同要素核对表"]
    told = {(row["合同"], row["核对内容"]): row for row in rows}
    assert "写明" == told["保洁服务合同", "写明违约责任"]["结果"]
    assert "没有写明" == told["绿化养护合同", "写明违约责任"]["结果"]
    assert "第二十三条" in told["绿化养护合同", "写明违约责任"]["依据"]
    transfer = "承接主体不得将服务项目转包"
    assert "没有这种情形" == told["保洁服务合同", transfer]["结果"]
    assert "不符合" == told["绿化养护合同", transfer]["结果"]
    assert [str(at) for at in range(1, len(rows) + 1)] == [row["序号"] for row in rows]


@pytest.mark.parametrize(
    ("facts", "needed", "sent", "gap"),
    [
        ("行业: 工业, 从业人员: 420, 营业收入_万元: 6000, 高危: false, 专家人数: 2", "3", "2名", "1"),
        ("行业: 工业, 从业人员: 420, 营业收入_万元: 6000, 高危: false, 专家人数: 3", "3", "3名", "0"),
        ("行业: 工业, 从业人员: 420, 营业收入_万元: 6000, 高危: false", "3", "待核实", "待核实"),
        ("专家人数: 2", "待核实", "2名", "待核实"),
    ],
)
def test_an_inspection_is_listed_with_what_it_needs(facts, needed, sent, gap, tmp_path) -> None:
    case = tmp_path / "派员.yaml"
    case.write_text(f"name: 甲厂\n{HEAD}派员: {{{facts}}}\n", "utf-8")
    run(case, "-o", tmp_path / "表.xlsx")
    (row,) = sheets(tmp_path / "表.xlsx")["隐患排查派员核对表"]
    assert ("甲厂", needed, sent, gap) == (row["企业"], row["应派"], row["实派"], row["差额"])


def test_where_no_rule_asks_for_experts_the_list_says_so(tmp_path) -> None:
    case = tmp_path / "派员.yaml"
    case.write_text(
        "as_of: 2026-06-01\njurisdiction: 北京市\n派员: {行业: 工业, 从业人员: 420, 营业收入_万元: 6000, 高危: false, 专家人数: 2}\n",
        "utf-8",
    )
    run(case, "-o", tmp_path / "表.xlsx")
    (row,) = sheets(tmp_path / "表.xlsx")["隐患排查派员核对表"]
    assert ("没有规定", "0") == (row["应派"], row["差额"])


def test_key_objects_are_listed_with_the_categories_that_were_hit(tmp_path) -> None:
    assert 0 == run(EXAMPLES / "enterprise-mine.yaml", "-o", tmp_path / "表.xlsx").exit_code
    (row,) = sheets(tmp_path / "表.xlsx")["重点对象名录"]
    assert ("露天石灰石矿山", "企业", "浙江省湖州市长兴县") == (row["名称"], row["类型"], row["地区"])
    assert "第（一）项" in row["命中类别"]
    assert "第（三）项" not in row["命中类别"]
    assert "湖政办发〔2016〕49号" in row["依据"]
    assert "行业 = 矿山" in row["依据的事实"]


def test_a_case_that_was_refused_is_counted_under_the_list(tmp_path) -> None:
    bad = tmp_path / "坏.yaml"
    bad.write_text("企业: {没有这一项: 1}\n", "utf-8")
    found = run(EXAMPLES / "enterprise-mine.yaml", bad, "-o", tmp_path / "表.xlsx")
    assert (2, True) == (found.exit_code, "PE501" in found.stderr)
    (sheet,) = openpyxl.load_workbook(tmp_path / "表.xlsx")
    assert "另有1件填报有误，没有列入。" in [row[0].value for row in sheet.iter_rows()]


def test_what_has_no_list_is_said_and_nothing_is_written(tmp_path) -> None:
    found = run(EXAMPLES / "purchase-wall-repair.yaml", "-o", tmp_path / "表.xlsx")
    assert (2, False) == (found.exit_code, (tmp_path / "表.xlsx").exists())
    assert "没有可以列表的案件" in found.stderr
    assert (
        2 == run(EXAMPLES / "enterprise-mine.yaml", "-o", tmp_path / "表.xlsx", "--format", "json").exit_code
    )
    assert 2 == run(EXAMPLES / "enterprise-mine.yaml", "-o", tmp_path / "表.xlsx", "--reasons").exit_code


def test_no_text_of_a_case_becomes_a_formula(tmp_path) -> None:
    case = tmp_path / "案件.yaml"
    shutil.copy(EXAMPLES / "enterprise-mine.yaml", case)
    case.write_text(case.read_text("utf-8").replace("name: 露天石灰石矿山", 'name: "=1+1"'), "utf-8")
    run(case, "-o", tmp_path / "表.xlsx")
    (sheet,) = openpyxl.load_workbook(tmp_path / "表.xlsx")
    assert ("=1+1", "s", True) == (sheet["B3"].value, sheet["B3"].data_type, sheet["B3"].quotePrefix)
