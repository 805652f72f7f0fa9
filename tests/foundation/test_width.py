"""Lines broken by the columns they take."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.foundation.width import display_width, wrap

WORDS = st.text(alphabet="甲乙，。（）《》ab c-/.①0123", max_size=80)


@given(line=WORDS, columns=st.integers(20, 60))
def test_no_line_is_wider_than_asked_and_no_character_is_lost(line, columns) -> None:
    found = wrap(line, columns)
    assert columns >= max(map(display_width, found))
    assert line.replace(" ", "") == "".join(found).replace(" ", "")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("    依据财政部令第102号第十条的规定", ["    依据财政部令第", "    102号第十条的规", "    定"]),
        ("  ① 依据财政部令第十条的规定", ["  ① 依据财政部令第十", "    条的规定"]),
        ("一二三四五六七八九十。", ["一二三四五六七八九", "十。"]),
        ("一二三四五六七八九《十》", ["一二三四五六七八九", "《十》"]),
        ("一二三 abcdefghij klm", ["一二三 abcdefghij", "klm"]),
        ("短", ["短"]),
    ],
)
def test_a_line_is_broken_where_chinese_may_be_broken(line, expected) -> None:
    assert expected == wrap(line, 20)


def test_a_path_longer_than_the_line_is_broken_all_the_same() -> None:
    assert ["a" * 20, "a" * 20, "a" * 10] == wrap("a" * 50, 20)


def test_nothing_is_broken_where_no_width_is_known() -> None:
    assert ["甲" * 500] == wrap("甲" * 500, 0)
