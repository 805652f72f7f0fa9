"""Members whose days are near one another as SQL: every stretch of days, weighed by itself; those that overlap are told as one.

It says of every set of members what `evaluation/nearness` says of a list of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlglot import exp

from policy_engine.relational.inputs import ROW
from policy_engine.relational.sorting import DATE, DAY, LEAST, MOST, SURE, VALUE
from policy_engine.relational.steps import Steps, how_many, of, over, relation, same, taken
from policy_engine.relational.trees import (
    Tree,
    chosen,
    column,
    compared,
    conj,
    disj,
    is_known,
    is_null,
    number,
    text,
)
from policy_engine.relational.weighing import KNOWN, STATE

START: Final = "@start"
# The row that stands alone, since nobody knows its day; empty for a stretch.
ONLY: Final = "@only"
FIRST: Final = "@first"
LAST: Final = "@last"
ISLAND: Final = "@island"
_END: Final = "@end"
_BEFORE: Final = "@before"
_STATE_BEFORE: Final = "@state-before"
_NEW: Final = "@new"
_PLACE: Final = "@place"
# Where members stand that nobody knows the day of.
_NOWHERE: Final = 0
_ALONE: Final = -1


@dataclass(frozen=True, slots=True)
class Stretches:
    """Looks for stretches among the members of groups. `width`: how many days lie between the first and the last at most."""

    steps: Steps
    keys: tuple[str, ...]
    width: int
    has_value: bool

    @property
    def identity(self) -> tuple[str, ...]:
        """Name the columns that tell stretches apart."""
        return (*self.keys, START, ONLY)

    def inside(self, members: str) -> str:
        """Put members into all stretches that they may be in; one of no known day may be in any, and is by itself in one."""
        stretches = self._stretches(members)
        here = is_known(of("m", ROW))
        day, start = of("m", DAY), of("s", START)
        is_dated = conj((here, compared(day, exp.GTE, start), compared(day, exp.LTE, of("s", _END))))
        dated = self._members(
            stretches, members, conj((compared(start, exp.GT, number(0)), is_dated)), of("m", SURE)
        )
        floats = conj((here, is_null(day)))
        floating = self._members(
            stretches, members, conj((compared(start, exp.GTE, number(_NOWHERE)), floats)), exp.false()
        )
        is_it = compared(of("s", ONLY), exp.EQ, _alone(of("m", ROW)))
        alone = self._members(
            stretches, members, conj((compared(start, exp.EQ, number(_ALONE)), floats, is_it)), exp.true()
        )
        found = exp.union(exp.union(dated, floating, distinct=False), alone, distinct=False)
        return self.steps.add("@inside", found)

    def _members(self, stretches: str, members: str, on: Tree, sure: Tree) -> exp.Select:
        carried = [ROW, LEAST, MOST, *([VALUE] if self.has_value else [])]
        columns = {
            **{name: of("s", name) for name in self.identity},
            **{name: of("m", name) for name in carried},
            SURE: sure,
        }
        return (
            taken(columns)
            .from_(relation(stretches, "s"))
            .join(relation(members, "m"), on=conj((same(self.keys, "s", "m"), on)))
        )

    def _stretches(self, members: str) -> str:
        here = is_known(column(ROW))
        is_dated = conj((here, compared(column(DAY), exp.GT, number(0))))
        floats = conj((here, is_null(column(DAY))))
        keys: dict[str, Tree] = {key: column(key) for key in self.keys}
        days = self.steps.add(
            "@days", taken({**keys, START: column(DAY)}).distinct().from_(relation(members)).where(is_dated)
        )
        day, start = of("m", DAY), of("s", START)
        until = exp.Add(this=start, expression=number(self.width))
        near = conj(
            (
                same(self.keys, "s", "m"),
                is_known(of("m", ROW)),
                compared(day, exp.GTE, start),
                compared(day, exp.LTE, until),
            )
        )
        ends = {
            **{name: of("s", name) for name in (*self.keys, START)},
            _END: exp.Max(this=day),
            FIRST: exp.Min(this=of("m", DATE)),
            LAST: exp.Max(this=of("m", DATE)),
        }
        grouped = [of("s", name) for name in (*self.keys, START)]
        joined = (
            taken(ends).from_(relation(days, "s")).join(relation(members, "m"), on=near).group_by(*grouped)
        )
        step = self.steps.add("@ends", joined)
        before = over(exp.Lag(this=column(_END)), self.keys, [column(START)])
        columns = (*self.keys, START, _END, FIRST, LAST)
        step = self.steps.add(
            "@after",
            taken({**{name: column(name) for name in columns}, _BEFORE: before}).from_(relation(step)),
        )
        # Within the stretch before: nothing came to it.
        is_new = disj((is_null(column(_BEFORE)), compared(column(_BEFORE), exp.NEQ, column(_END))))
        dated = (
            taken({**{name: column(name) for name in columns}, ONLY: text("")})
            .from_(relation(step))
            .where(is_new)
        )
        no_day = exp.cast(exp.null(), "TEXT")
        nowhere = (
            taken(
                {
                    **keys,
                    START: number(_NOWHERE),
                    _END: number(_NOWHERE),
                    FIRST: no_day,
                    LAST: no_day,
                    ONLY: text(""),
                }
            )
            .from_(relation(members))
            .group_by(*map(column, self.keys))
            .having(
                conj(
                    (
                        compared(how_many(is_dated), exp.EQ, number(0)),
                        compared(how_many(floats), exp.GT, number(0)),
                    )
                )
            )
        )
        alone = (
            taken(
                {
                    **keys,
                    START: number(_ALONE),
                    _END: number(_ALONE),
                    FIRST: no_day,
                    LAST: no_day,
                    ONLY: _alone(column(ROW)),
                }
            )
            .from_(relation(members))
            .where(conj((floats, column(SURE))))
        )
        found = exp.union(exp.union(dated, nowhere, distinct=False), alone, distinct=False)
        return self.steps.add("@stretches", found)

    def joined(self, weighed: str, shown: tuple[str, ...]) -> tuple[str, str]:
        """Make one of stretches of one state that overlap; give the step of these, and that which says what each is part of.

        `shown`: the columns that tell of the measure, taken from the largest stretch.
        """
        columns = (*self.identity, *shown, LEAST, MOST, STATE)
        is_told = conj(
            (
                compared(of("w", STATE), exp.GT, number(0)),
                disj(
                    (
                        compared(of("w", START), exp.NEQ, number(_ALONE)),
                        compared(of("w", STATE), exp.EQ, number(2)),
                    )
                ),
            )
        )
        placed = {
            **{name: of("w", name) for name in columns},
            **{name: of("s", name) for name in (_END, FIRST, LAST)},
        }
        told = self.steps.add(
            "@told",
            taken(placed)
            .from_(relation(weighed, "w"))
            .join(relation("@stretches", "s"), on=same(self.identity, "w", "s"))
            .where(is_told),
        )
        apart, order = (*self.keys, ONLY), [column(START)]
        kept = (*columns, _END, FIRST, LAST)
        before = {
            _STATE_BEFORE: over(exp.Lag(this=column(STATE)), apart, order),
            _BEFORE: over(exp.Lag(this=column(_END)), apart, order),
        }
        step = self.steps.add(
            "@told-after", taken({**{name: column(name) for name in kept}, **before}).from_(relation(told))
        )
        goes_on = conj(
            (
                compared(column(STATE), exp.EQ, column(_STATE_BEFORE)),
                compared(column(START), exp.LTE, column(_BEFORE)),
            )
        )
        new = chosen([(goes_on, number(0))], number(1))
        step = self.steps.add(
            "@begins", taken({**{name: column(name) for name in kept}, _NEW: new}).from_(relation(step))
        )
        island = over(exp.Sum(this=column(_NEW)), apart, order)
        step = self.steps.add(
            "@islands", taken({**{name: column(name) for name in kept}, ISLAND: island}).from_(relation(step))
        )
        largest = [exp.Ordered(this=column(KNOWN), desc=True), column(START)]
        place = over(exp.RowNumber(), (*apart, ISLAND), largest)
        step = self.steps.add(
            "@places",
            taken({**{name: column(name) for name in (*kept, ISLAND)}, _PLACE: place}).from_(relation(step)),
        )
        is_largest = compared(column(_PLACE), exp.EQ, number(1))
        take: Callable[[str], Tree] = lambda name: exp.Max(this=chosen([(is_largest, column(name))]))  # noqa: E731
        groups = {
            **{name: column(name) for name in (*apart, ISLAND)},
            **{name: take(name) for name in (*shown, LEAST, MOST, STATE)},
            FIRST: exp.Min(this=column(FIRST)),
            LAST: exp.Max(this=column(LAST)),
        }
        found = taken(groups).from_(relation(step)).group_by(*map(column, (*apart, ISLAND)))
        return self.steps.add("@found", found), step


def _alone(row: Tree) -> Tree:
    return exp.DPipe(this=text("="), expression=row)
