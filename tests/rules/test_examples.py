"""The inline examples of every shipped rule come out as their author says."""

import pytest

from policy_engine.evaluation.examples import ExampleResult, run_examples
from policy_engine.usecases import prepare

RESULTS = list(run_examples(prepare()))


@pytest.mark.parametrize("result", RESULTS, ids=lambda r: f"{r.rule.id}:{r.example.name}")
def test_example_holds(result: ExampleResult) -> None:
    assert result.expected == result.found, result.example.span.place


def test_every_rule_has_examples() -> None:
    bare = sorted({r.id for r in prepare().rule_set.rules if not r.examples})
    assert [] == bare
