"""The tables of a subject: where the clauses of its rules stand as bits of one integer, and what sets them.

A block holds truths side by side, the surely true ones below those that are not surely false, and one clause of each
above the other: its bits stand `width` apart. Where a truth has fewer clauses than its block, the rest always hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from policy_engine.compilation.rows import Rows
from policy_engine.foundation.records import dataclass
from policy_engine.foundation.tuples import NamedTuple
from policy_engine.model.conditions import Ratio, WithinMonths
from policy_engine.model.rules import Rule
from policy_engine.model.values import Value

if TYPE_CHECKING:
    from policy_engine.compilation.decided import Run

# The parts of a rule in the order in which they block: S, W, not E, not D; and last what breaks it, not X.
PARTS: Final = 5
# Truths of earlier strata are looked up so many at a time.
CHUNK: Final = 8


@dataclass(frozen=True, slots=True)
class Block:
    """Where `width` bits stand in the integer of clauses, one row of them a clause: `clauses` is a power of two."""

    start: int
    width: int
    clauses: int

    def folded(self, satisfied: int) -> int:
        """Say which truths have all their clauses."""
        found, rows = satisfied >> self.start, self.clauses
        while rows > 1:
            # Each "and" lays the upper half of the rows over the lower one.
            rows //= 2
            found &= found >> rows * self.width
        return found & ((1 << self.width) - 1)


class Looked(NamedTuple):
    """A field and its table, in the first stratum in which it can be looked up; `unknown`: the row where it is open.

    Most facts of most cases are open, and a table would have to hash that.
    """

    name: str
    rows: Rows[Value]
    unknown: int


@dataclass(frozen=True, slots=True)
class Related:
    leaf: Ratio | WithinMonths
    rows: Rows[bool | None]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some truths of a stratum, from a place on, and the table of what they satisfy in later ones."""

    start: int
    mask: int
    rows: Rows[int]


@dataclass(frozen=True, slots=True)
class MemberTable:
    """A computed field: its members, where their truths begin among the columns, and the table of what they satisfy.

    `fixed`: the key where no rule computes it.
    """

    name: str
    members: tuple[str, ...]
    start: int
    rows: Rows[int]
    fixed: int | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """Where the conditions that a rule counts stand among the columns, and how many they are."""

    stratum: int
    at: int
    size: int


@dataclass(frozen=True, slots=True)
class Counted:
    """A rule that computes a number, its place among all rules, and what it counts, if it does."""

    rule: Rule
    place: int
    counts: Counts | None


@dataclass(frozen=True, slots=True)
class StratumTables:
    """One stratum: what is looked up before it, the blocks that are folded, and what they satisfy afterwards.

    `before`: how many rules earlier strata have; `rules`: those that later strata look at come first. `parts`: the
    blocks of their parts; none where a part is always met.
    """

    looked: tuple[Looked, ...]
    related: tuple[Related, ...]
    before: int
    rules: tuple[Rule, ...]
    parts: tuple[Block | None, ...]
    columns: Block | None
    effects: tuple[Chunk, ...]
    interims: tuple[Chunk, ...]
    members: tuple[MemberTable, ...]
    numbers: tuple[Counted, ...]


class Runs:
    """Holds what decides by some tables, once somebody has: no part of their value, and never kept with them."""

    __slots__ = ("run",)

    run: Run


@dataclass(frozen=True, slots=True)
class Tables(Runs):
    """All rules of a subject as tables. `padding`: the clauses that always hold; `bits`: how long the integer is.

    `order`: the place of each rule, in the order of the subject, among those of all strata; `rivals`: the places of
    each pair.
    """

    strata: tuple[StratumTables, ...]
    padding: int
    bits: int
    order: Mapping[str, int]
    rivals: tuple[tuple[int, int], ...]
