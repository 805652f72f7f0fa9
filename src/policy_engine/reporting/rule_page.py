"""One rule in readable Chinese, with its source."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping

from policy_engine.evaluation.condition_words import condition_words, name_of, parts_by_name, value_words
from policy_engine.model.cases import Fact
from policy_engine.model.conditions import AS_OF, All, Any, Condition
from policy_engine.model.rules import (
    Classify,
    Derive,
    Example,
    Function,
    Impossible,
    Permit,
    Prohibit,
    Recommend,
    Require,
    Rule,
    RuleSet,
    Table,
)
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Field
from policy_engine.reporting.grounds import BASES
from policy_engine.reporting.page import Item, Page, Section, items
from policy_engine.reporting.words import citation_words, field_words, reliance_words

_MOST_IN_LINE = 2
_KINDS: Mapping[type, str] = {
    Prohibit: "禁止",
    Permit: "许可",
    Require: "要求",
    Recommend: "建议",
    Classify: "归类",
    Table: "分档",
    Derive: "推算",
    Impossible: "矛盾",
}
_FUNCTIONS: Mapping[Function, str] = {
    Function.SUM: "之和",
    Function.DIFFERENCE: "之差",
    Function.MIN: "中最小",
    Function.MAX: "中最大",
    Function.DAYS_BETWEEN: "之间的天数",
    Function.MONTHS_BETWEEN: "之间的整月数",
    Function.WORKING_DAYS_BETWEEN: "之间的工作日数",
    Function.COUNT_IF: "成立的项数",
}


def kind_words(rule: Rule) -> str:
    """Name the kind of a rule."""
    return _KINDS[type(rule.kind)] + ("（一般）" if rule.is_default else "")


def rule_page(rule: Rule, rule_set: RuleSet) -> Page:
    """Lay out one rule."""
    fields = rule_set.vocabulary.subjects[rule.subjects[0]].fields
    sections = [
        Section("内容", tuple(_content(rule, fields))),
        Section("条件", tuple(_conditions(rule, fields))),
        Section("所称", tuple(_definitions(rule, fields))),
        Section("例外", items(_exceptions(rule, fields))),
        Section(
            "存疑",
            items(
                f"{condition_words(d.when, fields, rule.defined)}时，看“{d.ask}”：{d.because}"
                for d in rule.doubts
            ),
        ),
        Section("优先于", items(f"{o.rule}（{BASES[o.basis]}：{o.because}）" for o in rule.overrides)),
        Section("出处", tuple(_source(rule, rule_set))),
        Section("例子", items(_examples(rule, fields))),
    ]
    return Page(
        f"{rule.title}", tuple(s for s in sections if s.items), (f"规则 {rule.id}", f"位置 {rule.span.place}")
    )


def _content(rule: Rule, fields: Mapping[str, Field]) -> Iterator[Item]:
    yield Item(f"主题：{'、'.join(rule.subjects)}　类别：{kind_words(rule)}　从{rule.due.value}阶段起")
    match rule.kind:
        case Prohibit(object=name):
            yield Item(f"禁止：{name}")
        case Permit(object=name):
            yield Item(f"许可：{name}")
        case Require(condition=condition):
            yield _condition_item("要求：", condition, fields, rule)
        case Recommend(condition=condition):
            yield _condition_item("建议：", condition, fields, rule)
        case Classify(field=name, members=members):
            yield Item(f"归类：{name} = {'、'.join(members) or '是'}")
        case Table(field=name, rows=rows, otherwise=otherwise):
            ranks = (_condition_item(f"{choice}：", condition, fields, rule) for condition, choice in rows)
            yield Item(f"分档：{name}，取第一个成立的", (*ranks, Item(f"{otherwise}：其余")))
        case Impossible():
            yield Item(f"不能同时成立：{rule.message}")
        case Derive(field=name, function=function, inputs=inputs):
            yield Item(f"推算：{name} = {'、'.join(inputs)}{_FUNCTIONS[function]}")
    if rule.remedy:
        yield Item(f"合规途径：{rule.remedy}")
    if rule.advice:
        yield Item(f"做法：{rule.advice}")
    if rule.note:
        yield Item(f"说明：{rule.note}")


def _conditions(rule: Rule, fields: Mapping[str, Field]) -> Iterator[Item]:
    if not _is_always(rule.when):
        yield _condition_item("", rule.when, fields, rule)
    if rule.dated_by != AS_OF:
        yield Item(f"按{rule.dated_by}当天有效的规定判断")


def _condition_item(name: str, condition: Condition, fields: Mapping[str, Field], rule: Rule) -> Item:
    """Write a condition in one line, or each of many parts in its own."""
    is_long = isinstance(condition, All | Any) and len(condition.parts) > _MOST_IN_LINE
    if isinstance(condition, All | Any) and is_long and not name_of(condition, rule.defined):
        head = "同时具备" if isinstance(condition, All) else "下列情形之一"
        is_all = isinstance(condition, All)
        parts = parts_by_name(condition.parts, rule.defined) if is_all else condition.parts
        return Item(name + head, items(condition_words(part, fields, rule.defined) for part in parts))
    return Item(name + condition_words(condition, fields, rule.defined))


def _definitions(rule: Rule, fields: Mapping[str, Field]) -> Iterator[Item]:
    for one in rule.defined:
        source = one.locator or one.basis
        if one.condition is None:
            yield Item(f"“{one.name}”（{source}）：{one.field}为{'、'.join(one.members)}")
            continue
        others = tuple(other for other in rule.defined if other is not one)
        inner = dataclasses.replace(rule, defined=others)
        yield _condition_item(f"“{one.name}”（{source}）：", one.condition, fields, inner)


def _is_always(condition: Condition) -> bool:
    return isinstance(condition, All) and not condition.parts


def _exceptions(rule: Rule, fields: Mapping[str, Field]) -> Iterator[str]:
    for clause in rule.unless:
        source = f"，{citation_words(clause.citation)}" if clause.citation else ""
        yield f"{condition_words(clause.when, fields, rule.defined)}——{BASES[clause.basis]}：{clause.because}{source}"


def _source(rule: Rule, rule_set: RuleSet) -> Iterator[Item]:
    document = rule.citation.document
    yield Item(citation_words(rule.citation))
    area = rule_set.areas.name(document.area)
    yield Item(f"制定机关：{document.issuer or '不详'}　效力：{document.force}　施行地区：{area}")
    yield Item(f"核对情况：{reliance_words(rule.citation) or '条文核对过'}")
    if rule.quote:
        yield Item(f"原文：“{rule.quote}”")
    if document.note:
        yield Item(f"文件说明：{document.note}")


def _examples(rule: Rule, fields: Mapping[str, Field]) -> Iterator[str]:
    usual = next((e.usual for e in rule.examples if e.usual is not None), None)
    if usual is not None:
        yield f"通常情形：{_facts(usual, usual, fields)}"
    for example in rule.examples:
        given = _differences(example, fields)
        alone = f"（单凭本条：{example.verdict}）" if example.verdict else ""
        yield f"{example.name}：{given or '什么都没填'} → {example.expect}{alone}"


def _differences(example: Example, fields: Mapping[str, Field]) -> str:
    """Say the facts of an example: all of them, or how they differ from the ordinary case."""
    usual = example.usual
    if usual is None:
        return _facts(example.given, example.given, fields)
    own = [name for name, fact in example.given.items() if usual.get(name) is not fact]
    gone = [field_words(fields[name]) for name in usual if name not in example.given and name in fields]
    left_out = f"不填{'、'.join(gone)}" if gone else ""
    return "，".join(filter(None, ("同通常情形", _facts(example.given, own, fields), left_out)))


def _facts(given: Mapping[str, Fact], names: Iterable[str], fields: Mapping[str, Field]) -> str:
    said = (f"{field_words(fields[n])} = {_given(fields[n], given[n])}" for n in names if n in fields)
    return "，".join(said)


def _given(field: Field, fact: Fact) -> str:
    return f"说不清（{fact.reason}）" if fact.value is UNKNOWN else value_words(field, fact.value)
