"""Quantities in running text: read right or left alone."""

from datetime import date
from fractions import Fraction

import pytest

from policy_engine.model.lexicon import Measure
from policy_engine.reading.quantities import quantities

M, Y, D, P, H = Measure.MONTHS, Measure.MONEY, Measure.DAY, Measure.PERSONS, Measure.PERCENT


def read(text):
    return [(q.measure, q.value, text[q.start : q.end], q.is_exact) for q in quantities(text)]


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("预算3万8", 38000),
        ("咨询服务费四千八", 4800),
        ("费用一万二，年底结", 12000),
        ("经费十二万五", 125000),
        ("检测费一百八块", 180),
        ("服务费四千八 行不行", 4800),
    ],
)
def test_an_amount_said_without_its_last_place_is_read_behind_words_of_money(text, yuan):
    assert [yuan] == [q.value for q in quantities(text) if q.measure is Y and q.is_exact]


@pytest.mark.parametrize(
    "text",
    ["编号3万8", "路线四千八", "费用3万8千", "费用四千八个人", "费用3万85", "费用一万二至三万", "费用3万0"],
)
def test_where_a_missing_place_is_uncertain_no_amount_is_read(text):
    assert [] == [q for q in quantities(text) if q.measure is Y and q.value in (38000, 4800, 12000, 30000)]


@pytest.mark.parametrize(
    ("text", "measure", "value"),
    [
        ("叁拾万元", Y, 300000),
        ("壹佰贰拾万零伍佰元整", Y, 1200500),
        ("一百二十点五万元", Y, 1205000),
        ("120.5万", Y, 1205000),
        ("¥98,000.00", Y, 98000),
        ("人民币玖拾捌万元", Y, 980000),
        ("(元):1200000", Y, 1200000),
        ("（万元）：120", Y, 1200000),
        ("(元):120万", Y, 1200000),
        ("(万元)120", Y, 1200000),
        ("0.5万元", Y, 5000),
        ("12元5角", Y, Fraction(25, 2)),
        ("叁拾元伍角零贰分", Y, Fraction(3052, 100)),
        ("三百五十元", Y, 350),
        ("1.2亿元", Y, 120000000),
        ("两年", M, 24),
        ("十五个月", M, 15),
        ("3年", M, 36),
        ("一年半", M, 18),
        ("半年", M, 6),
        ("24个月", M, 24),
        ("三年期", M, 36),
        ("三(3)年", M, 36),
        ("八（8）名", P, 8),
        ("3年6个月", M, 42),
        ("一年零六个月", M, 18),
        ("1.5年", M, 18),
        ("两个季度", M, 6),
        ("三个年度", M, 36),
        ("2026年1月至12月", M, 12),
        ("2026年1-12月", M, 12),
        ("2026年3月至2027年2月", M, 12),
        ("2026年1月1日至2028年12月31日", M, 36),
        ("2026年1月1日起至12月31日", M, 12),
        ("2026.1.15-2027.1.14", M, 12),
        ("2026-01-31至2026-02-28", M, 1),
        ("2026—2028年度", M, 36),
        ("二〇二六年一月十五日", D, date(2026, 1, 15).toordinal()),
        ("2026年1月15日", D, date(2026, 1, 15).toordinal()),
        ("2026-01-15", D, date(2026, 1, 15).toordinal()),
        ("2026/1/15", D, date(2026, 1, 15).toordinal()),
        ("2026.1.15", D, date(2026, 1, 15).toordinal()),
        ("2024年2月29日", D, date(2024, 2, 29).toordinal()),
        ("8名", P, 8),
        ("8人", P, 8),
        ("八名", P, 8),
        ("5万人", P, 50000),
        ("3位专家", P, 3),
        ("30%", H, 30),
        ("百分之三十", H, 30),
        ("百分之零点五", H, Fraction(1, 2)),
    ],
)
def test_is_read_exactly(text, measure, value):
    [(got, amount, words, is_exact)] = read(text)
    assert (got, amount, is_exact) == (measure, value, True)
    assert words in {text, "3位"}


@pytest.mark.parametrize(
    "text",
    [
        "2或3名", "百分之三至五", "十年代", "25年度", "1万元5千", "3年3", "1年1月", "三元里", "五年级", "半年度", "一年半载", "三(2)年",
        "50-80万元", "50万元至80万元", "2+1", "1+1+1年", "2年+1年", "50万元+30万元", "三百五", "三百五元", "一万五元",
        "2026年13月1日", "2025年2月29日", "一月十五日", "2026年1月15", "26年1月15日", "每年", "第三年", "第3名", "第三个月",
        "2026年", "二〇二六年", "2026年1月", "12月", "0572-2345678", "13812345678", "国办发〔2014〕37号", "20-30人", "若干人",
        "三班倒", "三成", "两三年", "一两年", "三五年", "二十五六人", "七八名", "几十万元", "数百万元", "数年", "50万美元",
        "5人次", "10万平方米", "四分之三年", "上半年", "1.2026年1月15日", "2026-01-15-03", "1.2万5千元", "1,00元", "1.2人",
        "1.3年", "98年1月", "3、4人", "1800年1月1日", "A3年", "三元区", "5名称", "2×3人",
    ],
)  # fmt: skip
def test_is_left_alone(text):
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("50余万元", 500000), ("约50万元", 500000), ("不超过200万元", 2000000), ("200万元以内", 2000000),
        ("不超过人民币200万元", 2000000), ("每人3000元", 3000), ("3000元/人", 3000), ("十余万元", 100000),
        ("一招三年", 36), ("近三年", 36), ("三年以上经验", 36), ("3年工作经验", 36), ("成立满两年", 24), ("前三个月", 3),
        ("3年内", 36), ("三年行动计划", 36), ("一年一签", 12), ("一年两次", 12), ("续签一年", 12), ("26年预算", 312),
        ("2026年度", 12), ("2025-2026年度", 24), ("2026-2028年", 36), ("20余人", 20), ("每班4人", 4), ("不少于5人", 5),
        ("5人(含)以上", 5), ("各2名", 2), ("8人/班", 8), ("30%以上", 30), ("不低于百分之三十", 30), ("一人一档", 1),
        ("2026年1月15日前", date(2026, 1, 15).toordinal()),
    ],
)  # fmt: skip
def test_is_read_but_not_exact(text, value):
    [(_, amount, _, is_exact)] = read(text)
    assert (amount, is_exact) == (value, False)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("服务期限:一年,可续签两年", [("一年", True), ("两年", False)]),
        ("合同3年,派8名保安,预算98万", [("3年", True), ("8名", True), ("98万", True)]),
        ("自2026年1月1日起三年,每年50万元", [("2026年1月1日", True), ("三年", True), ("50万元", False)]),
        ("2026年1月1日至2027年1月1日", [("2026年1月1日", False), ("2027年1月1日", False)]),
        ("合同期10年", [("10年", True)]),
        ("2.5万元用于培训", [("2.5万元", False)]),
        ("一般为3年", [("3年", False)]),
        ("一年365天", [("一年", False)]),
        ("¥98,000.00-¥100,000", []),
        ("2026年3人", [("3人", True)]),
        ("质保三年。", [("三年", True)]),
        ("服务50万人", [("50万人", True)]),
        ("人数50万,", []),
    ],
)
def test_in_a_sentence(text, told):
    assert [(words, is_exact) for _, _, words, is_exact in read(text)] == told
