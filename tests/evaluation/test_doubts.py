"""Which rules a doubt keeps open is what the oracle finds, along every line of rules that prevail over each other."""

from itertools import combinations, product

import pytest

from oracle.doubts import kept_open
from oracle.interpreter import interpret
from oracle.test_oracle import FIX, LISTED, VETO, WORKS, exception, new_rule, overriding
from policy_engine.compilation import compile_rules
from policy_engine.evaluation.doubts import doubted
from policy_engine.evaluation.truth import Derivations
from policy_engine.model import conditions as c
from policy_engine.model.rules import Permit, Require
from properties import toy

REASON, GRANT = c.Equals("有理由", True, toy.SPAN), Permit("政府购买服务")
FACTS = ("含工程", "已列目录", "有理由")
LINES = {
    "alone": (new_rule("a", FIX, WORKS),),
    "a duty": (new_rule("a", Require(LISTED), WORKS),),
    "excepted": (new_rule("a", FIX, WORKS, scope=REASON, unless=(exception(LISTED),)),),
    "defeated": (new_rule("a", FIX, WORKS), new_rule("b", GRANT, LISTED, overrides=overriding("a"))),
    "defeated twice": (
        new_rule("a", FIX, WORKS),
        new_rule("b", GRANT, LISTED, overrides=overriding("a")),
        new_rule("c", VETO, REASON, overrides=overriding("a")),
    ),
    "upheld": (
        new_rule("a", FIX, WORKS),
        new_rule("b", GRANT, LISTED, overrides=overriding("a")),
        new_rule("c", VETO, REASON, overrides=overriding("b")),
    ),
    "defeated with an exception": (
        new_rule("a", FIX, WORKS),
        new_rule("b", GRANT, LISTED, unless=(exception(REASON),), overrides=overriding("a")),
    ),
}


@pytest.mark.parametrize("name", LINES)
def test_doubts_keep_open_what_the_oracle_finds(name) -> None:
    rule_set = toy.rule_set(*LINES[name])
    program = compile_rules(rule_set).subjects[toy.PURCHASE]
    seen = set()
    for told in product((None, True, False), repeat=len(FACTS)):
        situation = toy.situation({n: v for n, v in zip(FACTS, told, strict=True) if v is not None})
        derived = Derivations(interpret(rule_set, situation).truths, program.fields)
        open_ = [n for n, v in zip(FACTS, told, strict=True) if v is None]
        for doubts in (set(some) for size in range(4) for some in combinations(open_, size)):
            expected = kept_open(rule_set, situation, doubts, {})
            assert expected == doubted(rule_set.rules, situation.values, derived, doubts, program), (
                told,
                doubts,
            )
            seen |= {(one, one in expected) for one in "abc"[: len(rule_set.rules)]}
    # Each rule was kept open by some doubt, and by some it was not.
    assert len(seen) == 2 * len(rule_set.rules)
