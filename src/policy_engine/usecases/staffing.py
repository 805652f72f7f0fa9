"""How many experts an inspection needs: the fewest with which no rule on their number is broken."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType
from typing import Final

from policy_engine.compilation import CompiledRuleSet
from policy_engine.compilation.reads import rule_reads
from policy_engine.evaluation.agreement import Engine
from policy_engine.evaluation.closing import close_subject
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.model.cases import Case, Fact, Origin
from policy_engine.model.decisions import Outcome
from policy_engine.usecases.checking import check

SUBJECT: Final = "派员"
EXPERTS: Final = "专家人数"


def experts_needed(compiled: CompiledRuleSet, case: Case) -> int | None:
    """Find the number by trying each that rules tell apart: 0 where no rule of the place and day asks for any.

    `None` where what was told doesn't settle it, or no number would do.
    """
    subject = compiled.rule_set.vocabulary.subjects[SUBJECT]
    program = compiled.subjects[SUBJECT]
    situation = close_subject(case, subject, program).situation
    asked = {
        rule.id
        for rule in compiled.rule_set.rules
        if SUBJECT in rule.subjects and EXPERTS in rule_reads(rule)
    }
    for number in program.cuts.representatives(EXPERTS, situation.values):
        told = Fact(field=EXPERTS, value=number, origin=Origin.STATED)
        facts = MappingProxyType({**case.subjects[SUBJECT], EXPERTS: told})
        tried = dataclasses.replace(case, subjects=MappingProxyType({**case.subjects, SUBJECT: facts}))
        try:
            decision = check(compiled, tried, Engine.COMPILED)
        except DiagnosticsError:
            # A number that can't be beside what was told.
            continue
        outcomes = {
            result.outcome
            for one in decision.subjects
            if one.subject == SUBJECT
            for result in one.results
            if result.rule.id in asked
        }
        if Outcome.UNDETERMINED in outcomes:
            return None
        if Outcome.VIOLATED not in outcomes:
            assert isinstance(number, int)
            return number if outcomes & {Outcome.SATISFIED, Outcome.CLEAR} else 0
    return None
