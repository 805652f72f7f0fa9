"""Checked conditions: trees whose fields exist and whose operands have the field's type.

Places are ignored in equality, so that the same condition written twice is one condition.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from fractions import Fraction
from typing import Final

from policy_engine.foundation import records
from policy_engine.foundation.records import dataclass
from policy_engine.foundation.spans import Span
from policy_engine.model.values import NOT_HAPPENED, Known


class Bound(Enum):
    """The order comparisons, for numbers and dates alike."""

    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    AT_MOST = "at_most"
    LESS_THAN = "less_than"


COMPARISONS: Final[Mapping[Bound, Callable[[int, int], bool]]] = {
    Bound.AT_LEAST: operator.ge,
    Bound.MORE_THAN: operator.gt,
    Bound.AT_MOST: operator.le,
    Bound.LESS_THAN: operator.lt,
}


class Membership(Enum):
    """The comparisons of a list field with a set of members."""

    ANY_OF = "any_of"
    NONE_OF = "none_of"
    ALL_OF = "all_of"


class Period(Enum):
    """The two sorts of period in months: a deadline after a day, which is not counted, and a term it begins."""

    DEADLINE = "within_months"
    TERM = "within_term"


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Condition, ...]
    span: Span = records.field(compare=False)


@dataclass(frozen=True, slots=True)
class Any:
    parts: tuple[Condition, ...]
    span: Span = records.field(compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition
    span: Span = records.field(compare=False)


@dataclass(frozen=True, slots=True)
class Equals:
    """A boolean, number, date or choice field equals a value. `NOT_HAPPENED` is a date value."""

    field: str
    value: bool | int | str
    span: Span = records.field(compare=False)


@dataclass(frozen=True, slots=True)
class OneOf:
    """A choice field has one of several values."""

    field: str
    values: tuple[str, ...]
    span: Span = records.field(compare=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """A number or date field against a constant of its scale. A date that has not happened fails every bound."""

    field: str
    bound: Bound
    value: int
    span: Span = records.field(compare=False)


@dataclass(frozen=True, slots=True)
class Members:
    """A list field against a set of members. `NONE_OF` is the denial of `ANY_OF`."""

    field: str
    how: Membership
    values: tuple[str, ...]
    span: Span = records.field(compare=False)


@dataclass(frozen=True, slots=True)
class Count:
    """The number of members of a list field against a constant."""

    field: str
    bound: Bound
    value: int
    span: Span = records.field(compare=False)


@dataclass(frozen=True, slots=True)
class WithinMonths:
    """`field` is not before `start` and not after the last day of so many months from it.

    False where either event has not happened.
    """

    field: str
    start: str
    months: int
    period: Period
    span: Span = records.field(compare=False)


@dataclass(frozen=True, slots=True)
class Ratio:
    """`part` against `ratio` × `whole`, exact: both fields are numbers of one scale."""

    part: str
    whole: str
    bound: Bound
    ratio: Fraction
    span: Span = records.field(compare=False)


@dataclass(frozen=True, slots=True)
class InForce:
    """The dating day lies in an interval, both ends included. `dated_by` is a date field or `AS_OF`."""

    dated_by: str
    first: int | None
    last: int | None
    span: Span = records.field(compare=False)


@dataclass(frozen=True, slots=True)
class InArea:
    """The case's area is `area` or lies inside it."""

    area: str
    span: Span = records.field(compare=False)


@dataclass(frozen=True, slots=True)
class Unvalued:
    """A comparison with a parameter on days, both ends included, for which the parameter has no value.

    Open where the dating day is among them or unknown, false elsewhere; never true.
    """

    parameter: str
    dated_by: str
    first: int | None
    last: int | None
    span: Span = records.field(compare=False)


# What is open exactly where a value it reads is unknown; of the others some part may be known, or none ever.
Plain = Compare | WithinMonths | Ratio | InForce | InArea
Leaf = Equals | OneOf | Members | Count | Plain | Unvalued
Condition = All | Any | Not | Leaf


def leaves(condition: Condition) -> Iterator[Leaf]:
    """Go through the comparisons of a condition, in order of appearance, repeats included."""
    if isinstance(condition, Leaf):
        yield condition
        return
    match condition:
        case All(parts=parts) | Any(parts=parts):
            for part in parts:
                yield from leaves(part)
        case Not(part=part):
            yield from leaves(part)


def named_in(leaf: Leaf) -> tuple[str, ...]:
    """List the fields that a comparison names; `AS_OF` where it reads the case's own day."""
    match leaf:
        case WithinMonths(field=field, start=start):
            return field, start
        case Ratio(part=part, whole=whole):
            return part, whole
        case InForce(dated_by=dated_by) | Unvalued(dated_by=dated_by):
            return (dated_by,)
        case InArea():
            return ()
        case Equals() | OneOf() | Compare() | Members() | Count():
            return (leaf.field,)


def numbers_compared(condition: Condition, field: str) -> Iterator[int]:
    """Go through the constants that a condition compares a number or a day with."""
    for leaf in leaves(condition):
        if isinstance(leaf, Compare | Equals) and leaf.field == field and isinstance(leaf.value, int):
            yield int(leaf.value)


def holds(leaf: Leaf, value: Known, *, is_day: bool) -> bool:
    """Decide a comparison with constants on the one value that it reads."""
    match leaf:
        case Equals(value=wanted):
            return value == wanted
        case OneOf(values=values):
            return value in values
        case Compare(bound=bound, value=limit):
            assert isinstance(value, int)
            return not (is_day and value == NOT_HAPPENED) and COMPARISONS[bound](value, limit)
        case Members(how=how, values=values):
            assert isinstance(value, frozenset)
            match how:
                case Membership.ANY_OF:
                    return not value.isdisjoint(values)
                case Membership.NONE_OF:
                    return value.isdisjoint(values)
                case Membership.ALL_OF:
                    return value.issuperset(values)
        case Count(bound=bound, value=limit):
            assert isinstance(value, frozenset)
            return COMPARISONS[bound](len(value), limit)
        case InForce(first=first, last=last) | Unvalued(first=first, last=last):
            # Whether a parameter without a value matters hangs on the day alone.
            assert isinstance(value, int)
            return (first is None or first <= value) and (last is None or value <= last)
        case InArea(area=area):
            assert isinstance(value, frozenset)
            return area in value
        case Ratio() | WithinMonths():
            raise AssertionError("never settled by one value alone")


AS_OF = "@as_of"
AREA = "@area"


def dating_field(field: str) -> str:
    """Name the pseudo fact that holds the day a dated rule is judged by."""
    return AS_OF if field == AS_OF else f"@dated_by:{field}"
