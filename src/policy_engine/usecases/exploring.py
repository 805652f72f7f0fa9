"""Explore a decision: how the project could be changed, and which facts suffice for the refusal."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from enum import Enum
from types import MappingProxyType

from policy_engine.analysis.ways.exploration import Exploration
from policy_engine.analysis.ways.reasons import find_reasons
from policy_engine.analysis.ways.supposing import REFUSALS, Trials
from policy_engine.analysis.ways.what_if import search_ways
from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.agreement import Engine
from policy_engine.model.cases import Case
from policy_engine.model.decisions import Decision, SubjectDecision, Verdict
from policy_engine.usecases.checking import check

MOST_WAYS = 20
_MOST_SETS = 8
_TRIALS = 10_000
_WORTH_CHANGING = (*REFUSALS, Verdict.NOT_COVERED)


class Aim(Enum):
    """What to explore."""

    WAYS = "ways"
    REASONS = "reasons"


def explore(compiled: CompiledRuleSet, decision: Decision, aims: Collection[Aim]) -> tuple[Exploration, ...]:
    """Find, for each subject, the ways out of a refusal and the sets of facts that suffice for it."""
    return tuple(_explore(compiled, decision, one, aims) for one in decision.subjects)


def _explore(
    compiled: CompiledRuleSet, decision: Decision, one: SubjectDecision, aims: Collection[Aim]
) -> Exploration:
    reasons = None
    if Aim.REASONS in aims:
        reasons = tuple(find_reasons(_trials(compiled, decision, one), one, _MOST_SETS))
    if Aim.WAYS not in aims or one.verdict not in _WORTH_CHANGING:
        return Exploration(subject=one.subject, asks_ways=Aim.WAYS in aims, reasons=reasons)
    trials = _trials(compiled, decision, one)
    search = search_ways(trials, one.verdict)
    after: list[SubjectDecision] = []
    for way in search.ways[:MOST_WAYS]:
        after += check(compiled, _alone(trials.changed(way.sample), one.subject), Engine.COMPILED).subjects
    return Exploration(
        subject=one.subject, asks_ways=True, search=search, after=tuple(after), reasons=reasons
    )


def _alone(case: Case, subject: str) -> Case:
    # Other subjects of the case tell of the project as it is, and may contradict what it would become.
    return dataclasses.replace(case, subjects=MappingProxyType({subject: case.subjects[subject]}))


def _trials(compiled: CompiledRuleSet, decision: Decision, one: SubjectDecision) -> Trials:
    subject = compiled.rule_set.vocabulary.subjects[one.subject]
    return Trials(compiled, decision.case, subject, _TRIALS)
