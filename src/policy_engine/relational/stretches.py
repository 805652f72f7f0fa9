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
from policy_engine.relational.steps import Steps, of, over, relation, same, taken
from policy_engine.relational.trees import (
    Tree,
    chosen,
    coalesced,
    column,
    compared,
    conj,
    disj,
    is_known,
    is_null,
    number,
    text,
    true,
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
_DATED: Final = "@dated"
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

    @property
    def weighed_by(self) -> tuple[str, ...]:
        """Name the columns that a stretch is weighed with: what tells it apart, and its days."""
        return (*self.identity, _END, FIRST, LAST)

    def inside(self, members: str) -> str:
        """Put members into all stretches that they may be in; one of no known day may be in any, and is by itself in one."""
        stretches = self._stretches(members)
        day, start = of("m", DAY), of("s", START)
        is_within = conj((compared(day, exp.GTE, start), compared(day, exp.LTE, of("s", _END))))
        columns = {
            **{name: of("s", name) for name in self.weighed_by},
            **{name: of("m", name) for name in self._carried},
            SURE: conj((of("m", SURE), is_known(day))),
        }
        there = (
            taken(columns)
            .from_(relation(stretches, "s"))
            .join(relation(members, "m"), on=same(self.keys, "s", "m"))
            .where(conj((is_known(of("m", ROW)), disj((is_null(day), is_within)))))
        )
        by_itself: dict[str, Tree] = {
            **{key: column(key) for key in self.keys},
            START: number(_ALONE),
            ONLY: exp.DPipe(this=text("="), expression=column(ROW)),
            _END: number(_ALONE),
            **dict.fromkeys((FIRST, LAST), exp.null()),
            **{name: column(name) for name in self._carried},
            SURE: true(),
        }
        floats = conj((is_known(column(ROW)), is_null(column(DAY)), column(SURE)))
        alone = taken(by_itself).from_(relation(members)).where(floats)
        return self.steps.add("@inside", exp.union(there, alone, distinct=False))

    @property
    def _carried(self) -> tuple[str, ...]:
        return (ROW, LEAST, MOST, *([VALUE] if self.has_value else []))

    def _stretches(self, members: str) -> str:
        """Begin a stretch at each day of a group; a group without a known day has one that is nowhere."""
        keys: dict[str, Tree] = {key: column(key) for key in self.keys}
        day = column(DAY)
        is_dated = compared(day, exp.GT, number(0))
        # What has not happened was on no day.
        counts = conj((is_known(column(ROW)), disj((is_null(day), is_dated))))
        ahead = {
            name: over(how(this=column(of_row)), self.keys, [day], up_to=self.width)
            for name, how, of_row in ((_END, exp.Max, DAY), (FIRST, exp.Min, DATE), (LAST, exp.Max, DATE))
        }
        # Days are counted apart from all the rest: one who begins nowhere has none.
        dated = over(exp.Count(this=day), self.keys)
        step = self.steps.add(
            "@ahead", taken({**keys, DAY: day, _DATED: dated, **ahead}).from_(relation(members)).where(counts)
        )
        begins = coalesced(day, number(_NOWHERE))
        ends = {
            **keys,
            START: begins,
            _END: coalesced(column(_END), number(_NOWHERE)),
            FIRST: column(FIRST),
            LAST: column(LAST),
        }
        is_one = disj((is_dated, compared(column(_DATED), exp.EQ, number(0))))
        step = self.steps.add("@ends", taken(ends).distinct().from_(relation(step)).where(is_one))
        columns = (*self.keys, START, _END, FIRST, LAST)
        before = over(exp.Lag(this=column(_END)), self.keys, [column(START)])
        step = self.steps.add(
            "@after",
            taken({**{name: column(name) for name in columns}, _BEFORE: before}).from_(relation(step)),
        )
        # Within the stretch before: nothing came to it.
        is_new = disj((is_null(column(_BEFORE)), compared(column(_BEFORE), exp.NEQ, column(_END))))
        found = (
            taken({**{name: column(name) for name in columns}, ONLY: text("")})
            .from_(relation(step))
            .where(is_new)
        )
        return self.steps.add("@stretches", found)

    def joined(self, weighed: str, shown: tuple[str, ...]) -> tuple[str, str]:
        """Make one of stretches of one state that overlap; give the step of these, and that of their parts.

        `shown`: the columns that tell of the measure, taken from the largest stretch.
        """
        columns = (*self.weighed_by, *shown, LEAST, MOST, STATE)
        is_told = conj(
            (
                compared(column(STATE), exp.GT, number(0)),
                disj(
                    (
                        compared(column(START), exp.NEQ, number(_ALONE)),
                        compared(column(STATE), exp.EQ, number(2)),
                    )
                ),
            )
        )
        told = self.steps.add("@told", taken(columns).from_(relation(weighed)).where(is_told))
        apart, order = (*self.keys, ONLY), [column(START)]
        before = {
            _STATE_BEFORE: over(exp.Lag(this=column(STATE)), apart, order),
            _BEFORE: over(exp.Lag(this=column(_END)), apart, order),
        }
        step = self.steps.add(
            "@told-after", taken({**{name: column(name) for name in columns}, **before}).from_(relation(told))
        )
        goes_on = conj(
            (
                compared(column(STATE), exp.EQ, column(_STATE_BEFORE)),
                compared(column(START), exp.LTE, column(_BEFORE)),
            )
        )
        new = chosen([(goes_on, number(0))], number(1))
        step = self.steps.add(
            "@begins", taken({**{name: column(name) for name in columns}, _NEW: new}).from_(relation(step))
        )
        island = over(exp.Sum(this=column(_NEW)), apart, order)
        step = self.steps.add(
            "@islands",
            taken({**{name: column(name) for name in columns}, ISLAND: island}).from_(relation(step)),
        )
        largest = [exp.Ordered(this=column(KNOWN), desc=True), column(START)]
        whole = (*apart, ISLAND)
        place = over(exp.RowNumber(), whole, largest)
        placed = {
            **{name: column(name) for name in (*columns, ISLAND)},
            _PLACE: place,
            FIRST: over(exp.Min(this=column(FIRST)), whole),
            LAST: over(exp.Max(this=column(LAST)), whole),
        }
        step = self.steps.add("@places", taken(placed).from_(relation(step)))
        is_largest = compared(column(_PLACE), exp.EQ, number(1))
        take: Callable[[str], Tree] = lambda name: exp.Max(this=chosen([(is_largest, column(name))]))  # noqa: E731
        groups = {
            **{name: column(name) for name in (*whole, FIRST, LAST)},
            **{name: take(name) for name in (*shown, LEAST, MOST, STATE)},
        }
        found = taken(groups).from_(relation(step)).group_by(*map(column, (*whole, FIRST, LAST)))
        return self.steps.add("@found", found), step
