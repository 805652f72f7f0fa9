"""Groups of rows of a list, as they are told."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from policy_engine.evaluation.measuring import Between
from policy_engine.foundation.logic import Truth
from policy_engine.foundation.records import dataclass
from policy_engine.model.aggregates import (
    Aggregate,
    ByAge,
    ByDecision,
    ByField,
    ByPart,
    ByTable,
    Decided,
    Key,
)
from policy_engine.model.calendar import iso
from policy_engine.model.values import NOT_HAPPENED, NOT_HAPPENED_WORD, number_words
from policy_engine.model.vocabulary import DayPart

# One part of a group's name.
Part = int | str | bool
# The part of those to which the day has not come.
NOT_YET = -1

# What stands for a row that was not decided, and for one that no provision decided.
_UNDECIDED = {Decided.VERDICT: "没有审查", Decided.GROUNDS: "尚无依据"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One group of rows. `key`: one part for each key of the aggregate.

    `rows` surely belong to it, `others` possibly. `known`: what is measured of what is known alone. `limit`: what it was
    held against, where that is one number; `days`: the first and last day of rows near one another.
    """

    key: tuple[Part, ...]
    state: Truth
    measured: Between
    known: Fraction
    rows: tuple[int, ...]
    others: tuple[int, ...]
    limit: Fraction | None = None
    days: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What came of one aggregate. `groups`: those to be told, in order; `looked_at`: how many there were.

    `loose`: the rows that can't be put into a group, by which of its keys is open.
    """

    aggregate: Aggregate
    groups: tuple[Group, ...]
    looked_at: int
    counted: int
    loose: Mapping[str, tuple[int, ...]]


def part_words(key: Key, part: Part) -> str:
    """Say one part of a group's name."""
    match key:
        case ByField(is_day=is_day, scale=scale):
            if isinstance(part, bool):
                return "是" if part else "否"
            if isinstance(part, int):
                return _day_words(part) if is_day else number_words(part, scale)
            return part
        case ByPart(part=DayPart.YEAR):
            return f"{part}年"
        case ByPart():
            return f"{int(part) // 12}年{int(part) % 12 + 1}月"
        case ByAge(bands=bands):
            at = int(part)
            if at == NOT_YET:
                return "还没有发生"
            if at == len(bands):
                return f"超过 {bands[-1]} 天"
            return f"{bands[at - 1] + 1}—{bands[at]} 天" if at else f"{bands[0]} 天以内"
        case ByTable(rows=rows, otherwise=otherwise):
            return rows[int(part)][1] if int(part) < len(rows) else otherwise
        case ByDecision(what=what):
            return str(part) or _UNDECIDED[what]


def _day_words(day: int) -> str:
    return NOT_HAPPENED_WORD if day == NOT_HAPPENED else iso(day)


def days_words(days: tuple[int, int]) -> str:
    """Say from when to when."""
    first, last = (iso(day) for day in days)
    return first if first == last else f"{first} 至 {last}"
