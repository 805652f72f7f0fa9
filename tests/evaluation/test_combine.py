"""The verdict where rules clash: what contests a veto, and what leaves a verdict open."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from policy_engine.evaluation.combine import verdict_of, weigh
from policy_engine.foundation.logic import Truth
from policy_engine.model.conditions import All
from policy_engine.model.decisions import Evaluation, Status, Verdict
from policy_engine.model.documents import Citation
from policy_engine.model.rules import Permit, Prohibit, Rule
from policy_engine.model.values import Value
from policy_engine.model.vocabulary import Phase
from properties import toy

OBJECT = "政府购买服务"
GROUNDING = {name: force.grounds for name, force in toy.AUTHORITY.forces.items()}


def rule(document: str, kind: type[Permit] | type[Prohibit], due: Phase = Phase.PROJECT) -> Rule:
    always = All((), toy.SPAN)
    return Rule(
        id=f"{document}.art-1",
        title="第一条",
        citation=Citation(toy.DOCUMENTS[document], "第一条"),
        subjects=(toy.PURCHASE,),
        kind=kind(OBJECT),
        when=always,
        scope=always,
        due=due,
        span=toy.SPAN,
    )


def verdict(veto: tuple[Rule, Status], permit: tuple[Rule, Status], clash: Truth, phase: Phase) -> Verdict:
    rules = (veto[0], permit[0])
    found = Evaluation(
        statuses={one.id: status for one, status in (veto, permit)},
        truths={},
        numbers={},
        rivals={(veto[0].id, permit[0].id): clash},
    )
    return verdict_of(weigh(rules, found, {}, phase, toy.OBJECTS, GROUNDING))


@pytest.mark.parametrize("clash", [Truth.TRUE, Truth.UNKNOWN])
def test_a_permission_that_carries_no_ground_contests_no_veto(clash: Truth) -> None:
    status = Status.TRUE if clash is Truth.TRUE else Status.UNKNOWN
    veto, permit = rule("law", Prohibit), rule("article", Permit)
    assert Verdict.PROHIBITED is verdict((veto, Status.TRUE), (permit, status), clash, Phase.PROJECT)


def test_a_permission_that_carries_a_ground_contests_a_veto() -> None:
    veto, permit = rule("order-other", Prohibit), rule("statute", Permit)
    assert Verdict.CONFLICT is verdict((veto, Status.TRUE), (permit, Status.TRUE), Truth.TRUE, Phase.PROJECT)
    asked = verdict((veto, Status.TRUE), (permit, Status.UNKNOWN), Truth.UNKNOWN, Phase.PROJECT)
    assert Verdict.UNDETERMINED is asked


@pytest.mark.parametrize(
    ("phase", "expected"), [(Phase.PROJECT, Verdict.PERMITTED), (Phase.CONTRACT, Verdict.UNDETERMINED)]
)
def test_a_clash_leaves_a_verdict_open_only_once_it_is_due(phase: Phase, expected: Verdict) -> None:
    veto, permit = rule("order-other", Prohibit, Phase.CONTRACT), rule("statute", Permit)
    assert expected is verdict((veto, Status.UNKNOWN), (permit, Status.TRUE), Truth.UNKNOWN, phase)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.UNKNOWN, Verdict.UNDETERMINED),
        (Status.TRUE, Verdict.PERMITTED),
        (Status.NOT_APPLICABLE, Verdict.NOT_COVERED),
    ],
)
def test_what_nothing_refuses_is_as_open_as_its_permission(status: Status, expected: Verdict) -> None:
    veto, permit = rule("order-other", Prohibit), rule("statute", Permit)
    unmet = (veto, Status.NOT_APPLICABLE)
    assert expected is verdict(unmet, (permit, status), Truth.FALSE, Phase.PROJECT)


def test_a_permission_still_ahead_contests_a_certain_veto_all_the_same() -> None:
    veto, permit = rule("order-other", Prohibit), rule("statute", Permit, Phase.CONTRACT)
    found = verdict((veto, Status.TRUE), (permit, Status.UNKNOWN), Truth.UNKNOWN, Phase.PROJECT)
    assert Verdict.UNDETERMINED is found


@pytest.mark.parametrize(
    ("told", "computed", "expected"),
    [
        ({}, Truth.TRUE, Verdict.NOT_COVERED),
        ({}, Truth.FALSE, Verdict.PROHIBITED),
        ({}, Truth.UNKNOWN, Verdict.UNDETERMINED),
        ({"特殊": True}, Truth.FALSE, Verdict.NOT_COVERED),
        ({"特殊": False}, Truth.TRUE, Verdict.PROHIBITED),
    ],
)
def test_a_computed_reason_justifies_a_broken_default_unless_another_is_stated(
    told: Mapping[str, Value], computed: Truth, expected: Verdict
) -> None:
    default = replace(rule("law", Prohibit), is_default=True, justified_by="特殊")
    found = Evaluation(
        statuses={default.id: Status.TRUE}, truths={("特殊", ""): computed}, numbers={}, rivals={}
    )
    assert expected is verdict_of(weigh((default,), found, told, Phase.PROJECT, toy.OBJECTS, GROUNDING))


@pytest.mark.parametrize(
    ("told", "computed", "expected"),
    [
        ({}, Truth.TRUE, Verdict.NOT_COVERED),
        ({}, Truth.UNKNOWN, Verdict.PROHIBITED),
        ({}, Truth.FALSE, Verdict.PROHIBITED),
        ({"在外": True}, Truth.UNKNOWN, Verdict.NOT_COVERED),
        ({"在外": False}, Truth.TRUE, Verdict.PROHIBITED),
    ],
)
def test_a_rule_weighs_unless_the_matter_is_surely_outside_of_its_document(told, computed, expected) -> None:
    veto = rule("statute", Prohibit)
    bounded = replace(veto, citation=Citation(replace(toy.DOCUMENTS["statute"], outside="在外"), "第一条"))
    found = Evaluation(
        statuses={veto.id: Status.TRUE}, truths={("在外", ""): computed}, numbers={}, rivals={}
    )
    weights = weigh((bounded,), found, told, Phase.PROJECT, toy.OBJECTS, GROUNDING)
    assert expected is verdict_of(weights)
