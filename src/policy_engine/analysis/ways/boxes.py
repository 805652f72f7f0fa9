"""Cover what works by few descriptions: each a set of values a position, all combinations of which work."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import product

Box = tuple[frozenset[int], ...]


def cover(working: Collection[tuple[int, ...]], fixed: Collection[int]) -> Iterator[Box]:
    """Go through maximal boxes that together hold every working combination and no other.

    A combination is a tuple of places; positions in `fixed` hold one value a box.
    """
    left = dict.fromkeys(working)
    whole = frozenset(working)
    while left:
        box = _grown(next(iter(left)), whole, fixed)
        yield box
        for combination in product(*box):
            # Boxes may overlap: what an earlier one holds is gone already.
            left.pop(combination, None)


def _grown(start: tuple[int, ...], working: frozenset[tuple[int, ...]], fixed: Collection[int]) -> Box:
    box: Box = tuple(frozenset((value,)) for value in start)
    for position in range(len(start)):
        if position in fixed:
            continue
        for value in sorted({combination[position] for combination in working}):
            others = (*box[:position], frozenset((value,)), *box[position + 1 :])
            if all(combination in working for combination in product(*others)):
                box = (*box[:position], box[position] | {value}, *box[position + 1 :])
    return box


def stretches(chosen: Collection[int], points: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Join chosen points, by their place in the list, to stretches without a gap: first and last point of each."""
    first: int | None = None
    for at in range(len(points) + 1):
        if at in chosen:
            first = at if first is None else first
        elif first is not None:
            yield points[first], points[at - 1]
            first = None
