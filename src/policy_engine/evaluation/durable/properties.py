"""Properties: what a fact of the second engine is made of, and how each is read from what is known."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import assert_never

from policy_engine.evaluation.durable.clauses import EngineFailure, Mark, admit
from policy_engine.evaluation.durable.facts import Facts, is_derived, number, stated
from policy_engine.evaluation.durable.months import is_within
from policy_engine.foundation.logic import Truth, truth_of
from policy_engine.foundation.records import dataclass
from policy_engine.model.conditions import Bound, Period
from policy_engine.model.values import NOT_HAPPENED, UNKNOWN, Unknown

_BOUNDS: Mapping[Bound, Callable[[Fraction, Fraction], bool]] = {
    Bound.AT_LEAST: operator.ge,
    Bound.MORE_THAN: operator.gt,
    Bound.AT_MOST: operator.le,
    Bound.LESS_THAN: operator.lt,
}


@dataclass(frozen=True, slots=True)
class Scalar:
    """The value itself, or the computed truth of a derived boolean."""

    field: str


@dataclass(frozen=True, slots=True)
class Given:
    """True where a list is known."""

    field: str


@dataclass(frozen=True, slots=True)
class Member:
    """Whether a list has the member, or a derived choice is that one."""

    field: str
    member: str


@dataclass(frozen=True, slots=True)
class Fewest:
    """How many members a list surely has."""

    field: str


@dataclass(frozen=True, slots=True)
class Most:
    """How many members a list may have."""

    field: str


@dataclass(frozen=True, slots=True)
class Window:
    """Whether a day lies within so many months of another."""

    field: str
    start: str
    months: int
    period: Period


@dataclass(frozen=True, slots=True)
class Share:
    """Whether a part keeps a bound on its share of the whole."""

    part: str
    whole: str
    bound: Bound
    ratio: Fraction


Property = Scalar | Given | Member | Fewest | Most | Window | Share


def read_from(prop: Property) -> tuple[str, ...]:
    """Name the fields a property is read from."""
    match prop:
        case Window(name, start):
            return name, start
        case Share(part, whole):
            return part, whole
        case Scalar(name) | Given(name) | Member(name) | Fewest(name) | Most(name):
            return (name,)
        case _:
            assert_never(prop)


def read(prop: Property, facts: Facts) -> Mark | None:
    """Read a property; `None` where it isn't known."""
    found: Mark | None
    match prop:
        case Scalar(name):
            found = _scalar(facts, name)
        case Given(name):
            found = None if stated(facts, name) is UNKNOWN else True
        case Member(name, member):
            found = _settled(_membership(facts, name, member))
        case Fewest(name):
            found = _count(facts, name, (Truth.TRUE,))
        case Most(name):
            found = _count(facts, name, (Truth.TRUE, Truth.UNKNOWN))
        case Window(name, start, months, period):
            found = _window(number(facts, name), number(facts, start), months, period)
        case Share(part, whole, bound, ratio):
            found = _share(number(facts, part), number(facts, whole), bound, ratio)
        case _:
            assert_never(prop)
    return found


def _scalar(facts: Facts, name: str) -> Mark | None:
    given = stated(facts, name)
    if isinstance(given, bool | int | str):
        return admit(given)
    if name in facts.numbers:
        return admit(facts.numbers[name])
    return _settled(facts.truths.get((name, ""), Truth.UNKNOWN))


def _membership(facts: Facts, name: str, member: str) -> Truth:
    given = stated(facts, name)
    if isinstance(given, frozenset):
        return truth_of(member in given)
    if isinstance(given, str):
        # Each choice has a property of its own, so that a choice outside the vocabulary would go unseen.
        if given not in facts.fields[name].choices:
            reason = f"{given!r:.60} is no choice of the derived field {name}"
            raise EngineFailure(reason)
        return truth_of(member == given)
    return facts.truths.get((name, member), Truth.UNKNOWN)


def _settled(truth: Truth) -> bool | None:
    return None if truth is Truth.UNKNOWN else truth is Truth.TRUE


def _count(facts: Facts, name: str, counted: tuple[Truth, ...]) -> int | None:
    given = stated(facts, name)
    if isinstance(given, frozenset):
        return len(given)
    if not is_derived(facts.fields, name):
        return None
    return sum(facts.truths[name, member] in counted for member in facts.fields[name].choices)


def _window(day: int | Unknown, start: int | Unknown, months: int, period: Period) -> bool | None:
    if NOT_HAPPENED in (day, start):
        return False
    if day is UNKNOWN or start is UNKNOWN:
        return None
    return is_within(day, start, months, period)


def _share(part: int | Unknown, whole: int | Unknown, bound: Bound, ratio: Fraction) -> bool | None:
    if part is UNKNOWN or whole is UNKNOWN:
        return None
    return _BOUNDS[bound](Fraction(part), ratio * whole)
