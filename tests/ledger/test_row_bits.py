"""Bitmaps as arrays answer to signs as integers do, whatever their size, and leave nothing behind their last row."""

import operator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.evaluation.slices import RowByRow, rows_in
from policy_engine.ledger.arrow_slices import ByArrow
from policy_engine.ledger.row_bits import Bits, all_rows, codes_of, data_of, of_buffer, of_int, of_truths

SIGNS = (operator.and_, operator.or_, operator.xor)


@st.composite
def pairs(draw):
    size = draw(st.integers(0, 200))
    return size, *(draw(st.integers(0, (1 << size) - 1) | st.just((1 << size) - 1)) for _ in range(2))


@given(pairs(), st.sampled_from(SIGNS))
def test_signs_come_to_what_integers_come_to(pair, sign):
    size, one, other = pair
    expected = sign(one, other)
    made = of_int(one, size), of_int(other, size)
    for found in (sign(*made), sign(made[0], other), sign(one, made[1])):
        assert expected == int(found)
        assert bool(expected) is bool(found)
        assert expected.bit_count() == found.bit_count()
        assert list(rows_in(expected)) == list(rows_in(found))
    # Neither was changed.
    assert (one, other) == tuple(map(int, made))


@given(pairs())
def test_denials_end_with_the_last_row(pair):
    size, one, other = pair
    full, bits = (1 << size) - 1, of_int(one, size)
    assert full & ~one == int(~bits)
    assert (full & ~one).bit_count() == (~bits).bit_count()
    assert one & ~other == int(bits & ~of_int(other, size)) == int(bits & ~other)
    assert full == int(all_rows(size))
    assert (one == other) is (bits == of_int(other, size))
    assert [one >> at for at in range(size)] == [bits >> at for at in range(size)]


@given(st.lists(st.booleans(), max_size=90), st.integers(0, 30), st.integers(0, 40))
def test_arrows_bitmaps_are_read_from_any_row_to_any_row(truths, start, count):
    kept = truths[start : start + count]
    whole = np.packbits(np.array(truths, np.bool_), bitorder="little")
    found = of_buffer(whole.tobytes(), start if kept else 0, len(kept))
    assert sum(one << at for at, one in enumerate(kept)) == int(found)
    assert found == of_truths(np.array(kept, np.bool_))


@pytest.mark.parametrize("count", [0, 1, 2, 5])
@given(st.data())
def test_one_of_several_is_the_same_in_either_kind(count, data):
    size = data.draw(st.integers(0, 90))
    listed = [data.draw(st.integers(0, (1 << size) - 1)) for _ in range(count)]
    mixed = [one if data.draw(st.booleans()) else of_int(one, size) for one in listed]
    before = [int(one) for one in mixed]
    assert RowByRow().either(listed, size) == int(ByArrow().either(mixed, size))
    assert before == [int(one) for one in mixed]


def test_bits_are_no_key_and_say_what_they_are():
    with pytest.raises(TypeError):
        hash(of_int(1, 3))
    assert "Bits(0b101, 3)" == repr(of_int(5, 3))
    assert Bits(data_of(5, 3), 3) == 5


@given(st.integers(0, 90), st.integers(0, 8), st.data())
def test_a_row_says_in_a_byte_which_bitmaps_it_is_in(size, count, data):
    listed = [data.draw(st.integers(0, (1 << size) - 1)) for _ in range(count)]
    expected = [sum((one >> at & 1) << place for place, one in enumerate(listed)) for at in range(size)]
    assert expected == codes_of(listed, size).tolist()
