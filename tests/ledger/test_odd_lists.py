"""Lists as strangers bring them: nothing is read as what it isn't, and a bad row loses itself alone."""

import csv
import json
import re
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import xlsxwriter
from click.testing import CliRunner

from honesty.desk import compiled
from policy_engine.cli.app import app
from policy_engine.ledger.running import Asked, open_ledger
from policy_engine.loading.spellings import day_text

DAY = ("--as-of", "2026-01-15")


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str):
    result = CliRunner().invoke(app, [*arguments])
    assert "Traceback" not in result.output
    assert "内部错误" not in result.output
    return result


def batch(*arguments: str):
    return run("batch", *arguments, *DAY, "--sample", "0")


def rows_of(path: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_number_is_read_with_the_unit_that_its_format_shows() -> None:
    head = ["事项名称", "项目金额（万元）", "合同期限（月）"]
    with xlsxwriter.Workbook("a.xlsx") as book:
        years, yuan, sign = (
            book.add_format({"num_format": code}) for code in ('0"年"', '0"元"', "[$¥-804]0")
        )
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, head)
        sheet.write_row(1, 0, ["文字", "980000元", "8年"])
        sheet.write(2, 0, "格式")
        sheet.write_number(2, 1, 980000, yuan)
        sheet.write_number(2, 2, 8, years)
        sheet.write(3, 0, "货币")
        sheet.write_number(3, 1, 9800, sign)
    assert 2 == batch("a.xlsx", "-o", "o.csv").exit_code
    text, shown, money = rows_of("o.csv")
    for name in ("结论", "依据", "读法"):
        assert text[name] == shown[name]
    assert "8年”读作 96个月" in shown["读法"]
    assert not money["结论"]
    assert "看不出是元还是万元" in money["填报有误"]


HALF = '{"事项名称":"癸\\ud800","购买主体类型":"国家机关"%s}\n'
GOOD = '{"事项名称":"好","购买主体类型":"国家机关"}\n'


@pytest.mark.parametrize("output", ["o.jsonl", "o.xlsx", "o.csv", "o.parquet"])
@pytest.mark.parametrize("more", ["", ',"备\\udfff注":["x\\udfff"]'])
def test_half_a_character_loses_its_own_row_alone(output, more) -> None:
    Path("a.jsonl").write_text(GOOD + HALF % more + GOOD, encoding="utf-8")
    result = batch("a.jsonl", "-o", output)
    assert (2, "3 行：2 行审查，1 行填报有误，没有审查。") == (
        result.exit_code,
        result.stdout.splitlines()[0],
    )
    assert [output, "a.jsonl"] == sorted((str(one) for one in Path().iterdir()), key=str)[::-1]
    if output == "o.jsonl":
        written = [json.loads(line) for line in Path(output).read_text(encoding="utf-8").splitlines()]
        assert ["好", "癸\ud800", "好"] == [one["事项名称"] for one in written]
        assert [False, True, False] == [bool(one["填报有误"]) for one in written]


@pytest.mark.parametrize("output", ["o.jsonl", "o.parquet"])
def test_columns_of_the_input_keep_their_names_and_cells(output) -> None:
    Path("a.csv").write_text(
        "事项名称,购买主体类型,行,结论,,第5列,行\n甲,国家机关,三,旧,x,y,四\n", encoding="utf-8"
    )
    assert 3 == batch("a.csv", "-o", output).exit_code
    (row,) = objects_of(output)
    assert ["三", "旧", "x", "y", "四"] == [
        row[name] for name in ("行", "结论", "第5列", "第5列（第6列）", "行（第7列）")
    ]
    assert (2, "需补充核实") == (row["审查行"], row["审查结论"])


@pytest.mark.parametrize("output", ["jsonl", "parquet"])
def test_what_was_written_is_run_again_and_loses_nothing(output) -> None:
    Path("a.csv").write_text("事项名称,购买主体类型\n甲,国家机关\n", encoding="utf-8")
    for before, after in (("a.csv", "b"), (f"b.{output}", "c"), (f"c.{output}", "d")):
        assert 3 == batch(before, "-o", f"{after}.{output}").exit_code
    first, third = objects_of(f"b.{output}")[0], objects_of(f"d.{output}")[0]
    assert {name: str(value) for name, value in first.items()}.items() <= {
        name: str(value) for name, value in third.items()
    }.items()
    assert ("1", 1, "需补充核实") == (third["审查行"], third["审查行2"], third["审查结论2"])


def objects_of(path: str) -> list[dict[str, object]]:
    if path.endswith(".parquet"):
        return pq.read_table(path).to_pylist()
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]


LISTED = """事项名称,购买主体名称,品目名称,采购日期,采购方式,项目金额（万元）,公开招标数额标准
甲,甲局,印刷服务,2026-01-10,询价,120,{0}
乙,甲局,印刷服务,2026-01-12,询价,120,{0}
"""


@pytest.mark.parametrize(
    ("cell", "exit_code", "decided", "is_found"),
    [("200", 3, 2, False), ("200万元", 3, 2, True), ("未达到", 3, 2, False), ("未达", 2, 0, False)],
)
def test_a_head_that_the_summary_asks_for_is_no_old_name_of_a_field(
    cell, exit_code, decided, is_found
) -> None:
    """As an old name it is still read where an old answer stands, and refused where neither does."""
    Path("a.csv").write_text(LISTED.format(cell), encoding="utf-8")
    result = batch("a.csv", "-o", "o.csv")
    assert (exit_code, decided) == (result.exit_code, sum(bool(row["结论"]) for row in rows_of("o.csv")))
    assert is_found is ("界限没有填" not in result.stdout)
    assert (cell != "200万元") is ("没有写单位的，表头写成“公开招标数额标准（万元）”" in result.stdout)
    alone = run("check", "--row", "a.csv", "2", *DAY)
    assert exit_code == alone.exit_code


def test_the_heads_that_are_asked_for_are_read_as_they_are_asked_for() -> None:
    rows = LISTED.format("").splitlines()
    Path("a.csv").write_text("\n".join(row.rpartition(",")[0] for row in rows) + "\n", encoding="utf-8")
    told = batch("a.csv", "-o", "o.csv").stdout
    (asked,) = re.findall("没有算“疑似拆分采购（九十天内）”：清单没有“(.*)”这一列", told)
    Path("b.csv").write_text(LISTED.format("200").replace("公开招标数额标准", asked), encoding="utf-8")
    found = batch("b.csv", "-o", "o.csv")
    assert 3 == found.exit_code
    assert "甲局、印刷服务：2026-01-10 至 2026-01-12，合计 240 万元" in found.stdout
    assert "界限没有填" not in found.stdout


TWO = "事项名称,购买主体类型\n甲,国家机关\n"


@pytest.mark.parametrize("output", ["o.txt", "o.html", "o"])
def test_the_opinion_on_a_row_goes_where_it_is_sent(output) -> None:
    Path("a.csv").write_text(TWO, encoding="utf-8")
    assert 3 == run("batch", "a.csv", "--explain", "2", "-o", output, *DAY).exit_code
    run("check", "--row", "a.csv", "2", "-o", f"2{output}", *DAY)
    assert Path(output).read_bytes() == Path(f"2{output}").read_bytes() != b""


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--explain", "2", "-o", "o.csv"], "不写成 .csv"),
        (["--explain", "2", "--save-map", "m.yaml"], "--explain"),
        (["-o", "o.csv", "--save-map", "m.yaml"], "-o"),
    ],
)
def test_an_output_that_would_not_be_written_is_refused(more, told) -> None:
    Path("a.csv").write_text(TWO, encoding="utf-8")
    result = run("batch", "a.csv", *more)
    assert 2 == result.exit_code
    assert told in result.stderr
    assert [Path("a.csv")] == list(Path().iterdir())


@pytest.mark.parametrize("rows", ["", "\n\n", "合计,\n", "【示例】甲,国家机关\n"])
@pytest.mark.parametrize("format_", ["text", "json"])
def test_a_list_of_which_nothing_was_judged_is_no_success(rows, format_) -> None:
    Path("a.csv").write_text("事项名称,购买主体类型\n" + rows, encoding="utf-8")
    result = batch("a.csv", "-o", "o.csv", "--format", format_)
    assert 2 == result.exit_code
    if format_ == "text":
        assert "错误[PE533]: 没有一行审查" in result.stderr
    else:
        found = json.loads(result.stdout)
        assert (2, ["PE533"]) == (found["exit"], [one["code"] for one in found["diagnostics"]])


def test_plain_numbers_of_a_workbook_that_counts_from_1904_are_its_days() -> None:
    days = {}
    for is_1904 in (False, True):
        with xlsxwriter.Workbook("a.xlsx", {"date_1904": is_1904}) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, ["事项名称", "合同签订日", "基准日", "采购时间"])
            sheet.write_row(1, 0, ["甲", "2025-03-02", "2026-01-15", "2026-03-02"])
            for at, form in ((2, {"num_format": "yyyy/m/d"}), (3, {})):
                sheet.write(at, 0, "乙")
                for column, day in enumerate((date(2025, 3, 2), date(2026, 1, 15), date(2026, 3, 2)), 1):
                    counted = day - (date(1904, 1, 1) if is_1904 else date(1899, 12, 30))
                    sheet.write_number(at, column, counted.days, book.add_format(form))
        days[is_1904] = cases_of("a.xlsx")
    assert days[False] == days[True]
    assert 1 == len(set(days[True]))


def cases_of(path: str) -> list[tuple[object, ...]]:
    """Read what the rows of a list say of their days, each by itself and for the whole list."""
    opened = open_ledger(Asked(path=Path(path), today=0), compiled())
    found = []
    for line in opened.lines():
        case = opened.reading.case(line)
        (signed,) = (fact.value for name, fact in case.subjects["采购事项"].items() if name == "合同签订日")
        text = opened.reading.day(line, 3)
        found.append((case.as_of, signed, opened.tallies._as_of(line), day_text(text)))
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("more", [(), ("--encoding",)])
def test_a_byte_that_is_none_loses_its_own_row_alone(encoding, more) -> None:
    rows = "事项名称,购买主体类型\n甲,国家机关\n乙|,国家机关\n丙,国家机关\n"
    Path("a.csv").write_bytes(rows.encode(encoding).replace(b"|", b"\xff"))
    result = batch("a.csv", "-o", "o.csv", *more, *([encoding] if more else []))
    assert (2, "3 行：2 行审查，1 行填报有误，没有审查。") == (
        result.exit_code,
        result.stdout.splitlines()[0],
    )
    found = rows_of("o.csv")
    assert ["甲", "乙\\xff", "丙"] == [row["事项名称"] for row in found]
    assert f"第 1 格里有不是 {encoding.upper()} 的字节" in found[1]["填报有误"]


@pytest.mark.parametrize(
    ("name", "content", "more", "told"),
    [
        ("a.csv", TWO, ["--jurisdiction", "火星"], "没有地区 `火星`，也没有这一列"),
        ("a.csv", TWO, ["--sheet", "甲"], "不是 Excel 工作簿，没有工作表“甲”"),
        ("a.jsonl", '[{"事项名称":"甲"}]', [], "JSON 数组"),
        ("a.json", ' [\n {"事项名称":"甲"}]', [], "JSON 数组"),
        ("a.csv", TWO, ["--sample", "x"], "选项 --sample：`x` 应为 0 到 10000 的整数"),
        ("a.csv", TWO, ["--jobs", "0"], "选项 --jobs：`0` 应为 1 到 60 的整数"),
        ("a.csv", TWO, ["--explain", "-1"], "选项 --explain：`-1` 应为 1 以上的整数"),
        ("a.csv", TWO, ["--explain", "9" * 9999], "应为 1 以上的整数"),
    ],
)
def test_what_is_wrong_with_the_whole_is_told_once(name, content, more, told) -> None:
    Path(name).write_text(content, encoding="utf-8")
    result = run("batch", name, "-o", "o.txt" if "--explain" in more else "o.csv", *more)
    assert 2 == result.exit_code
    assert 1 == result.stderr.count(told)
    assert not Path("o.csv").exists()


def test_a_list_is_told_of_yes_and_no() -> None:
    Path("a.csv").write_text("事项名称,已列入目录\n甲,是否\n", encoding="utf-8")
    batch("a.csv", "-o", "o.csv")
    told = rows_of("o.csv")[0]["填报有误"]
    assert "“是”或者“否”" in told
    assert "true" not in told


def test_heads_that_nobody_knows_are_saved_with_what_they_may_mean() -> None:
    Path("a.csv").write_text("各单位清单\n事项名称,购买单位,入目录\n甲,国家机关,是\n", encoding="utf-8")
    assert 0 == run("batch", "a.csv", "--subject", "采购事项", "--save-map", "m.yaml").exit_code
    text = Path("m.yaml").read_text(encoding="utf-8")
    assert '"入目录": "不用"  # 是否为 `已列入目录`？' in text
    Path("m.yaml").write_text(text.replace('"入目录": "不用"', '"入目录": 已列入目录'), encoding="utf-8")
    result = batch("a.csv", "--subject", "采购事项", "--map", "m.yaml", "-o", "o.csv")
    assert 3 == result.exit_code, result.stderr
    assert "已列入目录" not in rows_of("o.csv")[0]["需补充"]


@pytest.mark.parametrize(("head", "is_told"), [("项目金额（元）", True), ("项目金额（万元）", False)])
def test_a_column_that_is_finer_than_its_field_is_told_how_to_be_put(head, is_told) -> None:
    rows = "".join(f"甲,{amount}\n" for amount in ("987654.32", "987654", "1234567.80"))
    Path("a.csv").write_text(f"事项名称,{head}\n{rows}", encoding="utf-8")
    told = batch("a.csv", "-o", "o.csv").stdout
    assert int(is_told) == told.count("元数不是 100 的整数倍的那一行不审")
