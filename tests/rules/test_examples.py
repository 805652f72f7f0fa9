"""The inline examples of every shipped rule come out as their author says."""

from dataclasses import replace

import pytest

import as_shipped
from policy_engine.evaluation.examples import run_examples

RULES = {rule.id: rule for rule in as_shipped.rule_set().rules}
ACROSS = {across.rule.id: across for across in as_shipped.rule_set().across}


def failures(*, rules: tuple = (), across: tuple = ()) -> list[str]:
    """Run the examples of some rules only: all the others still take part."""
    compiled = as_shipped.compiled()
    results = list(
        run_examples(replace(compiled, rule_set=replace(compiled.rule_set, rules=rules, across=across)))
    )
    assert results or not any(rule.examples for rule in rules)
    return [
        f"{r.example.span.place} {r.example.name}: {r.expected}, {r.found}"
        for r in results
        if r.expected != r.found
    ]


@pytest.mark.parametrize("rule", RULES)
def test_its_examples_hold(rule: str) -> None:
    assert [] == failures(rules=(RULES[rule],))


@pytest.mark.parametrize("rule", ACROSS)
def test_its_examples_across_subjects_hold(rule: str) -> None:
    assert [] == failures(across=(ACROSS[rule],))


def test_every_rule_has_examples() -> None:
    bare = sorted({r.id for r in as_shipped.rule_set().rules if not r.examples})
    assert [] == bare
