"""A rule that waits for a parameter's value names the parameter, and only then."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from effort import examples
from oracle.interpreter import interpret
from policy_engine.compilation import compile_rules
from policy_engine.evaluation.compiled import evaluate_compiled
from policy_engine.evaluation.lacking import lacking_parameters
from policy_engine.evaluation.truth import Derivations
from policy_engine.evaluation.weighing import with_numbers
from policy_engine.model import conditions as c
from policy_engine.model.cases import Situation
from policy_engine.model.decisions import LackingParameter, Status
from policy_engine.model.rules import Classify, Derive, Function, Prohibit, Require, Rule, RuleSet
from policy_engine.model.values import UNKNOWN
from properties import toy
from properties.strategies import rule_sets, situations
from properties.test_agreement import exception, simple_rule

TODAY = date(2024, 3, 1).toordinal()
VETO = Prohibit("政府购买服务")
EMPTY = c.Unvalued("上限", c.AS_OF, TODAY, None, toy.SPAN)
WORKS = c.Equals("含工程", True, toy.SPAN)


def lacking(rule_set: RuleSet, situation: Situation) -> dict[str, tuple[LackingParameter, ...]]:
    """List for each open rule the parameters that it is said to wait for."""
    compiled = compile_rules(rule_set)
    program, found = compiled.subjects[situation.subject], evaluate_compiled(compiled, situation)
    values = with_numbers(situation.values, found)
    derived = Derivations(found.truths, program.fields)
    return {
        rule.id: lacking_parameters(rule, values, derived, program, found.statuses)
        for rule in program.rules
        if found.statuses[rule.id] is Status.UNKNOWN
    }


def named(*rules: Rule, **facts) -> dict[str, list[str]]:
    found = lacking(toy.rule_set(*rules), toy.situation(facts))
    return {rule: [parameter.name for parameter in parameters] for rule, parameters in found.items()}


def test_a_requirement_over_a_parameter_without_a_value_waits_for_it_on_that_day():
    (found,) = lacking(toy.rule_set(simple_rule(1, Require(EMPTY))), toy.situation({})).values()
    assert (LackingParameter("上限", TODAY),) == found


def test_a_parameter_that_settles_nothing_is_not_named():
    rule = simple_rule(1, VETO, c.All((c.Any((EMPTY, WORKS), toy.SPAN), c.Not(WORKS, toy.SPAN)), toy.SPAN))
    assert {} == named(rule, 含工程=True)
    assert {"law.art-1": ["上限"]} == named(rule, 含工程=False)


def test_a_parameter_in_an_exception_is_named():
    rule = replace(simple_rule(1, VETO), unless=(exception(EMPTY),))
    assert {"law.art-1": ["上限"]} == named(rule)


def test_a_parameter_behind_a_derived_field_is_named_once():
    major = simple_rule(1, Classify("重大", ()), EMPTY)
    reader = simple_rule(2, VETO, c.Equals("重大", True, toy.SPAN))
    assert {"law.art-1": ["上限"], "law.art-2": ["上限"]} == named(major, reader)
    assert {"law.art-1": ["上限"]} == named(major, reader, 重大=False)


def test_a_parameter_of_a_rule_that_may_prevail_is_named():
    weaker = simple_rule(1, VETO)
    stronger = simple_rule(2, Prohibit("转包"), EMPTY, overrides=("law.art-1",))
    assert {"law.art-1": ["上限"], "law.art-2": ["上限"]} == named(weaker, stronger)


def test_a_parameter_behind_a_number_that_is_computed_from_another_is_named():
    first = simple_rule(1, Derive("差额", Function.SUM, ("金额",), ()), EMPTY)
    second = simple_rule(2, Derive("期数", Function.SUM, ("差额",), ()))
    reader = simple_rule(3, VETO, c.Compare("期数", c.Bound.MORE_THAN, 3, toy.SPAN))
    assert {"law.art-1": ["上限"], "law.art-3": ["上限"]} == named(first, second, reader, 金额=5)


def test_where_the_dating_day_is_unknown_no_parameter_is_named():
    empty = c.Unvalued("上限", "签订", TODAY, None, toy.SPAN)
    assert {"law.art-1": []} == named(replace(simple_rule(1, Require(empty)), dated_by="签订"))


def test_where_none_is_named_no_value_of_a_parameter_would_settle_the_rule():
    @settings(max_examples=examples(120), suppress_health_check=list(HealthCheck))
    @given(st.data())
    def holds(data):
        rule_set = data.draw(rule_sets())
        situation = data.draw(situations(rule_set))
        told = with_values(rule_set, situation, lambda _: data.draw(st.booleans()))
        statuses = interpret(told, situation).statuses
        for rule, parameters in lacking(rule_set, situation).items():
            assert parameters or statuses[rule] is Status.UNKNOWN

    holds()


def with_values(rule_set: RuleSet, situation: Situation, holds: Callable[[c.Unvalued], bool]) -> RuleSet:
    """Put a truth in the place of each comparison with a parameter that has no value on the situation's day."""

    def told(part: object) -> object:
        if isinstance(part, c.Unvalued) and situation.values.get(c.dating_field(part.dated_by)) not in (
            None,
            UNKNOWN,
        ):
            day = c.InForce(part.dated_by, part.first, part.last, part.span)
            return day if holds(part) else c.Any((), part.span)
        if isinstance(part, tuple):
            return tuple(map(told, part))
        if is_dataclass(part) and type(part).__module__ in (c.__name__, Rule.__module__):
            return replace(part, **{f.name: told(getattr(part, f.name)) for f in fields(part)})
        return part

    return replace(rule_set, rules=told(rule_set.rules))


def test_a_parameter_below_a_denial_is_named():
    assert {"law.art-1": ["上限"]} == named(simple_rule(1, VETO, c.Not(EMPTY, toy.SPAN)))
    nested = c.Not(c.All((WORKS, c.Not(EMPTY, toy.SPAN)), toy.SPAN), toy.SPAN)
    assert {"law.art-1": ["上限"]} == named(simple_rule(1, VETO, nested), 含工程=True)
    assert {} == named(simple_rule(1, VETO, nested), 含工程=False)
