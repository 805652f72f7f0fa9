"""The auditor's view: the official page, then every rule in reach, every fact, digests, the replay command."""

from __future__ import annotations

import dataclasses
import hashlib
import shlex
from collections.abc import Iterator, Mapping

from policy_engine.evaluation.condition_words import derived_words
from policy_engine.foundation.spans import KeySpan
from policy_engine.model.calendar import chinese_day, iso
from policy_engine.model.cases import Case, Origin
from policy_engine.model.decisions import Decision, RuleResult, Status, SubjectDecision
from policy_engine.model.documents import Document, Verification
from policy_engine.model.rules import Rule, RuleSet
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Field
from policy_engine.reporting.indications import all_indications
from policy_engine.reporting.official import official_page
from policy_engine.reporting.page import Item, Page, Section, items
from policy_engine.reporting.words import (
    blocked_words,
    document_words,
    fact_words,
    field_words,
    in_force_words,
    parameter_words,
    short_citation,
)

_CHECKED = {
    Verification.FULL: "全文核对过",
    Verification.PARTIAL: "部分条文核对过",
    Verification.NO: "未核对原文",
}
_STANDARD_INPUT = "标准输入"


def auditor_page(decision: Decision, rule_set: RuleSet) -> Page:
    """Lay out a decision for an auditor."""
    page = official_page(decision, rule_set)
    several = len(decision.subjects) > 1
    added = [
        Section(f"{one.subject}：{section.title}" if several else section.title, section.items)
        for one in decision.subjects
        for section in _sections(one, decision.case, rule_set)
        if section.items
    ]
    documents = Section("引用的文件", tuple(_documents(decision, rule_set)))
    return dataclasses.replace(
        page, sections=(*page.sections, *added, documents, _replay(decision, rule_set))
    )


def _sections(decision: SubjectDecision, case: Case, rule_set: RuleSet) -> Iterator[Section]:
    fields = rule_set.vocabulary.subjects[decision.subject].fields
    yield Section("全部事实", tuple(_facts(decision, fields)))
    yield Section("文字提示", tuple(all_indications(decision, case, fields)))
    rules = {r.rule.id: r.rule for r in decision.results}
    inside = [r for r in decision.results if r.status is not Status.OUT_OF_FORCE]
    yield Section(f"逐条结果（{len(inside)} 条）", tuple(_result(r, rules) for r in inside))
    outside: dict[str, list[RuleResult]] = {}
    for result in decision.results:
        if result.status is Status.OUT_OF_FORCE:
            outside.setdefault(blocked_words(result.blocked, {}), []).append(result)
    for reason, results in outside.items():
        yield Section(f"未适用：{reason}（{len(results)} 条）", items(_line(r) for r in results))


def _facts(decision: SubjectDecision, fields: Mapping[str, Field]) -> Iterator[Item]:
    told = [n for n, f in decision.facts.items() if f.value is not UNKNOWN or f.origin is Origin.STATED]
    for origin in Origin:
        own = [n for n in told if decision.facts[n].origin is origin]
        if own:
            yield Item(origin.value, items(fact_words(fields[n], decision.facts[n]) for n in own))
    computed = [n for n in decision.derived if n not in told]
    if computed:
        yield Item(
            "推算",
            items(
                f"{field_words(fields[n])}：{derived_words(fields[n], decision.derived[n])}" for n in computed
            ),
        )
    for origin in (Origin.NOT_STATED, Origin.PENDING):
        left = [n for n, f in decision.facts.items() if f.origin is origin and n not in (*told, *computed)]
        if left:
            yield Item(f"{origin.value}：{'、'.join(field_words(fields[n]) for n in left)}")


def _result(result: RuleResult, rules: Mapping[str, Rule]) -> Item:
    reason = blocked_words(result.blocked, rules)
    details = [f"原因：{reason}"] if reason else []
    waits_for = [*result.missing, *map(parameter_words, result.lacking)]
    details += [f"取决于：{'、'.join(waits_for)}"] if waits_for else []
    return Item(_line(result), items(details))


def _line(result: RuleResult) -> str:
    ahead = "，尚未到期" if result.is_ahead else ""
    citation = short_citation(result.rule.citation)
    return f"[{result.outcome.value}{ahead}] {result.rule.title}（{citation}） {result.rule.id}"


def _documents(decision: Decision, rule_set: RuleSet) -> Iterator[Item]:
    cited = {r.rule.citation.document.id for one in decision.subjects for r in one.results}
    for document in rule_set.documents.values():
        if document.id in cited:
            yield Item(document_words(document), items((_standing(document, rule_set),)))


def _standing(document: Document, rule_set: RuleSet) -> str:
    parts = [document.force, rule_set.areas.name(document.area), in_force_words(document)]
    if document.told_by is not None:
        parts.append(f"据{document_words(rule_set.documents[document.told_by])}转述")
    parts.append(_CHECKED[document.verified])
    day = document.status_checked_on
    parts.append(f"效力核对于{chinese_day(day)}" if day is not None else "效力未核")
    if document.status_evidence:
        parts.append(document.status_evidence)
    return "；".join(parts)


def case_digest(decision: Decision) -> str:
    """Digest the facts of a case: the same facts give the same digest."""
    case = decision.case
    parts = [str(case.as_of), case.area, case.phase.value, str(case.declaration is not None)]
    for name in sorted(case.subjects):
        facts = case.subjects[name]
        parts += [f"{name}.{field}={_plain(facts[field].value)}" for field in sorted(facts)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _plain(value: object) -> str:
    return "、".join(sorted(value)) if isinstance(value, frozenset) else str(value)


def _replay(decision: Decision, rule_set: RuleSet) -> Section:
    case = decision.case
    is_file = case.span.path != _STANDARD_INPUT and not isinstance(case.span, KeySpan)
    path = shlex.quote(case.span.path) if is_file else "-"
    command = (
        f"policy-engine check {path} --as-of {iso(case.as_of)} --jurisdiction {case.area} --view auditor"
    )
    if rule_set.name:
        # Elsewhere another rule base may lie in the current folder.
        command += f" --rules {shlex.quote(rule_set.name)}"
    if case.consultation is not None:
        command += f" --catalogue {shlex.quote(case.consultation.path)}"
    lines = (
        f"案件摘要 {case_digest(decision)}",
        f"规则库摘要 {decision.rule_set_version}",
        f"重新执行：{command}",
    )
    return Section("复核", items(lines))
