"""The normal text keeps every character's place."""

from hypothesis import given
from hypothesis import strategies as st

from policy_engine.reading.normal import normal, plain_word


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
