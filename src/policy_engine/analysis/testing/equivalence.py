"""Prove that no example could tell a mutant apart, or find the smallest case in which one would.

What an example can see of a rule (`evaluation.examples.Seen`) is put to the solver: its outcome in words, the value
it computes, the members it gives, and the verdict it brings about alone.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import z3

from policy_engine.analysis.symbolic.facts import facts_of
from policy_engine.analysis.symbolic.rules import SymbolicSubject, encode_subject
from policy_engine.analysis.symbolic.solving import Question, Silence, Witness, question_apart
from policy_engine.analysis.symbolic.verdicts import encode_verdicts
from policy_engine.analysis.testing.sides import Sides
from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.examples import with_rivals
from policy_engine.evaluation.outcomes import outcome_of
from policy_engine.model.decisions import Status, Verdict
from policy_engine.model.rules import (
    Classify,
    Derive,
    Impossible,
    Permit,
    Prohibit,
    Recommend,
    Require,
    Rule,
    Table,
)


@dataclass(frozen=True, slots=True)
class Telling:
    """A case in which a rule comes out differently."""

    rule: str
    witness: Witness


def tell_apart(sides: Sides) -> Telling | Silence:
    """Look for a case in which an example of a reached rule would fail; `NO_CASE` is a proof that there is none."""
    silence = Silence.NO_CASE
    for name in sides.after.subjects:
        found = _Comparison(sides.before, sides.after, name).tell(sides.reached[name])
        if isinstance(found, Telling):
            return found
        if found is Silence.UNDECIDED:
            silence = found
    return silence


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a subject, encoded."""

    compiled: CompiledRuleSet
    symbolic: SymbolicSubject
    rules: Mapping[str, Rule]

    def outcomes(self, rule: str) -> dict[str, z3.BoolRef]:
        """State of each outcome in words that the rule comes out so."""
        kind = self.rules[rule].kind
        found: dict[str, list[z3.BoolRef]] = {}
        match kind:
            case Table(field=name):
                choices = self.symbolic.facts.fields[name].choices
                found = {choice: [self.symbolic.computed[name, choice].true] for choice in choices}
            case Derive():
                pass
            case Prohibit() | Permit() | Require() | Recommend() | Classify() | Impossible():
                for status, formula in self.symbolic.rules[rule].statuses().items():
                    found.setdefault(outcome_of(kind, status).value, []).append(formula)
        return {words: z3.Or(formulas) for words, formulas in found.items()}

    def verdicts(self, name: str, rule: str) -> dict[str, z3.BoolRef]:
        """State of each verdict that the rule, with its rivals, brings it about alone."""
        # Rules of other kinds weigh nothing, and so bring about no verdict of their own.
        if not isinstance(self.rules[rule].kind, Prohibit | Require | Permit):
            return {Verdict.NOT_COVERED.value: z3.BoolVal(True)}
        subject = self.compiled.subjects[name]
        rules = with_rivals(rule, subject)
        names = {one.id for one in rules}
        rivals = {pair: both for pair, both in self.symbolic.rivals.items() if names >= {*pair}}
        alone = dataclasses.replace(self.symbolic, rivals=MappingProxyType(rivals))
        vocabulary = self.compiled.rule_set.vocabulary.subjects[name]
        found = encode_verdicts(
            dataclasses.replace(subject, rules=rules),
            # Of the rule alone: neither findings nor documents that aren't encoded may hide its verdict.
            dataclasses.replace(vocabulary, gives_findings=False),
            alone,
            dataclasses.replace(self.compiled.rule_set, documents={}),
        )
        return {verdict.value: formula for verdict, formula in found.formulas.items()}


@dataclass(slots=True)
class _Comparison:
    """Both sides of one subject over one set of facts."""

    before: CompiledRuleSet
    after: CompiledRuleSet
    name: str

    def tell(self, reached: tuple[str, ...]) -> Telling | Silence:
        old, new, solver = self._encoded()
        goals = {rule: z3.Or(list(self._differences(rule, old, new))) for rule in reached}
        # All at once first: where nothing differs, one question proves it.
        found = solver.ask(z3.Or(list(goals.values())))
        if found is not None:
            return found
        silence = Silence.NO_CASE
        # The changed rule itself makes the best example, best of all broken, and a case that states no derived fact.
        derives = old.symbolic.derives_all
        broken = old.symbolic.rules[reached[0]].status(Status.TRUE)
        first = {reached[0]: goals[reached[0]]}
        for asked, extra in ((first, (broken, *derives)), (first, derives), (goals, derives), (goals, ())):
            for rule, goal in asked.items():
                case = solver.witness(goal, *extra)
                if isinstance(case, Witness):
                    return Telling(rule, case)
                silence = case if case is Silence.UNDECIDED else silence
        return silence

    def _encoded(self) -> tuple[_Side, _Side, Question]:
        before, after = self.before.subjects[self.name], self.after.subjects[self.name]
        resting = self.before.rule_set.vocabulary.subjects[self.name].resting
        facts = facts_of(before.fields, (*before.rules, *after.rules), resting=resting)
        old, new = encode_subject(before, facts), encode_subject(after, facts)
        cases = (*old.cases, *new.consistent)
        return (
            _Side(self.before, old, {rule.id: rule for rule in before.rules}),
            _Side(self.after, new, {rule.id: rule for rule in after.rules}),
            question_apart(self.name, facts, cases),
        )

    def _differences(self, rule: str, old: _Side, new: _Side) -> Iterator[z3.BoolRef]:
        yield from _apart(old.outcomes(rule), new.outcomes(rule))
        yield from _apart(old.verdicts(self.name, rule), new.verdicts(self.name, rule))
        before, after = old.rules[rule].kind, new.rules[rule].kind
        match before, after:
            case Derive(field=field), Derive():
                one, other = old.symbolic.numbers[field], new.symbolic.numbers[field]
                yield z3.Or(z3.Xor(one.known, other.known), z3.And(one.known, one.value != other.value))
            case Classify(members=members), Classify(members=others) if members != others:
                yield old.symbolic.rules[rule].status(Status.TRUE)


def _apart(old: Mapping[str, z3.BoolRef], new: Mapping[str, z3.BoolRef]) -> Iterator[z3.BoolRef]:
    never = z3.BoolVal(False)
    for key in dict.fromkeys((*old, *new)):
        yield z3.Xor(old.get(key, never), new.get(key, never))
