"""Arrow columns as bitmaps over rows: what clauses ask of them is compared by Arrow, never row by row in Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as of

from policy_engine.evaluation.slices import Column, Relation, RowByRow, Runs, Slices, bitmap_of
from policy_engine.model.conditions import Bound, Ratio
from policy_engine.model.rules import Function
from policy_engine.model.values import UNKNOWN, Known, Value

# Words up to so many are compared one after the other; of more, a table says of each whether it passes.
_FEW: Final = 32
# Making a digit takes as long as two comparisons, and rules ask for every other limit: most begin where one ends.
_COST_OF_A_DIGIT: Final = 4
_WIDEST: Final = 62
_COMPARISONS: Final = {
    Bound.AT_LEAST: pc.greater_equal,
    Bound.MORE_THAN: pc.greater,
    Bound.AT_MOST: pc.less_equal,
    Bound.LESS_THAN: pc.less,
}


def rows_true(array: pa.BooleanArray) -> int:
    """Give the rows in which something is known to be true: Arrow keeps truths as bitmaps itself."""
    _, data = array.buffers()
    return _bits(data, array.offset, len(array)) & rows_known(array)


def rows_known(array: pa.Array) -> int:
    """Give the rows in which something stands."""
    size = len(array)
    if pa.types.is_null(array.type):
        return 0
    validity = array.buffers()[0]
    return (1 << size) - 1 if validity is None else _bits(validity, array.offset, size)


def _bits(buffer: pa.Buffer, offset: int, size: int) -> int:
    within = memoryview(buffer)[offset >> 3 : (offset + size + 7) >> 3]
    found = int.from_bytes(within, "little")
    # Most blocks begin and end with a byte.
    if offset & 7:
        found >>= offset & 7
    return found & ((1 << size) - 1) if (offset + size) & 7 else found


def _rows_set(array: pa.BooleanArray) -> int:
    """Give the rows in which something is true or, where nothing is known, anything."""
    return _bits(array.buffers()[1], array.offset, len(array))


def truths(surely: int, size: int, known: int | None = None) -> pa.BooleanArray:
    """Make a column of truths; `known`: the rows that have one."""
    length = (size + 7) >> 3
    data, validity = (
        None if rows is None else pa.py_buffer(rows.to_bytes(length, "little")) for rows in (surely, known)
    )
    return pa.Array.from_buffers(pa.bool_(), size, [validity, data])


@dataclass(slots=True)
class Flags:
    """Truths. `yes`, `no`: the rows in which it is so, and in which it isn't."""

    yes: int
    no: int
    size: int

    def known(self) -> int:
        """Give the rows whose value is known."""
        return self.yes | self.no

    def where(self, test: Callable[[Known], bool]) -> int:
        """Give the rows whose value passes a test."""
        return (self.yes if test(True) else 0) | (self.no if test(False) else 0)

    def within(self, runs: Runs) -> int:
        """Give nothing: no truth is a number."""
        raise AssertionError(runs)

    @property
    def told(self) -> Sequence[Value]:
        """Give the value of each row."""
        found = truths(self.yes, self.size, self.known()).to_pylist()
        return [UNKNOWN if one is None else one for one in found]


@dataclass(frozen=True, slots=True)
class _Planes:
    """Numbers bit by bit: a bitmap over rows for each binary digit of what they are above the least, the lowest first.

    Making the digits costs what comparing with as many limits does; each further limit then an "and" or "or" a digit.
    """

    least: int
    most: int
    digits: tuple[int, ...]

    @classmethod
    def of(cls, values: pa.Array, span: tuple[int, int], limits: Sequence[int]) -> _Planes | None:
        """Take numbers apart, where that is cheaper than to compare them with so many limits."""
        if not limits:
            return None
        least, most = span[0], max(span[0], min(span[1], limits[-1]))
        size = (most - least).bit_length()
        if len(limits) <= size * _COST_OF_A_DIGIT or size >= _WIDEST:
            return None
        half = 1 << (values.type.bit_width - 1)
        if of.is_unsigned_integer(values.type) or not -half <= least <= most - min(least, 0) < half:
            values = _wide(values)
        kind = values.type
        # What is above all limits is as good as the last.
        values = pc.min_element_wise(values, pa.scalar(most, kind)) if most < span[1] else values
        above = pc.subtract(values, pa.scalar(least, kind)) if least else values
        nothing = pa.scalar(0, kind)
        digits = (pc.bit_wise_and(above, pa.scalar(1 << at, kind)) for at in range(size))
        return cls(least, most, tuple(_rows_set(pc.not_equal(digit, nothing)) for digit in digits))

    def at_least(self, limit: int) -> int | None:
        """Give the rows from a limit on; `None` is all."""
        above = limit - self.least
        if above <= 0:
            return None
        if limit > self.most:
            return 0
        found: int | None = None
        for at, rows in enumerate(self.digits):
            # Of the digits from this one down: a one where the limit has a nought is more, whatever comes below.
            if above >> at & 1:
                found = rows if found is None else rows & found
            elif found is not None:
                found |= rows
        return found


def compared(values: pa.Array, limit: int) -> int | None:
    """Give the rows from a limit on; `None` is all. What is said of rows without a number is of no use."""
    kind = values.type
    # In the type of the numbers themselves: else all of them would be made into another.
    most = 1 << (kind.bit_width - 1)
    if of.is_unsigned_integer(kind):
        values, kind = values.cast(pa.int64()), pa.int64()
    elif not -most <= limit < most:
        return None if limit < 0 else 0
    return _rows_set(pc.greater_equal(values, pa.scalar(limit, kind)))


@dataclass(slots=True)
class Numbers:
    """Numbers and days. `values`: whole numbers, whatever stands where nothing is known; `rows`: where something is."""

    values: pa.Array
    rows: int
    # Where known: the least and the most that there may be, and the limits with which they are to be compared, ascending.
    span: tuple[int, int] | None = None
    limits: Sequence[int] = ()
    _from: dict[int, int] = field(default_factory=dict)
    _planes: _Planes | None = None
    _is_planned: bool = False
    _told: list[Value] | None = None

    def known(self) -> int:
        """Give the rows whose value is known."""
        return self.rows

    def where(self, test: Callable[[Known], bool]) -> int:
        """Give the rows whose value passes a test."""
        return bitmap_of(one is not UNKNOWN and test(one) for one in self.told)

    def within(self, runs: Runs) -> int:
        """Give the rows whose number or day lies in one of some stretches."""
        found = 0
        for first, end in runs:
            rows = self.rows if first is None else self._at_least(first)
            found |= rows if end is None else rows & ~self._at_least(end)
        return found

    def _at_least(self, limit: int) -> int:
        if limit not in self._from:
            if not self._is_planned:
                self._is_planned = True
                self._planes = None if self.span is None else _Planes.of(self.values, self.span, self.limits)
            planes = self._planes
            found = compared(self.values, limit) if planes is None else planes.at_least(limit)
            self._from[limit] = self.rows if found is None else found & self.rows
        return self._from[limit]

    @property
    def told(self) -> Sequence[Value]:
        """Give the value of each row."""
        if self._told is None:
            self._told = [UNKNOWN if one is None else one for one in self.column().to_pylist()]
        return self._told

    def column(self) -> pa.Array:
        """Give the numbers, nothing where none is known."""
        size = len(self.values)
        values = pc.if_else(truths(self.rows, size), self.values, pa.scalar(None, self.values.type))
        return values.cast(pa.int64())


@dataclass(slots=True)
class Words:
    """Few different values. `codes`: the place of each row's value among `values`, where `None` can't be read."""

    codes: pa.Array
    values: Sequence[Known | None]
    rows: int = field(init=False)
    wrong: int = field(init=False)
    _same: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rows = rows_known(self.codes)
        self.wrong = self._in([at for at, value in enumerate(self.values) if value is None])
        self.rows &= ~self.wrong

    def known(self) -> int:
        """Give the rows whose value is known."""
        return self.rows

    def where(self, test: Callable[[Known], bool]) -> int:
        """Give the rows whose value passes a test."""
        return self._in([at for at, value in enumerate(self.values) if value is not None and test(value)])

    def within(self, runs: Runs) -> int:
        """Give the rows whose number or day lies in one of some stretches."""
        return self.where(
            lambda value: (
                isinstance(value, int)
                and any((a is None or a <= value) and (b is None or value < b) for a, b in runs)
            )
        )

    def _in(self, places: Sequence[int]) -> int:
        if not places:
            return 0
        if len(places) == len(self.values):
            return self.rows
        if len(self.values) <= _FEW:
            found = 0
            for place in places:
                found |= self._is(place)
            return found & self.rows
        chosen = set(places)
        table = pa.array([at in chosen for at in range(len(self.values))], pa.bool_())
        return rows_true(pc.take(table, self.codes)) & self.rows

    def _is(self, place: int) -> int:
        if place not in self._same:
            self._same[place] = _rows_set(pc.equal(self.codes, pa.scalar(place, self.codes.type)))
        return self._same[place]

    @property
    def told(self) -> Sequence[Value]:
        """Give the value of each row."""
        values = [UNKNOWN if value is None else value for value in self.values]
        return [UNKNOWN if code is None else values[code] for code in self.codes.to_pylist()]


def as_numbers(column: Slices | None) -> Numbers | None:
    """Give a column as numbers where it holds nothing else."""
    if isinstance(column, Numbers):
        return column
    if isinstance(column, Words) and all(value is None or isinstance(value, int) for value in column.values):
        return Numbers(pc.take(pa.array(column.values, pa.int64()), column.codes), column.rows)
    return None


class ByArrow(RowByRow):
    """Works out by Arrow what it can, the rest row by row."""

    def related(
        self, leaf: Relation, first: Slices | None, second: Slices | None, size: int
    ) -> tuple[int, int]:
        """Give the rows in which a comparison of two fields holds, and in which it fails."""
        one, other = as_numbers(first), as_numbers(second)
        if not isinstance(leaf, Ratio) or one is None or other is None:
            return super().related(leaf, first, second, size)
        # Of what is known no product leaves eight bytes: others are not said in SQL, and not here.
        left = _times(one.values, leaf.ratio.denominator)
        right = _times(other.values, leaf.ratio.numerator)
        known = one.rows & other.rows
        holds = rows_true(_COMPARISONS[leaf.bound](left, right)) & known
        return holds, known & ~holds

    def computed(
        self, function: Function, inputs: Sequence[Slices | None], rows: int, size: int, limits: Sequence[int]
    ) -> Slices:
        """Compute a number on some rows; on the others it is unknown."""
        columns = [one for one in map(as_numbers, inputs) if one is not None]
        if function not in (Function.SUM, Function.DIFFERENCE) or len(columns) < len(inputs):
            return super().computed(function, inputs, rows, size, limits)
        work: Any = pc.add if function is Function.SUM else pc.subtract
        found, known = _wide(columns[0].values), columns[0].rows & rows
        for one in columns[1:]:
            found, known = work(found, _wide(one.values)), known & one.rows
        return Numbers(found, known)

    def first(self, one: Slices | None, other: Slices | None, size: int, limits: Sequence[int]) -> Slices:
        """Take of two columns the value that is known, the first one's where both are."""
        if isinstance(one, Numbers) and isinstance(other, Numbers):
            chosen = pc.if_else(truths(one.rows, size), _wide(one.values), _wide(other.values))
            return Numbers(chosen, one.rows | other.rows)
        return super().first(one, other, size, limits)


def _times(values: pa.Array, factor: int) -> pa.Array:
    return values if factor == 1 else pc.multiply(_wide(values), pa.scalar(factor, pa.int64()))


def _wide(values: pa.Array) -> pa.Array:
    return values.cast(pa.int64())


def number_column(column: Slices, size: int) -> pa.Array:
    """Give what rules computed as a column of whole numbers."""
    found = as_numbers(column)
    if found is not None:
        return found.column()
    assert isinstance(column, Column)
    return pa.array([one if isinstance(one, int) else None for one in column.told], pa.int64(), size=size)


def word_column(rows_of: Iterable[tuple[str, int]], size: int) -> pa.DictionaryArray:
    """Make a column of few words from the rows of each; where none stands there is nothing."""
    codes = pa.nulls(size, pa.int8())
    words: list[str] = []
    for word, rows in rows_of:
        if rows:
            codes = pc.if_else(truths(rows, size), pa.scalar(len(words), pa.int8()), codes)
            words.append(word)
    return pa.DictionaryArray.from_arrays(codes, pa.array(words, pa.string()))


def joined_column(rows_of: Sequence[tuple[str, int]], size: int, separator: str) -> pa.Array:
    """Make a column that names, row by row, everything whose rows it is among."""
    parts = []
    # Eight names are a byte, and what stands for each byte is written once.
    for at in range(0, len(rows_of), _BYTE):
        group = rows_of[at : at + _BYTE]
        codes = pa.repeat(pa.scalar(0, pa.uint8()), size)
        for place, (_, rows) in enumerate(group):
            marked = pc.bit_wise_or(codes, pa.scalar(1 << place, pa.uint8()))
            codes = pc.if_else(truths(rows, size), marked, codes)
        words = [_joined(code, group, separator) for code in range(1 << len(group))]
        parts.append(pc.take(pa.array(words, pa.string()), codes))
    if not parts:
        return pa.repeat("", size)
    whole = pc.binary_join_element_wise(*parts, "")
    return pc.utf8_replace_slice(whole, 0, len(separator), "")


_BYTE: Final = 8


def _joined(code: int, group: Sequence[tuple[str, int]], separator: str) -> str:
    return "".join(f"{separator}{name}" for place, (name, _) in enumerate(group) if code >> place & 1)
