"""Small parts that whole cases seldom tell apart, each by itself."""

from dataclasses import replace

import pytest

import as_shipped
from policy_engine.evaluation.asking import asked_rules
from policy_engine.evaluation.closing import close_subject
from policy_engine.evaluation.combine import Weights
from policy_engine.evaluation.prospects import Prospects
from policy_engine.loading.cases import CaseDefaults, load_given
from policy_engine.model import conditions as c
from policy_engine.model.calendar import day_number
from policy_engine.model.decisions import Derived, Found, Status, Verdict
from policy_engine.model.rules import Classify, Derive, Function, Table
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Phase
from properties import toy
from properties.clashes import case
from properties.test_agreement import simple_rule
from properties.test_surroundings import decided

NOTHING = Weights(vetoes={}, rivals={}, fixes={}, permits={}, excused=())
CLEAR, PERMITTED = Verdict.NOT_COVERED, Verdict.PERMITTED
OPEN, BROKEN = Verdict.UNDETERMINED, Verdict.NON_COMPLIANT


@pytest.mark.parametrize(
    ("weighed", "gives_findings", "findings", "is_blank", "verdict"),
    [
        # A subject that gives findings is told no verdict, unless something is broken; what is open stays so.
        (CLEAR, True, (Found.YES,), False, None),
        (PERMITTED, True, (Found.YES,), False, None),
        (OPEN, True, (Found.YES,), False, None),
        (CLEAR, True, (Found.OPEN,), False, Verdict.UNDETERMINED),
        (OPEN, True, (Found.OPEN,), False, Verdict.UNDETERMINED),
        (BROKEN, True, (Found.YES,), False, Verdict.NON_COMPLIANT),
        (CLEAR, False, (), False, Verdict.NOT_COVERED),
        (PERMITTED, False, (), False, Verdict.PERMITTED),
        (CLEAR, False, (), True, Verdict.UNDETERMINED),
        (BROKEN, False, (), True, Verdict.NON_COMPLIANT),
    ],
)
def test_the_prospect_of_an_answer_is_told_as_the_decision_would_be(
    weighed, gives_findings, findings, is_blank, verdict
):
    subject = replace(toy.new_subject("甲", ()), gives_findings=gives_findings)
    prospects = Prospects(compiled=None, case=None, subject=subject, is_blank=is_blank)
    assert verdict is prospects._verdict(weighed, findings)


@pytest.mark.parametrize(
    ("beside", "is_implied"),
    [
        ({}, True),
        ({"含货物": True}, False),
        ({"含货物": {"unknown": "还没有定"}}, False),
        ({"含货物": False}, True),
    ],
)
def test_a_usual_conclusion_is_not_implied_against_a_sign(beside, is_implied):
    compiled = as_shipped.compiled()
    told = {"as_of": "2026-01-15", "jurisdiction": "全国", "采购事项": {"采购品目": "服务类", **beside}}
    given = load_given(told, compiled.rule_set, CaseDefaults(today=day_number("2026-01-15") or 0))
    subject = compiled.rule_set.vocabulary.subjects["采购事项"]
    closed = close_subject(given, subject, compiled.subjects["采购事项"])
    assert ("服务" if is_implied else UNKNOWN) == closed.situation.values.get("采购标的", UNKNOWN)


@pytest.mark.parametrize("gives_findings", [True, False])
@pytest.mark.parametrize("is_finding", [True, False])
@pytest.mark.parametrize("status", [Status.UNKNOWN, Status.NOT_APPLICABLE])
def test_an_open_category_is_asked_about_where_categories_are_told_beside_a_verdict_or_instead(
    gives_findings, is_finding, status
):
    whole = toy.VOCABULARY.subjects[toy.PURCHASE]
    fields = {**whole.fields, "类别": replace(whole.fields["类别"], finding=is_finding)}
    subject = replace(whole, gives_findings=gives_findings, fields=fields)
    rule = simple_rule(1, Classify("类别", ("甲",)))
    is_asked = is_finding and status is Status.UNKNOWN
    found = asked_rules(Verdict.NOT_COVERED, NOTHING, [rule], {rule.id: status}, subject)
    assert [rule.id] * is_asked == found


def test_the_year_and_the_month_of_a_case_follow_from_its_day():
    fields = as_shipped.rule_set().vocabulary.subjects["联席会议"].fields
    day = day_number("2026-03-15") or 0
    implied = {name: [one.on(day) for one in fields[name].implied] for name in ("基准年份", "基准月份")}
    assert {"基准年份": [2026], "基准月份": [3]} == implied


WORKS, LISTED = (c.Equals(name, True, toy.SPAN) for name in ("含工程", "已列目录"))
COMPUTED = toy.rule_set(
    simple_rule(1, Classify("重大", ()), WORKS),
    simple_rule(2, Classify("类别", ("甲",)), WORKS),
    simple_rule(3, Classify("类别", ("乙",)), LISTED),
    simple_rule(4, Table("规模", ((WORKS, "大型"), (LISTED, "中型")), "小型")),
    simple_rule(5, Derive("期数", Function.COUNT_IF, (), (WORKS, LISTED))),
)


@pytest.mark.parametrize(
    ("told", "name", "found"),
    [
        ({"含工程": True}, "重大", Derived(True)),
        ({"含工程": False}, "重大", Derived(False)),
        ({}, "重大", Derived(None)),
        ({"重大": True}, "重大", Derived(True)),
        # Nobody classifies it: it is not so. A choice that no table gives is open.
        ({}, "特殊", Derived(False)),
        ({}, "档次", Derived(None, possible=("高", "低"))),
        ({}, "情形", Derived(None)),
        ({"含工程": True}, "类别", Derived(None, sure=("甲",), possible=("乙",))),
        ({"含工程": False, "已列目录": True}, "类别", Derived(None, sure=("乙",))),
        ({"类别": frozenset({"丙"})}, "类别", Derived(frozenset({"丙"}))),
        ({"含工程": True}, "规模", Derived("大型")),
        ({"含工程": False}, "规模", Derived(None, possible=("中型", "小型"))),
        ({}, "规模", Derived(None, possible=("大型", "中型", "小型"))),
        ({"规模": "中型"}, "规模", Derived("中型")),
        ({"含工程": True, "已列目录": True}, "期数", Derived(2)),
        ({"含工程": False, "已列目录": False}, "期数", Derived(0)),
        ({"含工程": True}, "期数", None),
        ({"期数": 1}, "期数", Derived(1)),
    ],
)
def test_what_rules_compute_is_told_as_far_as_it_is_settled(told, name, found):
    assert found == decided(COMPUTED, case(told, Phase.CONTRACT)).derived.get(name)
