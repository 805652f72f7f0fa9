"""Which rules contest each other: each pair once, and never a rule with one that it gives way to."""

from dataclasses import replace

import pytest

import as_shipped
from oracle.test_oracle import new_rule, overriding
from policy_engine.compilation import compile_rules
from policy_engine.compilation.prevailing import outranks
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


def test_what_the_state_council_issues_does_not_yield_to_a_rule_of_a_ministry():
    """Were its ban one of buying, and no ban of the ministry beside it, the two would contest each other."""
    shipped = as_shipped.rule_set()
    ban = "gbf-2024-54.third-party"
    rules = tuple(
        replace(rule, kind=Prohibit("政府购买服务")) if rule.id == ban else rule
        for rule in shipped.rules
        if not rule.id.startswith("mof-order-102-2020.art-10-2")
    )
    subject = compile_rules(replace(shipped, rules=rules)).subjects["采购事项"]
    assert (ban, "mof-order-102-2020.art-14") in subject.rivals
    assert ban not in subject.defeated_by


@pytest.mark.parametrize(
    ("higher", "lower"),
    [
        ("省政府规章", "设区的市政府规章"),
        ("国务院规范性文件", "规范性文件"),
        ("行政法规", "国务院规范性文件"),
        ("地方性法规", "省政府规章"),
    ],
)
def test_the_shipped_order_of_force_holds_in_one_direction(higher, lower):
    shipped = as_shipped.rule_set()
    one = next(d for d in shipped.documents.values() if d.id == "zj-safety-2016")
    at = replace(one, force=higher), replace(one, id="other", force=lower, area="330500")
    assert outranks(*at, shipped.authority)
    assert not outranks(*reversed(at), shipped.authority)
