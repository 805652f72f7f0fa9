"""How values read, in every view."""

from fractions import Fraction

import pytest

from policy_engine.evaluation.condition_words import (
    condition_words,
    derived_words,
    parts_by_name,
    value_words,
    values_by_name,
)
from policy_engine.model import conditions as c
from policy_engine.model.decisions import Derived
from policy_engine.model.rules import Definition
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


PERIOD = {
    "期限": new_field("期限", FieldType.NUMBER, Role.PLAN, unit="月"),
    "金额": new_field("金额", FieldType.NUMBER, Role.PLAN, scale=2, unit="元"),
    "总额": new_field("总额", FieldType.NUMBER, Role.PLAN, scale=2, unit="元"),
    "含工程": new_field("含工程", FieldType.BOOLEAN, Role.FLAG),
    "签订": new_field("签订", FieldType.DATE, Role.EVENT),
    "验收": new_field("验收", FieldType.DATE, Role.EVENT),
    "方式": new_field("方式", FieldType.CHOICE, Role.PLAN, choices=("招标", "谈判", "直购")),
    "标签": new_field("标签", FieldType.LIST, Role.PLAN, choices=("红", "黄", "绿")),
}
WORKS, OPEN_BID = c.Equals("含工程", True, SPAN), c.Equals("方式", "招标", SPAN)
EITHER, BOTH = c.Any((WORKS, OPEN_BID), SPAN), c.All((WORKS, OPEN_BID), SPAN)
AS_BOTH = "含工程 = 是，且方式 = 招标"
AS_EITHER = "含工程 = 是，或方式 = 招标"
DAY = 738945


def share(bound: c.Bound, ratio: Fraction, part="金额", whole="总额") -> c.Ratio:
    return c.Ratio(part, whole, bound, ratio, SPAN)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (c.All((), SPAN), "一律适用"),
        (c.Any((), SPAN), "从不适用"),
        (BOTH, AS_BOTH),
        (EITHER, AS_EITHER),
        (c.Not(EITHER, SPAN), f"并非（{AS_EITHER}）"),
        (c.All((EITHER, WORKS), SPAN), f"（{AS_EITHER}），且含工程 = 是"),
        (c.Any((WORKS, BOTH), SPAN), f"含工程 = 是，或（{AS_BOTH}）"),
        (c.Any((WORKS, EITHER), SPAN), f"含工程 = 是，或{AS_EITHER}"),
        (c.All((BOTH, WORKS), SPAN), f"{AS_BOTH}，且含工程 = 是"),
        (c.All((c.Any((WORKS,), SPAN), WORKS), SPAN), "含工程 = 是，且含工程 = 是"),
        (c.OneOf("方式", ("招标", "谈判"), SPAN), "方式 为 招标、谈判 之一"),
        (c.Compare("签订", c.Bound.AT_LEAST, DAY, SPAN), "签订 不早于 2024年2月29日"),
        (c.Compare("签订", c.Bound.MORE_THAN, DAY, SPAN), "签订 晚于 2024年2月29日"),
        (c.Compare("签订", c.Bound.AT_MOST, DAY, SPAN), "签订 不晚于 2024年2月29日"),
        (c.Compare("签订", c.Bound.LESS_THAN, DAY, SPAN), "签订 早于 2024年2月29日"),
        (c.Compare("金额", c.Bound.AT_LEAST, 150, SPAN), "金额 不少于 1.5元"),
        (c.Compare("金额", c.Bound.MORE_THAN, 150, SPAN), "金额 多于 1.5元"),
        (c.Compare("金额", c.Bound.LESS_THAN, 100, SPAN), "金额 少于 1元"),
        (c.Members("标签", c.Membership.ANY_OF, ("红", "黄"), SPAN), "标签 含有 红、黄"),
        (c.Members("标签", c.Membership.NONE_OF, ("红",), SPAN), "标签 不含 红"),
        (c.Members("标签", c.Membership.ALL_OF, ("红", "绿"), SPAN), "标签 同时含有 红、绿"),
        (c.Count("标签", c.Bound.AT_LEAST, 2, SPAN), "标签 的项数不少于 2"),
        (share(c.Bound.AT_LEAST, Fraction(3, 10)), "金额 占 总额 不少于 30%"),
        (share(c.Bound.LESS_THAN, Fraction(1, 3)), "金额 占 总额 少于 33.33%"),
        (share(c.Bound.AT_MOST, Fraction(1)), "金额 不超过 总额"),
        (share(c.Bound.LESS_THAN, Fraction(1), "签订", "验收"), "签订 早于 验收"),
        (share(c.Bound.AT_MOST, Fraction(1), "签订", c.AS_OF), "签订 不晚于 基准日"),
        (c.All((share(c.Bound.MORE_THAN, Fraction(1), "签订", "验收"), WORKS), SPAN), "签订 晚于 验收"),
        (c.All((share(c.Bound.AT_MOST, Fraction(1)), WORKS), SPAN), "金额 不超过 总额，且含工程 = 是"),
        (c.InForce(c.AS_OF, DAY, None, SPAN), "基准日在 2024年2月29日 至 今 之间"),
        (c.InForce("签订", None, DAY, SPAN), "签订在 … 至 2024年2月29日 之间"),
        (c.InForce("签订", None, None, SPAN), "签订不限"),
        (c.InArea("330500", SPAN), "地区在 330500 之内"),
    ],
)
def test_every_condition_reads_as_a_sentence(condition, words):
    assert words == condition_words(condition, PERIOD)


def named(name: str, **more) -> Definition:
    return Definition(name=name, locator="第二条", basis="", span=SPAN, **more)


COLOURS = named("警示色", field="标签", members=("红", "黄"))
WAYS = named("比选", field="方式", members=("招标", "谈判"))
WHOLE = named("大项目", condition=EITHER)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (EITHER, "符合“大项目”"),
        (c.All((EITHER, WORKS), SPAN), "符合“大项目”，且含工程 = 是"),
        (c.Not(EITHER, SPAN), "并非（符合“大项目”）"),
        (BOTH, AS_BOTH),
        (c.Members("标签", c.Membership.ANY_OF, ("红", "黄"), SPAN), "标签 含有 “警示色”"),
        (c.Members("标签", c.Membership.ANY_OF, ("绿", "红", "黄"), SPAN), "标签 含有 绿、“警示色”"),
        (c.Members("标签", c.Membership.NONE_OF, ("红", "黄", "绿"), SPAN), "标签 不含 “警示色”、绿"),
        (c.Members("标签", c.Membership.ANY_OF, ("红", "绿"), SPAN), "标签 含有 红、绿"),
        (c.OneOf("方式", ("招标", "谈判", "直购"), SPAN), "方式 为 “比选”、直购 之一"),
        (OPEN_BID, "方式 = 招标"),
    ],
)
def test_what_its_author_has_a_name_for_is_said_by_the_name(condition, words):
    assert words == condition_words(condition, PERIOD, (WHOLE, COLOURS, WAYS))
    assert values_by_name(condition, ()) == ()


@pytest.mark.parametrize(
    ("leaf", "values"),
    [
        (c.Members("标签", c.Membership.ANY_OF, ("绿", "红", "黄"), SPAN), ("绿", "“警示色”")),
        (c.Members("标签", c.Membership.ANY_OF, ("红", "绿", "黄"), SPAN), ()),
        (c.Members("标签", c.Membership.ANY_OF, ("红",), SPAN), ()),
        (c.OneOf("方式", ("招标", "谈判"), SPAN), ("“比选”",)),
        # Members of another field, though they are spelt alike.
        (c.Members("颜色", c.Membership.ANY_OF, ("红", "黄"), SPAN), ()),
        (WORKS, ()),
    ],
)
def test_values_go_by_a_name_only_where_it_is_for_their_field_and_all_of_them_stand_together(leaf, values):
    assert values == values_by_name(leaf, (WHOLE, COLOURS, WAYS))


DIRECT, TAGGED = c.Equals("方式", "直购", SPAN), c.Count("标签", c.Bound.AT_LEAST, 2, SPAN)
PAIR, LONG = c.All((WORKS, DIRECT), SPAN), c.All((WORKS, DIRECT, TAGGED), SPAN)


@pytest.mark.parametrize(
    ("parts", "by_name"),
    [
        ((WORKS, DIRECT, OPEN_BID), (PAIR, OPEN_BID)),
        ((OPEN_BID, WORKS, DIRECT), (OPEN_BID, PAIR)),
        ((OPEN_BID, WORKS, DIRECT, EITHER), (OPEN_BID, PAIR, EITHER)),
        # The longest name first, whichever was defined first.
        ((WORKS, DIRECT, TAGGED, OPEN_BID), (LONG, OPEN_BID)),
        ((WORKS, DIRECT, TAGGED), (PAIR, TAGGED)),
        # What is no more than what the name is for has that name as a whole.
        ((WORKS, DIRECT), (WORKS, DIRECT)),
        ((WORKS, OPEN_BID, DIRECT), (WORKS, OPEN_BID, DIRECT)),
        ((WORKS, WORKS, DIRECT), (WORKS, PAIR)),
        ((EITHER, WORKS), (EITHER, WORKS)),
        ((), ()),
    ],
)
def test_conditions_that_stand_together_go_by_their_name(parts, by_name):
    defined = (named("双", condition=PAIR), WHOLE, COLOURS, named("长", condition=LONG))
    assert by_name == parts_by_name(parts, defined) == parts_by_name(parts, defined[::-1])
    assert parts == parts_by_name(parts, ())


def test_conditions_that_go_by_a_name_are_said_by_it():
    defined = (named("双", condition=PAIR),)
    assert "符合“双”，且方式 = 招标" == condition_words(
        c.All((WORKS, DIRECT, OPEN_BID), SPAN), PERIOD, defined
    )


@pytest.mark.parametrize(
    ("name", "found", "words"),
    [
        ("方式", Derived("招标"), "招标"),
        ("方式", Derived(None, possible=("招标", "谈判")), "招标或谈判"),
        ("方式", Derived(None, possible=("谈判",)), "谈判"),
        ("方式", Derived(None), "待核实"),
        ("期限", Derived(0), "0个月"),
        ("期限", Derived(None), "待核实"),
        ("含工程", Derived(False), "否"),
        ("含工程", Derived(None), "待核实"),
        ("标签", Derived(frozenset({"黄", "红"})), "红、黄"),
        ("标签", Derived(frozenset()), "无"),
        ("标签", Derived(None, sure=("红", "黄")), "红、黄"),
        ("标签", Derived(None, sure=("红",), possible=("黄", "绿")), "红（待核实：黄、绿）"),
        ("标签", Derived(None, possible=("黄",)), "无（待核实：黄）"),
    ],
)
def test_what_was_computed_reads_as_a_value_or_as_what_it_may_still_be(name, found, words):
    assert words == derived_words(PERIOD[name], found)
