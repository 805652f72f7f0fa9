"""An opinion is composed of a decision: the facts, the grounds, one reasoned paragraph, what is left to do."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from policy_engine.evaluation.condition_words import value_words
from policy_engine.evaluation.support import Support, support_of
from policy_engine.model.calendar import chinese_day
from policy_engine.model.cases import Fact, Origin
from policy_engine.model.decisions import (
    BelowArea,
    Decision,
    OutOfArea,
    OutOfTime,
    RuleResult,
    Status,
    SubjectDecision,
    Verdict,
)
from policy_engine.model.rules import RuleSet
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Field, FieldType, Role
from policy_engine.reporting.facts import told_value
from policy_engine.reporting.headline import verdict_sentence
from policy_engine.reporting.official import ELSEWHERE, official_page
from policy_engine.reporting.opinion.paper import CLOSING, Filing, Line, Opinion, Part, Table, Weight, numeral
from policy_engine.reporting.page import Item, Page, Section, SectionKind
from policy_engine.reporting.words import (
    DISCLAIMER,
    cross_check_words,
    document_words,
    field_words,
    full_citation,
)

_HEADER: Final = ("事实", "认定", "来源")
_KIND: Final = SectionKind
# The parts of the paper, in order, and which sections of the official page each takes in.
_PARTS: Final = (
    ("审核依据", (_KIND.GROUNDS, _KIND.RIVALS, _KIND.FINDINGS, _KIND.EXCEPTIONS)),
    ("审核意见", ()),
    ("需补充核实的事项", (_KIND.QUESTIONS, _KIND.UNENCODED, _KIND.CHANGES)),
    ("办理建议", (_KIND.REMEDIES, _KIND.ADVICE)),
    ("后续义务", (_KIND.DUTIES,)),
    ("对照情况", (_KIND.REFUSED_PERMITS, _KIND.CONTRARY, _KIND.COMPARED, _KIND.DECLARED)),
)
_NOT_LOOKED_AT: Final = (OutOfTime, OutOfArea, BelowArea)


def compose(decision: Decision, rule_set: RuleSet, filing: Filing | None = None) -> Opinion:
    """Compose the paper of a decision. Pure: the same decision gives the same paper, to the byte."""
    page = official_page(decision, rule_set)
    parts = [
        Part("申报事项", tuple(_matter(decision, rule_set))),
        Part("审核范围", tuple(_scope(decision, rule_set))),
        Part("认定事实", tuple(_facts(decision, rule_set))),
    ]
    for title, kinds in _PARTS:
        blocks = tuple(_taken(page, title, kinds) if kinds else _reasoned(decision, rule_set))
        parts += [Part(title, blocks)] if blocks else []
    parts.append(Part("其他提示", tuple(_remarks(page))))
    name = decision.case.name.strip()
    declared = decision.case.declaration
    return Opinion(
        title=f"关于{name}{CLOSING}" if name else "审核意见",
        to=declared.by.strip() if declared is not None and declared.is_signed else "",
        opening=f"{f'报送的{name}' if name else '报送的事项'}收悉。经审核，提出如下意见。",
        parts=tuple(parts),
        version=f"{rule_set.words}；{cross_check_words(decision.cross_check)}",
        filing=filing,
    )


def _matter(decision: Decision, rule_set: RuleSet) -> Iterator[Line]:
    for one in decision.subjects:
        fields = rule_set.vocabulary.subjects[one.subject].fields
        told = decision.case.subjects[one.subject]
        texts = [n for n in told if fields[n].type is FieldType.TEXT and told[n].value is not UNKNOWN]
        yield Line(f"类别：{one.subject}")
        yield from (Line(f"{field_words(fields[n])}：{told[n].value}") for n in texts)


def _scope(decision: Decision, rule_set: RuleSet) -> Iterator[Line]:
    case = decision.case
    phases = "、".join(dict.fromkeys(f"{one.phase.value}阶段" for one in decision.subjects if one.phase))
    where = f"按{chinese_day(case.as_of)}在{rule_set.areas.name(case.area)}有效的规定审查"
    yield Line(f"{where}，审查到{phases}。" if phases else f"{where}。")
    forces = rule_set.authority.forces
    looked_at = [
        result.rule.citation.document
        for one in decision.subjects
        for result in one.results
        if result.status is not Status.OUT_OF_FORCE and not isinstance(result.blocked, _NOT_LOOKED_AT)
    ]
    documents = {d.id: d for d in looked_at if forces[d.force].grounds}.values()
    ranked = sorted(documents, key=lambda d: tuple(forces).index(d.force))
    if ranked:
        yield Line(f"对照的文件共{len(ranked)}件：{'、'.join(map(document_words, ranked))}。")


def _facts(decision: Decision, rule_set: RuleSet) -> Iterator[Line | Table]:
    for one in decision.subjects:
        fields = rule_set.vocabulary.subjects[one.subject].fields
        if len(decision.subjects) > 1:
            yield Line(one.subject, Weight.HEAD)
        rows = tuple(_rows(one, decision.case.subjects[one.subject], fields))
        yield Table(_HEADER, rows) if rows else Line("没有填报事实。")


def _rows(
    one: SubjectDecision, told: Mapping[str, Fact], fields: Mapping[str, Field]
) -> Iterator[tuple[str, ...]]:
    support = support_of(one, fields)
    used = [name for result in _carrying(one) for name in support.facts_of(result)]
    for name in dict.fromkeys((*used, *told)):
        fact = one.facts.get(name)
        if fact is None or fields[name].type is FieldType.TEXT:
            continue
        yield field_words(fields[name]), *_value_and_source(fact, one, fields)
    others = [n for n, f in one.facts.items() if f.origin is Origin.DECLARED and n not in used]
    if others:
        yield f"其余{len(others)}项", "没有其他情形", Origin.DECLARED.value


def _value_and_source(fact: Fact, one: SubjectDecision, fields: Mapping[str, Field]) -> tuple[str, str]:
    field = fields[fact.field]
    if fact.value is not UNKNOWN:
        told = f"{fact.origin.value}：{fact.source}" if fact.origin is not Origin.STATED else fact.source
        return value_words(field, fact.value), told if fact.source else fact.origin.value
    if field.role is Role.DERIVED and fact.field in one.derived:
        return told_value(fact.field, one, fields), Origin.DERIVED.value
    return "未核实", fact.reason or fact.origin.value


def _carrying(one: SubjectDecision) -> Iterator[RuleResult]:
    yield from one.grounds
    yield from (result for finding in one.findings for result in finding.rules)


def _taken(page: Page, title: str, kinds: Iterable[SectionKind]) -> Iterator[Line]:
    wanted = tuple(kinds)
    sections = [s for s in page.sections if s.kind in wanted]
    for section in sections:
        # The part is called so already.
        if len(sections) > 1 and section.title != title:
            yield Line(section.title, Weight.HEAD)
        yield from _lines(section)


def _lines(section: Section) -> Iterator[Line]:
    for at, item in enumerate(section.items, start=1):
        number = f"（{numeral(at)}）" if section.is_numbered else ""
        yield Line(number + item.text)
        yield from _under(item)


def _under(item: Item) -> Iterator[Line]:
    for detail in item.details:
        yield Line(detail.text, Weight.QUOTE if detail.text.startswith("原文：") else Weight.UNDER)
        yield from _under(detail)


def _reasoned(decision: Decision, rule_set: RuleSet) -> Iterator[Line]:
    for one in decision.subjects:
        fields = rule_set.vocabulary.subjects[one.subject].fields
        prefix = f"{one.subject}：" if len(decision.subjects) > 1 else ""
        support = support_of(one, fields)
        yield Line(prefix + "".join(_sentences(one, fields, support)))
        sentence = verdict_sentence(one, rule_set)
        yield Line(f"{prefix}经审核，{sentence}。", Weight.FINAL)


def _sentences(one: SubjectDecision, fields: Mapping[str, Field], support: Support) -> Iterator[str]:
    grounds = tuple(_carrying(one)) if one.verdict is None else one.grounds
    if one.verdict is Verdict.UNDETERMINED:
        asked = len(one.missing) + len(one.lacking) + one.asks_declaration
        yield (
            f"现有事实还不足以作出结论，尚有{asked}项没有核实，列在下文。"
            if asked
            else "现有事实还不足以作出结论。"
        )
    elif one.verdict is Verdict.NOT_COVERED:
        yield "已编成规则的规定没有涵盖这一事项，不能据以同意，也不能据以否定。"
    elif not grounds:
        yield "上列事实已经查明。"
    names = dict.fromkeys(name for result in grounds for name in support.facts_of(result))
    told = [_spoken(name, one, fields) for name in names if name in one.facts]
    if told:
        yield f"经查，{'，'.join(told)}。"
    by_article: dict[str, list[str]] = {}
    for result in grounds:
        by_article.setdefault(full_citation(result.rule.citation), []).append(result.rule.title)
    for citation, titles in by_article.items():
        yield f"依照{citation}，{'；'.join(dict.fromkeys(titles))}。"


def _spoken(name: str, one: SubjectDecision, fields: Mapping[str, Field]) -> str:
    field, fact = fields[name], one.facts[name]
    if field.type is FieldType.BOOLEAN and fact.value is not UNKNOWN:
        return f"“{field_words(field)}”{'属实' if fact.value else '不属实'}"
    return f"{field_words(field)}为{_value_and_source(fact, one, fields)[0]}"


def _remarks(page: Page) -> Iterator[Line]:
    yield from map(Line, page.remarks)
    for section in page.sections:
        if section.kind is SectionKind.REMARKS:
            # On paper there is no other view to look into.
            yield from (
                dataclasses.replace(line, text=line.text.removesuffix(ELSEWHERE)) for line in _lines(section)
            )
    yield Line(f"本意见为{DISCLAIMER}")
