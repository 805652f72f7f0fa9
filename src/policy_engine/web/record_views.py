"""What the pages of records show, apart from HTML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from policy_engine.foundation.text import one_line
from policy_engine.model.calendar import chinese_day, day_number
from policy_engine.model.decisions import Verdict
from policy_engine.model.vocabulary import FieldType, Vocabulary
from policy_engine.records.replaying import Replayed
from policy_engine.records.store import Filed
from policy_engine.records.telling import (
    CROSS_CHECKED,
    at_words,
    difference_lines,
    facts_of,
    name_of,
    told_words,
)
from policy_engine.reporting.words import field_words, verdict_label
from policy_engine.web.views import mark_of

_FOUR = 4
# Of a digest a page shows where it begins and ends.
_HEAD, _TAIL = 8, 4


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A record in a list."""

    number: int
    at: str
    name: str
    mark: str
    label: str
    by: str


@dataclass(frozen=True, slots=True)
class Link:
    """A record in its chain: its digest, that of the one before it, and whether it is the one that is shown."""

    number: int
    words: str
    previous: str
    digest: str
    is_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordView:
    """One record. `facts`: what was told, with the words of where it came from."""

    line: RecordLine
    headline: str
    where: str
    facts: tuple[tuple[str, str], ...]
    base: str
    digest: str
    paper: str
    engines: str
    account: str


@dataclass(frozen=True, slots=True)
class ReplayView:
    """A case decided again: by which rules and of which day, what came out, and what differs from the record."""

    title: str
    mark: str
    label: str
    is_same: bool
    is_reworded: bool
    differences: tuple[str, ...]


def line_view(record: Filed) -> RecordLine:
    """Lay out a record in a list."""
    decision = record.content["decision"]
    return RecordLine(
        number=record.number,
        at=at_words(record),
        name=name_of(record),
        mark=mark_of(_verdict(decision["verdict"])),
        label=decision["label"],
        by=one_line(record.content["by"]),
    )


def record_view(record: Filed, vocabulary: Vocabulary) -> RecordView:
    """Lay out one record. `vocabulary`: by which fields have words; those it doesn't know keep their names."""
    content = record.content
    decision = content["decision"]
    day = day_number(content["as_of"])
    base = content["rule_base"]
    return RecordView(
        line=line_view(record),
        headline=one_line(decision["headline"]),
        where=f"{content['jurisdiction']['name']}，{chinese_day(day) if day is not None else ''}",
        facts=tuple(_facts(record, vocabulary)),
        base="，".join(filter(None, (base["name"], f"版本 {base['version']}"))),
        digest=record.digest,
        paper=decision["paper"],
        engines=CROSS_CHECKED.get(decision["cross_check"], decision["cross_check"]),
        account=one_line(content["account"]),
    )


def _facts(record: Filed, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    is_one = len(record.content["order"]) == 1
    for name, key, value in facts_of(record):
        subject = vocabulary.subjects.get(name)
        field = subject.fields.get(key) if subject is not None else None
        words = field_words(field) if field is not None else one_line(key)
        is_number = field is not None and field.type is FieldType.NUMBER
        unit = {"月": "个月"}.get(field.unit, field.unit) if field is not None and is_number else ""
        yield words if is_one else f"{one_line(name)}·{words}", told_words(value, unit)


def link_view(record: Filed, here: int) -> Link:
    """Lay out a record among its neighbours."""
    line = line_view(record)
    return Link(
        number=record.number,
        words=f"{line.name}，{line.label}",
        previous=grouped(record.previous),
        digest=grouped(record.digest),
        is_here=record.number == here,
    )


def replay_view(found: Replayed, title: str) -> ReplayView:
    """Lay out what came of deciding again."""
    verdict = found.decision.verdict
    return ReplayView(
        title=title,
        mark=mark_of(verdict),
        label=verdict_label(verdict),
        is_same=not found.differences,
        is_reworded=found.is_reworded,
        differences=difference_lines(found),
    )


def grouped(digest: str) -> str:
    """Shorten a digest as people compare it: 8312 3ee2 … 3afb."""
    head = " ".join(_fours(digest[:_HEAD]))
    return f"{head} … {digest[-_TAIL:]}"


def _fours(text: str) -> Iterator[str]:
    for at in range(0, len(text), _FOUR):
        yield text[at : at + _FOUR]


def _verdict(name: object) -> Verdict | None:
    return Verdict[name] if isinstance(name, str) and name in Verdict.__members__ else None
