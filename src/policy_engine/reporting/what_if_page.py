"""How a project could be changed, for officials: each way with the articles it satisfies, or why there is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from policy_engine.analysis.ways.exploration import Exploration
from policy_engine.analysis.ways.supposing import REFUSALS
from policy_engine.analysis.ways.what_if import Goal, Search, Step, Way
from policy_engine.evaluation.condition_words import value_words
from policy_engine.evaluation.support import support_of
from policy_engine.model.decisions import RuleResult, SubjectDecision, Verdict
from policy_engine.model.rules import RuleSet
from policy_engine.model.values import Value
from policy_engine.model.vocabulary import Field, FieldType
from policy_engine.reporting.facts import fact_line
from policy_engine.reporting.headline import verdict_sentence
from policy_engine.reporting.next_steps import remedy_items
from policy_engine.reporting.page import Item, Section, items
from policy_engine.reporting.words import field_words, parameter_words, short_citation, verdict_label

_SHOWN, _NAMED = 5, 3
_TITLE = "怎样调整（须真实调整项目本身，不得仅改填报）"
_NO_NEED: Mapping[Verdict | None, str] = {
    Verdict.UNDETERMINED: "尚未作出否定结论：先补齐需补充核实的事项，再看是否需要调整",
    None: "只作认定，没有需要调整的事项",
}
_LEADS_TO: Mapping[Goal, str] = {
    Goal.NOT_COVERED: "没有违反的规定",
    Goal.CLEARED: "不再有否定的依据",
    Goal.OPEN: "不再有否定的依据",
}


def ways_section(explored: Exploration, decision: SubjectDecision, rule_set: RuleSet) -> Section:
    """Write the ways out of one subject's refusal."""
    search = explored.search
    if search is None and decision.verdict is Verdict.PERMITTED:
        return Section(_TITLE, (Item(f"{verdict_sentence(decision, rule_set)}，无须调整"),))
    if search is None:
        return Section(_TITLE, (Item(_NO_NEED[decision.verdict]),))
    if decision.verdict not in REFUSALS and search.goal is Goal.NOT_COVERED:
        return Section(_TITLE, (Item("没有违反的规定，无须调整"),))
    if not search.ways:
        return Section(_TITLE, tuple(_none(search, decision, rule_set)))
    results = {result.rule.id: result for result in decision.results}
    shown = zip(search.ways[:_SHOWN], explored.after, strict=False)
    found = [_way(way, after, results, rule_set) for way, after in shown]
    more = len(search.ways) - len(found)
    found += [Item(f"另有 {more} 种调整办法，见 --format json")] if more > 0 else []
    found += [] if search.is_complete else [Item("组合过多，没有查完，可能还有其他办法")]
    return Section(_TITLE, tuple(found), is_numbered=True)


def _way(way: Way, after: SubjectDecision, results: Mapping[str, RuleResult], rule_set: RuleSet) -> Item:
    end = tuple(items(_end(after, way.goal, rule_set)))
    ordered = sorted(way.steps, key=lambda step: step.option.is_answer)
    if len(ordered) == 1:
        step = ordered[0]
        return Item(step_words(step), (*items(_articles(step, results)), *end))
    changes = sum(not step.option.is_answer for step in ordered)
    head = f"同时作 {changes} 项调整" if changes == len(ordered) else f"作 {changes} 项调整，并符合下列情况"
    return Item(head, (*(Item(step_words(s), items(_articles(s, results))) for s in ordered), *end))


def _articles(step: Step, results: Mapping[str, RuleResult]) -> Iterator[str]:
    for name in step.rules:
        rule = results[name].rule
        yield f"针对：{short_citation(rule.citation)}，{rule.title}"


def _end(after: SubjectDecision, goal: Goal, rule_set: RuleSet) -> Iterator[str]:
    if after.verdict is Verdict.PERMITTED:
        yield f"调整后：{verdict_sentence(after, rule_set)}"
        return
    if goal in (Goal.PERMITTED, Goal.NOT_COVERED) or after.verdict is None:
        yield f"调整后：{_LEADS_TO.get(goal, verdict_label(after.verdict))}"
        return
    yield f"调整后：{_LEADS_TO[goal]}，结论为{verdict_label(after.verdict)}"
    if after.asks_declaration:
        yield "仍待核实：有没有其他应当说明的情形（申报声明）"
    names = [field_words(question.field) for question in after.missing]
    names += [parameter_words(question.parameter) for question in after.lacking]
    if names:
        yield f"仍待核实：{'、'.join(names)}"


def _none(search: Search, decision: SubjectDecision, rule_set: RuleSet) -> Iterator[Item]:
    if not search.is_complete:
        yield Item("组合过多，没有查完，尚未找到可行的调整办法")
        return
    names = _named(search)
    subject = f"{names}怎样改" if names else "本主题没有可以调整的事项"
    if decision.verdict is Verdict.NOT_COVERED:
        yield Item(f"{subject}，都得不到许可" if names else subject)
        return
    joint = "，都不能同时消除各项依据" if not search.obstacles else "，都不能消除下列依据"
    tail = joint if names else "，下列依据不能通过调整消除"
    if any(True for _ in remedy_items(decision)):
        tail += "；按上面的合规途径办理"
    yield Item(f"{subject}{tail}", tuple(_obstacles(search, decision, rule_set)))


def _named(search: Search) -> str:
    # What nobody told is no part of the trouble.
    names = [field_words(option.field) for option in search.options if not option.is_answer]
    if not names:
        return "其余各项" if search.options else ""
    some = "、".join(names[:_NAMED]) + ("等" if len(search.options) > len(names[:_NAMED]) else "")
    return f"可以调整的 {len(search.options)} 项（{some}）"


def _obstacles(search: Search, decision: SubjectDecision, rule_set: RuleSet) -> Iterator[Item]:
    fields = rule_set.vocabulary.subjects[decision.subject].fields
    support = support_of(decision, fields)
    changeable = {option.field.name for option in search.options}
    for result in decision.results:
        if result.rule.id in search.obstacles:
            names = (name for name in support.facts_of(result) if name not in changeable)
            lines = "；".join(line for name in names if (line := fact_line(name, decision, fields)))
            words = f"{short_citation(result.rule.citation)}：{result.rule.title}"
            yield Item(words, items([f"取决于：{lines}"] if lines else []))


def step_words(step: Step) -> str:
    """Write one step: what is to become of a field, or what has to turn out of it where nothing is told."""
    option, field = step.option, step.option.field
    name = field_words(field)
    if option.is_answer:
        return f"若{name}（未填报）为{target_words(step)}"
    if field.type is FieldType.LIST:
        return f"{name}：{target_words(step)}"
    return f"{name}由 {value_words(field, option.present)} 改为{target_words(step)}"


def target_words(step: Step) -> str:
    """Write the values that will do: 不超过12个月, 是, 甲、乙之一."""
    field = step.option.field
    match field.type:
        case FieldType.NUMBER:
            return "或者".join(_stretch(first, last, step) for first, last in step.stretches)
        case FieldType.LIST:
            return "；或者".join(_members(step.option.present, step.values, field))
        case _:
            words = [value_words(field, value) for value in step.values]
            return f" {words[0]}" if len(words) == 1 else f" {'、'.join(words)} 之一"


def _stretch(first: int, last: int, step: Step) -> str:
    field = step.option.field
    points = [p for p in (*step.option.values, step.option.present) if isinstance(p, int)]
    low, high = value_words(field, first), value_words(field, last)
    if first == last:
        return f" {low}"
    if first == min(points):
        return f"不超过 {high}"
    return f"不少于 {low}" if last == max(points) else f" {low} 至 {high}"


def _members(present: Value, values: Iterable[Value], field: Field) -> Iterator[str]:
    """Write what to take out and what to put in, alternatives to one another together."""
    assert isinstance(present, frozenset)
    added: dict[str, list[str]] = {}
    for value in values:
        assert isinstance(value, frozenset)
        gone = "、".join(choice for choice in field.choices if choice in present - value)
        come = [choice for choice in field.choices if choice in value - present]
        added.setdefault(gone, []).extend(come)
    for gone, come in added.items():
        new = "、".join(come) + ("之一" if len(come) > 1 else "")
        if gone and come:
            yield f"由 {gone} 改为 {new}"
        else:
            yield f"去掉 {gone}" if gone else f"增加 {new}"
