"""Days the rules leave out: between a document and its successor, and days on which a parameter has no value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import MappingProxyType

import z3

from policy_engine.analysis.findings.matter import Matter, finding
from policy_engine.analysis.symbolic.literals import between
from policy_engine.analysis.symbolic.solving import Witness
from policy_engine.analysis.witnesses import case_of, case_yaml
from policy_engine.compilation import CompiledRuleSet
from policy_engine.compilation.reads import conditions_of
from policy_engine.foundation.diagnostics import Diagnostic, Related, Severity
from policy_engine.model.calendar import chinese_day
from policy_engine.model.conditions import All, Any, Condition, InForce, Not
from policy_engine.model.documents import Document
from policy_engine.model.vocabulary import Phase


def detect_gaps_in_force(compiled: CompiledRuleSet) -> Iterator[Diagnostic]:
    """Report days on which a document has ended and none of those that repeal it has begun."""
    documents = compiled.rule_set.documents.values()
    for old in documents:
        successors = [d for d in documents if old.id in d.repeals and d.effective is not None]
        if old.ended is None or not successors:
            continue
        # Several may repeal it, one after the other: the first to begin closes the gap.
        new = min(successors, key=_begins)
        first, last = old.ended.day + 1, _begins(new) - 1
        if first <= last:
            rules = [r for r in compiled.rule_set.rules if r.citation.document.id in (old.id, new.id)]
            subjects = [s for rule in rules for s in rule.subjects] or [*old.concerns, *new.concerns]
            yield Diagnostic(
                code="PE710",
                message=f"`{old.id}` 失效以后、`{new.id}` 施行以前，{chinese_day(first)}至{chinese_day(last)}没有规定",
                span=old.span,
                help="核对失效日和施行日；确有空档的写 accept 说明",
                severity=Severity.WARNING,
                related=(Related(f"`{new.id}`", new.span),),
                witness=_blank_case(compiled, old, first, subjects),
                rules=tuple(rule.id for rule in rules),
            )


def _begins(document: Document) -> int:
    assert document.effective is not None
    return document.effective.day


def _blank_case(compiled: CompiledRuleSet, document: Document, day: int, subjects: Iterable[str]) -> str:
    subject = next((name for name in subjects if name in compiled.subjects), None)
    if subject is None:
        return ""
    witness = Witness(
        subject=subject, as_of=day, area=document.area, phase=Phase.PROJECT, values=MappingProxyType({})
    )
    return case_yaml(case_of(witness, compiled), compiled.rule_set)


def detect_valueless_parameters(matter: Matter) -> Iterator[Diagnostic]:
    """Report rules that are effective on days on which a parameter they name has no value."""
    for rule in matter.subject.rules:
        # The scope is a plain interval; elsewhere an interval can only come from a dated parameter.
        written = [c for c in conditions_of(rule) if c is not rule.scope]
        scopes = {clause.scope for clause in rule.unless}
        dated = dict.fromkeys(p for c in written if c not in scopes for p in _periods(c))
        for periods in dated:
            day = matter.symbolic.scene.dating_day(periods[0].dated_by)
            covered = z3.Or([between(day.value, p.first, p.last) for p in periods])
            goals = (matter.formulas(rule).scope.true, day.known, z3.Not(covered))
            witness = matter.witness(*goals, about=(rule,))
            if witness is not None:
                yield finding(
                    "PE712",
                    f"规则有效而所引参数没有值：{_words(periods)}，此外的日子条件一律不成立",
                    (rule,),
                    help_="补上参数那些日子的值，或者用 in_force 缩短规则的效力期；本来没有值的，写 accept 说明",
                    witness=matter.yaml(witness),
                )


def _periods(condition: Condition) -> Iterator[tuple[InForce, ...]]:
    match condition:
        case All(parts=(InForce() as only, _)):
            yield (only,)
        case Any(parts=parts) if parts and all(map(_is_dated, parts)):
            yield tuple(p.parts[0] for p in parts if isinstance(p, All) and isinstance(p.parts[0], InForce))
        case All(parts=parts) | Any(parts=parts):
            for part in parts:
                yield from _periods(part)
        case Not(part=part):
            yield from _periods(part)
        case _:
            return


def _is_dated(condition: Condition) -> bool:
    return (
        isinstance(condition, All) and len(condition.parts) == 2 and isinstance(condition.parts[0], InForce)
    )


def _words(periods: tuple[InForce, ...]) -> str:
    return "、".join(_interval(p) for p in periods) + "有值"


def _interval(period: InForce) -> str:
    first = "" if period.first is None else f"{chinese_day(period.first)}起"
    last = "" if period.last is None else f"至{chinese_day(period.last)}止"
    return first + last or "历来"
