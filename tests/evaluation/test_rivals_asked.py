"""Beside a certain breach an open usual duty asks nothing, unless it may yet collide with another norm."""

from dataclasses import replace

import pytest

from oracle.test_oracle import new_rule
from policy_engine.compilation import compile_rules
from policy_engine.evaluation.agreement import Engine
from policy_engine.model import conditions as c
from policy_engine.model.decisions import SubjectDecision, Verdict
from policy_engine.model.rules import Permit, Prohibit, Require, Rule
from policy_engine.model.vocabulary import Phase
from policy_engine.usecases import check
from properties import toy
from properties.clashes import case

LISTED, SPLIT, REASONED = (c.Equals(name, True, toy.SPAN) for name in ("已列目录", "打包", "有理由"))
VALUELESS = c.Unvalued("限额", c.AS_OF, None, None, toy.SPAN)
BREACH = new_rule("law.breach", Require(REASONED))
# Told: listed and without a reason. Open: whether it is split.
TOLD = {"已列目录": True, "有理由": False}


def usual(name: str, kind: Prohibit | Require, when: c.Condition = LISTED, **more) -> Rule:
    return new_rule(name, kind, when, "order-new", is_default=True, **more)


def decided(*rules: Rule) -> SubjectDecision:
    one = case(TOLD, list(Phase)[-1], is_declared=True)
    (found,) = check(compile_rules(toy.rule_set(*rules)), one, Engine.BOTH).subjects
    return found


def asked(found: SubjectDecision) -> set[str]:
    return {question.field.name for question in found.missing}


PAIRS = {
    "an open permission": (
        usual("order-new.a", Prohibit("转包")),
        new_rule("statute.b", Permit("转包"), SPLIT, "statute"),
    ),
    "an open prohibition": (
        usual("order-new.a", Prohibit("转包"), SPLIT),
        new_rule("statute.b", Permit("转包"), LISTED, "statute"),
    ),
    "duties that name each other": (
        usual("order-new.a", Require(LISTED), conflicts_with=("order-new.b",)),
        usual("order-new.b", Require(LISTED), SPLIT),
    ),
}


@pytest.mark.parametrize("pair", PAIRS)
def test_beside_a_breach_what_may_yet_collide_is_asked(pair):
    found = decided(BREACH, *PAIRS[pair])
    assert Verdict.NON_COMPLIANT is found.verdict
    assert (Verdict.CONFLICT,) == found.may_become
    assert {"打包"} == asked(found)


@pytest.mark.parametrize("pair", PAIRS)
def test_beside_a_breach_what_collides_with_nothing_is_not_asked(pair):
    alone = [replace(rule, conflicts_with=()) for rule in PAIRS[pair] if not isinstance(rule.kind, Permit)]
    found = decided(BREACH, *alone)
    assert (Verdict.NON_COMPLIANT, ()) == (found.verdict, found.may_become)
    assert set() == asked(found)


def test_where_one_rule_permits_nothing_is_asked_of_the_other_permissions():
    duty = new_rule("law.duty", Require(SPLIT))
    waiting = new_rule("law.waiting", Permit("政府购买服务"), VALUELESS)
    granting = new_rule("law.granting", Permit("政府购买服务"), LISTED)
    assert ["限额"] == [question.parameter.name for question in decided(duty, waiting).lacking]
    found = decided(duty, waiting, granting)
    assert (Verdict.UNDETERMINED, {"打包"}, ()) == (found.verdict, asked(found), found.lacking)
