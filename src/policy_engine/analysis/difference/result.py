"""What a comparison found, with every witness decided by both versions."""

from __future__ import annotations

from dataclasses import dataclass

from policy_engine.analysis.difference.compare import Difference, RuleChange
from policy_engine.compilation import CompiledRuleSet
from policy_engine.model.cases import Case
from policy_engine.model.decisions import Decision


@dataclass(frozen=True, slots=True)
class Side:
    """One version: its name as given, and its rules compiled."""

    name: str
    compiled: CompiledRuleSet


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A change with the same case decided by both versions."""

    change: RuleChange
    old: Decision | None
    new: Decision | None


@dataclass(frozen=True, slots=True)
class Flip:
    """One row of a ledger that comes out differently, and the rules whose outcome differs."""

    case: Case
    old: Decision
    new: Decision
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Everything a comparison found. `rows`: how many rows the ledger has, `None` without one."""

    old: Side
    new: Side
    difference: Difference
    changes: tuple[ShownChange, ...]
    verdicts: tuple[tuple[str, Decision, Decision], ...]
    wording: tuple[str, ...]
    rows: int | None
    flips: tuple[Flip, ...]
