"""Arrow columns answer as columns of Python values do, whatever their type, offset and length."""

from fractions import Fraction

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.evaluation.slices import Column, RowByRow, rows_in
from policy_engine.foundation.spans import file_span
from policy_engine.ledger.arrow_slices import (
    ByArrow,
    Flags,
    Numbers,
    Words,
    joined_column,
    number_column,
    rows_known,
    rows_true,
    truths,
    word_column,
)
from policy_engine.model.conditions import Bound, Ratio
from policy_engine.model.rules import Function
from policy_engine.model.values import UNKNOWN

KINDS = (pa.int8(), pa.uint8(), pa.int16(), pa.int32(), pa.int64())
NUMBERS = st.lists(st.none() | st.integers(0, 100), max_size=40)


def told(values) -> list:
    return [UNKNOWN if one is None else one for one in values]


def numbers(values, kind=None) -> Numbers:
    array = pa.array(values, kind or pa.int64())
    return Numbers(array, rows_known(array))


@given(st.lists(st.none() | st.booleans(), max_size=70), st.integers(0, 20))
def test_truths_are_read_from_any_row_on(values, start):
    array = pa.array(values, pa.bool_())[start:]
    kept = values[start:]
    assert [at for at, one in enumerate(kept) if one] == list(rows_in(rows_true(array)))
    assert [at for at, one in enumerate(kept) if one is not None] == list(rows_in(rows_known(array)))
    assert kept == truths(rows_true(array), len(kept), rows_known(array)).to_pylist()


@given(NUMBERS, st.sampled_from(KINDS), st.integers(0, 9), st.sets(st.integers(-200, 300), max_size=60))
def test_numbers_are_compared_alike_whatever_their_type(values, kind, start, limits):
    array, kept = pa.array(values, kind)[start:], values[start:]
    plain, listed = Column(told(kept)), tuple(sorted(limits))
    column = Numbers(array, rows_known(array))
    for runs in (((None, None),), *(((first, end),) for first in listed[:5] for end in (None, *listed))):
        assert plain.within(runs) == column.within(runs)
    assert plain.told == column.told


@pytest.mark.parametrize("limit", [-(1 << 40), -(1 << 31), -300, 300, 40_000, 1 << 31, 1 << 40])
@pytest.mark.parametrize("kind", [*KINDS, pa.uint16(), pa.uint32()], ids=str)
def test_a_limit_that_a_type_can_not_hold_is_below_or_above_all(kind, limit):
    column = numbers([1, None, 0, 100], kind)
    assert (0b1101 if limit < 0 else 0) == column.within(((limit, None),))


@pytest.mark.parametrize("edge", [1 << 7, 1 << 15, 1 << 16, 1 << 31, 1 << 40])
@given(st.data())
def test_numbers_beyond_two_bytes_are_never_taken_for_smaller_ones(edge, data):
    near = st.integers(-3, 3).map(lambda by: edge + by) | st.integers(-3, 3).map(lambda by: by - edge)
    values = data.draw(st.lists(st.none() | near | st.integers(-9, 9), max_size=75))
    start = data.draw(st.integers(0, 9))
    plain = Column(told(values[start:]))
    array = pa.array(values, pa.int64())[start:]
    column = Numbers(array, rows_known(array))
    for limit in sorted(data.draw(st.sets(near, min_size=1, max_size=6))):
        assert plain.within(((limit, None),)) == column.within(((limit, None),))
        assert plain.within(((None, limit),)) == column.within(((None, limit),))


@pytest.mark.parametrize("count", [1, 3, 40])
@given(st.data())
def test_words_are_found_alike_few_or_many(count, data):
    words = [f"词{at}" for at in range(count)]
    values = data.draw(st.lists(st.none() | st.sampled_from(words), max_size=30))
    coded = pa.array(values, pa.string()).dictionary_encode()
    column = Words(coded.indices, coded.dictionary.to_pylist())
    wanted = data.draw(st.sets(st.sampled_from(words)))
    plain = Column(told(values))
    assert plain.where(wanted.__contains__) == column.where(wanted.__contains__)
    assert (plain.known(), plain.told) == (column.known(), column.told)


def test_a_word_that_can_not_be_read_is_unknown_and_wrong():
    coded = pa.array(["甲", "乙", None, "甲"]).dictionary_encode()
    column = Words(coded.indices, [None, "乙"])
    assert (0b1001, 0b0010) == (column.wrong, column.known())
    assert 0b0010 == column.where(lambda _: True)


def test_flags_answer_as_truths():
    column = Flags(0b001, 0b010, 3)
    assert (0b011, 0b010) == (column.known(), column.where(lambda value: value is False))
    assert [True, False, UNKNOWN] == column.told


@given(st.lists(st.tuples(*[st.none() | st.integers(-50, 50)] * 2), max_size=30), st.sampled_from(Bound))
def test_arrow_calculates_as_is_calculated_row_by_row(pairs, bound):
    size = len(pairs)
    columns = [[pair[at] for pair in pairs] for at in (0, 1)]
    by_arrow = [numbers(one) for one in columns]
    plain = [Column(told(one)) for one in columns]
    arrow, rows = ByArrow(), RowByRow()
    leaf = Ratio("甲", "乙", bound, Fraction(-3, 7), file_span("x.yaml"))
    assert rows.related(leaf, *plain, size) == arrow.related(leaf, *by_arrow, size)
    assert rows.related(leaf, plain[0], None, size) == arrow.related(leaf, by_arrow[0], None, size)
    full = (1 << size) - 1
    for function in (Function.SUM, Function.DIFFERENCE, Function.MAX):
        here = arrow.computed(function, by_arrow, full & 0b1011, size, ())
        there = rows.computed(function, plain, full & 0b1011, size, ())
        assert list(there.told) == list(here.told)
        assert [None if one is UNKNOWN else one for one in there.told] == number_column(
            here, size
        ).to_pylist()
    assert list(rows.first(*plain, size, ()).told) == list(arrow.first(*by_arrow, size, ()).told)
    assert list(rows.first(None, plain[1], size, ()).told) == list(
        arrow.first(None, by_arrow[1], size, ()).told
    )


def test_columns_of_words_and_of_many_names_hold_what_their_rows_say():
    assert ["甲", None, "乙"] == word_column([("甲", 0b001), ("丙", 0), ("乙", 0b100)], 3).to_pylist()
    names = [(f"r{at}", (at * 2_654_435_761) & ((1 << 90) - 1)) for at in range(130)]
    expected = [";".join(name for name, rows in names if rows >> at & 1) for at in range(90)]
    assert expected == joined_column(names, 90, ";").to_pylist()
    assert ["", ""] == joined_column([], 2, ";").to_pylist()
