"""Close a case: what the declaration states, what the phase makes not yet known, what dates the rules.

The law of each step is in docs/meaning.md; nothing is ever guessed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from types import MappingProxyType

from policy_engine.compilation import CompiledSubject
from policy_engine.compilation.reads import fields_read
from policy_engine.evaluation.declaring import (
    Base,
    consistently_declared,
    is_closable,
    is_explicit,
    is_raised,
    is_usual_conclusion,
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
from policy_engine.evaluation.truth import Derivations, nothing_derived, truth
from policy_engine.foundation.logic import Truth
from policy_engine.foundation.records import dataclass
from policy_engine.model.areas import chain_of
from policy_engine.model.cases import Case, Fact, Origin, Situation
from policy_engine.model.conditions import AREA, AS_OF, dating_field
from policy_engine.model.lexicon import Indication
from policy_engine.model.values import NOT_HAPPENED, UNKNOWN, Known, Value
from policy_engine.model.vocabulary import Field, FieldType, Implied, Phase, Role, Subject

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
    opened: Mapping[str, Fact] = dataclasses.field(default_factory=lambda: MappingProxyType({}))
    before: Situation | None = None
    supposed: Mapping[str, Known] = dataclasses.field(default_factory=lambda: MappingProxyType({}))


def close_subject(case: Case, subject: Subject, program: CompiledSubject) -> ClosedSubject:
    """Close one subject of a case; what its words point to comes last, and only opens what is closed."""
    closed = _close(case, subject, program)
    # Whether a note is set aside is known only once the judgements of its subject are closed.
    indications = tuple(one for one in heeded(case, subject) if not _is_set_aside(one.text, subject, closed))
    return _opened_by_words(closed, indications, case, subject, program) if indications else closed


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
) -> ClosedSubject:
    fields = subject.fields
    hearing = _Hearing(closed, subject, case.subjects[subject.name])
    heard = hearing.of(indications, opening=hearing.contested(indications))
    # A missing declaration is asked for only where it would close something that no words speak of.
    by_declaration = [name for name, fact in closed.facts.items() if is_closable(fields[name], fact)]
    beyond = {one.field for one in indications if points_beyond(one, fields[one.field])}
    return dataclasses.replace(
        closed,
        facts=MappingProxyType(heard.facts),
        situation=_situation(case, subject, heard.facts, program),
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
            n for n in fields if n in judged or _may_be_raised(fields[n], facts[n], n in self.told)
        ]
        raised: set[str] = set()
        # What words have opened raises conclusions as a stated unknown does; those open in their turn.
        while True:
            pointed = set(indicated(facts, indications, fields)) - supposing.keys()
            doubts = frozenset({*names, *raised, *pointed})
            reads = doubts | explicit
            found = set(raised_by(conclusions, facts, reads, fields, nothing_derived(fields), supposing))
            if found <= raised:
                return _Heard(facts, doubts, frozenset(raised), supposing)
            raised |= found
            # Only what somebody closed is opened again; the other raised ones are open as they are.
            facts = _opened(
                facts, {name for name in raised if name in judged or facts[name].origin is Origin.DECLARED}
            )


def _opened(facts: Mapping[str, Fact], names: Collection[str]) -> dict[str, Fact]:
    return {
        name: fact
        if name not in names
        else Fact(field=name, value=UNKNOWN, origin=Origin.UNREASONED, span=fact.span)
        if fact.origin is Origin.STATED
        else _unstated(name)
        for name, fact in facts.items()
    }


def _may_be_raised(field: Field, fact: Fact, is_told: bool) -> bool:
    is_open = fact.value is UNKNOWN and fact.origin is not Origin.PENDING and not is_told
    return field.role is Role.CONCLUSION and (is_open or fact.origin is Origin.DECLARED)


def _close(case: Case, subject: Subject, program: CompiledSubject) -> ClosedSubject:
    stated = case.subjects[subject.name]
    phase = phase_of(case, subject)
    facts = {name: stated.get(name) or _unstated(name) for name in subject.fields}
    # Like implied values, by the stated facts alone: nothing implied implies anything further.
    may_be_otherwise = frozenset(_may_be_implied(case, subject.fields, facts, phase))
    facts |= _implied(case, subject.fields, facts, phase)
    # Before the declaration: a judgement without a reason is open, and keeps others from closing.
    facts |= _unreasoned(subject.fields, facts)
    may_be_otherwise -= {name for name, fact in facts.items() if fact.origin is Origin.IMPLIED}
    open_flags = [name for name, fact in facts.items() if is_closable(subject.fields[name], fact)]
    unjudged = tuple(_unjudged(subject.fields, facts))
    is_signed = case.declaration is not None and case.declaration.is_signed
    if is_signed and not unjudged:
        settled = [name for name in open_flags if name not in may_be_otherwise]
        facts |= consistently_declared(settled, subject.fields, facts, Base(case, program, facts))
    waiting = _waiting(case, subject.fields, facts)
    pending = {
        name: _pending(fact)
        for name, fact in facts.items()
        if waiting.get(name, _is_early(subject.fields[name], subject, phase)) and is_pending(fact)
    }
    told, facts = facts, facts | pending
    doubtful = frozenset(_doubtful(subject.fields, facts, told, may_be_otherwise))
    return ClosedSubject(
        facts=MappingProxyType(facts),
        situation=_situation(case, subject, facts, program),
        phase=phase,
        doubtful=doubtful,
        unjudged=unjudged,
        mattering=tuple(n for n in unjudged if facts[subject.fields[n].judged_by].value is False),
        asks_declaration=not is_signed and bool(open_flags),
        undescribed=_undescribed(case, subject.fields, facts),
        running=frozenset(name for name in pending if waiting.get(name)),
    )


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
def _unstated(name: str) -> Fact:
    return Fact(field=name, value=UNKNOWN, origin=Origin.NOT_STATED)


def _implied(
    case: Case, fields: Mapping[str, Field], facts: Mapping[str, Fact], phase: Phase
) -> dict[str, Fact]:
    # What the words themselves imply: a hospital is no mine. Only from stated facts, and never over one.
    values = {name: fact.value for name, fact in facts.items()}
    derived = nothing_derived(fields)
    found: dict[str, Fact] = {}
    for name, fact in facts.items():
        if fact.origin is not Origin.NOT_STATED:
            continue
        field = fields[name]
        for implied in field.implied:
            value = implied.on(case.as_of)
            is_early = implied.before is None or phase.rank < implied.before.rank
            holds = implied.when is None or truth(implied.when, values, derived) is Truth.TRUE
            is_usual = field.role is Role.CONCLUSION and value == field.declared
            if is_early and holds and not (is_usual and _is_doubted(field, implied, facts, values, derived)):
                found[name] = Fact(field=name, value=value, origin=Origin.IMPLIED, source=implied.because)
                break
    return found


def _is_doubted(
    field: Field,
    implied: Implied,
    facts: Mapping[str, Fact],
    values: Mapping[str, Value],
    derived: Derivations,
) -> bool:
    # What an entry has weighed itself is no sign against it: a renewal, where it adds up the months.
    weighed = frozenset(fields_read(implied.when)) if implied.when is not None else frozenset()
    signs = [sign for sign in field.indicators if not weighed.issuperset(fields_read(sign))]
    doubts = {name for name, fact in facts.items() if is_explicit(fact)}
    return is_raised(signs, values, doubts, derived)


def _may_be_implied(
    case: Case, fields: Mapping[str, Field], facts: Mapping[str, Fact], phase: Phase
) -> Iterator[str]:
    """Name the fields that what is stated as unknown may imply to be otherwise than usual."""
    values = {name: fact.value for name, fact in facts.items()}
    derived = nothing_derived(fields)
    explicit = {name for name, fact in facts.items() if is_explicit(fact)}
    if not explicit:
        return
    for name, field in fields.items():
        # An entry that is open because nobody spoke doesn't count: only one that hangs on a stated unknown.
        if facts[name].origin is Origin.NOT_STATED and any(
            implied.when is not None
            and (implied.before is None or phase.rank < implied.before.rank)
            and not explicit.isdisjoint(fields_read(implied.when))
            and truth(implied.when, values, derived) is Truth.UNKNOWN
            and implied.on(case.as_of) != field.declared
            for implied in field.implied
        ):
            yield name


def _unreasoned(fields: Mapping[str, Field], facts: Mapping[str, Fact]) -> dict[str, Fact]:
    # Whoever judges against the signs, or while a sign hangs on what could not be told, says why, in the fact's
    # source; until then the judgement is open.
    judging_notes = {field.judged_by for field in fields.values()}
    judged = {
        name: fact
        for name, fact in facts.items()
        if fact.origin is Origin.STATED and fact.value is not UNKNOWN and not fact.source.strip()
    }
    # What sets a note or a bar aside counts only as somebody's judgement.
    aside = {
        name
        for name, fact in judged.items()
        if (name in judging_notes and fact.value is True)
        or (fields[name].needs_source and fact.value != fields[name].declared)
    }
    found = {name: _without_reason(judged[name]) for name in aside}
    usual = [name for name in judged if name not in aside and is_usual_conclusion(fields[name], judged[name])]
    while True:
        # A judgement that is opened is a sign in its turn: go on until none is found.
        now = {**facts, **found}
        values = {name: fact.value for name, fact in now.items()}
        more = raised_by_signs([name for name in usual if name not in found], fields, values, now)
        if not more:
            return found
        found |= {name: _without_reason(judged[name]) for name in more}


def _without_reason(fact: Fact) -> Fact:
    return Fact(field=fact.field, value=UNKNOWN, origin=Origin.UNREASONED, span=fact.span)


def _unjudged(fields: Mapping[str, Field], facts: Mapping[str, Fact]) -> Iterator[str]:
    # "Nothing else" beside a note that says something else: somebody must say that the note doesn't matter.
    for name, field in fields.items():
        if (
            field.judged_by
            and facts[name].value not in (UNKNOWN, "")
            and facts[field.judged_by].value is not True
        ):
            yield name


def _undescribed(case: Case, fields: Mapping[str, Field], facts: Mapping[str, Fact]) -> str:
    texts = [name for name, field in fields.items() if field.describes]
    is_told = case.name.strip() or any(facts[name].value not in (UNKNOWN, "") for name in texts)
    return "" if is_told or not texts else texts[-1]


def _doubtful(
    fields: Mapping[str, Field],
    facts: Mapping[str, Fact],
    told: Mapping[str, Fact],
    may_be_otherwise: Collection[str],
) -> Iterator[str]:
    # What has not come yet is no doubt: pending facts are left out. Told as unknown, it raises a sign all the same.
    values = {name: fact.value for name, fact in facts.items()}
    unknown = [n for n, fact in facts.items() if fact.value is UNKNOWN and fact.origin is not Origin.PENDING]
    raised = raised_by_signs([n for n in unknown if fields[n].role is Role.CONCLUSION], fields, values, told)
    for name in unknown:
        if is_explicit(facts[name]) or name in raised or name in may_be_otherwise:
            yield name


def _waiting(case: Case, fields: Mapping[str, Field], facts: Mapping[str, Fact]) -> dict[str, bool]:
    """Say of each event that has a term which has begun whether it still runs, where that can be counted."""
    found: dict[str, bool] = {}
    for name, field in fields.items():
        start = facts[field.term.after].value if field.term is not None else UNKNOWN
        if field.term is not None and isinstance(start, int) and start != NOT_HAPPENED:
            runs = field.term.runs(start, case.as_of)
            if runs is not None:
                found[name] = runs
    return found


def _is_early(field: Field, subject: Subject, phase: Phase) -> bool:
    is_event = subject.has_phases and field.role is Role.EVENT
    return is_event and field.phase is not None and phase.rank < field.phase.rank


def is_pending(fact: Fact) -> bool:
    """Tell whether a fact says of an event no more than that it has not come yet."""
    return fact.value is UNKNOWN or fact.value is False or fact.value in (NOT_HAPPENED, _NONE)


def _pending(fact: Fact) -> Fact:
    return Fact(field=fact.field, value=UNKNOWN, origin=Origin.PENDING, span=fact.span)


def _situation(
    case: Case, subject: Subject, facts: Mapping[str, Fact], program: CompiledSubject
) -> Situation:
    return Situation(subject.name, MappingProxyType(_values(case, subject, facts, program.dates)))


def _values(
    case: Case, subject: Subject, facts: Mapping[str, Fact], dates: Iterable[str]
) -> dict[str, Value]:
    values: dict[str, Value] = {
        name: fact.value
        for name, fact in facts.items()
        # No condition may read a text, so the engines are given none.
        if fact.value is not UNKNOWN and subject.fields[name].type is not FieldType.TEXT
    }
    values[AS_OF] = case.as_of
    values[AREA] = frozenset(chain_of(case.area))
    for name in dates:
        day = _dating_day(case, facts[name])
        if day is not None:
            values[dating_field(name)] = day
    return values


def _dating_day(case: Case, fact: Fact) -> int | None:
    # What has not come, or didn't happen, is judged by the case's day; of what is unknown no day is known.
    if isinstance(fact.value, int) and fact.value != NOT_HAPPENED:
        return fact.value
    if fact.origin is Origin.PENDING or fact.value == NOT_HAPPENED:
        return case.as_of
    return None
