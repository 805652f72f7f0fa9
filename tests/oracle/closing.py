"""Close a case, naively: `docs/meaning.md`, "Closing a case", step by step.

It shares only types with `evaluation.closing`. A fact is a value or `UNKNOWN`; what nobody told is in no dictionary.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import chinese_calendar

from oracle.doubts import names_in, names_of
from oracle.interpreter import OPEN, TRUE, Instance, truth
from policy_engine.model import conditions as c
from policy_engine.model.cases import Case, Situation
from policy_engine.model.lexicon import Certainty, Indication
from policy_engine.model.rules import Impossible, Rule, RuleSet
from policy_engine.model.values import NOT_HAPPENED, UNKNOWN, Value
from policy_engine.model.vocabulary import DayPart, Field, FieldType, Implied, Phase, Role, Subject

PHASES = list(Phase)
UNDONE = (UNKNOWN, NOT_HAPPENED, "无")
Facts = Mapping[str, Value]


class Told(Instance):
    """Facts alone: nothing is computed."""

    def is_computed(self, name: str) -> bool:
        return False

    @property
    def rules(self) -> list[Rule]:
        return []


@dataclass(frozen=True)
class Closed:
    """What a case comes to. `values`: what the engines are given, known facts only; `left`: the facts nobody knows;
    `supposed`: those that only words tell, of which nothing is usual;
    `running`: the events whose term runs; `spared`: those the declaration leaves open since it would make facts impossible."""

    values: dict[str, Value]
    doubts: set[str]
    supposed: dict[str, Value]
    phase: Phase
    left: set[str]
    is_declared: bool
    spared: set[str]
    running: set[str]


@dataclass(frozen=True)
class Closing:
    """One subject of a case while it is closed."""

    rule_set: RuleSet
    case: Case
    subject: Subject

    @property
    def fields(self) -> Mapping[str, Field]:
        return self.subject.fields

    @property
    def told(self) -> dict[str, Value]:
        return {name: fact.value for name, fact in self.case.subjects[self.subject.name].items()}

    def has_source(self, name: str) -> bool:
        return bool(self.case.subjects[self.subject.name][name].source.strip())

    def holds(self, condition: c.Condition, facts: Facts) -> int:
        place = {c.AS_OF: self.case.as_of, c.AREA: self.chain()}
        return truth(Told(self.rule_set, Situation(self.subject.name, {**facts, **place})), condition)

    def chain(self) -> frozenset[str]:
        code = self.case.area
        return frozenset((code, code[:6], code[:4] + "00", code[:2] + "0000", "000000"))


def close(rule_set: RuleSet, case: Case, subject: str) -> Closed:
    """Close one subject of a case."""
    closing = Closing(rule_set, case, rule_set.vocabulary.subjects[subject])
    phase = phase_of(closing)
    facts = {**implied(closing, phase), **closing.told}
    while unreasoned := {name for name in closing.told if lacks_reason(closing, name, facts)}:
        facts |= dict.fromkeys(unreasoned, UNKNOWN)
    asked = {name for name, value in facts.items() if value is UNKNOWN}
    may_be_otherwise = {name for name in closing.fields if may_be_implied(closing, name, phase)}
    is_declared = counts(closing, facts)
    more, spared = (
        consistently_declared(closing, facts, asked, may_be_otherwise) if is_declared else ({}, set())
    )
    facts |= more
    pending = {name for name in closing.fields if is_premature(closing, name, facts, phase)}
    open_conclusions = {n for n, f in closing.fields.items() if f.role is Role.CONCLUSION and n not in facts}
    running = {name for name in pending if in_term(closing, name, facts) is True}
    facts = {name: value for name, value in facts.items() if name not in pending}
    doubts = (asked - pending) | those_raised(closing, open_conclusions, facts, asked)
    doubts |= may_be_otherwise - facts.keys() - pending
    known = {name: value for name, value in facts.items() if value is not UNKNOWN}
    values = {**readable(closing, known), **dated(closing, known, pending)}
    opened, raised, supposing = opened_by_words(closing, known, asked, pending, set(more), phase)
    known = {name: value for name, value in known.items() if name not in opened}
    gone = opened | {c.dating_field(name) for name in opened}
    return Closed(
        values={name: value for name, value in values.items() if name not in gone},
        doubts=doubts | raised,
        supposed=supposing,
        phase=phase,
        left=closing.fields.keys() - known.keys() - pending,
        is_declared=is_declared,
        spared=spared,
        running=running,
    )


# The phase.


def phase_of(closing: Closing) -> Phase:
    if not closing.subject.has_phases:
        return PHASES[0] if closing.subject.has_duties else PHASES[-1]
    if closing.case.is_phase_stated:
        return closing.case.phase
    shown = [
        closing.fields[name].happens
        for name, value in closing.told.items()
        if value not in UNDONE and value is not False
    ]
    return max([PHASES[0], *filter(None, shown)], key=PHASES.index)


# What words imply.


def implied(closing: Closing, phase: Phase) -> dict[str, Value]:
    found = {}
    for name, field in closing.fields.items():
        entries = [
            implied_value(entry, closing.case.as_of)
            for entry in field.implied
            if (entry.before is None or PHASES.index(phase) < PHASES.index(entry.before))
            and (entry.when is None or closing.holds(entry.when, closing.told) == TRUE)
            and not speaks_past_signs(closing, field, entry)
        ]
        if name not in closing.told and entries:
            found[name] = entries[0]
    return found


def speaks_past_signs(closing: Closing, field: Field, entry: Implied) -> bool:
    """Whether an entry would call a conclusion usual beside a sign that it has not looked at."""
    weighed = names_of(entry.when) if entry.when is not None else set()
    untold = {name for name, value in closing.told.items() if value is UNKNOWN}
    signs = [sign for sign in field.indicators if not names_of(sign) <= weighed]
    is_usual = field.role is Role.CONCLUSION and implied_value(entry, closing.case.as_of) == field.declared
    return is_usual and any(
        closing.holds(sign, closing.told) == TRUE
        or (closing.holds(sign, closing.told) == OPEN and names_of(sign) & untold)
        for sign in signs
    )


def may_be_implied(closing: Closing, name: str, phase: Phase) -> bool:
    """Whether an entry that hangs on something told to be unknown would make a field unlike what is usual."""
    untold = {told for told, value in closing.told.items() if value is UNKNOWN}
    field = closing.fields[name]
    return (
        name not in closing.told
        and name not in implied(closing, phase)
        and any(
            closing.holds(entry.when, closing.told) == OPEN
            and names_of(entry.when) & untold
            and implied_value(entry, closing.case.as_of) != field.declared
            for entry in field.implied
            if entry.when is not None
            if entry.before is None or PHASES.index(phase) < PHASES.index(entry.before)
        )
    )


def implied_value(entry: Implied, as_of: int) -> Value:
    if entry.part is None:
        return entry.value
    day = date.fromordinal(as_of)
    return {DayPart.YEAR: day.year, DayPart.MONTH: day.month}[entry.part]


# Judgements.


def lacks_reason(closing: Closing, name: str, facts: Facts) -> bool:
    field, value = closing.fields[name], facts[name]
    if value is UNKNOWN or closing.has_source(name):
        return False
    if value is True and name in [other.judged_by for other in closing.fields.values()]:
        return True
    if field.needs_source and value != field.declared:
        return True
    is_usual = field.role is Role.CONCLUSION and field.declared is not None and value == field.declared
    return is_usual and is_raised(closing, field, facts, {n for n, v in facts.items() if v is UNKNOWN})


# The declaration.


def counts(closing: Closing, facts: Facts) -> bool:
    declaration = closing.case.declaration
    if declaration is None or not declaration.by.strip():
        return False
    notes = [field for field in closing.fields.values() if field.judged_by]
    return all(
        facts.get(note.name, UNKNOWN) in (UNKNOWN, "") or facts.get(note.judged_by) is True for note in notes
    )


def consistently_declared(
    closing: Closing, facts: Facts, asked: set[str], left: set[str]
) -> tuple[dict[str, Value], set[str]]:
    barred: set[str] = set()
    while True:
        found = declared(closing, facts, asked, barred | left)
        clashing = {
            name
            for rule in impossible_rules(closing)
            if closing.holds(both(rule), {**facts, **found}) == TRUE != closing.holds(both(rule), facts)
            for name in names_in(rule)
        } | {
            name
            for rule in impossible_rules(closing)
            for limb in limbs(rule)
            if names_of(limb) & asked and closing.holds(limb, {**facts, **found}) == OPEN
            for name in names_of(limb)
        }
        if not clashing & found.keys():
            return found, barred
        barred |= clashing


def impossible_rules(closing: Closing) -> list[Rule]:
    return [
        rule
        for rule in closing.rule_set.rules
        if isinstance(rule.kind, Impossible) and closing.subject.name in rule.subjects
    ]


def limbs(rule: Rule) -> list[c.Condition]:
    parts = rule.when.parts if isinstance(rule.when, c.Any) else (rule.when,)
    return [c.All((rule.scope, part), rule.span) for part in parts]


def both(rule: Rule) -> c.Condition:
    return c.All((rule.scope, rule.when), rule.span)


def declared(closing: Closing, facts: Facts, asked: set[str], barred: set[str]) -> dict[str, Value]:
    usual = {
        name: field.declared
        for name, field in closing.fields.items()
        if field.role in (Role.FLAG, Role.CONCLUSION) and field.declared is not None
        if not field.constitutive and name not in facts and name not in barred
    }
    conclusions = {name for name in usual if closing.fields[name].role is Role.CONCLUSION}
    found = {name: value for name, value in usual.items() if name not in conclusions}
    for _ in conclusions:
        now = {**facts, **found}
        still_open = conclusions - found.keys()
        found |= {name: usual[name] for name in still_open - those_raised(closing, still_open, now, asked)}
    return found


def those_raised(closing: Closing, among: set[str], facts: Facts, asked: set[str]) -> set[str]:
    """Name the open conclusions that a sign raises, and those whose signs read one of them."""
    found: set[str] = set()
    while more := {n for n in among - found if is_raised(closing, closing.fields[n], facts, asked | found)}:
        found |= more
    return found


def is_raised(closing: Closing, field: Field, facts: Facts, asked: set[str]) -> bool:
    found = [(closing.holds(sign, facts), names_of(sign)) for sign in field.indicators]
    return any(truth == TRUE or (truth == OPEN and names & asked) for truth, names in found)


# What has not come yet, and days.


def is_premature(closing: Closing, name: str, facts: Facts, phase: Phase) -> bool:
    field, value = closing.fields[name], facts.get(name, UNKNOWN)
    is_undone = value is False or value in UNDONE
    runs = in_term(closing, name, facts)
    if runs is not None:
        return is_undone and runs
    if not closing.subject.has_phases or field.role is not Role.EVENT or field.phase is None:
        return False
    return is_undone and PHASES.index(phase) < PHASES.index(field.phase)


def in_term(closing: Closing, name: str, facts: Facts) -> bool | None:
    """Say whether an event's term runs; nothing where it has none, none has begun, or days of it can't be counted."""
    term = closing.fields[name].term
    start = facts.get(term.after, UNKNOWN) if term is not None else UNKNOWN
    if term is None or start in UNDONE:
        return None
    if closing.case.as_of <= start + term.days:
        return True
    # One day after the other: how many of them are worked, and whether the last one is.
    if term.is_working:
        days = [is_worked(day) for day in range(start + 1, closing.case.as_of + 1)]
        return None if None in days else days.count(True) <= term.days
    days = [is_worked(day) for day in range(start + term.days, closing.case.as_of)]
    return None if None in days else True not in days


def is_worked(day: int) -> bool | None:
    """Say whether a day is worked, as was announced for its year."""
    known = {one.year for one in chinese_calendar.constants.holidays}
    that = date.fromordinal(day)
    return chinese_calendar.is_workday(that) if that.year in known else None


def readable(closing: Closing, known: Facts) -> dict[str, Value]:
    return {n: v for n, v in known.items() if closing.fields[n].type is not FieldType.TEXT}


def dated(closing: Closing, known: Facts, pending: Iterable[str]) -> dict[str, Value]:
    found: dict[str, Value] = {c.AS_OF: closing.case.as_of, c.AREA: closing.chain()}
    names = {r.dated_by for r in closing.rule_set.rules if closing.subject.name in r.subjects} - {c.AS_OF}
    for name in names:
        day = known.get(name, UNKNOWN)
        if name in pending or (day is not UNKNOWN and day == NOT_HAPPENED):
            found[c.dating_field(name)] = closing.case.as_of
        elif day is not UNKNOWN:
            found[c.dating_field(name)] = day
    return found


# Words.


def opened_by_words(
    closing: Closing, known: Facts, asked: set[str], pending: set[str], declared: set[str], phase: Phase
) -> tuple[set[str], set[str], dict[str, Value]]:
    """Name what words open of what is known, and what they put in doubt; give what they suppose."""
    spoken_against = {name for name in known if is_opened(closing, name, known[name], phase)}
    judged = {name for name in known if is_judged_usual(closing, name, known[name])}
    sure = surely_heard(closing)
    of_the_sure = {name for name in known if is_opened(sure, name, known[name], phase)}
    _, against, _ = heard(sure, known, of_the_sure, asked, pending, declared | judged)
    return heard(closing, known, spoken_against | (judged & against), asked, pending, declared)


def is_judged_usual(closing: Closing, name: str, value: Value) -> bool:
    field = closing.fields[name]
    is_usual = field.role is Role.CONCLUSION and field.declared is not None and value == field.declared
    return is_usual and name in closing.told and not closing.has_source(name)


def surely_heard(closing: Closing) -> Closing:
    """Give the same case as if its words said only what they say for sure."""
    name = closing.subject.name
    words = [
        one
        for one in closing.case.indications.get(name, ())
        if one.certainty in (Certainty.STATED, Certainty.IMPLIED)
    ]
    return replace(closing, case=replace(closing.case, indications={name: tuple(words)}))


def heard(
    closing: Closing,
    known: Facts,
    opening: set[str],
    asked: set[str],
    pending: set[str],
    declared: set[str],
) -> tuple[set[str], set[str], dict[str, Value]]:
    opened, raised = set(opening), set[str]()
    pointed = {
        name: {one.value for one in told_of(closing, name)}
        for name in closing.fields.keys() - closing.told.keys() - known.keys() - pending
        if closing.fields[name].declared is None
    }
    supposing = {name: next(iter(values)) for name, values in pointed.items() if len(values) == 1}
    while True:
        left = {name: value for name, value in known.items() if name not in opened}
        unknown = closing.fields.keys() - left.keys()
        indicated = opening | {
            name for name in unknown - pending - supposing.keys() if is_indicated(closing, name)
        }
        now = {**left, **supposing}
        found = {
            name
            for name in (unknown - closing.told.keys() - pending) | declared
            for sign in closing.fields[name].indicators
            if closing.fields[name].role is Role.CONCLUSION
            if (closing.holds(sign, now) == OPEN and names_of(sign) & (indicated | asked | raised))
            or (closing.holds(sign, now) == TRUE and names_of(sign) & supposing.keys())
        }
        if found <= raised:
            return opened, indicated | raised, supposing
        raised |= found
        opened |= raised & known.keys()


def is_opened(closing: Closing, name: str, value: Value, phase: Phase) -> bool:
    field = closing.fields[name]
    contrary = [one for one in told_of(closing, name) if speaks_against(one, value)]
    if name not in closing.told:
        is_early = closing.subject.has_phases and field.role is Role.EVENT and field.phase is not None
        is_early = is_early and PHASES.index(phase) < PHASES.index(field.phase)
        return bool(contrary) and not is_early
    sure = [Certainty.STATED]
    sure += [] if field.type in (FieldType.NUMBER, FieldType.DATE) else [Certainty.IMPLIED]
    is_of_a_kind = field.role in (Role.FLAG, Role.CONCLUSION, Role.ELEMENT, Role.PLAN)
    return is_of_a_kind and not closing.has_source(name) and any(one.certainty in sure for one in contrary)


def told_of(closing: Closing, name: str) -> list[Indication]:
    field = closing.fields[name]
    if field.role in (Role.DERIVED, Role.NOTE) or field.type is FieldType.TEXT:
        return []
    found = closing.case.indications.get(closing.subject.name, ())
    return [one for one in found if one.field == name and not is_set_aside(closing, one.text)]


def is_set_aside(closing: Closing, text: str) -> bool:
    judge = closing.fields[text].judged_by if text in closing.fields else ""
    return bool(judge) and closing.told.get(judge) is True and closing.has_source(judge)


def is_indicated(closing: Closing, name: str) -> bool:
    usual = closing.fields[name].declared
    return any(usual is None or speaks_against(one, usual) for one in told_of(closing, name))


def speaks_against(one: Indication, value: Value) -> bool:
    if not isinstance(value, frozenset):
        return one.value != value
    return bool((one.value if isinstance(one.value, frozenset) else {one.value}) - value)
