"""What a comparison found, with every witness decided by both versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from policy_engine.analysis.difference.causes import Cause
from policy_engine.analysis.difference.compare import Difference, RuleChange
from policy_engine.analysis.difference.terms import TermChange
from policy_engine.compilation import CompiledRuleSet
from policy_engine.loading.files import SourceText
from policy_engine.model.cases import Case
from policy_engine.model.decisions import Decision


@dataclass(frozen=True, slots=True)
class Extent:
    """What was read of one version: how many files, the digest of all their bytes; `left_out`: what was not followed."""

    files: int
    digest: str
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One version: its name as given, its rules compiled, what was read of it, and its files by path."""

    name: str
    compiled: CompiledRuleSet
    extent: Extent
    texts: Mapping[str, SourceText]


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
    """Everything a comparison found. `terms`: those that read texts otherwise, which no proof over facts covers.

    `causes`: the keys that were changed; `subjects`: those compared, all where empty; `rows`: how many rows the
    ledger has, `None` without one.
    """

    old: Side
    new: Side
    difference: Difference
    changes: tuple[ShownChange, ...]
    verdicts: tuple[tuple[str, Decision, Decision], ...]
    subjects: tuple[str, ...]
    causes: tuple[Cause, ...]
    rows: int | None
    flips: tuple[Flip, ...]
    terms: tuple[TermChange, ...] = ()

    @property
    def left_out(self) -> tuple[str, ...]:
        """Name what was read of neither or of one version only, so that nothing is proved about it."""
        sides = (self.old, self.new)
        return tuple(f"{side.name}：{what}" for side in sides for what in side.extent.left_out)

    @property
    def is_same(self) -> bool:
        """Tell whether everything was read, no text is read otherwise, and it is proved that no case means anything else."""
        return self.difference.is_same and not (self.left_out or self.terms)

    @property
    def cites_otherwise(self) -> bool:
        """Tell whether outcomes are said to rest on something else: a citation, a quotation, a document's title."""
        return any(cause.cites for cause in self.causes)

    @property
    def looks_otherwise(self) -> bool:
        """Tell whether something else is looked for in whole lists, which no proof over cases covers."""
        return any(cause.looks for cause in self.causes)
