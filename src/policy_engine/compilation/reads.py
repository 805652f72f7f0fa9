"""Which fields a condition or a rule reads."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.foundation.memory import of_the_same
from policy_engine.model.conditions import (
    AS_OF,
    Condition,
    Leaf,
    Ratio,
    Unvalued,
    WithinMonths,
    leaves,
    named_in,
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
        yield from (name for name in named_in(leaf) if name != AS_OF)


@of_the_same
def read_by(condition: Condition) -> frozenset[str]:
    """Name the fields that a condition reads. For conditions that are asked about case by case."""
    return frozenset(fields_read(condition))


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
    return any(isinstance(leaf, Ratio | WithinMonths) for leaf in _leaves_of(rule))


def awaits_parameter(rule: Rule) -> bool:
    """Tell whether a rule compares with a parameter that has no value on some days."""
    return any(isinstance(leaf, Unvalued) for leaf in _leaves_of(rule))


def _leaves_of(rule: Rule) -> Iterator[Leaf]:
    for condition in conditions_of(rule):
        yield from leaves(condition)


@of_the_same
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
