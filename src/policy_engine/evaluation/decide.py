"""Decide one subject: verdict, grounds, findings, questions, duties ahead, advice."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from policy_engine.compilation import CompiledRuleSet, CompiledSubject
from policy_engine.evaluation.applying import applies_as_told, surely_applies
from policy_engine.evaluation.asking import asked_rules, parameter_questions, questions
from policy_engine.evaluation.blocking import blocked
from policy_engine.evaluation.closing import ClosedSubject
from policy_engine.evaluation.combine import Weights, is_ahead, is_outside, may_become, verdict_of
from policy_engine.evaluation.findings import find
from policy_engine.evaluation.lacking import lacking_parameters
from policy_engine.evaluation.outcomes import outcome_of
from policy_engine.evaluation.questions import open_facts
from policy_engine.evaluation.truth import Derivations
from policy_engine.evaluation.weighing import doubts_of, waiting_of, weigh_subject, with_numbers
from policy_engine.foundation.logic import Truth
from policy_engine.foundation.memory import Beside
from policy_engine.foundation.records import dataclass
from policy_engine.model.areas import lies_in
from policy_engine.model.cases import Case
from policy_engine.model.decisions import (
    Derived,
    Evaluation,
    Finding,
    Found,
    Outcome,
    ParameterQuestion,
    Question,
    RuleResult,
    Status,
    SubjectDecision,
    Verdict,
)
from policy_engine.model.documents import Document, Encoding
from policy_engine.model.rules import Prohibit, Recommend, Require, Rule
from policy_engine.model.values import UNKNOWN, Value
from policy_engine.model.vocabulary import Field, FieldType, Role, Subject

if TYPE_CHECKING:
    from policy_engine.evaluation.prospects import Prospects

# A rule by its id, its status, whether it is ahead, and where it isn't in force, the area of the case.
_Same = tuple[str, Status, bool, str]
_MOST_SHARED: Final = 20_000
_shared: Beside[_Same, RuleResult] = Beside()
# Say by what in this very case.
_OF_A_CASE: Final = (Status.EXCEPTED, Status.DEFEATED)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Examined:
    """A subject whose rules have been weighed: its verdict, and the open rules whose questions are put to people."""

    subject: Subject
    closed: ClosedSubject
    values: Mapping[str, Value]
    derived: Derivations
    weights: Weights
    by_rule: Mapping[str, RuleResult]
    findings: tuple[Finding, ...]
    unencoded: tuple[Document, ...]
    verdict: Verdict | None
    open_rules: Sequence[str]
    # Made where something is open: few decided matters need it.
    prospects: Callable[[], Prospects]

    @property
    def missing(self) -> tuple[Question, ...]:
        """Look for what is asked."""
        return tuple(
            questions(self.verdict, self.open_rules, self.by_rule, self.closed, self.subject, self.prospects)
        )

    @property
    def lacking(self) -> tuple[ParameterQuestion, ...]:
        """List the values of parameters that are asked for."""
        return tuple(parameter_questions(self.open_rules, self.by_rule))


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked about a subject, and how it came out so far."""

    verdict: Verdict | None
    missing: tuple[Question, ...]
    lacking: tuple[ParameterQuestion, ...]


def decide_subject(
    case: Case,
    subject: Subject,
    closed: ClosedSubject,
    evaluation: Evaluation,
    compiled: CompiledRuleSet,
    *,
    is_brief: bool = False,
) -> SubjectDecision:
    """Turn what the engines agreed on into the decision of one subject.

    `is_brief`: nobody asks what each rule waits for, and results say no `missing`; all else is the same.
    """
    one = _examined(case, subject, closed, evaluation, compiled, is_brief=is_brief)
    results, verdict, values, derived = tuple(one.by_rule.values()), one.verdict, one.values, one.derived
    # Outside of what one document binds, the matter has no duties ahead at all: docs/meaning.md.
    documents = {result.rule.citation.document.outside: result.rule for result in results}
    is_inside = not any(is_outside(rule, values, evaluation) for rule in documents.values())
    return SubjectDecision(
        subject=subject.name,
        verdict=verdict,
        facts=closed.facts,
        grounds=tuple(_grounds(verdict, one.weights, one.by_rule)),
        results=results,
        findings=one.findings,
        rivals=tuple((one.by_rule[a], one.by_rule[b], truth) for (a, b), truth in evaluation.rivals.items()),
        missing=one.missing,
        lacking=one.lacking,
        may_become=may_become(verdict, one.weights) if verdict is not None else (),
        unencoded=one.unencoded if verdict is Verdict.UNDETERMINED else (),
        duties_ahead=tuple(_duties(subject, results, values, derived)) if is_inside else (),
        advice=tuple(_advice(results, one.weights, values, derived)),
        derived=MappingProxyType(dict(_derived(subject, evaluation, closed))),
        asks_declaration=closed.asks_declaration and verdict is Verdict.UNDETERMINED,
        phase=closed.phase if subject.has_phases else None,
        unjudged=closed.unjudged if verdict is Verdict.UNDETERMINED else (),
        indications=closed.indications,
        situation=closed.situation,
        evaluation=evaluation,
    )


def ask_about(
    case: Case, subject: Subject, closed: ClosedSubject, evaluation: Evaluation, compiled: CompiledRuleSet
) -> Asked:
    """Say only what `decide_subject` would ask about a subject, and its verdict."""
    one = _examined(case, subject, closed, evaluation, compiled, is_brief=True)
    return Asked(one.verdict, one.missing, one.lacking)


def _examined(
    case: Case,
    subject: Subject,
    closed: ClosedSubject,
    evaluation: Evaluation,
    compiled: CompiledRuleSet,
    *,
    is_brief: bool,
) -> _Examined:
    program = compiled.subjects[subject.name]
    rule_set = compiled.rule_set
    values = with_numbers(closed.situation.values, evaluation)
    derived = Derivations(evaluation.truths, subject.fields)
    waiting = waiting_of(closed.running, program)
    doubts = doubts_of(
        closed.situation, closed.doubtful, closed.phase, evaluation, compiled, closed.supposed, waiting
    )
    weights = weigh_subject(
        closed.situation, closed.phase, doubts, evaluation, compiled, closed.before, waiting
    )
    # As written, not as computed: pages follow the order of the files.
    shared = _shared.of(program)
    by_rule = {
        rule.id: _result(
            rule,
            evaluation,
            case,
            closed,
            doubts,
            waiting,
            values,
            derived,
            program,
            shared,
            is_brief=is_brief,
        )
        for rule in program.written
    }
    findings = tuple(find(subject, closed.situation.values, by_rule))
    unencoded = unencoded_documents(case, subject.name, rule_set.documents)
    verdict = _verdict(subject, weights, findings, unencoded)
    if verdict is Verdict.PERMITTED and closed.undescribed:
        verdict = Verdict.UNDETERMINED
    if verdict is None and all(finding.found is Found.UNEXAMINED for finding in findings):
        verdict = Verdict.NOT_COVERED

    def prospects() -> Prospects:
        from policy_engine.evaluation.prospects import Prospects  # noqa: PLC0415 - see `_Examined`

        return Prospects(compiled, case, subject, is_blank=bool(unencoded), closed=closed)

    return _Examined(
        subject=subject,
        closed=closed,
        values=values,
        derived=derived,
        weights=weights,
        by_rule=by_rule,
        findings=findings,
        unencoded=unencoded,
        verdict=verdict,
        open_rules=asked_rules(verdict, weights, by_rule, subject),
        prospects=prospects,
    )


def _duties(
    subject: Subject, results: Iterable[RuleResult], values: Mapping[str, Value], derived: Derivations
) -> Iterator[RuleResult]:
    for result in results:
        # A duty that hangs on something nobody mentioned (a method, a kind of service) is none of this matter yet.
        is_coming = result.is_ahead and applies_as_told(result.rule.when, values, derived)
        is_open = is_coming or (subject.gives_findings and result.status is Status.UNKNOWN)
        if is_open and isinstance(result.rule.kind, Prohibit | Require):
            yield result


def _result(
    rule: Rule,
    evaluation: Evaluation,
    case: Case,
    closed: ClosedSubject,
    doubts: Collection[str],
    waiting: Collection[str],
    values: Mapping[str, Value],
    derived: Derivations,
    program: CompiledSubject,
    shared: dict[_Same, RuleResult],
    *,
    is_brief: bool,
) -> RuleResult:
    status = evaluation.statuses[rule.id]
    is_open = status is Status.UNKNOWN
    ahead = is_ahead(rule, status, closed.phase, doubts, waiting)
    # What hangs on nothing but this is one result for all cases.
    key = (rule.id, status, ahead, case.area if status is Status.OUT_OF_FORCE else "")
    is_shared = (is_brief and rule.id not in program.awaiting) if is_open else status not in _OF_A_CASE
    if is_shared and key in shared:
        return shared[key]
    missing = open_facts(rule, values, derived, program) if is_open and not is_brief else ()
    statuses = evaluation.statuses
    found = RuleResult(
        rule=rule,
        subject=program.name,
        status=status,
        outcome=outcome_of(rule.kind, status),
        is_ahead=ahead,
        missing=missing,
        lacking=lacking_parameters(rule, values, derived, program, statuses) if is_open else (),
        blocked=blocked(rule, case, values, derived, evaluation, program),
    )
    if is_shared:
        if len(shared) >= _MOST_SHARED:
            shared.clear()
        shared[key] = found
    return found


def _verdict(
    subject: Subject, weights: Weights, findings: tuple[Finding, ...], unencoded: tuple[Document, ...]
) -> Verdict | None:
    verdict = verdict_of(weights)
    if subject.gives_findings and verdict in (Verdict.PERMITTED, Verdict.NOT_COVERED, Verdict.UNDETERMINED):
        # The question is what the thing is; a duty that is open beside it is a duty, no doubt about the answer.
        return Verdict.UNDETERMINED if any(f.found is Found.OPEN for f in findings) else None
    if verdict in (Verdict.PERMITTED, Verdict.NOT_COVERED) and unencoded:
        return Verdict.UNDETERMINED
    return verdict


def unencoded_documents(case: Case, subject: str, documents: Mapping[str, Document]) -> tuple[Document, ...]:
    """List the documents that reach a case and are not rules yet."""
    return tuple(_unencoded(case, subject, documents))


def _unencoded(case: Case, subject: str, documents: Mapping[str, Document]) -> Iterator[Document]:
    for document in documents.values():
        if document.encoded is not Encoding.NONE or subject not in document.concerns:
            continue
        later = documents.get(document.governed_by_later or "")
        if _reaches(document, case) and not (later is not None and _reaches(later, case)):
            yield document


def _reaches(document: Document, case: Case) -> bool:
    begins = document.effective or document.published or document.issued
    if begins is None or begins.first_possible > case.as_of or not lies_in(case.area, document.area):
        return False
    return document.ended is None or case.as_of <= document.ended.day


def _grounds(
    verdict: Verdict | None, weights: Weights, by_rule: Mapping[str, RuleResult]
) -> Iterator[RuleResult]:
    carried: Mapping[Verdict, Mapping[str, Truth]] = {
        # A refusal tells also what would have to be mended.
        Verdict.PROHIBITED: {**weights.vetoes, **weights.fixes},
        Verdict.NON_COMPLIANT: weights.fixes,
        Verdict.PERMITTED: weights.permits,
    }
    if verdict is Verdict.CONFLICT:
        pairs = [pair for pair, truth in weights.rivals.items() if truth is Truth.TRUE]
        names = [name for pair in pairs for name in pair]
    else:
        names = [n for n, t in carried.get(verdict, {}).items() if t is Truth.TRUE] if verdict else []
    yield from sorted(
        (by_rule[n] for n in dict.fromkeys(names)), key=lambda r: list(by_rule).index(r.rule.id)
    )


def _advice(
    results: Iterable[RuleResult], weights: Weights, values: Mapping[str, Value], derived: Derivations
) -> Iterator[RuleResult]:
    for result in results:
        # What is recommended here is worth saying before anybody has said whether it is done.
        is_open = result.outcome is Outcome.UNDETERMINED and not result.is_ahead
        is_recommended = isinstance(result.rule.kind, Recommend) and (
            result.outcome is Outcome.NOT_ADOPTED
            or (is_open and surely_applies(result.rule, values, derived))
        )
        if is_recommended or result.rule.id in weights.excused:
            yield result


def _derived(
    subject: Subject, evaluation: Evaluation, closed: ClosedSubject
) -> Iterator[tuple[str, Derived]]:
    for field in subject.fields.values():
        if field.role is not Role.DERIVED:
            continue
        stated = closed.facts[field.name].value
        if stated is not UNKNOWN:
            yield field.name, Derived(stated)
        elif field.name in evaluation.numbers:
            yield field.name, Derived(evaluation.numbers[field.name])
        elif field.type is not FieldType.NUMBER:
            yield field.name, _settled_as(field, evaluation)


def _settled_as(field: Field, evaluation: Evaluation) -> Derived:
    members = field.choices if field.type is not FieldType.BOOLEAN else ("",)
    truths = {m: evaluation.truths.get((field.name, m), Truth.FALSE) for m in members}
    if field.type is FieldType.BOOLEAN:
        return Derived({Truth.TRUE: True, Truth.FALSE: False}.get(truths[""]))
    sure = tuple(m for m, truth in truths.items() if truth is Truth.TRUE)
    possible = tuple(m for m, truth in truths.items() if truth is Truth.UNKNOWN)
    if field.type is FieldType.CHOICE:
        return Derived(sure[0]) if sure else Derived(None, possible=possible)
    return Derived(None, sure, possible)
