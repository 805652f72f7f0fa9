"""Whether an open rule applies as far as anything was told: against the oracle's truths."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from effort import examples
from oracle.interpreter import FALSE, TRUE, Instance, truth
from policy_engine.evaluation.applying import applies_as_told, surely_applies
from policy_engine.evaluation.truth import nothing_derived
from policy_engine.model import conditions as c
from policy_engine.model.rules import Recommend
from properties import toy
from properties.strategies import conditions, situations
from properties.test_agreement import exception, simple_rule
from properties.test_support import FIELDS, TOLD

SOME = settings(max_examples=examples(300))
LISTED, WORKS, REASON = (c.Equals(name, True, toy.SPAN) for name in ("已列目录", "含工程", "有理由"))
ANY = conditions(TOLD, c.AS_OF)


def as_told(matter: Instance, condition: c.Condition) -> bool:
    """Read a condition in two values: what isn't known to be so is not so."""
    match condition:
        case c.All(parts):
            return not any(not as_told(matter, part) for part in parts)
        case c.Any(parts):
            return bool([part for part in parts if as_told(matter, part)])
        case c.Not(part):
            return not as_told(matter, part)
        case _:
            return truth(matter, condition) == TRUE


@SOME
@given(st.data())
def test_a_condition_applies_as_far_as_anything_was_told(data):
    condition = data.draw(ANY)
    rule_set = toy.rule_set(simple_rule(1, Recommend(REASON), condition))
    matter = Instance(rule_set, data.draw(situations(rule_set)))
    found = applies_as_told(condition, matter.situation.values, nothing_derived(FIELDS))
    assert found is as_told(matter, condition)


@SOME
@given(st.data())
def test_a_rule_surely_applies_where_it_is_met_and_no_exception_is_open(data):
    unless = tuple(exception(one) for one in data.draw(st.lists(ANY, max_size=2)))
    rule = replace(simple_rule(1, Recommend(REASON), data.draw(ANY)), unless=unless)
    rule_set = toy.rule_set(rule)
    matter = Instance(rule_set, data.draw(situations(rule_set)))
    is_met = truth(matter, rule.when) == TRUE and rule.when != c.All((), toy.SPAN)
    is_sure = is_met and all(truth(matter, clause.when) == FALSE for clause in unless)
    assert is_sure is surely_applies(rule, matter.situation.values, nothing_derived(FIELDS))


def test_an_exception_that_may_be_met_leaves_it_open():
    rule = replace(simple_rule(1, Recommend(REASON), LISTED), unless=(exception(WORKS),))
    found = [
        surely_applies(rule, toy.situation({"已列目录": True, **told}).values, nothing_derived(FIELDS))
        for told in ({}, {"含工程": True}, {"含工程": False})
    ]
    assert [False, False, True] == found
