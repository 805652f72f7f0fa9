"""Find all minimal sets that meet a claim which more elements never break."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from heapq import heappop, heappush
from typing import TypeVar

_Element = TypeVar("_Element")


def minimal_sets(
    universe: Iterable[_Element],
    holds: Callable[[frozenset[_Element]], bool],
    surely_fails: Callable[[frozenset[_Element]], bool],
) -> Iterator[tuple[_Element, ...]]:
    """Go through the sets that meet the claim and have no proper subset that does, smallest first.

    `holds` must be monotone: what a set meets, every larger set of the universe meets. `surely_fails` may be a quick
    test that misses some failures but finds none where there is none. Exact by duality (Reiter's hitting-set tree):
    a set meets the claim only if it takes an element from outside each set that doesn't. Those are found one at a
    time, by growing a set that failed; so elements that never matter cost next to nothing.
    """
    elements = tuple(dict.fromkeys(universe))
    everything = frozenset(elements)
    if surely_fails(everything):
        return
    rank = {element: at for at, element in enumerate(elements)}
    found: list[frozenset[_Element]] = []
    missed: list[frozenset[_Element]] = []
    seen: set[frozenset[_Element]] = {frozenset()}
    waiting: list[tuple[int, tuple[int, ...]]] = [(0, ())]
    while waiting:
        _, ranks = heappop(waiting)
        candidate = frozenset(elements[at] for at in ranks)
        # Smallest first, so whatever makes a candidate needless is found already.
        if any(smaller <= candidate for smaller in found):
            continue
        outside = next((block for block in missed if block.isdisjoint(candidate)), None)
        if outside is None:
            if not surely_fails(candidate) and holds(candidate):
                found.append(candidate)
                yield tuple(elements[at] for at in ranks)
                continue
            # The larger the set that fails, the fewer the elements of which one is needed.
            grown = _grown(candidate, elements, surely_fails)
            outside = everything - grown
            missed.append(outside)
        for element in outside:
            larger = candidate | {element}
            if larger not in seen:
                seen.add(larger)
                heappush(waiting, (len(larger), tuple(sorted(rank[each] for each in larger))))


def _grown(
    failing: frozenset[_Element],
    elements: tuple[_Element, ...],
    surely_fails: Callable[[frozenset[_Element]], bool],
) -> frozenset[_Element]:
    if not surely_fails(failing):
        return failing
    grown = failing
    for element in elements:
        if element not in grown and surely_fails(grown | {element}):
            grown |= {element}
    return grown
