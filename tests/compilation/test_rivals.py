"""Which rules contest each other: each pair once, and never a rule with one that it gives way to."""

from dataclasses import replace

import pytest

from oracle.test_oracle import new_rule, overriding
from policy_engine.compilation import compile_rules
from policy_engine.model import conditions as c
from policy_engine.model.rules import Permit, Prohibit, Recommend, Require, Rule
from properties import toy

MUST = Require(c.Equals("已列目录", True, toy.SPAN))
NAMED = {"conflicts_with": ("b",)}


def rivals(*rules: Rule) -> list[tuple[str, str]]:
    return list(compile_rules(toy.rule_set(*rules)).subjects[toy.PURCHASE].rivals)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([new_rule("a", MUST), new_rule("b", MUST)], []),
        ([new_rule("a", MUST, **NAMED), new_rule("b", MUST)], [("a", "b")]),
        ([new_rule("b", MUST), new_rule("a", MUST, **NAMED)], [("a", "b")]),
        ([new_rule("a", MUST, **NAMED), new_rule("b", MUST, conflicts_with=("a",))], [("a", "b")]),
        ([new_rule("a", MUST, **NAMED), replace(new_rule("b", MUST), subjects=(toy.CONTRACT,))], []),
        ([new_rule("a", MUST, **NAMED), new_rule("b", Permit("转包"))], []),
        ([new_rule("a", MUST, **NAMED), new_rule("b", Recommend(MUST.condition))], []),
        ([new_rule("a", Prohibit("转包"), **NAMED), new_rule("b", MUST)], []),
        ([new_rule("a", MUST, **NAMED, overrides=overriding("b")), new_rule("b", MUST)], []),
        ([new_rule("a", MUST, **NAMED), new_rule("b", MUST, overrides=overriding("a"))], []),
        (
            [
                new_rule("a", Prohibit("转包"), document="order-new"),
                new_rule("b", Permit("转包"), document="statute"),
            ],
            [("a", "b")],
        ),
        (
            [
                new_rule("a", Prohibit("转包"), document="order-new"),
                new_rule("b", Permit("政府购买服务"), document="statute"),
            ],
            [],
        ),
        ([new_rule("a", Prohibit("转包"), document="law"), new_rule("b", Permit("转包"), document="regulation")], []),
        ([new_rule("a", Prohibit("转包"), document="regulation"), new_rule("b", Permit("转包"), document="law")], []),
    ],
)  # fmt: skip
def test_rules_contest_each_other_once_where_neither_gives_way(rules, expected):
    assert expected == rivals(*rules)
