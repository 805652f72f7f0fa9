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
