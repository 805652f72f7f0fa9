"""What was explored beside a decision on one subject: ways out of it, and what suffices for it."""

from __future__ import annotations

from dataclasses import dataclass

from policy_engine.analysis.ways.reasons import Reasons
from policy_engine.analysis.ways.what_if import Search
from policy_engine.model.decisions import SubjectDecision


@dataclass(frozen=True, slots=True, kw_only=True)
class Exploration:
    """`None`: not asked for. `search` is also `None` where the verdict leaves nothing to change.

    `after`: what would be decided on each way that is shown, in the order of the ways.
    """

    subject: str
    asks_ways: bool = False
    search: Search | None = None
    after: tuple[SubjectDecision, ...] = ()
    reasons: tuple[Reasons, ...] | None = None
