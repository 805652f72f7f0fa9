"""Days and months. A day is `date.toordinal()`."""

from __future__ import annotations

from datetime import date

from policy_engine.model.conditions import Period

# The days a fact may have. Nothing this program judges is older, and arithmetic over them can be proved.
FIRST_YEAR, LAST_YEAR = 1901, 2199
FIRST_DAY, LAST_DAY = date(FIRST_YEAR, 1, 1).toordinal(), date(LAST_YEAR, 12, 31).toordinal()
# The day of examples, witnesses and proposed scenarios that hang on none.
USUAL_DAY = date(2026, 1, 15).toordinal()


def day_number(text: str) -> int | None:
    """Read `YYYY-MM-DD`; `None` where that is no day of the calendar."""
    if len(text) != 10 or text[4] != "-" or text[7] != "-" or not (text[:4] + text[5:7] + text[8:]).isdigit():
        return None
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        return None


def iso(day: int) -> str:
    """Write a day as `YYYY-MM-DD`."""
    return date.fromordinal(day).isoformat()


def chinese_day(day: int) -> str:
    """Write a day as officials do: 2026年1月15日."""
    d = date.fromordinal(day)
    return f"{d.year}年{d.month}月{d.day}日"


def term_end(start: int, months: int) -> int:
    """Find the last day of a term of so many months that begins on a day.

    The day before the same day number of the target month, or that month's last day where it has no such day.
    """
    first = date.fromordinal(start)
    year, month = _shift(first.year, first.month, months)
    last = _days_in(year, month)
    if first.day > last:
        # No day to step back from: the term is full with the month.
        return date(year, month, last).toordinal()
    return date(year, month, first.day).toordinal() - 1


def deadline(start: int, months: int) -> int:
    """Find the last day of so many months after a day, which itself is not counted (民法典第二百零一条、第二百零二条).

    The same day number of the target month, or that month's last day where it has no such day. Holidays don't move it.
    """
    first = date.fromordinal(start)
    year, month = _shift(first.year, first.month, months)
    return date(year, month, min(first.day, _days_in(year, month))).toordinal()


def last_day(start: int, months: int, period: Period) -> int:
    """Find the last day of so many months, of either sort."""
    return deadline(start, months) if period is Period.DEADLINE else term_end(start, months)


def months_between(start: int, end: int) -> int:
    """Count the whole months completed from one day to another; negative where the end is earlier."""
    if end < start:
        return -months_between(end, start)
    a, b = date.fromordinal(start), date.fromordinal(end)
    months = (b.year - a.year) * 12 + b.month - a.month
    is_month_end = b.day == _days_in(b.year, b.month)
    return months if b.day >= a.day or is_month_end else months - 1


def _shift(year: int, month: int, months: int) -> tuple[int, int]:
    index = year * 12 + month - 1 + months
    return index // 12, index % 12 + 1


def _days_in(year: int, month: int) -> int:
    # Without `calendar`, which reads locales and names of days first.
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - date(year, month, 1)).days
