"""The sets of facts that each suffice for a refusal, for officials."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.analysis.ways.reasons import Reasons
from policy_engine.model.cases import Origin
from policy_engine.model.decisions import SubjectDecision
from policy_engine.model.rules import RuleSet
from policy_engine.reporting.facts import fact_line
from policy_engine.reporting.page import Item, Section, items
from policy_engine.reporting.words import short_citation

_TITLE = "足以得出结论的事实（每组各自足够，组内缺一不可）"


def reasons_section(reasons: tuple[Reasons, ...], decision: SubjectDecision, rule_set: RuleSet) -> Section:
    """Write the sets by ground."""
    if not reasons:
        return Section(_TITLE, (Item("没有否定的结论，无须列出"),))
    return Section(_TITLE, tuple(_ground(one, decision, rule_set) for one in reasons), is_numbered=True)


def _ground(reasons: Reasons, decision: SubjectDecision, rule_set: RuleSet) -> Item:
    rules = {result.rule.id: result.rule for result in decision.results}
    named = [f"{short_citation(rules[n].citation)}（{rules[n].title}）" for n in reasons.rules]
    lines = [_set(names, decision, rule_set) for names in reasons.sets]
    if len(lines) > 1:
        lines = [f"第 {number} 组：{line}" for number, line in enumerate(lines, start=1)]
    more = [] if reasons.is_complete else ["还有其他各组，没有全部列出"]
    return Item(" 与 ".join(named), items([*lines, *more]))


def _set(names: tuple[str, ...], decision: SubjectDecision, rule_set: RuleSet) -> str:
    return "；".join(_lines(names, decision, rule_set)) or "不取决于填报的事实"


def _lines(names: tuple[str, ...], decision: SubjectDecision, rule_set: RuleSet) -> Iterator[str]:
    fields = rule_set.vocabulary.subjects[decision.subject].fields
    declared = [name for name in names if decision.facts[name].origin is Origin.DECLARED]
    yield from (fact_line(name, decision, fields) for name in names if name not in declared)
    if declared:
        yield f"申报声明排除的 {len(declared)} 项情形（{'、'.join(declared)}）"
