"""Derivation: what an effective table or sum gives, from truths that durable-rules decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from policy_engine.evaluation.durable.facts import Facts, number
from policy_engine.evaluation.durable.months import completed_months
from policy_engine.evaluation.durable.walk import Walker, either, first_of
from policy_engine.evaluation.durable.working_days import days_worked
from policy_engine.foundation.logic import Truth
from policy_engine.model.rules import Derive, Function, Table
from policy_engine.model.values import NOT_HAPPENED, UNKNOWN, Unknown
from policy_engine.model.vocabulary import FieldType

_FUNCTIONS: Mapping[Function, Callable[[Sequence[int]], int | Unknown]] = {
    Function.SUM: sum,
    Function.DIFFERENCE: lambda given: given[0] - given[1],
    Function.MIN: min,
    Function.MAX: max,
    Function.DAYS_BETWEEN: lambda given: given[1] - given[0],
    Function.MONTHS_BETWEEN: lambda given: completed_months(given[0], given[1]),
    Function.WORKING_DAYS_BETWEEN: lambda given: days_worked(given[0], given[1]),
}


def tabulate(walker: Walker, facts: Facts, table: Table, rows: Sequence[Truth]) -> None:
    """Give each choice of a table's field its truth: whether a row that gives it is the first that holds."""
    given = [choice for _, choice in table.rows] + [table.otherwise]
    firsts = list(first_of(walker, rows))
    for choice in facts.fields[table.field].choices:
        found = either(walker, [first for first, gives in zip(firsts, given, strict=True) if gives == choice])
        facts.truths[table.field, choice] = found


def calculate(facts: Facts, kind: Derive, conditions: Sequence[Truth]) -> int | Unknown:
    """Calculate a derived number."""
    if kind.function is Function.COUNT_IF:
        return UNKNOWN if Truth.UNKNOWN in conditions else conditions.count(Truth.TRUE)
    known = [given for given in (_input(facts, name) for name in kind.inputs) if given is not UNKNOWN]
    return _FUNCTIONS[kind.function](known) if len(known) == len(kind.inputs) else UNKNOWN


def _input(facts: Facts, name: str) -> int | Unknown:
    found = number(facts, name)
    is_day = name in facts.fields and facts.fields[name].type is FieldType.DATE
    return UNKNOWN if is_day and found == NOT_HAPPENED else found
