"""Working days, counted a second time: one by one, over the same announcements."""

from __future__ import annotations

from datetime import date

from policy_engine.model.values import UNKNOWN, Unknown
from policy_engine.model.working_days import announced

_SATURDAY = 6


def days_worked(start: int, end: int) -> int | Unknown:
    """Count the days that are worked after one day up to another, negated where the other is earlier."""
    calendar = announced()
    counted = range(min(start, end) + 1, max(start, end) + 1)
    if any(not calendar.first <= day <= calendar.last for day in (*counted[:1], *counted[-1:])):
        return UNKNOWN
    off, on = frozenset(calendar.off), frozenset(calendar.on)
    worked = sum(day in on or (day not in off and _is_weekday(day)) for day in counted)
    return worked if start <= end else -worked


def _is_weekday(day: int) -> bool:
    return date.fromordinal(day).isoweekday() < _SATURDAY
