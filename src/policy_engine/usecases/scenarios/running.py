"""Run scenarios, each in a folder of its own, and tell of each what did not come out, where and why."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from policy_engine.analysis.testing.features import Outcome, ScenarioResult
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.loading.features import FeatureStep, Scenario
from policy_engine.usecases.scenarios.steps import FORMS
from policy_engine.usecases.scenarios.story import Setting, StepError, Story, fail
from policy_engine.usecases.scenarios.vocabulary import find_form, meant

AWAITED = "待修"
_TAKES = {"table": "下面接一张表格，首行为 事实、内容", "quoted": "下面接一段放在两行三引号之间的文字"}


def run_scenarios(scenarios: Iterable[Scenario], setting: Setting) -> Iterator[ScenarioResult]:
    """Run them one by one. One that awaits a repair must not come out; where it does, the mark is to be taken away."""
    for scenario in scenarios:
        result = _run(scenario, setting)
        yield _awaited(result) if AWAITED in scenario.tags else result


def _awaited(result: ScenarioResult) -> ScenarioResult:
    match result.outcome:
        case Outcome.FAILED:
            return dataclasses.replace(result, outcome=Outcome.AWAITED)
        case Outcome.PASSED:
            return dataclasses.replace(
                result, outcome=Outcome.FAILED, message=f"已经修好，去掉 @{AWAITED}", at=result.span
            )
        case _:
            return result


def _run(scenario: Scenario, setting: Setting) -> ScenarioResult:
    base = ScenarioResult(name=scenario.name, span=scenario.span, outcome=Outcome.PASSED)
    wrong = tuple(_wrong_steps(scenario))
    if wrong:
        return dataclasses.replace(base, outcome=Outcome.WRONG, problems=wrong)
    with tempfile.TemporaryDirectory(prefix="policy-engine-") as folder:
        story = Story(setting, Path(folder))
        for step in scenario.steps:
            try:
                do(story, step)
            except StepError as error:
                return dataclasses.replace(
                    base, outcome=Outcome.FAILED, step=f"{step.kind} {step.text}", at=step.span,
                    message=error.message, why=error.why,
                )  # fmt: skip
            except DiagnosticsError as error:
                return dataclasses.replace(base, outcome=Outcome.WRONG, problems=error.diagnostics)
    return base


def _wrong_steps(scenario: Scenario) -> Iterator[Diagnostic]:
    for step in scenario.steps:
        found = find_form(FORMS, step.kind, step.text)
        if found is None:
            message = f"没有这一步“{step.text}”"
            help_ = meant(FORMS, step.kind, step.text)
            yield Diagnostic(code="PE522", message=message, span=step.span, help=help_)
        elif found.form.takes and not _argument(found.form.takes, step):
            message = f"“{step.text}”下面缺内容"
            yield Diagnostic(code="PE522", message=message, span=step.span, help=_TAKES[found.form.takes])


def do(story: Story, step: FeatureStep) -> None:
    """Do one step. Raises `StepError` where it does not come out, `DiagnosticsError` where what it tells is wrong."""
    found = find_form(FORMS, step.kind, step.text)
    if found is None:
        fail(f"没有这一步“{step.text}”，{meant(FORMS, step.kind, step.text)}")
    story.step = step
    found.form.act(story, **found.values, **_argument(found.form.takes, step))


def _argument(takes: str, step: FeatureStep) -> dict[str, object]:
    if takes == "table" and step.table:
        return {"table": [list(row) for row in step.table]}
    if takes == "quoted" and step.quoted is not None:
        return {"quoted": step.quoted}
    return {}
