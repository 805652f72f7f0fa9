"""Arrow columns as bitmaps over rows: what clauses ask of them is compared by Arrow, never row by row in Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as of

from policy_engine.evaluation.slices import Bitmap, Column, Relation, RowByRow, Runs, Slices
from policy_engine.ledger.row_bits import (
    Bits,
    all_rows,
    codes_of,
    data_of,
    either,
    of_buffer,
    of_int,
    of_truths,
)
from policy_engine.model.conditions import Bound, Ratio
from policy_engine.model.rules import Function
from policy_engine.model.values import UNKNOWN, Known, Value

# Words up to so many are compared one after the other; of more, a table says of each whether it passes.
_FEW: Final = 32
_LEAST: Final = -(1 << 15)
_MOST: Final = (1 << 15) - 1
_NARROW: Final = 2
_MOST_REMEMBERED: Final = 4_096
_COMPARISONS: Final = {
    Bound.AT_LEAST: pc.greater_equal,
    Bound.MORE_THAN: pc.greater,
    Bound.AT_MOST: pc.less_equal,
    Bound.LESS_THAN: pc.less,
}


def rows_true(array: pa.BooleanArray) -> Bits:
    """Give the rows in which something is known to be true: Arrow keeps truths as bitmaps itself."""
    data, known = _rows_set(array), array.buffers()[0]
    return data if known is None else Bits(data.data & rows_known(array).data, data.size)


def rows_known(array: pa.Array) -> Bits:
    """Give the rows in which something stands."""
    size = len(array)
    if pa.types.is_null(array.type):
        return of_int(0, size)
    validity = array.buffers()[0]
    return all_rows(size) if validity is None else of_buffer(validity, array.offset, size)


def _rows_set(array: pa.BooleanArray) -> Bits:
    """Give the rows in which something is true or, where nothing is known, anything."""
    return of_buffer(array.buffers()[1], array.offset, len(array))


def truths(surely: Bitmap, size: int, known: Bitmap | None = None) -> pa.BooleanArray:
    """Make a column of truths; `known`: the rows that have one."""
    data, validity = (None if rows is None else pa.py_buffer(data_of(rows, size)) for rows in (surely, known))
    return pa.Array.from_buffers(pa.bool_(), size, [validity, data])


@dataclass(slots=True)
class Flags:
    """Truths. `yes`, `no`: the rows in which it is so, and in which it isn't."""

    yes: Bitmap
    no: Bitmap
    size: int

    def known(self) -> Bitmap:
        """Give the rows whose value is known."""
        return self.yes | self.no

    def where(self, test: Callable[[Known], bool]) -> Bitmap:
        """Give the rows whose value passes a test."""
        if test(True):
            return self.known() if test(False) else self.yes
        return self.no if test(False) else 0

    def within(self, runs: Runs) -> Bitmap:
        """Give nothing: no truth is a number."""
        raise AssertionError(runs)

    @property
    def told(self) -> Sequence[Value]:
        """Give the value of each row."""
        found = truths(self.yes, self.size, self.known()).to_pylist()
        return [UNKNOWN if one is None else one for one in found]


def plain(array: pa.Array) -> npt.NDArray[Any]:
    """Give whole numbers as they lie in memory, whatever stands where nothing is known."""
    kind = array.type
    width = kind.bit_width // 8
    sign = "u" if of.is_unsigned_integer(kind) else "i"
    data = array.buffers()[1]
    if data is None or not len(array):
        return np.zeros(len(array), f"{sign}{width}")
    return np.frombuffer(data, f"{sign}{width}", len(array), array.offset * width)


@dataclass(slots=True)
class Numbers:
    """Numbers and days. `values`: whole numbers, whatever stands where nothing is known; `rows`: where something is."""

    values: pa.Array
    rows: Bitmap
    _from: dict[int, Bitmap] = field(default_factory=dict)
    _narrow: npt.NDArray[Any] | None = None
    _told: list[Value] | None = None

    def known(self) -> Bitmap:
        """Give the rows whose value is known."""
        return self.rows

    def where(self, test: Callable[[Known], bool]) -> Bitmap:
        """Give the rows whose value passes a test."""
        return of_truths(np.array([one is not UNKNOWN and test(one) for one in self.told], np.bool_))

    def within(self, runs: Runs) -> Bitmap:
        """Give the rows whose number or day lies in one of some stretches."""
        found: Bitmap = 0
        for first, end in runs:
            if first is not None and end is not None and end <= first:
                continue
            rows = self.rows if first is None else self._at_least(first)
            # What is from a later limit on is from an earlier one on too.
            found = found | (rows if end is None else rows ^ self._at_least(end))
        return found

    def _at_least(self, limit: int) -> Bitmap:
        if limit not in self._from:
            if self._narrow is None:
                self._narrow = _narrowed(plain(self.values))
            values = self._narrow if _LEAST < limit <= _MOST else plain(self.values)
            self._from[limit] = self.rows & of_truths(values >= limit)
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


def _narrowed(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Give numbers of two bytes that come to the same beside limits of two bytes: four times as many at once."""
    if values.dtype.itemsize <= _NARROW:
        return values
    if not len(values):
        return values.astype(np.int16)
    if values.min() >= _LEAST and values.max() <= _MOST:
        return values.astype(np.int16)
    return values.clip(_LEAST if values.dtype.kind == "i" else 0, _MOST).astype(np.int16)


@dataclass(slots=True)
class Words:
    """Few different values. `codes`: the place of each row's value among `values`, where `None` can't be read.

    `passing`: by test, the places that were found to pass it; blocks with the same values may share it.
    """

    codes: pa.Array
    values: Sequence[Known | None]
    passing: dict[Callable[[Known], bool], list[int]] = field(default_factory=dict)
    rows: Bitmap = field(init=False)
    wrong: Bitmap = field(init=False)
    _narrow: npt.NDArray[Any] | None = None
    _same: dict[int, Bitmap] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rows = rows_known(self.codes)
        self.wrong = self._in([at for at, value in enumerate(self.values) if value is None])
        self.rows = self.rows & ~self.wrong

    def known(self) -> Bitmap:
        """Give the rows whose value is known."""
        return self.rows

    def where(self, test: Callable[[Known], bool]) -> Bitmap:
        """Give the rows whose value passes a test."""
        places = self.passing.get(test)
        if places is None:
            places = [at for at, value in enumerate(self.values) if value is not None and test(value)]
            # Some tests are made anew for each block, and are never asked for again.
            if len(self.passing) >= _MOST_REMEMBERED:
                self.passing.clear()
            self.passing[test] = places
        return self._in(places)

    def within(self, runs: Runs) -> Bitmap:
        """Give the rows whose number or day lies in one of some stretches."""
        return self.where(
            lambda value: (
                isinstance(value, int)
                and any((a is None or a <= value) and (b is None or value < b) for a, b in runs)
            )
        )

    def _in(self, places: Sequence[int]) -> Bitmap:
        if not places:
            return 0
        if len(places) == len(self.values):
            return self.rows
        if len(self.values) <= _FEW:
            found: Bitmap = either([self._is(place) for place in places], len(self.codes))
            return found
        table = np.zeros(len(self.values), np.bool_)
        table[list(places)] = True
        # Where nothing is known any code may stand.
        return self.rows & of_truths(table.take(plain(self.codes), mode="clip"))

    def _is(self, place: int) -> Bitmap:
        if place not in self._same:
            if self._narrow is None:
                # What no code can be told apart by is cut off: there are few.
                self._narrow = plain(self.codes).astype(np.int8)
            self._same[place] = self.rows & of_truths(self._narrow == place)
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

    def all_rows(self, size: int) -> Bitmap:
        """Give all rows, as an array."""
        return all_rows(size)

    def either(self, bitmaps: Sequence[Bitmap], size: int) -> Bitmap:
        """Give the rows that are in one of some bitmaps."""
        found: Bitmap = either(bitmaps, size)
        return found

    def related(
        self, leaf: Relation, first: Slices | None, second: Slices | None, size: int
    ) -> tuple[Bitmap, Bitmap]:
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
        self,
        function: Function,
        inputs: Sequence[Slices | None],
        rows: Bitmap,
        size: int,
        limits: Sequence[int],
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


def word_column(rows_of: Iterable[tuple[str, Bitmap]], size: int) -> pa.DictionaryArray:
    """Make a column of few words from the rows of each; where none stands there is nothing."""
    codes = pa.nulls(size, pa.int8())
    words: list[str] = []
    for word, rows in rows_of:
        if rows:
            codes = pc.if_else(truths(rows, size), pa.scalar(len(words), pa.int8()), codes)
            words.append(word)
    return pa.DictionaryArray.from_arrays(codes, pa.array(words, pa.string()))


def joined_column(rows_of: Sequence[tuple[str, Bitmap]], size: int, separator: str) -> pa.Array:
    """Make a column that names, row by row, everything whose rows it is among."""
    parts = []
    # Eight names are a byte, and what stands for each byte is written once.
    for at in range(0, len(rows_of), _BYTE):
        group = rows_of[at : at + _BYTE]
        codes = pa.array(codes_of([rows for _, rows in group], size))
        words = [_joined(code, group, separator) for code in range(1 << len(group))]
        parts.append(pc.take(pa.array(words, pa.string()), codes))
    if not parts:
        return pa.repeat("", size)
    whole = pc.binary_join_element_wise(*parts, "")
    return pc.utf8_replace_slice(whole, 0, len(separator), "")


_BYTE: Final = 8


def _joined(code: int, group: Sequence[tuple[str, Bitmap]], separator: str) -> str:
    return "".join(f"{separator}{name}" for place, (name, _) in enumerate(group) if code >> place & 1)
