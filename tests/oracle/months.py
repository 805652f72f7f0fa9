"""Count months, naively."""

import calendar
from datetime import date


def months_later(day: int, months: int) -> tuple[int, bool]:
    """Go ahead to the same day number, or to the month's last day where there is none (then true)."""
    start = date.fromordinal(day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last)).toordinal(), start.day > last


def end_of_term(start: int, months: int) -> int:
    day, is_clipped = months_later(start, months)
    return day if is_clipped else day - 1


def end_of_deadline(start: int, months: int) -> int:
    """Walk on, day by day, to the same day number so many months ahead, or to the last day before a later month."""
    first, day = date.fromordinal(start), start
    wanted = first.year * 12 + first.month + months
    while True:
        here, next_day = date.fromordinal(day), date.fromordinal(day + 1)
        is_last = next_day.month != here.month
        if here.year * 12 + here.month == wanted and (here.day == first.day or is_last):
            return day
        day += 1


def months_between(start: int, end: int) -> int:
    if end < start:
        return -months_between(end, start)
    months = 0
    while months_later(start, months + 1)[0] <= end:
        months += 1
    return months
