"""Every view in every format, in one table."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from policy_engine.compilation import CompiledRuleSet
from policy_engine.model.decisions import Decision
from policy_engine.reporting.auditor import auditor_page
from policy_engine.reporting.developer import developer_page
from policy_engine.reporting.json_report import Json, as_json, decision_as_json
from policy_engine.reporting.official import official_page
from policy_engine.reporting.page import Page, Section, as_markdown, as_text

VIEWS: Mapping[str, Callable[[Decision, CompiledRuleSet], Page]] = {
    "official": lambda decision, compiled: official_page(decision, compiled.rule_set),
    "auditor": lambda decision, compiled: auditor_page(decision, compiled.rule_set),
    "developer": developer_page,
}
WRITERS: Mapping[str, Callable[[Page], str]] = {"text": as_text, "markdown": as_markdown}
FORMATS = (*WRITERS, "json")
BETWEEN = {"text": f"\n{'═' * 40}\n\n", "markdown": "\n"}


_REMEDIES, _REMARKS = "合规途径", "说明"


@dataclass(frozen=True, slots=True)
class Addition:
    """What was asked for beside the decision on one subject: sections of its page, keys of its JSON."""

    subject: str
    sections: tuple[Section, ...]
    data: Json


def render_decisions(
    decisions: Sequence[Decision],
    compiled: CompiledRuleSet,
    view: str,
    format_: str,
    additions: Sequence[Sequence[Addition]] = (),
) -> str:
    """Write decisions in one view and format. `additions`: those of each decision, if any."""
    added = additions or [()] * len(decisions)
    if format_ == "json":
        pairs = zip(decisions, added, strict=True)
        return as_json(_data(decision, compiled, more) for decision, more in pairs)
    pages = [
        WRITERS[format_](_with_sections(VIEWS[view](decision, compiled), decision, more))
        for decision, more in zip(decisions, added, strict=True)
    ]
    return BETWEEN[format_].join(pages)


def _data(decision: Decision, compiled: CompiledRuleSet, additions: Iterable[Addition]) -> Json:
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
        titles = [section.title for section in sections]
        # Beside the remedies that the rules themselves name, else before the remarks, else last.
        after = titles.index(prefix + _REMEDIES) + 1 if prefix + _REMEDIES in titles else len(titles)
        at = min(after, titles.index(_REMARKS)) if _REMARKS in titles else after
        sections[at:at] = [dataclasses.replace(s, title=prefix + s.title) for s in addition.sections]
    return dataclasses.replace(page, sections=tuple(sections))
