"""Run the examples against mutants: which errors they notice, and what example would notice the rest.

A mutant is killed where an example's own `expect` would fail, judged as `policy-engine test` judges it. Both sides are
compiled from the same rules and evaluated alike, so that a mutant that changes nothing is never killed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from policy_engine.analysis.symbolic.solving import Silence
from policy_engine.analysis.testing.equivalence import Telling, tell_apart
from policy_engine.analysis.testing.fates import Fate, Judged, MutationReport
from policy_engine.analysis.testing.mutants import mutants
from policy_engine.analysis.testing.operators import Mutant
from policy_engine.analysis.testing.rows import RowKey
from policy_engine.analysis.testing.scenarios import proposal
from policy_engine.analysis.testing.sides import Kept, Sides, sides_of
from policy_engine.analysis.testing.trials import Trial, trials_of
from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.closing import ClosedSubject, close_subject
from policy_engine.evaluation.examples import case_of, seen_in
from policy_engine.model.rules import Example, Rule

BY_HAND: Final = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of one mutant, and the smallest case that would kill it if it survived.

    `rows`: where no example by hand notices it, the cases made by machine that do.
    """

    fate: Fate
    telling: Telling | None = None
    rows: tuple[RowKey, ...] = ()


class Bench:
    """Judges the mutants of one rule set; what they share is computed once."""

    def __init__(self, compiled: CompiledRuleSet) -> None:
        self.compiled = compiled
        self._trials: dict[str, tuple[Trial, ...]] = {}
        self.unchanged: dict[Kept, CompiledRuleSet] = {}

    def judge(self, mutant: Mutant) -> Judgement:
        """Tell what becomes of a mutant."""
        sides = sides_of(mutant, self.compiled, self.unchanged)
        # An error that makes a cycle does not even compile.
        if sides is None:
            return Judgement(Fate.KILLED)
        noticing = self.noticing(mutant, sides)
        if noticing:
            return Judgement(Fate.KILLED, rows=tuple(row for row in noticing if row is not BY_HAND))
        match tell_apart(sides):
            case Telling() as telling:
                return Judgement(Fate.SURVIVED, telling)
            case Silence.NO_CASE:
                return Judgement(Fate.EQUIVALENT)
            case _:
                return Judgement(Fate.OPEN)

    def is_noticed(self, mutant: Mutant, sides: Sides) -> bool:
        """Tell whether an example that holds of the rules as they are fails with the mutant."""
        return bool(self.noticing(mutant, sides))

    def noticing(self, mutant: Mutant, sides: Sides) -> tuple[RowKey | None, ...]:
        """List the cases made by machine that hold of the rules as they are and fail with the mutant.

        It is `BY_HAND` alone where an example by hand does: then no other is needed.
        """
        trials = [
            trial
            for subject, rules in sides.reached.items()
            for rule in rules
            for trial in self._trials_of(rule)
            if trial.situation.subject == subject
        ]
        changed = {rule.id: rule for rule in mutant.rules}
        # By hand first, and the rest not at all: a case by machine is only kept for what no person's shows.
        if any(_tells(trial, changed, sides) for trial in trials if trial.row is None):
            return (BY_HAND,)
        made = (trial for trial in trials if trial.row is not None)
        return tuple(trial.row for trial in made if _tells(trial, changed, sides))

    def _trials_of(self, rule: str) -> tuple[Trial, ...]:
        # A rule that no mutant reaches is never tried.
        if rule not in self._trials:
            self._trials[rule] = tuple(trials_of(self.compiled, {rule}))
        return self._trials[rule]


def _tells(trial: Trial, changed: Mapping[str, Rule], sides: Sides) -> bool:
    rule = changed.get(trial.rule.id, trial.rule)
    return _holds(trial, trial.rule, sides.before) and not _holds(trial, rule, sides.after)


def _holds(trial: Trial, rule: Rule, compiled: CompiledRuleSet) -> bool:
    closed = trial.closed
    if (rule.due, rule.dated_by) != (trial.rule.due, trial.rule.dated_by):
        closed = _closed_again(trial.example, rule, compiled)
    return seen_in(compiled, rule, closed).fits(trial.example)


def _closed_again(example: Example, rule: Rule, compiled: CompiledRuleSet) -> ClosedSubject:
    # An example without a phase takes the rule's; which day dates the rules is settled by closing, too.
    if example.follows_due:
        example = dataclasses.replace(example, phase=rule.due)
    subject = compiled.rule_set.vocabulary.subjects[example.subject]
    return close_subject(case_of(example), subject, compiled.subjects[example.subject])


def judge_all(bench: Bench, numbered: Iterable[tuple[int, Mutant]]) -> Iterator[Judged]:
    """Judge mutants one after another."""
    for number, mutant in numbered:
        found = bench.judge(mutant)
        told = proposal(found.telling, mutant, bench.compiled) if found.telling is not None else None
        yield Judged(number, found.fate, told, found.rows)


def mutate(compiled: CompiledRuleSet, wanted: Collection[str]) -> MutationReport:
    """Judge every mutant of the wanted rules in this process."""
    made = tuple(mutants(compiled.rule_set, wanted))
    judged = judge_all(Bench(compiled), enumerate(made))
    return MutationReport(tuple(zip(made, judged, strict=True)))
