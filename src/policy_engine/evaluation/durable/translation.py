"""Translation: a condition, wanted surely true or surely false, as alternatives that are conjunctions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from policy_engine.evaluation.durable.clauses import Atom, Conjunction, Op
from policy_engine.evaluation.durable.draft import Alternatives, Draft, every, name_of, some
from policy_engine.evaluation.durable.facts import is_derived
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
from policy_engine.foundation.logic import Truth, negate
from policy_engine.model.conditions import (
    AREA,
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
)
from policy_engine.model.values import NOT_HAPPENED
from policy_engine.model.vocabulary import FieldType

_HOLDS: Mapping[Bound, Op] = {
    Bound.AT_LEAST: Op.AT_LEAST,
    Bound.MORE_THAN: Op.MORE,
    Bound.AT_MOST: Op.AT_MOST,
    Bound.LESS_THAN: Op.LESS,
}
_FAILS: Mapping[Bound, Op] = {
    Bound.AT_LEAST: Op.LESS,
    Bound.MORE_THAN: Op.AT_MOST,
    Bound.AT_MOST: Op.MORE,
    Bound.LESS_THAN: Op.AT_LEAST,
}


def ways(draft: Draft, condition: Condition, wanted: Truth) -> Alternatives:
    """List the conjunctions under each of which a condition surely has the wanted truth, true or false."""
    if isinstance(condition, Leaf):
        return _comparison(draft, condition, wanted)
    match condition:
        case Not(part):
            return ways(draft, part, negate(wanted))
        case All(parts) | Any(parts):
            found = [ways(draft, part, wanted) for part in parts]
            all_needed = isinstance(condition, All) is (wanted is Truth.TRUE)
            return every(draft, found) if all_needed else some(found)


def _comparison(draft: Draft, condition: Leaf, wanted: Truth) -> Alternatives:
    match condition:
        case Equals():
            found = _equals(draft, condition, wanted)
        case OneOf():
            found = _one_of(draft, condition, wanted)
        case Compare():
            found = _compare(draft, condition, wanted)
        case Members():
            found = _members(draft, condition, wanted)
        case Count():
            found = _count(draft, condition, wanted)
        case WithinMonths(name, start, months, period):
            found = _whether(draft, Window(name, start, months, period), wanted)
        case Ratio(part, whole, bound, ratio):
            found = _whether(draft, Share(part, whole, bound, ratio), wanted)
        case InForce():
            found = _in_force(draft, condition, wanted)
        case Unvalued():
            found = () if wanted is Truth.TRUE else _in_force(draft, condition, wanted)
        case InArea(area):
            found = _whether(draft, Member(AREA, area), wanted)
        case _:
            assert_never(condition)
    return found


def _equals(draft: Draft, condition: Equals, wanted: Truth) -> Alternatives:
    name = condition.field
    if _is_derived_choice(draft, name):
        return _choice(draft, name, (str(condition.value),), wanted)
    op = Op.EQUAL if wanted is Truth.TRUE else Op.UNEQUAL
    return ((Atom(name_of(draft, Scalar(name)), op, condition.value),),)


def _one_of(draft: Draft, condition: OneOf, wanted: Truth) -> Alternatives:
    if _is_derived_choice(draft, condition.field):
        return _choice(draft, condition.field, condition.values, wanted)
    prop = Scalar(condition.field)
    name = name_of(draft, prop)
    if wanted is Truth.TRUE:
        return tuple((Atom(name, Op.EQUAL, value),) for value in condition.values)
    return (tuple(Atom(name, Op.UNEQUAL, value) for value in condition.values) or _known(draft, prop),)


def _is_derived_choice(draft: Draft, name: str) -> bool:
    return is_derived(draft.fields, name) and draft.fields[name].type is FieldType.CHOICE


def _choice(draft: Draft, name: str, values: tuple[str, ...], wanted: Truth) -> Alternatives:
    """Exactly one choice is right: one inside being true, or all outside being false, both settle it."""
    choices = draft.fields[name].choices
    inside = [Member(name, choice) for choice in choices if choice in values]
    outside = [Member(name, choice) for choice in choices if choice not in values]
    if wanted is Truth.FALSE:
        inside, outside = outside, inside
    is_inside = tuple((_is(draft, prop, Truth.TRUE),) for prop in inside)
    return some([is_inside, (tuple(_is(draft, prop, Truth.FALSE) for prop in outside),)])


def _whether(draft: Draft, prop: Property, wanted: Truth) -> Alternatives:
    return ((_is(draft, prop, wanted),),)


def _is(draft: Draft, prop: Property, wanted: Truth) -> Atom:
    return Atom(name_of(draft, prop), Op.EQUAL, wanted is Truth.TRUE)


def _known(draft: Draft, prop: Property) -> Conjunction:
    return (Atom(name_of(draft, prop), Op.PRESENT, 1),)


def _compare(draft: Draft, condition: Compare, wanted: Truth) -> Alternatives:
    prop = name_of(draft, Scalar(condition.field))
    holds = Atom(prop, _HOLDS[condition.bound], condition.value)
    fails = Atom(prop, _FAILS[condition.bound], condition.value)
    if condition.field not in draft.fields or draft.fields[condition.field].type is not FieldType.DATE:
        return ((holds,),) if wanted is Truth.TRUE else ((fails,),)
    # A day that has not come passes no bound, though its number lies below every other.
    if wanted is Truth.TRUE:
        return ((holds, Atom(prop, Op.UNEQUAL, NOT_HAPPENED)),)
    return (fails,), (Atom(prop, Op.EQUAL, NOT_HAPPENED),)


def _members(draft: Draft, condition: Members, wanted: Truth) -> Alternatives:
    name = condition.field
    if condition.how is Membership.NONE_OF:
        wanted = negate(wanted)
    atoms = tuple(_is(draft, Member(name, member), wanted) for member in condition.values)
    is_one_enough = (condition.how is Membership.ALL_OF) is (wanted is Truth.FALSE)
    if is_one_enough:
        return tuple((atom,) for atom in atoms)
    if atoms or is_derived(draft.fields, name):
        return (atoms,)
    return (_known(draft, Given(name)),)


def _count(draft: Draft, condition: Count, wanted: Truth) -> Alternatives:
    # A bound from below is kept by every possible number of members where the fewest keep it.
    is_lower = condition.bound in (Bound.AT_LEAST, Bound.MORE_THAN)
    end = Fewest if is_lower is (wanted is Truth.TRUE) else Most
    op = (_HOLDS if wanted is Truth.TRUE else _FAILS)[condition.bound]
    return ((Atom(name_of(draft, end(condition.field)), op, condition.value),),)


def _in_force(draft: Draft, condition: InForce | Unvalued, wanted: Truth) -> Alternatives:
    day = Scalar(dating_field(condition.dated_by))
    prop = name_of(draft, day)
    ends = ((condition.first, Op.AT_LEAST, Op.LESS), (condition.last, Op.AT_MOST, Op.MORE))
    if wanted is Truth.FALSE:
        return tuple((Atom(prop, op, end),) for end, _, op in ends if end is not None)
    inside = tuple(Atom(prop, op, end) for end, op, _ in ends if end is not None)
    return (inside or _known(draft, day),)
