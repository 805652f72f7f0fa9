"""A feature file that says nothing, or can't be read, is told what to write at the place where it goes wrong."""

import pytest

from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.features import read_scenarios
from policy_engine.loading.files import SourceText

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
