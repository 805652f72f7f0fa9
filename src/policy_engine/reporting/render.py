"""What `check` found in every view and format. To add a format, add a line to `FORMATS`; a view, to `VIEWS`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from policy_engine.compilation import CompiledRuleSet
from policy_engine.foundation.diagnostics import Diagnostic, total
from policy_engine.foundation.records import dataclass, replace
from policy_engine.foundation.text import json_text
from policy_engine.model.decisions import Decision, Verdict
from policy_engine.reporting.official import official_page
from policy_engine.reporting.page import Item, Page, Section, SectionKind, as_markdown, as_text
from policy_engine.reporting.told import Input, Json, Status
from policy_engine.reporting.words import verdict_label

if TYPE_CHECKING:  # most runs write a page
    from policy_engine.reporting.findings import Report
    from policy_engine.reporting.opinion.paper import Filing


# What most runs don't ask for is imported by those that do.
def _auditor_page(decision: Decision, compiled: CompiledRuleSet) -> Page:
    from policy_engine.reporting.auditor import auditor_page  # noqa: PLC0415

    return auditor_page(decision, compiled.rule_set)


def _developer_page(decision: Decision, compiled: CompiledRuleSet) -> Page:
    from policy_engine.reporting.developer import developer_page  # noqa: PLC0415

    return developer_page(decision, compiled)


VIEWS: Mapping[str, Callable[[Decision, CompiledRuleSet], Page]] = {
    "official": lambda decision, compiled: official_page(decision, compiled.rule_set),
    "auditor": _auditor_page,
    "developer": _developer_page,
}
WRITERS: Mapping[str, Callable[[Page], str]] = {"text": as_text, "markdown": as_markdown}
BETWEEN = {"text": f"\n{'═' * 40}\n\n", "markdown": "\n"}
_WITHOUT_DECISION = {Status.REFUSED: "填报有误", Status.FAILED: "程序未能作出结论"}
_ORDER = (*(verdict_label(verdict) for verdict in (*Verdict, None)), *_WITHOUT_DECISION.values())
# Of refused cases: how many have a page, how many a line of the list.
_MOST_REFUSALS, _MOST_LINES = 20, 200
_MOST_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class Addition:
    """What was asked for beside the decision on one subject: sections of its page, keys of its JSON."""

    subject: str
    sections: tuple[Section, ...]
    data: Json


@dataclass(frozen=True, slots=True)
class Recorded:
    """Where a decision was filed: its number, the digest of its record, both in words, and what a paper says of it."""

    number: int
    digest: str
    words: str
    filing: Filing


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One case in its place among the inputs: the decision on it, or the problems that kept it from one.

    `recorded`: where it was filed, if anybody asked for that.
    """

    input: Input
    decision: Decision | None
    diagnostics: tuple[Diagnostic, ...] = ()
    additions: tuple[Addition, ...] = ()
    recorded: Recorded | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """All that a format of `check` is given. `report`: put together with the results, for formats for machines."""

    entries: tuple[Entry, ...]
    compiled: CompiledRuleSet
    view: str
    report: Callable[[tuple[Json, ...]], Report]


def paged(write: Callable[[Page], str], between: str) -> Callable[[Checked], str]:
    """Make a format of a writer of pages: the summary where there are several cases, then each case in its place."""

    def written(checked: Checked) -> str:
        pages = (_page(entry, checked) for entry in _told(checked.entries, _MOST_REFUSALS))
        return between.join(map(write, (*_summary(checked.entries), *pages)))

    return written


def _as_json(checked: Checked) -> str:
    from policy_engine.reporting.findings.envelope import as_json  # noqa: PLC0415 - most runs write a page

    return as_json(checked.report(tuple(results(checked))))


FORMATS: Mapping[str, Callable[[Checked], str]] = {
    **{name: paged(write, BETWEEN.get(name, "\n")) for name, write in WRITERS.items()},
    "json": _as_json,
}


def render_decisions(
    decisions: Sequence[Decision], compiled: CompiledRuleSet, view: str = "official", format_: str = "text"
) -> str:
    """Write decisions by themselves, without the run they come from: pages, or in JSON one object or a list."""
    if format_ == "json":
        data = [decision_data(decision, compiled) for decision in decisions]
        return json_text(data[0] if len(data) == 1 else data) + "\n"
    return BETWEEN.get(format_, "\n").join(WRITERS[format_](VIEWS[view](one, compiled)) for one in decisions)


def results(checked: Checked) -> Iterator[Json]:
    """Give the decisions as data, each with the index of its input."""
    for entry in checked.entries:
        if entry.decision is not None:
            data = decision_data(entry.decision, checked.compiled, entry.additions)
            filed = entry.recorded
            record = {"record": {"number": filed.number, "digest": filed.digest}} if filed is not None else {}
            yield {"input": entry.input.index, **data, **record}


def summary_words(entries: Sequence[Entry]) -> str:
    """Count the inputs by what became of them, as in `3 件：1 件可以实施，1 件须整改，1 件填报有误。`."""
    counted = Counter(map(_label, entries))
    parts = (f"{counted[label]} 件{label}" for label in _ORDER if counted[label])
    return f"{len(entries)} 件：{'，'.join(parts)}。"


def _label(entry: Entry) -> str:
    found = entry.decision
    return verdict_label(found.verdict) if found is not None else _WITHOUT_DECISION[entry.input.status]


def _summary(entries: Sequence[Entry]) -> Iterator[Page]:
    if len(entries) > 1:
        told = tuple(_told(entries, _MOST_LINES))
        rows = [
            Item(f"{e.input.index}. {e.input.name or '（未写名称）'}：{_label(e)}（{e.input.place}）")
            for e in told
        ]
        left = len(entries) - len(told)
        rows += [Item(f"……另有 {left:,} 件没有审查的未列出，用 --format json 可以看到每一件")] if left else []
        yield Page(summary_words(entries), (Section("各件", tuple(rows)),), ())


def _told(entries: Iterable[Entry], most: int) -> Iterator[Entry]:
    """Go through every case that was decided, and the first of those that were not."""
    refused = 0
    for entry in entries:
        refused += entry.decision is None
        if entry.decision is not None or refused <= most:
            yield entry


def _page(entry: Entry, checked: Checked) -> Page:
    if entry.decision is None:
        return _refusal(entry)
    page = VIEWS[checked.view](entry.decision, checked.compiled)
    if entry.recorded is not None:
        page = replace(page, footer=(*page.footer, entry.recorded.words))
    return _with_sections(page, entry.decision, entry.additions)


def _refusal(entry: Entry) -> Page:
    shown = entry.diagnostics[:_MOST_PROBLEMS]
    found = [
        Item(
            f"{d.span.place if d.span else entry.input.place} [{d.code}] {d.message}",
            (Item(f"修改：{d.help}"),) if d.help else (),
        )
        for d in shown
    ]
    more = total(entry.diagnostics) - len(shown)
    found += [Item(f"另有 {more} 处")] if more else []
    return Page(
        f"未审查：{_label(entry)}，没有作出结论。",
        (Section("须改正", tuple(found), is_numbered=True),),
        (),
        f"案件：{entry.input.name or '（未写名称）'}　{entry.input.place}",
    )


def decision_data(decision: Decision, compiled: CompiledRuleSet, additions: Iterable[Addition] = ()) -> Json:
    """Give a decision with what was asked for beside it as data."""
    from policy_engine.reporting.json_report import decision_as_json  # noqa: PLC0415

    found = decision_as_json(decision, compiled.rule_set)
    more = {addition.subject: addition.data for addition in additions}
    subjects = found["subjects"]
    assert isinstance(subjects, list)
    found["subjects"] = [{**subject, **more.get(subject["subject"], {})} for subject in subjects]
    return found


def _with_sections(page: Page, decision: Decision, additions: Iterable[Addition]) -> Page:
    sections = list(page.sections)
    for addition in additions:
        prefix = f"{addition.subject}：" if len(decision.subjects) > 1 else ""
        # Beside the remedies that the rules themselves name, else before the remarks, else last.
        remarks = next((n for n, s in enumerate(sections) if s.kind is SectionKind.REMARKS), len(sections))
        own = (n for n, s in enumerate(sections) if _is_remedies_of(s, addition.subject))
        at = min(next(own, len(sections)) + 1, remarks)
        sections[at:at] = [replace(s, title=prefix + s.title) for s in addition.sections]
    return replace(page, sections=tuple(sections))


def _is_remedies_of(section: Section, subject: str) -> bool:
    return (section.kind, section.subject) == (SectionKind.REMEDIES, subject)
