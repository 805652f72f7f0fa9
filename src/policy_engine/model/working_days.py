"""Working days, as the State Council announces them year by year. A day is `date.toordinal()`."""

from __future__ import annotations

from bisect import bisect_right
from functools import cache

from policy_engine.foundation.records import dataclass

# A Monday is day 1 of the calendar; the first five of seven are weekdays.
_WEEK, _WEEKDAYS = 7, 5


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The days from `first` to `last`: weekdays are worked but those `off`, weekends are not but those `on`.

    Outside nothing was announced. Both lists are in order.
    """

    first: int
    last: int
    off: tuple[int, ...]
    on: tuple[int, ...]

    def between(self, start: int, end: int) -> int | None:
        """Count the working days after one day up to another, negated where the other is earlier.

        `None` where a day that would be counted lies outside.
        """
        if end < start:
            back = self.between(end, start)
            return None if back is None else -back
        if start < end and (start + 1 < self.first or end > self.last):
            return None
        return self._until(end) - self._until(start)

    def _until(self, day: int) -> int:
        weeks, rest = divmod(day, _WEEK)
        weekdays = weeks * _WEEKDAYS + min(rest, _WEEKDAYS)
        return weekdays - bisect_right(self.off, day) + bisect_right(self.on, day)


@cache
def announced() -> WorkingCalendar:
    """Give the days that were announced, in the years that the installed calendar knows.

    It is loaded when the first working days are counted, and not before.
    """
    from chinese_calendar.constants import holidays, workdays  # noqa: PLC0415

    years = {day.year for day in holidays}
    first = min(holidays).replace(year=min(years), month=1, day=1)
    last = first.replace(year=max(years), month=12, day=31)
    return WorkingCalendar(
        first.toordinal(),
        last.toordinal(),
        tuple(sorted(day.toordinal() for day in holidays if day.isoweekday() <= _WEEKDAYS)),
        tuple(sorted(day.toordinal() for day in workdays if day.isoweekday() > _WEEKDAYS)),
    )


def working_days_between(start: int, end: int) -> int | None:
    """Count working days after one day up to another; `None` where a year is not announced."""
    return announced().between(start, end)
