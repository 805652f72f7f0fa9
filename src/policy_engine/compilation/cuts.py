"""What the rules of a subject can tell apart of a field: limits of numbers and days, members and counts of lists.

Two values that no comparison tells apart are one to every rule; so a search over a field's values need try only one of
each sort. Limits on a computed number and comparisons of two fields reach their inputs through the values known so far.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Protocol

from policy_engine.compilation.reads import conditions_of
from policy_engine.foundation.records import dataclass
from policy_engine.model.calendar import FIRST_DAY, LAST_DAY, last_day
from policy_engine.model.conditions import (
    AS_OF,
    Compare,
    Condition,
    Count,
    Equals,
    InArea,
    InForce,
    Leaf,
    Members,
    OneOf,
    Ratio,
    Unvalued,
    WithinMonths,
    leaves,
    named_in,
)
from policy_engine.model.rules import OF_DAYS, Derive, Function, Rule
from policy_engine.model.values import NOT_HAPPENED, UNKNOWN, Known, Value
from policy_engine.model.vocabulary import Field, FieldType

# A list is told apart by so many sets of members at most; beyond them a search is no longer exact.
_MOST_SETS = 60


@dataclass(frozen=True, slots=True)
class Cuts:
    """Everything that rules, indicators and implications compare the fields of one subject with."""

    fields: Mapping[str, Field]
    leaves: Mapping[str, tuple[Leaf, ...]]
    derives: tuple[Derive, ...]

    def representatives(self, name: str, values: Mapping[str, Value]) -> tuple[Known, ...]:
        """List one value for each way in which the rules can tell the field's values apart, `values` being known."""
        field = self.fields[name]
        match field.type:
            case FieldType.BOOLEAN:
                return (False, True)
            case FieldType.CHOICE:
                return field.choices
            case FieldType.NUMBER | FieldType.DATE:
                return tuple(sorted(self._points(field, values)))
            case FieldType.LIST:
                return tuple(self._sets(field))
            case FieldType.TEXT:
                return ()

    def stands_alone(self, name: str) -> bool:
        """Tell whether what the rules tell apart of a field hangs on no other fact."""
        is_related = any(isinstance(leaf, Ratio | WithinMonths) for leaf in self.leaves.get(name, ()))
        return not is_related and all(name not in derive.inputs for derive in self.derives)

    def _points(self, field: Field, values: Mapping[str, Value]) -> set[Known]:
        limits = {*self._limits(field.name, values, frozenset()), *self._terms(field.name, values)}
        low, high = _range(field, limits)
        # Just below, at and just above each limit: whichever way it is compared, one of them lies on either side.
        near = (point for limit in limits for point in (limit - 1, limit, limit + 1))
        points = {min(max(point, low), high) for point in near} | {low, high}
        found: set[Known] = set(points)
        # An event need not have a day.
        if field.type is FieldType.DATE and field.phase is not None:
            found.add(NOT_HAPPENED)
        return found

    def _terms(self, name: str, values: Mapping[str, Value]) -> Iterator[int]:
        """Go through the last days of an event from which a term would have run out by the case's day."""
        day = values.get(AS_OF, UNKNOWN)
        if not isinstance(day, int):
            return
        for term in (f.term for f in self.fields.values() if f.term is not None and f.term.after == name):
            start = day - term.days - 1
            while term.runs(start, day) is True:
                start -= 1
            yield start

    def _limits(self, name: str, values: Mapping[str, Value], seen: frozenset[str]) -> Iterator[int]:
        for leaf in self.leaves.get(name, ()):
            match leaf:
                case Compare(value=value) | Equals(value=int() as value):
                    yield int(value)
                case Ratio():
                    yield from _across_ratio(leaf, name, values)
                case WithinMonths():
                    yield from _across_months(leaf, name, values)
                case Equals() | OneOf() | Members() | Count() | InForce() | InArea() | Unvalued():
                    continue
        for derive in self.derives:
            # `seen` guards against numbers computed from one another, which a rule base under repair may hold.
            if name in derive.inputs and derive.field not in seen:
                outer = seen | {derive.field}
                limits = tuple(self._limits(derive.field, values, outer))
                yield from _through(derive, name, limits, values)

    def _sets(self, field: Field) -> Iterator[frozenset[str]]:
        found = dict.fromkeys(_member_sets(field, self.leaves.get(field.name, ())))
        for at, members in enumerate(found):
            if at < _MOST_SETS:
                yield members


class Ruled(Protocol):
    """A subject with its rules."""

    @property
    def rules(self) -> tuple[Rule, ...]: ...

    @property
    def fields(self) -> Mapping[str, Field]: ...


def cuts_of(program: Ruled) -> Cuts:
    """Collect what the rules of a subject compare its fields with."""
    derives = tuple(rule.kind for rule in program.rules if isinstance(rule.kind, Derive))
    return Cuts(program.fields, _by_field(_conditions(program)), derives)


def cuts_of_rule(rule: Rule, fields: Mapping[str, Field]) -> Cuts:
    """Collect what one rule compares the fields with."""
    return Cuts(fields, _by_field(conditions_of(rule)), ())


def _by_field(conditions: Iterable[Condition]) -> dict[str, tuple[Leaf, ...]]:
    found: dict[str, dict[Leaf, None]] = {}
    for condition in conditions:
        for leaf in leaves(condition):
            # A period of force is compared with the day of judging, which no search over facts turns.
            for name in () if isinstance(leaf, InForce | Unvalued) else named_in(leaf):
                found.setdefault(name, {})[leaf] = None
    return {name: tuple(known) for name, known in found.items()}


def _conditions(program: Ruled) -> Iterator[Condition]:
    for rule in program.rules:
        yield from conditions_of(rule)
    for field in program.fields.values():
        yield from field.indicators
        yield from (implied.when for implied in field.implied if implied.when is not None)


def _range(field: Field, limits: Iterable[int]) -> tuple[int, int]:
    if field.type is FieldType.DATE:
        return FIRST_DAY, LAST_DAY
    known = tuple(limits) or (0,)
    low = field.minimum if field.minimum is not None else min(known) - 1
    return low, field.maximum if field.maximum is not None else max(*known, low) + 1


def _number(name: str, values: Mapping[str, Value]) -> int | None:
    value = values.get(name, UNKNOWN)
    return value if isinstance(value, int) else None


def _day(name: str, values: Mapping[str, Value]) -> int | None:
    # As a number, what marks an event that has not happened is a number like any other.
    found = _number(name, values)
    return found if found != NOT_HAPPENED else None


def _across_ratio(leaf: Ratio, name: str, values: Mapping[str, Value]) -> Iterator[int]:
    other = leaf.whole if name == leaf.part else leaf.part
    known = _number(other, values)
    if known is None:
        return
    scaled = leaf.ratio * known if name == leaf.part else Fraction(known) / leaf.ratio if leaf.ratio else None
    # Fields hold whole numbers of their smallest unit, and the bound may lie between two of them.
    if scaled is not None:
        yield from (scaled.__floor__(), scaled.__ceil__())


def _across_months(leaf: WithinMonths, name: str, values: Mapping[str, Value]) -> Iterator[int]:
    other = leaf.start if name == leaf.field else leaf.field
    known = _day(other, values)
    if known is None:
        return
    yield known
    if name == leaf.field:
        yield last_day(known, leaf.months, leaf.period)
        return
    # The start whose period ends on the known day lies about so many months before it.
    # The average month puts it within a few days of the true one; a month to either side is more than that.
    about = known - round(leaf.months * 30.4375)
    yield from (
        day
        for day in range(about - 35, about + 36)
        if last_day(day, leaf.months, leaf.period) in (known, known - 1)
    )


def _through(
    derive: Derive, name: str, limits: tuple[int, ...], values: Mapping[str, Value]
) -> Iterator[int]:
    told = _day if derive.function in OF_DAYS else _number
    others = [told(other, values) or 0 for other in derive.inputs if other != name]
    match derive.function:
        case Function.SUM:
            yield from (limit - sum(others) for limit in limits)
        case Function.MIN | Function.MAX:
            yield from (*limits, *others)
        case Function.DIFFERENCE | Function.DAYS_BETWEEN:
            # A difference is first less second, days are second less first: so their signs are opposite.
            sign = 1 if derive.inputs[0] == name else -1
            is_days = derive.function is Function.DAYS_BETWEEN
            yield from (sum(others) + (-sign if is_days else sign) * limit for limit in limits)
        case Function.MONTHS_BETWEEN:
            sign = -1 if derive.inputs[0] == name else 1
            # Months are of unlike length, so the limit is no single day: some of these lie on either side of it.
            days = (sum(others) + sign * round(limit * 30.4375) for limit in limits)
            yield from (day + step for day in days for step in range(-33, 34, 3))
        case Function.WORKING_DAYS_BETWEEN:
            sign = -1 if derive.inputs[0] == name else 1
            # Five days in seven are worked, and no stretch of holidays is longer than three weeks.
            days = (sum(others) + sign * round(limit * 1.4) for limit in limits)
            yield from (day + step for day in days for step in range(-21, 22))
        case Function.COUNT_IF:
            return


def _member_sets(field: Field, compared: tuple[Leaf, ...]) -> Iterator[frozenset[str]]:
    every = frozenset(field.choices)
    groups = [frozenset(leaf.values) for leaf in compared if isinstance(leaf, Members)]
    counts = sorted({leaf.value for leaf in compared if isinstance(leaf, Count)})
    yield frozenset()
    yield every
    # One member of each sort that no comparison tells apart.
    sorts: dict[tuple[bool, ...], str] = {}
    for choice in field.choices:
        sorts.setdefault(tuple(choice in group for group in groups), choice)
    yield from (frozenset((choice,)) for choice in sorts.values())
    # "All of" turns where one member is missing, "any of" and "none of" where one is added.
    for group in groups:
        yield group
        yield every - group
        yield from (group - {member} for member in sorted(group))
        yield from (group | {choice} for choice in sorts.values())
    for size in sorted(
        {count + step for count in counts for step in (-1, 0, 1) if 0 < count + step <= len(every)}
    ):
        # So many members, taken from within or without a group first, that counts and groups turn apart.
        for pool in (every, *(every - group for group in groups), *groups):
            chosen = [choice for choice in field.choices if choice in pool]
            chosen += [choice for choice in field.choices if choice not in pool]
            yield frozenset(chosen[:size])
