"""What was explored beside decisions, ready to be shown with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policy_engine.analysis.ways.exploration import Exploration
from policy_engine.model.decisions import Decision
from policy_engine.model.rules import RuleSet
from policy_engine.reporting.exploration_json import exploration_json
from policy_engine.reporting.page import Section
from policy_engine.reporting.reasons_page import reasons_section
from policy_engine.reporting.render import Addition
from policy_engine.reporting.what_if_page import ways_section


def additions_of(
    decision: Decision, explored: Sequence[Exploration], rule_set: RuleSet
) -> tuple[Addition, ...]:
    """Write what was explored of one decision, subject by subject."""
    return tuple(_addition(decision, one, rule_set) for one in explored)


def _addition(decision: Decision, explored: Exploration, rule_set: RuleSet) -> Addition:
    one = next(each for each in decision.subjects if each.subject == explored.subject)

    def sections() -> Iterator[Section]:
        if explored.reasons is not None:
            yield reasons_section(explored.reasons, one, rule_set)
        if explored.asks_ways:
            yield ways_section(explored, one, rule_set)

    return Addition(explored.subject, tuple(sections()), exploration_json(explored, one, rule_set))
