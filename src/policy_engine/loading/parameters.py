"""Dated parameters as written: their values stay text until a field types them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from policy_engine.foundation.spans import Span
from policy_engine.loading.tree import Scalar
from policy_engine.model.documents import Citation


@dataclass(frozen=True, slots=True)
class ParameterPeriod:
    """One value of a parameter and the days it was in force; list parameters hold texts."""

    first: int | None
    last: int | None
    texts: tuple[Scalar, ...]
    citation: Citation | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    is_list: bool
    unit: str
    periods: tuple[ParameterPeriod, ...]
    span: Span


Interval = tuple[int | None, int | None]
ALWAYS: Interval = (None, None)


def common_days(one: Interval, other: Interval) -> Interval:
    """Find the days of two intervals at once; where there are none, the last lies before the first."""
    firsts = [first for first in (one[0], other[0]) if first is not None]
    lasts = [last for last in (one[1], other[1]) if last is not None]
    return max(firsts, default=None), min(lasts, default=None)


def gaps(periods: Iterable[ParameterPeriod], within: Interval) -> Iterator[Interval]:
    """Go through the stretches of days that no period covers, in order; an absent end is open."""
    first, last = within
    for period in sorted(periods, key=lambda p: -1 if p.first is None else p.first):
        if period.first is not None:
            yield from _if_any(common_days((first, last), (None, period.first - 1)))
        # A value without an end covers all that is left.
        if period.last is None:
            return
        first, last = common_days((first, last), (period.last + 1, None))
    yield from _if_any((first, last))


def _if_any(days: Interval) -> Iterator[Interval]:
    first, last = days
    if first is None or last is None or first <= last:
        yield days
