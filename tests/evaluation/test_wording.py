"""How values read, in every view."""

import pytest

from policy_engine.evaluation.wording import condition_words, value_words
from policy_engine.model import conditions as c
from policy_engine.model.values import NOT_HAPPENED, UNKNOWN
from policy_engine.model.vocabulary import FieldType, Role
from properties.toy import SPAN, new_field


def field(kind: FieldType, **more):
    return new_field("期限", kind, Role.PLAN, **more)


@pytest.mark.parametrize(
    ("kind", "more", "value", "words"),
    [
        (FieldType.NUMBER, {"unit": "月"}, 12, "12个月"),
        (FieldType.NUMBER, {"unit": "万元", "scale": 2}, 18650, "186.50万元"),
        (FieldType.NUMBER, {"unit": "平方米", "scale": 2}, 18650, "186.5平方米"),
        (FieldType.BOOLEAN, {}, False, "否"),
        (FieldType.DATE, {}, NOT_HAPPENED, "未发生"),
        (FieldType.LIST, {"choices": ("甲", "乙")}, frozenset("乙甲"), "甲、乙"),
        (FieldType.LIST, {"choices": ("甲", "乙")}, frozenset(), "无"),
        (FieldType.NUMBER, {"unit": "月"}, UNKNOWN, "不明"),
    ],
)
def test_a_value_reads_as_officials_write_it(kind, more, value, words):
    assert words == value_words(field(kind, **more), value)


def test_a_limit_reads_as_values_do():
    limit = c.Compare("期限", c.Bound.AT_MOST, 36, SPAN)
    assert "期限 不超过 36个月" == condition_words(limit, {"期限": field(FieldType.NUMBER, unit="月")})


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (c.WithinMonths("公告日", "签订日", 1, c.Period.DEADLINE, SPAN), "公告日 在 签订日 之后 1 个月内"),
        (
            c.WithinMonths("公告日", "签订日", 12, c.Period.TERM, SPAN),
            "公告日 在 签订日 起算的 12 个月期限内",
        ),
        (
            c.Unvalued("上限", c.AS_OF, None, 737424, SPAN),
            "基准日在 … 至 2019年12月31日 之间（参数“上限”没有值，待核实）",
        ),
        (c.Unvalued("上限", "签订日", None, None, SPAN), "签订日不限（参数“上限”没有值，待核实）"),
    ],
)
def test_periods_and_parameters_without_a_value_read_as_sentences(condition, words):
    assert words == condition_words(condition, {})
