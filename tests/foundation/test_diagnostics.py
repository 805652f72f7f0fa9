"""Diagnostics are ordered, shown with their line, and point at the right character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from policy_engine.foundation.diagnostics import (
    Diagnostic,
    DiagnosticsError,
    Severity,
    is_error,
    raise_errors,
    render,
    render_all,
)
from policy_engine.foundation.spans import Span, file_span
from policy_engine.foundation.suggestions import did_you_mean


def at(line: int, column: int, length: int = 1, path: str = "a.yaml") -> Span:
    return Span(path=path, line=line, column=column, end_line=line, end_column=column + length)


def problem(code: str = "PE501", span: Span | None = None, **more) -> Diagnostic:
    return Diagnostic(code=code, message="没有字段", span=span, **more)


def test_whole_rendering() -> None:
    shown = render(
        problem(span=at(1, 2, 3), help="是否为 `含工程`？"), {"a.yaml": "采购事项:\n  含工成: true\n"}
    )
    assert shown == (
        "错误[PE501]: 没有字段\n  --> a.yaml:2:3\n  |\n2 |   含工成: true\n  |   ^^^^^^\n  修改: 是否为 `含工程`？"
    )


def test_without_a_place_only_the_message_is_shown() -> None:
    assert render(problem(), {}) == "错误[PE501]: 没有字段"


def test_without_the_source_the_place_is_still_shown() -> None:
    assert render(problem(span=at(4, 0)), {}) == "错误[PE501]: 没有字段\n  --> a.yaml:5:1"


def test_warning_says_so() -> None:
    assert render(problem(severity=Severity.WARNING), {}).startswith("警告[PE501]")


@given(st.text(st.characters(exclude_categories=["C", "Z", "M"]), min_size=1, max_size=60), st.data())
def test_caret_stands_under_the_character(line: str, data: st.DataObject) -> None:
    column = data.draw(st.integers(min_value=0, max_value=len(line) - 1))
    lines = render(problem(span=at(0, column)), {"a.yaml": line}).splitlines()
    shown, carets = lines[3].removeprefix("1 | "), lines[4].removeprefix("  | ")
    assert shown == line
    assert carets.index("^") == max(0, wcswidth(line[:column]))
    assert carets.count("^") == max(1, wcswidth(line[column]))


@given(st.integers(min_value=0, max_value=5000), st.integers(min_value=1, max_value=5000))
def test_long_lines_are_cut_around_the_problem(column: int, length: int) -> None:
    line = "".join(chr(0x4E00 + i) for i in range(5001))
    lines = render(problem(span=at(0, column, length)), {"a.yaml": line}).splitlines()
    shown, carets = lines[3].removeprefix("1 | "), lines[4].removeprefix("  | ")
    assert len(shown) <= 160
    assert line[column] == shown[carets.index("^") // 2]


def test_nothing_reaches_the_terminal_that_could_command_it() -> None:
    hostile = "\x1b[2J\u202e\x9b\r\n"
    shown = render(
        Diagnostic(code="PE501", message=hostile, span=at(0, 0), help=hostile), {"a.yaml": "\x1b[31m红"}
    )
    assert not set(shown) & set("\x1b\u202e\x9b\r")


def test_problems_come_in_the_order_of_files_and_places() -> None:
    found = [
        problem("PE9", at(1, 0)),
        problem("PE2", at(0, 5)),
        problem("PE3", at(0, 0, path="A.yaml")),
        problem("PE1"),
    ]
    error = DiagnosticsError(found)
    assert [d.code for d in error.diagnostics] == ["PE1", "PE3", "PE2", "PE9"]


def test_warnings_alone_stop_nothing() -> None:
    warning = problem(severity=Severity.WARNING)
    raise_errors([warning])
    assert not is_error(warning)
    with pytest.raises(DiagnosticsError):
        raise_errors([warning, problem()])


def test_blank_line_parts_two_problems() -> None:
    assert render_all([problem(), problem()], {}) == "错误[PE501]: 没有字段\n\n错误[PE501]: 没有字段"


def test_file_span_is_the_first_place() -> None:
    assert file_span("a.yaml").place == "a.yaml:1:1"


@pytest.mark.parametrize(
    ("word", "choices", "hint"),
    [
        ("含工成", ["含货物", "含工程"], "是否为 `含工程`？"),
        ("招标", ["立项", "采购"], "可用的有 `立项`、`采购`"),
        ("招标", {"采购", "立项"}, "可用的有 `立项`、`采购`"),
        (
            "x",
            [f"字段{i}" for i in range(20)],
            "可用的有 " + "、".join(f"`字段{i}`" for i in range(12)) + "等",
        ),
        ("x", [], ""),
    ],
)
def test_nearest_name_is_offered_else_what_there_is(word: str, choices, hint: str) -> None:
    assert hint == did_you_mean(word, choices)
