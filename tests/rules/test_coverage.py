"""Every normative statement of the source documents has an answer, and every rule of those documents a statement."""

from collections import Counter

import pytest

import as_shipped
from policy_engine.usecases import load_rule_set
from policy_engine.usecases.coverage import cover


@pytest.fixture(scope="module")
def coverage():
    sources = as_shipped.sources()
    return cover(sources, load_rule_set(sources))


def test_every_statement_of_each_document_is_answered_once(coverage) -> None:
    expected = {"LA": 38, "MF": 35, "HZ": 66, "PP": 45, "WZ": 43}
    found = Counter(a.norm for a in coverage.answers if a.norm.split("-")[0] in expected)
    assert {f"{p}-{n:02}" for p, count in expected.items() for n in range(1, count + 1)} == set(found)
    assert {1} == set(Counter(answer.norm for answer in coverage.answers).values())


def test_every_article_of_the_order_on_buying_services_is_answered(coverage) -> None:
    own = [a.norm.split("-") for a in coverage.answers if a.document == "mof-order-102-2020"]
    assert list(map(str, range(1, 36))) == list(dict.fromkeys(article for _, article, *_ in own))
    assert list("123456") == [item[0] for _, article, *item in own if article == "10"]


def test_every_document_with_rules_has_its_rules_in_a_list_or_says_why_not(coverage) -> None:
    documents = as_shipped.rule_set().documents
    still = [
        d
        for d in coverage.problems
        if d.code not in {a.code for n in d.documents for a in documents[n].accepted}
    ]
    assert [] == still


def test_no_rule_of_a_listed_document_stands_without_a_statement(coverage) -> None:
    assert [] == [rule.id for rule in coverage.unlisted]
