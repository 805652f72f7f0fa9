"""A category is found by the rules that make it, of the field that it belongs to and nowhere else."""

from dataclasses import replace

import pytest

from policy_engine.evaluation.findings import categories
from policy_engine.model.conditions import All
from policy_engine.model.decisions import Found, Status
from policy_engine.model.documents import Citation
from policy_engine.model.rules import Classify, Kind, Prohibit, Rule
from policy_engine.model.vocabulary import FieldType, Role, Subject
from properties import toy

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
