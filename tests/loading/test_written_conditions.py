"""What a rule carries without being written out can be taken off again: its author's condition is left."""

import pytest

import as_shipped
from policy_engine.loading.scope import (
    with_doubts,
    with_positive_wholes,
    without_doubts,
    written_conditions,
)
from policy_engine.model.conditions import Ratio, leaves
from policy_engine.model.rules import Recommend, Require


@pytest.fixture(scope="module")
def rule_set():
    return as_shipped.rule_set()


def test_a_condition_with_its_doubts_put_back_is_the_one_that_was_loaded(rule_set) -> None:
    doubtful = [rule for rule in rule_set.rules if rule.doubts]
    assert len(doubtful) > 5
    assert any(isinstance(rule.kind, Require) for rule in doubtful)
    for rule in doubtful:
        loaded = rule.kind.condition if isinstance(rule.kind, Require | Recommend) else rule.when
        written = without_doubts(loaded, rule.doubts)
        assert loaded == with_doubts(written, rule.doubts)
        asked = {doubt.ask for doubt in rule.doubts}
        assert not asked & {getattr(leaf, "field", "") for leaf in leaves(written)}


def test_a_share_is_read_without_the_proviso_that_there_is_something_to_share(rule_set) -> None:
    shares = [
        rule
        for rule in rule_set.rules
        if isinstance(rule.kind, Require) and any(isinstance(c, Ratio) for c in leaves(rule.kind.condition))
    ]
    fields_of = {rule.id: rule_set.vocabulary.subjects[rule.subjects[0]].fields for rule in shares}
    changed = 0
    for rule in shares:
        when, required = written_conditions(rule, fields_of[rule.id])
        assert required is not None
        assert rule.when == with_positive_wholes(when, required, fields_of[rule.id])
        changed += when != rule.when
    assert changed


def test_a_rule_names_its_parameters_with_the_places_that_what_is_read_there_carries(rule_set) -> None:
    (limit,) = (rule for rule in rule_set.rules if rule.id == "mof-order-102-2020.art-24-limit")
    assert ["合同期限上限_月"] * 2 == [use.name for use in limit.parameters]
    assert {use.span for use in limit.parameters} == {part.span for part in limit.when.parts}
