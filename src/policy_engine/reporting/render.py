"""Every view in every format, in one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from policy_engine.compilation import CompiledRuleSet
from policy_engine.model.decisions import Decision
from policy_engine.reporting.auditor import auditor_page
from policy_engine.reporting.developer import developer_page
from policy_engine.reporting.json_report import as_json, decision_as_json
from policy_engine.reporting.official import official_page
from policy_engine.reporting.page import Page, as_markdown, as_text

VIEWS: Mapping[str, Callable[[Decision, CompiledRuleSet], Page]] = {
    "official": lambda decision, compiled: official_page(decision, compiled.rule_set),
    "auditor": lambda decision, compiled: auditor_page(decision, compiled.rule_set),
    "developer": developer_page,
}
WRITERS: Mapping[str, Callable[[Page], str]] = {"text": as_text, "markdown": as_markdown}
FORMATS = (*WRITERS, "json")
BETWEEN = {"text": f"\n{'═' * 40}\n\n", "markdown": "\n"}


def render_decisions(
    decisions: Sequence[Decision], compiled: CompiledRuleSet, view: str, format_: str
) -> str:
    """Write decisions in one view and format."""
    if format_ == "json":
        return as_json(decision_as_json(decision, compiled.rule_set) for decision in decisions)
    pages = [WRITERS[format_](VIEWS[view](decision, compiled)) for decision in decisions]
    return BETWEEN[format_].join(pages)
