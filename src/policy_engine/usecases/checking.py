"""Check one case: two engines, one decision."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.agreement import Engine, EngineBrokeError, EnginesDisagreeError, evaluate
from policy_engine.evaluation.closing import ClosedSubject, close_subject
from policy_engine.evaluation.combine import worst
from policy_engine.evaluation.consistency import find_inconsistent, find_inconsistent_across
from policy_engine.evaluation.contradictions import find_contradictions
from policy_engine.evaluation.decide import ask_about, decide_subject
from policy_engine.foundation.diagnostics import Diagnostic, raise_errors
from policy_engine.foundation.later import changed
from policy_engine.foundation.memory import Beside
from policy_engine.foundation.records import replace
from policy_engine.foundation.waiting import look
from policy_engine.model.cases import Case, Declaration, Fact, Origin
from policy_engine.model.decisions import CrossCheck, Decision, SubjectDecision
from policy_engine.model.lexicon import Indication
from policy_engine.model.vocabulary import Subject
from policy_engine.usecases.reading import with_indications

# Who would sign, where it is tried what a signature would settle.
_SOMEBODY = "经办人"
# How often each fact that a signature closes has shown that the signature stands for something.
_turned: Beside[str, int] = Beside()


def check(
    compiled: CompiledRuleSet, case: Case, engine: Engine = Engine.BOTH, *, is_brief: bool = False
) -> Decision:
    """Decide one case. Pure. `is_brief`: the results of rules don't say which facts each of them waits for.

    Raises `DiagnosticsError` where a stated derived fact contradicts its computed value, and
    `EnginesDisagreeError` where the two engines differ on a rule, `EngineBrokeError` where the second gives no answer.
    """
    case = with_indications(case, compiled.rule_set)
    decided: list[SubjectDecision] = []
    problems: list[Diagnostic] = []
    cross_check = CrossCheck.AGREED
    for name in case.subjects:
        look()
        subject = compiled.rule_set.vocabulary.subjects[name]
        closed = close_subject(case, subject, compiled.subjects[name])
        evaluation, cross_check = evaluate(compiled, closed.situation, engine)
        program = compiled.subjects[name]
        problems += find_contradictions(case, subject, evaluation, program.producers)
        problems += find_inconsistent(case, subject, closed, evaluation, program.written)
        decision = decide_subject(case, subject, closed, evaluation, compiled, is_brief=is_brief)
        is_blocked = decision.asks_declaration or decision.unjudged
        decided.append(_asking_once(case, subject, decision, compiled) if is_blocked else decision)
    problems += find_inconsistent_across(case, compiled.rule_set)
    raise_errors(problems)
    return Decision(
        case=case,
        verdict=worst(d.verdict for d in decided),
        subjects=tuple(decided),
        cross_check=cross_check,
        rule_set_version=compiled.rule_set.version,
    )


def engine_fault(error: EnginesDisagreeError | EngineBrokeError, case: Case) -> Diagnostic:
    """Say of a case that the engines gave no answer that counts."""
    if isinstance(error, EnginesDisagreeError):
        code, told, help_text = "PE901", f"内部错误：{error}，未作出结论", "请把案件文件报告给规则库维护人员"
    else:
        code, told = "PE902", f"内部错误：第二引擎未能完成复核：{error}，未作出结论"
        help_text = "可用 --engine compiled 重试"
    return Diagnostic(code=code, message=told, span=case.span, help=help_text)


def _needs_declaration(
    case: Case, subject: Subject, closed: ClosedSubject, compiled: CompiledRuleSet
) -> bool:
    """Tell whether a signature stands for anything: some fact that it would close could turn the outcome."""
    from policy_engine.evaluation.prospects import Prospects  # noqa: PLC0415 - where nothing is open, nobody asks

    prospects = Prospects(compiled, case, subject, is_blank=False, closed=closed)
    usual = prospects.given({})
    program = compiled.subjects[subject.name]
    turned = _turned.of(program)
    declared = [(name, f.value) for name, f in closed.facts.items() if f.origin is Origin.DECLARED]
    # One is enough: first those that did it in other cases.
    for name, usual_value in sorted(declared, key=lambda one: -turned.get(one[0], 0)):
        others = (v for v in program.cuts.representatives(name, closed.situation.values) if v != usual_value)
        if any(prospects.given({name: value}) not in (None, usual) for value in others):
            turned[name] = turned.get(name, 0) + 1
            return True
    return False


def _kept(case: Case, subject: Subject, decision: SubjectDecision) -> Iterator[Indication]:
    # Nobody has set these notes aside yet, so their words still ask, as if they stood elsewhere.
    for one in case.indications.get(subject.name, ()):
        yield replace(one, text="") if one.text in decision.unjudged else one


def _asking_once(
    case: Case, subject: Subject, decision: SubjectDecision, compiled: CompiledRuleSet
) -> SubjectDecision:
    # Beside the declaration and the notes, ask only what would still be open once these are settled.
    judges = [subject.fields[name].judged_by for name in decision.unjudged]
    judged = {n: Fact(field=n, value=True, origin=Origin.STATED, source=_SOMEBODY) for n in judges}
    facts = MappingProxyType({**case.subjects[subject.name], **judged})
    declared = replace(
        case,
        declaration=Declaration(by=_SOMEBODY, span=case.span),
        subjects=MappingProxyType({**case.subjects, subject.name: facts}),
        indications=MappingProxyType(
            {**case.indications, subject.name: tuple(_kept(case, subject, decision))}
        ),
    )
    closed = close_subject(declared, subject, compiled.subjects[subject.name])
    evaluation, _ = evaluate(compiled, closed.situation, Engine.COMPILED)
    later = ask_about(declared, subject, closed, evaluation, compiled)
    # Facts may turn the outcome only together, where none does alone: then the signature itself shows it.
    is_idle = decision.asks_declaration and later.verdict is decision.verdict
    if is_idle and not _needs_declaration(declared, subject, closed, compiled):
        decision = changed(decision, asks_declaration=False)
    first = tuple(q for q in decision.missing if q.field.name in {*judges, *decision.unjudged})
    return changed(decision, missing=(*first, *later.missing), lacking=later.lacking)
