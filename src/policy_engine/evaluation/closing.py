"""Close a case: what the declaration states, what the phase makes not yet known, what dates the rules.

The law of each step is in docs/meaning.md; nothing is ever guessed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from policy_engine.compilation import CompiledSubject
from policy_engine.compilation.reads import read_by
from policy_engine.evaluation.declaring import (
    Base,
    consistently_declared,
    is_explicit,
    is_raised,
    is_usual_conclusion,
    may_be_closed,
    raised_by_signs,
)
from policy_engine.evaluation.heeding import (
    heeded,
    indicated,
    is_sure,
    points_beyond,
    raised_by,
    spoken_against,
    supposed,
)
from policy_engine.evaluation.truth import HOLDS, IS_OPEN, Ask, Told, comes_to, signs_among
from policy_engine.foundation import records
from policy_engine.foundation.memory import of_a_few, of_the_same
from policy_engine.foundation.records import dataclass
from policy_engine.model.areas import chain_of
from policy_engine.model.cases import Case, Fact, Origin, Situation
from policy_engine.model.conditions import AREA, AS_OF, dating_field
from policy_engine.model.lexicon import Indication
from policy_engine.model.values import NOT_HAPPENED, UNKNOWN, Known, Value
from policy_engine.model.vocabulary import Field, FieldType, Implied, Phase, Role, Subject

# An explicit unknown stays one: "asked, and cannot be told" beats every declaration.
_NOT_STATED: Final = Origin.NOT_STATED
# The choice that says a paper isn't there.
_NONE = "无"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedSubject:
    """One subject's facts, every field present, and the situation the engines are given.

    `phase`: how far the matter has come. `doubtful`: the open facts that are in doubt whatever the phase: stated as
    unknown, judged against the signs or the words without a reason, pointed to by words, or raised by a sign and not
    judged. `unjudged`: the notes that keep the declaration from counting, `mattering`: those of them that somebody said
    do matter. `asks_declaration`: whether a signed one
    would close something. `undescribed`: the field that should say what this is about, where nothing does.
    `running`: the events that have not come and whose term still runs. `indications`: the words that were heeded;
    `opened`: the facts as they were before words opened them, `before`: the situation then. `supposed`: open facts of
    which nothing is usual, at the value to which words point.
    """

    facts: Mapping[str, Fact]
    situation: Situation
    phase: Phase
    doubtful: frozenset[str]
    unjudged: tuple[str, ...]
    mattering: tuple[str, ...]
    asks_declaration: bool
    undescribed: str = ""
    running: frozenset[str] = frozenset()
    indications: tuple[Indication, ...] = ()
    opened: Mapping[str, Fact] = records.field(default_factory=lambda: MappingProxyType({}))
    before: Situation | None = None
    supposed: Mapping[str, Known] = records.field(default_factory=lambda: MappingProxyType({}))


def close_subject(
    case: Case, subject: Subject, program: CompiledSubject, ask: Ask = comes_to
) -> ClosedSubject:
    """Close one subject of a case; what its words point to comes last, and only opens what is closed.

    `ask`: how conditions are asked, for whoever wants to know which of them closing rests on.
    """
    closed = _close(case, subject, program, ask)
    # Whether a note is set aside is known only once the judgements of its subject are closed.
    indications = tuple(one for one in heeded(case, subject) if not _is_set_aside(one.text, subject, closed))
    return _opened_by_words(closed, indications, case, subject, program, ask) if indications else closed


def _is_set_aside(text: str, subject: Subject, closed: ClosedSubject) -> bool:
    """Say whether a text is a note of which a named person judged that it doesn't matter: nor do its words."""
    field = subject.fields.get(text)
    if field is None or not field.judged_by:
        return False
    # A declaration sets nothing aside, whatever it closes.
    judgement = closed.facts[field.judged_by]
    return judgement.origin is Origin.STATED and judgement.value is True


def _opened_by_words(
    closed: ClosedSubject,
    indications: tuple[Indication, ...],
    case: Case,
    subject: Subject,
    program: CompiledSubject,
    ask: Ask,
) -> ClosedSubject:
    fields = subject.fields
    hearing = _Hearing(closed, subject, case.subjects[subject.name], ask)
    heard = hearing.of(indications, opening=hearing.contested(indications))
    # A missing declaration is asked for only where it would close something that no words speak of.
    by_declaration = [n for n in _sort(subject).closable if is_unstated(closed.facts[n])]
    beyond = {one.field for one in indications if points_beyond(one, fields[one.field])}
    return records.replace(
        closed,
        facts=MappingProxyType(heard.facts),
        situation=_situation(case, subject, heard.facts, _values_of(heard.facts), program),
        doubtful=closed.doubtful | heard.doubts,
        supposed=MappingProxyType(heard.supposing),
        asks_declaration=closed.asks_declaration and not beyond.issuperset(by_declaration),
        indications=indications,
        # By identity: what words leave alone is handed on as the same fact.
        opened=MappingProxyType({n: f for n, f in closed.facts.items() if f is not heard.facts[n]}),
        before=closed.situation,
    )


@dataclass(frozen=True, slots=True)
class _Heard:
    """What becomes of the facts by words. `raised`: the conclusions of which words show a sign."""

    facts: Mapping[str, Fact]
    doubts: frozenset[str]
    raised: frozenset[str]
    supposing: Mapping[str, Known]


@dataclass(frozen=True, slots=True)
class _Hearing:
    """A closed subject whose words are still to be heard. `told`: the facts that its file states."""

    closed: ClosedSubject
    subject: Subject
    told: Mapping[str, Fact]
    ask: Ask

    def contested(self, indications: Iterable[Indication]) -> frozenset[str]:
        """Name the usual conclusions that were stated without a reason while sure words show a sign of them."""
        fields, facts = self.subject.fields, self.closed.facts
        judged = {
            name
            for name in self.told
            if fields[name].indicators
            and facts[name].origin is Origin.STATED
            and not facts[name].source.strip()
            and is_usual_conclusion(fields[name], facts[name])
        }
        sure = [one for one in indications if is_sure(one)] if judged else []
        return self.of(sure, judged=judged).raised & judged if sure else frozenset()

    def of(
        self,
        indications: Iterable[Indication],
        opening: Collection[str] = (),
        judged: Collection[str] = (),
    ) -> _Heard:
        """Hear words. `opening`: facts that they open besides; `judged`: stated ones that are as good as declared."""
        fields, closed = self.subject.fields, self.closed
        indications = tuple(indications)
        names = {
            *opening,
            *spoken_against(
                closed.facts, indications, fields, lambda f: _is_early(f, self.subject, closed.phase)
            ),
        }
        facts = _opened(closed.facts, names)
        # A fact that words have just opened had a value: it is in doubt, not merely untold.
        supposing = {n: v for n, v in supposed(facts, indications, fields).items() if n not in names}
        explicit = {
            name for name, fact in self.told.items() if is_explicit(closed.facts[name]) or is_explicit(fact)
        }
        conclusions = [
            n for n in _sort(self.subject).judged if n in judged or _may_be_raised(facts[n], n in self.told)
        ]
        raised: set[str] = set()
        # What words have opened raises conclusions as a stated unknown does; those open in their turn.
        while True:
            pointed = set(indicated(facts, indications, fields)) - supposing.keys()
            doubts = frozenset({*names, *raised, *pointed})
            reads = doubts | explicit
            found = set(raised_by(conclusions, facts, reads, fields, supposing, self.ask))
            if found <= raised:
                return _Heard(facts, doubts, frozenset(raised), supposing)
            raised |= found
            # Only what somebody closed is opened again; the other raised ones are open as they are.
            facts = _opened(
                facts, {name for name in raised if name in judged or facts[name].origin is Origin.DECLARED}
            )


def _opened(facts: Mapping[str, Fact], names: Iterable[str]) -> dict[str, Fact]:
    found = dict(facts)
    for name in names:
        fact = facts[name]
        found[name] = (
            Fact(field=name, value=UNKNOWN, origin=Origin.UNREASONED, span=fact.span)
            if fact.origin is Origin.STATED
            else _unstated(name)
        )
    return found


def _may_be_raised(fact: Fact, is_told: bool) -> bool:
    is_open = fact.value is UNKNOWN and fact.origin is not Origin.PENDING and not is_told
    return is_open or fact.origin is Origin.DECLARED


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sorted:
    """The fields of a subject by what closing makes of them, so that it looks at no others.

    `closable`: what a declaration could close; `judged`: the conclusions that signs raise; `early`: by the rank of a
    phase, the events that lie behind it. `untold`, `unknown`: all fields before anything is told.
    """

    implied: tuple[str, ...]
    closable: tuple[str, ...]
    judged: tuple[str, ...]
    notes: tuple[str, ...]
    terms: tuple[str, ...]
    early: tuple[tuple[str, ...], ...]
    texts: frozenset[str]
    describing: tuple[str, ...]
    untold: Mapping[str, Fact]
    unknown: Mapping[str, Value]


@of_the_same
def _sort(subject: Subject) -> _Sorted:
    fields = subject.fields
    conclusions = tuple(n for n, f in fields.items() if f.role is Role.CONCLUSION)
    return _Sorted(
        implied=tuple(n for n, f in fields.items() if f.implied),
        closable=tuple(n for n, f in fields.items() if may_be_closed(f)),
        judged=tuple(n for n in conclusions if fields[n].indicators),
        notes=tuple(n for n, f in fields.items() if f.judged_by),
        terms=tuple(n for n, f in fields.items() if f.term is not None),
        early=tuple(tuple(n for n, f in fields.items() if _is_early(f, subject, p)) for p in Phase),
        texts=frozenset(n for n, f in fields.items() if f.type is FieldType.TEXT),
        describing=tuple(n for n, f in fields.items() if f.describes),
        untold={name: _unstated(name) for name in fields},
        unknown=dict.fromkeys(fields, UNKNOWN),
    )


def _close(case: Case, subject: Subject, program: CompiledSubject, ask: Ask) -> ClosedSubject:
    stated, fields, by_kind = case.subjects[subject.name], subject.fields, _sort(subject)
    phase = phase_of(case, subject)
    facts = {**by_kind.untold, **{name: fact for name, fact in stated.items() if name in fields}}
    # What stands in `facts` stands in `values` too, from here on.
    values = {**by_kind.unknown, **{name: fact.value for name, fact in stated.items() if name in fields}}
    explicit = frozenset(name for name, fact in stated.items() if is_explicit(fact))
    # Like implied values, by the stated facts alone: nothing implied implies anything further.
    beginning = _Beginning(case, fields, facts, values, explicit, phase, ask)
    may_be_otherwise = frozenset(beginning.may_be_implied(by_kind.implied))
    implied = beginning.implied(by_kind.implied)
    # Before the declaration: a judgement without a reason is open, and keeps others from closing.
    unreasoned = _unreasoned(subject, stated, values, implied, explicit, ask)
    explicit = explicit.union(unreasoned)
    for more in (implied, unreasoned):
        facts |= more
        values |= _values_of(more)
    may_be_otherwise -= implied.keys()
    open_flags = [name for name in by_kind.closable if is_unstated(facts[name])]
    unjudged = tuple(_unjudged(by_kind.notes, fields, facts))
    is_signed = case.declaration is not None and case.declaration.is_signed
    if is_signed and not unjudged:
        settled = [name for name in open_flags if name not in may_be_otherwise]
        pseudo: dict[str, Value] = {AS_OF: case.as_of, AREA: frozenset(chain_of(case.area))}
        declared = consistently_declared(settled, fields, Base(program, values, explicit, pseudo, ask))
        facts |= declared
        values |= _values_of(declared)
        explicit -= declared.keys()
    waiting = _waiting(case, by_kind.terms, fields, facts)
    pending = {
        name: _pending(facts[name])
        for name in (*waiting, *by_kind.early[phase.rank])
        if waiting.get(name, True) and is_pending(facts[name].value)
    }
    facts |= pending
    values |= _values_of(pending)
    doubtful = frozenset(_doubtful(subject, facts, values, explicit, may_be_otherwise, ask))
    return ClosedSubject(
        facts=MappingProxyType(facts),
        situation=_situation(case, subject, facts, values, program),
        phase=phase,
        doubtful=doubtful,
        unjudged=unjudged,
        mattering=tuple(n for n in unjudged if facts[fields[n].judged_by].value is False),
        asks_declaration=not is_signed and bool(open_flags),
        undescribed=_undescribed(case, by_kind.describing, facts),
        running=frozenset(name for name in pending if waiting.get(name)),
    )


def _values_of(facts: Mapping[str, Fact]) -> dict[str, Value]:
    return {name: fact.value for name, fact in facts.items()}


def phase_of(case: Case, subject: Subject) -> Phase:
    """Say how far a matter has come: as stated, else as its stated events show; the end where there are no phases."""
    if subject.resting is not None:
        return subject.resting
    if case.is_phase_stated:
        return case.phase
    shown = (phase for _, phase in happened(case, subject))
    return max((case.phase, *shown), key=lambda phase: phase.rank)


def happened(case: Case, subject: Subject) -> Iterator[tuple[Fact, Phase]]:
    """Go through the stated events that have happened, each with the phase it cannot come before."""
    for name, fact in case.subjects[subject.name].items():
        phase = subject.fields[name].happens
        # A count of 0 equals False: it shows no event.
        is_undone = fact.value in (UNKNOWN, False, _NONE) or fact.value == NOT_HAPPENED
        if phase is not None and not is_undone:
            yield fact, phase


@cache
def is_unstated(fact: Fact) -> bool:
    """Tell whether nobody said anything of a fact."""
    # An explicit unknown stays one: "asked, and cannot be told" beats every declaration.
    return fact.origin is _NOT_STATED


def _unstated(name: str) -> Fact:
    return Fact(field=name, value=UNKNOWN, origin=Origin.NOT_STATED)


@of_a_few
def _entries(fields: Mapping[str, Field]) -> Mapping[str, tuple[tuple[Implied, Told | None], ...]]:
    """Map each field to what may be implied of it, and where."""
    return {
        name: tuple((one, Told(one.when, fields) if one.when is not None else None) for one in field.implied)
        for name, field in fields.items()
        if field.implied
    }


@dataclass(frozen=True, slots=True)
class _Beginning:
    """A case as its file states it. `explicit`: what is stated as unknown."""

    case: Case
    fields: Mapping[str, Field]
    facts: Mapping[str, Fact]
    values: Mapping[str, Value]
    explicit: frozenset[str]
    phase: Phase
    ask: Ask

    def implied(self, names: Iterable[str]) -> dict[str, Fact]:
        """Give what the words themselves imply: a hospital is no mine. Only from stated facts, and never over one."""
        found: dict[str, Fact] = {}
        entries = _entries(self.fields)
        for name in names:
            field = self.fields[name]
            if self.facts[name].origin is not Origin.NOT_STATED:
                continue
            for implied, when in entries[name]:
                value = implied.on(self.case.as_of)
                is_early = implied.before is None or self.phase.rank < implied.before.rank
                holds = when is None or self.ask(when, self.values, HOLDS)
                is_usual = field.role is Role.CONCLUSION and value == field.declared
                if is_early and holds and not (is_usual and self._is_doubted(field, implied)):
                    found[name] = Fact(field=name, value=value, origin=Origin.IMPLIED, source=implied.because)
                    break
        return found

    def _is_doubted(self, field: Field, implied: Implied) -> bool:
        # What an entry has weighed itself is no sign against it: a renewal, where it adds up the months.
        weighed = read_by(implied.when) if implied.when is not None else frozenset()
        signs = [sign for sign in signs_among(self.fields)[field.name] if not sign.reads <= weighed]
        return is_raised(signs, self.values, self.explicit, self.ask)

    def may_be_implied(self, names: Iterable[str]) -> Iterator[str]:
        """Name the fields that what is stated as unknown may imply to be otherwise than usual."""
        entries = _entries(self.fields)
        for name in names if self.explicit else ():
            field = self.fields[name]
            # An entry that is open because nobody spoke doesn't count: only one that hangs on a stated unknown.
            if self.facts[name].origin is Origin.NOT_STATED and any(
                when is not None
                and (implied.before is None or self.phase.rank < implied.before.rank)
                and not self.explicit.isdisjoint(when.reads)
                and self.ask(when, self.values, IS_OPEN)
                and implied.on(self.case.as_of) != field.declared
                for implied, when in entries[name]
            ):
                yield name


def _unreasoned(
    subject: Subject,
    stated: Mapping[str, Fact],
    values: Mapping[str, Value],
    implied: Mapping[str, Fact],
    explicit: frozenset[str],
    ask: Ask,
) -> dict[str, Fact]:
    # Whoever judges against the signs, or while a sign hangs on what could not be told, says why, in the fact's
    # source; until then the judgement is open.
    fields = subject.fields
    judging_notes = {fields[name].judged_by for name in _sort(subject).notes}
    judged = {
        name: fact
        for name, fact in stated.items()
        if fact.origin is Origin.STATED and fact.value is not UNKNOWN and not fact.source.strip()
    }
    # What sets a note or a bar aside counts only as somebody's judgement.
    aside = {
        name
        for name, fact in judged.items()
        if (name in judging_notes and fact.value is True)
        or (fields[name].needs_source and fact.value != fields[name].declared)
    }
    if not judged:
        return {}
    found = {name: _without_reason(judged[name]) for name in aside}
    usual = [
        name
        for name in judged
        if name not in aside and fields[name].indicators and is_usual_conclusion(fields[name], judged[name])
    ]
    values = {**values, **_values_of(implied)}
    while True:
        # A judgement that is opened is a sign in its turn: go on until none is found.
        values |= dict.fromkeys(found, UNKNOWN)
        more = raised_by_signs(
            [name for name in usual if name not in found], fields, values, explicit.union(found), ask
        )
        if not more:
            return found
        found |= {name: _without_reason(judged[name]) for name in more}


def _without_reason(fact: Fact) -> Fact:
    return Fact(field=fact.field, value=UNKNOWN, origin=Origin.UNREASONED, span=fact.span)


def _unjudged(notes: Iterable[str], fields: Mapping[str, Field], facts: Mapping[str, Fact]) -> Iterator[str]:
    # "Nothing else" beside a note that says something else: somebody must say that the note doesn't matter.
    for name in notes:
        if facts[name].value not in (UNKNOWN, "") and facts[fields[name].judged_by].value is not True:
            yield name


def _doubtful(
    subject: Subject,
    facts: Mapping[str, Fact],
    values: Mapping[str, Value],
    explicit: frozenset[str],
    may_be_otherwise: Iterable[str],
    ask: Ask,
) -> Iterator[str]:
    # What has not come yet is no doubt: pending facts are left out. Told as unknown, it raises a sign all the same.
    def is_open(name: str) -> bool:
        return facts[name].value is UNKNOWN and facts[name].origin is not Origin.PENDING

    raised = raised_by_signs(filter(is_open, _sort(subject).judged), subject.fields, values, explicit, ask)
    return filter(is_open, (*explicit, *raised, *may_be_otherwise))


def _undescribed(case: Case, texts: tuple[str, ...], facts: Mapping[str, Fact]) -> str:
    is_told = case.name.strip() or any(facts[name].value not in (UNKNOWN, "") for name in texts)
    return "" if is_told or not texts else texts[-1]


def _waiting(
    case: Case, names: Iterable[str], fields: Mapping[str, Field], facts: Mapping[str, Fact]
) -> dict[str, bool]:
    """Say of each event that has a term which has begun whether it still runs, where that can be counted."""
    found: dict[str, bool] = {}
    for name in names:
        term = fields[name].term
        start = facts[term.after].value if term is not None else UNKNOWN
        if term is not None and isinstance(start, int) and start != NOT_HAPPENED:
            runs = term.runs(start, case.as_of)
            if runs is not None:
                found[name] = runs
    return found


def _is_early(field: Field, subject: Subject, phase: Phase) -> bool:
    is_event = subject.has_phases and field.role is Role.EVENT
    return is_event and field.phase is not None and phase.rank < field.phase.rank


def is_pending(value: Value) -> bool:
    """Tell whether the value of an event says no more than that it has not come yet."""
    return value is UNKNOWN or value is False or value in (NOT_HAPPENED, _NONE)


def _pending(fact: Fact) -> Fact:
    return Fact(field=fact.field, value=UNKNOWN, origin=Origin.PENDING, span=fact.span)


def _situation(
    case: Case,
    subject: Subject,
    facts: Mapping[str, Fact],
    told: Mapping[str, Value],
    program: CompiledSubject,
) -> Situation:
    texts = _sort(subject).texts
    # No condition may read a text, so the engines are given none.
    values = {name: v for name, v in told.items() if v is not UNKNOWN and name not in texts}
    values[AS_OF] = case.as_of
    values[AREA] = frozenset(chain_of(case.area))
    for name in program.dates:
        day = _dating_day(case, facts[name])
        if day is not None:
            values[dating_field(name)] = day
    return Situation(subject.name, MappingProxyType(values))


def _dating_day(case: Case, fact: Fact) -> int | None:
    # What has not come, or didn't happen, is judged by the case's day; of what is unknown no day is known.
    if isinstance(fact.value, int) and fact.value != NOT_HAPPENED:
        return fact.value
    if fact.origin is Origin.PENDING or fact.value == NOT_HAPPENED:
        return case.as_of
    return None
