"""Kleene lowering: a condition becomes two two-valued formulas, "surely true" and "surely false".

Formulas are in negation normal form over literals, so every backend only needs and, or and its own atoms.
"""

from __future__ import annotations

from collections.abc import Mapping

from policy_engine.foundation.logic import Pair
from policy_engine.foundation.records import dataclass
from policy_engine.model.conditions import (
    All,
    Any,
    Bound,
    Condition,
    Count,
    Equals,
    Leaf,
    Members,
    Membership,
    Not,
    OneOf,
    Plain,
    Unvalued,
)
from policy_engine.model.vocabulary import Field, FieldType, Role


@dataclass(frozen=True, slots=True)
class Literal:
    """A leaf on given facts is known and holds (`positive`), or is known and does not."""

    leaf: Leaf
    positive: bool


@dataclass(frozen=True, slots=True)
class Bit:
    """A derived boolean (`member` empty), member or choice is surely so (`positive`), or surely not."""

    field: str
    member: str
    positive: bool


@dataclass(frozen=True, slots=True)
class BitCount:
    """Of a derived list's members at least `least` are surely in, or (not `positive`) surely not in."""

    field: str
    positive: bool
    least: int


@dataclass(frozen=True, slots=True)
class Effective:
    """A rule is surely effective (`positive`), or surely not."""

    rule: str
    positive: bool


@dataclass(frozen=True, slots=True)
class Conj:
    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Disj:
    parts: tuple[Formula, ...]


Formula = Literal | Bit | BitCount | Effective | Conj | Disj
TRUE = Conj(())
FALSE = Disj(())


ALWAYS: Pair[Formula] = Pair(TRUE, FALSE)
NEVER: Pair[Formula] = Pair(FALSE, TRUE)


def conj(*parts: Formula) -> Formula:
    """Join formulas by and; constants and nested conjunctions dissolve."""
    flat: list[Formula] = []
    for part in parts:
        if part == FALSE:
            return FALSE
        # True is the conjunction of nothing, and so dissolves like any other.
        flat += part.parts if isinstance(part, Conj) else (part,)
    unique = tuple(dict.fromkeys(flat))
    return unique[0] if len(unique) == 1 else Conj(unique)


def disj(*parts: Formula) -> Formula:
    """Join formulas by or; constants and nested disjunctions dissolve."""
    flat: list[Formula] = []
    for part in parts:
        if part == TRUE:
            return TRUE
        # So does false, the disjunction of nothing.
        flat += part.parts if isinstance(part, Disj) else (part,)
    unique = tuple(dict.fromkeys(flat))
    return unique[0] if len(unique) == 1 else Disj(unique)


def both(*pairs: Pair[Formula]) -> Pair[Formula]:
    """Lower a conjunction of lowered conditions."""
    return Pair(conj(*(p.true for p in pairs)), disj(*(p.false for p in pairs)))


def either(*pairs: Pair[Formula]) -> Pair[Formula]:
    """Lower a disjunction of lowered conditions."""
    return Pair(disj(*(p.true for p in pairs)), conj(*(p.false for p in pairs)))


def lower(condition: Condition, fields: Mapping[str, Field]) -> Pair[Formula]:
    """Lower one condition over the fields of its subject."""
    if isinstance(condition, Plain):
        return Pair(Literal(condition, True), Literal(condition, False))
    match condition:
        case All(parts=parts):
            return both(*(lower(part, fields) for part in parts))
        case Any(parts=parts):
            return either(*(lower(part, fields) for part in parts))
        case Not(part=part):
            return lower(part, fields).denied
        case Equals(field=name) | OneOf(field=name) | Members(field=name) | Count(field=name):
            field = fields[name]
            if field.role is Role.DERIVED and field.type in (
                FieldType.BOOLEAN,
                FieldType.CHOICE,
                FieldType.LIST,
            ):
                return _lower_derived(condition, field)
            return Pair(Literal(condition, True), Literal(condition, False))
        case Unvalued():
            # A value that isn't there holds for nothing.
            return Pair(FALSE, Literal(condition, False))


def bit(field: str, member: str) -> Pair[Formula]:
    """Refer to a derived truth."""
    return Pair(Bit(field, member, True), Bit(field, member, False))


def _lower_derived(leaf: Equals | OneOf | Members | Count, field: Field) -> Pair[Formula]:
    match leaf:
        case Equals(value=value) if field.type is FieldType.BOOLEAN:
            pair = bit(field.name, "")
            return pair if value is True else pair.denied
        case Equals(value=value):
            return _exclusive(field, (str(value),))
        case OneOf(values=values):
            return _exclusive(field, values)
        case Members(how=how, values=values):
            bits = [bit(field.name, value) for value in values]
            match how:
                case Membership.ANY_OF:
                    return either(*bits)
                case Membership.ALL_OF:
                    return both(*bits)
                case Membership.NONE_OF:
                    return either(*bits).denied
        case Count(bound=bound, value=value):
            return _count(field, bound, value)


def _exclusive(field: Field, values: tuple[str, ...]) -> Pair[Formula]:
    # Exactly one choice holds: one of the set is true when every other is surely false, and the other way round.
    inside = either(*(bit(field.name, value) for value in values))
    outside = either(*(bit(field.name, value) for value in field.choices if value not in values))
    return Pair(disj(inside.true, outside.false), disj(inside.false, outside.true))


def _count(field: Field, bound: Bound, value: int) -> Pair[Formula]:
    match bound:
        case Bound.AT_LEAST:
            return _at_least(field, value)
        case Bound.MORE_THAN:
            return _at_least(field, value + 1)
        case Bound.AT_MOST:
            return _at_least(field, value + 1).denied
        case Bound.LESS_THAN:
            return _at_least(field, value).denied


# Surely so many: as many are surely in. Surely fewer: enough are surely out that the rest can't reach the number.
def _at_least(field: Field, least: int) -> Pair[Formula]:
    total = len(field.choices)
    if least <= 0:
        return ALWAYS
    if least > total:
        return NEVER
    return Pair(BitCount(field.name, True, least), BitCount(field.name, False, total - least + 1))
