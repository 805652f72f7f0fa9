"""How long the law leaves for an event after another one."""

from datetime import date

import pytest

from policy_engine.model.vocabulary import Term


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


@pytest.mark.parametrize(
    ("days", "is_working", "start", "last", "over"),
    [
        # A Friday: the weekend isn't counted.
        (2, True, "2026-05-29", "2026-06-02", "2026-06-03"),
        # New Year's days aren't worked, the Sunday after them is.
        (7, True, "2025-12-30", "2026-01-09", "2026-01-12"),
        (30, False, "2026-01-05", "2026-02-04", "2026-02-05"),
        # The thirtieth day is a Saturday: it goes on to Monday.
        (30, False, "2025-12-11", "2026-01-12", "2026-01-13"),
        # The thirtieth day is the eve of the Spring Festival.
        (30, False, "2026-01-17", "2026-02-24", "2026-02-25"),
    ],
)
def test_a_term_runs_to_its_last_day(days, is_working, start, last, over):
    term = Term("签订日", days, is_working)
    assert term.runs(day(start), day(last)) is True
    assert term.runs(day(start), day(over)) is False


@pytest.mark.parametrize("is_working", [True, False])
def test_days_of_a_year_that_is_not_announced_cannot_be_counted(is_working):
    term = Term("签订日", 2, is_working)
    assert term.runs(day("2098-05-06"), day("2098-05-08")) is True
    assert term.runs(day("2098-05-06"), day("2098-05-20")) is None
