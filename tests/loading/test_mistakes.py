"""A mistake of syntax is told where it was made, in the words for that mistake."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import examples
from loading.toy import DEFAULTS, TOY_RULES
from policy_engine.foundation.diagnostics import Diagnostic
from policy_engine.foundation.fixes import with_edits
from policy_engine.foundation.text import split_lines
from policy_engine.loading.cases import load_rows
from policy_engine.loading.files import SourceText


def only(text: str) -> Diagnostic:
    (found,) = load_rows(SourceText("case.yaml", text), TOY_RULES.rule_set, DEFAULTS).problems
    return found


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("采购事项:\n  含工程:true\n  采购标的: 服务\n", "2:6", "冒号后面少了空格"),
        ("采购事项:\n  采购标的: 服务\n  含工程:true\n", "3:6", "冒号后面少了空格"),
        ("as_of:2026-01-15\n采购事项: {}\n", "1:6", "冒号后面少了空格"),
        ("采购事项:\n  含工程\n  采购标的: 服务\n", "2:3", "没有写成“键: 值”"),
        ("采购事项:\n  含工程=true\n  采购标的: 服务\n", "2:3", "没有写成“键: 值”"),
        ("采购事项:\n  含工程： true\n  采购标的: 服务\n", "2:6", "冒号是全角的"),
        ("采购事项: ｛含工程: true｝\n", "1:7", "括号是全角的"),
        ("采购事项: {含工程: true｝\n", "1:17", "括号是全角的"),
        ("采购事项: 【含工程: true】\n", "1:7", "括号是中文的"),
        ("采购事项: {含工程: true，采购标的: 服务}\n", "1:17", "逗号是全角的"),
        ("采购事项: {含工程: true；采购标的: 服务}\n", "1:17", "写的是 `；`"),
        ("采购事项: {含工程: true、采购标的: 服务}\n", "1:17", "写的是 `、`"),
        ('{"采购事项": {"含工程": true} // 没有\n}\n', "1:24", "`//`"),
        ('{"采购事项" {"含工程": true}}\n', "1:7", "键后面少了冒号"),
        (
            "采购事项:\n  含工程: true\n\u3000\u3000采购标的: 服务\n  合同期限_月: 1\n",
            "3:1",
            "缩进里有全角空格",
        ),
        ("采购事项:\n  含工程: true\n\xa0\xa0采购标的: 服务\n  合同期限_月: 1\n", "3:1", "U+00A0"),
        ("采购事项:\n\t含工程: true\n", "2:1", "缩进里有制表符"),
        ("采购事项:\n  含工程:\u3000true\n  采购标的: 服务\n", "2:7", "冒号后面是全角空格"),
        ("采购事项:\n  采购标的: 服务\n   含工程: true\n", "3:4", "缩进与上面不齐"),
        ("采购事项:\n  购买内容: 甲: 乙\n", "2:10", "两处“冒号加空格”"),
        ("采购事项:\n  购买内容: [2016]49号\n", "2:9", "以 `[` 开头"),
        ('采购事项:\n  购买内容: "检查"和督促\n', "2:9", '以 `"` 开头'),
        ("采购事项:\n  购买内容: |\n  一是检查\n  含工程: true\n", "3:3", "下面的文字没有缩进"),
        ("-name: 甲\n 采购事项: {}\n", "1:1", "`-` 后面少了空格"),
        ("采购事项:\n  含工程: -\n", "2:8", "单独一个 `-` 不是值"),
        ("采购事项:\n  合同要素: - 价格\n", "2:9", "列表要另起一行"),
        ('采购事项: {含工程: "true" 采购标的: 服务}\n', "1:18", "两项之间少了逗号"),
        ('采购事项: {含工程: "true"\n\n\n  采购标的: 服务}\n', "1:18", "两项之间少了逗号"),
        ("采购事项: {合同要素: [价格] 含工程: true}\n", "1:17", "两项之间少了逗号"),
        ("采购事项:\n  合同要素: [\n    价格  # 待核\n    期限,\n  ]\n", "3:6", "两项之间少了逗号"),
        ("采购事项:\n  {采购标的: 服务 # 待核\n   含工程: true}\n", "2:11", "两项之间少了逗号"),
        ("采购事项:\n  {采购标的: 服务\n   # 待核\n\n   含工程: true}\n", "2:11", "两项之间少了逗号"),
        ('采购事项:\n  {购买内容: "甲 # 乙" # 丙\n   含工程: true}\n', "2:16", "两项之间少了逗号"),
        ('{"采购事项": {\n  "采购标的": "服务" # 待核\n  "含工程": true}}\n', "2:14", "两项之间少了逗号"),
        ("采购事项: [\n", "1:7", "方括号 `[` 没有配对"),
        ("采购事项: {合同要素: [价格, 期限\n  含工程: true}\n", "1:14", "方括号 `[` 没有配对"),
        ("采购事项: {含工程: true", "1:16", "断了，花括号没有配对"),
        ("采购事项:\n  采购标的: 服务\n  含工", "3:4", "断了，最后一项没有写完"),
        ('采购事项:\n  购买内容: "检查', "2:11", "断了，最后一项没有写完"),
        ("<<<<<<< HEAD\n采购事项: {}\n=======\n>>>>>>> 甲\n", "1:1", "没有合并完"),
    ],
)
def test_mistake_is_told_where_it_was_made(text: str, place: str, words: str) -> None:
    found = only(text)
    assert words in found.message
    assert found.span is not None
    assert f"case.yaml:{place}" == found.span.place


@pytest.mark.parametrize(("length", "shown"), [(19, "{}"), (20, "{}"), (21, "{}…"), (200, "{}…")])
def test_a_long_word_is_shown_by_its_beginning(length: int, shown: str) -> None:
    word = ("含工程的服务项目" * 30)[:length]
    told = shown.format(word[:20])
    assert f"写成 `{told}: true`" in only(f"采购事项:\n  {word}:true\n").help
    assert f"写成 `含工程: {told}`" in only(f"采购事项:\n  含工程:{word}\n").help


@pytest.mark.parametrize(
    "text",
    [
        "采购事项:\n  购买内容: 检查，督促\n  含工程 true\n  采购标的: 服务\n",
        "采购事项:\n  购买内容: 检查，督促\n  合同要素: [价格, 期限\n  含工程: true\n",
        "采购事项:\n  购买内容: 检查，督促：整改\n\t含工程: true\n",
        "采购事项:\n  购买内容: “检查”，督促\n<<<<<<< HEAD\n  含工程: true\n=======\n>>>>>>> 甲\n",
        "采购事项: {购买内容: 检查，督促 含工程: true}\n",
        "采购事项:\n  购买内容: 检查，督促\n  含工",
    ],
)
def test_sound_chinese_marks_near_a_mistake_are_left_alone(text: str) -> None:
    assert "全角" not in only(text).message + only(text).help


SOUND = (
    'name: 甲\n采购事项:\n  合同要素: [价格, 期限]\n  采购标的: {value: 服务, source: "附件 2"}\n---\n采购事项: {含工程: false}\n',
    '[{"name": "甲", "采购事项": {"含工程": true, "购买内容": "\\ud842\\udfb7"}},\n {"name": "乙", "采购事项": {}}]\n',
    "- name: 甲\n  采购事项:\n    购买内容: |\n      一是\n      二是\n    含工程: true\n- 采购事项: {含工程: true}\n",
)
PIECES = [
    *"\n :{}[],-#\"'|>&*!%@`?\t\r：，｛｝［］【】“”；、\u3000\xa0\u200b\x07\x85\u2028\ufeff\\=甲a1",
    "<<<<<<< ", "---", "...", "- ", "\\ud800", "\\u12", "\n  ", "//",
]  # fmt: skip
EDITS = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from(PIECES), st.integers(0, 6)), min_size=1, max_size=6
)


@settings(max_examples=examples(2000))
@given(st.sampled_from(SOUND), EDITS)
def test_any_slip_of_the_hand_is_told_within_the_file(text: str, edits: list[tuple[float, str, int]]) -> None:
    for where, piece, gone in edits:
        at = round(where * len(text))
        text = text[:at] + piece + text[at + gone :]
    found = load_rows(SourceText("case.yaml", text), TOY_RULES.rule_set, DEFAULTS)
    lines = split_lines(text)
    for problem in found.problems:
        assert problem.span is not None
        assert problem.span.line <= len(lines)
        assert problem.span.line == len(lines) or problem.span.column <= len(lines[problem.span.line])
    assert all((row.case is None) == bool(row.diagnostics) for row in found.rows)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("%YAML 1.1", "1:9"),
        ("%YAML 1.1\n", "1:9"),
        ("%YAML 1.1\n\n", "2:1"),
        ("%YAML 1.1\n# 甲\n", "2:3"),
        ("a: [1\n", "1:4"),
        ('a: "甲\n\n', "1:4"),
        ("'", "1:1"),
    ],
)
def test_what_breaks_off_is_told_where_it_began_or_at_the_last_character(text, place):
    found = only(text)
    assert found.span is not None
    assert place == f"{found.span.line + 1}:{found.span.column + 1}"
    assert (found.span.line, found.span.column + 1) == (found.span.end_line, found.span.end_column)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("as_of：2026-01-15", ""),
        ("as_of：2026-01-15\n", ""),
        ("as_of：2026-01-15\n案：甲\n", "，这 2 行都是全角标点"),
        ("as_of：2026-01-15\n｛\n｝", "，这 3 行都是全角标点"),
        ("as_of：2026-01-15\n｛｝\n｝\n\n", "，这 3 行都是全角标点"),
        ("as_of 2026-01-15\n甲\n", ""),
    ],
)
def test_lines_in_full_width_are_counted_to_the_last_that_holds_anything(text, lines):
    assert only(text).message == f"案件应为“键: 值”的映射{lines}"


@pytest.mark.parametrize(
    ("wrong", "mended"),
    [
        ("采购事项:\n  含工程：true\n", "采购事项:\n  含工程: true\n"),
        ("采购事项:\n  含工程： true\n", "采购事项:\n  含工程: true\n"),
        ("采购事项:\n  含工程：  true\n", "采购事项:\n  含工程:  true\n"),
        ("采购事项:\n  含工程：\n    value: true\n", "采购事项:\n  含工程:\n    value: true\n"),
        ("采购事项：\n  含工程: true\n", "采购事项:\n  含工程: true\n"),
        ("采购事项:\n  含工程 ：true\n", "采购事项:\n  含工程 : true\n"),
        ("采购事项:\n  含工程:true\n", "采购事项:\n  含工程: true\n"),
        ("采购事项:\n  含工程:\u3000true\n", "采购事项:\n  含工程: true\n"),
    ],
)
def test_a_mistaken_colon_is_mended_to_what_is_written_by_hand(wrong: str, mended: str) -> None:
    wrong, mended = (text + "  采购标的: 服务\n" for text in (wrong, mended))
    (fix,) = only(wrong).fixes
    assert (True, mended) == (fix.is_sure, with_edits(wrong, fix.edits))
    assert [] == list(load_rows(SourceText("case.yaml", mended), TOY_RULES.rule_set, DEFAULTS).problems)
