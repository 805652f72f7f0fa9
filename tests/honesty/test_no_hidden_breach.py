"""No calm answer hides a breach: whatever was left in doubt turns out to be, nothing refuses what was allowed.

The oracle closes, completes and judges on its own; only the decision comes from the program.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from random import Random
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import examples
from honesty.desk import PLAIN, compiled
from honesty.random_cases import CALM, cases, read, stated, tellable, values_of
from oracle.closing import Closed, both, close
from oracle.interpreter import TRUE, Instance, interpret, truth
from oracle.verdict import combine
from policy_engine.evaluation import closing
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.model.cases import Case, Declaration, Fact, Situation
from policy_engine.model.decisions import Evaluation, Finding, Found, Status, SubjectDecision, Verdict
from policy_engine.model.rules import Classify, Impossible, Prohibit, Require, Rule, RuleSet
from policy_engine.model.values import UNKNOWN, Value
from policy_engine.usecases import Engine, check

pytestmark = pytest.mark.usefixtures("unasked")
MANY = settings(max_examples=examples(60))
TRIES = 4
REFUSALS = (Verdict.PROHIBITED, Verdict.CONFLICT, Verdict.NON_COMPLIANT)
SEEDS = st.integers(0, 2**32).map(Random)


@cache
def rules_of(subject: str) -> RuleSet:
    rule_set = compiled().rule_set
    return replace(rule_set, rules=tuple(rule for rule in rule_set.rules if subject in rule.subjects))


def decided(case: Case) -> SubjectDecision | None:
    """Decide a case of one subject; nothing where it is refused as input."""
    try:
        return check(compiled(), case, Engine.COMPILED).subjects[0]
    except DiagnosticsError:
        return None


def is_calm(decision: SubjectDecision | None) -> bool:
    return decision is not None and decision.verdict in (Verdict.PERMITTED, Verdict.NOT_COVERED, None)


# What a case may turn out to be.


@dataclass(frozen=True)
class Outcome:
    """One way in which a case may turn out, with everything in doubt answered."""

    answers: Mapping[str, Value]
    closed: Closed
    evaluation: Evaluation
    verdict: Verdict


def outcome(case: Case, subject: str, answers: Mapping[str, Value]) -> Outcome:
    closed = close(rules_of(subject), case, subject)
    situation = Situation(subject, closed.values)
    found = interpret(rules_of(subject), situation)
    verdict = combine(
        rules_of(subject), situation, found, closed.phase, closed.doubts, closed.supposed, closed.running
    )
    return Outcome(answers, closed, found, verdict)


def outcomes(case: Case, subject: str, random: Random) -> Iterator[Outcome]:
    """Go through the case as it stands, and through some ways in which its doubts may be answered."""
    yield outcome(case, subject, {})
    for _ in range(TRIES):
        found = answered(case, subject, random)
        if found is not None and not is_impossible(found, subject):
            yield found


def answered(case: Case, subject: str, random: Random) -> Outcome | None:
    """Answer everything in doubt at random, and what that puts in doubt; what was told stays as it was told."""
    told = dict(case.subjects[subject])
    answers: dict[str, Value] = {}
    while True:
        now = with_facts(case, subject, told)
        doubts = close(rules_of(subject), now, subject).doubts & tellable(subject).keys()
        fresh = {name for name in doubts if name not in told or told[name].value is UNKNOWN}
        judged = doubts - fresh - answers.keys()
        if not fresh and not judged:
            return outcome(now, subject, answers) if answers else None
        for name in sorted(fresh | judged):
            answers[name] = random.choice(values_of(subject, name))
            told[name] = stated(tellable(subject)[name], answers[name], "查明")


def with_facts(case: Case, subject: str, told: Mapping[str, Fact]) -> Case:
    return replace(case, subjects=MappingProxyType({subject: MappingProxyType(dict(told))}))


def is_impossible(found: Outcome, subject: str) -> bool:
    matter = Instance(rules_of(subject), Situation(subject, found.closed.values))
    rules = [rule for rule in matter.rules if isinstance(rule.kind, Impossible)]
    return any(truth(matter, both(rule)) == TRUE for rule in rules)


# What a decision may not be silent about.


def hidden(case: Case, decision: SubjectDecision, random: Random) -> list[str]:
    """Say what a calm decision is silent about: a refusal, or another finding, that its doubts admit."""
    (subject,) = case.subjects
    is_about_findings = compiled().rule_set.vocabulary.subjects[subject].gives_findings
    told = []
    for found in outcomes(case, subject, random):
        if is_about_findings:
            told += [f"{found.answers}: {name}" for name in unsaid(found, decision)]
        elif found.verdict in (*REFUSALS, Verdict.UNDETERMINED):
            told.append(f"{found.answers}: {found.verdict}")
    return told


def unsaid(found: Outcome, decision: SubjectDecision) -> Iterator[str]:
    """Go through categories that came out otherwise than they were found, and breaches that were no duty."""
    statuses = found.evaluation.statuses
    for finding in decision.findings if decision.verdict is None else ():
        makers = [rule for rule in rules_of(decision.subject).rules if makes(rule, finding)]
        came_out = {statuses[rule.id] for rule in makers} & {Status.TRUE, Status.UNKNOWN}
        is_same = Status.TRUE in came_out if finding.found is Found.YES else not came_out
        yield from () if is_same else (finding.category,)
    said = {result.rule.id for result in decision.duties_ahead}
    for result in decision.results:
        is_breach = isinstance(result.rule.kind, Prohibit | Require) and not result.rule.is_default
        if is_breach and statuses[result.rule.id] is Status.TRUE:
            yield from {result.rule.id} - said


def makes(rule: Rule, finding: Finding) -> bool:
    """Tell whether a rule of the finding's document puts things into its category."""
    is_classifying = isinstance(rule.kind, Classify) and rule.kind.field == finding.field
    return (
        is_classifying
        and finding.category in rule.kind.members
        and rule.citation.document == finding.document
    )


@pytest.mark.every(5)
@pytest.mark.parametrize("subject", CALM)
def test_no_calm_answer_hides_what_its_doubts_admit(subject: str) -> None:
    @MANY
    @given(cases(subject), SEEDS)
    def look(case: Case, random: Random) -> None:
        decision = decided(case)
        if is_calm(decision):
            assert [] == hidden(case, decision, random)

    look()


# What the property would find, were one of the guards gone.


def asked_is_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the declaration close what was stated as unknown."""
    monkeypatch.setattr(closing, "is_unstated", lambda _: True)


def anybody_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a declaration count that nobody signed."""
    monkeypatch.setattr(Declaration, "is_signed", property(lambda _: True))


def notes_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the declaration count beside a note that nobody judged."""
    monkeypatch.setattr(closing, "_unjudged", lambda *_: iter(()))


def doubts_wait_for_their_phase(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let stated doubts keep nothing open before its phase."""
    monkeypatch.setattr(closing, "_doubtful", lambda *_: iter(()))


def judgements_need_no_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a judgement against a present sign without a word on who judged."""
    monkeypatch.setattr(closing, "_unreasoned", lambda *_: {})


UNTOLD = {"unknown": "问过，说不清"}


@pytest.mark.every(2)
@pytest.mark.parametrize(
    ("guard", "head", "facts"),
    [
        (asked_is_declared, {}, {"融资": UNTOLD}),
        (anybody_signs, {"declaration": {"no_other_circumstances": True}}, {}),
        (notes_are_passed_over, {}, {"其他说明": "另有情况，见附件"}),
        (doubts_wait_for_their_phase, {}, {"承接主体类型": UNTOLD}),
        (judgements_need_no_reason, {}, {"第三方独立实施": True, "行政检查": False}),
    ],
)
def test_without_a_guard_something_hides(
    guard: Callable[[pytest.MonkeyPatch], None],
    head: dict,
    facts: dict,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The null test: each guard switched off lets a purchase through that its doubts would refuse."""
    case = read({**head, "采购事项": PLAIN | facts})
    assert Verdict.UNDETERMINED is decided(case).verdict
    guard(monkeypatch)
    decision = decided(case)
    assert is_calm(decision)
    assert [] != hidden(case, decision, Random(0))
