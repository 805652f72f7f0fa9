"""What would become of one subject of a case if some open facts were told."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import field
from types import MappingProxyType

from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.closing import close_subject, is_pending
from policy_engine.evaluation.combine import Weights, verdict_of
from policy_engine.evaluation.compiled import evaluate_compiled
from policy_engine.evaluation.consistency import find_inconsistent, too_early
from policy_engine.evaluation.contradictions import find_contradictions
from policy_engine.evaluation.findings import categories
from policy_engine.evaluation.truth import nothing_derived, truth
from policy_engine.evaluation.weighing import doubts_of, waiting_of, weigh_subject
from policy_engine.foundation.logic import Truth
from policy_engine.foundation.records import dataclass
from policy_engine.foundation.waiting import look
from policy_engine.model.areas import chain_of
from policy_engine.model.cases import Case, Fact, Origin
from policy_engine.model.conditions import AREA, AS_OF
from policy_engine.model.decisions import Evaluation, Found, Verdict
from policy_engine.model.values import Known, Value
from policy_engine.model.vocabulary import Role, Subject

# Who would stand behind an answer, where it is only tried.
ANSWERED = "问答"


@dataclass(frozen=True, slots=True)
class Prospect:
    """One way a subject may come out. `verdict` is `None` where findings are all that is asked, and all settled.

    `known`: the facts that are closed then, told or not.
    """

    verdict: Verdict | None
    findings: tuple[Found, ...]
    known: Collection[str] = field(compare=False)
    weights: Weights = field(compare=False)
    evaluation: Evaluation = field(compare=False)

    @property
    def is_open(self) -> bool:
        """Tell whether anything of the answer is still open."""
        return self.verdict is Verdict.UNDETERMINED or Found.OPEN in self.findings


@dataclass(slots=True)
class Prospects:
    """One subject of a case, to be tried with answers. `is_blank`: a document in reach is no rules yet."""

    compiled: CompiledRuleSet
    case: Case
    subject: Subject
    is_blank: bool
    tried: dict[tuple[tuple[str, Known], ...], Prospect | None] = field(default_factory=dict)

    def given(self, answers: Mapping[str, Known]) -> Prospect | None:
        """Decide with some answers; `None` where they can't be true beside what is stated."""
        key = tuple(sorted(answers.items(), key=lambda pair: pair[0]))
        if key not in self.tried:
            self.tried[key] = self._decide(answers)
        return self.tried[key]

    def _decide(self, answers: Mapping[str, Known]) -> Prospect | None:
        # Some questions try thousands of answers.
        look()
        case = self._answered(answers)
        program = self.compiled.subjects[self.subject.name]
        # Nearly all answers that are ruled out are so by what is told, whatever closing makes of the rest.
        if any(too_early(case, self.subject)) or self._is_impossible(case, answers):
            return None
        closed = close_subject(case, self.subject, program)
        # One engine is enough: this only finds what to ask, and the decision itself is held against both.
        evaluation = evaluate_compiled(self.compiled, closed.situation)
        problems = (
            *find_contradictions(case, self.subject, evaluation, program.producers),
            *find_inconsistent(case, self.subject, closed, evaluation, program.written),
        )
        if problems:
            return None
        waiting = waiting_of(closed.running, program)
        doubts = doubts_of(
            closed.situation,
            closed.doubtful,
            closed.phase,
            evaluation,
            self.compiled,
            closed.supposed,
            waiting,
        )
        weights = weigh_subject(
            closed.situation, closed.phase, doubts, evaluation, self.compiled, closed.before, waiting
        )
        made = categories(self.subject, closed.situation.values, program.written, evaluation.statuses)
        findings = tuple(category.found for category in made)
        return Prospect(
            self._verdict(weights, findings), findings, closed.situation.values.keys(), weights, evaluation
        )

    def _is_impossible(self, case: Case, answers: Mapping[str, Known]) -> bool:
        """Tell whether what is told can't be true together; where it can, closing may still show that it can't."""
        fields = self.subject.fields
        told: dict[str, Value] = {
            name: fact.value
            for name, fact in case.subjects[self.subject.name].items()
            # Before its phase a stated "not yet" is as open as an unstated one.
            if not (fields[name].role is Role.EVENT and is_pending(fact))
        }
        told |= {AS_OF: case.as_of, AREA: frozenset(chain_of(case.area))}
        derived = nothing_derived(fields)
        return any(
            truth(rule.whole, told, derived) is Truth.TRUE
            for rule in self.compiled.subjects[self.subject.name].impossible
            # What reads none of the answers says now what it said without them.
            if not answers.keys().isdisjoint(rule.reads)
        )

    def _answered(self, answers: Mapping[str, Known]) -> Case:
        told = {
            # With a source: an answer that is tried is never one that still waits for a reason.
            name: Fact(field=name, value=value, origin=Origin.STATED, source=ANSWERED)
            for name, value in answers.items()
        }
        facts = MappingProxyType({**self.case.subjects[self.subject.name], **told})
        subjects = MappingProxyType({**self.case.subjects, self.subject.name: facts})
        return dataclasses.replace(self.case, subjects=subjects)

    def _verdict(self, weights: Weights, findings: tuple[Found, ...]) -> Verdict | None:
        # As in `decide`, but for a missing description: texts are never tried as answers.
        verdict = verdict_of(weights)
        is_mild = verdict in (Verdict.PERMITTED, Verdict.NOT_COVERED)
        if self.subject.gives_findings and (is_mild or verdict is Verdict.UNDETERMINED):
            return Verdict.UNDETERMINED if Found.OPEN in findings else None
        return Verdict.UNDETERMINED if is_mild and self.is_blank else verdict
