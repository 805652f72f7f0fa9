"""Ctrl-C ends an analysis whatever the solver is at: it isn't taken for a question that ran out of steps."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations
from threading import Timer

import pytest
import z3

from policy_engine.analysis.symbolic.solving import _check_at_length, _solver

MANY = 12
ENDLESS = 0


@contextmanager
def interrupted() -> Iterator[None]:
    """Interrupt what runs inside in a moment, as Ctrl-C does, and expect it to end by that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    soon = Timer(0.05, lambda: os.kill(os.getpid(), signal.SIGINT))
    try:
        soon.start()
        with pytest.raises(KeyboardInterrupt):
            yield
    finally:
        signal.signal(signal.SIGINT, before)


def crowded() -> list[z3.BoolRef]:
    """Put more pigeons than there are holes: a solver never sees that it can't be done."""
    sits = [[z3.Bool(f"{pigeon} in {hole}") for hole in range(MANY)] for pigeon in range(MANY + 1)]
    apart = [
        z3.Not(z3.And(one, other)) for hole in zip(*sits, strict=True) for one, other in combinations(hole, 2)
    ]
    return [*(z3.Or(*row) for row in sits), *apart]


def test_a_question_that_would_take_for_ever_is_given_up():
    solver = _solver(crowded(), ENDLESS, 1)
    with interrupted():
        _check_at_length(solver, [])


def test_a_short_question_comes_to_its_end_first():
    solver = _solver(crowded(), 100_000, 1)
    with interrupted():
        for _ in range(2_000):
            assert z3.unknown == solver.check()
