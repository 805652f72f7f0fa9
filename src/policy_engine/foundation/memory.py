"""What a step made of the very same things, so that it need not be made again while only something else changes."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable, Iterable
from functools import wraps
from typing import Any, Generic, TypeVar

S = TypeVar("S")
T = TypeVar("T")
_MOST = 4096
_FEW = 64
_Kept = tuple[tuple[object, ...], object]


def of_the_same(make: Callable[[S], T], most: int | None = None) -> Callable[[S], T]:
    """Give a function that works out what it tells of an object once. For frozen objects that are costly to compare.

    It holds on to the last few thousand of them, or `most`, so that no other can be taken for one.
    """
    known: dict[int, tuple[S, T]] = {}

    @wraps(make)
    def told(of: S) -> T:
        found = known.get(id(of))
        if found is not None and found[0] is of:
            return found[1]
        if len(known) >= (_MOST if most is None else most):
            known.clear()
        made = make(of)
        known[id(of)] = (of, made)
        return made

    return told


def of_a_few(make: Callable[[S], T]) -> Callable[[S], T]:
    """Give the same for what is made of large things: an editor has a new one after each edit."""
    return of_the_same(make, _FEW)


class Beside(Generic[S, T]):
    """What was made of things too large to be hashed, beside each by a name; it goes with the thing.

    Two threads may both make the same; whoever must not, takes turns.
    """

    def __init__(self) -> None:
        self.kept: dict[int, dict[S, T]] = {}

    def of(self, thing: object) -> dict[S, T]:
        """Give what is kept beside a thing, to be added to."""
        kept = self.kept.get(id(thing))
        if kept is None:
            kept = self.kept[id(thing)] = {}
            weakref.finalize(thing, self.kept.pop, id(thing), None).atexit = False
        return kept


class Memory:
    """Remembers of each step the last that it made, and of what. Not for two threads at a time.

    Things are the same where they are one object, or texts that read alike (`is_text`). A new memory is empty: whoever
    makes one for a single run does everything once. `keeps_parts`: whether of a file its parts are remembered too,
    which pays where a file is read again and again with a part of it changed.
    """

    def __init__(self, is_text: Callable[[object], bool], *, keeps_parts: bool = False) -> None:
        self._is_text = is_text
        self._kept: dict[str, _Kept] = {}
        self.keeps_parts = keeps_parts

    def made(self, step: str, of: tuple[object, ...], make: Callable[[], T]) -> T:
        """Give what a step makes of some things. `make` depends on nothing else and changes nothing."""
        known = self._kept.get(step)
        if known is not None and self._same(known[0], of):
            found: Any = known[1]
            return found  # type: ignore[no-any-return]
        made = make()
        self._kept[step] = (of, made)
        return made

    def made_of_each(
        self,
        step: str,
        of: tuple[object, ...],
        parts: Iterable[S],
        make: Callable[[S], T],
        key: Callable[[S], Hashable] = id,
    ) -> tuple[T, ...]:
        """Give what a step makes of each part; those that were there the last time, wherever among them, are not made anew.

        `make` depends on nothing but the part and `of`. `key`: what tells parts apart.
        """
        known = self._kept.get(step)
        found: Any = known[1] if known is not None and self._same(known[0], of) else {}
        now: dict[Hashable, tuple[S, T]] = {}
        made: list[T] = []
        for part in parts:
            name = key(part)
            # The part is kept beside what was made of it, so that no other object can come to have its number.
            pair = found[name] if name in found else (part, make(part))
            now[name] = pair
            made.append(pair[1])
        self._kept[step] = (of, now)
        return tuple(made)

    def last(self, step: str, otherwise: T) -> T:
        """Give what a step last made, of whatever."""
        known = self._kept.get(step)
        found: Any = known[1] if known is not None else otherwise
        return found  # type: ignore[no-any-return]

    def branch(self) -> Memory:
        """Give another that knows the same so far: what is only tried in it is forgotten with it."""
        other = Memory(self._is_text, keeps_parts=self.keeps_parts)
        other._kept = dict(self._kept)
        return other

    def _same(self, one: object, other: object) -> bool:
        if one is other:
            return True
        if isinstance(one, tuple) and isinstance(other, tuple) and not hasattr(one, "_fields"):
            return len(one) == len(other) and all(map(self._same, one, other))
        return self._is_text(one) and one == other
