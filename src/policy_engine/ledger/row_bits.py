# ruff: noqa: ANN401 - an integer may stand wherever one of these does
"""Bitmaps over the rows of a block as arrays of bytes: they answer to what Python's integers answer to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]

_BYTE: Final = 8
_ALL: Final = 255


class Bits:
    """A bit a row, row 0 lowest; behind the last row there are none. `data`: never written to once it is here.

    An integer beside one is read as a bitmap of the same rows, a negative one as Python's "not" makes it.
    """

    __hash__ = None  # type: ignore[assignment]
    __slots__ = ("data", "size")

    def __init__(self, data: Bytes, size: int) -> None:
        self.data = data
        self.size = size

    def __and__(self, other: Any, /) -> Any:
        if other.__class__ is Bits:
            return Bits(self.data & other.data, self.size)
        if other == 0:
            return 0
        return self if other == -1 else self & of_int(other, self.size)

    def __or__(self, other: Any, /) -> Any:
        if other.__class__ is Bits:
            return Bits(self.data | other.data, self.size)
        return self if other == 0 else self | of_int(other, self.size)

    def __xor__(self, other: Any, /) -> Any:
        if other.__class__ is Bits:
            return Bits(self.data ^ other.data, self.size)
        return self if other == 0 else self ^ of_int(other, self.size)

    __rand__ = __and__
    __ror__ = __or__
    __rxor__ = __xor__

    def __invert__(self) -> Bits:
        return clipped(~self.data, self.size)

    def __rshift__(self, by: int, /) -> int:
        return int(self) >> by

    def __bool__(self) -> bool:
        # Most that are not empty show it at once; else to copy and compare is three times as quick as what numpy has.
        data = self.data
        return bool(self.size) and (data.item(0) > 0 or data.tobytes() != bytes(len(data)))

    def __eq__(self, other: object, /) -> bool:
        if isinstance(other, Bits):
            one, another = self.data, other.data
            if self.size and self.size == other.size and one.item(0) != another.item(0):
                return False
            return one.tobytes() == another.tobytes()
        return int(self) == other

    def __int__(self) -> int:
        return int.from_bytes(self.data.tobytes(), "little")

    def __repr__(self) -> str:
        return f"Bits({int(self):#b}, {self.size})"

    def bit_count(self) -> int:
        """Count the rows."""
        data = self.data
        wide = data.view(np.uint64) if not len(data) % _BYTE and data.flags.c_contiguous else data
        return int(np.add.reduce(np.bitwise_count(wide)))


def either(bitmaps: Sequence[Any], size: int) -> Any:
    """Give the rows that are in one of some bitmaps: into one new array, where signs would make one each."""
    found = [one for one in bitmaps if one.__class__ is Bits or one]
    if len(found) <= 1:
        return found[0] if found else 0
    data = data_of(found[0], size) | data_of(found[1], size)
    for one in found[2:]:
        data |= data_of(one, size)
    return Bits(data, size)


def clipped(data: Bytes, size: int) -> Bits:
    """Make a bitmap of bytes that are one's own, and clear what lies behind the last row."""
    if size % _BYTE:
        data[-1] &= (1 << size % _BYTE) - 1
    return Bits(data, size)


def all_rows(size: int) -> Bits:
    """Give a bitmap of all rows."""
    return clipped(np.full((size + 7) // _BYTE, _ALL, np.uint8), size)


def of_int(rows: int, size: int) -> Bits:
    """Make a bitmap of an integer."""
    kept = rows & ((1 << size) - 1)
    return Bits(np.frombuffer(kept.to_bytes((size + 7) // _BYTE, "little"), np.uint8), size)


def of_truths(truths: npt.NDArray[np.bool_]) -> Bits:
    """Make a bitmap of a truth a row."""
    return Bits(np.packbits(truths, bitorder="little"), len(truths))


def of_buffer(buffer: Any, offset: int, size: int) -> Bits:
    """Read a bitmap of Arrow's, which may begin anywhere in a byte and have anything behind its end."""
    first = offset // _BYTE
    data = np.frombuffer(buffer, np.uint8, (offset + size + 7) // _BYTE - first, first)
    skipped = offset % _BYTE
    if skipped:
        bits = np.unpackbits(data, count=skipped + size, bitorder="little")[skipped:]
        return Bits(np.packbits(bits, bitorder="little"), size)
    return clipped(data.copy(), size) if size % _BYTE else Bits(data, size)


def data_of(rows: Any, size: int) -> Bytes:
    """Give the bytes of any bitmap."""
    return rows.data if isinstance(rows, Bits) else of_int(rows, size).data


# Eight bytes as eight rows of eight bits, turned over the diagonal: by single bits, then by two, then by four.
_TURNS: Final = tuple(
    (np.uint64(by), np.uint64(kept))
    for by, kept in ((7, 0x00AA00AA00AA00AA), (14, 0x0000CCCC0000CCCC), (28, 0x00000000F0F0F0F0))
)


def codes_of(bitmaps: Sequence[Any], size: int) -> Bytes:
    """Give a byte a row: which of some bitmaps it is in, eight at most, the first one lowest."""
    if not size:
        return np.zeros(0, np.uint8)
    side = np.zeros(((size + 7) // _BYTE, _BYTE), np.uint8)
    for at, rows in enumerate(bitmaps):
        side[:, at] = data_of(rows, size)
    found = side.reshape(-1).view("<u8")
    for by, kept in _TURNS:
        moved = (found ^ (found >> by)) & kept
        found ^= moved ^ (moved << by)
    return found.view(np.uint8)[:size]
