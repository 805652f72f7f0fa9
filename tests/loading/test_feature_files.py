"""A feature file that says nothing, or can't be read, is told what to write at the place where it goes wrong."""

import pytest

from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.features import read_scenarios
from policy_engine.loading.files import SourceText

LINES = (
    "一行以 功能:、背景:、场景:、场景大纲:、例子: 或者 假如、当、那么、并且、但是 开头；"
    "表格的一行以 | 开头和结尾；长的文字放在两行三引号之间"
)
SOUND = "功能: 甲\n\n  场景: 乙\n    假如 丙\n    那么 丁\n"


def test_a_sound_file_is_read():
    (scenario,) = read_scenarios(SourceText("a.feature", SOUND))
    assert ("乙", ["丙", "丁"]) == (scenario.name, [step.text for step in scenario.steps])


@pytest.mark.parametrize(
    ("text", "line", "message", "words"),
    [
        ("", 1, "文件里没有场景", "写 场景:"),
        ("功能: 甲\n", 1, "文件里没有场景", "写 场景:"),
        ("功能: 甲\n\n  场景: 乙\n", 3, "`乙` 下面没有步骤", "写 假如、当、那么"),
        ("功能: 甲\n\n  场景: 乙\n    如果 丙\n", 4, "读不懂这一行：如果 丙", "假如、当、那么"),
        (SOUND + "  甲\n", 6, "读不懂这一行：甲", "假如、当、那么"),
        ("# language: xx-yy\n" + SOUND, 1, "不认识这种语言", "zh-CN"),
        (SOUND + "    | 甲 | 乙 |\n    | 甲 |\n", 7, "格数不同", "补齐"),
        ("功能: 甲\n  @标签\n", 3, "没有写完", "标签后面要有场景"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_line(text, line, message, words):
    with pytest.raises(DiagnosticsError) as raised:
        read_scenarios(SourceText("a.feature", text))
    found = raised.value.diagnostics[0]
    assert ("PE521", f"a.feature:{line}") == (found.code, found.span.place.rpartition(":")[0])
    assert message in found.message
    assert words in found.help


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [
            ("文件里没有场景", f"写 场景: 和它的步骤；{LINES}", 0, 0),
        ]),
        ("功能: 甲\n", [
            ("文件里没有场景", f"写 场景: 和它的步骤；{LINES}", 0, 0),
        ]),
        ("功能: 甲\n\n  场景: 乙\n", [( "`乙` 下面没有步骤", "写 假如、当、那么 的步骤", 2, 2)]),
        ("功能: 甲\n\n  场景:\n", [( "`场景` 下面没有步骤", "写 假如、当、那么 的步骤", 2, 2)]),
        ("功能: 甲\n\n  场景: 乙\n    如果 丙\n", [
            ("读不懂这一行：如果 丙", LINES, 3, 0),
        ]),
        ("功能: 甲\n\n  场景: 乙\n\n\n    如果 丙\n    假如 丁\n\n  场景: 戊\n", [
            ("读不懂这一行：如果 丙", LINES, 5, 0),
            ( "`戊` 下面没有步骤", "写 假如、当、那么 的步骤", 8, 2),
        ]),
        ("功能: 甲\n\n  场景: 乙\n    假如 丙\n    那么 丁\n  甲\n", [
            ("读不懂这一行：甲", LINES, 5, 2),
        ]),
        ("# language: xx-yy\n功能: 甲\n\n  场景: 乙\n    假如 丙\n    那么 丁\n", [
            ( "不认识这种语言", "第一行写 # language: zh-CN，或者不写", 0, 0),
        ]),
        ("功能: 甲\n\n  场景: 乙\n    假如 丙\n    那么 丁\n    | 甲 | 乙 |\n    | 甲 |\n", [
            ( "表格的这一行与别的行格数不同，或者位置不对", "补齐或者删去多的格；表格紧接在步骤或者例子下面", 6, 4),
        ]),
        ("功能: 甲\n  @标签\n", [( "文件到这里没有写完", "补上场景的步骤；标签后面要有场景", 2, 0)]),
        ("甲\n", [
            ("读不懂这一行：甲", LINES, 0, 0),
        ]),
        ("功能: 甲\n  背景:\n    甲\n  场景: 乙\n    假如 丙\n", [
            ("读不懂这一行：甲", LINES, 2, 0),
        ]),
        ("功能: 甲\n\n  场景: 乙\n    假如 丙\n    那么 丁\n  甲\n  乙\n", [
            ("读不懂这一行：甲", LINES, 5, 2),
            ("读不懂这一行：乙", LINES, 6, 2),
        ]),
        ('功能: 甲\n\n  场景: 乙\n    假如 丙\n      """\n      丁\n', [
            ( "文件到这里没有写完", "补上场景的步骤；标签后面要有场景", 6, 0),
        ]),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_in_these_words(text, expected):
    with pytest.raises(DiagnosticsError) as raised:
        read_scenarios(SourceText("a.feature", text))
    found = raised.value.diagnostics
    assert expected == [(one.message, one.help, one.span.line, one.span.column) for one in found]
    assert {("PE521", "a.feature")} == {(one.code, one.span.path) for one in found}


WHOLE = """\
功能: 甲

  背景:
    假如 底

  @一 @二
  场景大纲: 乙
    假如 丙 <数>
      | 子 | 丑 |
      | 寅 | 卯 |
    当 走
    并且 再走
    那么 丁
      \"\"\"
      长文
      \"\"\"
    * 星

    例子:
      | 数 |
      | 1  |
      | 2  |

  场景: 戊
    那么 己
"""


def test_an_outline_is_written_out_with_the_places_of_what_it_says():
    *rows, plain = read_scenarios(SourceText("a.feature", WHOLE))
    assert [("乙（1）", {"一", "二"}, 20, 6), ("乙（2）", {"一", "二"}, 21, 6), ("戊", set(), 23, 2)] == [
        (one.name, one.tags, one.span.line, one.span.column) for one in (*rows, plain)
    ]
    assert [("假如", "底"), ("那么", "己")] == [(step.kind, step.text) for step in plain.steps]
    lines = WHOLE.splitlines()
    for number, row in zip("12", rows, strict=True):
        assert [
            ("假如", "底"), ("假如", f"丙 {number}"), ("当", "走"), ("当", "再走"), ("那么", "丁"), ("假如", "星"),
        ] == [(step.kind, step.text) for step in row.steps]  # fmt: skip
        spans = [step.span for step in row.steps]
        assert ["底", "丙 <数>", "走", "再走", "丁", "星"] == [
            lines[at.line][at.column : at.end_column] for at in spans
        ]
        assert {"a.feature"} == {at.path for at in spans}
        assert all(at.line == at.end_line for at in spans)
        _, table, *_, text, _ = row.steps
        assert (("子", "丑"), ("寅", "卯")) == table.table
        assert [(8, 6), (9, 6)] == [(at.line, at.column) for at in table.rows]
        assert ("长文", (14, 6)) == (text.quoted, text.text_at)
        assert (None, (0, 0), (), ()) == (table.quoted, table.text_at, text.table, text.rows)
