"""The cases come out as expected, except those that docs/case-review.md explains."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

import as_shipped
from policy_engine.compilation import CompiledRuleSet
from policy_engine.loading.cases import CaseDefaults, load_cases
from policy_engine.loading.files import read_source
from policy_engine.model.calendar import day_number
from policy_engine.model.decisions import Decision, Found, SubjectDecision, Verdict
from policy_engine.usecases import Engine, check

HERE = Path(__file__).parent
REVIEW = HERE.parents[1] / "docs" / "case-review.md"
EXPECTED = yaml.safe_load((HERE / "expected.yaml").read_text("utf-8"))
ENGINE = Engine.BOTH if find_spec("policy_engine.evaluation.durable") else Engine.COMPILED

WORDS = {
    Verdict.PERMITTED: "允许",
    Verdict.PROHIBITED: "禁止",
    Verdict.NON_COMPLIANT: "禁止",
    Verdict.UNDETERMINED: "需核实",
    Verdict.CONFLICT: "需核实",
    Verdict.NOT_COVERED: "需核实",
}
TARGETS = ("企业", "区域")


def outcome_of(decision: Decision) -> str:
    """Put a decision of one subject into one of the words of the table."""
    (subject,) = decision.subjects
    if subject.subject in TARGETS:
        return finding_of(subject)
    assert subject.verdict is not None
    return WORDS[subject.verdict]


def finding_of(subject: SubjectDecision) -> str:
    """Say whether a subject is a priority target: one category suffices."""
    found = {finding.found for finding in subject.findings}
    if Found.YES in found:
        return "重点对象"
    return "需核实" if Found.OPEN in found or subject.verdict is not None else "非重点对象"


def is_grounded(decision: Decision, norms: list[str]) -> bool:
    """Tell whether one of the norms (`document locator`) is among the grounds."""
    cited = [
        f"{result.rule.citation.document.id} {result.rule.citation.locator}"
        for subject in decision.subjects
        for result in subject.grounds
    ]
    return any(ground.startswith(norm) for ground in cited for norm in norms)


def reviewed() -> dict[str, tuple[str, str]]:
    rows = [
        [cell.strip() for cell in line.strip("| ").split(" | ")]
        for line in REVIEW.read_text("utf-8").splitlines()
        if line.startswith("| ") and line[2:3].isupper()
    ]
    return {name: (expected, ours) for name, expected, ours, *_ in rows}


@cache
def rules() -> CompiledRuleSet:
    return as_shipped.compiled()


@cache
def decision_of(name: str) -> Decision:
    source = read_source(HERE / "files" / f"{name}.yaml", f"{name}.yaml")
    (case,) = load_cases(source, rules().rule_set, CaseDefaults(today=day_number("2026-01-15") or 0))
    return check(rules(), case, ENGINE)


@pytest.mark.parametrize("name", sorted(EXPECTED.keys() - reviewed().keys()))
def test_case_comes_out_as_expected(name: str) -> None:
    expected = EXPECTED[name]
    assert expected["verdict"] == outcome_of(decision_of(name))
    if expected["verdict"] == "禁止":
        assert is_grounded(decision_of(name), expected["norms"])


@pytest.mark.parametrize("name", sorted(reviewed()))
def test_reviewed_difference_is_still_one_and_is_told_right(name: str) -> None:
    expected, ours = reviewed()[name]
    assert EXPECTED[name]["verdict"] == expected
    assert ours == outcome_of(decision_of(name))
    assert expected != ours


def test_at_least_92_of_109_agree() -> None:
    assert len(EXPECTED) == 109
    assert len(EXPECTED.keys() - reviewed().keys()) >= 92


def test_findings_subjects_are_those_of_the_vocabulary() -> None:
    subjects = rules().rule_set.vocabulary.subjects.values()
    assert set(TARGETS) == {subject.name for subject in subjects if subject.gives_findings}
