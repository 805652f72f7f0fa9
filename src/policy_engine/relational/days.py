"""Days as numbers that a person can read: 20260115. They are in the order of days; months are counted in months.

No database agrees with another one on what a month after 31 January is, so nothing here leaves whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from policy_engine.model.conditions import Period
from policy_engine.model.values import NOT_HAPPENED
from policy_engine.model.working_days import announced
from policy_engine.relational.chain import Chain
from policy_engine.relational.trees import (
    Tree,
    chosen,
    compared,
    conj,
    denied,
    disj,
    enclosed,
    is_null,
    number,
)


def key_of(day: int) -> int:
    """Write a day number of the calendar so; what has not happened stays what it is."""
    if day == NOT_HAPPENED:
        return day
    found = date.fromordinal(day)
    return found.year * 10_000 + found.month * 100 + found.day


@dataclass(frozen=True, slots=True)
class Days:
    """Works with days inside a chain. The columns it is given hold no event that has not happened."""

    chain: Chain

    def month_end(self, months: Tree, what: str) -> Tree:
        """Find the last day number of a month that is counted from the year 0."""
        year, month = self._whole(months, 12), self._month(months)
        is_leap = disj(
            (
                conj((self._divides(year, 4), denied(self._divides(year, 100)))),
                self._divides(year, 400),
            )
        )
        short = exp.In(this=enclosed(month), expressions=[number(one) for one in (4, 6, 9, 11)])
        ends = chosen(
            [
                (is_null(months), exp.cast(exp.null(), "BIGINT")),
                (short, number(30)),
                (compared(month, exp.NEQ, number(2)), number(31)),
                (is_leap, number(29)),
            ],
            number(28),
        )
        return self.chain.bind(f"月末:{what}", ends)

    def is_within(self, day: Tree, start: Tree, name: str, months: int, period: Period) -> Tree:
        """Tell whether a day is in the months from another one on. `name`: what the start is called."""
        target = self.chain.bind(
            f"月:{name}+{months}", exp.Add(this=self.months(start), expression=number(months))
        )
        last = self.month_end(target, f"{name}+{months}")
        of_month = self.day(start)
        first = exp.Add(
            this=exp.Mul(this=enclosed(self._whole(target, 12)), expression=number(10_000)),
            expression=exp.Mul(this=enclosed(self._month(target)), expression=number(100)),
        )
        beyond: Tree = last
        how: type[exp.Binary] = exp.LTE
        if period is Period.TERM:
            # A term ends before the same day number, or with a month that has no such day.
            how, beyond = exp.LT, exp.Add(this=enclosed(last), expression=number(1))
        ends = chosen([(compared(of_month, exp.GT, last), beyond)], of_month)
        end = self.chain.bind(
            f"期满:{name}+{months}:{period.name}", exp.Add(this=enclosed(first), expression=ends)
        )
        return conj((compared(day, exp.GTE, start), compared(day, how, end)))

    def days_between(self, start: Tree, end: Tree, names: tuple[str, str]) -> Tree:
        """Count the days from one day to another."""
        first, last = (self.ordinal(day, name) for day, name in zip((start, end), names, strict=True))
        return exp.Sub(this=last, expression=first)

    def months_between(self, start: Tree, end: Tree, names: tuple[str, str]) -> Tree:
        """Count the months that are completed from one day to another, negated where the other is earlier."""
        return self._either_way(start, end, names, self._months_completed)

    def working_days_between(self, start: Tree, end: Tree, names: tuple[str, str]) -> Tree:
        """Count the working days after one day up to another; open where a year is not announced."""
        return self._either_way(start, end, names, self._working_days)

    def _either_way(
        self, start: Tree, end: Tree, names: tuple[str, str], count: Callable[[Tree, Tree, str], Tree]
    ) -> Tree:
        what = "～".join(names)
        is_back = compared(end, exp.LT, start)
        low = self.chain.bind(f"先:{what}", chosen([(is_back, end)], start))
        high = self.chain.bind(f"后:{what}", chosen([(is_back, start)], end))
        found = self.chain.bind(f"数:{what}:{count.__name__}", count(low, high, what))
        return chosen([(is_back, exp.Neg(this=enclosed(found)))], found)

    def _months_completed(self, low: Tree, high: Tree, what: str) -> Tree:
        last = self.month_end(self.chain.bind(f"月:后:{what}", self.months(high)), f"后:{what}")
        day = self.day(high)
        is_complete = disj((compared(day, exp.GTE, self.day(low)), compared(day, exp.EQ, last)))
        months = exp.Sub(this=enclosed(self.months(high)), expression=enclosed(self.months(low)))
        return exp.Sub(this=months, expression=chosen([(is_complete, number(0))], number(1)))

    def _working_days(self, low: Tree, high: Tree, what: str) -> Tree:
        known = announced()
        # The day itself isn't counted: the one before the first announced will do.
        from_there = compared(low, exp.GTE, number(key_of(known.first - 1)))
        until_there = compared(high, exp.LTE, number(key_of(known.last)))
        counted = exp.Sub(
            this=enclosed(self._worked(high, f"后:{what}")),
            expression=enclosed(self._worked(low, f"先:{what}")),
        )
        return chosen(
            [(compared(low, exp.EQ, high), number(0)), (conj((from_there, until_there)), counted)],
            exp.cast(exp.null(), "BIGINT"),
        )

    def _worked(self, day: Tree, what: str) -> Tree:
        known = announced()
        ordinal = self.ordinal(day, what)
        rest = self.chain.bind(f"星期:{what}", exp.Mod(this=ordinal, expression=number(7)))
        weekdays = exp.Add(
            this=exp.Mul(this=enclosed(self._whole(ordinal, 7)), expression=number(5)),
            expression=chosen([(compared(rest, exp.GT, number(5)), number(5))], rest),
        )
        # How many days more or fewer than weekdays were worked by then: it changes on each day that is announced.
        steps: list[tuple[Tree, Tree]] = []
        changed = 0
        for at in sorted((*known.off, *known.on)):
            steps.append((compared(day, exp.LT, number(key_of(at))), number(changed)))
            changed += 1 if at in known.on else -1
        return exp.Add(this=weekdays, expression=chosen(steps, number(changed)))

    def ordinal(self, day: Tree, what: str) -> Tree:
        """Find the number of a day as the calendar counts: 1 is 1 January of the year 1."""
        # Years that begin in March have their odd day last (Fliegel and Van Flandern, 1968).
        shift = self.chain.bind(
            f"岁首:{what}", exp.Sub(this=enclosed(self.months(day)), expression=number(2))
        )
        year, month = self._whole(shift, 12), exp.Mod(this=shift, expression=number(12))
        year = self.chain.bind(f"年:{what}", year)
        leaps = exp.Add(
            this=exp.Sub(this=enclosed(self._whole(year, 4)), expression=enclosed(self._whole(year, 100))),
            expression=enclosed(self._whole(year, 400)),
        )
        of_months = exp.Add(this=exp.Mul(this=number(153), expression=enclosed(month)), expression=number(2))
        parts = (
            exp.Mul(this=enclosed(year), expression=number(365)),
            leaps,
            self._whole(of_months, 5),
            self.day(day),
        )
        found: Tree = enclosed(parts[0])
        for part in parts[1:]:
            found = exp.Add(this=found, expression=enclosed(part))
        return self.chain.bind(f"日:{what}", exp.Sub(this=found, expression=number(_BEFORE)))

    def months(self, day: Tree) -> Tree:
        """Count the months of a day from the year 0, of which January is the first."""
        of_year = exp.Mod(this=enclosed(self._whole(day, 100)), expression=number(100))
        years = exp.Mul(this=enclosed(self._whole(day, 10_000)), expression=number(12))
        return exp.Sub(this=exp.Add(this=years, expression=enclosed(of_year)), expression=number(1))

    def month_key(self, months: Tree) -> Tree:
        """Write months that are counted from the year 0 as a person reads them: 202601."""
        years = exp.Mul(this=enclosed(self._whole(months, 12)), expression=number(100))
        return exp.Add(this=years, expression=enclosed(self._month(months)))

    def year(self, day: Tree) -> Tree:
        """Give the year."""
        return self._whole(day, 10_000)

    def day(self, day: Tree) -> Tree:
        """Give the day of the month."""
        return exp.Mod(this=day, expression=number(100))

    def _month(self, months: Tree) -> Tree:
        return exp.Add(
            this=enclosed(exp.Mod(this=enclosed(months), expression=number(12))), expression=number(1)
        )

    def _divides(self, year: Tree, by: int) -> Tree:
        return compared(exp.Mod(this=enclosed(year), expression=number(by)), exp.EQ, number(0))

    def _whole(self, value: Tree, by: int) -> Tree:
        """Divide without a rest. Nothing negative is ever divided."""
        if self.chain.dialect.divides_whole:
            return exp.Div(this=enclosed(value), expression=number(by), typed=True, safe=False)
        return exp.IntDiv(this=enclosed(value), expression=number(by))


# 1 January of the year 1 is so many days after the last of February of the year 0.
_BEFORE = 306
