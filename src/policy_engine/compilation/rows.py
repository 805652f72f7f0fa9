"""Rows: for a value of a field, the clauses that it satisfies, as the bits of one integer. Made when first wanted."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Generic, TypeVar

from policy_engine.compilation.clauses import Interim, Source
from policy_engine.compilation.lowering import Bit, BitCount, Effective, Literal
from policy_engine.foundation.records import dataclass, field
from policy_engine.model.conditions import Compare, Equals, InForce, OneOf, Unvalued, holds
from policy_engine.model.values import NOT_HAPPENED, UNKNOWN, Known, Value
from policy_engine.model.vocabulary import Field, FieldType

# So many values of one field are remembered; others are looked at anew each time.
_MOST_REMEMBERED = 4_096
_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class Reading:
    """Something that clauses read: the clauses that have it as an atom that is to hold, and as one that is not."""

    source: Source
    where_it_holds: int
    where_it_does_not: int


class Rows(dict[_Key, int], Generic[_Key]):
    """A table that makes its rows when they are first asked for, and remembers so many."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[_Key], int]) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, key: _Key) -> int:
        row = self.make(key)
        if len(self) < _MOST_REMEMBERED:
            self[key] = row
        return row


def row_of(readings: Iterable[Reading], holds: Callable[[Source], bool]) -> int:
    """Join the clauses that are satisfied where so much is known."""
    row = 0
    for reading in readings:
        row |= reading.where_it_holds if holds(reading.source) else reading.where_it_does_not
    return row


@dataclass(frozen=True, slots=True)
class FieldRow:
    """The row of one value of a field, or of a pseudo fact. What is unknown neither holds nor fails."""

    readings: tuple[Reading, ...]
    is_day: bool

    def __call__(self, value: Value) -> int:
        if value is UNKNOWN:
            return row_of(self.readings, lambda _: False)

        def is_so(source: Source) -> bool:
            assert isinstance(source, Literal)
            return holds(source.leaf, value, is_day=self.is_day) is source.positive

        return row_of(self.readings, is_so)

    def named(self) -> Iterator[Value]:
        """Go through the values that clauses name, and what is open; of a list they name members, and so none."""
        yield UNKNOWN
        for reading in self.readings:
            leaf = reading.source.leaf if isinstance(reading.source, Literal) else None
            if isinstance(leaf, OneOf):
                yield from leaf.values
            elif isinstance(leaf, Equals):
                yield from (True, False) if isinstance(leaf.value, bool) else (leaf.value,)


@dataclass(frozen=True, slots=True)
class StretchRow:
    """The rows of a number or a day: one for all values between two limits, which no clause tells apart."""

    limits: tuple[int, ...]
    row: FieldRow
    made: dict[int, int] = field(default_factory=dict, init=False, compare=False, repr=False)

    def __call__(self, value: Value) -> int:
        if not isinstance(value, int):
            return self.row(value)
        at = bisect_right(self.limits, value)
        if at not in self.made:
            self.made[at] = self.row(value)
        return self.made[at]


def rows_of_field(name: str, readings: tuple[Reading, ...], fields: Mapping[str, Field]) -> Rows[Value]:
    """Make the table of a field that is told, or of a pseudo fact."""
    known = fields.get(name)
    row = FieldRow(readings, is_day=known is None or known.type is FieldType.DATE)
    is_numeric = known is None or known.type in (FieldType.DATE, FieldType.NUMBER)
    return Rows(StretchRow(limits_of(r.source for r in readings), row) if is_numeric else row)


def limits_of(sources: Iterable[Source]) -> tuple[int, ...]:
    """List, ascending, where the stretches of numbers or days begin that no clause tells apart."""
    return tuple(sorted(_limits(sources)))


def _limits(sources: Iterable[Source]) -> Iterator[int]:
    # An event that has not happened is like no day.
    yield from (NOT_HAPPENED, NOT_HAPPENED + 1)
    for source in sources:
        leaf = source.leaf if isinstance(source, Literal) else None
        if isinstance(leaf, Compare | Equals) and isinstance(leaf.value, int):
            # A stretch begins at the limit and right behind it: so below, at and above are three stretches.
            yield from (int(leaf.value), int(leaf.value) + 1)
        if isinstance(leaf, InForce | Unvalued):
            yield from (() if leaf.first is None else (leaf.first,))
            yield from (() if leaf.last is None else (leaf.last + 1,))


@dataclass(frozen=True, slots=True)
class MemberRow:
    """The row of a computed field: by which members are surely in, and below these which may be."""

    readings: tuple[Reading, ...]
    members: tuple[str, ...]

    def __call__(self, key: int) -> int:
        size = len(self.members)
        surely, possibly = key >> size, key & ((1 << size) - 1)

        def holds(source: Source) -> bool:
            match source:
                case Bit(member=member, positive=positive):
                    half = surely if positive else ~possibly
                    return bool(half >> self.members.index(member) & 1)
                case BitCount(positive=positive, least=least):
                    return (surely.bit_count() if positive else size - possibly.bit_count()) >= least
                case Literal() | Effective() | Interim():
                    raise AssertionError("no truth of a member")

        return row_of(self.readings, holds)


@dataclass(frozen=True, slots=True)
class BitRow:
    """The row of truths that stand at some bits of a key, each reading's at the place of the same number."""

    readings: tuple[Reading, ...]
    places: tuple[int, ...]

    def __call__(self, key: int) -> int:
        row = 0
        for reading, place in zip(self.readings, self.places, strict=True):
            row |= reading.where_it_holds if key >> place & 1 else reading.where_it_does_not
        return row


@dataclass(frozen=True, slots=True)
class RelationRow:
    """The row of a comparison of two fields: holds, fails, or open."""

    readings: tuple[Reading, ...]

    def __call__(self, truth: bool | None) -> int:
        # `None` is neither `True` nor `False`: an open comparison makes no literal hold.
        return row_of(self.readings, lambda source: isinstance(source, Literal) and source.positive is truth)


def rows_of_bits(readings: tuple[Reading, ...], places: Mapping[Source, int]) -> Rows[int]:
    """Make the table of truths that stand at some bits of a key."""
    return Rows(BitRow(readings, tuple(places[reading.source] for reading in readings)))


def key_of_told(value: Known, members: tuple[str, ...]) -> int:
    """Say in the same way which members of a computed field are in where somebody told it."""
    told = value if isinstance(value, frozenset) else ("",) if value is True else (value,)
    surely = sum(1 << at for at, member in enumerate(members) if member in told)
    return surely << len(members) | surely
