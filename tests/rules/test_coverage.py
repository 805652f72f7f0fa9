"""Every normative statement of the source documents has an answer, and every rule of those documents a statement."""

import re
from collections import Counter
from dataclasses import replace

import pytest

import as_shipped
from policy_engine.compilation.reads import all_reads, field_written
from policy_engine.evaluation.examples import run_examples
from policy_engine.loading.coverage import NormAnswer
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


# A row names the facts that answer its statement. Each must be read by its rules, and their examples must need it.
_NAMED = re.compile(r"(?:字段|、)“([^”]+)”")


def elements(coverage) -> list[tuple[NormAnswer, str]]:
    return [
        (answer, field)
        for answer in coverage.answers
        if answer.answer == "encoded"
        for field in _NAMED.findall(answer.where)
    ]


def test_a_fact_that_answers_a_statement_is_read_by_its_rules(coverage) -> None:
    rules = {rule.id: rule for rule in as_shipped.rule_set().rules}
    known = {name for s in as_shipped.rule_set().vocabulary.subjects.values() for name in s.fields}
    unread = [
        f"{answer.norm} {field}"
        for answer, field in elements(coverage)
        if field not in known
        or field
        not in {
            r for n in answer.rules if n in rules for r in (*all_reads(rules[n]), field_written(rules[n]))
        }
    ]
    assert [] == unread


def test_without_a_fact_that_answers_a_statement_an_example_comes_out_otherwise(coverage) -> None:
    compiled = as_shipped.compiled()
    rules = {rule.id: rule for rule in compiled.rule_set.rules}

    def needs(name: str, field: str) -> bool:
        rule = rules[name]
        short = tuple(
            replace(e, given={n: fact for n, fact in e.given.items() if n != field})
            for e in rule.examples
            if field in e.given
        )
        only = replace(compiled.rule_set, rules=(replace(rule, examples=short),), across=())
        return not all(r.is_as_expected for r in run_examples(replace(compiled, rule_set=only)))

    unneeded = [
        f"{answer.norm} {field}"
        for answer, field in elements(coverage)
        if not any(needs(name, field) for name in answer.rules if name in rules)
    ]
    assert [] == unneeded


def test_whoever_says_that_a_document_is_in_force_says_on_what_evidence() -> None:
    documents = as_shipped.rule_set().documents.values()
    assert [] == [d.id for d in documents if (d.status_checked_on is None) != (not d.status_evidence)]
