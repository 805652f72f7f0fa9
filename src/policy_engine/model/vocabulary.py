"""The vocabulary: subjects and their fields. Written in `vocabulary/`, loaded from `schemas/`, never written in code."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final

from policy_engine.foundation.records import dataclass, field
from policy_engine.foundation.spans import Span
from policy_engine.model.calendar import iso
from policy_engine.model.conditions import Condition
from policy_engine.model.values import Known
from policy_engine.model.working_days import announced

# Of a field, what is only said: nothing is decided by it, and nothing can be filled in otherwise for it.
FIELD_WORDS: Final = (
    "title",
    "description",
    "supplier",
    "question",
    "group",
    "first",
    "was",
    "formerly",
    "span",
)


class Role(Enum):
    """What kind of fact a field holds; decides what a declaration closes."""

    ELEMENT = "element"
    PLAN = "plan"
    EVENT = "event"
    FLAG = "flag"
    CONCLUSION = "conclusion"
    DERIVED = "derived"
    NOTE = "note"


class FieldType(Enum):
    BOOLEAN = "boolean"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    LIST = "list"
    TEXT = "text"


class Phase(Enum):
    """The phases of a purchase, in order. `rank` counts from 0."""

    rank: int

    PROJECT = "立项"
    PROCUREMENT = "采购"
    CONTRACT = "合同"
    PERFORMANCE = "履约"
    EVALUATION = "绩效"

    def __init__(self, _: str) -> None:
        # An attribute: a decision asks for it thousands of times.
        self.rank = len(type(self).__members__)


class DayPart(Enum):
    """What of the case's day a number can be taken from."""

    YEAR = "年"
    MONTH = "月"

    def of(self, day: int) -> int:
        """Take this part of a day."""
        year, month, _ = iso(day).split("-")
        return int({DayPart.YEAR: year, DayPart.MONTH: month}[self])


@dataclass(frozen=True, slots=True)
class Implied:
    """A value that other facts, the phase, or the subject's very name imply where the field is not stated.

    With `part`, the value is that part of the case's day.
    """

    when: Condition | None
    before: Phase | None
    value: Known
    because: str
    part: DayPart | None = None

    def on(self, day: int) -> Known:
        """Give the value that is implied in a case of a day."""
        return self.value if self.part is None else self.part.of(day)


@dataclass(frozen=True, slots=True)
class Term:
    """Within how many days an event has to follow on another one; `is_working`: only working days are counted."""

    after: str
    days: int
    is_working: bool

    def runs(self, start: int, day: int) -> bool | None:
        """Tell whether the term from a day on still runs on another; `None` where holidays aren't announced.

        The first day isn't counted; a term of days that would end on a holiday ends on the next working day.
        """
        last = start + self.days
        # Working days are days: none of these terms is over sooner.
        if day <= last:
            return True
        if self.is_working:
            passed = announced().between(start, day)
            return None if passed is None else passed <= self.days
        worked = announced().between(last - 1, day - 1)
        return None if worked is None else worked == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One fact's place in a subject. `scale`: decimal places of a number; bounds are in that scale.

    `constitutive`: every ordinary case has it, so no declaration closes it; `declared` is then only its usual value.
    `needs_source`: told at another value than the usual one, it counts only where its source says who judged so.
    `phase`: before it an event is not yet due; `happens`: where the event is stated to have happened, the matter is
    at least in this phase; `term`: how soon it has to follow on another event. `judged_by`: of a note, the conclusion
    by which a named person sets it aside.
    `describes`: one of the texts without which nobody knows what is decided upon. `changeable`: a project can still
    be planned otherwise in it; what a thing is can't be, nor is it to be called something else (`None`: as its role
    says). `items`: the choice for each class of procurement items, by short code. `found_as`: what a thing is called
    that a finding puts into some category. `criteria`: what can be seen where the answer is such, by 是 and 否 or by
    choice; `typical_yes`, `typical_no`: cases of either answer, told beside the question. `group`: the heading it
    stands under in a form; `first`: what a short form asks; `was`: names that it replaced, and how to say there what
    they said.
    """

    name: str
    subject: str
    title: str
    description: str
    type: FieldType
    role: Role
    choices: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    items: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    unit: str = ""
    scale: int = 0
    minimum: int | None = None
    maximum: int | None = None
    supplier: str = ""
    question: str = ""
    phase: Phase | None = None
    happens: Phase | None = None
    term: Term | None = None
    declared: Known | None = None
    constitutive: bool = False
    needs_source: bool = False
    judged_by: str = ""
    describes: bool = False
    criteria: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    indicators: tuple[Condition, ...] = ()
    implied: tuple[Implied, ...] = ()
    finding: bool = False
    found_as: str = ""
    changeable: bool | None = None
    typical_yes: str = ""
    typical_no: str = ""
    group: str = ""
    first: bool = False
    was: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    formerly: Mapping[str, Mapping[str, tuple[str, ...]]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One kind of thing that is checked. `gives_findings`: categories instead of a verdict.

    `has_phases`: it goes through the phases of a purchase. `has_duties`: it does not, but what rules ask of later
    phases follows on the answer and is no part of it. Otherwise everything in it is due at once.
    `permitted`, `refused`, `corrected`: how an opinion says that nothing stands against it, that it may not be, and that
    it may once it is put right; empty where the object or the force of the grounds says it.
    `groups`: the headings of its form in order, and what each is about.
    """

    name: str
    description: str
    file: str
    gives_findings: bool
    fields: Mapping[str, Field]
    span: Span
    has_phases: bool = True
    has_duties: bool = False
    permitted: str = ""
    groups: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    refused: str = ""
    corrected: str = ""

    @property
    def resting(self) -> Phase | None:
        """Say from which phase a subject without phases is looked at; `None` where it goes through them."""
        if self.has_phases:
            return None
        return Phase.PROJECT if self.has_duties else Phase.EVALUATION


@dataclass(frozen=True, slots=True)
class Vocabulary:
    subjects: Mapping[str, Subject]

    def field(self, subject: str, name: str) -> Field:
        """Look up a field that is known to exist."""
        return self.subjects[subject].fields[name]
