"""Edits are made whole, apart from one another, and only where the word that is to go really stands."""

import pytest

from policy_engine.foundation.fixes import Edit, Fix, by_file, respelling, with_edits
from policy_engine.foundation.spans import Span
from policy_engine.foundation.suggestions import fixes_of


def place(start: int, end: int, line: int = 0, path: str = "a") -> Span:
    return Span(path=path, line=line, column=start, end_line=line, end_column=end)


@pytest.mark.parametrize(
    ("word", "names", "sure"),
    [
        ("含程工", ["含工程", "含货物"], "含工程"),
        ("prohibbit", ["prohibit", "permit"], "prohibit"),
        ("atleast", ["at_least", "at_most"], "at_least"),
        ("art-41", ["art-14", "art-18"], None),
        ("art-15", ["art-14"], None),
        ("未列入目录", ["已列入目录"], None),
        ("列入目录", ["已列入目录"], None),
        ("部符合", ["符合", "不符合"], None),
        ("含物程", ["含工程", "含物业"], None),
        ("买入价格", ["卖出价格"], None),
        ("复查日期", ["排查日期"], None),
        ("含工成", ["含工程"], None),
        ("总金额", ["金额"], None),
        ("第12条", ["第21条"], None),
        ("工成", ["工程"], None),
        ("", ["工程"], None),
    ],
)
def test_only_one_slip_away_from_one_name_alone_is_sure(word: str, names: list[str], sure: str | None):
    found = fixes_of(word, names, place(0, len(word)))
    assert [sure] * bool(sure) == [fix.edits[0].text for fix in found if fix.is_sure]


def test_a_word_is_replaced_inside_its_quotes_and_nowhere_else():
    (plain,) = respelling(place(2, 5), "abc", "abd", is_sure=True)
    (quoted,) = respelling(place(2, 7), "abc", "abd", is_sure=True)
    assert (place(2, 5), place(3, 6)) == (plain.edits[0].span, quoted.edits[0].span)
    assert () == respelling(place(2, 9), "abc", "abd", is_sure=True)
    assert () == respelling(place(2, 5), "abc", "a: b", is_sure=True)


def test_edits_count_lines_as_places_do_and_leave_the_rest():
    text = "甲: 1\r\n乙: 2\u2028丙: 3\n"
    edits = [Edit(place(3, 4, line), new) for line, new in ((0, "一"), (1, "二"), (2, "三"))]
    assert "甲: 一\r\n乙: 二\u2028丙: 三\n" == with_edits(text, reversed(edits))
    assert "甲: 1" == with_edits("甲：1", [Edit(place(1, 2), ": ")])


@pytest.mark.parametrize("edits", [((0, 2), (1, 3)), ((0, 9),)])
def test_edits_that_overlap_or_lie_outside_are_refused(edits):
    with pytest.raises(ValueError, match="edits overlap or lie outside"):
        with_edits("abcd", [Edit(place(*edge), "x") for edge in edits])


def test_a_line_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="an edit lies outside"):
        with_edits("abcd", [Edit(place(0, 0, 7), "x")])


def test_of_fixes_that_touch_one_another_the_first_is_made_whole():
    first = Fix("一", (Edit(place(0, 2), "x"), Edit(place(0, 2, path="b"), "x")))
    second = Fix("二", (Edit(place(1, 3), "y"), Edit(place(5, 6, path="b"), "y")))
    third = Fix("三", (Edit(place(7, 8), "z"),))
    chosen = by_file([first, second, third, first])
    assert {"a": (first.edits[0], third.edits[0]), "b": (first.edits[1],)} == chosen
