"""How hard to try: `make test` looks at a few examples of each property, `make test-full` at all of them.

Tests of a long family that each take long are marked `every(n)`, single ones that sweep far `broad`; `make test` runs
one in n of the first and none of the second. What is named, by `-k` or by its place, is run whole. `make mutants`
leaves nothing out, and tries more examples. Of the slow files, `make test` runs those that a change reaches
(`reach.py`); `make test SUITE=whole` and `.ci/run` run all.

Both draw the same examples each time, so that what they say of a change is about the change. But which one in n of a
long family `.ci/run` takes goes by the commit: a test that no run ever took failed for weeks, and nobody saw it.
`make explore` draws others at every run: what it finds becomes a test by name.
"""

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import product
from typing import TypeVar

import pytest
from hypothesis import Phase, given, settings
from hypothesis.strategies import SearchStrategy, tuples

T = TypeVar("T")
U = TypeVar("U")

IS_EXPLORING = os.environ.get("SUITE") == "explore"
IS_FULL = IS_EXPLORING or os.environ.get("SUITE") == "full"
IS_AGAINST_ERRORS = os.environ.get("SUITE") == "mutants"
IS_QUICK = os.environ.get("SUITE", "") in ("", "whole")
# Who proposes a change runs what it reaches; what all rely on runs everything.
IS_REACHED_ONLY = not os.environ.get("SUITE") and not os.environ.get("CI")


def examples(full: int) -> int:
    """Say how many examples a slow property gets, given what the full suite gives it."""
    return full if IS_FULL else max(5, full // (10 if IS_QUICK else 5))


def some(of: Sequence[T], step: int) -> Sequence[T]:
    """Take all in the full suite, every so manieth otherwise; against small errors in the code all but of very long ones."""
    if IS_FULL:
        return of
    return of[:: max(1, step // 20)] if IS_AGAINST_ERRORS else of[::step]


def left_out(of: Iterable[pytest.Item], turn: int = 0) -> list[pytest.Item]:
    """Name the collected tests that only the full suite runs: all that are broad, of a long family all but one in n.

    `turn`: which one in n.
    """
    families: dict[tuple[object, str, int], list[pytest.Item]] = defaultdict(list)
    found = []
    for item in of:
        mark = item.get_closest_marker("every")
        if item.get_closest_marker("broad") is not None:
            found.append(item)
        elif mark is not None:
            name = mark.kwargs.get("among") or getattr(item, "originalname", item.name)
            families[item.path, name, mark.args[0]].append(item)
    for (_, _, one_in), family in families.items():
        # Of a family shorter than that one is taken all the same.
        taken = turn % min(one_in, len(family))
        found += [item for at, item in enumerate(family) if at % one_in != taken]
    return found


def pairs(of: Sequence[T], others: Sequence[U]) -> list[tuple[T, U]]:
    """Pair all with all in the full suite; otherwise so that each of the first has one, and each of the others too."""
    turns = max(len(of), len(others))
    each = [(of[n % len(of)], others[n % len(others)]) for n in range(turns)]
    return list(product(of, others)) if IS_FULL else each


class EnoughError(Exception):
    """Raised where nothing is left to look for."""


def look_until_seen(
    wanted: Iterable[object], seen: Counter, most: int, look: Callable[..., None], *drawn: SearchStrategy
) -> None:
    """Let `look` count in `seen` what arises in drawn examples, the same each time, until all that is wanted did."""
    missing = set(wanted)

    @settings(derandomize=True, max_examples=most, database=None, phases=[Phase.generate])
    @given(tuples(*drawn))
    def looking(values: tuple) -> None:
        if not missing:
            raise EnoughError
        look(*values)
        missing.difference_update([one for one in missing if seen[one]])

    with suppress(EnoughError):
        looking()
    assert not missing, missing
