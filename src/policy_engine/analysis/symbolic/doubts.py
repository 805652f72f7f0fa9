"""Rules ahead of their phase that a doubt keeps open, as solver formulas (docs/meaning.md, "Doubts").

The solver's cases state nothing as unknown and give a reason for every judgement, so that the only doubts are
conclusions that a sign raises and nobody judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import z3

from policy_engine.analysis.symbolic.literals import Encoded, encode, literal, neither, side
from policy_engine.compilation import CompiledSubject
from policy_engine.compilation.generate import lower_rule
from policy_engine.compilation.lowering import (
    Bit,
    BitCount,
    Conj,
    Disj,
    Effective,
    Formula,
    Literal,
    lower,
)
from policy_engine.compilation.reads import field_written, fields_read, rule_reads
from policy_engine.foundation.logic import Pair
from policy_engine.model.conditions import Condition
from policy_engine.model.rules import Recommend, Require, Rule
from policy_engine.model.vocabulary import Role

_NEVER = z3.BoolVal(False)


def raised(subject: CompiledSubject, encoded: Encoded) -> dict[str, z3.BoolRef]:
    """State of each field that it is in doubt: raised and not judged, or computed from such a one."""
    found: dict[str, z3.BoolRef] = {}
    for field in subject.fields.values():
        if field.role is Role.CONCLUSION and field.indicators:
            signs = [encode(lower(sign, subject.fields).true, encoded) for sign in field.indicators]
            is_unknown = z3.Not(encoded.facts.variables[field.name].known)
            found[field.name] = z3.And(is_unknown, z3.Or(signs))
    _hang_on_raised(found, subject, encoded)
    # Producers stand before readers, so one walk carries a doubt through every computed field.
    for rule in subject.rules:
        name = field_written(rule)
        doubts = [found[read] for read in rule_reads(rule) if read in found]
        if name is not None and doubts:
            found[name] = z3.Or(found.get(name, _NEVER), *doubts)
    return found


def _hang_on_raised(found: dict[str, z3.BoolRef], subject: CompiledSubject, encoded: Encoded) -> None:
    """Add that a sign is open while it reads a conclusion that is itself in doubt, through every chain."""
    reading = {
        name: [
            sign
            for sign in subject.fields[name].indicators
            if any(read in found for read in fields_read(sign))
        ]
        for name in found
    }
    hanging = {name: signs for name, signs in reading.items() if signs}
    # A chain of conclusions is no longer than there are conclusions, so as many rounds reach its end.
    for _ in hanging:
        before = dict(found)
        for name, signs in hanging.items():
            is_unknown = z3.Not(encoded.facts.variables[name].known)
            is_open = [_is_open_on(sign, subject, encoded, before) for sign in signs]
            found[name] = z3.Or(found[name], z3.And(is_unknown, z3.Or(is_open)))


def _is_open_on(
    sign: Condition, subject: CompiledSubject, encoded: Encoded, doubts: Mapping[str, z3.BoolRef]
) -> z3.BoolRef:
    lowered = lower(sign, subject.fields)
    is_settled = z3.Or(encode(lowered.true, encoded), encode(lowered.false, encoded))
    return z3.And(z3.Not(is_settled), z3.Or([doubts[n] for n in fields_read(sign) if n in doubts]))


def may_break(
    rule: Rule, subject: CompiledSubject, encoded: Encoded, doubts: Mapping[str, z3.BoolRef]
) -> z3.BoolRef:
    """State that some answer to the doubts alone would break the rule, each comparison read as the breach wants it."""
    if not any(name in doubts for name in rule_reads(rule)):
        return _NEVER
    found = _may_take_effect(rule, subject, encoded, doubts)
    if isinstance(rule.kind, Require | Recommend):
        unmet = lower_rule(rule, subject.fields, ()).required.false
        return z3.And(found, _may_be(unmet, encoded, doubts))
    return found


def _may_take_effect(
    rule: Rule, subject: CompiledSubject, encoded: Encoded, doubts: Mapping[str, z3.BoolRef]
) -> z3.BoolRef:
    parts = lower_rule(rule, subject.fields, ())
    wanted = (parts.scope.true, parts.when.true, parts.excepted.false)
    above = (_may_yield(other, subject, encoded, doubts) for other in _winners(rule, subject))
    return z3.And(*(_may_be(f, encoded, doubts) for f in wanted), *above)


def _may_yield(
    rule: Rule, subject: CompiledSubject, encoded: Encoded, doubts: Mapping[str, z3.BoolRef]
) -> z3.BoolRef:
    parts = lower_rule(rule, subject.fields, ())
    wanted = (parts.scope.false, parts.when.false, parts.excepted.true)
    above = (_may_take_effect(other, subject, encoded, doubts) for other in _winners(rule, subject))
    return z3.Or(*(_may_be(f, encoded, doubts) for f in wanted), *above)


def _winners(rule: Rule, subject: CompiledSubject) -> Iterator[Rule]:
    names = subject.defeated_by.get(rule.id, ())
    return (other for other in subject.rules if other.id in names)


def _may_be(formula: Formula, encoded: Encoded, doubts: Mapping[str, z3.BoolRef]) -> z3.BoolRef:
    match formula:
        case Conj(parts=parts):
            return z3.And([_may_be(part, encoded, doubts) for part in parts])
        case Disj(parts=parts):
            return z3.Or([_may_be(part, encoded, doubts) for part in parts])
        case Literal(leaf=leaf, positive=positive):
            found = literal(leaf, encoded)
            doubt = z3.Or([doubts[name] for name in fields_read(leaf) if name in doubts])
            return _or_open(found, positive, doubt)
        case Bit(field=name, member=member, positive=positive):
            return _or_open(encoded.truths[name, member], positive, doubts.get(name, _NEVER))
        case BitCount(field=name, positive=positive, least=least):
            members = [half for (field_name, _), half in encoded.truths.items() if field_name == name]
            doubt = doubts.get(name, _NEVER)
            return z3.PbGe([(_or_open(half, positive, doubt), 1) for half in members], least)
        case Effective():
            return encode(formula, encoded)


def _or_open(found: Pair[z3.BoolRef], positive: bool, doubt: z3.BoolRef) -> z3.BoolRef:
    return z3.Or(side(found, positive), z3.And(neither(found), doubt))
