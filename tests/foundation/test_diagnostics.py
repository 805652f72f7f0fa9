"""Diagnostics are ordered, shown with their line, and point at the right character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from policy_engine.foundation.diagnostics import (
    Diagnostic,
    DiagnosticsError,
    Severity,
    Tally,
    capped,
    is_error,
    lines_of,
    raise_errors,
    render,
    render_all,
    total,
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


KINDS = st.lists(st.tuples(st.sampled_from(["PE1", "PE2", "PE3"]), st.sampled_from("ab")), max_size=400)


@given(KINDS, st.integers(min_value=0, max_value=30))
def test_what_is_not_told_is_counted(kinds: list[tuple[str, str]], more: int) -> None:
    found = [problem(code, at(n, 0, path=path), more=more) for n, (code, path) in enumerate(kinds)]
    shown = capped(found)
    assert total(found) == total(shown)
    assert {d.kind for d in found} == {d.kind for d in shown}
    assert all(sum(d.kind == kind for d in shown) <= 20 for kind in kinds)
    assert list(shown) == sorted(shown, key=lambda d: d.span.line)
    assert shown == capped(shown)


def test_few_problems_are_all_told() -> None:
    found = [problem(f"PE{n % 5}", at(n, 0)) for n in range(100)]
    assert tuple(found) == capped(found)


def test_of_a_file_some_hundred_are_told() -> None:
    found = [problem(f"PE{n % 50}", at(n, 0)) for n in range(1000)]
    assert 100 == len(capped(found))
    assert 1000 == total(capped(found))


def test_number_of_the_rest_stands_below_the_last_that_is_told() -> None:
    found = [problem("PE501", at(0, 0)) for _ in range(98_000)]
    blocks = render_all(found, {}).split("\n\n")
    assert 20 == len(blocks)
    assert "……另有 97,980 处同类问题未列出" == blocks[-1].splitlines()[-1].strip()
    assert "另有" not in "".join(blocks[:-1])


@given(KINDS)
def test_tally_counts_all_and_keeps_the_first_of_a_kind(kinds: list[tuple[str, str]]) -> None:
    tally = Tally()
    for code, path in kinds * 3:
        tally.add(problem(code, at(0, 0, path=path)))
    assert 3 * len(kinds) == total(tally.found)
    assert len(tally.found) <= 200 * len(set(kinds))


class Counting(dict):
    """A mapping that counts how often it is asked."""

    asked = 0

    def get(self, *arguments):
        self.asked += 1
        return super().get(*arguments)


def test_file_is_split_once_for_all_its_problems() -> None:
    sources = Counting({"a.yaml": "甲\n" * 50})
    assert "49 | 甲" in render_all([problem(f"PE{n}", at(n, 0)) for n in range(49)], sources)
    assert 1 == sources.asked
    assert ("甲",) * 50 == lines_of(sources)("a.yaml")


def test_consequences_of_broken_text_are_left_out() -> None:
    broken = problem("PE007", at(3, 4))
    whole = problem("PE011", Span(path="a.yaml", line=2, column=0, end_line=5, end_column=0))
    beside, elsewhere = problem("PE501", at(3, 0)), problem("PE011", at(3, 0, 9, path="b.yaml"))
    error = DiagnosticsError([whole, broken, beside, elsewhere])
    assert [beside, broken, elsewhere] == list(error.diagnostics)
