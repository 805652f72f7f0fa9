"""Working days in solver terms. Source of the rules: `policy_engine.model.working_days`."""

from __future__ import annotations

import z3

from policy_engine.model.working_days import WorkingCalendar


def is_announced(calendar: WorkingCalendar, start: z3.ArithRef, end: z3.ArithRef) -> z3.BoolRef:
    """State that every day after the earlier one up to the later was announced."""
    first, last = z3.If(start < end, start, end) + 1, z3.If(start < end, end, start)
    return z3.Or(start == end, z3.And(first >= calendar.first, last <= calendar.last))


def working_days_between(calendar: WorkingCalendar, start: z3.ArithRef, end: z3.ArithRef) -> z3.ArithRef:
    """Count the working days after one day up to another; negative where the other is earlier."""
    # As sums up to a day: weekdays by arithmetic, and what the notices moved as steps.
    moves = sorted([*((day, -1) for day in calendar.off), *((day, 1) for day in calendar.on)])
    steps = [(calendar.first, 0)]
    for day, move in moves:
        steps.append((day, steps[-1][1] + move))
    return _until(end, steps) - _until(start, steps)


def _until(day: z3.ArithRef, steps: list[tuple[int, int]]) -> z3.ArithRef:
    rest = day % 7
    return day / 7 * 5 + z3.If(rest < 5, rest, 5) + _moved(day, steps)


def _moved(day: z3.ArithRef, steps: list[tuple[int, int]]) -> z3.ArithRef:
    # By halves: a day goes through nine comparisons, not through hundreds.
    if len(steps) == 1:
        return z3.IntVal(steps[0][1])
    middle = len(steps) // 2
    return z3.If(day < steps[middle][0], _moved(day, steps[:middle]), _moved(day, steps[middle:]))
