"""Which unknown facts could still change a rule. Exact where the search stays small, else what the rule reads.

Kleene's logic is not complete (`a or not a` with `a` unknown), so no question is put to a person on its word alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice, product

from policy_engine.compilation import CompiledSubject
from policy_engine.compilation.reads import conditions_of, rule_reads
from policy_engine.evaluation.truth import Derivations, truth
from policy_engine.foundation.logic import Truth
from policy_engine.model.conditions import (
    All,
    Any,
    Compare,
    Condition,
    Equals,
    Not,
    Ratio,
    WithinMonths,
)
from policy_engine.model.rules import Recommend, Require, Rule
from policy_engine.model.values import UNKNOWN, Known, Value
from policy_engine.model.vocabulary import Field, FieldType, Role

_MOST_COMPLETIONS = 4096


def open_facts(
    rule: Rule, values: Mapping[str, Value], derived: Derivations, program: CompiledSubject
) -> tuple[str, ...]:
    """List the unknown input fields whose value can still change whether the rule is broken or effective."""
    unknown = [n for n in rule_reads(rule) if values.get(n, UNKNOWN) is UNKNOWN and n in derived.fields]
    inputs = [name for name in unknown if derived.fields[name].role is not Role.DERIVED]
    if len(inputs) < len(unknown):
        found = [i for name in unknown for i in _inputs_of(name, values, derived, program)]
        return tuple(dict.fromkeys(found))
    choices = {name: tuple(_representatives(derived.fields[name], rule)) for name in inputs}
    total = 1
    for options in choices.values():
        total *= max(1, len(options))
    if total > _MOST_COMPLETIONS or not inputs or any(map(_relates_fields, conditions_of(rule))):
        return tuple(inputs)
    return tuple(name for name in inputs if _matters(name, choices, rule, values, derived))


def _inputs_of(
    name: str, values: Mapping[str, Value], derived: Derivations, program: CompiledSubject
) -> Iterator[str]:
    if derived.fields[name].role is not Role.DERIVED:
        yield name
        return
    producers = program.producers.get(name, ())
    for rule in program.rules:
        if rule.id in producers:
            for needed in rule_reads(rule):
                if values.get(needed, UNKNOWN) is UNKNOWN and needed in derived.fields and needed != name:
                    yield from _inputs_of(needed, values, derived, program)


def _matters(
    name: str,
    choices: Mapping[str, tuple[Known, ...]],
    rule: Rule,
    values: Mapping[str, Value],
    derived: Derivations,
) -> bool:
    others = [other for other in choices if other != name]
    for completion in islice(product(*(choices[o] for o in others)), _MOST_COMPLETIONS):
        base = {**values, **dict(zip(others, completion, strict=True))}
        found = {_is_carried(rule, {**base, name: value}, derived) for value in choices[name]}
        if len(found) > 1:
            return True
    return False


def _is_carried(rule: Rule, values: Mapping[str, Value], derived: Derivations) -> Truth:
    # Whether the rule is broken (or effective), leaving aside which other norms prevail.
    if truth(rule.scope, values, derived) is Truth.FALSE or truth(rule.when, values, derived) is Truth.FALSE:
        return Truth.FALSE
    for clause in rule.unless:
        if truth(All((clause.scope, clause.when), clause.span), values, derived) is Truth.TRUE:
            return Truth.FALSE
    if isinstance(rule.kind, Require | Recommend):
        return truth(Not(rule.kind.condition, rule.span), values, derived)
    return truth(rule.when, values, derived)


def _representatives(field: Field, rule: Rule) -> Iterator[Known]:
    """Go through one value for each way the rule can tell the field's values apart."""
    match field.type:
        case FieldType.BOOLEAN:
            yield from (True, False)
        case FieldType.CHOICE:
            yield from field.choices
        case FieldType.NUMBER | FieldType.DATE:
            cuts = sorted({c for condition in conditions_of(rule) for c in _cuts(condition, field.name)})
            points = {c + step for c in cuts for step in (-1, 0, 1)} or {0, 1}
            low = field.minimum if field.minimum is not None else min(points)
            yield from sorted(p for p in points if p >= low)
        case FieldType.LIST:
            yield frozenset()
            yield from (frozenset((choice,)) for choice in field.choices)
            yield frozenset(field.choices)
        case FieldType.TEXT:
            return


def _relates_fields(condition: Condition) -> bool:
    # How two fields stand to each other has no single representative values.
    match condition:
        case All(parts=parts) | Any(parts=parts):
            return any(map(_relates_fields, parts))
        case Not(part=part):
            return _relates_fields(part)
        case _:
            return isinstance(condition, Ratio | WithinMonths)


def _cuts(condition: Condition, name: str) -> Iterator[int]:
    match condition:
        case All(parts=parts) | Any(parts=parts):
            for part in parts:
                yield from _cuts(part, name)
        case Not(part=part):
            yield from _cuts(part, name)
        case Compare(field=field, value=value) if field == name:
            yield value
        case Equals(field=field, value=value) if field == name and isinstance(value, int):
            yield int(value)
        case _:
            return
