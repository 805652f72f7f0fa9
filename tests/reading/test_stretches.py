"""Stretches are told apart as by comparing each with each, in less work."""

from hypothesis import given
from hypothesis import strategies as st

from policy_engine.reading.denials import Denial, Denials
from policy_engine.reading.stretches import Apart, Said, inside_longer

STRETCH = st.tuples(st.integers(0, 12), st.integers(1, 6)).map(lambda pair: (pair[0], pair[0] + pair[1]))
STRETCHES = st.lists(STRETCH, max_size=12)


SAID = st.builds(lambda s, v, w: Said(*s, v, w), STRETCH, st.sampled_from("甲乙丙"), st.integers(0, 2))


def holds(longer: Said, one: Said) -> bool:
    is_longer = longer.end - longer.start > one.end - one.start
    is_around = longer.start <= one.start and one.end <= longer.end
    return is_longer and is_around and (longer.value != one.value or longer.weakness <= one.weakness)


@given(st.lists(SAID, max_size=12))
def test_what_lies_inside_a_longer_one_is_found(said) -> None:
    assert {one for one in said if any(holds(other, one) for other in said)} == inside_longer(said)


@given(STRETCHES)
def test_of_those_that_overlap_the_first_is_taken(stretches) -> None:
    apart, taken = Apart(), []
    for start, end in stretches:
        is_free = not any(a < end and start < b for a, b in taken)
        taken += [(start, end)] if is_free else []
        assert is_free == apart.takes(start, end)


@given(st.lists(st.tuples(STRETCH, STRETCH), max_size=10), STRETCHES)
def test_a_stretch_is_denied_where_one_denial_covers_it(drawn, stretches) -> None:
    found = [Denial(*word, *reach) for word, reach in drawn]
    together = Denials(found)
    for start, end in stretches:
        assert any(one.covers(start, end) for one in found) == together.cover(start, end)
