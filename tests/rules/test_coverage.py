"""Every normative statement of the source documents has an answer, and every rule of those documents a statement."""

from collections import Counter

import pytest

from policy_engine.usecases import cover, load_rule_set, read_sources, shipped_rules


@pytest.fixture(scope="module")
def coverage():
    sources = read_sources(shipped_rules())
    return cover(sources, load_rule_set(sources))


def test_every_statement_of_each_document_is_answered_once(coverage) -> None:
    found = Counter(answer.norm for answer in coverage.answers)
    expected = {"LA": 38, "MF": 35, "HZ": 66, "PP": 45, "WZ": 43}
    assert {f"{p}-{n:02}" for p, count in expected.items() for n in range(1, count + 1)} == set(found)
    assert {1} == set(found.values())


def test_no_rule_of_a_listed_document_stands_without_a_statement(coverage) -> None:
    assert [] == [rule.id for rule in coverage.unlisted]
