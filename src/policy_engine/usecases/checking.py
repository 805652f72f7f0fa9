"""Check one case: two engines, one decision."""

from __future__ import annotations

import dataclasses

from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.agreement import Engine, evaluate
from policy_engine.evaluation.closing import close_subject
from policy_engine.evaluation.combine import worst
from policy_engine.evaluation.contradictions import find_contradictions
from policy_engine.evaluation.decide import decide_subject
from policy_engine.foundation.diagnostics import Diagnostic, raise_errors
from policy_engine.model.cases import Case, Declaration
from policy_engine.model.decisions import CrossCheck, Decision, SubjectDecision
from policy_engine.model.vocabulary import Subject


def check(compiled: CompiledRuleSet, case: Case, engine: Engine = Engine.BOTH) -> Decision:
    """Decide one case. Pure.

    Raises `DiagnosticsError` where a stated derived fact contradicts its computed value, and
    `EnginesDisagreeError` where the two engines differ on a rule, `EngineBrokeError` where the second gives no answer.
    """
    decided: list[SubjectDecision] = []
    problems: list[Diagnostic] = []
    cross_check = CrossCheck.AGREED
    for name in case.subjects:
        subject = compiled.rule_set.vocabulary.subjects[name]
        closed = close_subject(case, subject, compiled.subjects[name])
        evaluation, cross_check = evaluate(compiled, closed.situation, engine)
        problems += find_contradictions(case, subject, evaluation, compiled.subjects[name].producers)
        decision = decide_subject(case, subject, closed, evaluation, compiled)
        decided.append(
            _asking_once(case, subject, decision, compiled) if decision.asks_declaration else decision
        )
    raise_errors(problems)
    return Decision(
        case=case,
        verdict=worst(d.verdict for d in decided),
        subjects=tuple(decided),
        cross_check=cross_check,
        rule_set_version=compiled.rule_set.version,
    )


def _asking_once(
    case: Case, subject: Subject, decision: SubjectDecision, compiled: CompiledRuleSet
) -> SubjectDecision:
    # Beside the declaration itself, ask only what would still be open once it is made.
    declared = dataclasses.replace(case, declaration=Declaration(by="", span=case.span))
    closed = close_subject(declared, subject, compiled.subjects[subject.name])
    evaluation, _ = evaluate(compiled, closed.situation, Engine.COMPILED)
    later = decide_subject(declared, subject, closed, evaluation, compiled)
    return dataclasses.replace(decision, missing=later.missing, lacking=later.lacking)
