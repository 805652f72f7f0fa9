"""Months, days and working days in SQL end where the oracle says, whatever month a term begins in."""

from datetime import date

import pytest

from effort import IS_FULL
from oracle.interpreter import interpret
from oracle.months import months_later
from policy_engine.compilation import compile_rules
from policy_engine.evaluation.compiled import evaluate_compiled
from policy_engine.model import conditions as c
from policy_engine.model.rules import Derive, Function, Prohibit
from policy_engine.model.values import NOT_HAPPENED, UNKNOWN
from policy_engine.model.working_days import announced
from policy_engine.relational import DIALECTS, RowFacts, plan_subject, row_of
from properties import toy
from properties.test_agreement import differences, simple_rule
from relational.databases import LOCAL, evaluation_of

MONTHS = (1, 2, 11, 12, 13, 25)
STARTS = [date(2023, 12, 27).toordinal() + n for n in range(0, 500, 1 if IS_FULL else 7)]
ENDS = [date(2024, month, 28).toordinal() + n for month in (1, 2, 3, 4, 8) for n in range(5)]


def facts() -> list[dict[str, int]]:
    """Tell days on either side of the end of every term."""
    known = announced()
    found = [
        {"签订": day, "验收": months_later(day, months)[0] + after}
        for day in (*STARTS, *ENDS)
        for months in (-13, -1, *MONTHS[: 6 if IS_FULL else 3])
        for after in (-1, 0, 1)
    ]
    edges = (known.first - 2, known.first - 1, known.first, known.last, known.last + 1)
    found += [{"签订": one, "验收": other} for one in edges for other in edges]
    others = (NOT_HAPPENED, UNKNOWN, STARTS[0])
    return found + [{"签订": one, "验收": other} for one in others for other in others]


@pytest.mark.parametrize("opened", LOCAL.values(), ids=LOCAL)
def test_sql_counts_days_and_months_as_the_oracle_does(opened):
    terms = [
        simple_rule(
            10 + 2 * at + number, Prohibit("转包"), c.WithinMonths("验收", "签订", months, period, toy.SPAN)
        )
        for at, months in enumerate(MONTHS)
        for number, period in enumerate(c.Period)
    ]
    functions = (Function.DAYS_BETWEEN, Function.MONTHS_BETWEEN, Function.WORKING_DAYS_BETWEEN)
    for at, function in enumerate(functions):
        rule_set = toy.rule_set(*terms, simple_rule(at, Derive("期数", function, ("签订", "验收"), ())))
        compiled = compile_rules(rule_set)
        with opened() as database:
            plan = plan_subject(compiled, toy.PURCHASE, DIALECTS[database.name])
            matters = [
                RowFacts(row=str(row), situation=toy.situation(told)) for row, told in enumerate(facts())
            ]
            known = toy.VOCABULARY.subjects[toy.PURCHASE]
            answers = database.ask(plan, [row_of(matter, plan, known) for matter in matters])
        assert len(matters) == len(answers)
        # The holidays that the oracle knows were copied by hand, and are those of few years.
        is_of_days = function is Function.WORKING_DAYS_BETWEEN
        for matter, answer in zip(matters, answers, strict=True):
            expected = (
                evaluate_compiled(compiled, matter.situation)
                if is_of_days
                else interpret(rule_set, matter.situation)
            )
            assert {} == differences(expected, evaluation_of(answer, plan)), matter.situation
