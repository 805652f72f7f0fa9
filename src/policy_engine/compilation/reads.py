"""Which fields a condition or a rule reads."""

from __future__ import annotations

from collections.abc import Iterator

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
)
from policy_engine.model.rules import (
    Classify,
    Derive,
    Impossible,
    Kind,
    Permit,
    Prohibit,
    Recommend,
    Require,
    Rule,
    Table,
)


def fields_read(condition: Condition) -> Iterator[str]:
    """Go through the fields a condition reads, in order of appearance, repeats included."""
    for leaf in leaves(condition):
        yield from _fields_of(leaf)


def _fields_of(leaf: Leaf) -> tuple[str, ...]:
    match leaf:
        case WithinMonths(field=field, start=start):
            return field, start
        case Ratio(part=part, whole=whole):
            return tuple(name for name in (part, whole) if name != AS_OF)
        case InForce(dated_by=dated_by) | Unvalued(dated_by=dated_by):
            return () if dated_by == AS_OF else (dated_by,)
        case InArea():
            return ()
        case Equals() | OneOf() | Compare() | Members() | Count():
            return (leaf.field,)


def conditions_of(rule: Rule) -> Iterator[Condition]:
    """Go through every condition a rule holds."""
    yield rule.scope
    yield rule.when
    for clause in rule.unless:
        yield clause.scope
        yield clause.when
    yield from _conditions_of_kind(rule.kind)


def _conditions_of_kind(kind: Kind) -> Iterator[Condition]:
    match kind:
        case Require(condition=condition) | Recommend(condition=condition):
            yield condition
        case Table(rows=rows):
            yield from (condition for condition, _ in rows)
        case Derive(conditions=conditions):
            yield from conditions
        case Prohibit() | Permit() | Classify() | Impossible():
            return


def relates_fields(rule: Rule) -> bool:
    """Tell whether a rule compares two fields with one another."""
    return any(
        isinstance(leaf, Ratio | WithinMonths)
        for condition in conditions_of(rule)
        for leaf in leaves(condition)
    )


def rule_reads(rule: Rule) -> tuple[str, ...]:
    """List the fields a rule reads, each once, in order of appearance."""
    return tuple(dict.fromkeys(all_reads(rule)))


def all_reads(rule: Rule) -> Iterator[str]:
    """Go through the fields a rule reads, in order of appearance, repeats included."""
    for condition in conditions_of(rule):
        yield from fields_read(condition)
    if isinstance(rule.kind, Derive):
        yield from rule.kind.inputs


def field_written(rule: Rule) -> str | None:
    """Name the derived field a rule gives a value, if it does."""
    match rule.kind:
        case Classify(field=field) | Table(field=field) | Derive(field=field):
            return field
        case Prohibit() | Permit() | Require() | Recommend() | Impossible():
            return None
