"""An example holds where its rule comes out as its author says, and what else it came to is said in the same words."""

from dataclasses import replace

import pytest

from policy_engine.compilation import compile_rules
from policy_engine.evaluation.examples import ExampleResult, case_of, run_examples, seen_of
from policy_engine.model import conditions as c
from policy_engine.model.cases import Fact, Origin
from policy_engine.model.rules import (
    Classify,
    Derive,
    Example,
    Function,
    Kind,
    Permit,
    Prohibit,
    Recommend,
    Require,
    Table,
)
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Phase
from properties import toy
from properties.test_agreement import simple_rule

WORKS = c.Equals("含工程", True, toy.SPAN)
LISTED = c.Equals("已列目录", True, toy.SPAN)
MEMBERS = Classify("类别", ("甲", "乙"))
SIZES = Table("规模", ((LISTED, "大型"), (WORKS, "中型")), "小型")
COUNT = Derive("期数", Function.COUNT_IF, (), (WORKS, LISTED))


def example(told: dict[str, object], expect: str, verdict: str = "", *, is_declared: bool = False) -> Example:
    given = {name: Fact(field=name, value=v, origin=Origin.STATED, span=toy.SPAN) for name, v in told.items()}
    return Example(
        name="例",
        subject=toy.PURCHASE,
        given=given,
        as_of=toy.DAYS[-1],
        area="330500",
        phase=Phase.PERFORMANCE,
        is_declared=is_declared,
        expect=expect,
        verdict=verdict,
        span=toy.SPAN,
    )


def result(kind: Kind, one: Example, **more) -> ExampleResult:
    rule = replace(simple_rule(1, kind, more.pop("when", WORKS)), examples=(one,), **more)
    (found,) = run_examples(compile_rules(toy.rule_set(rule)))
    return found


@pytest.mark.parametrize(
    ("kind", "told", "right", "wrong", "found"),
    [
        (Prohibit("政府购买服务"), {"含工程": True}, "违反", "不适用", "违反"),
        (Prohibit("政府购买服务"), {"含工程": False}, "不适用", "违反", "不适用"),
        (Prohibit("政府购买服务"), {"含工程": UNKNOWN}, "待核实", "违反", "待核实"),
        (Require(LISTED), {"含工程": True, "已列目录": True}, "符合", "违反", "符合"),
        (Require(LISTED), {"含工程": True, "已列目录": False}, "违反", "符合", "违反"),
        (Permit("政府购买服务"), {"含工程": True}, "成立", "不成立", "成立"),
        (Permit("政府购买服务"), {"含工程": False}, "不成立", "成立", "不成立"),
        (Recommend(LISTED), {"含工程": True, "已列目录": False}, "未采纳", "已采纳", "未采纳"),
        (MEMBERS, {"含工程": True}, "是", "否", "是"),
        (MEMBERS, {"含工程": True}, "甲、乙", "甲", "甲、乙"),
        (MEMBERS, {"含工程": False}, "否", "甲、乙", "否"),
        (MEMBERS, {"含工程": UNKNOWN}, "待核实", "甲、乙", "待核实"),
        (Classify("重大", ()), {"含工程": True}, "是", "", "是"),
        (SIZES, {"含工程": True, "已列目录": True}, "大型", "中型", "大型"),
        (SIZES, {"含工程": True, "已列目录": False}, "中型", "大型", "中型"),
        (SIZES, {"含工程": True, "已列目录": UNKNOWN}, "待核实", "中型", "待核实"),
        (COUNT, {"含工程": True, "已列目录": True}, "2", "1", "2"),
        (COUNT, {"含工程": True, "已列目录": UNKNOWN}, "待核实", "1", "待核实"),
        (COUNT, {"含工程": False, "已列目录": True}, "待核实", "1", "待核实"),
    ],
)
def test_an_example_holds_by_the_outcome_of_its_rule(kind, told, right, wrong, found) -> None:
    one = result(kind, example(told, right))
    assert (True, right, found) == (one.is_as_expected, one.expected, one.found)
    other = result(kind, example(told, wrong))
    assert (False, wrong) == (other.is_as_expected, other.expected)
    assert other.found in (found, "甲、乙")


@pytest.mark.parametrize(
    ("kind", "told", "expect", "verdict", "found", "holds"),
    [
        (Prohibit("政府购买服务"), {"含工程": True}, "违反", "不得实施", "违反（单凭本条：不得实施）", True),
        (Prohibit("转包"), {"含工程": True}, "违反", "须整改", "违反（单凭本条：须整改）", True),
        (Prohibit("转包"), {"含工程": True}, "违反", "不得实施", "违反（单凭本条：须整改）", False),
        (Prohibit("转包"), {"含工程": True}, "不适用", "须整改", "违反（单凭本条：须整改）", False),
        (Permit("政府购买服务"), {"含工程": True}, "成立", "可以实施", "成立（单凭本条：可以实施）", True),
        (MEMBERS, {"含工程": True}, "甲、乙", "未涵盖", "甲、乙（单凭本条：未涵盖）", True),
        (MEMBERS, {"含工程": True}, "是", "未涵盖", "是（单凭本条：未涵盖）", True),
    ],
)
def test_the_verdict_that_a_rule_alone_brings_about_is_held_to_where_it_is_written(
    kind, told, expect, verdict, found, holds
) -> None:
    one = result(kind, example(told, expect, verdict))
    assert (holds, f"{expect}（单凭本条：{verdict}）", found) == (one.is_as_expected, one.expected, one.found)


def test_nobody_stands_behind_the_facts_of_an_example_but_its_author() -> None:
    told = {"变相用工": True, "含工程": UNKNOWN}
    case = case_of(example(told, "违反"))
    facts = case.subjects[toy.PURCHASE]
    assert ("例", "", None) == (facts["变相用工"].source, facts["含工程"].source, case.declaration)
    signed = case_of(example(told, "违反", is_declared=True))
    assert signed.declaration is not None
    sourced = Fact(field="变相用工", value=True, origin=Origin.STATED, source="会议纪要", span=toy.SPAN)
    own = replace(example({}, "违反"), given={"变相用工": sourced})
    assert "会议纪要" == case_of(own).subjects[toy.PURCHASE]["变相用工"].source


def test_other_rules_count_for_nothing_but_those_that_contest_it() -> None:
    rule = simple_rule(1, Permit("政府购买服务"), WORKS)
    fault, veto = simple_rule(2, Prohibit("转包"), WORKS), simple_rule(3, Prohibit("政府购买服务"), WORKS)
    case = case_of(example({"含工程": True}, "成立"))

    def alone(*rules) -> str:
        return seen_of(compile_rules(toy.rule_set(*rules)), rule, case, toy.PURCHASE).verdict

    assert "可以实施" == alone(rule) == alone(rule, fault) == alone(fault, rule)
    assert "依据冲突" == alone(rule, veto) == alone(fault, veto, rule)
