"""Calendar arithmetic in solver terms: the Gregorian calendar over the days a fact may have, 1901 to 2199.

Day numbers are `date.toordinal()`. Source of the rules: `policy_engine.model.calendar`.
"""

from __future__ import annotations

from dataclasses import dataclass

import z3

from policy_engine.model.calendar import FIRST_DAY, FIRST_YEAR, LAST_YEAR

_BEFORE_MONTH = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)


@dataclass(frozen=True, slots=True)
class Civil:
    """Year, month and day of a day number that is at least 1."""

    year: z3.ArithRef
    month: z3.ArithRef
    day: z3.ArithRef


def split_day(name: str, number: z3.ArithRef) -> tuple[Civil, z3.BoolRef]:
    """Name the parts of a day, and state what binds them to its number where it is a day at all."""
    civil = Civil(z3.Int(f"{name}!year"), z3.Int(f"{name}!month"), z3.Int(f"{name}!day"))
    bound = z3.Implies(
        number >= 1,
        z3.And(
            civil.month >= 1,
            civil.month <= 12,
            civil.year >= FIRST_YEAR,
            civil.year <= LAST_YEAR,
            civil.day >= 1,
            civil.day <= _length(civil.year, civil.month),
            number == _first(civil.year, civil.month) + civil.day - 1,
        ),
    )
    return civil, bound


def term_end(start: Civil, months: int) -> z3.ArithRef:
    """Give the last day of a term: the day before the same day number, or the target month's last day."""
    index = start.year * 12 + start.month - 1 + months
    year, month = index / 12, index % 12 + 1
    length = _length(year, month)
    return _first(year, month) + z3.If(start.day > length, length - 1, start.day - 2)


def deadline(start: Civil, months: int) -> z3.ArithRef:
    """Give the last day of so many months after a day: the same day number, or the target month's last day."""
    index = start.year * 12 + start.month - 1 + months
    year, month = index / 12, index % 12 + 1
    length = _length(year, month)
    return _first(year, month) + z3.If(start.day > length, length, start.day) - 1


def months_between(
    start: Civil, start_number: z3.ArithRef, end: Civil, end_number: z3.ArithRef
) -> z3.ArithRef:
    """Count whole months completed; negated where the end is earlier."""
    return z3.If(end_number < start_number, -_completed(end, start), _completed(start, end))


def _completed(start: Civil, end: Civil) -> z3.ArithRef:
    months = (end.year - start.year) * 12 + end.month - start.month
    is_complete = z3.Or(end.day >= start.day, end.day == _length(end.year, end.month))
    return z3.If(is_complete, months, months - 1)


def _is_leap(year: z3.ArithRef) -> z3.BoolRef:
    # Of the centuries in reach 2000 has a leap day and 2100 has none.
    return z3.And(year % 4 == 0, year != 2100)


def _length(year: z3.ArithRef, month: z3.ArithRef) -> z3.ArithRef:
    short = z3.Or(month == 4, month == 6, month == 9, month == 11)
    return z3.If(month == 2, z3.If(_is_leap(year), 29, 28), z3.If(short, 30, 31))


def _first(year: z3.ArithRef, month: z3.ArithRef) -> z3.ArithRef:
    # 1904 is the first leap year in reach, and 2100 is none.
    leaps = (year - FIRST_YEAR) / 4 - z3.If(year > 2100, 1, 0)
    days = FIRST_DAY + 365 * (year - FIRST_YEAR) + leaps
    within = z3.IntVal(_BEFORE_MONTH[11])
    for number in range(11, 0, -1):
        within = z3.If(month == number, _BEFORE_MONTH[number - 1], within)
    return days + within + z3.If(z3.And(month > 2, _is_leap(year)), 1, 0)
