"""The verdicts of all rows of a block, and the rules that carry them: a bitmap over rows for each.

`combine` and `applying` say the same of a single case, docs/meaning.md what it means, `relational/verdict` says it in SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from policy_engine.compilation import CompiledRuleSet, CompiledSubject
from policy_engine.compilation.lowering import Conj, Disj, Formula, lower
from policy_engine.compilation.reads import fields_read
from policy_engine.evaluation.sliced import SlicedOutcome
from policy_engine.evaluation.slices import Bitmap, Slices
from policy_engine.model.conditions import AREA, AS_OF, All, Any, Condition, Equals, Leaf, Not
from policy_engine.model.decisions import SETTLED, Status, Verdict
from policy_engine.model.documents import Document, Encoding
from policy_engine.model.rules import (
    Classify,
    Derive,
    Effect,
    Impossible,
    Permit,
    Prohibit,
    Recommend,
    Require,
    Rule,
    RuleSet,
    Table,
)
from policy_engine.model.values import Known
from policy_engine.model.vocabulary import Phase, Subject

# The rows in which something surely is so, and in which it is not surely not so.
_Sides = tuple[Bitmap, Bitmap]
_NEVER: Final[_Sides] = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What rows are beside their facts. `phases`: the rows of each; `undescribed`: those whose content nobody described.

    `doubts`, `running`: the fields of each row that are in doubt, and whose terms still run; `None`: no row has any.
    """

    phases: Mapping[Phase, Bitmap]
    doubts: Slices | None = None
    running: Slices | None = None
    undescribed: Bitmap = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SlicedVerdicts:
    """What rows come to. `verdicts`: the rows of each, in the words of officials; `grounds`: by rule, the rows whose verdict it carries.

    `impossible`: by rule, in the order of the files, the rows whose facts it says can't be true together. What verdicts
    say of these rows is to be passed over.
    """

    verdicts: Mapping[str, Bitmap]
    grounds: Mapping[str, Bitmap]
    impossible: Mapping[str, Bitmap]


@dataclass(frozen=True, slots=True)
class Weighing:
    """Weighs the rules of one subject on blocks of rows."""

    rule_set: RuleSet
    subject: Subject
    program: CompiledSubject
    _sources: dict[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, compiled: CompiledRuleSet, name: str) -> Weighing:
        """Prepare for one subject."""
        return cls(compiled.rule_set, compiled.rule_set.vocabulary.subjects[name], compiled.subjects[name])

    def weigh(self, found: SlicedOutcome, around: Surroundings) -> SlicedVerdicts:
        """Weigh what the rules came to."""
        return _Block(self, found, around).verdicts()

    def sources(self, name: str) -> frozenset[str]:
        """List a field and all from which it is computed."""
        if name not in self._sources:
            makers = self.program.producers.get(name, ())
            behind = (self.sources(read) for rule in makers for read in self.program.reads[rule])
            self._sources[name] = frozenset({name}).union(*behind)
        return self._sources[name]


@dataclass(slots=True)
class _Block:
    """The weights of one block, as they are worked out."""

    plan: Weighing
    found: SlicedOutcome
    around: Surroundings
    full: Bitmap = field(init=False)
    has_doubts: bool = field(init=False)
    _bound: dict[str, Bitmap] = field(default_factory=dict)
    _doubtful: dict[str, Bitmap] = field(default_factory=dict)
    _may: dict[tuple[str, bool], Bitmap] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.full = self.found.full
        doubts = self.around.doubts
        self.has_doubts = doubts is not None and bool(doubts.where(bool))

    def verdicts(self) -> SlicedVerdicts:
        rule_set, program = self.plan.rule_set, self.plan.program
        forces = rule_set.authority.forces
        # Documents of a force that grounds nothing are told of, and move no verdict.
        counted = {r.id: r for r in program.written if forces[r.citation.document.force].grounds}
        ahead = {rule.id: self._before(rule) for rule in counted.values()}
        contests = {
            pair: _held(sides, self._binding(counted[pair[0]]) & self._binding(counted[pair[1]]))
            for pair, sides in self.found.rivals.items()
            if counted.keys() >= set(pair)
        }
        vetoes: dict[str, _Sides] = {}
        fixes: dict[str, _Sides] = {}
        permits: dict[str, _Sides] = {}
        for rule in counted.values():
            match rule.kind:
                case Prohibit(object=name):
                    weight = self._weight(rule, ahead[rule.id])
                    surely, possibly = _either(one for pair, one in contests.items() if rule.id in pair)
                    uncontested = weight[0] & ~possibly, weight[1] & ~surely
                    (vetoes if rule_set.objects[name] is Effect.VETO else fixes)[rule.id] = uncontested
                case Require():
                    fixes[rule.id] = self._weight(rule, ahead[rule.id])
                case Permit():
                    permits[rule.id] = self._weight(rule, ahead[rule.id])
                case Recommend() | Classify() | Table() | Derive() | Impossible():
                    continue
        rivals = {
            # What is open only ahead of its time leaves nothing open.
            pair: _due(sides, sides, ahead[pair[0]] | ahead[pair[1]])
            for pair, sides in contests.items()
        }
        groups = [_either(sides.values()) for sides in (vetoes, rivals, fixes, permits)]
        verdicts = self._qualified(self._combined(*groups))
        impossible = ((r.id, self._broken(r)[0]) for r in program.written if isinstance(r.kind, Impossible))
        return SlicedVerdicts(
            verdicts=MappingProxyType({word: rows for word, rows in verdicts.items() if rows}),
            grounds=MappingProxyType(self._grounds(verdicts, vetoes, rivals, fixes, permits)),
            impossible=MappingProxyType({rule: rows for rule, rows in impossible if rows}),
        )

    def _combined(
        self, vetoes: _Sides, rivals: _Sides, fixes: _Sides, permits: _Sides
    ) -> dict[Verdict, Bitmap]:
        found: dict[Verdict, Bitmap] = {}
        left = self.full
        is_open = _open(vetoes) | _open(rivals) | _open(fixes)
        # As `combine.first_true`.
        for verdict, rows in (
            (Verdict.PROHIBITED, vetoes[0]),
            (Verdict.CONFLICT, rivals[0]),
            (Verdict.NON_COMPLIANT, fixes[0]),
            (Verdict.UNDETERMINED, is_open),
            (Verdict.PERMITTED, permits[0]),
            (Verdict.UNDETERMINED, _open(permits)),
            (Verdict.NOT_COVERED, left),
        ):
            found[verdict] = found.get(verdict, 0) | left & rows
            left = left & ~rows
        return found

    def _qualified(self, verdicts: dict[Verdict, Bitmap]) -> dict[str, Bitmap]:
        """Take into account what no rule says: documents that are none yet, what nobody described, findings."""
        found = {verdict.value: rows for verdict, rows in verdicts.items()}
        open_word, none, granted = (
            verdict.value for verdict in (Verdict.UNDETERMINED, Verdict.NOT_COVERED, Verdict.PERMITTED)
        )
        if self.plan.subject.gives_findings:
            # Such a subject permits nothing: with every category settled there is no more to say.
            mild = found[open_word] | found[none] | found[granted]
            is_open, is_unexamined = self._findings()
            unexamined = mild & ~is_open & is_unexamined
            settled = mild & ~is_open & ~is_unexamined
            return {**found, granted: 0, open_word: mild & is_open, none: unexamined, SETTLED: settled}
        unencoded: Bitmap = 0
        for rows in self._unencoded():
            unencoded = unencoded | rows
        opened = (found[granted] | found[none]) & unencoded | found[granted] & self.around.undescribed
        found[open_word] = found[open_word] | opened
        for word in (granted, none):
            found[word] = found[word] & ~opened
        return found

    def _unencoded(self) -> Iterable[Bitmap]:
        documents = self.plan.rule_set.documents
        for document in documents.values():
            if document.encoded is Encoding.NONE and self.plan.subject.name in document.concerns:
                later = documents.get(document.governed_by_later or "")
                found = self._reaches(document)
                # Where a later document has taken its matter over, that nobody encoded this one leaves nothing out.
                yield found if later is None else found & ~self._reaches(later)

    def _reaches(self, document: Document) -> Bitmap:
        begins = document.effective or document.published or document.issued
        day, area = (self.found.columns.get(name) for name in (AS_OF, AREA))
        if begins is None or day is None or area is None:
            return 0
        end = None if document.ended is None else document.ended.day + 1
        inside = area.where(lambda chain: isinstance(chain, frozenset) and document.area in chain)
        return day.within(((begins.first_possible, end),)) & inside

    def _findings(self) -> tuple[Bitmap, Bitmap]:
        """Say where a category of some document is open, and where nobody looked at any."""
        is_open: Bitmap = 0
        is_looked_at: Bitmap = 0
        for known in self.plan.subject.fields.values():
            if not known.finding:
                continue
            column = self.found.columns.get(known.name)
            told = 0 if column is None else column.known()
            is_looked_at = is_looked_at | told
            by_document: dict[tuple[str, str], list[_Sides]] = {}
            for rule in self.plan.program.written:
                if isinstance(rule.kind, Classify) and rule.kind.field == known.name:
                    # A rule that is out of force makes nothing, and neither does it deny.
                    reaching = self.full & ~self.found.statuses[rule.id].get(Status.OUT_OF_FORCE, 0)
                    is_looked_at = is_looked_at | reaching
                    for member in rule.kind.members:
                        made = _held(self._broken(rule), reaching)
                        by_document.setdefault((member, rule.citation.document.id), []).append(made)
            for makers in by_document.values():
                is_open = is_open | _open(_either(makers)) & ~told
        return is_open, self.full & ~is_looked_at

    def _grounds(
        self,
        verdicts: Mapping[str, Bitmap],
        vetoes: Mapping[str, _Sides],
        rivals: Mapping[tuple[str, str], _Sides],
        fixes: Mapping[str, _Sides],
        permits: Mapping[str, _Sides],
    ) -> dict[str, Bitmap]:
        """Name the rules that carry a verdict, in the order of the files."""
        refused, mended, granted, torn = (
            verdicts.get(verdict.value, 0)
            for verdict in (
                Verdict.PROHIBITED,
                Verdict.NON_COMPLIANT,
                Verdict.PERMITTED,
                Verdict.CONFLICT,
            )
        )
        found: dict[str, Bitmap] = {}
        for weights, rows in (
            (vetoes, refused),
            # A fix is among the grounds of a refusal too: it would have to be mended all the same.
            (fixes, refused | mended),
            (permits, granted),
        ):
            for rule, (surely, _) in weights.items():
                found[rule] = surely & rows
        for pair, (surely, _) in rivals.items():
            for rule in pair:
                found[rule] = found.get(rule, 0) | surely & torn
        return {rule.id: rows for rule in self.plan.program.written if (rows := found.get(rule.id, 0))}

    def _broken(self, rule: Rule) -> _Sides:
        statuses = self.found.statuses[rule.id]
        return statuses.broken, statuses.may_be

    def _weight(self, rule: Rule, before: Bitmap) -> _Sides:
        broken = weight = self._broken(rule)
        if not broken[1]:
            return _NEVER
        if rule.is_default and rule.justified_by is not None:
            surely, possibly = self._told(rule.justified_by)
            weight = broken[0] & ~possibly, broken[1] & ~surely
        # What is open and not due is a duty, no gap.
        return _held(_due(broken, weight, before), self._binding(rule))

    def _binding(self, rule: Rule) -> Bitmap:
        """Say where a document may bind the matter: not where that surely lies outside of it."""
        name = rule.citation.document.outside
        if name not in self._bound:
            is_known = name in self.plan.program.fields
            self._bound[name] = self.full & ~self._told(name)[0] if is_known else self.full
        return self._bound[name]

    def _told(self, name: str) -> _Sides:
        """Give a boolean fact as it was told, else as it was computed."""
        return self._leaf(Equals(name, True, self.plan.program.fields[name].span))

    def _leaf(self, leaf: Leaf) -> _Sides:
        pair = lower(leaf, self.plan.program.fields)
        return self._formula(pair.true), self.full & ~self._formula(pair.false)

    def _formula(self, formula: Formula) -> Bitmap:
        match formula:
            case Conj(parts=parts):
                rows = self.full
                for part in parts:
                    rows = rows & self._formula(part)
                return rows
            case Disj(parts=parts):
                rows = self.full & 0
                for part in parts:
                    rows = rows | self._formula(part)
                return rows
            case _:
                return self.found.source(formula)

    def _before(self, rule: Rule) -> Bitmap:
        """Say where an open rule is ahead of its time."""
        resting = self.plan.subject.resting
        early: Bitmap
        if resting is not None:
            early = self.full if resting.rank < rule.due.rank else 0
        else:
            early = 0
            for phase, rows in self.around.phases.items():
                early = early | (rows if phase.rank < rule.due.rank else 0)
        before = early | self._waiting(rule)
        # A doubt may be looked into now; it doesn't wait for the phase that the rest waits for.
        return before & ~self._kept_open(rule) if before and self.has_doubts else before

    def _waiting(self, rule: Rule) -> Bitmap:
        running = self.around.running
        if running is None:
            return 0
        behind = frozenset().union(*(self.plan.sources(name) for name in self.plan.program.reads[rule.id]))
        return running.where(_meeting(behind))

    def _kept_open(self, rule: Rule) -> Bitmap:
        """Say where some answer to the doubts alone would break a rule."""
        touched: Bitmap = 0
        for name in dict.fromkeys(self.plan.program.reads[rule.id]):
            touched = touched | self._is_doubtful(name)
        if touched and isinstance(rule.kind, Require | Recommend):
            touched = touched & self._may_be(rule.kind.condition, wanted=False)
        return touched and touched & self._may_have_effect(rule, wanted=True)

    def _may_have_effect(self, rule: Rule, *, wanted: bool) -> Bitmap:
        key = (rule.id, wanted)
        if key not in self._may:
            exceptions = (Not(All((one.scope, one.when), one.span), one.span) for one in rule.unless)
            # Effective if what goes before it may fail; without effect if one of those may take effect.
            found = self._may_be(All((rule.scope, rule.when, *exceptions), rule.span), wanted=wanted)
            others = self.plan.program.defeated_by.get(rule.id, ())
            for winner in self.plan.program.rules:
                if winner.id in others:
                    rows = self._may_have_effect(winner, wanted=not wanted)
                    found = found & rows if wanted else found | rows
            self._may[key] = found
        return self._may[key]

    def _may_be(self, condition: Condition, *, wanted: bool) -> Bitmap:
        if isinstance(condition, Leaf):
            surely, possibly = self._leaf(condition)
            # What is merely not told yet is no doubt: only of a doubtful fact may a comparison come out either way.
            is_open: Bitmap = 0
            for name in dict.fromkeys(fields_read(condition)):
                is_open = is_open | self._is_doubtful(name)
            settled = surely if wanted else self.full & ~possibly
            return settled | possibly & ~surely & is_open
        match condition:
            case Not(part=part):
                return self._may_be(part, wanted=not wanted)
            case All(parts=parts) | Any(parts=parts):
                is_all = isinstance(condition, All) is wanted
                rows = self.full if is_all else 0
                for part in parts:
                    found = self._may_be(part, wanted=wanted)
                    rows = rows & found if is_all else rows | found
                return rows

    def _is_doubtful(self, name: str) -> Bitmap:
        if name not in self._doubtful:
            doubts, behind = self.around.doubts, self.plan.sources(name)
            self._doubtful[name] = 0 if doubts is None else doubts.where(_meeting(behind))
        return self._doubtful[name]


def _meeting(some: frozenset[str]) -> Callable[[Known], bool]:
    return lambda names: isinstance(names, frozenset) and not some.isdisjoint(names)


def _either(sides: Iterable[_Sides]) -> _Sides:
    surely: Bitmap = 0
    possibly: Bitmap = 0
    for one, other in sides:
        surely = surely | one
        possibly = possibly | other
    return surely, possibly


def _held(sides: _Sides, rows: Bitmap) -> _Sides:
    return sides[0] & rows, sides[1] & rows


def _open(sides: _Sides) -> Bitmap:
    return sides[1] & ~sides[0]


def _due(open_one: _Sides, weight: _Sides, before: Bitmap) -> _Sides:
    """Say that what is open only ahead of its time weighs nothing."""
    rest = ~(_open(open_one) & before)
    return weight[0] & rest, weight[1] & rest
