"""Everything a rule is tried on: its inline examples, and case files that say what they expect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.closing import ClosedSubject, close_subject
from policy_engine.evaluation.compiled import evaluate_compiled
from policy_engine.evaluation.examples import case_of
from policy_engine.model.cases import Situation
from policy_engine.model.decisions import Evaluation
from policy_engine.model.rules import Example, Rule


@dataclass(frozen=True, slots=True)
class Trial:
    """One example closed and evaluated under the rules as they are."""

    rule: Rule
    example: Example
    closed: ClosedSubject
    evaluation: Evaluation

    @property
    def situation(self) -> Situation:
        """Give what the engines are given of it."""
        return self.closed.situation


def trials_of(compiled: CompiledRuleSet) -> Iterator[Trial]:
    """Close and evaluate every inline example."""
    for rule in compiled.rule_set.rules:
        for example in rule.examples:
            subject = compiled.rule_set.vocabulary.subjects[example.subject]
            closed = close_subject(case_of(example), subject, compiled.subjects[example.subject])
            evaluation = evaluate_compiled(compiled, closed.situation)
            yield Trial(rule, example, closed, evaluation)
