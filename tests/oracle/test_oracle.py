"""Worked examples of the meaning, so that the oracle isn't wrong the same way as the engines."""

from collections.abc import Mapping
from datetime import date

import pytest

from oracle.interpreter import interpret
from oracle.months import end_of_deadline, end_of_term, months_between
from oracle.verdict import combine
from policy_engine.foundation.logic import Truth
from policy_engine.model import conditions as c
from policy_engine.model.decisions import Status, Verdict
from policy_engine.model.documents import Citation
from policy_engine.model.rules import (
    Basis,
    Classify,
    Effect,
    ExceptionClause,
    Kind,
    Override,
    Permit,
    Prohibit,
    Require,
    Rule,
    Table,
)
from policy_engine.model.values import NOT_HAPPENED, Value
from policy_engine.model.vocabulary import Phase
from properties import toy

ALWAYS = c.All((), toy.SPAN)
WORKS = c.Equals("含工程", True, toy.SPAN)
LISTED = c.Equals("已列目录", True, toy.SPAN)
VETO, FIX = Prohibit("政府购买服务"), Prohibit("转包")


def new_rule(name: str, kind: Kind, when: c.Condition = ALWAYS, document: str = "law", **more) -> Rule:
    return Rule(
        id=name,
        title=name,
        citation=Citation(toy.DOCUMENTS[document], name),
        subjects=(toy.PURCHASE,),
        kind=kind,
        when=when,
        scope=more.pop("scope", ALWAYS),
        span=toy.SPAN,
        **more,
    )


def exception(when: c.Condition, scope: c.Condition = ALWAYS) -> ExceptionClause:
    return ExceptionClause(
        when=when, scope=scope, basis=Basis.PRACTICE, because="例外", citation=None, span=toy.SPAN
    )


def overriding(name: str) -> tuple[Override, ...]:
    return (Override(rule=name, basis=Basis.TEXT, because="特别规定", locator="", span=toy.SPAN),)


def statuses(*rules: Rule, **facts: Value) -> Mapping[str, Status]:
    return interpret(toy.rule_set(*rules), toy.situation(facts)).statuses


def verdict(*rules: Rule, phase: Phase = Phase.EVALUATION, **facts: Value) -> Verdict:
    rule_set, situation = toy.rule_set(*rules), toy.situation(facts)
    return combine(rule_set, situation, interpret(rule_set, situation), phase)


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2024-01-15", 1, "2024-02-14"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-01-30", 1, "2024-02-29"),
        ("2024-01-29", 1, "2024-02-28"),
        ("2024-01-31", 2, "2024-03-30"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-12-01", 1, "2024-12-31"),
    ],
)
def test_a_term_ends_the_day_before_the_same_day_or_with_a_shorter_month(start, months, end):
    assert day(end) == end_of_term(day(start), months)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-15", 1, "2026-02-15"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2023-01-30", 1, "2023-02-28"),
        ("2024-01-29", 1, "2024-02-29"),
        ("2024-01-31", 2, "2024-03-31"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-12-01", 1, "2025-01-01"),
    ],
)
def test_a_deadline_ends_on_the_same_day_or_with_a_shorter_month(start, months, end):
    assert day(end) == end_of_deadline(day(start), months)


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2024-01-31", "2024-02-28", 0),
        ("2024-01-31", "2024-02-29", 1),
        ("2024-01-31", "2024-03-30", 1),
        ("2024-01-31", "2024-03-31", 2),
        ("2024-02-29", "2025-02-28", 12),
        ("2024-03-15", "2024-01-16", -1),
        ("2024-03-15", "2024-03-15", 0),
    ],
)
def test_a_month_is_complete_on_the_same_day_number_or_at_the_end_of_a_shorter_month(start, end, months):
    assert months == months_between(day(start), day(end))


def test_the_first_part_that_blocks_names_the_status():
    local = c.InArea("410000", toy.SPAN)
    rule = new_rule("a", VETO, WORKS, unless=(exception(LISTED),))
    assert Status.TRUE is statuses(rule, 含工程=True, 已列目录=False)["a"]
    assert Status.UNKNOWN is statuses(rule, 含工程=True)["a"]
    assert Status.NOT_APPLICABLE is statuses(rule, 含工程=False, 已列目录=True)["a"]
    assert Status.EXCEPTED is statuses(rule, 含工程=True, 已列目录=True)["a"]
    assert Status.CLEAR is statuses(rule, 已列目录=True)["a"]
    assert Status.OUT_OF_FORCE is statuses(new_rule("a", VETO, WORKS, scope=local))["a"]


def test_an_exception_out_of_its_area_excepts_nothing():
    abroad = exception(LISTED, scope=c.InArea("410000", toy.SPAN))
    assert Status.TRUE is statuses(new_rule("a", VETO, unless=(abroad,)), 已列目录=True)["a"]


def test_a_kept_requirement_is_satisfied_and_one_that_may_not_apply_is_clear():
    rule = new_rule("a", Require(LISTED), WORKS)
    assert Status.SATISFIED is statuses(rule, 含工程=True, 已列目录=True)["a"]
    assert Status.CLEAR is statuses(rule, 已列目录=True)["a"]
    assert Status.TRUE is statuses(rule, 含工程=True, 已列目录=False)["a"]


def test_a_condition_over_every_choice_is_open_while_the_choice_is():
    every = c.OneOf("方式", ("招标", "谈判", "直购"), toy.SPAN)
    rule = new_rule("a", VETO, every, unless=(exception(WORKS),))
    assert Status.CLEAR is statuses(rule, 含工程=True)["a"]


def test_a_defeated_norm_defeats_nothing():
    first = new_rule("first", Permit("转包"), WORKS, overrides=overriding("second"))
    second = new_rule("second", FIX, overrides=overriding("third"))
    third = new_rule("third", Require(LISTED))
    defeated = statuses(first, second, third, 含工程=True, 已列目录=False)
    assert {"first": Status.TRUE, "second": Status.DEFEATED, "third": Status.TRUE} == defeated
    assert Status.DEFEATED is statuses(first, second, third, 含工程=False, 已列目录=False)["third"]


@pytest.mark.parametrize(
    ("high", "low", "expected"),
    [
        ("law", "notice-city", Status.DEFEATED),
        ("order-new", "order-old", Status.DEFEATED),
        ("order-new", "order-other", Status.TRUE),
        ("statute", "rules-city", Status.DEFEATED),
        ("statute", "rules-other", Status.TRUE),
        ("order-new", "rules-city", Status.TRUE),
        ("rules-city", "notice-province", Status.TRUE),
        ("rules-city", "notice-city", Status.DEFEATED),
        ("law", "law", Status.TRUE),
        ("notice-province", "notice-city", Status.DEFEATED),
        ("notice-province", "notice-for-city", Status.DEFEATED),
        ("notice-for-city", "notice-province", Status.TRUE),
        ("notice-other", "notice-province", Status.DEFEATED),
    ],
)
def test_a_higher_or_later_document_prevails_where_their_areas_allow(high, low, expected):
    rules = (new_rule("a", Permit("转包"), document=high), new_rule("b", FIX, document=low))
    assert expected is statuses(*rules)["b"]


def test_an_event_that_has_not_happened_fails_every_bound():
    conditions = [c.Compare("签订", bound, day("2024-01-31"), toy.SPAN) for bound in c.Bound]
    rules = [new_rule(f"{at}", VETO, condition) for at, condition in enumerate(conditions)]
    assert {Status.NOT_APPLICABLE} == set(statuses(*rules, 签订=NOT_HAPPENED).values())
    within = new_rule("a", VETO, c.WithinMonths("签订", "验收", 1, c.Period.TERM, toy.SPAN))
    assert Status.NOT_APPLICABLE is statuses(within, 签订=NOT_HAPPENED)["a"]
    assert Status.UNKNOWN is statuses(within, 签订=day("2024-01-31"))["a"]


def test_a_parameter_without_a_value_is_open_on_its_days_and_false_on_others():
    empty = c.Unvalued("上限", c.AS_OF, day("2024-02-01"), day("2024-02-29"), toy.SPAN)
    prohibit, require = new_rule("a", VETO, empty), new_rule("b", Require(empty))
    denied = new_rule("c", VETO, c.Not(empty, toy.SPAN))
    found = [
        statuses(prohibit, require, denied, **{c.AS_OF: day(at)}).values()
        for at in ("2024-02-10", "2024-03-01")
    ]
    assert [Status.UNKNOWN] * 3 == list(found[0])
    assert [Status.NOT_APPLICABLE, Status.TRUE, Status.TRUE] == list(found[1])


def test_a_choice_is_excluded_once_a_row_surely_stands_before_it():
    rows = ((c.Compare("人数", c.Bound.AT_LEAST, 100, toy.SPAN), "大型"), (WORKS, "中型"))
    table = new_rule("table", Table("规模", rows, "小型"))
    small = new_rule("small", VETO, c.OneOf("规模", ("小型",), toy.SPAN))
    not_large = new_rule("not-large", VETO, c.OneOf("规模", ("中型", "小型"), toy.SPAN))
    found = statuses(table, small, not_large, 含工程=True)
    assert (Status.NOT_APPLICABLE, Status.UNKNOWN) == (found["small"], found["not-large"])


def test_a_stated_derived_field_is_used_and_still_computed():
    rules = (
        new_rule("major", Classify("重大", ()), WORKS),
        new_rule("a", VETO, c.Equals("重大", True, toy.SPAN)),
    )
    found = interpret(toy.rule_set(*rules), toy.situation({"含工程": False, "重大": True}))
    assert (Status.TRUE, Truth.FALSE) == (found.statuses["a"], found.truths["重大", ""])


PERMIT = new_rule("permit", Permit("政府购买服务"), LISTED, document="rules-city")
OLD_VETO = new_rule("veto", VETO, WORKS, document="order-new")


@pytest.mark.parametrize(
    ("expected", "facts"),
    [
        (Verdict.PROHIBITED, {"含工程": True, "已列目录": False}),
        (Verdict.CONFLICT, {"含工程": True, "已列目录": True}),
        (Verdict.PERMITTED, {"含工程": False, "已列目录": True}),
        (Verdict.NOT_COVERED, {"含工程": False, "已列目录": False}),
        (Verdict.UNDETERMINED, {"含工程": True}),
        (Verdict.UNDETERMINED, {"含工程": False}),
        (Verdict.UNDETERMINED, {"已列目录": True}),
    ],
)
def test_a_refusal_needs_that_no_rival_permission_is_effective(expected, facts):
    assert Effect.VETO is toy.OBJECTS[VETO.object]
    assert expected is verdict(OLD_VETO, PERMIT, **facts)


def test_a_broken_requirement_asks_for_a_correction():
    duty = new_rule("duty", Require(LISTED))
    assert Verdict.NON_COMPLIANT is verdict(duty, 已列目录=False)
    assert Verdict.PROHIBITED is verdict(duty, new_rule("veto", VETO), 已列目录=False)


def test_before_its_phase_a_duty_counts_only_when_it_is_surely_broken():
    duty = new_rule("duty", Require(LISTED), due=Phase.CONTRACT)
    assert Verdict.NOT_COVERED is verdict(duty, phase=Phase.PROJECT)
    assert Verdict.UNDETERMINED is verdict(duty, phase=Phase.CONTRACT)
    assert Verdict.NON_COMPLIANT is verdict(duty, phase=Phase.PROJECT, 已列目录=False)


def test_a_broken_default_needs_a_reason():
    usual = new_rule("usual", FIX, is_default=True, justified_by="有理由")
    assert Verdict.UNDETERMINED is verdict(usual)
    assert Verdict.NON_COMPLIANT is verdict(usual, 有理由=False)
    assert Verdict.NOT_COVERED is verdict(usual, 有理由=True)


def test_an_article_carries_nothing_and_contests_nothing():
    assert Verdict.NOT_COVERED is verdict(new_rule("a", VETO, document="article"))
    permit = new_rule("permit", Permit(VETO.object), document="article")
    assert Verdict.PROHIBITED is verdict(new_rule("veto", VETO), permit)


def test_a_collision_that_is_only_ahead_leaves_nothing_open():
    ahead = new_rule("ahead", VETO, WORKS, document="order-new", due=Phase.CONTRACT)
    assert Verdict.PERMITTED is verdict(ahead, PERMIT, phase=Phase.PROJECT, 已列目录=True)
    assert Verdict.UNDETERMINED is verdict(ahead, PERMIT, phase=Phase.CONTRACT, 已列目录=True)
    assert Verdict.CONFLICT is verdict(ahead, PERMIT, phase=Phase.PROJECT, 已列目录=True, 含工程=True)
