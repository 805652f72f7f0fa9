"""The few functions generated code calls. NaN stands for an unknown number or day."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from policy_engine.model.calendar import deadline, months_between, term_end
from policy_engine.model.conditions import Period
from policy_engine.model.rules import Function
from policy_engine.model.values import NOT_HAPPENED, UNKNOWN, Value
from policy_engine.model.working_days import working_days_between

NAN = float("nan")
Number = int | float


def encode_number(value: Value) -> object:
    """Encode a number or day for generated code."""
    return NAN if value is UNKNOWN else value


def encode_other(value: Value) -> object:
    """Encode a boolean, choice or list for generated code."""
    return None if value is UNKNOWN else value


_LAST_DAYS: Mapping[Period, Callable[[int, int], int]] = {Period.DEADLINE: deadline, Period.TERM: term_end}


def within_months(day: Number, start: Number, months: int) -> bool | None:
    """Decide `WithinMonths` of a deadline on encoded days; `None` where it is not settled."""
    return _within(day, start, months, deadline)


def within_term(day: Number, start: Number, months: int) -> bool | None:
    """Decide `WithinMonths` of a term on encoded days; `None` where it is not settled."""
    return _within(day, start, months, term_end)


def _within(day: Number, start: Number, months: int, end: Callable[[int, int], int]) -> bool | None:
    # Asked first: what didn't happen settles it, even where the other day is unknown.
    if NOT_HAPPENED in (day, start):
        return False
    if isinstance(day, float) or isinstance(start, float):
        return None
    return start <= day <= end(start, months)


def sum_of(*numbers: Number) -> Number:
    """Add encoded numbers."""
    return sum(numbers)


def difference_of(first: Number, second: Number) -> Number:
    """Subtract encoded numbers."""
    return first - second


def min_of(*numbers: Number) -> Number:
    """Find the least of encoded numbers; unknown if one is."""
    # `min` of a NaN hangs on the order of its arguments.
    return NAN if any(isinstance(n, float) for n in numbers) else min(numbers)


def max_of(*numbers: Number) -> Number:
    """Find the greatest of encoded numbers; unknown if one is."""
    return NAN if any(isinstance(n, float) for n in numbers) else max(numbers)


def days_between_of(start: Number, end: Number) -> Number:
    """Count days between encoded days; unknown where either has not happened."""
    return NAN if NOT_HAPPENED in (start, end) else end - start


def months_between_of(start: Number, end: Number) -> Number:
    """Count whole months between encoded days; unknown where either has not happened."""
    if isinstance(start, float) or isinstance(end, float) or NOT_HAPPENED in (start, end):
        return NAN
    return months_between(start, end)


def working_days_between_of(start: Number, end: Number) -> Number:
    """Count working days between encoded days; unknown also where a year is not announced."""
    if isinstance(start, float) or isinstance(end, float) or NOT_HAPPENED in (start, end):
        return NAN
    found = working_days_between(start, end)
    return NAN if found is None else found


RUNTIME: Mapping[str, object] = {
    "NAN": NAN,
    Period.DEADLINE.value: within_months,
    Period.TERM.value: within_term,
    "sum_of": sum_of,
    "difference_of": difference_of,
    "min_of": min_of,
    "max_of": max_of,
    "days_between_of": days_between_of,
    "months_between_of": months_between_of,
    "working_days_between_of": working_days_between_of,
}


_FUNCTIONS: Mapping[Function, Callable[..., Number]] = {
    Function.SUM: sum_of,
    Function.DIFFERENCE: difference_of,
    Function.MIN: min_of,
    Function.MAX: max_of,
    Function.DAYS_BETWEEN: days_between_of,
    Function.MONTHS_BETWEEN: months_between_of,
    Function.WORKING_DAYS_BETWEEN: working_days_between_of,
}


def is_within(day: Value, start: Value, months: int, period: Period) -> bool | None:
    """Decide `WithinMonths` on values; `None` where it is not settled."""
    return _within(_as_number(day), _as_number(start), months, _LAST_DAYS[period])


def computed(function: Function, values: list[Value]) -> int | None:
    """Compute a number from values; `None` where it is unknown. Counting is not done here."""
    return decode_number(_FUNCTIONS[function](*map(_as_number, values)))


def _as_number(value: Value) -> Number:
    return value if isinstance(value, int) else NAN


def decode_number(number: Number) -> int | None:
    """Decode a computed number; `None` where it is unknown."""
    return None if isinstance(number, float) else number
