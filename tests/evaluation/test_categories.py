"""A category is found by the rules that make it, of the field that it belongs to and nowhere else."""

from dataclasses import replace

import pytest

from policy_engine.evaluation.findings import categories
from policy_engine.model.conditions import All, Equals
from policy_engine.model.decisions import Found, Status
from policy_engine.model.documents import Citation
from policy_engine.model.rules import Classify, Kind, Prohibit, Rule
from policy_engine.model.vocabulary import FieldType, Phase, Role, Subject
from properties import toy
from properties.clashes import case
from properties.test_agreement import simple_rule
from properties.test_surroundings import decided

TARGET, SERVICE, OTHER = "重点对象", "服务内容", "其他"


def subject() -> Subject:
    """Give a subject two fields of findings that have a category of the same name."""
    fields = {
        name: replace(
            toy.new_field(name, FieldType.LIST, Role.DERIVED, choices=(choice, OTHER)), finding=True
        )
        for name, choice in ((TARGET, "医院"), (SERVICE, "培训"))
    }
    return replace(toy.VOCABULARY.subjects[toy.PURCHASE], gives_findings=True, fields=fields)


def rule(kind: Kind, document: str = "law") -> Rule:
    always = All((), toy.SPAN)
    return Rule(
        id=f"{document}.{kind}",
        title="第一条",
        citation=Citation(toy.DOCUMENTS[document], "第一条"),
        subjects=(toy.PURCHASE,),
        kind=kind,
        when=always,
        scope=always,
        span=toy.SPAN,
    )


def found(values: dict, **rules: tuple[Rule, Status]) -> dict[tuple[str, str], list[Found]]:
    every = [each for each, _ in rules.values()]
    statuses = {each.id: status for each, status in rules.values()}
    told: dict[tuple[str, str], list[Found]] = {}
    for one in categories(subject(), values, every, statuses):
        told.setdefault((one.field, one.name), []).append(one.found)
    return told


def test_a_category_of_the_same_name_in_another_field_is_another_category():
    told = found({}, one=(rule(Classify(TARGET, (OTHER,))), Status.TRUE))
    assert [Found.YES] == told[TARGET, OTHER]
    assert [Found.UNEXAMINED] == told[SERVICE, OTHER] == told[TARGET, "医院"]


def test_rules_of_other_kinds_make_no_category():
    told = found({}, one=(rule(Prohibit("政府购买服务")), Status.TRUE))
    assert {(Found.UNEXAMINED,)} == {tuple(each) for each in told.values()}


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.TRUE, [Found.YES, Found.NO]),
        (Status.UNKNOWN, [Found.OPEN, Found.NO]),
        (Status.OUT_OF_FORCE, [Found.NO]),
    ],
)
def test_each_document_that_makes_a_category_here_and_now_finds_by_itself(status, expected):
    told = found(
        {},
        one=(rule(Classify(TARGET, (OTHER,)), "statute"), status),
        two=(rule(Classify(TARGET, (OTHER,))), Status.NOT_APPLICABLE),
    )
    assert expected == told[TARGET, OTHER]


def test_what_is_told_stands_where_no_rule_decides():
    values = {TARGET: frozenset({OTHER})}
    told = found(values, one=(rule(Classify(TARGET, (OTHER, "医院"))), Status.UNKNOWN))
    assert ([Found.YES], [Found.NO]) == (told[TARGET, OTHER], told[TARGET, "医院"])


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"含工程": True}, {"甲": (Found.YES, "1"), "乙": (Found.OPEN, "2")}),
        ({"含工程": True, "已列目录": True}, {"甲": (Found.YES, "1 2"), "乙": (Found.YES, "2")}),
        ({"含工程": False}, {"甲": (Found.OPEN, "2"), "乙": (Found.OPEN, "2")}),
        ({"含工程": False, "已列目录": False}, {"甲": (Found.NO, "1 2"), "乙": (Found.NO, "2")}),
        ({}, {"甲": (Found.OPEN, "1 2"), "乙": (Found.OPEN, "2")}),
    ],
)
def test_a_finding_names_its_field_its_document_and_the_rules_that_carry_or_deny_it(told, expected):
    works, listed = (Equals(name, True, toy.SPAN) for name in ("含工程", "已列目录"))
    rules = (
        simple_rule(1, Classify(toy.FINDING, ("甲",)), works),
        simple_rule(2, Classify(toy.FINDING, ("甲", "乙")), listed),
    )
    rule_set = replace(toy.rule_set(*rules), vocabulary=toy.FINDING_VOCABULARY)
    findings = decided(rule_set, case(told, Phase.CONTRACT)).findings
    assert [(toy.FINDING, "甲", "law"), (toy.FINDING, "乙", "law"), (toy.FINDING, "丙", None)] == [
        (one.field, one.category, one.document and one.document.id) for one in findings
    ]
    assert {**expected, "丙": (Found.UNEXAMINED, "")} == {
        one.category: (one.found, " ".join(r.rule.id.removeprefix("law.art-") for r in one.rules))
        for one in findings
    }
