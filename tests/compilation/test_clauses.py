"""Clauses: turning formulas round loses nothing, and what is too wide is cut."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import examples
from policy_engine.compilation.clauses import ClauseWriter, Interim, reduced
from policy_engine.compilation.lowering import FALSE, TRUE, Bit, Conj, Disj

BITS = tuple(Bit(name, "", positive) for name in "甲乙丙" for positive in (True, False))


@st.composite
def formulas(draw, depth=2):
    if not depth or draw(st.booleans()):
        return draw(st.sampled_from(BITS))
    parts = tuple(draw(st.lists(formulas(depth - 1), max_size=3)))
    return draw(st.sampled_from((Conj, Disj)))(parts)


def holds(formula, known) -> bool:
    match formula:
        case Conj(parts):
            return all(holds(part, known) for part in parts)
        case Disj(parts):
            return any(holds(part, known) for part in parts)
    return known[formula]


def satisfied(clauses, known, writer) -> bool:
    decided = dict(known)

    def hold(some) -> bool:
        return all(any(decided[source] is wanted for source, wanted in clause) for clause in some)

    # An interim reads only those that were cut out before it.
    for number, interim in enumerate(writer.interims):
        decided[Interim(number)] = hold(interim)
    return hold(clauses)


@pytest.mark.parametrize("most", [2, 3, 32])
def test_clauses_hold_exactly_where_their_formula_does(most):
    @settings(max_examples=examples(200))
    @given(formulas())
    def agree(formula):
        writer = ClauseWriter(most)
        both = {wanted: writer.clauses(formula, holds=wanted) for wanted in (True, False)}
        for values in product((True, False), repeat=len(BITS)):
            known = dict(zip(BITS, values, strict=True))
            for wanted, clauses in both.items():
                assert satisfied(clauses, known, writer) is (holds(formula, known) is wanted)

    agree()


@pytest.mark.parametrize("most", [2, 3])
def test_no_formula_has_more_clauses_than_it_may(most):
    wide = Disj(tuple(Conj(BITS[at : at + 3]) for at in range(3)))
    writer = ClauseWriter(most)
    found = writer.clauses(wide, holds=True)
    assert max(map(len, (found, *writer.interims))) <= most
    assert writer.interims


@settings(max_examples=examples(200))
@given(formulas(depth=3))
def test_what_fits_is_not_cut(formula):
    # Each cut is a stratum more.
    whole = ClauseWriter(10**6)
    found = [whole.clauses(formula, holds=wanted) for wanted in (True, False)]
    assert [] == whole.interims
    assert all(
        not isinstance(source, Interim) for clauses in found for clause in clauses for source, _ in clause
    )


def test_what_always_or_never_holds_has_no_clause_or_an_empty_one():
    writer = ClauseWriter()
    assert writer.clauses(TRUE, holds=True) == writer.clauses(FALSE, holds=False) == ()
    assert writer.clauses(FALSE, holds=True) == writer.clauses(TRUE, holds=False) == (frozenset(),)


def test_a_clause_that_a_shorter_one_makes_needless_is_left_out():
    one, other = (BITS[0], True), (BITS[2], False)
    assert reduced([frozenset({one, other}), frozenset({one}), frozenset({one})]) == (frozenset({one}),)


def test_a_clause_that_always_holds_is_left_out():
    assert reduced([frozenset({(BITS[0], True), (BITS[0], False)})]) == ()
