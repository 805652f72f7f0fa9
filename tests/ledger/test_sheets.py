"""Workbooks: what a cell holds is told as it is, errors and blanks apart."""

import zipfile
from datetime import UTC, date, datetime

import openpyxl
import pytest
import xlsxwriter

from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.ledger import sheets
from policy_engine.ledger.sheets import open_sheet


def written(path, fill, **options):
    with xlsxwriter.Workbook(str(path), {"remove_timezone": True, **options}) as book:
        fill(book)
    return path


def lines(path, sheet=None):
    return list(open_sheet(path, sheet).lines())


def refused(path, sheet=None) -> str:
    with pytest.raises(DiagnosticsError) as caught:
        lines(path, sheet)
    (one,) = caught.value.diagnostics
    assert "PE531" == one.code
    return one.message


def test_cells_are_told_as_they_were_typed(tmp_path) -> None:
    def fill(book) -> None:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": 'yyyy"年"m"月"d"日"'})
        sheet.write_row(0, 0, ["名称", 186.5, 1865000, 0.1 + 0.2, True, "  两边 "])
        sheet.write_datetime(1, 0, date(2026, 3, 2), day)
        sheet.write_datetime(1, 1, datetime(2026, 3, 2, 9, 30, tzinfo=UTC), day)
        sheet.write_number(1, 2, 0.295, book.add_format({"num_format": "0.0%"}))
        sheet.write_number(1, 3, 330501199001011234)

    first, second = lines(written(tmp_path / "a.xlsx", fill))
    assert ("名称", "186.5", "1865000", "0.3", "是", "两边") == first.cells
    assert {1, 2, 3} == first.numbers
    assert ("2026-03-02", "2026-03-02 09:30:00", "29.5%") == second.cells[:3]
    assert not first.trouble


def test_the_1904_calendar_is_its_own(tmp_path) -> None:
    def fill(book) -> None:
        book.add_worksheet().write_datetime(0, 0, date(2026, 3, 2), book.add_format({"num_format": 14}))

    (line,) = lines(written(tmp_path / "a.xlsx", fill, date_1904=True))
    assert ("2026-03-02",) == line.cells


def test_errors_and_formulas_without_a_value_are_no_blanks(tmp_path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["名称", "=1/0", "=A1"])
    book.active["D1"] = "#N/A"
    book.save(tmp_path / "a.xlsx")
    (line,) = lines(tmp_path / "a.xlsx")
    assert {1: True, 2: True, 3: False} == {at: "公式" in why for at, why in line.trouble.items()}
    assert line.trouble[3] == "单元格是错误值 #N/A"


def test_a_number_shown_as_another_is_not_believed(tmp_path) -> None:
    def fill(book) -> None:
        book.add_worksheet().write_number(0, 0, 1865000, book.add_format({"num_format": "#,##0.0,"}))

    (line,) = lines(written(tmp_path / "a.xlsx", fill))
    assert "1865000" in line.trouble[0]


def test_what_a_merged_cell_covers_is_not_blank(tmp_path) -> None:
    def fill(book) -> None:
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, ["甲", "乙", "丙"])
        sheet.merge_range(0, 1, 1, 1, "国家机关")

    first, second, third = lines(written(tmp_path / "a.xlsx", fill))
    assert not first.trouble
    assert [1] == list(second.trouble)
    assert not third.trouble


def test_rows_that_are_left_out_keep_the_count_and_trailing_ones_do_not(tmp_path) -> None:
    def fill(book) -> None:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "名称")
        sheet.write(4, 0, "甲")
        sheet.write_blank(900_000, 0, None, book.add_format({"bold": True}))

    found = lines(written(tmp_path / "a.xlsx", fill))
    assert [1, 2, 3, 4, 5] == [line.number for line in found]
    assert [False, True, True, True, False] == [line.is_blank for line in found]


def test_of_several_sheets_one_is_named(tmp_path) -> None:
    def fill(book) -> None:
        for name in ("一", "二", "藏"):
            sheet = book.add_worksheet(name)
            sheet.write(0, 0, name)
        sheet.hide()

    path = written(tmp_path / "a.xlsx", fill)
    assert "2 个工作表：一、二" in refused(path)
    assert "没有工作表" in refused(path, "三")
    assert ("藏",) == lines(path, "藏")[0].cells
    assert "没有读：二、藏" in open_sheet(path, "一").remarks[0]


def test_locked_old_and_damaged_workbooks_say_so(tmp_path) -> None:
    start = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    (tmp_path / "a.xlsx").write_bytes(start + "EncryptedPackage".encode("utf-16-le"))
    (tmp_path / "b.xls").write_bytes(start + "Workbook".encode("utf-16-le"))
    assert "加了密码" in refused(tmp_path / "a.xlsx")
    assert "旧格式" in refused(tmp_path / "b.xls")
    whole = written(tmp_path / "c.xlsx", lambda book: book.add_worksheet().write(0, 0, "甲")).read_bytes()
    for cut in (10, len(whole) // 2, len(whole) - 30):
        (tmp_path / "d.xlsx").write_bytes(whole[:cut])
        assert "损坏" in refused(tmp_path / "d.xlsx")


def changed(path, part: str, data: bytes):
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in {**parts, part: data}.items():
            packed.writestr(name, content)
    return path


def test_what_unpacks_beyond_measure_is_refused(tmp_path, monkeypatch) -> None:
    path = written(tmp_path / "a.xlsx", lambda book: book.add_worksheet().write(0, 0, "甲"))
    rows = b"<row><c><v>1</v></c></row>" * 100_000
    changed(path, "xl/worksheets/sheet1.xml", b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>")
    monkeypatch.setattr(sheets, "_ALWAYS_READ", 1000)
    monkeypatch.setattr(sheets, "_TIGHTEST", 50)
    assert "大得不正常" in refused(path)


def test_entities_are_refused(tmp_path) -> None:
    path = written(tmp_path / "a.xlsx", lambda book: book.add_worksheet().write(0, 0, "甲"))
    changed(path, "xl/sharedStrings.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><sst><si><t>&b;</t></si></sst>')
    assert "文档类型定义" in refused(path)
