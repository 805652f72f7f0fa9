"""What running the scenarios of feature files showed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from policy_engine.foundation.diagnostics import Diagnostic
from policy_engine.foundation.spans import Span


class Outcome(Enum):
    PASSED = "通过"
    FAILED = "未通过"
    WRONG = "写法有误"
    AWAITED = "待修"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioResult:
    """One scenario. `step`, `message`, `why`: what did not come out, where it did not; `problems`: what is written wrongly."""

    name: str
    span: Span
    outcome: Outcome
    step: str = ""
    at: Span | None = None
    message: str = ""
    why: tuple[str, ...] = ()
    problems: tuple[Diagnostic, ...] = ()


def count(results: Iterable[ScenarioResult], *outcomes: Outcome) -> int:
    """Count the scenarios that came out so."""
    return sum(result.outcome in outcomes for result in results)
