"""An explanation is the rule itself, part by part, each with the truth that the oracle finds for it."""

from hypothesis import given, settings

from effort import examples
from oracle.interpreter import TRUTHS, Instance, effect, truth
from oracle.prevailing import prevails
from policy_engine.compilation import compile_rules
from policy_engine.evaluation.explanation import explain
from policy_engine.foundation.logic import Truth
from policy_engine.model import conditions as c
from policy_engine.model.decisions import Status, Step
from policy_engine.model.rules import Recommend, Require, Rule, Table
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import FieldType
from properties.clashes import cases, clashing_rule_sets
from properties.strategies import rule_sets
from properties.test_support import case_told, matters
from properties.test_surroundings import decided

CONNECTIVES = {c.All: "同时满足", c.Any: "满足其一", c.Not: "并非"}
SOME = settings(max_examples=examples(100))


def compare(step: Step, condition: c.Condition, matter: Instance) -> None:
    assert TRUTHS[truth(matter, condition)] is step.truth
    match condition:
        case c.All(parts) | c.Any(parts):
            inner = parts
        case c.Not(part):
            inner = (part,)
        case _:
            inner = ()
    assert len(inner) == len(step.parts)
    if type(condition) in CONNECTIVES:
        assert (CONNECTIVES[type(condition)], "") == (step.text, step.value)
    elif isinstance(condition, c.InForce | c.InArea | c.Unvalued):
        assert "" == step.value
    else:
        compare_value(step, condition, matter)
    for one, part in zip(step.parts, inner, strict=True):
        compare(one, part, matter)


def compare_value(step: Step, leaf: c.Condition, matter: Instance) -> None:
    field = matter.fields[leaf.part if isinstance(leaf, c.Ratio) else leaf.field]
    told = matter.stated(field.name)
    if told is not UNKNOWN and field.type in (FieldType.BOOLEAN, FieldType.CHOICE):
        words = {True: "是", False: "否"}.get(told, told) if isinstance(told, bool) else told
        assert step.value == f"{field.name}={words}"
    assert step.value.startswith(f"{field.name}=")
    if told is UNKNOWN and not matter.is_computed(field.name):
        assert f"{field.name}=不明" in step.value


def compare_named(step: Step, title: str, condition: c.Condition, matter: Instance) -> None:
    assert (title, "") == (step.text, step.value)
    assert TRUTHS[truth(matter, condition)] is step.truth
    # A conjunction is laid out without a connective of its own.
    parts = condition.parts if isinstance(condition, c.All) else (condition,)
    for one, part in zip(step.parts, parts, strict=True):
        compare(one, part, matter)


def explained(rule_set, case) -> None:
    decision = decided(rule_set, case)
    compiled, matter = compile_rules(rule_set), Instance(rule_set, decision.situation)
    for rule in matter.rules:
        step = explain(compiled, decision, rule)
        status = decision.evaluation.statuses[rule.id]
        head = {Status.TRUE: Truth.TRUE, Status.UNKNOWN: Truth.UNKNOWN}.get(status, Truth.FALSE)
        assert (f"{rule.id} {rule.title}", head, status.value) == (step.text, step.truth, step.value)
        parts = iter(step.parts)
        compare_named(next(parts), "效力范围", rule.scope, matter)
        compare_named(next(parts), "适用条件", rule.when, matter)
        for clause in rule.unless:
            both = c.All((clause.scope, clause.when), clause.span)
            compare_named(next(parts), f"例外：{clause.because}", both, matter)
        compare_winners(parts, rule, matter, decision.evaluation.statuses)
        if isinstance(rule.kind, Require | Recommend):
            compare_named(next(parts), "要求", rule.kind.condition, matter)
        if isinstance(rule.kind, Table):
            for condition, choice in rule.kind.rows:
                compare_named(next(parts), f"为 {choice}", condition, matter)
        assert [] == list(parts)


def compare_winners(parts, rule: Rule, matter: Instance, statuses) -> None:
    winners = {o.id: o for o in matter.rules if prevails(matter.rule_set.authority, o, rule)}
    if not winners:
        return
    step = next(parts)
    assert "优先于本条的规定" == step.text
    assert winners.keys() == {one.text for one in step.parts}
    for one in step.parts:
        is_in_effect = statuses[one.text] is Status.TRUE
        assert (Truth.TRUE if is_in_effect else Truth.FALSE, statuses[one.text].value) == (
            one.truth,
            one.value,
        )
        assert not is_in_effect or 2 == effect(matter, winners[one.text])
    assert step.truth is (Truth.TRUE if any(one.truth is Truth.TRUE for one in step.parts) else Truth.FALSE)


@SOME
@given(matters())
def test_computed_facts_are_explained_as_they_are(drawn):
    explained(*drawn)


@SOME
@given(clashing_rule_sets(), cases())
def test_rules_that_clash_are_explained_as_they_are(rule_set, case):
    explained(rule_set, case)


@SOME
@given(rule_sets().flatmap(case_told))
def test_any_rule_is_explained_as_it_is(drawn):
    explained(*drawn)
