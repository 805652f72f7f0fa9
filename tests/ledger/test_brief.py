"""What a row of a list is told is what the whole decision says: only what each rule by itself waits for is left out."""

import dataclasses

import pytest
from hypothesis import HealthCheck, given, settings

from effort import examples
from honesty.desk import compiled
from honesty.random_cases import cases
from policy_engine.compilation import CompiledRuleSet, compile_rules
from policy_engine.evaluation.agreement import Engine
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.model.cases import Case
from policy_engine.model.decisions import RuleResult
from policy_engine.usecases.checking import check
from properties.clashes import cases as toy_cases
from properties.clashes import clashing_rule_sets, finding_rule_sets


def bare(value: object) -> object:
    """Leave out of a decision what each rule waits for, wherever its result stands."""
    match value:
        case RuleResult():
            return dataclasses.replace(value, missing=())
        case tuple():
            return tuple(map(bare, value))
        case _ if (dataclasses.is_dataclass(value) and hasattr(value, "results")) or type(
            value
        ).__name__ == "Finding":
            parts = {field.name: bare(getattr(value, field.name)) for field in dataclasses.fields(value)}
            return dataclasses.replace(value, **parts)
        case _:
            return value


def decided(compiled_: CompiledRuleSet, case: Case, *, is_brief: bool) -> object:
    try:
        (one,) = check(compiled_, case, Engine.COMPILED, is_brief=is_brief).subjects
    except DiagnosticsError as error:
        return error.diagnostics
    return one


def alike(compiled_: CompiledRuleSet, case: Case) -> bool:
    """Hold the brief decision against the whole one; tells whether the whole one said more."""
    whole, brief = (decided(compiled_, case, is_brief=is_brief) for is_brief in (False, True))
    assert bare(whole) == brief
    return whole != brief


def test_purchases_are_told_the_same() -> None:
    said_more = []

    @settings(max_examples=examples(40), suppress_health_check=list(HealthCheck))
    @given(cases("采购事项"))
    def agree(case: Case) -> None:
        said_more.append(alike(compiled(), case))

    agree()
    assert any(said_more)


@pytest.mark.parametrize("rule_sets", [clashing_rule_sets, finding_rule_sets])
def test_random_rules_tell_the_same(rule_sets) -> None:
    @settings(max_examples=examples(200), suppress_health_check=list(HealthCheck))
    @given(rule_sets(), toy_cases())
    def agree(rule_set, case) -> None:
        alike(compile_rules(rule_set), case)

    agree()
