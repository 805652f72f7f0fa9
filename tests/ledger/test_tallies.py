"""`batch` looks for what only the whole list shows, and says what it could not look for."""

import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from cli.contract import envelope_in
from policy_engine.cli.app import app

HEAD = "项目名称,购买主体名称,采购品目,采购日期,采购方式,项目金额（万元）,公开招标数额标准（元）"
ROWS = (
    "印刷一,甲局,印刷服务,2026-01-10,询价,80,2000000",
    "印刷二,甲 局,印刷服务,2026年2月10日,询价,800000元,2000000",
    "印刷三,甲局,印刷服务,2026-03-10,询价,40,2000000",
    "保洁一,乙局,物业管理服务,某日,询价,150,2000000",
    "保洁二,乙局,物业管理服务,2026-03-10,询价,90,2000000",
    "会议,,会议服务,2026-03-10,询价,90,2000000",
    "合计,,,,,999,",
)
SPLIT = "疑似拆分采购（九十天内）"


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("清单.csv").write_text("\n".join((HEAD, *ROWS)) + "\n", encoding="utf-8")


def batch(output: str, *more: str, given: str = "清单.csv"):
    arguments = ["batch", given, "-o", output, "--as-of", "2026-06-01", "--sample", "0", *more]
    result = CliRunner().invoke(app, arguments)
    assert "Traceback" not in result.output
    return result


def test_rows_that_make_a_split_together_are_named_on_the_terminal() -> None:
    told = batch("结果.csv").stdout
    assert (
        "查出：甲局、印刷服务：2026-01-10 至 2026-03-10，合计 200 万元，达到 200 万元（第 2、3、4 行）"
        in told
    )
    assert "可能：乙局、物业管理服务：2026-03-10，合计 90 至 240 万元" in told
    assert "另有第 5 行可能也算" in told
    assert "1 行说不清“采购人”，没有归组（第 7 行）" in told
    assert "汇总时“采购日期”读不懂的按没有填：第 5 行" in told
    assert "没有算“疑似化整为零（一个年度）”：清单没有“预算项目”这一列" in told
    assert "没有读的列" not in told


def test_the_third_sheet_has_them_too() -> None:
    batch("结果.xlsx")
    rows = list(openpyxl.load_workbook("结果.xlsx")["汇总"].iter_rows(values_only=True))
    at = next(at for at, row in enumerate(rows) if row[0] == SPLIT)
    assert ("查明", "采购人", "品目名称", "起止", "数额", "界限", "行") == rows[at + 1][:7]
    assert ("查出", "甲局", "印刷服务") == rows[at + 2][:3]
    assert "第 2、3、4 行" == rows[at + 2][6]
    assert ("可能", "乙局") == rows[at + 3][:2]
    assert "第 6 行；可能还有第 5 行" == rows[at + 3][6]


def test_the_third_sheet_has_room_for_them() -> None:
    batch("结果.xlsx")
    sheet = openpyxl.load_workbook("结果.xlsx")["汇总"]
    (title,) = (row[0] for row in sheet.iter_rows() if row[0].value == SPLIT)
    # A title runs on beyond its cell; what stands in the columns of a table has the width it needs.
    assert not title.alignment.wrap_text
    columns = sheet.column_dimensions.values()
    widths = {at: one.width for one in columns for at in range(one.min, one.max + 1)}
    assert all(widths[at] >= 20 for at in range(3, 9))


def test_data_name_rows_and_states() -> None:
    result = batch("结果.csv", "--format", "json")
    told = envelope_in(result.stdout)["results"][0]["aggregates"]
    assert json.loads(result.stdout)
    (split,) = (one for one in told if one["title"] == SPLIT)
    assert [("found", [2, 3, 4], []), ("possible", [6], [5])] == [
        (group["state"], group["rows"], group["may_also_count"]) for group in split["groups"]
    ]
    (amounts,) = (one for one in told if one["id"] == "amounts-by-verdict")
    assert all(group["measured"].startswith("合计 ") for group in amounts["groups"])


def test_a_mapping_names_the_columns_that_aggregates_read() -> None:
    text = Path("清单.csv").read_text(encoding="utf-8").replace("购买主体名称", "单位")
    Path("另.csv").write_text(text, encoding="utf-8")
    assert f"没有算“{SPLIT}”：清单没有“采购人”这一列" in batch("结果.csv", given="另.csv").stdout


def test_numbers_of_a_json_list_count_as_they_are() -> None:
    lines = [
        {"事项名称": "甲", "采购人": "甲局", "品目名称": "印刷服务", "采购日期": day, "采购方式": "询价",
         "项目金额_万元": 120, "公开招标数额标准_万元": 200}
        for day in ("2026-01-10", "2026-02-10")
    ]  # fmt: skip
    Path("清单.jsonl").write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    told = batch("结果.csv", given="清单.jsonl").stdout
    assert "查出：甲局、印刷服务：2026-01-10 至 2026-02-10，合计 240 万元" in told


def test_amounts_say_which_rows_were_not_judged() -> None:
    Path("清单.csv").write_text(
        "事项名称,项目金额_万元,合同签订日\n甲,180,2026-02-01\n乙,,2026-13-40\n", encoding="utf-8"
    )
    told = batch("结果.csv").stdout
    assert "需补充核实、尚无依据：合计 180 万元" in told
    assert "没有审查、尚无依据：" in told
