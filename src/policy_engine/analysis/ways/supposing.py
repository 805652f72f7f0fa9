"""Decide a case as it would stand if some of its facts were other than they are."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from policy_engine.analysis.ways.influence import Influence, influence_of
from policy_engine.compilation import CompiledRuleSet, CompiledSubject
from policy_engine.evaluation.closing import ClosedSubject, close_subject, phase_of
from policy_engine.evaluation.combine import Weights, verdict_of
from policy_engine.evaluation.compiled import evaluate_compiled
from policy_engine.evaluation.heeding import heeded
from policy_engine.evaluation.prospects import ANSWERED
from policy_engine.evaluation.weighing import doubts_of, waiting_of, weigh_subject
from policy_engine.model.cases import Case, Fact, Origin, Situation
from policy_engine.model.conditions import dating_field
from policy_engine.model.decisions import Evaluation, Status, Verdict
from policy_engine.model.rules import Impossible
from policy_engine.model.values import UNKNOWN, Known, Value
from policy_engine.model.vocabulary import Role, Subject

REFUSALS = (Verdict.PROHIBITED, Verdict.CONFLICT, Verdict.NON_COMPLIANT)


class TrialsExhaustedError(Exception):
    """So many trials were made that the search is given up."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What the rules say of a changed case; where facts were left free, what holds whatever they become.

    `is_impossible`: its facts can't be true together.
    """

    weights: Weights
    evaluation: Evaluation
    is_impossible: bool

    @property
    def verdict(self) -> Verdict:
        """Combine the weights, documents that are no rules yet left aside."""
        return verdict_of(self.weights)


@dataclass(slots=True)
class Trials:
    """One subject of one case, to be tried with other facts. `left` counts down the trials that are allowed."""

    compiled: CompiledRuleSet
    case: Case
    subject: Subject
    left: int
    influence: Influence = field(init=False)
    base: Situation = field(init=False)
    before: Situation | None = field(init=False)
    doubtful: frozenset[str] = field(init=False)
    running: frozenset[str] = field(init=False)
    supposed: Mapping[str, Known] = field(init=False)
    impossible: tuple[str, ...] = field(init=False)
    indicated: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.influence = influence_of(self.program)
        self.indicated = frozenset(one.field for one in heeded(self.case, self.subject))
        rules = self.program.rules
        self.impossible = tuple(rule.id for rule in rules if isinstance(rule.kind, Impossible))
        closed = self.closed({})
        self.base, self.before, self.doubtful = closed.situation, closed.before, closed.doubtful
        self.supposed, self.running = closed.supposed, closed.running

    @property
    def program(self) -> CompiledSubject:
        """Give the rules of the subject."""
        return self.compiled.subjects[self.subject.name]

    def changed(self, facts: Mapping[str, Value]) -> Case:
        """Make the case with these facts. Stated facts that are computed from them are left to be computed anew.

        What words speak against is taken to be changed for a reason: the words are of the project as it was.
        """
        stated = dict(self.case.subjects[self.subject.name])
        for name in self.influence.touched(facts):
            # A stated result of facts that are changed now would contradict them.
            if self.subject.fields[name].role is Role.DERIVED:
                stated.pop(name, None)
        for name, value in facts.items():
            old = stated.get(name)
            stated[name] = Fact(
                field=name,
                value=value,
                origin=Origin.STATED,
                source=ANSWERED if name in self.indicated else "",
                span=old.span if old is not None else None,
            )
        subjects = {**self.case.subjects, self.subject.name: MappingProxyType(stated)}
        return dataclasses.replace(self.case, subjects=MappingProxyType(subjects))

    def closed(self, facts: Mapping[str, Value]) -> ClosedSubject:
        """Close the case with these facts."""
        return close_subject(self.changed(facts), self.subject, self.program)

    def run(self, facts: Mapping[str, Value], free: Iterable[str] = ()) -> Trial:
        """Try some facts. Sound for `free`: what comes out settled is so whatever those fields become.

        Raises `TrialsExhaustedError` where no trial is left.
        """
        open_fields = dict.fromkeys(sorted(free), UNKNOWN)
        told = {**facts, **open_fields}
        # The quick way, and the commoner: what closing made of the case is kept, only these values are put in.
        if self._closes_apart(frozenset(told)):
            before = self._replaced(self.before, told) if self.before is not None else None
            return self.weighed(self._replaced(self.base, told), before=before)
        closed = self.closed(told)
        if open_fields:
            loosened = self._loosened(closed.situation, frozenset(told), open_fields)
            return self.weighed(loosened, before=closed.before, running=closed.running)
        return self.weighed(closed.situation, closed.doubtful, closed.before, closed.running)

    def _closes_apart(self, names: frozenset[str]) -> bool:
        """Tell whether closing takes nothing from these fields, so that the rest of the case closes as before."""
        return all(self.subject.fields[name].role is Role.DERIVED for name in self.influence.touched(names))

    def _replaced(self, base: Situation, facts: Mapping[str, Value]) -> Situation:
        dropped = self.influence.touched(facts)
        values = {name: value for name, value in base.values.items() if name not in dropped}
        return Situation(self.subject.name, MappingProxyType({**values, **facts}))

    def weighed(
        self,
        situation: Situation,
        doubtful: Collection[str] | None = None,
        before: Situation | None = None,
        running: Collection[str] | None = None,
    ) -> Trial:
        """Evaluate and weigh one situation. `doubtful`: what is in doubt where that differs from the case as it is.

        `before`: the situation before words opened some facts; `running`: the events whose term runs, likewise.
        """
        if self.left <= 0:
            raise TrialsExhaustedError
        # Counted here, where every trial ends, so that no way of asking goes uncounted.
        self.left -= 1
        evaluation = evaluate_compiled(self.compiled, situation)
        phase = phase_of(self.case, self.subject)
        doubtful = self.doubtful if doubtful is None else doubtful
        # What was in doubt and is told now is in doubt no more.
        still = [name for name in doubtful if name not in situation.values]
        supposed = {name: v for name, v in self.supposed.items() if name not in situation.values}
        running = self.running if running is None else running
        waiting = waiting_of([name for name in running if name not in situation.values], self.program)
        doubts = doubts_of(situation, still, phase, evaluation, self.compiled, supposed, waiting)
        weights = weigh_subject(situation, phase, doubts, evaluation, self.compiled, before, waiting)
        is_impossible = any(evaluation.statuses[name] is Status.TRUE for name in self.impossible)
        return Trial(weights, evaluation, is_impossible)

    def _loosened(self, situation: Situation, told: frozenset[str], free: Iterable[str]) -> Situation:
        # Closing fills in some fields from others; what a free field may yet fill in otherwise is unknown too.
        stated = self.case.subjects[self.subject.name]
        dropped = {
            name
            for name in self.influence.touched(free)
            if name not in told and (name not in stated or stated[name].value is UNKNOWN)
        }
        names = dropped | {dating_field(name) for name in dropped}
        kept = {name: value for name, value in situation.values.items() if name not in names}
        return Situation(situation.subject, MappingProxyType(kept))
