"""What testing a rule base showed."""

from __future__ import annotations

from dataclasses import dataclass

from policy_engine.analysis.testing.coverage import RuleCoverage
from policy_engine.analysis.testing.features import Outcome, ScenarioResult, count
from policy_engine.analysis.testing.terms import TermResult
from policy_engine.evaluation.examples import ExampleResult
from policy_engine.foundation.diagnostics import Diagnostic
from policy_engine.model.cases import Case
from policy_engine.model.decisions import SETTLED, Decision


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case file's case, decided."""

    case: Case
    decision: Decision

    @property
    def found(self) -> str:
        """Give the verdict's label."""
        return self.decision.verdict.value if self.decision.verdict else SETTLED

    @property
    def is_as_expected(self) -> bool:
        """Tell whether the case came out as its author says."""
        return self.found == self.case.expected


@dataclass(frozen=True, slots=True)
class Testing:
    """What testing showed."""

    examples: tuple[ExampleResult, ...]
    cases: tuple[CaseResult, ...]
    coverage: tuple[RuleCoverage, ...]
    scenarios: tuple[ScenarioResult, ...] = ()
    terms: tuple[TermResult, ...] = ()

    @property
    def failures(self) -> int:
        """Count what did not come out as expected, and what is written wrongly."""
        return (
            sum(not r.is_as_expected for r in self.examples)
            + sum(not r.is_as_expected for r in self.cases)
            + sum(not r.is_as_expected for r in self.terms)
            + count(self.scenarios, Outcome.FAILED, Outcome.WRONG)
        )

    @property
    def problems(self) -> tuple[Diagnostic, ...]:
        """List what is written wrongly in scenarios."""
        return tuple(problem for result in self.scenarios for problem in result.problems)

    @property
    def share(self) -> float | None:
        """Give the share of atoms that masking MC/DC covers, in percent; `None` where there is nothing to cover."""
        counted = [one.share for one in self.coverage]
        total = sum(whole for _, whole in counted)
        return 100.0 * sum(part for part, _ in counted) / total if total else None
