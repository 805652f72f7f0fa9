"""The developer's view: the official page, then the condition tree of each rule that matters."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.explanation import explain
from policy_engine.foundation.logic import Truth
from policy_engine.model.cases import Case
from policy_engine.model.decisions import Decision, Status, Step, SubjectDecision
from policy_engine.reporting.indications import all_indications
from policy_engine.reporting.official import official_page
from policy_engine.reporting.page import Item, Page, Section

_MARKS = {Truth.TRUE: "真", Truth.FALSE: "假", Truth.UNKNOWN: "不明"}
_EMPTY = {"同时满足": "一律适用", "满足其一": "从不适用"}
_ROW = "为 "
_SHOWN = (Status.TRUE, Status.UNKNOWN, Status.EXCEPTED, Status.DEFEATED)


def developer_page(decision: Decision, compiled: CompiledRuleSet) -> Page:
    """Lay out a decision for a rule author."""
    page = official_page(decision, compiled.rule_set)
    added = tuple(section for one in decision.subjects for section in _sections(one, decision.case, compiled))
    return dataclasses.replace(page, sections=(*page.sections, *added))


def _sections(one: SubjectDecision, case: Case, compiled: CompiledRuleSet) -> Iterator[Section]:
    fields = compiled.rule_set.vocabulary.subjects[one.subject].fields
    if one.indications:
        yield Section(f"{one.subject}：文字提示", tuple(all_indications(one, case, fields)))
    yield Section(f"{one.subject}：条件树", tuple(_trees(one, compiled)))


def _trees(decision: SubjectDecision, compiled: CompiledRuleSet) -> Iterator[Item]:
    for result in decision.results:
        if result.status in _SHOWN:
            yield _item(explain(compiled, decision, result.rule), f"[{result.outcome.value}] ")


def _item(step: Step, mark: str = "") -> Item:
    value = f"（{step.value}）" if step.value and not mark else ""
    truth = "" if mark else f"[{_MARKS[step.truth]}] "
    text = step.text if step.parts else _EMPTY.get(step.text, step.text)
    # A table has dozens of rows; of one that does not hold, that is all there is to say.
    is_dull = step.text.startswith(_ROW) and step.truth is Truth.FALSE
    parts = () if is_dull else tuple(_item(part) for part in step.parts)
    return Item(f"{mark}{truth}{text}{value}  {step.place}", parts)
