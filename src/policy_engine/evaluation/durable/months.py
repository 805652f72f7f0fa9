"""Months, counted a second time: the second engine shares no arithmetic with the first."""

from __future__ import annotations

from datetime import MAXYEAR, date

from policy_engine.evaluation.durable.clauses import EngineFailure
from policy_engine.model.conditions import Period


def is_within(day: int, start: int, months: int, period: Period) -> bool:
    """Tell whether a day lies in the months that follow a day (a deadline) or begin on it (a term)."""
    if day < start:
        return False
    year, month, wanted = _ahead(start, months)
    if year > MAXYEAR:
        return True
    last = _last(year, month)
    if wanted > last:
        return day <= date(year, month, last).toordinal()
    anniversary = date(year, month, wanted).toordinal()
    return day <= anniversary if period is Period.DEADLINE else day < anniversary


def completed_months(start: int, end: int) -> int:
    """Count the months completed from one day to another, negated where the end is earlier."""
    if end < start:
        return -completed_months(end, start)
    begun, ended = _date(start), _date(end)
    touched = (ended.year - begun.year) * 12 + ended.month - begun.month
    anniversary = min(begun.day, _last(ended.year, ended.month))
    return touched - (ended.day < anniversary)


def _ahead(day: int, months: int) -> tuple[int, int, int]:
    begun = _date(day)
    years, month = divmod(begun.month - 1 + months, 12)
    return begun.year + years, month + 1, begun.day


def _last(year: int, month: int) -> int:
    from calendar import monthrange  # noqa: PLC0415 - few rules count months, and this reads locales first

    return monthrange(year, month)[1]


def _date(day: int) -> date:
    try:
        return date.fromordinal(day)
    except (ValueError, OverflowError) as problem:
        reason = f"{day} is no day of the calendar"
        raise EngineFailure(reason) from problem
