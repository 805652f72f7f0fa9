"""Many texts that were screened: how many raise questions, of what kind, and then each in its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policy_engine.foundation.diagnostics import Diagnostic
from policy_engine.foundation.text import shown_path
from policy_engine.model.decisions import Verdict
from policy_engine.model.rules import RuleSet
from policy_engine.model.screening import Screening
from policy_engine.reporting.page import Item, Page, Section, as_markdown, as_text
from policy_engine.reporting.screen_page import (
    CLOSING,
    NOTHING_FOUND,
    screen_page,
    supposed_words,
    value_of,
)
from policy_engine.reporting.told import Input, Json
from policy_engine.reporting.words import field_words, verdict_label

if TYPE_CHECKING:  # most runs write a page
    from policy_engine.reporting.findings import Report

_MOST_VALUES, _MOST_NOTES = 6, 10
_BETWEEN = {"text": f"\n{'═' * 40}\n\n", "markdown": "\n"}
_DISAGREE, _IMPOSSIBLE = "写法不一，先核对", "写法不能同时成立，先核对"
_NO_QUESTIONS = "几段文字一起读的，只列提示，不逐段列问题；要看问题，单独读那一段，或者加 --full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One text in its place among the inputs: what was found, or the problems that kept it from being read.

    `title`: what its page calls it, where it has a name or a place of its own.
    """

    input: Input
    found: Screening | None
    diagnostics: tuple[Diagnostic, ...] = ()
    title: str = ""
    remarks: tuple[str, ...] = ()
    case_file: str = ""

    @property
    def notes(self) -> tuple[str, ...]:
        """Say what reading left out, and where the case was written."""
        written = f"待确认的案件写在 {shown_path(self.case_file)}，逐项确认以后用 check 审查"
        return (*self.remarks, *((written,) if self.case_file else ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """All that a format is given. `is_full`: every text has its page. `report`: puts results together, for data."""

    read: tuple[Read, ...]
    rule_set: RuleSet
    is_full: bool
    report: Callable[[tuple[Json, ...]], Report]


def _paged(write: Callable[[Page], str], between: str) -> Callable[[Screened], str]:
    def written(screened: Screened) -> str:
        return between.join(map(write, _pages(screened)))

    return written


def _as_json(screened: Screened) -> str:
    from policy_engine.reporting.findings.envelope import as_json  # noqa: PLC0415 - most runs write a page
    from policy_engine.reporting.screen_json import screening_json  # noqa: PLC0415

    found = (
        {
            "input": one.input.index,
            **screening_json(one.found, one.remarks, screened.rule_set),
            "case_file": one.case_file or None,
        }
        for one in screened.read
        if one.found is not None
    )
    return as_json(screened.report(tuple(found)))


FORMATS: Mapping[str, Callable[[Screened], str]] = {
    "text": _paged(as_text, _BETWEEN["text"]),
    "markdown": _paged(as_markdown, _BETWEEN["markdown"]),
    "json": _as_json,
}


def summary_words(read: Sequence[Read]) -> str:
    """Count texts by what was found: `3 段文字：2 段有须确认的提示，1 段没有读出。`."""
    raised = sum(bool(one.found and one.found.proposals) for one in read)
    refused = sum(one.found is None for one in read)
    parts = (
        (raised, "有须确认的提示"),
        (len(read) - raised - refused, NOTHING_FOUND),
        (refused, "未能读取"),
    )
    return f"{len(read)} 段文字：{'，'.join(f'{count} 段{words}' for count, words in parts if count)}。"


def _pages(screened: Screened) -> Iterator[Page]:
    if len(screened.read) > 1:
        yield _summary(screened)
    if len(screened.read) == 1 or screened.is_full:
        for one in screened.read:
            if one.found is not None:
                number = f"第 {one.input.index} 段　" if len(screened.read) > 1 else ""
                yield screen_page(one.found, number + one.title, one.notes, screened.rule_set)


def _summary(screened: Screened) -> Page:
    found = [one.found for one in screened.read if one.found is not None]
    # Where all cases are in one file it is named once.
    remarks = dict.fromkeys(note for one in screened.read for note in one.notes)
    shown = [*list(remarks)[:_MOST_NOTES], *(() if screened.is_full else (_NO_QUESTIONS,))]
    if len(remarks) > _MOST_NOTES:
        shown.append(f"另有 {len(remarks) - _MOST_NOTES} 条说明，逐段看加 --full")
    sections = (
        Section("写到的事实", tuple(_by_field(found, screened.rule_set))),
        Section("若经确认", tuple(_by_verdict(found))),
        Section("各段", tuple(_line(one, screened.rule_set) for one in screened.read)),
        Section("说明", tuple(map(Item, shown))),
    )
    return Page(
        summary_words(screened.read),
        tuple(section for section in sections if section.items),
        (screened.rule_set.words, CLOSING),
    )


def _by_field(found: Sequence[Screening], rule_set: RuleSet) -> Iterator[Item]:
    counted = Counter((one.subject, p.field) for one in found for p in one.proposals)
    for (subject, name), count in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])):
        field = rule_set.vocabulary.subjects[subject].fields[name]
        yield Item(f"{field_words(field)}：{count} 段")


def _by_verdict(found: Sequence[Screening]) -> Iterator[Item]:
    counted = Counter(_label(one) for one in found if one.proposals)
    order = (*(verdict_label(verdict) for verdict in (*Verdict, None)), _DISAGREE, _IMPOSSIBLE)
    yield from (Item(f"{label}：{counted[label]} 段") for label in order if counted[label])


def _label(one: Screening) -> str:
    if one.disagreeing:
        return _DISAGREE
    if one.confirmed is None or one.confirmed.impossible:
        return _IMPOSSIBLE
    return verdict_label(one.confirmed.verdict)


def _line(one: Read, rule_set: RuleSet) -> Item:
    start = f"{one.input.index}. {one.input.name.rstrip('。；，：') or '（空）'}："
    place = f"（{one.input.place}）"
    if one.found is None:
        first = one.diagnostics[0]
        return Item(f"{start}未能读取，{first.message}〔{first.code}〕{place}")
    if not one.found.proposals:
        return Item(f"{start}{NOTHING_FOUND}{place}")
    fields = rule_set.vocabulary.subjects[one.found.subject].fields
    values = [value_of(p, fields[p.field]) for p in one.found.proposals]
    more = [f"另有 {len(values) - _MOST_VALUES} 项"] if len(values) > _MOST_VALUES else []
    shown = "，".join([*values[:_MOST_VALUES], *more])
    return Item(f"{start}{shown}；{supposed_words(one.found, rule_set)}{place}")
