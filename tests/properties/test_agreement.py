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
    """Put all findings into one map; which of two rivals is named first says nothing."""
    return {
        **{("status", rule): status for rule, status in found.statuses.items()},
        **{("truth", *part): truth for part, truth in found.truths.items()},
        **{("number", name): number for name, number in found.numbers.items()},
        **{("rivals", frozenset(pair)): truth for pair, truth in found.rivals.items()},
    }


def differences(expected: Evaluation, found: Evaluation) -> dict:
    """Map what two evaluations don't agree on to what each of them says."""
    one, other = as_plain(expected), as_plain(found)
    keys = dict.fromkeys((*one, *other))
    return {key: (one.get(key), other.get(key)) for key in keys if one.get(key) != other.get(key)}


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
            assert {} == differences(interpret(rule_set, situation), evaluate(compiled, situation))

    agree()
