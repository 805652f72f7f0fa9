"""Every condition that means nothing is complained of once, by its own code, at the words that are wrong."""

import pytest

from loading.test_conditions import RULE
from loading.toy import prepared
from policy_engine.foundation.diagnostics import DiagnosticsError


def complaints(written: str) -> list[tuple[str, str]]:
    """Name the code of each complaint and the words it points at."""
    text = RULE.replace("{condition}", written)
    lines = text.splitlines()
    with pytest.raises(DiagnosticsError) as caught:
        prepared({"rules.yaml": text})
    spans = [(found.code, found.span) for found in caught.value.diagnostics]
    return [(code, lines[span.line][span.column : span.end_column]) for code, span in spans]


@pytest.mark.parametrize(
    ("written", "code", "words"),
    [
        ("含工程", "PE009", "含工程"),
        ("{}", "PE009", "{}"),
        ("{all: []}", "PE009", "[]"),
        ("{any: {含工程: true}}", "PE009", "{含工程: true}"),
        ("{not: true}", "PE009", "true"),
        ("{含工成: true}", "PE301", "含工成"),
        ("{合同要素: 价格}", "PE303", "价格"),
        ("{合同要素: {any_of: 价格}}", "PE009", "价格"),
        ("{合同要素: {any_of: []}}", "PE009", "[]"),
        ("{采购标的: []}", "PE009", "[]"),
        ("{合同要素: {at_least: 2}}", "PE303", "at_least"),
        ("{合同要素: {most: 2}}", "PE302", "most"),
        ("{合同要素: {count: 3}}", "PE009", "3"),
        ("{合同要素: {count: {}}}", "PE009", "{}"),
        ("{合同要素: {count: {least: 3}}}", "PE302", "least"),
        ("{合同要素: {count: {at_least: -1}}}", "PE103", "-1"),
        ("{合同要素: {count: {at_least: 10000}}}", "PE103", "10000"),
        ("{合同要素: {count: {at_least: 3, most: 4}}}", "PE302", "most"),
        ("{合同期限_月: {}}", "PE009", "{}"),
        ("{合同期限_月: [12, 24]}", "PE303", "[12, 24]"),
        ("{合同期限_月: {at_least: 12, before: 2024-02-29}}", "PE303", "before"),
        ("{合同期限_月: {at_least: {of: 合同签订日}}}", "PE303", "{of: 合同签订日}"),
        ("{合同期限_月: {at_least: {of: 预算_万元}}}", "PE303", "{of: 预算_万元}"),
        ("{合同签订日: {before: 未发生}}", "PE303", "未发生"),
        ("{验收日: {within_months: 3}}", "PE009", "3"),
        ("{验收日: {within_months: {of: 合同签订日, months: 0}}}", "PE303", "{of: 合同签订日, months: 0}"),
        (
            "{验收日: {within_months: {of: 合同签订日, months: 1201}}}",
            "PE303",
            "{of: 合同签订日, months: 1201}",
        ),
        ("{验收日: {within_term: {of: 合同期限_月, months: 2}}}", "PE303", "{of: 合同期限_月, months: 2}"),
        ("{differ: [合同签订日]}", "PE303", "[合同签订日]"),
        ("{differ: [合同签订日, [验收日]]}", "PE303", "[合同签订日, [验收日]]"),
        ("{differ: [合同签订日, 合同期限_月]}", "PE303", "[合同签订日, 合同期限_月]"),
        ("{differ: [合同期限_月, 预算_万元]}", "PE303", "[合同期限_月, 预算_万元]"),
        ("{differ: [合同要素, 购买内容]}", "PE303", "[合同要素, 购买内容]"),
        ("{ratio: 3}", "PE009", "3"),
        ("{ratio: {part: 合同期限_月, whole: 自动续签_月, at_least: 12345}}", "PE103", "12345"),
        ("{ratio: {part: 合同期限_月, whole: 预算_万元, at_least: 0.3}}", "PE312",
         "{part: 合同期限_月, whole: 预算_万元, at_least: 0.3}"),
        ("{合同期限_月: {at_most: {parameter: 期限下限}}}", "PE309", "期限下限"),
    ],
)  # fmt: skip
def test_a_condition_that_means_nothing_is_complained_of_once_at_the_wrong_words(written, code, words):
    assert [(code, words)] == complaints(written)


@pytest.mark.parametrize(
    ("written", "code", "words"),
    [
        ("{合同期限_月: {at_least: {of: 基准日}}}", "PE303", "{of: 基准日}"),
        ("{differ: 合同签订日}", "PE009", "合同签订日"),
    ],
)
def test_what_is_wrong_twice_over_is_complained_of_by_its_own_code_too(written, code, words):
    assert (code, words) in complaints(written)


@pytest.mark.parametrize(
    "written",
    [
        "{含工程: true, 含工成: true}",
        "{all: [{含工程: true}, {含工成: true}]}",
        "{any: [{含工成: true}, {含工程: true}]}",
        "{not: {含工成: true}}",
        "{differ: [含工成, 含工程]}",
        "{合同期限_月: {at_least: {of: 含工成}, at_most: 24}}",
        "{ratio: {part: 含工成, whole: 自动续签_月, at_least: 0.3}}",
    ],
)
def test_what_stands_beside_a_mistake_is_never_read_alone(written):
    assert "PE301" in {code for code, _ in complaints(written)}


@pytest.mark.parametrize("months", [1, 1200])
def test_a_period_may_be_as_short_and_as_long_as_said(months):
    written = f"{{验收日: {{within_months: {{of: 合同签订日, months: {months}}}}}}}"
    (rule,) = prepared({"rules.yaml": RULE.replace("{condition}", written)}).rule_set.rules
    assert months == rule.when.months
