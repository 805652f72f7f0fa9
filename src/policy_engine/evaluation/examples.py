"""Run the inline examples of rules: each rule must come out as its author says."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from policy_engine.compilation import CompiledRuleSet, CompiledSubject
from policy_engine.evaluation.closing import ClosedSubject, close_subject
from policy_engine.evaluation.combine import verdict_of, weigh
from policy_engine.evaluation.compiled import evaluate_compiled
from policy_engine.evaluation.outcomes import outcome_of
from policy_engine.evaluation.truth import nothing_derived, truth
from policy_engine.evaluation.weighing import doubts_of, waiting_of
from policy_engine.foundation.logic import Truth
from policy_engine.model.areas import chain_of
from policy_engine.model.cases import Case, Declaration, Fact
from policy_engine.model.conditions import AREA, AS_OF, All
from policy_engine.model.decisions import Evaluation, Status
from policy_engine.model.rules import (
    Across,
    Classify,
    Derive,
    Example,
    Impossible,
    Permit,
    Prohibit,
    Recommend,
    Require,
    Rule,
    Table,
)
from policy_engine.model.values import UNKNOWN, Value, number_words
from policy_engine.model.vocabulary import Field

OPEN = "待核实"


@dataclass(frozen=True, slots=True)
class Seen:
    """What an example can see of a rule: its outcome, the members it gives a list, the verdict it brings about alone."""

    outcome: str
    members: str
    verdict: str

    def fits(self, example: Example) -> bool:
        """Tell whether this is what the example expects."""
        is_outcome = example.expect == self.outcome or (bool(self.members) and example.expect == self.members)
        return is_outcome and example.verdict in ("", self.verdict)


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """One example and what its rule really came to."""

    rule: Rule
    example: Example
    seen: Seen

    @property
    def is_as_expected(self) -> bool:
        """Tell whether the example holds."""
        return self.seen.fits(self.example)

    @property
    def expected(self) -> str:
        """Give what the author says, in words."""
        return _words(self.example.expect, self.example.verdict)

    @property
    def found(self) -> str:
        """Give what came out, as far as the author says anything about it."""
        outcome = self.seen.outcome
        if self.seen.members and self.example.expect != outcome:
            outcome = self.seen.members
        return _words(outcome, self.seen.verdict if self.example.verdict else "")


def _words(outcome: str, verdict: str) -> str:
    return f"{outcome}（单凭本条：{verdict}）" if verdict else outcome


def run_examples(compiled: CompiledRuleSet, wanted: Collection[str] | None = None) -> Iterator[ExampleResult]:
    """Go through the inline examples of the wanted rules, by id; of every rule where none are named."""
    for rule in compiled.rule_set.rules:
        if wanted is not None and rule.id not in wanted:
            continue
        for example in rule.tried:
            seen = seen_of(compiled, rule, case_of(example), example.subject)
            yield ExampleResult(rule, example, seen)
    yield from run_examples_across(compiled, wanted)


def run_examples_across(
    compiled: CompiledRuleSet, wanted: Collection[str] | None = None
) -> Iterator[ExampleResult]:
    """Go through the inline examples of the wanted rules between subjects; of every one where none are named."""
    for across in compiled.rule_set.across:
        if wanted is not None and across.rule.id not in wanted:
            continue
        for example in across.rule.examples:
            seen = Seen(outcome=_across_words(across, case_of(example)), members="", verdict="")
            yield ExampleResult(across.rule, example, seen)


def case_of(example: Example) -> Case:
    """Make the case an example describes. Its author stands behind the judgements in it."""
    declaration = Declaration(by="例子", span=example.span) if example.is_declared else None
    return Case(
        name=example.name,
        as_of=example.as_of,
        area=example.area,
        phase=example.phase,
        declaration=declaration,
        subjects=MappingProxyType({example.subject: MappingProxyType(dict(_reasoned(example)))}),
        assumed=(),
        span=example.span,
    )


def _reasoned(example: Example) -> Iterator[tuple[str, Fact]]:
    for name, fact in example.given.items():
        is_told = fact.value is not UNKNOWN and not fact.source
        yield name, replace(fact, source=example.name) if is_told else fact


def seen_of(compiled: CompiledRuleSet, rule: Rule, case: Case, name: str) -> Seen:
    """Decide a case of one subject and say what an example sees of a rule there."""
    subject = compiled.rule_set.vocabulary.subjects[name]
    closed = close_subject(case, subject, compiled.subjects[name])
    return seen_in(compiled, rule, closed)


def seen_in(compiled: CompiledRuleSet, rule: Rule, closed: ClosedSubject) -> Seen:
    """Say what an example sees of a rule in a closed case."""
    situation = closed.situation
    evaluation = evaluate_compiled(compiled, situation)
    fields = compiled.rule_set.vocabulary.subjects[situation.subject].fields
    is_given = isinstance(rule.kind, Classify) and evaluation.statuses[rule.id] is Status.TRUE
    return Seen(
        outcome=_outcome(rule, fields, evaluation),
        members="、".join(rule.kind.members) if isinstance(rule.kind, Classify) and is_given else "",
        verdict=_verdict_alone(compiled, rule, evaluation, closed),
    )


def _outcome(rule: Rule, fields: Mapping[str, Field], evaluation: Evaluation) -> str:
    match rule.kind:
        case Table(field=field):
            return _choice(fields[field], evaluation)
        case Derive(field=field):
            return _number(fields, field, evaluation)
        case Prohibit() | Permit() | Require() | Recommend() | Classify() | Impossible():
            return outcome_of(rule.kind, evaluation.statuses[rule.id]).value


def _across_words(across: Across, case: Case) -> str:
    values: dict[str, Value] = {
        name: fact.value for facts in case.subjects.values() for name, fact in facts.items()
    }
    values |= {AS_OF: case.as_of, AREA: frozenset(chain_of(case.area))}
    condition = All((across.rule.scope, across.rule.when), across.rule.span)
    found = truth(condition, values, nothing_derived(across.fields))
    status = {Truth.TRUE: Status.TRUE, Truth.UNKNOWN: Status.UNKNOWN, Truth.FALSE: Status.NOT_APPLICABLE}[
        found
    ]
    return outcome_of(across.rule.kind, status).value


def _choice(field: Field, evaluation: Evaluation) -> str:
    sure = [c for c in field.choices if evaluation.truths.get((field.name, c)) is Truth.TRUE]
    return sure[0] if sure else OPEN


def _number(fields: Mapping[str, Field], name: str, evaluation: Evaluation) -> str:
    if name not in evaluation.numbers:
        return OPEN
    value = evaluation.numbers[name]
    return number_words(value, fields[name].scale) if isinstance(value, int) else OPEN


def _verdict_alone(
    compiled: CompiledRuleSet, rule: Rule, evaluation: Evaluation, closed: ClosedSubject
) -> str:
    # As if no other rule counted but its rivals: what is due, what a broken default weighs, whether an object is a veto.
    situation, phase = closed.situation, closed.phase
    subject = compiled.subjects[situation.subject]
    forces = compiled.rule_set.authority.forces
    grounding = {name: force.grounds for name, force in forces.items()}
    counted = with_rivals(rule.id, subject)
    waiting = waiting_of(closed.running, subject)
    doubts = doubts_of(situation, closed.doubtful, phase, evaluation, compiled, closed.supposed, waiting)
    weights = weigh(
        counted,
        evaluation,
        situation.values,
        phase,
        compiled.rule_set.objects,
        grounding,
        doubts,
        waiting=waiting,
    )
    return verdict_of(weights).value


def with_rivals(rule: str, subject: CompiledSubject) -> tuple[Rule, ...]:
    """Pick a rule, and those that contest with it such that they weigh nothing of their own."""
    names = {name for pair in subject.rivals if rule in pair for name in pair}
    return tuple(
        one if one.id == rule else dataclasses.replace(one, kind=Recommend(one.when))
        for one in subject.rules
        if one.id == rule or one.id in names
    )
