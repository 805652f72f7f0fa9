"""Working days: on small calendars whose every day is known, and against notices copied by hand."""

import subprocess
import sys
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle import working_days as notices
from policy_engine.evaluation.durable.working_days import days_worked
from policy_engine.model.values import UNKNOWN
from policy_engine.model.working_days import WorkingCalendar, announced, working_days_between


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


# Two weeks from a Monday: Wednesday of the first is free, Saturday of the first is worked for it.
MONDAY = day("2029-01-01")
FORTNIGHT = WorkingCalendar(MONDAY, MONDAY + 13, off=(MONDAY + 2,), on=(MONDAY + 5,))


@pytest.mark.parametrize(
    ("expected", "start", "end"),
    [
        (0, 0, 0),
        (1, 0, 1),
        (1, 0, 2),
        (2, 0, 3),
        (4, 0, 5),
        (4, 0, 6),
        (5, 0, 7),
        (9, 0, 13),
        (5, -1, 6),
        (-1, 2, 0),
        (-4, 5, 0),
    ],
)
def test_days_after_the_first_up_to_the_last_are_counted(expected, start, end):
    assert FORTNIGHT.between(MONDAY + start, MONDAY + end) == expected


@pytest.mark.parametrize(("start", "end"), [(-2, 3), (3, -2), (3, 14), (14, 3), (-9, 20), (15, 16), (-5, -4)])
def test_a_day_that_nobody_announced_leaves_the_number_open(start, end):
    assert FORTNIGHT.between(MONDAY + start, MONDAY + end) is None


def test_nothing_is_counted_between_a_day_and_itself_whatever_is_known():
    assert FORTNIGHT.between(MONDAY + 99, MONDAY + 99) == 0


DAYS_OF_NOTICES = st.integers(day("2022-12-31"), day("2025-12-31"))


@given(DAYS_OF_NOTICES, DAYS_OF_NOTICES)
def test_both_engines_count_what_the_notices_say(start, end):
    expected = notices.working_days_between(start, end)
    assert working_days_between(start, end) == days_worked(start, end) == expected


def test_every_day_of_the_notices_is_as_announced():
    for end in range(day("2023-01-01"), day("2025-12-31") + 1):
        assert working_days_between(end - 1, end) == notices.is_worked(date.fromordinal(end)), (
            date.fromordinal(end)
        )


@pytest.mark.parametrize(("start", "end"), [("1999-12-30", "2000-01-04"), ("2150-01-01", "2150-01-05")])
def test_engines_leave_open_what_is_not_announced(start, end):
    assert working_days_between(day(start), day(end)) is None
    assert days_worked(day(start), day(end)) is UNKNOWN


def test_the_calendar_knows_the_years_that_the_rules_need():
    assert announced().first <= day("2015-03-01")
    assert announced().last >= day("2026-12-31")


def test_the_calendar_is_loaded_only_where_working_days_are_counted():
    code = (
        "import sys; from policy_engine.cli import main\n"
        "sys.argv = ['policy-engine', 'check', 'examples/purchase-property-service.yaml']\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "assert 'chinese_calendar' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
