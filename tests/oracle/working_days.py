"""Count working days day by day, over holidays copied by hand from the State Council's yearly notices."""

from datetime import date

# What each notice sets free on weekdays, and the weekend days on which people work instead.
OFF = {
    2023: "01-02 01-23 01-24 01-25 01-26 01-27 04-05 05-01 05-02 05-03 06-22 06-23 09-29 10-02 10-03 10-04 10-05 10-06",
    2024: "01-01 02-12 02-13 02-14 02-15 02-16 04-04 04-05 05-01 05-02 05-03 06-10 09-16 09-17 10-01 10-02 10-03 10-04 10-07",
    2025: "01-01 01-28 01-29 01-30 01-31 02-03 02-04 04-04 05-01 05-02 05-05 06-02 10-01 10-02 10-03 10-06 10-07 10-08",
}
ON = {
    2023: "01-28 01-29 04-23 05-06 06-25 10-07 10-08",
    2024: "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    2025: "01-26 02-08 04-27 09-28 10-11",
}
# Nobody announces holidays of a century to come.
NEVER_ANNOUNCED = 2100


def _days(lists):
    return {date.fromisoformat(f"{year}-{day}") for year, days in lists.items() for day in days.split()}


DAYS_OFF, DAYS_ON = _days(OFF), _days(ON)


def is_worked(day: date) -> bool:
    return day in DAYS_ON or (day.weekday() < 5 and day not in DAYS_OFF)


def working_days_between(start: int, end: int) -> int | None:
    """Walk from the day after the earlier one to the later; nothing is known where that reaches a far century."""
    if end < start:
        back = working_days_between(end, start)
        return None if back is None else -back
    days = [date.fromordinal(n) for n in range(start + 1, end + 1)]
    if days and days[-1].year > NEVER_ANNOUNCED:
        return None
    return sum(is_worked(day) for day in days)
