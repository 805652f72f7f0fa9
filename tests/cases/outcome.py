"""Say in the words of the expected table how a decision came out."""

from __future__ import annotations

from policy_engine.foundation.logic import Truth
from policy_engine.model.decisions import Decision, SubjectDecision, Verdict

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
    truths = {finding.truth for finding in subject.findings}
    if Truth.TRUE in truths:
        return "重点对象"
    return "需核实" if Truth.UNKNOWN in truths or subject.verdict is not None else "非重点对象"


def is_grounded(decision: Decision, norms: list[str]) -> bool:
    """Tell whether one of the norms (`document locator`) is among the grounds."""
    cited = [
        f"{result.rule.citation.document.id} {result.rule.citation.locator}"
        for subject in decision.subjects
        for result in subject.grounds
    ]
    return any(ground.startswith(norm) for ground in cited for norm in norms)
