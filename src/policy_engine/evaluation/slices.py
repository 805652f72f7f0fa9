"""Columns of values as bitmaps: for whatever clauses ask of a column, one integer with a bit a row, row 0 lowest."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from policy_engine.model.values import UNKNOWN, Value

# A code is one byte: a column with more different values is looked at row by row.
_MOST_CODES: Final = 256


@dataclass(slots=True)
class Column:
    """The values of one field, all of its type, in the order of the rows. `limits`: where stretches of numbers begin that no test tells apart.

    `codes`: the place of each among `values`, the last row first.

    Codes are made when they are first wanted; none where there are too many different values for a byte.
    """

    told: Sequence[Value]
    limits: tuple[int, ...] = ()
    values: list[Value] = field(default_factory=list)
    codes: bytes | None = None
    _is_coded: bool = False

    def where(self, test: Callable[[Value], bool]) -> int:
        """Give the rows whose value passes a test; what is unknown passes none."""
        if not self._is_coded:
            self._code()
        if self.codes is None:
            digits = "".join("1" if v is not UNKNOWN and test(v) else "0" for v in reversed(self.told))
            return int(digits or "0", 2)
        passing = [v is not UNKNOWN and test(v) for v in self.values]
        if not any(passing):
            return 0
        table = bytes(b"1"[0] if is_so else b"0"[0] for is_so in passing).ljust(_MOST_CODES, b"0")
        return int(self.codes.translate(table), 2)

    def _code(self) -> None:
        self._is_coded = True
        told = set(self.told)
        places = {value: at for at, value in enumerate(told)}
        self.values = [*places]
        if len(told) > _MOST_CODES:
            if not self.limits or len(self.limits) + 2 > _MOST_CODES:
                return
            self.values = [UNKNOWN] * (len(self.limits) + 2)
            for value in told:
                # One value stands for its whole stretch; the last place is that of what is unknown.
                at = bisect_right(self.limits, value) if isinstance(value, int) else len(self.limits) + 1
                places[value], self.values[at] = at, value
        self.codes = bytes(map(places.__getitem__, reversed(self.told)))


def rows_in(bitmap: int) -> Iterable[int]:
    """Go through the rows of a bitmap, the first first."""
    digits = f"{bitmap:b}"[::-1]
    at = digits.find("1")
    while at >= 0:
        yield at
        at = digits.find("1", at + 1)


def at_least(bitmaps: Iterable[int], least: int, full: int) -> int:
    """Give the rows that are in so many of some bitmaps at least."""
    if least <= 0:
        return full
    reached = [0] * least
    for bitmap in bitmaps:
        for at in range(least - 1, 0, -1):
            reached[at] |= reached[at - 1] & bitmap
        reached[0] |= bitmap
    return reached[-1]
