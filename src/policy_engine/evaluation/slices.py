"""Columns of values as bitmaps: for whatever clauses ask of a column, one integer with a bit a row, row 0 lowest."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, Self

from policy_engine.compilation.runtime import computed, is_within
from policy_engine.model.conditions import COMPARISONS, Ratio, WithinMonths
from policy_engine.model.rules import Function
from policy_engine.model.values import UNKNOWN, Known, Value

# Stretches of numbers, each from its first number to right before another; `None` where it has no end.
Runs = tuple[tuple[int | None, int | None], ...]
Relation = Ratio | WithinMonths


class Bitmap(Protocol):
    """A bit a row, row 0 lowest: an integer, or whatever answers to the same signs. None is ever changed in place."""

    def __and__(self, other: Any, /) -> Self: ...  # noqa: ANN401 - integers take integers
    def __or__(self, other: Any, /) -> Self: ...  # noqa: ANN401 - integers take integers
    def __xor__(self, other: Any, /) -> Self: ...  # noqa: ANN401 - integers take integers
    def __rand__(self, other: Any, /) -> Self: ...  # noqa: ANN401 - integers take integers
    def __ror__(self, other: Any, /) -> Self: ...  # noqa: ANN401 - integers take integers
    def __invert__(self) -> Self: ...
    def __rshift__(self, by: int, /) -> int: ...
    def __bool__(self) -> bool: ...
    def __int__(self) -> int: ...
    def bit_count(self) -> int:
        """Count the rows."""


# A code is one byte: a column with more different values is looked at row by row.
_MOST_CODES: Final = 256


class Slices(Protocol):
    """The values of one field on the rows of a block, whatever holds them."""

    def known(self) -> Bitmap:
        """Give the rows whose value is known."""

    def where(self, test: Callable[[Known], bool]) -> Bitmap:
        """Give the rows whose value passes a test; what is unknown passes none."""

    def within(self, runs: Runs) -> Bitmap:
        """Give the rows whose number or day lies in one of some stretches."""

    @property
    def told(self) -> Sequence[Value]:
        """Give the value of each row."""


class Arithmetic(Protocol):
    """What two fields or more come to on the rows of a block; `None` is a field of which nothing is told."""

    def all_rows(self, size: int) -> Bitmap:
        """Give all rows, in the kind of bitmap that this works on."""

    def either(self, bitmaps: Sequence[Bitmap], size: int) -> Bitmap:
        """Give the rows that are in one of some bitmaps."""

    def related(
        self, leaf: Relation, first: Slices | None, second: Slices | None, size: int
    ) -> tuple[Bitmap, Bitmap]:
        """Give the rows in which a comparison of two fields holds, and in which it fails."""

    def computed(
        self,
        function: Function,
        inputs: Sequence[Slices | None],
        rows: Bitmap,
        size: int,
        limits: Sequence[int],
    ) -> Slices:
        """Compute a number on some rows; on the others it is unknown."""

    def counted(self, by_number: Mapping[int, Bitmap], size: int, limits: Sequence[int]) -> Slices:
        """Give each number on its rows."""

    def first(self, one: Slices | None, other: Slices | None, size: int, limits: Sequence[int]) -> Slices:
        """Take of two columns the value that is known, the first one's where both are."""


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

    def known(self) -> int:
        """Give the rows whose value is known."""
        return self.where(lambda _: True)

    def within(self, runs: Runs) -> int:
        """Give the rows whose number or day lies in one of some stretches."""
        return self.where(
            lambda value: (
                isinstance(value, int)
                and any((a is None or a <= value) and (b is None or value < b) for a, b in runs)
            )
        )

    def where(self, test: Callable[[Known], bool]) -> int:
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


class RowByRow:
    """Works out what hangs on several fields a row at a time."""

    def all_rows(self, size: int) -> Bitmap:
        """Give all rows, as an integer."""
        return (1 << size) - 1

    def either(self, bitmaps: Sequence[Bitmap], size: int) -> Bitmap:  # noqa: ARG002 - integers have no size
        """Give the rows that are in one of some bitmaps."""
        found: Bitmap = 0
        for one in bitmaps:
            found = found | one
        return found

    def related(
        self, leaf: Relation, first: Slices | None, second: Slices | None, size: int
    ) -> tuple[Bitmap, Bitmap]:
        """Give the rows in which a comparison of two fields holds, and in which it fails."""
        nothing: Sequence[Value] = [UNKNOWN] * size
        columns = [nothing if column is None else column.told for column in (first, second)]
        relate = _comparison(leaf)
        found = [relate(*pair) for pair in zip(*columns, strict=True)]
        return bitmap_of(one is True for one in found), bitmap_of(one is False for one in found)

    def computed(
        self,
        function: Function,
        inputs: Sequence[Slices | None],
        rows: Bitmap,
        size: int,
        limits: Sequence[int],
    ) -> Slices:
        """Compute a number on some rows; on the others it is unknown."""
        found: list[Value] = [UNKNOWN] * size
        known: dict[tuple[Value, ...], Value] = {}
        columns = [None if one is None else one.told for one in inputs]
        for at in rows_in(rows):
            values = tuple(UNKNOWN if one is None else one[at] for one in columns)
            if values not in known:
                number = computed(function, list(values))
                known[values] = UNKNOWN if number is None else number
            found[at] = known[values]
        return Column(found, tuple(limits))

    def counted(self, by_number: Mapping[int, Bitmap], size: int, limits: Sequence[int]) -> Slices:
        """Give each number on its rows."""
        found: list[Value] = [UNKNOWN] * size
        for number, rows in by_number.items():
            for at in rows_in(rows):
                found[at] = number
        return Column(found, tuple(limits))

    def first(self, one: Slices | None, other: Slices | None, size: int, limits: Sequence[int]) -> Slices:
        """Take of two columns the value that is known, the first one's where both are."""
        nothing: Sequence[Value] = [UNKNOWN] * size
        columns = [nothing if column is None else column.told for column in (one, other)]
        merged = [a if a is not UNKNOWN else b for a, b in zip(*columns, strict=True)]
        return Column(merged, tuple(limits))


def _comparison(leaf: Relation) -> Callable[[Value, Value], bool | None]:
    match leaf:
        case WithinMonths(months=months, period=period):
            return lambda one, other: is_within(one, other, months, period)
        case Ratio(bound=bound, ratio=ratio):
            compare, over, under = COMPARISONS[bound], ratio.numerator, ratio.denominator
            return lambda one, other: (
                compare(one * under, other * over)
                if isinstance(one, int) and isinstance(other, int)
                else None
            )


def bitmap_of(truths: Iterable[bool]) -> int:
    """Make a bitmap of truths, the first row first."""
    digits = ["1" if one else "0" for one in truths]
    digits.reverse()
    return int("".join(digits) or "0", 2)


def rows_in(bitmap: Bitmap) -> Iterable[int]:
    """Go through the rows of a bitmap, the first first."""
    digits = f"{int(bitmap):b}"[::-1]
    at = digits.find("1")
    while at >= 0:
        yield at
        at = digits.find("1", at + 1)


def at_least(bitmaps: Iterable[Bitmap], least: int, full: Bitmap) -> Bitmap:
    """Give the rows that are in so many of some bitmaps at least."""
    if least <= 0:
        return full
    reached: list[Bitmap] = [0] * least
    for bitmap in bitmaps:
        for at in range(least - 1, 0, -1):
            reached[at] = reached[at] | reached[at - 1] & bitmap
        reached[0] = reached[0] | bitmap
    return reached[-1]
