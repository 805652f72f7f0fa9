"""Facts: what is known of one situation, and the properties read from it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import field
from fractions import Fraction
from typing import assert_never

from policy_engine.evaluation.durable.clauses import EngineFailure, Mark, admit
from policy_engine.evaluation.durable.months import is_within
from policy_engine.evaluation.durable.properties import (
    Fewest,
    Given,
    Member,
    Most,
    Property,
    Scalar,
    Share,
    Window,
)
from policy_engine.foundation.logic import Truth, truth_of
from policy_engine.foundation.records import dataclass
from policy_engine.model.conditions import AREA, Bound, Period
from policy_engine.model.values import NOT_HAPPENED, UNKNOWN, Unknown, Value
from policy_engine.model.vocabulary import Field, FieldType, Role

_PYTHON_TYPES: Mapping[FieldType, type] = {
    FieldType.BOOLEAN: bool,
    FieldType.NUMBER: int,
    FieldType.DATE: int,
    FieldType.CHOICE: str,
    FieldType.TEXT: str,
    FieldType.LIST: frozenset,
}
_BOUNDS: Mapping[Bound, Callable[[Fraction, Fraction], bool]] = {
    Bound.AT_LEAST: operator.ge,
    Bound.MORE_THAN: operator.gt,
    Bound.AT_MOST: operator.le,
    Bound.LESS_THAN: operator.lt,
}


@dataclass(frozen=True, slots=True)
class Facts:
    """The stated values of one situation, and what its rules have derived so far."""

    fields: Mapping[str, Field]
    stated: Mapping[str, Value]
    truths: dict[tuple[str, str], Truth] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)


def is_derived(fields: Mapping[str, Field], name: str) -> bool:
    """Tell the fields that rules compute from those that only a case can state, pseudo facts among them."""
    return name in fields and fields[name].role is Role.DERIVED


def parts_of(derived: Field) -> tuple[str, ...]:
    """List what has a truth of its own in a derived field: `""` for a boolean, nothing for a number."""
    return ("",) if derived.type is FieldType.BOOLEAN else derived.choices


def read(prop: Property, facts: Facts) -> Mark | None:
    """Read a property; `None` where it isn't known."""
    found: Mark | None
    match prop:
        case Scalar(name):
            found = _scalar(facts, name)
        case Given(name):
            found = None if _stated(facts, name) is UNKNOWN else True
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


def number(facts: Facts, name: str) -> int | Unknown:
    """Take a number or a day as stated, else as computed. `NOT_HAPPENED` is a day."""
    given = _stated(facts, name)
    if isinstance(given, int):
        return given
    return facts.numbers.get(name, UNKNOWN)


def _stated(facts: Facts, name: str) -> Value:
    given = facts.stated.get(name, UNKNOWN)
    # By exact type: `True` is an `int` too, and would pass for the number 1.
    if given is UNKNOWN or type(given) is _PYTHON_TYPES[_type_of(facts, name)]:
        return given
    reason = f"{given!r:.60} is no value for the field {name}"
    raise EngineFailure(reason)


def _type_of(facts: Facts, name: str) -> FieldType:
    if name in facts.fields:
        return facts.fields[name].type
    return FieldType.LIST if name == AREA else FieldType.DATE


def _scalar(facts: Facts, name: str) -> Mark | None:
    given = _stated(facts, name)
    if isinstance(given, bool | int | str):
        return admit(given)
    if name in facts.numbers:
        return admit(facts.numbers[name])
    return _settled(facts.truths.get((name, ""), Truth.UNKNOWN))


def _membership(facts: Facts, name: str, member: str) -> Truth:
    given = _stated(facts, name)
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
    given = _stated(facts, name)
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
