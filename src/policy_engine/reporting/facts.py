"""The facts a verdict rests on, each with its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policy_engine.evaluation.condition_words import condition_words, derived_words, value_words
from policy_engine.evaluation.support import Support
from policy_engine.model.cases import Origin
from policy_engine.model.conditions import All, Members
from policy_engine.model.decisions import Found, RuleResult, SubjectDecision, Verdict
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Field, FieldType, Role
from policy_engine.reporting.page import Item, items
from policy_engine.reporting.words import fact_words, field_words, spoken

_RESTS_ON_ALL = (Verdict.PERMITTED, Verdict.NOT_COVERED, Verdict.UNDETERMINED)


def fact_items(decision: SubjectDecision, fields: Mapping[str, Field], support: Support) -> Iterator[Item]:
    """Write the facts the verdict rests on; those a declaration closed in one line, the others counted."""
    used = dict.fromkeys(name for result in _carrying(decision) for name in support.facts_of(result))
    stated = [n for n, f in decision.facts.items() if f.origin is Origin.STATED and _is_decisive(fields[n])]
    rests_on_all = decision.verdict in _RESTS_ON_ALL or bool(decision.findings)
    # A permission rests on everything told: what is not there forbids nothing.
    shown = list(dict.fromkeys((*used, *stated))) if rests_on_all else list(used)
    shown += [n for n in stated if n not in shown and decision.facts[n].value is UNKNOWN]
    by_declaration = [n for n in shown if decision.facts[n].origin is Origin.DECLARED]
    for name in shown:
        line = fact_line(name, decision, fields) if name not in by_declaration else ""
        if line:
            yield Item(line, items(_counted(name, fields, support)))
    if by_declaration:
        pairs = (f"{field_words(fields[n])} = {told_value(n, decision, fields)}" for n in by_declaration)
        yield Item(f"{'，'.join(pairs)}（申报声明）")
    rest = [n for n in stated if n not in shown]
    if rest:
        names = "、".join(field_words(fields[n]) for n in rest)
        yield Item(f"另填报{names}，上列依据没有用到")


def _counted(name: str, fields: Mapping[str, Field], support: Support) -> Iterator[str]:
    """Say which ones a count counted: what each comes down to, without the bounds it lies in."""
    found = []
    for condition in support.counted(name):
        parts = condition.parts if isinstance(condition, All) else (condition,)
        found += [condition_words(part, spoken(fields)) for part in parts if isinstance(part, Members)]
    if found:
        yield f"其中：{'；'.join(dict.fromkeys(found))}"


def fact_line(name: str, decision: SubjectDecision, fields: Mapping[str, Field]) -> str:
    """Write one fact with its source; a computed one with what it came to; empty where nothing was told."""
    fact = decision.facts.get(name)
    if fact is None:
        return ""
    if fact.value is not UNKNOWN or fact.reason:
        return fact_words(fields[name], fact)
    if fields[name].role is Role.DERIVED and name in decision.derived:
        return f"{field_words(fields[name])} = {told_value(name, decision, fields)}（推算）"
    return ""


def told_value(name: str, decision: SubjectDecision, fields: Mapping[str, Field]) -> str:
    """Write what a field was told or computed to be."""
    field, known = fields[name], decision.facts[name].value
    return value_words(field, known) if known is not UNKNOWN else derived_words(field, decision.derived[name])


def _is_decisive(field: Field) -> bool:
    return field.role is not Role.NOTE and field.type is not FieldType.TEXT


def _carrying(decision: SubjectDecision) -> Iterator[RuleResult]:
    yield from decision.grounds
    for finding in decision.findings:
        if finding.found is Found.YES:
            yield from finding.rules
