"""Everything a rule is tried on: its inline examples, and case files that say what they expect."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from policy_engine.analysis.testing.rows import RowKey
from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.closing import ClosedSubject, close_subject
from policy_engine.evaluation.compiled import evaluate_compiled
from policy_engine.evaluation.examples import case_of
from policy_engine.model.cases import Situation
from policy_engine.model.decisions import Evaluation
from policy_engine.model.rules import Example, Rule


@dataclass(frozen=True, slots=True)
class Trial:
    """One example closed and evaluated under the rules as they are. `row`: of one made by machine, which it is."""

    rule: Rule
    example: Example
    closed: ClosedSubject
    evaluation: Evaluation
    row: RowKey | None = None

    @property
    def situation(self) -> Situation:
        """Give what the engines are given of it."""
        return self.closed.situation


def trials_of(compiled: CompiledRuleSet, wanted: Collection[str] | None = None) -> Iterator[Trial]:
    """Close and evaluate the examples of the wanted rules, those by hand first; of every rule where none are named."""
    for rule in compiled.rule_set.rules:
        if wanted is not None and rule.id not in wanted:
            continue
        for number, example in enumerate(rule.tried, start=-len(rule.examples)):
            subject = compiled.rule_set.vocabulary.subjects[example.subject]
            closed = close_subject(case_of(example), subject, compiled.subjects[example.subject])
            evaluation = evaluate_compiled(compiled, closed.situation)
            yield Trial(rule, example, closed, evaluation, (rule.id, number) if number >= 0 else None)
