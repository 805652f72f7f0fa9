"""Run the inline examples of rules: each rule must come out as its author says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.closing import close_subject
from policy_engine.evaluation.compiled import evaluate_compiled
from policy_engine.evaluation.outcomes import outcome_of
from policy_engine.foundation.logic import Truth
from policy_engine.model.cases import Case, Declaration
from policy_engine.model.decisions import Evaluation
from policy_engine.model.rules import Derive, Example, Rule, Table
from policy_engine.model.values import number_words
from policy_engine.model.vocabulary import Field

OPEN = "待核实"


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """One example and what its rule really came to."""

    rule: Rule
    example: Example
    found: str

    @property
    def is_as_expected(self) -> bool:
        """Tell whether the example holds."""
        return self.found == self.example.expect


def run_examples(compiled: CompiledRuleSet) -> Iterator[ExampleResult]:
    """Go through every inline example of a rule set."""
    for rule in compiled.rule_set.rules:
        for example in rule.examples:
            yield ExampleResult(
                rule, example, outcome_words(compiled, rule, case_of(example), example.subject)
            )


def case_of(example: Example) -> Case:
    """Make the case an example describes."""
    declaration = Declaration(by="例子", span=example.span) if example.is_declared else None
    return Case(
        name=example.name,
        as_of=example.as_of,
        area=example.area,
        phase=example.phase,
        declaration=declaration,
        subjects=MappingProxyType({example.subject: example.given}),
        assumed=(),
        span=example.span,
    )


def outcome_words(compiled: CompiledRuleSet, rule: Rule, case: Case, name: str) -> str:
    """Say how a rule comes out in a case of one subject, in the words an example expects."""
    subject = compiled.rule_set.vocabulary.subjects[name]
    closed = close_subject(case, subject, compiled.subjects[name])
    evaluation = evaluate_compiled(compiled, closed.situation)
    match rule.kind:
        case Table(field=field):
            return _choice(subject.fields[field], evaluation)
        case Derive(field=field):
            return _number(subject.fields, field, evaluation)
        case _:
            return outcome_of(rule.kind, evaluation.statuses[rule.id]).value


def _choice(field: Field, evaluation: Evaluation) -> str:
    sure = [c for c in field.choices if evaluation.truths.get((field.name, c)) is Truth.TRUE]
    return sure[0] if sure else OPEN


def _number(fields: Mapping[str, Field], name: str, evaluation: Evaluation) -> str:
    if name not in evaluation.numbers:
        return OPEN
    value = evaluation.numbers[name]
    return number_words(value, fields[name].scale) if isinstance(value, int) else OPEN
