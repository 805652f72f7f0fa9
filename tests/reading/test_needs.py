"""What a pattern needs is the same, written down or not, and asked of a text as its meaning says."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import as_shipped
from policy_engine.model.lexicon import Lexicon
from policy_engine.reading.needs import needed, read_needs, write_needs

WORDS = st.text("甲乙丙丁", min_size=1, max_size=2)
NEEDS = st.frozensets(st.frozensets(st.frozensets(WORDS, min_size=1, max_size=4), max_size=3), max_size=4)
TERM = as_shipped.load_once(as_shipped.sources(), reads_examples=False).lexicon.terms[0]


@given(NEEDS)
def test_they_come_back_as_they_were(needs) -> None:
    text = write_needs(needs)
    assert text is not None
    assert needs == read_needs(text)


@given(NEEDS, st.frozensets(WORDS))
def test_kept_or_not_they_say_where_a_pattern_may_stand(needs, pieces) -> None:
    meant = any(all(not words.isdisjoint(pieces) for words in way) for way in needs)
    plain = Lexicon((replace(TERM, needs=needs),))
    late = replace(plain, kept_needs=lambda _: write_needs(needs))
    for lexicon in (plain, late):
        found = needed(lexicon, 0)
        # Asked twice: the first time makes sets of texts.
        assert [meant, meant] == [found.may_stand(pieces), found.may_stand(pieces)]


@pytest.mark.parametrize("word", ["", "甲\x1d", "\x1e", "\x1f乙"])
def test_a_word_that_could_be_read_as_two_is_not_written(word: str) -> None:
    assert write_needs(frozenset({frozenset({frozenset({"甲", word})})})) is None


def test_neither_is_a_choice_of_no_word() -> None:
    assert write_needs(frozenset({frozenset({frozenset()})})) is None
