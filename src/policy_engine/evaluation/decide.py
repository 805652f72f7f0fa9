"""Decide one subject: verdict, grounds, findings, questions, duties ahead, advice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeVar, cast

from policy_engine.compilation import CompiledRuleSet, CompiledSubject
from policy_engine.evaluation.applying import applies_as_told, surely_applies
from policy_engine.evaluation.asking import asked_rules, parameter_questions, questions
from policy_engine.evaluation.balance import Scales
from policy_engine.evaluation.blocking import blocked
from policy_engine.evaluation.closing import ClosedSubject
from policy_engine.evaluation.combine import Weights, is_outside, may_become
from policy_engine.evaluation.findings import Category, categories, written
from policy_engine.evaluation.lacking import lacking_parameters
from policy_engine.evaluation.outcomes import outcome_of
from policy_engine.evaluation.questions import open_facts
from policy_engine.evaluation.truth import Derivations
from policy_engine.evaluation.weighing import doubts_of, loosed_by_words, waiting_of, with_numbers
from policy_engine.foundation.later import made_later
from policy_engine.foundation.logic import Truth
from policy_engine.foundation.memory import Beside
from policy_engine.foundation.records import dataclass, field
from policy_engine.model.areas import lies_in
from policy_engine.model.cases import Case
from policy_engine.model.decisions import (
    Derived,
    Evaluation,
    Found,
    LackingParameter,
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


# By the subject's name.
_scales: Beside[str, Scales] = Beside()


def _scales_of(compiled: CompiledRuleSet, program: CompiledSubject) -> Scales:
    known = _scales.of(compiled)
    if program.name not in known:
        # Not as in the tables: where rules are few nobody makes those.
        places = {rule.id: at for at, rule in enumerate(program.rules)}
        known[program.name] = Scales.of(compiled.rule_set, program, places)
    return known[program.name]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Examined:
    """A subject whose rules have been weighed: its verdict, and the open rules whose questions are put to people.

    `ahead`: the open rules that are duties ahead, as a mask by `scales`. What is only shown is made when somebody looks
    at it, and then kept in `kept`.
    """

    case: Case
    subject: Subject
    closed: ClosedSubject
    evaluation: Evaluation
    compiled: CompiledRuleSet
    program: CompiledSubject
    is_brief: bool
    scales: Scales
    ahead: int
    weights: Weights
    categories: tuple[Category, ...]
    unencoded: tuple[Document, ...]
    verdict: Verdict | None
    open_rules: Sequence[str]
    kept: dict[str, object] = field(default_factory=dict)

    @property
    def missing(self) -> tuple[Question, ...]:
        """Look for what is asked."""
        written = self.program.written
        return tuple(
            questions(
                self.verdict,
                self.open_rules,
                self.lacking_of,
                written,
                self.closed,
                self.subject,
                self._prospects,
            )
        )

    @property
    def lacking(self) -> tuple[ParameterQuestion, ...]:
        """List the values of parameters that are asked for."""
        return tuple(parameter_questions(self.open_rules, self.lacking_of))

    def lacking_of(self, rule: str) -> tuple[LackingParameter, ...]:
        """List the parameters whose values a rule waits for."""
        statuses = self.evaluation.statuses
        if rule not in self.program.awaiting or statuses[rule] is not Status.UNKNOWN:
            return ()
        found = next(one for one in self.program.written if one.id == rule)
        return lacking_parameters(found, self.values, self.derived, self.program, statuses)

    def _prospects(self) -> Prospects:
        # Made where something is open: few decided matters need it.
        from policy_engine.evaluation.prospects import Prospects  # noqa: PLC0415

        return Prospects(
            self.compiled, self.case, self.subject, is_blank=bool(self.unencoded), closed=self.closed
        )

    @property
    def values(self) -> Mapping[str, Value]:
        """Give what is told, and the numbers that were computed."""
        return self._once("values", lambda: with_numbers(self.closed.situation.values, self.evaluation))

    @property
    def derived(self) -> Derivations:
        """Give what else was computed."""
        return Derivations(self.evaluation.truths, self.subject.fields)

    @property
    def by_rule(self) -> Mapping[str, RuleResult]:
        """Map rules to their results. As written, not as computed: pages follow the order of the files."""
        return self._once("by_rule", lambda: {rule.id: _result(rule, self) for rule in self.program.written})

    def _once(self, name: str, make: Callable[[], _T]) -> _T:
        found = self.kept.get(name)
        if found is None:
            # Of two threads that look at once, both get what was kept first.
            found = self.kept.setdefault(name, make())
        return cast("_T", found)

    def shown(self, name: str) -> object:
        """Make a field of the decision that nothing else hangs on. It raises nothing."""
        return self._once(f"shown {name}", lambda: _SHOWN[name](self))


_T = TypeVar("_T")


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
    verdict = one.verdict
    return made_later(
        SubjectDecision,
        one.shown,
        subject=subject.name,
        verdict=verdict,
        facts=closed.facts,
        missing=one.missing,
        lacking=one.lacking,
        may_become=may_become(verdict, one.weights) if verdict is not None else (),
        unencoded=one.unencoded if verdict is Verdict.UNDETERMINED else (),
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
    scales = _scales_of(compiled, program)
    waiting = waiting_of(closed.running, program)
    doubts = doubts_of(
        closed.situation, closed.doubtful, closed.phase, evaluation, compiled, closed.supposed, waiting
    )
    doubted, waited = scales.mask(doubts), scales.mask(waiting)
    found = scales.decided(evaluation, closed.situation.values)
    loosed = loosed_by_words(scales.outside, closed.before, evaluation, compiled)
    balance = scales.weigh(found, closed.phase, doubted, waited, loosed)
    weights = scales.named(balance, scales.excused(found))
    findings = tuple(categories(subject, closed.situation.values, program.written, evaluation.statuses))
    unencoded = unencoded_documents(case, subject.name, compiled.rule_set.documents)
    verdict = _verdict(subject, balance.verdict, findings, unencoded)
    if verdict is Verdict.PERMITTED and closed.undescribed:
        verdict = Verdict.UNDETERMINED
    if verdict is None and all(finding.found is Found.UNEXAMINED for finding in findings):
        verdict = Verdict.NOT_COVERED
    return _Examined(
        case=case,
        subject=subject,
        closed=closed,
        evaluation=evaluation,
        compiled=compiled,
        program=program,
        is_brief=is_brief,
        scales=scales,
        ahead=scales.ahead(found, closed.phase, waited) & ~doubted,
        weights=weights,
        categories=findings,
        unencoded=unencoded,
        verdict=verdict,
        open_rules=asked_rules(verdict, weights, program.written, evaluation.statuses, subject),
    )


def _duties(one: _Examined) -> Iterator[RuleResult]:
    # Outside of what one document binds, the matter has no duties ahead at all: docs/meaning.md.
    documents = {rule.citation.document.outside: rule for rule in one.program.written}
    values, derived = one.values, one.derived
    if any(is_outside(rule, values, one.evaluation) for rule in documents.values()):
        return
    for result in one.by_rule.values():
        # A duty that hangs on something nobody mentioned (a method, a kind of service) is none of this matter yet.
        is_coming = result.is_ahead and applies_as_told(result.rule.when, values, derived)
        is_open = is_coming or (one.subject.gives_findings and result.status is Status.UNKNOWN)
        if is_open and isinstance(result.rule.kind, Prohibit | Require):
            yield result


def _result(rule: Rule, one: _Examined) -> RuleResult:
    program, case = one.program, one.case
    status = one.evaluation.statuses[rule.id]
    is_open = status is Status.UNKNOWN
    ahead = bool(one.ahead >> one.scales.places[rule.id] & 1)
    # What hangs on nothing but this is one result for all cases.
    key = (rule.id, status, ahead, case.area if status is Status.OUT_OF_FORCE else "")
    is_shared = (one.is_brief and rule.id not in program.awaiting) if is_open else status not in _OF_A_CASE
    shared = _shared.of(program)
    if is_shared and key in shared:
        return shared[key]
    outcome = outcome_of(rule.kind, status)
    if is_open and not one.is_brief:
        return made_later(
            RuleResult,
            lambda _: open_facts(rule, one.values, one.derived, program),
            rule=rule,
            subject=program.name,
            status=status,
            outcome=outcome,
            is_ahead=ahead,
            lacking=one.lacking_of(rule.id),
            blocked=None,
        )
    found = RuleResult(
        rule=rule,
        subject=program.name,
        status=status,
        outcome=outcome,
        is_ahead=ahead,
        missing=(),
        lacking=one.lacking_of(rule.id),
        blocked=blocked(rule, case, one.values, one.derived, one.evaluation, program),
    )
    if is_shared:
        if len(shared) >= _MOST_SHARED:
            shared.clear()
        shared[key] = found
    return found


def _verdict(
    subject: Subject, verdict: Verdict, findings: tuple[Category, ...], unencoded: tuple[Document, ...]
) -> Verdict | None:
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


def _grounds(one: _Examined) -> Iterator[RuleResult]:
    verdict, weights, by_rule = one.verdict, one.weights, one.by_rule
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


def _advice(one: _Examined) -> Iterator[RuleResult]:
    for result in one.by_rule.values():
        # What is recommended here is worth saying before anybody has said whether it is done.
        is_open = result.outcome is Outcome.UNDETERMINED and not result.is_ahead
        is_recommended = isinstance(result.rule.kind, Recommend) and (
            result.outcome is Outcome.NOT_ADOPTED
            or (is_open and surely_applies(result.rule, one.values, one.derived))
        )
        if is_recommended or result.rule.id in one.weights.excused:
            yield result


def _derived(one: _Examined) -> Iterator[tuple[str, Derived]]:
    numbers = one.evaluation.numbers
    for field_ in one.subject.fields.values():
        if field_.role is not Role.DERIVED:
            continue
        stated = one.closed.facts[field_.name].value
        if stated is not UNKNOWN:
            yield field_.name, Derived(stated)
        elif field_.name in numbers:
            yield field_.name, Derived(numbers[field_.name])
        elif field_.type is not FieldType.NUMBER:
            yield field_.name, _settled_as(field_, one.evaluation)


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


def _rivals(one: _Examined) -> Iterator[tuple[RuleResult, RuleResult, Truth]]:
    for (first, second), truth in one.evaluation.rivals.items():
        yield one.by_rule[first], one.by_rule[second], truth


# What a decision shows and nothing hangs on.
_SHOWN: Final[Mapping[str, Callable[[_Examined], object]]] = {
    "grounds": lambda one: tuple(_grounds(one)),
    "results": lambda one: tuple(one.by_rule.values()),
    "findings": lambda one: tuple(written(one.categories, one.by_rule)),
    "rivals": lambda one: tuple(_rivals(one)),
    "duties_ahead": lambda one: tuple(_duties(one)),
    "advice": lambda one: tuple(_advice(one)),
    "derived": lambda one: MappingProxyType(dict(_derived(one))),
}
