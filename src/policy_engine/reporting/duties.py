"""Duties that are still ahead: only those that apply, or that will if something turns out so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policy_engine.compilation.reads import fields_read
from policy_engine.evaluation.condition_words import condition_words
from policy_engine.evaluation.support import Support
from policy_engine.foundation.logic import Truth
from policy_engine.model.conditions import All, Any, Condition, Equals, InForce, Unvalued
from policy_engine.model.decisions import RuleResult, Status, SubjectDecision, Verdict
from policy_engine.model.rules import Permit, Require, Rule
from policy_engine.model.vocabulary import Field, Phase
from policy_engine.reporting.page import Item, items
from policy_engine.reporting.words import short_citation, spoken


def duties_of(decision: SubjectDecision) -> tuple[RuleResult, ...]:
    """List the duties ahead. What is refused has none, nor has what the permissions of these documents don't cover."""
    is_outside = decision.verdict is Verdict.NOT_COVERED and any(
        isinstance(r.rule.kind, Permit) and r.status is Status.NOT_APPLICABLE for r in decision.results
    )
    return () if is_outside or decision.verdict is Verdict.PROHIBITED else decision.duties_ahead


def duty_items(decision: SubjectDecision, fields: Mapping[str, Field], support: Support) -> Iterator[Item]:
    """Write the duties that are still ahead, by phase where the subject has phases."""
    fields = spoken(fields)
    duties = duties_of(decision)
    if decision.phase is None:
        yield from items(_duty(r.rule, fields, support) for r in duties)
        return
    for phase in Phase:
        ahead = [_duty(r.rule, fields, support) for r in duties if r.rule.due is phase]
        if ahead:
            yield Item(f"{phase.value}阶段", items(ahead))


def _duty(rule: Rule, fields: Mapping[str, Field], support: Support) -> str:
    words = f"{rule.title}（{short_citation(rule.citation)}）"
    conditions = dict.fromkeys(
        condition_words(part, fields)
        for part in _open(rule, support)
        if not _is_of_the_duty_itself(part, rule)
    )
    return f"若{'，且'.join(conditions)}，则{words}" if conditions else words


def _open(rule: Rule, support: Support) -> Iterator[Condition]:
    # When a limit holds goes without saying: what counts is the limit.
    # Practice that was told for earlier years is a duty only if it is still done.
    for part in (*_parts(rule.when), *_still(rule.scope, support)):
        if support.truth(part) is Truth.UNKNOWN and not isinstance(part, InForce | Unvalued):
            yield part


def _still(scope: Condition, support: Support) -> Iterator[Condition]:
    for part in _parts(scope):
        if isinstance(part, Any) and support.truth(part) is Truth.UNKNOWN:
            yield from (limb for limb in part.parts if isinstance(limb, Equals))


def _parts(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, All):
        for part in condition.parts:
            yield from _parts(part)
    elif isinstance(condition, Any) and len(condition.parts) == 1:
        yield from _parts(condition.parts[0])
    else:
        yield condition


def _is_of_the_duty_itself(part: Condition, rule: Rule) -> bool:
    # "Who is no x must be one of y" applies to everybody: the same fact decides both.
    required = rule.kind.condition if isinstance(rule.kind, Require) else rule.when
    return set(fields_read(part)) <= set(fields_read(required))
