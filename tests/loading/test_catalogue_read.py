"""Tables and trees of a guiding catalogue: every entry as it is written, and what is wrong at its very place."""

import pytest

import as_shipped
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.catalogue import load_catalogue
from policy_engine.loading.files import SourceText
from policy_engine.loading.problems import Problems
from policy_engine.loading.tables import first_rows, head_word, plain, read_rows
from policy_engine.model.calendar import day_number
from policy_engine.model.catalogue import Covers

FULL = "catalogue: {title: 甲, number: 号, issuer: 某, area: 温州市, covers: 所辖, effective: 2025-01-01, note: 注}\n"
HEAD = "一级目录,二级目录,三级目录\n"
READ = [
    (
        "a.csv",
        HEAD + "公,社,养\n公,社,救\n,,助\n,住,\n",
        [("公", "社", ("养", "救", "助"), True), ("公", "住", (), True)],
    ),
    ("a.csv", "目录\n\n" + HEAD + "公,社,\n公,社,\n", [("公", "社", (), True)]),
    ("a.csv", "二级目录\n社\n保\n", [("", "社", (), True), ("", "保", (), True)]),
    ("a.csv", "一级目录;二级目录\n公;社\n;保\n", [("公", "社", (), True), ("公", "保", (), True)]),
    ("a.tsv", "一级\t二级\t三级\n公\t社\t养\n", [("公", "社", ("养",), True)]),
    ("a.csv", "一级项目名称,二级项目名称（服务）,三级*\n公,社,养\n", [("公", "社", ("养",), True)]),
    ("a.csv", HEAD + "公,,\n公,社,\n", [("公", "社", (), True)]),
    (
        "a.csv",
        "一级目录,二级目录,三级目录\n公,社,养\n1,,\n,,\n一级目录,二级目录,三级目录\n注：说\n保,住,\n",
        [("公", "社", ("养",), True), ("保", "住", (), True)],
    ),
    ("a.csv", "序号," + HEAD + "1,公,社,养\n2,,,\n3,,,救\n", [("公", "社", ("养", "救"), True)]),
    ("a.txt", HEAD + "公,社,养\n", [("公", "社", ("养",), True)]),
    ("a.dat", HEAD + "公,社,养\n", [("公", "社", ("养",), True)]),
    ("a", '{"catalogue": {"title": "甲"}, "entries": [{"second": "乙"}]}', [("", "乙", (), True)]),
    ("a.yaml", "catalogue: {title: 甲}\nentries: [{second: 乙}]\n", [("", "乙", (), True)]),
    (
        "a.yaml",
        FULL
        + "entries: [{first: 一, second: 乙, third: [丙, 丁], verified: false}, {second: 戊, third: 己}]\n",
        [("一", "乙", ("丙", "丁"), False), ("", "戊", ("己",), True)],
    ),
    (
        "a.yaml",
        "catalogue: {title: 甲}\nentries: [{second: 乙}]\n---\ncatalogue: {title: 丙}\nentries: []\n",
        [("", "乙", (), True)],
    ),
    ("a.csv", "\n" * 19 + HEAD + "公,社,\n", [("公", "社", (), True)]),
    ("a.csv", HEAD + "公,社，保,养\n", [("公", "社，保", ("养",), True)]),
]
TOLD = [
    (
        "a.csv",
        "甲,乙\n1,2\n",
        [
            ("PE511", "表头没有“二级目录”", "1:1-1:1"),
        ],
    ),
    (
        "a.csv",
        HEAD + "公,,\n",
        [
            ("PE511", "第 2 行只写了一级目录“公”，下面没有二级目录", "2:1-2:4"),
        ],
    ),
    (
        "a.csv",
        HEAD + "公,,\n保,社,\n",
        [
            ("PE511", "第 2 行只写了一级目录“公”，下面没有二级目录", "2:1-2:4"),
        ],
    ),
    (
        "a.csv",
        HEAD + ",社,养\n",
        [
            ("PE511", "第 2 行没有写一级目录", "2:1-2:5"),
        ],
    ),
    (
        "a.csv",
        HEAD + "公,,养\n",
        [
            ("PE511", "第 2 行没有写二级目录", "2:1-2:5"),
        ],
    ),
    (
        "a.csv",
        HEAD + "公,社,养,多\n",
        [
            ("PE511", "第 2 行比表头多出 “多”", "2:1-2:8"),
        ],
    ),
    (
        "a.csv",
        HEAD,
        [
            ("PE511", "目录里没有条目", "1:1-1:1"),
        ],
    ),
    (
        "a.csv",
        "序号," + HEAD + "1,公,,\n2,,,\n",
        [
            ("PE511", "第 2 行只写了一级目录“公”，下面没有二级目录", "2:1-2:6"),
        ],
    ),
    (
        "a.csv",
        "备注," + HEAD + "x,,,\n",
        [
            ("PE511", "第 2 行没有写目录名称", "2:1-2:5"),
        ],
    ),
    (
        "a.csv",
        "x,一级目录,二级目录,二级目录\n,公,社,多\n",
        [
            ("PE511", "第 2 行比表头多出 “多”", "2:1-2:7"),
        ],
    ),
    (
        "a.csv",
        HEAD + "（注1）说明,,\n公,社,\n",
        [
            ("PE511", "第 2 行只写了一级目录“（注1）说明”，下面没有二级目录", "2:1-2:9"),
        ],
    ),
    (
        "a.yaml",
        HEAD,
        [
            ("PE009", "目录文件应为“键: 值”的映射", "1:1-1:15"),
        ],
    ),
    (
        "a.yaml",
        "甲\n",
        [
            ("PE009", "目录文件应为“键: 值”的映射", "1:1-1:2"),
        ],
    ),
    (
        "a.yaml",
        "entries: []\n",
        [
            ("PE009", "`catalogue`应为“键: 值”的映射", "1:1-2:1"),
        ],
    ),
    (
        "a.yaml",
        "catalogue: {title: 甲}\n",
        [
            ("PE009", "`entries`应为列表", "1:1-2:1"),
        ],
    ),
    (
        "a.yaml",
        "catalogue: {title: 甲}\nentries: []\n",
        [
            ("PE511", "目录里没有条目", "1:1-1:1"),
        ],
    ),
    (
        "a.yaml",
        (
            "catalogue: {titel: 甲, area: 温洲, covers: 全, effective: 去年}\n"
            "entries: [甲, {secnd: 乙}, {second: [丙]}, {second: 丁, verified: 是}]\nmore: 1\n"
        ),
        [
            ("PE204", "没有地区 `温洲`", "1:12-1:58"),
            ("PE010", "`catalogue` 没有 `titel`", "1:13-1:18"),
            ("PE013", "`covers` 不能是 `全`", "1:41-1:42"),
            ("PE106", "`effective` 应为日期，写的是 `去年`", "1:55-1:57"),
            ("PE009", "条目应为“键: 值”的映射", "2:11-2:12"),
            ("PE010", "条目没有 `secnd`", "2:15-2:20"),
            ("PE009", "`second` 应为一个值", "2:35-2:38"),
            ("PE102", "`verified` 应为 true 或 false", "2:63-2:64"),
            ("PE010", "目录文件没有 `more`", "3:1-3:5"),
        ],
    ),
    (
        "a.yaml",
        "",
        [
            ("PE511", "目录里没有条目", "1:1-1:1"),
        ],
    ),
    (
        "a.yaml",
        "x: [\n",
        [
            ("PE002", "语法错误：方括号 `[` 没有配对", "1:4-1:5"),
        ],
    ),
    (
        "a.csv",
        "\n" * 20 + HEAD + "公,社,\n",
        [
            ("PE511", "表头没有“二级目录”", "1:1-1:1"),
        ],
    ),
    (
        "a.csv",
        '一级目录,二级目录\n公,"社,保"\n"公',
        [
            ("PE511", "第 3 行的引号没有配对", "3:1-3:2"),
            ("PE511", "第 3 行只写了一级目录“公”，下面没有二级目录", "3:1-3:3"),
        ],
    ),
]


def loaded(path: str, text: str):
    return load_catalogue(SourceText(path, text), as_shipped.rule_set().areas)


@pytest.mark.parametrize(("path", "text", "entries"), READ)
def test_every_entry_is_read(path, text, entries) -> None:
    assert entries == [(one.first, one.second, one.third, one.verified) for one in loaded(path, text).entries]


@pytest.mark.parametrize(("path", "text", "expected"), TOLD)
def test_what_is_wrong_is_told_at_its_place(path, text, expected) -> None:
    with pytest.raises(DiagnosticsError) as caught:
        loaded(path, text)
    assert expected == [
        (
            d.code,
            d.message,
            f"{d.span.line + 1}:{d.span.column + 1}-{d.span.end_line + 1}:{d.span.end_column + 1}",
        )
        for d in caught.value.diagnostics
    ]
    assert all(d.help for d in caught.value.diagnostics)


def test_the_head_of_a_tree_is_read_and_a_table_has_none() -> None:
    head = "catalogue: {title: 甲, number: 号, area: 温州市, covers: 所辖, effective: 2025-01-01}\nentries: [{second: 乙}]\n"
    found = loaded("a.yaml", head)
    assert ("甲", "号", "330300", Covers.WHOLE_AREA, day_number("2025-01-01")) == (
        found.title,
        found.number,
        found.area,
        found.covers,
        found.effective,
    )
    for path, text, title in (
        ("b.yaml", "catalogue: {title: 甲}\nentries: [{second: 乙}]\n", "甲"),
        ("单/温州.csv", HEAD + "公,社,\n", "温州"),
    ):
        plainest = loaded(path, text)
        assert (title, "", None, Covers.OWN_LEVEL, None, path) == (
            plainest.title,
            plainest.number,
            plainest.area,
            plainest.covers,
            plainest.effective,
            plainest.path,
        )


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("甲,乙", [(["甲", "乙"], "1:1-1:4")]),
        ("甲,乙\n丙", [(["甲", "乙"], "1:1-1:4"), (["丙"], "2:1-2:2")]),
        ("甲\r\n乙\r丙\n", [(["甲"], "1:1-1:2"), (["乙"], "2:1-2:2"), (["丙"], "3:1-3:2")]),
        (" 甲 ,\u3000\"乙,丙\" ,\n", [(["甲", "乙,丙", ""], "1:1-1:13")]),
        ('"甲\n乙""丙",丁\n戊\n', [(['甲\n乙"丙', "丁"], "1:1-2:8"), (["戊"], "3:1-3:2")]),
        ('"甲\r\n乙",丙\n', [(["甲\r乙", "丙"], "1:1-2:5")]),
        ('甲"乙",丙\n', [(['甲"乙"', "丙"], "1:1-1:7")]),
        ("\n\n甲\n", [([""], "1:1-1:1"), ([""], "2:1-2:1"), (["甲"], "3:1-3:2")]),
        ('""\n', [([""], "1:1-1:3")]),
    ],
)  # fmt: skip
def test_rows_are_split_cell_by_cell(text, rows) -> None:
    problems = Problems()
    found = read_rows(text, "a.csv", ",", problems)
    assert [] == problems.found
    assert rows == [
        (
            list(row.cells),
            f"{row.span.line + 1}:{row.span.column + 1}-{row.span.end_line + 1}:{row.span.end_column + 1}",
        )
        for row in found
    ]
    assert [row.span.line + 1 for row in found] == [row.number for row in found]
    assert found[:2] == first_rows(text, "a.csv", ",", 2)


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ('甲,"乙\n丙\n', "第 1 行的引号没有配对", "1:3-1:4"),
        ('甲\n "乙" 丙,丁\n', "第 2 行的引号后面还有文字", "2:5-2:6"),
        ('甲,"乙\n丙"丁\n', "第 2 行的引号后面还有文字", "2:3-2:4"),
    ],
)
def test_a_mark_left_open_or_followed_by_text_is_told(text, message, place) -> None:
    problems = Problems()
    read_rows(text, "a.csv", ",", problems)
    (found,) = problems.found
    span = found.span
    assert ("PE511", message, place) == (
        found.code,
        found.message,
        f"{span.line + 1}:{span.column + 1}-{span.end_line + 1}:{span.end_column + 1}",
    )
    assert first_rows(text, "a.csv", ",", 1)


def test_a_row_has_no_cells_beyond_its_own() -> None:
    (row,) = read_rows("甲,乙", "a.csv", ",", Problems())
    assert ["甲", "乙", "", "", ""] == [row.cell(at) for at in (0, 1, 2, 9, None)]


@pytest.mark.parametrize(
    ("text", "name", "head"),
    [
        (" 养老 服务 ", "养老服务", "养老服务"),
        ("a b\n c", "a b c", "abc"),
        ("养老 abc 服务", "养老abc服务", "养老abc服务"),
        ("Ａ 级\n目录", "Ａ级目录", "A级目录"),
    ],
)
def test_names_and_heads_are_written_without_breaks(text, name, head) -> None:
    assert (name, head) == (plain(text), head_word(text))
