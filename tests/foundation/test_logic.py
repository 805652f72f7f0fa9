"""Kleene's logic: its tables, its laws, and that an unknown settles only where every completion agrees."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.foundation.logic import Truth, conjunction, disjunction, negate, truth_of

T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
ALL = (T, F, U)
TRUTHS = st.lists(st.sampled_from(ALL), max_size=6)


@pytest.mark.parametrize(("a", "b"), list(product(ALL, ALL)))
def test_tables_are_least_and_greatest(a: Truth, b: Truth) -> None:
    order = (F, U, T)
    assert conjunction((a, b)) is order[min(order.index(a), order.index(b))]
    assert disjunction((a, b)) is order[max(order.index(a), order.index(b))]


def test_nothing_joined_is_the_neutral_truth() -> None:
    assert conjunction(()) is T
    assert disjunction(()) is F


def test_denial_keeps_the_unknown() -> None:
    assert [negate(truth) for truth in ALL] == [F, T, U]


@pytest.mark.parametrize("claim", [True, False])
def test_settled_claims_are_truths(claim: bool) -> None:
    assert truth_of(claim) is (T if claim else F)


@given(TRUTHS)
def test_de_morgan(truths: list[Truth]) -> None:
    assert negate(conjunction(truths)) is disjunction([negate(truth) for truth in truths])


@given(TRUTHS)
def test_settled_result_agrees_with_every_completion(truths: list[Truth]) -> None:
    completions = product(*((T, F) if truth is U else (truth,) for truth in truths))
    results = {(conjunction(c), disjunction(c)) for c in completions}
    for i, found in enumerate((conjunction(truths), disjunction(truths))):
        assert found is U or {found} == {result[i] for result in results}


@given(TRUTHS, st.randoms())
def test_order_does_not_matter(truths: list[Truth], random) -> None:
    shuffled = list(truths)
    random.shuffle(shuffled)
    assert conjunction(truths) is conjunction(shuffled)
    assert disjunction(truths) is disjunction(iter(shuffled))
