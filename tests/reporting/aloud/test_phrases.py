"""Conditions in spoken Chinese, read from rules of the toy base."""

import pytest

from loading.toy import sources_with
from policy_engine.loading.scope import written_conditions
from policy_engine.reporting.aloud.comparisons import both
from policy_engine.reporting.aloud.phrases import Phrase, Voice
from policy_engine.reporting.aloud.sentences import in_one_line
from policy_engine.usecases import load_rule_set

RULES = """\
document: toy-2020
rules:
  - id: toy-2020.art-1
    title: 甲
    cite: 第一条
    subject: 采购事项
    when: {condition}
    prohibit: 政府购买服务
    remedy: 乙
"""


def test_what_is_listed_last_is_not_taken_for_two() -> None:
    assert "政府和企业" == both(["政府", "企业"])
    assert "政府以及政府和企业分担" == both(["政府", "政府和企业分担"])


LISTED = """\
parameters:
  - name: 限定的标的
    type: list
    values:
      - {from: 2020-03-01, until: 2021-12-31, value: [工程, 货物]}
      - {from: 2022-01-01, until: null, value: [工程]}
"""


def spoken(condition: str, rules: str = RULES, **files: str) -> Phrase:
    texts = {f"{name}.yaml": text for name, text in files.items()}
    rule_set = load_rule_set(sources_with({"rules.yaml": rules.replace("{condition}", condition), **texts}))
    (rule,) = rule_set.rules
    fields = rule_set.vocabulary.subjects["采购事项"].fields
    voice = Voice(fields, {use.span: use.name for use in rule.parameters})
    return voice.say(written_conditions(rule, fields)[0])


def shown(phrase: Phrase) -> object:
    return {phrase.text: [shown(part) for part in phrase.parts]} if phrase.parts else phrase.text


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("{采购标的: 工程}", "采购标的为工程"),
        ("{采购标的: [货物, 工程]}", "采购标的为货物或者工程"),
        ("{not: {采购标的: [货物, 工程]}}", "采购标的不是货物或者工程"),
        ("{not: {采购标的: 工程}}", "采购标的不是工程"),
        ("{not: {not: {采购标的: 工程}}}", "采购标的为工程"),
        ("{合同期限_月: {more_than: 36}}", "合同期限超过36个月"),
        ("{合同期限_月: {at_least: 6, less_than: 12}}", "合同期限不少于6个月、少于12个月"),
        ("{not: {合同期限_月: {more_than: 36}}}", "合同期限不超过36个月"),
        ("{总期限_月: {more_than: {parameter: 期限上限}}}", "总期限超过“期限上限”"),
        ("{合同签订日: {before: 2020-03-01}}", "合同签订日早于2020年3月1日"),
        ("{合同签订日: 未发生}", "尚无合同签订日"),
        ("{not: {合同签订日: 未发生}}", "已有合同签订日"),
        ("{合同签订日: {after: {of: 基准日}}}", "合同签订日晚于基准日"),
        ("{合同要素: {any_of: [价格, 质量]}}", "合同要素中有价格或者质量"),
        ("{合同要素: {none_of: [价格, 质量]}}", "合同要素中没有价格或者质量"),
        ("{not: {合同要素: {none_of: [价格]}}}", "合同要素中有价格"),
        ("{合同要素: {all_of: [价格, 质量]}}", "合同要素中同时有价格和质量"),
        ("{合同要素: {count: {at_least: 2}}}", "合同要素不少于2项"),
        (
            "{ratio: {part: 合同期限_月, whole: 自动续签_月, at_least: '0.30'}}",
            "合同期限占自动续签的比例不少于30%",
        ),
        ("{ratio: {part: 合同期限_月, whole: 自动续签_月, less_than: '12'}}", "合同期限少于自动续签的12倍"),
        ("{合同期限_月: {less_than: {of: 自动续签_月}}}", "合同期限少于自动续签"),
        ("{differ: [合同期限_月, 自动续签_月]}", "“合同期限”与“自动续签”不同"),
        ("{采购标的: 工程, 合同期限_月: 12}", "采购标的为工程，并且合同期限为12个月"),
        ("{any: [{采购标的: 工程}, {合同期限_月: 12}]}", "采购标的为工程，或者合同期限为12个月"),
    ],
)
def test_a_short_condition_is_said_in_one_breath(condition: str, said: str) -> None:
    assert said == shown(spoken(condition))


def test_longer_conditions_are_listed_and_lists_of_one_sort_are_one_list() -> None:
    nested = "{any: [{采购标的: 工程}, {any: [{合同期限_月: 1}, {合同期限_月: 2}, {合同期限_月: 3}]}]}"
    assert {
        "有下列情形之一": ["采购标的为工程", "合同期限为1个月", "合同期限为2个月", "合同期限为3个月"]
    } == shown(spoken(nested))


def test_lists_of_two_sorts_hang_under_one_another() -> None:
    mixed = "{采购标的: 工程, any: [{合同期限_月: 1}, {合同期限_月: 2}]}"
    assert {"同时具备下列条件": ["采购标的为工程", "合同期限为1个月，或者合同期限为2个月"]} == shown(
        spoken(mixed)
    )


def test_a_denied_list_is_denied_as_a_whole() -> None:
    either = "{not: {any: [{采购标的: 工程}, {合同期限_月: 1}]}}"
    assert {"没有下列任何一种情形": ["采购标的为工程", "合同期限为1个月"]} == shown(spoken(either))
    both = "{not: {采购标的: 工程, 合同期限_月: 1}}"
    assert {"没有同时具备下列条件": ["采购标的为工程", "合同期限为1个月"]} == shown(spoken(both))


def test_a_list_in_one_line_keeps_what_belongs_together() -> None:
    mixed = "{采购标的: 工程, 合同期限_月: 3, any: [{自动续签_月: 1}, {自动续签_月: 2}, {自动续签_月: 3}]}"
    assert (
        "采购标的为工程，合同期限为3个月，（自动续签为1个月；或者自动续签为2个月；或者自动续签为3个月）"
    ) == in_one_line(spoken(mixed))


def test_a_parameter_is_said_by_its_name_whatever_dates_the_rule() -> None:
    rules = RULES.replace("    when:", "    dated_by: 合同签订日\n    when:")
    assert "总期限超过“期限上限”" == spoken("{总期限_月: {more_than: {parameter: 期限上限}}}", rules).text


def test_what_a_parameter_does_not_list_is_said_so() -> None:
    listed = "{采购标的: {parameter: 限定的标的}}"
    assert "采购标的为“限定的标的”所列" == spoken(listed, parameters=LISTED).text
    assert "采购标的不是“限定的标的”所列" == spoken(f"{{not: {listed}}}", parameters=LISTED).text
