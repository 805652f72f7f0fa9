"""The auditor's view: the official page, then every rule in reach, every fact, digests, the replay command."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator

from policy_engine.model.calendar import iso
from policy_engine.model.decisions import Decision, RuleResult, Status, SubjectDecision
from policy_engine.model.rules import RuleSet
from policy_engine.reporting.official import official_page
from policy_engine.reporting.page import Item, Page, Section, items
from policy_engine.reporting.words import citation_words, fact_words


def auditor_page(decision: Decision, rule_set: RuleSet) -> Page:
    """Lay out a decision for an auditor."""
    page = official_page(decision, rule_set)
    added = [section for one in decision.subjects for section in _sections(one, rule_set)]
    return dataclasses.replace(page, sections=(*page.sections, *added, _replay(decision)))


def _sections(decision: SubjectDecision, rule_set: RuleSet) -> Iterator[Section]:
    fields = rule_set.vocabulary.subjects[decision.subject].fields
    yield Section(
        f"{decision.subject}·全部事实", items(fact_words(fields[n], f) for n, f in decision.facts.items())
    )
    if decision.derived:
        yield Section(
            f"{decision.subject}·推算", items(f"{n}：{words}" for n, words in decision.derived.items())
        )
    inside = [r for r in decision.results if r.status is not Status.OUT_OF_FORCE]
    outside = [r for r in decision.results if r.status is Status.OUT_OF_FORCE]
    yield Section(f"{decision.subject}·逐条结果", tuple(_result(r) for r in inside))
    if outside:
        yield Section(f"{decision.subject}·不在效力范围", tuple(_result(r) for r in outside))


def _result(result: RuleResult) -> Item:
    ahead = "（尚未到期）" if result.is_ahead else ""
    details = [citation_words(result.rule.citation)]
    details += [f"原因：{result.blocked_by}"] if result.blocked_by else []
    details += [f"取决于：{'、'.join(result.missing)}"] if result.missing else []
    return Item(f"[{result.outcome.value}{ahead}] {result.rule.id} {result.rule.title}", items(details))


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


def _replay(decision: Decision) -> Section:
    case = decision.case
    command = f"policy-engine check {case.span.path} --as-of {iso(case.as_of)} --jurisdiction {case.area} --view auditor"
    return Section(
        "复核",
        items(
            (
                f"案件摘要 {case_digest(decision)}",
                f"规则库摘要 {decision.rule_set_version}",
                f"重新执行：{command}",
            )
        ),
    )
