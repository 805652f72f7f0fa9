"""Values as flat tables: each value once, made of others by their numbers, of a type from a fixed list.

A table is texts, one after the other, other plain values as JSON, and the rows of all others as numbers of four bytes.
Texts are taken apart in one go: as JSON they took three times as long, most of all those with lines in them. Nothing that
is read names a type, a module or a function by itself: a row begins with a number, which is looked up in a list that
the program brings. Nothing is made before it is asked for.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from fractions import Fraction
from functools import partial
from itertools import accumulate
from types import MappingProxyType, MemberDescriptorType
from typing import Any, Final

from policy_engine.foundation.records import dataclass, field, fields_of

# What a row is made of, where it is none of the listed types.
_TUPLE, _SET, _MAPPING, _DICT, _FRACTION, _INTEGER, _ELSEWHERE, _BITS, _WORDS = range(9)
_FIRST_TYPE: Final = 10
# JSON readers take whole numbers of this many bits for what they are.
_PLAIN_BITS: Final = 53
# A number is written by the places of its bits where only one in so many is set: each takes so many digits.
_FEW: Final = 16
# From so many pairs of words on, a mapping is written as one text, which is taken apart far quicker than rows are.
_MANY: Final = 16
_UNMADE: Final = object()
# Stands between texts; in next to none of them.
_BETWEEN: Final = "\0"
# How a number of a row is written, its lowest byte first; and in how many places the length of what stands before them.
_NUMBER: Final = "i"
_IS_SWAPPED: bool = sys.byteorder == "big"
_LENGTH: Final = 8


class StrangeValueError(TypeError):
    """Raised where a value can't be kept: its type is not listed."""


@dataclass(frozen=True)
class Types:
    """The types that rows may be of, in a fixed order.

    `lazy`: those of which a part is made when it is asked for. `called`: those that are made by calling them with parts.
    """

    listed: tuple[type, ...]
    lazy: frozenset[type]
    called: Mapping[type, tuple[str, ...]] = field(default_factory=dict)

    @property
    def shape(self) -> str:
        """Write down what the types look like: whatever was kept of another shape can't be read."""
        return "\n".join(
            (*map(_shape, self.listed), *(f"{one.__name__}{ps}" for one, ps in self.called.items()))
        )


def _shape(one: Any) -> str:  # noqa: ANN401 - a dataclass, or an enumeration
    if issubclass(one, Enum):
        parts = [f"{member.name}={member.value!r}" for member in one]
    else:
        parts = [f"{part.name}:{part.type}" for part in fields_of(one)]
    return f"{one.__module__}.{one.__qualname__}({','.join(parts)})"


class Writer:
    """Writes one table. `others`: tables written before, whose values are named instead of written again."""

    def __init__(self, types: Types, others: Sequence[Writer] = ()) -> None:
        self._numbers = {one: _FIRST_TYPE + at for at, one in enumerate((*types.listed, *types.called))}
        self._called = types.called
        self._lazy = types.lazy
        self._others = others
        self._atoms: dict[tuple[type, object], int] = {}
        self._rows: list[list[int]] = []
        # By identity; the values are held, so that no number is given twice.
        self._known: dict[int, tuple[object, int]] = {}
        self._roots: dict[str, int] = {}

    def add(self, name: str, value: object) -> None:
        """Write a value that is asked for by a name."""
        self._roots[name] = self._place(value)

    def place_of(self, value: object) -> int | None:
        """Give the number of a value that was written here."""
        known = self._known.get(id(value))
        return None if known is None else known[1]

    def data(self) -> bytes:
        """Give the table: plain values are counted from 0 upwards, rows from -1 downwards."""
        from array import array  # noqa: PLC0415 - whoever reads back needs it only on few machines

        plain = [value for _, value in self._atoms]
        # What is no text, or has in it what stands between texts, by its place.
        others = {at: one for at, one in enumerate(plain) if not isinstance(one, str) or _BETWEEN in one}
        texts = _BETWEEN.join("" if at in others else str(one) for at, one in enumerate(plain)).encode()
        found = {"others": list(others.items()), "roots": self._roots}
        head = json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
        ends = accumulate(map(len, self._rows), initial=0)
        numbers = array(_NUMBER, (len(self._rows), *ends, *(n for row in self._rows for n in row)))
        if _IS_SWAPPED:
            numbers.byteswap()
        return b"%0*x%0*x" % (_LENGTH, len(head), _LENGTH, len(texts)) + head + texts + numbers.tobytes()

    def _place(self, value: object) -> int:
        """Give the number of a value."""
        # Kept by type as well, as `True` and 1 are equal.
        if value is None or type(value) in (str, bool) or (type(value) is int and _is_plain(value)):
            return self._atoms.setdefault((type(value), value), len(self._atoms))
        known = self._known.get(id(value))
        if known is not None:
            return known[1]
        # Parts first: a row only names numbers that are given already.
        row = self._elsewhere(value) or self._row(value)
        self._rows.append(row)
        place = -len(self._rows)
        self._known[id(value)] = (value, place)
        return place

    def _elsewhere(self, value: object) -> list[int] | None:
        if type(value) not in self._lazy:
            # What holds little costs less to write again than another table costs to read.
            return None
        for at, other in enumerate(self._others):
            known = other.place_of(value)
            if known is not None:
                return [_ELSEWHERE, at, known]
        return None

    def _row(self, value: object) -> list[int]:
        kind = type(value)
        number = self._numbers.get(kind)
        if number is not None and kind in self._called:
            return [number, *(self._place(getattr(value, name)) for name in self._called[kind])]
        if isinstance(value, tuple) and kind is tuple:
            return [_TUPLE, *map(self._place, value)]
        if isinstance(value, frozenset):
            # In an order of their own: the order of a set changes from process to process.
            return [_SET, *sorted(map(self._place, sorted(value, key=_order)))]
        if kind is MappingProxyType and (words := _words(value)) is not None:
            return [_WORDS, self._place(words)]
        if isinstance(value, MappingProxyType | dict):
            pairs = (part for pair in value.items() for part in pair)
            return [_DICT if kind is dict else _MAPPING, *map(self._place, pairs)]
        if isinstance(value, Fraction):
            return [_FRACTION, self._place(str(value))]
        if isinstance(value, int) and kind is int:
            return _bits(value) or [_INTEGER, self._place(f"{value:x}")]
        if isinstance(value, Enum) and number is not None:
            return [number, self._place(value.name)]
        if number is not None:
            parts = (getattr(value, part.name) for part in fields_of(kind) if part.init)
            return [number, *map(self._place, parts)]
        message = f"{kind.__name__} is not kept"
        raise StrangeValueError(message)


def _order(value: object) -> str:
    """Say by what the members of a set stand in order, sets within sets too."""
    if isinstance(value, frozenset | tuple):
        found = [_order(part) for part in value]
        return repr(sorted(found) if isinstance(value, frozenset) else found)
    return repr(value)


def _words(value: Any) -> str | None:  # noqa: ANN401 - a mapping of anything
    """Write many pairs of words as one text, a line each; nothing where they are few, or no such words."""
    parts = [part for pair in value.items() for part in pair]
    is_fit = len(parts) >= 2 * _MANY and all(type(part) is str and "\n" not in part for part in parts)
    return "\n".join(parts) if is_fit else None


def _is_plain(value: int) -> bool:
    return value.bit_length() <= _PLAIN_BITS


def _bits(value: int) -> list[int] | None:
    """Write a number of few bits by their places, where that is shorter."""
    if value < 0 or value.bit_count() * _FEW > value.bit_length():
        return None
    return [_BITS, *(at for at in range(value.bit_length()) if value >> at & 1)]


def _numbers(data: bytes | memoryview) -> memoryview[int]:
    if _IS_SWAPPED:
        from array import array  # noqa: PLC0415 - as above

        swapped = array(_NUMBER, bytes(data))
        swapped.byteswap()
        return memoryview(swapped)
    return memoryview(data).cast(_NUMBER)


class Table:
    """One table that was read. `others`: those whose values it names, each read when it is first needed."""

    def __init__(
        self, data: bytes | memoryview, types: Types, others: Sequence[Callable[[], Table]] = ()
    ) -> None:
        begin = 2 * _LENGTH
        middle = begin + int(bytes(data[:_LENGTH]), 16)
        end = middle + int(bytes(data[_LENGTH:begin]), 16)
        found = json.loads(str(data[begin:middle], "utf-8"))
        self._plain: list[Any] = str(data[middle:end], "utf-8").split(_BETWEEN)
        for at, one in found["others"]:
            self._plain[at] = one
        self._roots: dict[str, int] = found["roots"]
        # Numbers are made of a row when it is wanted: of the rows of a subject, a case wants some.
        numbers = _numbers(data[end:])
        count = numbers[0]
        # Where each row begins among the numbers of all.
        self._begins = numbers[1 : count + 2].tolist()
        self._numbers = numbers[count + 2 :]
        self._made: list[Any] = [_UNMADE] * count
        self._types = types
        self._called = tuple(types.called)
        self._others = others

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - whatever was written by this name
        return self.at(self._roots[name])

    def __contains__(self, name: str) -> bool:
        return name in self._roots

    def at(self, place: int) -> Any:  # noqa: ANN401
        """Give the value of a number."""
        if place >= 0:
            return self._plain[place]
        made = self._made[~place]
        if made is _UNMADE:
            begins = self._begins
            row = self._numbers[begins[~place] : begins[~place + 1]].tolist()
            made = self._made[~place] = (
                self._typed(row) if row[0] >= _FIRST_TYPE else self._gathered(row[0], row[1:])
            )
        return made

    def _gathered(self, kind: int, places: list[int]) -> object:
        if kind == _ELSEWHERE:
            return self._others[places[0]]().at(places[1])
        if kind == _BITS:
            return sum(1 << at for at in places)
        if kind == _WORDS:
            words = self._plain[places[0]].split("\n")
            return MappingProxyType(dict(zip(words[::2], words[1::2], strict=True)))
        # Without a call for what is there already: a check takes thousands of parts.
        plain, at = self._plain, self.at
        parts = iter([plain[place] if place >= 0 else at(place) for place in places])
        if kind == _TUPLE:
            return tuple(parts)
        if kind == _SET:
            return frozenset(parts)
        if kind == _FRACTION:
            return Fraction(next(parts))
        if kind == _INTEGER:
            return int(next(parts), 16)
        pairs = dict(zip(parts, parts, strict=True))
        return MappingProxyType(pairs) if kind == _MAPPING else pairs

    def _typed(self, row: list[int]) -> object:
        number, listed = row[0] - _FIRST_TYPE, self._types.listed
        if number >= len(listed):
            return self._called[number - len(listed)](*map(self.at, row[1:]))
        kind = listed[number]
        if kind in self._types.lazy:
            return later(kind, partial(self._part, row))
        putters = _PUTTERS.get(kind)
        if putters is None:
            if issubclass(kind, Enum):
                return kind[self._plain[row[1]]]
            putters = _PUTTERS[kind] = _putters(kind)
        made: object = object.__new__(kind)
        plain, at, parts = self._plain, self.at, iter(row)
        next(parts)
        for place, put in zip(parts, putters, strict=True):
            put(made, plain[place] if place >= 0 else at(place))
        return made

    def _part(self, row: list[int], at: int) -> object:
        return self.at(row[1 + at])


_PUTTERS: dict[type, tuple[Callable[[object, object], None], ...]] = {}


def _putters(kind: type) -> tuple[Callable[[object, object], None], ...]:
    """Find what puts the parts of a value into their slots: a frozen class goes about that by their names."""
    slots = {name: put for base in reversed(kind.__mro__) for name, put in vars(base).items()}
    return tuple(slots[one.name].__set__ for one in fields_of(kind) if one.init)


_TWINS: dict[type, tuple[type, tuple[tuple[str, int], ...]]] = {}


def later(kind: type, part: Callable[[int], object]) -> Any:  # noqa: ANN401 - an instance of `kind`
    """Make a value of a frozen class whose parts, by their numbers, are made when they are asked for."""
    if kind not in _TWINS:
        _TWINS[kind] = _twin(kind), tuple(_hidden(kind))
    twin, hidden = _TWINS[kind]
    made: object = object.__new__(twin)
    object.__setattr__(made, "_part", part)
    for name, at in hidden:
        object.__setattr__(made, name, part(at))
    return made


def _hidden(kind: Any) -> Iterator[tuple[str, int]]:  # noqa: ANN401 - a dataclass
    """Find the parts that nobody would miss: without slots, the class has their defaults."""
    for at, one in enumerate(fields_of(kind)):
        if not isinstance(getattr(kind, one.name, None), MemberDescriptorType) and hasattr(kind, one.name):
            yield one.name, at


def whole(value: Any) -> Any:  # noqa: ANN401 - of the plain class
    """Give the same value as one of the plain class, all its parts made."""
    kind: Any = type(value).__base__
    made: object = object.__new__(kind)
    for part in fields_of(kind):
        object.__setattr__(made, part.name, getattr(value, part.name))
    return made


def _twin(kind: type) -> type:
    numbers = {one.name: at for at, one in enumerate(fields_of(kind))}

    def get_missing(self: Any, name: str) -> object:  # noqa: ANN401
        at = numbers.get(name)
        if at is None:
            message = f"{kind.__name__!r} object has no attribute {name!r}"
            raise AttributeError(message, name=name, obj=self)
        # Two threads may both make it: they make the same.
        found = self._part(at)
        object.__setattr__(self, name, found)
        return found

    def is_equal(self: object, other: object) -> bool:
        if not isinstance(other, kind):
            return False
        return bool(whole(self) == (whole(other) if type(other) is twin else other))

    # One of a class whose instances are equal to themselves alone is, too.
    by_value: dict[str, object] = {"__eq__": is_equal, "__hash__": lambda self: hash(whole(self))}
    if "__eq__" not in vars(kind):
        by_value = {}
    twin = type(
        kind.__name__,
        (kind,),
        {
            **by_value,
            "__slots__": ("_part",),
            "__module__": kind.__module__,
            "__doc__": kind.__doc__,
            "__getattr__": get_missing,
            "__repr__": lambda self: repr(whole(self)),
            "__reduce__": lambda self: (_same, (whole(self),)),
        },
    )
    return twin


def _same(value: object) -> object:
    return value


class Kept(Mapping[str, Any]):
    """A mapping whose values are made when they are asked for."""

    __slots__ = ("_made", "_make", "_names")

    def __init__(self, names: Iterable[str], make: Callable[[str], Any]) -> None:
        self._names = dict.fromkeys(names)
        self._make = make
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401
        if name not in self._made:
            if name not in self._names:
                raise KeyError(name)
            self._made[name] = self._make(name)
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
