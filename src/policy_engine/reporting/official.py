"""The official view: one page, the verdict first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from policy_engine.compilation.reads import rule_reads
from policy_engine.foundation.logic import Truth
from policy_engine.model.calendar import chinese_day
from policy_engine.model.cases import Origin
from policy_engine.model.decisions import Decision, Question, RuleResult, Status, SubjectDecision, Verdict
from policy_engine.model.rules import Prohibit, Require, Rule, RuleSet
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Field, Phase, Role
from policy_engine.reporting.page import Item, Page, Section, items
from policy_engine.reporting.words import (
    DISCLAIMER,
    TRUTHS,
    citation_words,
    document_words,
    fact_words,
    finding_words,
    verdict_words,
)


def official_page(decision: Decision, rule_set: RuleSet) -> Page:
    """Lay out a decision for an official."""
    several = len(decision.subjects) > 1
    sections = [
        section for one in decision.subjects for section in _subject_sections(one, rule_set, named=several)
    ]
    head = list(_head(decision, rule_set))
    return Page(_headline(decision), (*head, *sections), _footer(decision))


def _headline(decision: Decision) -> str:
    parts = []
    for one in decision.subjects:
        words = verdict_words(one.subject, one.verdict)
        if one.findings and one.verdict in (None, Verdict.UNDETERMINED):
            words = f"{words}。{finding_words(one)}"
        parts.append(f"{one.subject}：{words}" if len(decision.subjects) > 1 else words)
    return f"结论：{'；'.join(parts)}。"


def _head(decision: Decision, rule_set: RuleSet) -> Iterator[Section]:
    case = decision.case
    lines = [f"名称：{case.name}"] if case.name else []
    lines.append(
        f"基准日：{chinese_day(case.as_of)}　地区：{rule_set.areas.name(case.area)}　阶段：{case.phase.value}"
    )
    lines += [f"提示：{words}。" for words in case.assumed]
    if "采购事项" in case.subjects:
        lines.append("提示：未加载本级指导性目录，是否列入目录以填报为准。")
    if case.declaration is not None:
        by = case.declaration.by or "未署名"
        lines.append(f"申报声明（{by}）：除已填报的以外没有其他情形；据此视为没有的情形见审计视图。")
    yield Section("审查事项", items(lines))


def _subject_sections(decision: SubjectDecision, rule_set: RuleSet, *, named: bool) -> Iterator[Section]:
    fields = rule_set.vocabulary.subjects[decision.subject].fields
    prefix = f"{decision.subject}·" if named else ""
    sections = [
        Section("依据", tuple(_ground(r) for r in decision.grounds), is_numbered=True),
        Section("冲突的依据", tuple(_rivals(decision))),
        Section("分类认定", tuple(_findings(decision))),
        Section("认定事实", items(_facts(decision, fields)), is_numbered=True),
        Section("例外", items(_exceptions(decision))),
        Section("需补充核实的事项", tuple(_questions(decision, rule_set)), is_numbered=True),
        Section("尚未录入、须另行查阅的文件", items(document_words(d) for d in decision.unencoded)),
        Section("可能的变化", items(_may_become(decision))),
        Section("合规途径", items(_remedies(decision)), is_numbered=True),
        Section("后续义务", tuple(_duties(decision)) if decision.verdict is not Verdict.PROHIBITED else ()),
        Section("建议", items(_advice(decision))),
    ]
    for section in sections:
        if section.items:
            yield Section(prefix + section.title, section.items, section.is_numbered)


def _ground(result: RuleResult) -> Item:
    rule = result.rule
    details = [f"规定：{rule.title}"]
    details += [f"原文：“{rule.quote}”"] if rule.quote else []
    details += [f"说明：{rule.note}"] if rule.note else []
    return Item(citation_words(rule.citation), items(details))


def _rivals(decision: SubjectDecision) -> Iterator[Item]:
    for first, second, truth in decision.rivals:
        if truth is Truth.TRUE:
            sides = (f"{r.rule.title}——{citation_words(r.rule.citation)}" for r in (first, second))
            yield Item("下列两条规定方向相反，位阶不分高下，须报有权机关裁决", items(sides))


def _findings(decision: SubjectDecision) -> Iterator[Item]:
    for finding in decision.findings:
        details = [f"{r.rule.title}——{citation_words(r.rule.citation)}" for r in finding.rules]
        details += dict.fromkeys(f"说明：{r.rule.note}" for r in finding.rules if r.rule.note)
        shown = details if finding.truth is Truth.TRUE else []
        yield Item(f"{finding.field} {finding.category}：{TRUTHS[finding.truth]}", items(shown))


def _facts(decision: SubjectDecision, fields: Mapping[str, Field]) -> Iterator[str]:
    used = [name for result in _carrying(decision) for name in rule_reads(result.rule)]
    stated = [n for n, f in decision.facts.items() if f.origin is Origin.STATED]
    shown = dict.fromkeys(n for n in (*stated, *used) if n in decision.facts)
    for name in shown:
        fact = decision.facts[name]
        is_told = fact.value is not UNKNOWN or fact.reason
        if is_told and not (fact.origin is Origin.DECLARED and name not in used):
            yield fact_words(fields[name], fact)
        elif name in decision.derived and fields[name].role is Role.DERIVED and name in used:
            yield f"{name} = {decision.derived[name]}（推算）"


def _carrying(decision: SubjectDecision) -> Iterable[RuleResult]:
    yield from decision.grounds
    for finding in decision.findings:
        if finding.truth is Truth.TRUE:
            yield from finding.rules


def _exceptions(decision: SubjectDecision) -> Iterator[str]:
    excepted = [r for r in decision.results if r.status is Status.EXCEPTED]
    yield from (f"成立：{r.rule.title}——因 {r.blocked_by}" for r in excepted)
    checked = sum(len(r.rule.unless) for r in decision.grounds)
    if checked:
        yield f"已核对 {checked} 项例外，不成立。"
    titles = {r.rule.id: r.rule for r in decision.results}
    for result in decision.results:
        if result.status is Status.DEFEATED:
            winners = [titles[name].citation for name in result.blocked_by.split("、") if name in titles]
            yields_to = "、".join(document_words(c.document) + c.locator for c in winners)
            yield f"被排除：{result.rule.title}（{citation_words(result.rule.citation)}），让位于{yields_to}"


def _questions(decision: SubjectDecision, rule_set: RuleSet) -> Iterator[Item]:
    if decision.asks_declaration:
        yield Item("有没有其他应当说明的情形？没有的，请在申报声明中写明（no_other_circumstances: true）。")
    titles = {rule.id: rule for rule in rule_set.rules}
    for question in decision.missing:
        yield Item(_question_words(question), items(_why(question, titles)))
    broken = [r for r in decision.results if r.rule.is_default and r.status is Status.TRUE]
    if decision.verdict is Verdict.UNDETERMINED:
        for result in broken:
            yield Item(
                f"{result.rule.title}：属一般性要求，与之不符的须说明理由",
                items([citation_words(result.rule.citation)]),
            )


def _question_words(question: Question) -> str:
    field = question.field
    asked = field.question or f"{field.title}是什么？"
    who = f"（由{field.supplier}提供）" if field.supplier else ""
    reason = f"；已填不明：{question.reason}" if question.reason else ""
    return f"{asked}〔{field.name}〕{who}{reason}"


def _why(question: Question, rules: Mapping[str, Rule]) -> Iterator[str]:
    for name in question.rules[:3]:
        rule = rules[name]
        doubts = [d.because for d in rule.doubts if d.ask == question.field.name]
        because = f"（{doubts[0]}）" if doubts else ""
        yield f"关系到：{rule.title}——{document_words(rule.citation.document)}{rule.citation.locator}{because}"
    if len(question.rules) > 3:
        yield f"另有 {len(question.rules) - 3} 条规定也取决于此"


def _may_become(decision: SubjectDecision) -> Iterator[str]:
    for verdict in decision.may_become:
        yield f"待核实的事项查清后，结论可能变为“{verdict.value}”"


def _remedies(decision: SubjectDecision) -> Iterator[str]:
    broken = [r for r in decision.grounds if isinstance(r.rule.kind, Prohibit | Require)]
    yield from dict.fromkeys(r.rule.remedy for r in broken if r.rule.remedy)


def _duties(decision: SubjectDecision) -> Iterator[Item]:
    for phase in Phase:
        ahead = [r for r in decision.duties_ahead if r.rule.due is phase]
        if ahead:
            lines = (
                f"{r.rule.title}（{document_words(r.rule.citation.document)}{r.rule.citation.locator}）"
                for r in ahead
            )
            yield Item(f"{phase.value}阶段", items(lines))


def _advice(decision: SubjectDecision) -> Iterator[str]:
    for result in decision.advice:
        words = result.rule.advice or result.rule.title
        yield f"{words}（{citation_words(result.rule.citation)}）"


def _footer(decision: Decision) -> tuple[str, ...]:
    return (f"规则库版本 {decision.rule_set_version} · {decision.cross_check.value}", DISCLAIMER)
