"""The normal text keeps every character's place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.reading.normal import normal, plain_word
from policy_engine.reading.quantities import quantities


def test_plain_forms():
    assert normal("ＡＢ１２：（裝　修）\r\n２ ３").text == "AB12:(装修)\n\n2 3"
    assert normal("零\u200b宽\ufeff").text == "零宽"
    assert plain_word("（甲 乙）") == "(甲乙)"


def test_what_becomes_several_characters_has_one_place():
    plain = normal("约100㎡房")
    assert plain.text == "约100m2房"
    assert plain.place(4, 6) == (4, 5)


@given(st.text(max_size=80))
def test_places_go_forward_and_lie_within(text):
    plain = normal(text)
    assert len(plain.text) == len(plain.starts) == len(plain.ends)
    assert list(plain.starts) == sorted(plain.starts)
    assert all(0 <= start < end <= len(text) for start, end in zip(plain.starts, plain.ends, strict=True))


@given(st.text(max_size=80))
def test_a_plain_text_stays_as_it_is(text):
    once = normal(text).text
    assert normal(once).text == once


@pytest.mark.parametrize(
    ("written", "expected"), [("①3名保安", 3), ("1. 5万元", 50_000), ("服务 1. 5年", 60), ("²5%", 5)]
)
def test_the_counter_of_an_item_never_joins_the_number_behind_it(written, expected):
    (found,) = quantities(normal(written).text)
    assert expected == found.value
