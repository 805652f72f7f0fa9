"""What running feature files showed: each scenario with its line, and of each that did not come out, why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from policy_engine.analysis.testing.features import Outcome, ScenarioResult, count
from policy_engine.foundation.diagnostics import Diagnostic
from policy_engine.foundation.text import one_line, shown_path
from policy_engine.model.decisions import Decision
from policy_engine.model.rules import Rule, RuleSet
from policy_engine.reporting.official import official_page
from policy_engine.reporting.page import Item, SectionKind

Json = dict[str, object]
_MARKS = {Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.WRONG: "✗", Outcome.AWAITED: "…"}
# What a page says beside the reasons of its verdict.
_BESIDE = (
    SectionKind.FACTS,
    SectionKind.DUTIES,
    SectionKind.ADVICE,
    SectionKind.REMARKS,
    SectionKind.REMEDIES,
)


def cited(rule: Rule) -> str:
    """Write a citation as features do: 财政部令第102号 第十条第（三）项."""
    document = rule.citation.document
    return f"{document.number or document.title} {rule.citation.locator}"


def reasons(decision: Decision, rule_set: RuleSet) -> tuple[str, ...]:
    """Say why a decision came out as it did: grounds, questions, what no permission covers."""
    page = official_page(decision, rule_set)
    found = [page.headline]
    for section in page.sections:
        if section.kind not in _BESIDE:
            found.append(f"{section.title}：")
            found += [line for item in section.items for line in _lines(item, "  ")]
    return tuple(found)


def _lines(item: Item, indent: str) -> Iterator[str]:
    yield indent + item.text
    for detail in item.details:
        yield from _lines(detail, indent + "  ")


def features_lines(results: Sequence[ScenarioResult], *, is_verbose: bool) -> Iterator[str]:
    """Write the results as text, file by file. Only what did not come out, unless everything is wanted."""
    for path, of_file in groupby(results, key=lambda result: result.span.path):
        found = tuple(of_file)
        yield f"{shown_path(path)}：{summary(found)}"
        for result in found:
            if is_verbose or result.outcome is not Outcome.PASSED:
                yield from _scenario(result)


def summary(results: Sequence[ScenarioResult]) -> str:
    """Say in one line how scenarios came out."""
    others = [
        f"{outcome.value} {number} 个"
        for outcome in (Outcome.FAILED, Outcome.WRONG, Outcome.AWAITED)
        if (number := count(results, outcome))
    ]
    return f"场景 {len(results)} 个，" + ("，".join(others) or "全部通过")


def _scenario(result: ScenarioResult) -> Iterator[str]:
    yield f"  {_MARKS[result.outcome]} {result.span.place.rsplit(':', 1)[0]} {one_line(result.name)}"
    for problem in result.problems:
        yield f"      {_problem(problem)}"
    if result.message and result.outcome is Outcome.FAILED:
        yield f"      {_line(result)}{one_line(result.step)}"
        yield f"      {one_line(result.message)}"
        yield from (f"        {line}" for line in result.why)


def _line(result: ScenarioResult) -> str:
    return f"第 {result.at.line + 1} 行：" if result.at is not None else ""


def _problem(problem: Diagnostic) -> str:
    where = f"第 {problem.span.line + 1} 行：" if problem.span is not None else ""
    hint = f"，{problem.help}" if problem.help else ""
    return one_line(f"{where}{problem.message}{hint}（{problem.code}）")


def features_json(results: Sequence[ScenarioResult]) -> list[Json]:
    """Give the results as data."""
    return [
        {
            "place": result.span.place,
            "name": result.name,
            "outcome": result.outcome.value,
            "step": result.step,
            "line": result.at.line + 1 if result.at is not None else None,
            "message": result.message,
            "why": list(result.why),
            "problems": [
                {
                    "code": d.code,
                    "line": d.span.line + 1 if d.span else None,
                    "message": d.message,
                    "help": d.help,
                }
                for d in result.problems
            ],
        }
        for result in results
    ]


def told(result: ScenarioResult) -> str:
    """Say in one line what did not come out; empty where nothing."""
    if result.problems:
        return "；".join(_problem(problem) for problem in result.problems)
    return f"{_line(result)}{result.message}" if result.outcome is Outcome.FAILED else ""
