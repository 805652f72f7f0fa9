"""The order rules are listed in."""

from itertools import groupby

import pytest

import as_shipped
from policy_engine.model.locators import order_of
from policy_engine.reporting.ordering import by_force, in_order


@pytest.fixture(scope="module")
def rule_set():
    return as_shipped.rule_set()


def test_rules_of_a_law_come_before_those_of_a_rule_of_a_department(rule_set) -> None:
    forces = [rule.citation.document.force for rule in in_order(rule_set.rules, rule_set)]
    order = list(rule_set.authority.forces)
    assert sorted(forces, key=order.index) == forces
    assert {"法律", "部门规章", "规范性文件"} <= set(forces)


def test_rules_of_one_document_stand_together_and_by_article(rule_set) -> None:
    found = in_order(rule_set.rules, rule_set)
    runs = [name for name, _ in groupby(rule.citation.document.id for rule in found)]
    assert len(runs) == len(set(runs))
    own = [order_of(r.citation.locator) for r in found if r.citation.document.id == "mof-order-102-2020"]
    assert sorted(own) == own
    assert len(set(own)) > 20


def test_no_rule_and_no_document_is_lost(rule_set) -> None:
    assert sorted(map(id, rule_set.rules)) == sorted(map(id, in_order(rule_set.rules, rule_set)))
    assert set(rule_set.documents) == {document.id for document in by_force(rule_set)}
