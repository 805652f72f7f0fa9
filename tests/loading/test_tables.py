"""Tables come as office programs save them: every row is an entry or is told, and no name is lost."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.catalogue import load_catalogue
from policy_engine.loading.files import SourceText, decode
from policy_engine.loading.problems import Problems
from policy_engine.loading.tables import read_rows
from policy_engine.model.areas import Areas

HEAD = "一级目录,二级目录,三级目录\n"
NAMES = st.text(alphabet=st.sampled_from('甲乙丙丁服务安全 "\n,;\t（）AB'), max_size=6)
WORDS = st.sampled_from(["", "甲", "乙", "丙服务"])


def listed(text: str, path: str = "目录.csv") -> list[tuple[str, str, tuple[str, ...]]]:
    found = load_catalogue(SourceText(path, text), Areas({}, {}))
    return [(entry.first, entry.second, entry.third) for entry in found.entries]


def told(text: str) -> list[tuple[int, str]]:
    with pytest.raises(DiagnosticsError) as raised:
        listed(text)
    return [(found.span.line + 1, found.message) for found in raised.value.diagnostics]


@given(st.lists(st.lists(NAMES, min_size=2, max_size=4), min_size=1, max_size=5))
def test_what_a_program_wrote_is_read_back(rows):
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows(rows)
    problems = Problems()
    found = read_rows(written.getvalue(), "a.csv", ",", problems)
    assert [[cell.strip() for cell in row] for row in rows] == [list(row.cells) for row in found]
    assert [] == problems.found


@given(st.lists(st.tuples(WORDS, WORDS, WORDS, st.sampled_from(["", "", "多"])), min_size=1, max_size=7))
def test_every_row_is_an_entry_or_is_told(rows):
    text = HEAD + "".join(",".join(row) + "\n" for row in rows)
    written = {n for n, row in enumerate(rows, start=2) if any(row)}
    try:
        found = listed(text)
    except DiagnosticsError as error:
        refused = [d.span.line + 1 for d in error.diagnostics]
        assert set(refused) <= written | {1}
        assert len(set(refused)) == len(refused)
        return
    names = {name for first, second, third in found for name in (first, second, *third)}
    assert {cell for row in rows for cell in row[:3] if cell} == names


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "公共服务,公共安全服务,隐患排查\n,,安全宣传\n",
        HEAD + "公共服务,公共安全服务,隐患排查\n公共服务,,安全宣传\n",
        HEAD + "公共服务,,\n,公共安全服务,隐患排查\n,,安全宣传\n",
        HEAD.replace(",", "\t") + "公共服务\t公共安全服务\t隐患排查\n\t\t安全宣传\n",
        HEAD.replace(",", ";") + "公共服务;公共安全服务;隐患排查\n;;安全宣传\n",
        "某市指导性目录,,,\n2026年版,,,\n序号,一级 目录,二级目录名称,三级\n目录\n".replace(
            "三级\n目录", '"三级\n目录"'
        )
        + "1,公共服务,公共安全服务,隐患排查\n2,,,安全宣传\n3,,,\n注：以公布的为准,,,\n",
        HEAD + '公共服务,"公共安全\n服务",隐患排查\n公共 服务,公共安全 服务,安全宣传\n' + HEAD,
        "类别,二级目录（必填）,一级目录*,三级目录[名称],备注\n甲,公共安全服务,公共服务,隐患排查,旧\n,,,安全宣传,新\n",
        HEAD.replace("\n", "\r\n") + "公共服务,公共安全服务,隐患排查\r\n,,安全宣传\r\n",
    ],
)
def test_tables_as_they_are_published_are_read(text):
    assert [("公共服务", "公共安全服务", ("隐患排查", "安全宣传"))] == listed(text)


def test_unicode_text_of_office_programs_is_read():
    text = HEAD.replace(",", "\t") + "公共服务\t公共安全服务\t隐患排查\n"
    assert 1 == len(listed(decode(text.encode("utf-16"), "目录.txt").text, "目录.txt"))


@pytest.mark.parametrize("path", ["目录", "目录.xls", "目录.TXT", "目录.2026"])
def test_a_table_is_known_by_its_head_whatever_it_is_called(path):
    assert 1 == len(listed(HEAD + "公共服务,公共安全服务,隐患排查\n", path))


@pytest.mark.parametrize("path", ["中央本级", "目录", "目录.yaml", "目录.2026"])
def test_a_file_of_entries_is_known_without_a_name(path):
    assert [("", "物业", ())] == listed("catalogue: {title: 甲}\nentries: [{second: 物业}]\n", path)


@pytest.mark.parametrize(
    ("rows", "line", "words"),
    [
        ('甲,乙,"丙\n甲,丁,戊\n', 2, "引号没有配对"),
        ('甲,"乙"丙,丁\n', 2, "引号后面还有文字"),
        ("甲,乙,丙,丁\n", 2, "多出 “丁”"),
        ("甲,,乙\n", 2, "没有写二级目录"),
        (",乙,丙\n", 2, "没有写一级目录"),
        ("甲,乙,丙\n丁,,戊\n", 3, "没有写二级目录"),
        ("甲,乙,丙\n丁,,\n", 3, "下面没有二级目录"),
    ],
)
def test_a_row_that_would_be_lost_is_told_at_its_line(rows, line, words):
    assert (line, True) in [(at, words in message) for at, message in told(HEAD + rows)]


def test_a_column_without_a_head_is_not_dropped():
    assert [(2, "第 2 行比表头多出 “丁”")] == told("一级目录,二级目录,三级目录,\n甲,乙,丙,丁\n")
    assert [(2, "第 2 行比表头多出 “丁”")] == told("一级目录,二级目录,三级目录,三级目录\n甲,乙,丙,丁\n")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"PK\x03\x04..[Content_Types].xml..xl/workbook.xml", "Excel"),
        (b"PK\x03\x04..[Content_Types].xml..word/document.xml", "Word"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "Word"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office"),
        (b"%PDF-1.7\n", "PDF"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
        (b"\x89PNG\r\n\x1a\n", "图片"),
    ],
)
def test_an_office_file_is_called_what_it_is(data, kind):
    with pytest.raises(DiagnosticsError) as raised:
        decode(data, "目录.bin")
    (found,) = raised.value.diagnostics
    assert (True, "PE001") == (kind in found.message, found.code)
    assert "另存为" in found.help


@given(st.text())
def test_text_is_never_taken_for_an_office_file_unless_it_begins_like_one(text):
    data = f"# {text}".encode("utf-8", "replace")
    assert "PE001" not in codes_of(data) or b"\x00" in data


def codes_of(data: bytes) -> list[str]:
    try:
        decode(data, "a.yaml")
    except DiagnosticsError as error:
        return [d.code for d in error.diagnostics]
    return []


@pytest.mark.parametrize(
    ("text", "separator", "cells"),
    [
        (' "甲" , "乙,丙"\u3000,\u3000 "丁"\n', ",", [("甲", "乙,丙", "丁")]),
        ('"甲""乙",""\n', ",", [('甲"乙', "")]),
        ("甲;乙\r\n丙;丁\r戊;己", ";", [("甲", "乙"), ("丙", "丁"), ("戊", "己")]),
        ('"甲\r\n乙",丙\n丁', ",", [("甲\r乙", "丙"), ("丁",)]),
        ("甲,\n\n,乙\n", ",", [("甲", ""), ("",), ("", "乙")]),
        ('甲"乙",丙', ",", [('甲"乙"', "丙")]),
    ],
)
def test_cells_are_parted_as_they_are_written(text, separator, cells):
    problems = Problems()
    found = read_rows(text, "a.csv", separator, problems)
    assert cells == [row.cells for row in found]
    assert [] == problems.found


def test_rows_know_where_they_begin_and_end():
    rows = read_rows('甲,乙\n"丙\n丁",戊己\n庚', "a.csv", ",", Problems())
    assert [(0, 0, 0, 3), (1, 0, 2, 5), (3, 0, 3, 1)] == [
        (row.span.line, row.span.column, row.span.end_line, row.span.end_column) for row in rows
    ]
    assert [1, 2, 4] == [row.number for row in rows]
    assert ["甲", "乙", "", ""] == [rows[0].cell(at) for at in (0, 1, 2, None)]


@pytest.mark.parametrize(
    ("text", "message", "help_text", "place"),
    [
        ('甲\n乙, "丙', "第 2 行的引号没有配对", "补上另一半引号；单元格里本来有的引号写两遍", (1, 3, 1, 4)),
        ('"甲\n乙', "第 1 行的引号没有配对", "补上另一半引号；单元格里本来有的引号写两遍", (0, 0, 0, 1)),
        ('甲\n"乙" 丙,丁', "第 2 行的引号后面还有文字", "单元格里的引号写两遍，整个单元格放进一对引号", (1, 3, 1, 4)),
        ('"甲\n乙"丙', "第 2 行的引号后面还有文字", "单元格里的引号写两遍，整个单元格放进一对引号", (1, 2, 1, 3)),
    ],
)  # fmt: skip
def test_a_mark_that_is_not_closed_or_has_text_behind_it_is_told_at_it(text, message, help_text, place):
    problems = Problems()
    read_rows(text, "a.csv", ",", problems)
    (found,) = problems.found
    assert ("PE511", message, help_text) == (found.code, found.message, found.help)
    at = found.span
    assert at is not None
    assert ("a.csv", place) == (at.path, (at.line, at.column, at.end_line, at.end_column))
