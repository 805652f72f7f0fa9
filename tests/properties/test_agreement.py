"""Every engine finds what the oracle finds, rule by rule, on random rule sets and situations."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle.interpreter import interpret
from policy_engine.compilation import CompiledRuleSet, compile_rules
from policy_engine.evaluation.compiled import evaluate_compiled
from policy_engine.evaluation.durable import evaluate_durable
from policy_engine.model.cases import Situation
from policy_engine.model.decisions import Evaluation
from properties.strategies import rule_sets, situations

ENGINES = {"compiled": (evaluate_compiled, 300), "durable": (evaluate_durable, 100)}
SITUATIONS_A_SET = 4


def as_plain(found: Evaluation) -> dict:
    """Drop what says nothing: the order of keys, and which of two rivals is named first."""
    return {
        "statuses": dict(found.statuses),
        "truths": dict(found.truths),
        "numbers": dict(found.numbers),
        "rivals": {frozenset(pair): truth for pair, truth in found.rivals.items()},
    }


@pytest.mark.parametrize(("evaluate", "examples"), ENGINES.values(), ids=ENGINES)
def test_engine_agrees_with_the_oracle(
    evaluate: Callable[[CompiledRuleSet, Situation], Evaluation], examples: int
):
    @settings(deadline=None, max_examples=examples, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def agree(data):
        rule_set = data.draw(rule_sets())
        compiled = compile_rules(rule_set)
        for situation in data.draw(st.lists(situations(rule_set), min_size=1, max_size=SITUATIONS_A_SET)):
            assert as_plain(interpret(rule_set, situation)) == as_plain(evaluate(compiled, situation))

    agree()
