"""`batch`: every row comes back in its place with what became of it, and the counts add up."""

import csv
import gc
import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from cli.contract import envelope_in
from policy_engine.cli.app import app
from policy_engine.ledger import running

HEAD = "项目名称,购买内容,项目金额(元),合同期限（年）,已列入目录,备注"
ROWS = (
    "机关物业,机关办公楼保洁,1865000,1年,√,=1+1",
    "外墙修缮,办公楼外墙修缮，含劳务派遣人员20名,300万元,1,否,-5",
    "",
    "培训,业务培训,十来万,1,是,@x",
    "又一物业,机关办公楼保洁,１９０００００,１２个月,是,",
    "合计,,5000000,,,",
)
DAY = ("--as-of", "2026-01-15", "--jurisdiction", "浙江省湖州市")


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("清单.csv").write_text("\n".join((HEAD, *ROWS)) + "\n", encoding="gb18030")


def run(*arguments: str):
    result = CliRunner().invoke(app, [*arguments])
    assert "Traceback" not in result.output
    assert "内部错误" not in result.output
    return result


def batch(output: str, *more: str):
    return run("batch", "清单.csv", "-o", output, *DAY, "--sample", "0", *more)


def table(path: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_rows_come_back_in_their_places_with_what_became_of_them() -> None:
    result = batch("结果.csv")
    assert 2 == result.exit_code
    assert (
        "6 行：3 行审查，1 行填报有误，没有审查，2 行空行、合计行或者示例行，不审。"
        == result.stdout.splitlines()[0]
    )
    found = table("结果.csv")
    assert ["机关物业", "外墙修缮", "", "培训", "又一物业", "合计"] == [row["项目名称"] for row in found]
    assert [True, True, False, False, True, False] == [bool(row["结论"]) for row in found]
    assert "`十来万`〔PE103〕" in found[3]["填报有误"]
    assert ["", "", "", "", ""] == [found[at]["填报有误"] for at in (0, 1, 2, 4, 5)]
    assert "劳务派遣 = 是" in found[1]["疑似"]
    assert not found[0]["疑似"]


def test_units_are_read_exactly_and_said_back() -> None:
    batch("结果.csv")
    first, second, *_, same, _ = table("结果.csv")
    assert "项目金额：“1865000元”读作 186.5万元" in first["读法"]
    assert "“300万元”读作 300万元" in second["读法"]
    assert "合同期限：“１２个月”读作 12个月" in same["读法"]


def test_the_verdict_of_a_row_is_that_of_check_and_of_explain() -> None:
    batch("结果.csv")
    for number in (2, 3, 6):
        row = table("结果.csv")[number - 2]
        opinion = run("batch", "清单.csv", "--explain", str(number), *DAY)
        again = run("check", "--row", "清单.csv", str(number), *DAY)
        assert opinion.stdout == again.stdout
        assert row["结论"] in opinion.stdout.splitlines()[0]
        assert row["项目名称"] in opinion.stdout
    bad = run("check", "--row", "清单.csv", "5")
    assert (2, "") == (bad.exit_code, bad.stdout)
    assert "清单.csv:5" in bad.stderr
    assert "没有第 99 行" in run("check", "--row", "清单.csv", "99").stderr


def test_a_list_collects_what_its_rows_leave() -> None:
    gc.disable()
    try:
        batch("结果.csv")
        assert gc.isenabled()
    finally:
        gc.enable()
        gc.unfreeze()


def test_both_engines_decide_a_sample_anew_and_say_so() -> None:
    result = run("batch", "清单.csv", "-o", "结果.csv", *DAY, "--sample", "6")
    assert "随机抽 3 行由双引擎重审，全部一致" in result.stdout


def test_a_row_that_was_decided_otherwise_is_told(monkeypatch) -> None:
    monkeypatch.setattr(running.Decider, "both", lambda self, line: "别的结论")
    result = run("batch", "清单.csv", "-o", "结果.csv", *DAY, "--sample", "6")
    assert 4 == result.exit_code
    assert "第 2、3、5、6 行不一致" in result.stdout


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_no_cell_becomes_a_formula(suffix) -> None:
    batch("结果" + suffix)
    if suffix == ".csv":
        notes = [row["备注"] for row in table("结果.csv")]
        assert ["'=1+1", "-5", "", "'@x", "", ""] == notes
        return
    sheet = openpyxl.load_workbook("结果.xlsx")["清单"]
    assert ["=1+1", "-5"] == [sheet.cell(row, 6).value for row in (2, 3)]
    assert "s" == sheet.cell(2, 6).data_type


def test_a_workbook_has_the_rows_their_grounds_and_totals_that_add_up() -> None:
    batch("结果.xlsx")
    book = openpyxl.load_workbook("结果.xlsx")
    assert ["清单", "依据", "汇总"] == book.sheetnames
    rows = list(book["清单"].iter_rows(values_only=True))
    assert (7, "A2", "A1:L7") == (len(rows), book["清单"].freeze_panes, book["清单"].auto_filter.ref)
    totals = {row[0]: row[2] for row in book["汇总"].iter_rows(values_only=True) if row[0] and not row[1]}
    counted = sum(
        totals.get(label, 0) for label in ("不得实施", "须整改", "需补充核实", "可以实施", "填报有误")
    )
    assert (6, 4) == (totals["合计"], counted)
    assert 1 == len(book["汇总"]._charts)


def test_what_is_written_is_read_again() -> None:
    batch("结果.xlsx")
    assert 2 == run("batch", "结果.xlsx", "--sheet", "清单", "-o", "再.csv", *DAY, "--sample", "0").exit_code
    assert [row["结论"] for row in table("再.csv")] == [row["审查结论"] for row in table("再.csv")]


def test_json_lines_go_in_and_out() -> None:
    Path("a.jsonl").write_text('{"事项名称":"甲","项目金额_万元":12.5}\n{"事项名称"\n', encoding="utf-8")
    result = run("batch", "a.jsonl", "-o", "b.jsonl", "--sample", "0", "--subject", "采购事项")
    assert 2 == result.exit_code
    first, second = map(json.loads, Path("b.jsonl").read_text(encoding="utf-8").splitlines())
    assert (1, "12.5", "") == (first["行"], first["项目金额_万元"], first["填报有误"])
    assert (2, "") == (second["行"], second["结论"])
    assert "不是完整的 JSON" in second["填报有误"]


def test_an_interrupt_leaves_no_output_and_the_next_run_goes_on(monkeypatch) -> None:
    decide, tried = running.Decider.row, []

    def stopping(self, line):
        if line.number == 5:
            raise KeyboardInterrupt
        return decide(self, line)

    def counting(self, line):
        tried.append(line.number)
        return decide(self, line)

    Path("结果.csv").write_text("旧的", encoding="utf-8")
    monkeypatch.setattr(running.Decider, "row", stopping)
    stopped = batch("结果.csv")
    assert (130, "旧的") == (stopped.exit_code, Path("结果.csv").read_text(encoding="utf-8"))
    assert "审了 3 行" in stopped.stderr
    assert {"清单.csv", "结果.csv", ".结果.csv.未完成"} == {p.name for p in Path().iterdir()}
    # The last line may be torn.
    with Path(".结果.csv.未完成").open("ab") as file:
        file.write(b'["row",5,')
    monkeypatch.setattr(running.Decider, "row", counting)
    resumed = batch("结果.csv")
    assert [5, 6, 7] == tried
    assert "前 3 行上次已经审过" in resumed.stdout
    whole = Path("结果.csv").read_bytes()
    assert {"清单.csv", "结果.csv"} == {p.name for p in Path().iterdir()}
    batch("结果.csv")
    assert whole == Path("结果.csv").read_bytes()


def test_another_input_goes_on_with_nothing(monkeypatch) -> None:
    Path(".结果.csv.未完成").write_text(
        '["policy-engine-ledger/1","other"]\n["row",2,"","decided",null,"","",""]\n'
    )
    assert "上次" not in batch("结果.csv").stdout
    assert "机关物业" == table("结果.csv")[0]["项目名称"]


def test_a_full_disk_leaves_nothing(monkeypatch) -> None:
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(running.Counts, "add", full)
    result = batch("结果.csv")
    assert 0 != result.exit_code
    assert not Path("结果.csv").exists()


def test_bad_usage_says_what_to_write() -> None:
    assert "写 -o 输出文件" in run("batch", "清单.csv").stderr
    assert "写不了" in run("batch", "清单.csv", "-o", "a.pdf").stderr
    assert "不能写到它上面" in run("batch", "清单.csv", "-o", "清单.csv").stderr
    assert "没有列“日子”" in run("batch", "清单.csv", "-o", "a.csv", "--as-of", "日子").stderr
    assert "写案件文件，或者 --row" in run("check").stderr


def test_a_mapping_is_saved_and_read() -> None:
    Path("清单.csv").write_text("事项总额(元),购买内容,已列入目录\n5000,保洁,是\n", encoding="utf-8")
    assert 0 == run("batch", "清单.csv", "--save-map", "对照.yaml").exit_code
    text = Path("对照.yaml").read_text(encoding="utf-8")
    assert '"事项总额(元)": "不用"' in text
    Path("对照.yaml").write_text(text.replace('"不用"', "项目金额（元）"), encoding="utf-8")
    batch("结果.csv", "--map", "对照.yaml")
    assert "读作 0.5万元" in table("结果.csv")[0]["读法"]
    Path("对照.yaml").write_text("甲: 没有的字段\n", encoding="utf-8")
    assert "没有字段 `没有的字段`" in batch("结果.csv", "--map", "对照.yaml").stderr


def test_the_summary_is_data_too() -> None:
    found = envelope_in(batch("结果.csv", "--format", "json").stdout)
    (one,) = found["results"]
    assert (6, 3, 1, 2) == (one["rows"], one["decided"], one["refused"], one["unjudged"])
    assert 3 == sum(one["verdicts"].values())
