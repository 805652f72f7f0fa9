"""The truth of one condition on given values, for explanations and questions. The engines don't use it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import itemgetter
from types import MappingProxyType
from typing import Final

from policy_engine.compilation.reads import read_by
from policy_engine.compilation.runtime import is_within
from policy_engine.foundation.logic import Truth, conjunction, disjunction, negate, truth_of
from policy_engine.foundation.memory import of_a_few
from policy_engine.foundation.records import dataclass
from policy_engine.model.conditions import (
    AREA,
    COMPARISONS,
    All,
    Any,
    Bound,
    Compare,
    Condition,
    Count,
    Equals,
    InArea,
    InForce,
    Leaf,
    Members,
    Membership,
    Not,
    OneOf,
    Ratio,
    Unvalued,
    WithinMonths,
    dating_field,
    holds,
    leaves,
    named_in,
)
from policy_engine.model.rules import ExceptionClause
from policy_engine.model.values import UNKNOWN, Value
from policy_engine.model.vocabulary import Field, FieldType, Role


@dataclass(frozen=True, slots=True)
class Derivations:
    """What rules computed: the truth of each derived boolean, member or choice, and the fields themselves."""

    truths: Mapping[tuple[str, str], Truth]
    fields: Mapping[str, Field]


_NOTHING: Mapping[tuple[str, str], Truth] = MappingProxyType({})
# What one condition remembers at most.
_MOST_KNOWN: Final = 256


def nothing_derived(fields: Mapping[str, Field]) -> Derivations:
    """Stand for a subject of which rules have computed nothing."""
    return Derivations(_NOTHING, fields)


class Told:
    """A condition on what is told, nothing being computed, that is asked again and again on few different values.

    `reads`: the fields it reads; `names`: those and the pseudo facts. It remembers what it said of them.
    """

    __slots__ = ("_condition", "_derived", "_get", "_known", "names", "reads")

    def __init__(self, condition: Condition, fields: Mapping[str, Field]) -> None:
        self.reads = read_by(condition)
        self._condition, self._derived = condition, nothing_derived(fields)
        self.names = tuple(dict.fromkeys(name for leaf in leaves(condition) for name in _looked_at(leaf)))
        self._get = itemgetter(*self.names) if self.names else _nothing
        self._known: dict[object, Truth] = {}

    def on(self, values: Mapping[str, Value]) -> Truth:
        """Find its truth."""
        key: object
        try:
            key = self._get(values)
        except KeyError:
            key = tuple(values.get(name, UNKNOWN) for name in self.names)
        found = self._known.get(key)
        return self._find(key, values) if found is None else found

    def at(self, seen: tuple[Value, ...]) -> Truth:
        """Find its truth where its `names` have these values."""
        key = seen[0] if len(seen) == 1 else seen
        found = self._known.get(key)
        return self._find(key, dict(zip(self.names, seen, strict=True))) if found is None else found

    def _find(self, key: object, values: Mapping[str, Value]) -> Truth:
        found = truth(self._condition, values, self._derived)
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[key] = found
        return found


# What a condition may come to, where only that counts.
Wanted = tuple[Truth, ...]
HOLDS: Final[Wanted] = (Truth.TRUE,)
IS_OPEN: Final[Wanted] = (Truth.UNKNOWN,)
MAY_HOLD: Final[Wanted] = (Truth.TRUE, Truth.UNKNOWN)
# How it is asked whether a condition comes to what counts: so, or by somebody who notes the answer.
Ask = Callable[[Told, Mapping[str, Value], Wanted], bool]


def comes_to(condition: Told, values: Mapping[str, Value], wanted: Wanted) -> bool:
    """Tell whether a condition comes to what counts."""
    return condition.on(values) in wanted


class _Signs(dict[str, tuple[Told, ...]]):
    """The signs of each field, made when they are first asked for."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self._fields = fields

    def __missing__(self, name: str) -> tuple[Told, ...]:
        found = self[name] = tuple(Told(sign, self._fields) for sign in self._fields[name].indicators)
        return found


@of_a_few
def signs_among(fields: Mapping[str, Field]) -> Mapping[str, tuple[Told, ...]]:
    """Map each field of a subject to its signs."""
    return _Signs(fields)


def _nothing(_values: object) -> object:
    return ()


def _looked_at(leaf: Leaf) -> tuple[str, ...]:
    """List all that the truth of a comparison hangs on, pseudo facts included."""
    match leaf:
        case InArea():
            return (AREA,)
        case InForce(dated_by=dated_by) | Unvalued(dated_by=dated_by):
            return (dating_field(dated_by),)
        case Equals() | OneOf() | Compare() | Members() | Count() | Ratio() | WithinMonths():
            return named_in(leaf)


def truth(condition: Condition, values: Mapping[str, Value], derived: Derivations) -> Truth:
    """Find the truth of a condition. A field without a value is unknown."""
    match condition:
        # Most conditions are comparisons.
        case Equals() | OneOf() | Compare() | Members() | Count():
            value = values.get(condition.field, UNKNOWN)
            if value is UNKNOWN:
                return _derived(condition, derived)
            # Only of a day does `NOT_HAPPENED` mean anything: it is a number like any other elsewhere.
            is_day = derived.fields[condition.field].type is FieldType.DATE
            return truth_of(holds(condition, value, is_day=is_day))
        case All(parts=parts):
            return _joined(parts, values, derived, Truth.FALSE, Truth.TRUE)
        case Any(parts=parts):
            return _joined(parts, values, derived, Truth.TRUE, Truth.FALSE)
        case Not(part=part):
            return negate(truth(part, values, derived))
        case InArea(area=area):
            chain = values.get(AREA, UNKNOWN)
            return truth_of(isinstance(chain, frozenset) and area in chain)
        case InForce(dated_by=dated_by, first=first, last=last):
            day = values.get(dating_field(dated_by), UNKNOWN)
            if not isinstance(day, int):
                return Truth.UNKNOWN
            return truth_of((first is None or first <= day) and (last is None or day <= last))
        case Unvalued(dated_by=dated_by, first=first, last=last, span=span):
            is_among = truth(InForce(dated_by, first, last, span), values, derived)
            return Truth.FALSE if is_among is Truth.FALSE else Truth.UNKNOWN
        case WithinMonths(field=name, start=start, months=months, period=period):
            lies_within = is_within(values.get(name, UNKNOWN), values.get(start, UNKNOWN), months, period)
            return Truth.UNKNOWN if lies_within is None else truth_of(lies_within)
        case Ratio(part=part_name, whole=whole_name, bound=bound, ratio=ratio):
            part_value, whole_value = values.get(part_name, UNKNOWN), values.get(whole_name, UNKNOWN)
            if not isinstance(part_value, int) or not isinstance(whole_value, int):
                return Truth.UNKNOWN
            # Multiplied out: exact, and nothing is divided by a whole that may be 0.
            left, right = part_value * ratio.denominator, whole_value * ratio.numerator
            return truth_of(COMPARISONS[bound](left, right))


def _joined(
    parts: tuple[Condition, ...],
    values: Mapping[str, Value],
    derived: Derivations,
    decisive: Truth,
    otherwise: Truth,
) -> Truth:
    # As `conjunction` and `disjunction` do, but without a generator: half of all time goes by here.
    for part in parts:
        found = truth(part, values, derived)
        if found is decisive:
            return found
        if found is Truth.UNKNOWN:
            otherwise = found
    return otherwise


def exception(clause: ExceptionClause) -> Condition:
    """Give what an exception takes: its own document in force here, and what it names."""
    return All((clause.scope, clause.when), clause.span)


def _derived(leaf: Equals | OneOf | Compare | Members | Count, derived: Derivations) -> Truth:
    field = derived.fields.get(leaf.field)
    if field is None or field.role is not Role.DERIVED:
        return Truth.UNKNOWN
    match leaf:
        case Equals(value=value) if field.type is FieldType.BOOLEAN:
            found = derived.truths.get((field.name, ""), Truth.UNKNOWN)
            return found if value is True else negate(found)
        case Equals(value=value) if field.type is FieldType.CHOICE:
            return _one_of(field, (str(value),), derived)
        case OneOf(values=values):
            return _one_of(field, values, derived)
        case Members(how=how, values=values):
            truths = [derived.truths.get((field.name, v), Truth.UNKNOWN) for v in values]
            match how:
                case Membership.ANY_OF:
                    return disjunction(truths)
                case Membership.NONE_OF:
                    return negate(disjunction(truths))
                case Membership.ALL_OF:
                    return conjunction(truths)
        case Count(bound=bound, value=limit):
            return _count(field, bound, limit, derived)
        # A computed number stands among the values; here it doesn't, so it is unknown.
        case Equals() | Compare():
            return Truth.UNKNOWN


def _one_of(field: Field, values: tuple[str, ...], derived: Derivations) -> Truth:
    # Exactly one choice holds: that all others are out says that this is in, and the other way round.
    inside = disjunction([derived.truths.get((field.name, v), Truth.UNKNOWN) for v in values])
    others = [v for v in field.choices if v not in values]
    outside = disjunction([derived.truths.get((field.name, v), Truth.UNKNOWN) for v in others])
    if inside is Truth.TRUE or outside is Truth.FALSE:
        return Truth.TRUE
    return Truth.FALSE if inside is Truth.FALSE or outside is Truth.TRUE else Truth.UNKNOWN


def _count(field: Field, bound: Bound, limit: int, derived: Derivations) -> Truth:
    truths = [derived.truths.get((field.name, v), Truth.UNKNOWN) for v in field.choices]
    least = truths.count(Truth.TRUE)
    most = least + truths.count(Truth.UNKNOWN)
    # Settled where every number that it may still come to says the same.
    found = {COMPARISONS[bound](n, limit) for n in range(least, most + 1)}
    return truth_of(found.pop()) if len(found) == 1 else Truth.UNKNOWN
