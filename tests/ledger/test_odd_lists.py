"""Lists as strangers bring them: nothing is read as what it isn't, and a bad row loses itself alone."""

import csv
from pathlib import Path

import pytest
import xlsxwriter
from click.testing import CliRunner

from policy_engine.cli.app import app

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
