"""Every operator is read as what it says."""

from fractions import Fraction

import pytest

from loading.test_conditions import RULE
from loading.toy import prepared
from policy_engine.foundation.spans import file_span
from policy_engine.model import conditions as c
from policy_engine.model.calendar import day_number
from policy_engine.model.values import NOT_HAPPENED

SPAN = file_span("rules.yaml")
WORKS = c.Equals("含工程", True, SPAN)
FIRST, LAST = (day_number(day) for day in ("2020-03-01", "2021-12-31"))
SECOND = day_number("2022-01-01")


def months(bound: c.Bound, limit: int) -> c.Compare:
    return c.Compare("合同期限_月", bound, limit, SPAN)


def signed(bound: c.Bound) -> c.Compare:
    return c.Compare("合同签订日", bound, day_number("2024-02-29"), SPAN)


APART = (c.Bound.LESS_THAN, c.Bound.MORE_THAN)


def against(one: str, other: str, bound: c.Bound) -> c.Ratio:
    return c.Ratio(one, other, bound, Fraction(1), SPAN)


def happened(*names: str) -> tuple[c.Condition, ...]:
    return tuple(c.Not(c.Equals(name, NOT_HAPPENED, SPAN), SPAN) for name in names)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{含工程: true}", WORKS),
        ("{含工程: false}", c.Equals("含工程", False, SPAN)),
        ("{采购标的: 工程}", c.Equals("采购标的", "工程", SPAN)),
        ("{采购标的: 工程项目}", c.Equals("采购标的", "工程", SPAN)),
        ("{采购标的: [工程, 服务]}", c.OneOf("采购标的", ("工程", "服务"), SPAN)),
        ("{采购标的: {any_of: [工程]}}", c.OneOf("采购标的", ("工程",), SPAN)),
        ("{合同期限_月: 12}", c.Equals("合同期限_月", 12, SPAN)),
        ('{预算_万元: "186.50"}', c.Equals("预算_万元", 18650, SPAN)),
        ("{合同期限_月: {at_least: 12}}", months(c.Bound.AT_LEAST, 12)),
        ("{合同期限_月: {more_than: 12}}", months(c.Bound.MORE_THAN, 12)),
        ("{合同期限_月: {at_most: 12}}", months(c.Bound.AT_MOST, 12)),
        ("{合同期限_月: {less_than: 12}}", months(c.Bound.LESS_THAN, 12)),
        (
            "{合同期限_月: {more_than: 0, at_most: 12}}",
            c.All((months(c.Bound.MORE_THAN, 0), months(c.Bound.AT_MOST, 12)), SPAN),
        ),
        ("{合同签订日: 2024-02-29}", c.Equals("合同签订日", day_number("2024-02-29"), SPAN)),
        ("{合同签订日: 未发生}", c.Equals("合同签订日", NOT_HAPPENED, SPAN)),
        ("{合同签订日: {on_or_after: 2024-02-29}}", signed(c.Bound.AT_LEAST)),
        ("{合同签订日: {after: 2024-02-29}}", signed(c.Bound.MORE_THAN)),
        ("{合同签订日: {on_or_before: 2024-02-29}}", signed(c.Bound.AT_MOST)),
        ("{合同签订日: {before: 2024-02-29}}", signed(c.Bound.LESS_THAN)),
        (
            "{合同要素: {any_of: [价格, 期限]}}",
            c.Members("合同要素", c.Membership.ANY_OF, ("价格", "期限"), SPAN),
        ),
        ("{合同要素: {all_of: [价格]}}", c.Members("合同要素", c.Membership.ALL_OF, ("价格",), SPAN)),
        ("{合同要素: {none_of: [质量]}}", c.Members("合同要素", c.Membership.NONE_OF, ("质量",), SPAN)),
        ("{合同要素: {count: {at_least: 2}}}", c.Count("合同要素", c.Bound.AT_LEAST, 2, SPAN)),
        (
            "{合同要素: {count: {at_least: 1, less_than: 3}}}",
            c.All(
                (
                    c.Count("合同要素", c.Bound.AT_LEAST, 1, SPAN),
                    c.Count("合同要素", c.Bound.LESS_THAN, 3, SPAN),
                ),
                SPAN,
            ),
        ),
        (
            '{ratio: {part: 合同期限_月, whole: 自动续签_月, at_least: "0.30"}}',
            c.Ratio("合同期限_月", "自动续签_月", c.Bound.AT_LEAST, Fraction(3, 10), SPAN),
        ),
        *(
            (
                f"{{验收日: {{{period.value}: {{of: 合同签订日, months: 13}}}}}}",
                c.WithinMonths("验收日", "合同签订日", 13, period, SPAN),
            )
            for period in c.Period
        ),
        (
            "{合同期限_月: {at_most: {of: 自动续签_月}}}",
            against("合同期限_月", "自动续签_月", c.Bound.AT_MOST),
        ),
        (
            "{验收日: {before: {of: 合同签订日}}}",
            c.All(
                (against("验收日", "合同签订日", c.Bound.LESS_THAN), *happened("验收日", "合同签订日")), SPAN
            ),
        ),
        (
            "{验收日: {after: {of: 基准日}}}",
            c.All((against("验收日", c.AS_OF, c.Bound.MORE_THAN), *happened("验收日")), SPAN),
        ),
        (
            "{differ: [合同期限_月, 自动续签_月]}",
            c.Any(tuple(against("合同期限_月", "自动续签_月", bound) for bound in APART), SPAN),
        ),
        (
            "{differ: [合同签订日, 验收日]}",
            c.Any(
                tuple(
                    c.All((against("合同签订日", "验收日", bound), *happened("合同签订日", "验收日")), SPAN)
                    for bound in APART
                ),
                SPAN,
            ),
        ),
        ("{not: {含工程: true}}", c.Not(WORKS, SPAN)),
        (
            "{all: [{含工程: true}, {合同期限_月: 12}]}",
            c.All((WORKS, c.Equals("合同期限_月", 12, SPAN)), SPAN),
        ),
        (
            "{any: [{含工程: true}, {合同期限_月: 12}]}",
            c.Any((WORKS, c.Equals("合同期限_月", 12, SPAN)), SPAN),
        ),
        ("{含工程: true, 合同期限_月: 12}", c.All((WORKS, c.Equals("合同期限_月", 12, SPAN)), SPAN)),
    ],
)
def test_an_operator_is_read_as_what_it_says(written, expected) -> None:
    (rule,) = prepared({"rules.yaml": RULE.replace("{condition}", written)}).rule_set.rules
    assert expected == rule.when


@pytest.mark.parametrize(
    "written",
    ["{at_most: {parameter: 期限上限}}", "{more_than: {parameter: 期限上限}}", "{parameter: 期限上限}"],
)
def test_a_parameter_is_read_as_its_value_of_each_period(written) -> None:
    text = RULE.replace("{condition}", f"{{合同期限_月: {written}}}")
    (rule,) = prepared({"rules.yaml": text}).rule_set.rules
    periods = {(part.first, part.last) for part in parts_of(rule.when) if isinstance(part, c.InForce)}
    assert {(FIRST, LAST), (SECOND, None)} <= periods
    values = {part.value for part in parts_of(rule.when) if isinstance(part, c.Compare | c.Equals)}
    assert {36, 24} == values


def parts_of(condition: c.Condition) -> list[c.Condition]:
    inner = getattr(condition, "parts", ())
    return [condition, *(each for part in inner for each in parts_of(part))]
