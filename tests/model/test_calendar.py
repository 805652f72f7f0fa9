"""Days, terms and whole months."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.model.calendar import chinese_day, day_number, deadline, iso, months_between, term_end

DAYS = st.dates(date(1949, 10, 1), date(2100, 12, 31)).map(date.toordinal)
MONTHS = st.integers(min_value=0, max_value=600)


@given(DAYS)
def test_days_are_written_and_read_back(day: int) -> None:
    assert day_number(iso(day)) == day


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-29", "2026-13-01", "2026-00-10", "0000-01-01", "20260115", "2026-1-15", "2026/01/15", "26-01-15",
        "2026-W03-4", "2026-01-15 ", "２０２６-01-15", "²026-01-15", "", "未发生", "-026-01-15", "2026-01-1５",
    ],
)  # fmt: skip
def test_what_is_no_day_is_none(text: str) -> None:
    assert day_number(text) is None


@given(st.text(max_size=12))
def test_any_text_is_a_day_or_none(text: str) -> None:
    day = day_number(text)
    assert day is None or iso(day) == text


def test_officials_write_days_without_zeros() -> None:
    assert chinese_day(day_number("2026-01-05") or 0) == "2026年1月5日"


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2024-01-15", 1, "2024-02-14"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2023-01-31", 1, "2023-02-28"),
        ("2024-01-30", 1, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-28"),
        ("2026-01-01", 12, "2026-12-31"),
        ("2026-03-31", 1, "2026-04-30"),
        ("2026-01-15", 0, "2026-01-14"),
    ],
)
def test_terms_end_where_the_law_of_months_says(start: str, months: int, end: str) -> None:
    assert end == iso(term_end(day_number(start) or 0, months))


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-15", 1, "2026-02-15"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2023-01-29", 1, "2023-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-12-01", 1, "2027-01-01"),
    ],
)
def test_deadlines_end_on_the_corresponding_day(start: str, months: int, end: str) -> None:
    assert end == iso(deadline(day_number(start) or 0, months))


@given(DAYS, MONTHS)
def test_a_deadline_ends_a_day_after_the_term_or_with_it_in_a_shorter_month(start: int, months: int) -> None:
    last = deadline(start, months)
    has_same_day = date.fromordinal(last).day == date.fromordinal(start).day
    assert last - term_end(start, months) == (1 if has_same_day else 0)


@given(DAYS, DAYS)
def test_a_month_is_completed_on_the_last_day_of_its_deadline(start: int, end: int) -> None:
    first, last = min(start, end), max(start, end)
    months = months_between(first, last)
    assert deadline(first, months) <= last < deadline(first, months + 1)


@given(DAYS, MONTHS)
def test_longer_terms_end_later(start: int, months: int) -> None:
    assert term_end(start, months) < term_end(start, months + 1)


@given(DAYS, MONTHS)
def test_term_ends_in_its_last_month(start: int, months: int) -> None:
    first, after = date.fromordinal(start), date.fromordinal(term_end(start, months)) + timedelta(days=1)
    index = first.year * 12 + first.month - 1 + months
    at_end = (index // 12, index % 12 + 1) == (after.year, after.month)
    clipped = (after - timedelta(days=1)).month == index % 12 + 1 and after.day == 1
    assert at_end or clipped


@given(DAYS, DAYS)
def test_months_between_are_those_whose_term_has_ended(start: int, end: int) -> None:
    first, last = min(start, end), max(start, end)
    months = months_between(first, last)
    assert months >= 0
    assert months_between(last, first) == -months
    # The day after the term's end, or the last day itself where the month has no such day.
    assert months == 0 or term_end(first, months) <= last
    assert last <= term_end(first, months + 1)


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2026-01-15", "2026-02-14", 0), ("2026-01-15", "2026-02-15", 1), ("2024-01-31", "2024-02-29", 1),
        ("2023-01-31", "2023-02-28", 1), ("2024-02-29", "2025-02-28", 12), ("2026-02-15", "2026-01-15", -1),
    ],
)  # fmt: skip
def test_whole_months(start: str, end: str, months: int) -> None:
    assert months == months_between(day_number(start) or 0, day_number(end) or 0)
