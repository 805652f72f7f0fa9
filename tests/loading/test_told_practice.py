"""What a document is told to have been done until: in the register once, in the scope of what it asks and forbids."""

import dataclasses

import pytest

from loading.toy import TEXTS, complaint_about, prepared
from policy_engine.evaluation.compiled import evaluate_compiled
from policy_engine.loading.cases import CaseDefaults, load_cases
from policy_engine.loading.files import SourceText
from policy_engine.model.calendar import day_number
from policy_engine.model.decisions import Status
from policy_engine.usecases import Engine, check

TOLD = "    concerns: [采购事项]\n    told_until: {date: 2024-12-31, basis: 所据文章, verified: false}\n"
DOCUMENTS = TEXTS["documents.yaml"].replace(
    "    concerns: [采购事项]\n", TOLD + "    still_done: 仍执行\n", 1
)
PURCHASE = TEXTS["purchase.schema.json"].replace(
    '"properties": {',
    '"properties": {"仍执行": {"title": "仍执行", "type": "boolean", "x-role": "element"},',
    1,
)


def status(day: str, facts: str) -> Status:
    base = prepared({"documents.yaml": DOCUMENTS, "purchase.schema.json": PURCHASE})
    text = f"as_of: {day}\n采购事项: {{{facts}}}\n"
    defaults = CaseDefaults(today=day_number("2026-01-15") or 0)
    (case,) = load_cases(SourceText("case.yaml", text), base.rule_set, defaults)
    (subject,) = check(base, case, Engine.COMPILED).subjects
    return evaluate_compiled(base, subject.situation).statuses["toy-2020.art-1"]


@pytest.mark.parametrize(
    ("day", "facts", "expected"),
    [
        ("2024-12-31", "含工程: true", Status.TRUE),
        ("2025-01-01", "含工程: true", Status.UNKNOWN),
        ("2025-01-01", "含工程: true, 仍执行: true", Status.TRUE),
        ("2025-01-01", "含工程: true, 仍执行: false", Status.OUT_OF_FORCE),
        ("2024-12-31", "含工程: true, 仍执行: false", Status.TRUE),
    ],
)
def test_a_prohibition_holds_as_long_as_it_is_told_and_then_as_long_as_it_is_done(day, facts, expected):
    assert expected is status(day, facts)


def test_what_is_kept_to_asks_nothing():
    assert Status.CLEAR is status("2025-01-01", "含工程: false")


def test_helpers_of_the_document_do_not_age():
    plain = {rule.id: rule for rule in prepared().rule_set.rules}
    aged = prepared({"documents.yaml": DOCUMENTS, "purchase.schema.json": PURCHASE}).rule_set.rules
    changed = {
        rule.id
        for rule in aged
        if dataclasses.replace(rule.scope, span=plain[rule.id].scope.span) != plain[rule.id].scope
    }
    assert {"toy-2020.art-1"} == changed


def test_a_subject_without_the_field_is_complained_about():
    assert "没有是非字段 `仍执行`" in complaint_about("documents.yaml", DOCUMENTS.encode())


def test_a_document_told_until_a_day_says_which_field_answers():
    unnamed = TEXTS["documents.yaml"].replace("    concerns: [采购事项]\n", TOLD, 1)
    assert "still_done" in complaint_about("documents.yaml", unnamed.encode())
