"""What keeps a rule from taking effect: the time, the place, the exceptions that are met, the rules that apply instead."""

import pytest

from oracle.test_oracle import exception, new_rule, overriding
from policy_engine.compilation import compile_rules
from policy_engine.evaluation.agreement import Engine
from policy_engine.model import conditions as c
from policy_engine.model.decisions import BelowArea, Blocked, Excepted, OutOfArea, OutOfTime, Yielded
from policy_engine.model.rules import Permit, Prohibit, Rule
from policy_engine.model.vocabulary import Phase
from policy_engine.usecases import check
from properties import toy
from properties.clashes import case

LISTED, SPLIT, REASONED = (c.Equals(name, True, toy.SPAN) for name in ("已列目录", "打包", "有理由"))
# Told: listed and not split. Open: whether there is a reason.
TOLD = {"已列目录": True, "打包": False}
MET, UNMET = exception(LISTED), exception(SPLIT)


def blocked(*rules: Rule) -> Blocked | None:
    one = case(TOLD, list(Phase)[-1], is_declared=True)
    (found,) = check(compile_rules(toy.rule_set(*rules)), one, Engine.BOTH).subjects
    return {result.rule.id: result.blocked for result in found.results}[rules[0].id]


def prohibition(when: c.Condition = LISTED, **more) -> Rule:
    return new_rule("a", Prohibit("转包"), when, **more)


def instead(name: str, when: c.Condition) -> Rule:
    return new_rule(name, Permit("转包"), when, overrides=overriding("a"))


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([prohibition()], None),
        ([prohibition(SPLIT)], None),
        ([prohibition(REASONED)], None),
        ([prohibition(unless=(UNMET, MET))], Excepted((MET,))),
        ([prohibition(unless=(MET, MET))], Excepted((MET, MET))),
        ([prohibition(), instead("b", LISTED), instead("c", SPLIT)], Yielded(("b",))),
        ([prohibition(), instead("b", SPLIT), instead("c", LISTED)], Yielded(("c",))),
        ([prohibition(), instead("b", LISTED), instead("c", REASONED)], Yielded(("b",))),
        ([prohibition(), instead("b", SPLIT)], None),
        ([prohibition(scope=c.InForce(c.AS_OF, None, toy.DAYS[0], toy.SPAN))], OutOfTime()),
        ([prohibition(scope=c.InArea("410000", toy.SPAN), document="notice-other")], OutOfArea()),
        ([prohibition(scope=c.InArea("330502", toy.SPAN), document="practice")], BelowArea()),
    ],
)
def test_what_blocks_a_rule_is_told_and_nothing_else(rules, expected):
    assert expected == blocked(*rules)
