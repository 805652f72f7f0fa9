"""Stretches of a text told apart in little more work than there are stretches: which lie inside longer ones, which overlap."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Hashable, Iterable
from itertools import groupby
from operator import itemgetter

from policy_engine.foundation.records import dataclass, field
from policy_engine.foundation.tuples import NamedTuple


class Said(NamedTuple):
    """What a stretch says, and how weakly: 0 is the surest."""

    start: int
    end: int
    value: Hashable
    weakness: int


def inside_longer(found: Iterable[Said]) -> frozenset[Said]:
    """Find those that lie inside a longer one, which says something else, or the same no less surely."""
    held: set[Said] = set()
    # How far what came before reaches: each value by how weakly it is said, and the two that reach furthest.
    reached: dict[Hashable, dict[int, int]] = {}
    furthest: list[tuple[int, Hashable]] = []
    ordered = sorted(set(found), key=lambda one: (one.start, -one.end))
    for _, group in groupby(ordered, key=lambda one: (one.start, one.end)):
        same = list(group)
        for one in same:
            other = max((end for end, value in furthest if value != one.value), default=-1)
            own = (end for weakness, end in reached.get(one.value, {}).items() if weakness <= one.weakness)
            if one.end <= max(other, *own, -1):
                held.add(one)
        for one in same:
            own_ends = reached.setdefault(one.value, {})
            own_ends[one.weakness] = max(own_ends.get(one.weakness, -1), one.end)
            rest = [pair for pair in furthest if pair[1] != one.value]
            # Two of unlike values are enough: one of them always differs from the value in question.
            furthest = sorted([*rest, (max(own_ends.values()), one.value)], key=itemgetter(0))[-2:]
    return frozenset(held)


@dataclass(slots=True)
class Apart:
    """Stretches that do not overlap."""

    _taken: list[tuple[int, int]] = field(default_factory=list)

    def takes(self, start: int, end: int) -> bool:
        """Take a stretch that isn't empty, unless it overlaps one that was taken."""
        at = bisect_left(self._taken, (end, -1))
        # Those before begin earlier than this one ends; the last of them reaches furthest.
        if at and self._taken[at - 1][1] > start:
            return False
        insort(self._taken, (start, end))
        return True
