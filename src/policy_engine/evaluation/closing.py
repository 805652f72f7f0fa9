"""Close a case: what the declaration states, what the phase makes not yet known, what dates the rules.

The law of each step is in docs/meaning.md; nothing is ever guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from policy_engine.compilation import CompiledSubject
from policy_engine.compilation.reads import fields_read
from policy_engine.evaluation.truth import Derivations, nothing_derived, truth
from policy_engine.foundation.logic import Truth
from policy_engine.model.areas import chain_of
from policy_engine.model.cases import Case, Fact, Origin, Situation
from policy_engine.model.conditions import AREA, AS_OF, Condition, dating_field
from policy_engine.model.values import NOT_HAPPENED, UNKNOWN, Value
from policy_engine.model.vocabulary import Field, FieldType, Phase, Role, Subject

# The choice that says a paper isn't there.
_NONE = "无"


@dataclass(frozen=True, slots=True)
class ClosedSubject:
    """One subject's facts, every field present, and the situation the engines are given."""

    facts: Mapping[str, Fact]
    situation: Situation
    asks_declaration: bool


def close_subject(case: Case, subject: Subject, program: CompiledSubject) -> ClosedSubject:
    """Close one subject of a case."""
    stated = case.subjects[subject.name]
    facts = {name: stated.get(name) or _unstated(name) for name in subject.fields}
    facts |= _implied(subject.fields, facts, case.phase)
    open_flags = [name for name, fact in facts.items() if _is_closable(subject.fields[name], fact)]
    if case.declaration is not None:
        facts |= _declared(open_flags, subject.fields, facts)
    facts |= {
        name: _pending(fact)
        for name, fact in facts.items()
        if _is_pending(subject.fields[name], fact, case.phase)
    }
    dates = {rule.dated_by for rule in program.rules if rule.dated_by != AS_OF}
    situation = Situation(subject.name, MappingProxyType(_values(case, subject, facts, dates)))
    return ClosedSubject(MappingProxyType(facts), situation, case.declaration is None and bool(open_flags))


@cache
def _unstated(name: str) -> Fact:
    return Fact(field=name, value=UNKNOWN, origin=Origin.NOT_STATED)


def _implied(fields: Mapping[str, Field], facts: Mapping[str, Fact], phase: Phase) -> dict[str, Fact]:
    # What the words themselves imply: a hospital is no mine. Only from stated facts, and never over one.
    values = {name: fact.value for name, fact in facts.items()}
    derived = nothing_derived(fields)
    found: dict[str, Fact] = {}
    for name, fact in facts.items():
        if fact.origin is not Origin.NOT_STATED:
            continue
        for implied in fields[name].implied:
            is_early = implied.before is None or phase.rank < implied.before.rank
            if is_early and (implied.when is None or truth(implied.when, values, derived) is Truth.TRUE):
                found[name] = Fact(
                    field=name, value=implied.value, origin=Origin.IMPLIED, source=implied.because
                )
                break
    return found


def _is_closable(field: Field, fact: Fact) -> bool:
    # An explicit unknown stays one: "asked, and cannot be told" beats every declaration.
    return (
        fact.origin is Origin.NOT_STATED
        and field.role in (Role.FLAG, Role.CONCLUSION)
        and field.declared is not None
    )


def _declared(
    names: Iterable[str], fields: Mapping[str, Field], facts: Mapping[str, Fact]
) -> dict[str, Fact]:
    flags = [name for name in names if fields[name].role is Role.FLAG]
    closed = {name: _closed(fields[name]) for name in flags}
    values = {name: fact.value for name, fact in {**facts, **closed}.items()}
    derived = nothing_derived(fields)
    conclusions = [name for name in names if fields[name].role is Role.CONCLUSION]
    # Indicators may be conclusions themselves: go on until nothing more closes.
    while True:
        ready = [
            n for n in conclusions if n not in closed and not _is_raised(fields[n], values, facts, derived)
        ]
        if not ready:
            return closed
        for name in ready:
            closed[name] = _closed(fields[name])
            values[name] = closed[name].value


def _closed(field: Field) -> Fact:
    assert field.declared is not None
    return Fact(field=field.name, value=field.declared, origin=Origin.DECLARED)


def _is_raised(
    field: Field, values: Mapping[str, Value], facts: Mapping[str, Fact], derived: Derivations
) -> bool:
    # An indicator that is present, or that was asked and could not be told, raises the question.
    for indicator in field.indicators:
        found = truth(indicator, values, derived)
        if found is Truth.TRUE or (found is Truth.UNKNOWN and _is_doubtful(indicator, facts)):
            return True
    return False


def _is_doubtful(indicator: Condition, facts: Mapping[str, Fact]) -> bool:
    asked = [facts[name] for name in fields_read(indicator) if name in facts]
    return any(fact.value is UNKNOWN and fact.origin is Origin.STATED for fact in asked)


def _is_pending(field: Field, fact: Fact, phase: Phase) -> bool:
    if field.role is not Role.EVENT or field.phase is None or phase.rank >= field.phase.rank:
        return False
    return fact.value is UNKNOWN or fact.value is False or fact.value in (NOT_HAPPENED, _NONE)


def _pending(fact: Fact) -> Fact:
    return Fact(field=fact.field, value=UNKNOWN, origin=Origin.PENDING, span=fact.span)


def _values(
    case: Case, subject: Subject, facts: Mapping[str, Fact], dates: Iterable[str]
) -> dict[str, Value]:
    values: dict[str, Value] = {
        name: fact.value
        for name, fact in facts.items()
        if fact.value is not UNKNOWN and subject.fields[name].type is not FieldType.TEXT
    }
    values[AS_OF] = case.as_of
    values[AREA] = frozenset(chain_of(case.area))
    for name in sorted(dates):
        day = _dating_day(case, facts[name])
        if day is not None:
            values[dating_field(name)] = day
    return values


def _dating_day(case: Case, fact: Fact) -> int | None:
    if isinstance(fact.value, int) and fact.value != NOT_HAPPENED:
        return fact.value
    if fact.origin is Origin.PENDING or fact.value == NOT_HAPPENED:
        return case.as_of
    return None
