"""What is read as a quantity of a field is right or suspected only; what a pattern spans may deny it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import as_shipped
from loading.toy import prepared
from policy_engine.model.lexicon import Certainty
from policy_engine.reading import read
from reading.test_quantities_drawn import spelt

TERMS = """
terms:
  - id: term.extension
    words: [自动续签, 延长]
    reads: months
    into: {采购事项: 自动续签_月}
    certainty: implied
    because: 续签也是期限
    examples: [自动续签一年, 延长两年]
    harmless: [不再续签]
  - id: term.period
    words: [服务期, 合同期]
    reads: months
    into: {采购事项: 合同期限_月}
    certainty: stated
    because: 文字写明了期限
    examples: [服务期两年, 合同期12个月]
    harmless: [服务期面议]
  - id: works.by-firm
    pattern: '公司[^,。;]{0,8}装修'
    points_to: {采购事项: {含工程: true}}
    certainty: implied
    because: 装修是工程
    examples: [公司负责装修, 公司的装修]
    harmless: [公司不负责装修]
  - id: works.unwilling
    pattern: '公司不[^,。;]{0,8}拆除'
    points_to: {采购事项: {含工程: true}}
    certainty: implied
    because: 要拆除的是工程
    examples: [公司不配合拆除, 公司不同意拆除]
    harmless: [公司拆除]
"""
RULES = prepared({"lexicon.yaml": TERMS}).rule_set
PLAIN, CAPITAL = (
    ("零一二三四五六七八九", ("", "十", "百", "千")),
    ("零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟")),
)


def told(text, **others):
    texts = {"购买内容": text, **others}
    found = read(RULES.lexicon, RULES.vocabulary, "采购事项", texts)
    return [(one.field, one.value, one.certainty is not Certainty.SUSPECTED) for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("期满自动续签一年", [("自动续签_月", 12, True)]),
        ("可以延长两年", [("自动续签_月", 24, True)]),
        ("延长不超过两年", [("自动续签_月", 24, False)]),
        ("服务期一年，可续签两年", [("合同期限_月", 12, True)]),
        ("服务期三年，合同期12个月", [("合同期限_月", 36, False), ("合同期限_月", 12, False)]),
        ("服务期一年，合同期12个月", [("合同期限_月", 12, True), ("合同期限_月", 12, True)]),
    ],
)
def test_a_quantity_is_sure_only_where_nothing_else_is_said(text, expected):
    assert told(text) == expected


def test_two_texts_that_say_two_quantities_make_neither_sure():
    assert told("服务期一年", 事项名称="合同期两年") == [
        ("合同期限_月", 24, False),
        ("合同期限_月", 12, False),
    ]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("公司负责装修", 1),
        ("公司并不负责装修", 0),
        ("公司未参与装修", 0),
        ("公司按期未来装修", 1),
        ("公司不配合拆除", 1),
    ],
)
def test_a_denial_that_a_pattern_spans_takes_it_back_unless_the_pattern_writes_one(text, count):
    assert len(told(text)) == count


SHIPPED = as_shipped.rule_set()
WRITTEN = st.one_of(
    st.tuples(st.sampled_from(("年", "个月")), st.integers(1, 9), st.sampled_from((None, PLAIN, CAPITAL))),
)


@given(
    WRITTEN,
    st.sampled_from(
        ("服务期限{}", "合同期限：{}", "拟签订{}期合同", "为期{}的绿地养护", "{}服务期，按季考核")
    ),
)
def test_the_terms_read_a_length_as_it_was_written_wherever_it_stands(written, sentence):
    unit, count, style = written
    if unit == "个月" and "期合同" in sentence:
        return
    length = (str(count) if style is None else spelt(count, style)) + unit
    found = read(SHIPPED.lexicon, SHIPPED.vocabulary, "采购事项", {"购买内容": sentence.format(length)})
    values = {one.value for one in found if one.field == "合同期限_月"}
    assert values == {count * (12 if unit == "年" else 1)}


@given(
    st.integers(1, 9999),
    st.sampled_from(("plain", "ten thousands", "capitals")),
    st.sampled_from(("预算{}", "采购预算为{}。", "合同金额：{}", "项目资金{}，分季支付")),
)
def test_the_terms_read_an_amount_as_it_was_written(yuan, style, sentence):
    written = {
        "plain": f"{yuan * 10_000:,}元",
        "ten thousands": f"{yuan}万元",
        "capitals": f"{spelt(yuan, CAPITAL)}万元整",
    }[style]
    found = read(SHIPPED.lexicon, SHIPPED.vocabulary, "采购事项", {"购买内容": sentence.format(written)})
    field = SHIPPED.vocabulary.subjects["采购事项"].fields["项目金额_万元"]
    assert {one.value for one in found if one.field == "项目金额_万元"} == {yuan * 10**field.scale}
