"""What would become of one subject of a case if some open facts were told.

A search asks that hundreds of times a case. So nothing is named that nobody looks at: rules are decided and weighed as
masks, and a case is closed anew only for answers of which closing makes more than one more value.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from types import MappingProxyType

from policy_engine.compilation import CompiledRuleSet, CompiledSubject
from policy_engine.evaluation.balance import Balance, Scales, computed
from policy_engine.evaluation.closing import ClosedSubject, close_subject, is_pending
from policy_engine.evaluation.consistency import is_inconsistent_as_told, too_early
from policy_engine.evaluation.contradictions import find_contradictions
from policy_engine.evaluation.declaring import clashes
from policy_engine.evaluation.doubts import doubted, spread
from policy_engine.evaluation.findings import CategoryMakers, category_makers
from policy_engine.evaluation.footing import Footing, Ground, Seen, fixed_by_closing, heard_by_closing
from policy_engine.evaluation.masks import Begun, Decided, begin, decide, evaluation_of
from policy_engine.evaluation.truth import Derivations
from policy_engine.evaluation.weighing import with_numbers
from policy_engine.foundation.logic import Truth
from policy_engine.foundation.memory import Beside
from policy_engine.foundation.records import dataclass, field, replace
from policy_engine.foundation.tuples import NamedTuple
from policy_engine.foundation.waiting import look
from policy_engine.model.areas import chain_of
from policy_engine.model.cases import Case, Fact, Origin
from policy_engine.model.conditions import AREA, AS_OF
from policy_engine.model.decisions import Evaluation, Found, Verdict
from policy_engine.model.values import UNKNOWN, Known, Value
from policy_engine.model.vocabulary import Role, Subject

# Who would stand behind an answer, where it is only tried.
ANSWERED = "问答"

_Answers = frozenset[tuple[str, Known]]


@dataclass(frozen=True, slots=True)
class Prospect:
    """One way a subject may come out. `verdict` is `None` where findings are all that is asked, and all settled.

    `known`: the facts that are closed then, but for answers.
    """

    verdict: Verdict | None
    findings: tuple[Found, ...]
    known: Collection[str] = field(compare=False)
    balance: Balance = field(compare=False)

    @property
    def is_open(self) -> bool:
        """Tell whether anything of the answer is still open."""
        return self.verdict is Verdict.UNDETERMINED or Found.OPEN in self.findings


class _Sorted(NamedTuple):
    """What is the same for all cases of a subject. `heard`, `fixed`: see `heard_by_closing`, `fixed_by_closing`."""

    program: CompiledSubject
    scales: Scales
    heard: frozenset[str]
    fixed: frozenset[str]
    makers: tuple[CategoryMakers, ...]


_sorted: Beside[str, _Sorted] = Beside()


def _sort(compiled: CompiledRuleSet, subject: Subject) -> _Sorted:
    of_subjects = _sorted.of(compiled)
    if subject.name not in of_subjects:
        program = compiled.subjects[subject.name]
        of_subjects[subject.name] = _Sorted(
            program,
            Scales.of(compiled.rule_set, program),
            frozenset(heard_by_closing(program)),
            frozenset(fixed_by_closing(program)),
            tuple(category_makers(subject, program.written, program.tables.order)),
        )
    return of_subjects[subject.name]


@dataclass
class Prospects:
    """One subject of a case, to be tried with answers. `is_blank`: a document in reach is no rules yet.

    `turning`: the facts that will be told now this way, now that; once it is set, it stays. `closed`: the subject as it
    is closed without answers, where that was done already.
    Nothing is made ready before it is asked for.
    """

    compiled: CompiledRuleSet
    case: Case
    subject: Subject
    is_blank: bool
    turning: frozenset[str] = frozenset()
    closed: ClosedSubject | None = None
    tried: dict[_Answers, Prospect | None] = field(default_factory=dict)
    footings: dict[_Answers, Footing | None] = field(default_factory=dict)
    # By the facts that are answered.
    grounds: dict[frozenset[str], list[Ground]] = field(default_factory=dict)
    # The rules that what is in doubt may reach.
    touched: dict[frozenset[str], int] = field(default_factory=dict)

    def given(self, answers: Mapping[str, Known]) -> Prospect | None:
        """Decide with some answers; `None` where they can't be true beside what is stated."""
        key = _key(answers)
        if key not in self.tried:
            self.tried[key] = self._decide(answers)
        return self.tried[key]

    @cached_property
    def evaluated(self) -> Evaluation | None:
        """Evaluate the rules on what is told already; `None` where that can't be true."""
        footing = self._footing({})
        if footing is None or self.given({}) is None:
            return None
        program = self._sorted.program
        return evaluation_of(program, decide(program.tables, footing.values))

    @cached_property
    def _sorted(self) -> _Sorted:
        return _sort(self.compiled, self.subject)

    @cached_property
    def _heard(self) -> frozenset[str]:
        """Name the fields whose answers closing has to hear."""
        indicated = (one.field for one in self.case.indications.get(self.subject.name, ()))
        return self._sorted.heard.union(indicated)

    @cached_property
    def _tells_computed(self) -> bool:
        """Tell whether the case states what rules compute."""
        facts, fields = self.case.subjects[self.subject.name], self.subject.fields
        return any(fields[n].role is Role.DERIVED and f.value is not UNKNOWN for n, f in facts.items())

    def _decide(self, answers: Mapping[str, Known]) -> Prospect | None:
        # Some questions try thousands of answers.
        look()
        footing = self._footing(answers)
        if footing is None:
            return None
        program, scales, *_, makers = self._sorted
        rest: dict[str, Value] = {n: v for n, v in answers.items() if n not in self._heard}
        # One engine is enough: this only finds what to ask, and the decision itself is held against both.
        found = decide(program.tables, footing.values | rest, self._begun(footing, rest))
        if scales.impossible & found.surely[-1] or self._is_contradicted(answers, found):
            return None
        doubts = self._doubted(found, footing, rest)
        loosed = self._loosed(found, footing, rest)
        balance = scales.weigh(found, footing.phase, doubts, footing.waiting, loosed)
        findings = tuple(one for maker in makers for one in maker.found(found))
        return Prospect(self._verdict(balance.verdict, findings), findings, footing.values.keys(), balance)

    def _begun(self, footing: Footing, rest: Mapping[str, Value]) -> Begun | None:
        """Give what need not be looked up again; a footing on which little is decided isn't worth it."""
        if not self.turning or not rest.keys() <= self.turning:
            return None
        start = footing.start
        if start.begun is None and start.is_used:
            start.begun = begin(self._sorted.program.tables, footing.values, self.turning)
        start.is_used = True
        return start.begun

    def _footing(self, answers: Mapping[str, Known]) -> Footing | None:
        heard = {name: value for name, value in answers.items() if name in self._heard}
        key = _key(heard)
        if key not in self.footings:
            self.footings[key] = self._stood_on(heard)
        return self.footings[key]

    def _stood_on(self, answers: Mapping[str, Known]) -> Footing | None:
        """Close a case with some answers, if closing makes anything else of them than of such as were closed before."""
        # Nearly all answers that are ruled out are so by what is told, whatever closing makes of the rest.
        if self._is_too_early(answers) or self._is_impossible(answers):
            return None
        grounds = self.grounds.setdefault(frozenset(answers), [])
        for ground in grounds:
            if ground.stands_for(answers):
                footing = ground.footing
                return footing.told(ground.others(answers), self.turning) if footing is not None else None
        seen = Seen()
        footing = self._close(answers, seen)
        grounds.append(Ground.of(answers, footing, seen, self._sorted.fixed))
        return footing

    def _close(self, answers: Mapping[str, Known], seen: Seen) -> Footing | None:
        case, program = self._answered(answers), self._sorted.program
        closed = self.closed if not answers else None
        if closed is None:
            closed = close_subject(case, self.subject, program, seen.ask)
        if is_inconsistent_as_told(case, self.subject, closed, clashes(program), seen.ask):
            return None
        return Footing.of(closed, self._sorted.scales.reading(spread(closed.running, program)))

    def _is_contradicted(self, answers: Mapping[str, Known], found: Decided) -> bool:
        """Tell whether rules compute something else of a computed fact than was told of it."""
        fields = self.subject.fields
        if not self._tells_computed and all(fields[name].role is not Role.DERIVED for name in answers):
            return False
        program = self._sorted.program
        case = self._answered(answers)
        return any(find_contradictions(case, self.subject, evaluation_of(program, found), program.producers))

    def _doubted(self, found: Decided, footing: Footing, rest: Mapping[str, Value]) -> int:
        """Mark the rules ahead of their phase that a doubt, or what words suppose, keeps open. As `doubts_of`."""
        doubtful = footing.doubtful - rest.keys()
        if not (doubtful or footing.supposed):
            return 0
        program, scales, *_ = self._sorted
        ahead = scales.ahead(found, footing.phase, footing.waiting) & self._touched(
            frozenset({*doubtful, *footing.supposed})
        )
        if not ahead:
            return 0
        if footing.supposed:
            # Kept open is what would be broken at the values to which the words point.
            found = decide(program.tables, {**found.values, **footing.supposed})
        evaluation = evaluation_of(program, found)
        derived = Derivations(evaluation.truths, program.fields)
        rules = [rule for rule in program.rules if ahead >> scales.places[rule.id] & 1]
        values = with_numbers(found.values, evaluation)
        names = doubted(rules, values, derived, doubtful, program, footing.supposed)
        return sum(1 << scales.places[name] for name in names)

    def _touched(self, doubtful: frozenset[str]) -> int:
        found = self.touched.get(doubtful)
        if found is None:
            program, scales, *_ = self._sorted
            found = self.touched[doubtful] = scales.reading(spread(doubtful, program))
        return found

    def _loosed(self, found: Decided, footing: Footing, rest: Mapping[str, Value]) -> frozenset[str]:
        """Name the fields that put the matter outside of documents until words opened them."""
        if footing.before is None:
            return frozenset()
        before = footing.before
        # Where the case states it, nothing is loosed: words say nothing of computed fields.
        names = (n for n in self._sorted.scales.outside if n not in before and n not in rest)
        waiting = [name for name in names if computed(found, name) is Truth.UNKNOWN]
        if not waiting:
            return frozenset()
        earlier = decide(self._sorted.program.tables, {**before, **rest})
        return frozenset(name for name in waiting if computed(earlier, name) is Truth.TRUE)

    def _is_too_early(self, answers: Mapping[str, Known]) -> bool:
        """Tell whether an event has happened though the stated phase lies before it."""
        if all(self.subject.fields[name].happens is None for name in answers):
            return self._has_come_too_early
        return any(too_early(self._answered(answers), self.subject))

    @cached_property
    def _has_come_too_early(self) -> bool:
        return any(too_early(self.case, self.subject))

    @cached_property
    def _told(self) -> Mapping[str, Value]:
        """Give what the case tells, and the pseudo facts."""
        told = ((name, fact) for name, fact in self.case.subjects[self.subject.name].items())
        values: dict[str, Value] = {n: fact.value for n, fact in told if not self._is_to_come(n, fact.value)}
        return values | {AS_OF: self.case.as_of, AREA: frozenset(chain_of(self.case.area))}

    def _is_to_come(self, name: str, value: Value) -> bool:
        # Before its phase a stated "not yet" is as open as an unstated one.
        return self.subject.fields[name].role is Role.EVENT and is_pending(value)

    def _is_impossible(self, answers: Mapping[str, Known]) -> bool:
        """Tell whether what is told can't be true together; where it can, closing may still show that it can't."""
        told = {**self._told, **answers}
        for name in [name for name, value in answers.items() if self._is_to_come(name, value)]:
            del told[name]
        return any(
            rule.whole.on(told) is Truth.TRUE
            for rule in clashes(self._sorted.program)
            # What reads none of the answers says now what it said without them.
            if not rule.reads.isdisjoint(answers)
        )

    def _answered(self, answers: Mapping[str, Known]) -> Case:
        told = {
            # With a source: an answer that is tried is never one that still waits for a reason.
            name: Fact(field=name, value=value, origin=Origin.STATED, source=ANSWERED)
            for name, value in answers.items()
        }
        facts = MappingProxyType({**self.case.subjects[self.subject.name], **told})
        subjects = MappingProxyType({**self.case.subjects, self.subject.name: facts})
        return replace(self.case, subjects=subjects)

    def _verdict(self, verdict: Verdict, findings: tuple[Found, ...]) -> Verdict | None:
        # As in `decide`, but for a missing description: texts are never tried as answers.
        is_mild = verdict in (Verdict.PERMITTED, Verdict.NOT_COVERED)
        if self.subject.gives_findings and (is_mild or verdict is Verdict.UNDETERMINED):
            return Verdict.UNDETERMINED if Found.OPEN in findings else None
        return Verdict.UNDETERMINED if is_mild and self.is_blank else verdict


def _key(answers: Mapping[str, Known]) -> _Answers:
    return frozenset(answers.items())
