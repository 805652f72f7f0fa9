"""How hard to try: `make test` looks at a few examples of each property, `make test-full` at all of them.

Both draw the same examples each time, so that what they say of a change is about the change.
`make explore` draws others at every run: what it finds becomes a test by name.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import product
from typing import TypeVar

from hypothesis import Phase, given, settings
from hypothesis.strategies import SearchStrategy, tuples

T = TypeVar("T")
U = TypeVar("U")

IS_EXPLORING = os.environ.get("SUITE") == "explore"
IS_FULL = IS_EXPLORING or os.environ.get("SUITE") == "full"


def examples(full: int) -> int:
    """Say how many examples a slow property gets, given what the full suite gives it."""
    return full if IS_FULL else max(5, full // 5)


def some(of: Sequence[T], step: int) -> Sequence[T]:
    """Take all in the full suite, and every so manieth otherwise."""
    return of if IS_FULL else of[::step]


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
