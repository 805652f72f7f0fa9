"""Of a period in months the explanation names the last day, and of a deadline that holidays are not counted in."""

from datetime import date

import pytest

from policy_engine.compilation import compile_rules
from policy_engine.evaluation.explanation import explain
from policy_engine.model import conditions as c
from policy_engine.model.cases import Case, Fact, Origin
from policy_engine.model.decisions import Step
from policy_engine.model.rules import Prohibit
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Phase
from policy_engine.usecases import check
from properties import toy
from properties.test_agreement import simple_rule


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def words_of(period: c.Period, months: int, start: str | None) -> list[str]:
    """Explain one rule on a case, and list what its leaves are valued at."""
    within = c.WithinMonths("验收", "签订", months, period, toy.SPAN)
    compiled = compile_rules(toy.rule_set(simple_rule(1, Prohibit("政府购买服务"), within)))
    values = {"签订": UNKNOWN if start is None else day(start), "验收": day("2026-02-16")}
    facts = {name: Fact(field=name, value=value, origin=Origin.STATED) for name, value in values.items()}
    case = Case(
        name="", as_of=day("2026-03-01"), area="330500", phase=Phase.EVALUATION,
        subjects={toy.PURCHASE: facts}, declaration=None, assumed=(), span=toy.SPAN,
    )  # fmt: skip
    (decision,) = check(compiled, case).subjects
    return [step.value for step in leaves(explain(compiled, decision, decision.results[0].rule))]


def leaves(step: Step) -> list[Step]:
    return [leaf for part in step.parts for leaf in leaves(part)] if step.parts else [step]


@pytest.mark.parametrize(
    ("period", "months", "words"),
    [
        (c.Period.DEADLINE, 1, "最后一日为2026年2月15日（遇法定休假日顺延，未推算）"),
        (c.Period.TERM, 12, "最后一日为2027年1月14日"),
    ],
)
def test_the_last_day_of_a_period_is_named(period, months, words):
    expected = f"验收=2026年2月16日，签订=2026年1月15日，{words}"
    assert expected in words_of(period, months, "2026-01-15")


def test_without_a_first_day_there_is_no_last_one():
    assert "验收=2026年2月16日，签订=不明" in words_of(c.Period.DEADLINE, 1, None)
