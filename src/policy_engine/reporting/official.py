"""The official view: one page, the verdict first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from policy_engine.evaluation.support import Support, support_of
from policy_engine.foundation.logic import Truth
from policy_engine.model.calendar import chinese_day
from policy_engine.model.cases import LISTED, Case, Declaration, Fact, Origin
from policy_engine.model.decisions import BelowArea, Decision, OutOfArea, RuleResult, SubjectDecision, Verdict
from policy_engine.model.rules import (
    Classify,
    Derive,
    Impossible,
    Permit,
    Prohibit,
    Recommend,
    Require,
    RuleSet,
    Table,
)
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Field, Phase
from policy_engine.reporting.asking import question_items
from policy_engine.reporting.citing import cite_once
from policy_engine.reporting.comparison import comparison_items, declared_items
from policy_engine.reporting.duties import duty_items
from policy_engine.reporting.facts import fact_items
from policy_engine.reporting.grounds import (
    exception_items,
    finding_items,
    ground_items,
    refused_permits,
    rival_items,
)
from policy_engine.reporting.headline import headline, is_examined
from policy_engine.reporting.indications import standing_items
from policy_engine.reporting.judgements import contrary_items, note_lines
from policy_engine.reporting.next_steps import (
    advice_items,
    change_items,
    remedy_items,
    unencoded_items,
)
from policy_engine.reporting.page import Item, Page, Section, SectionKind, items
from policy_engine.reporting.words import DISCLAIMER, cross_check_words, short_document

# What people go through one by one.
# Where each of what a declaration closes is listed, as long as there are views to choose.
ELSEWHERE = "，审计视图逐项列出"
_NUMBERED = (SectionKind.GROUNDS, SectionKind.FACTS, SectionKind.QUESTIONS, SectionKind.REMEDIES)


def official_page(decision: Decision, rule_set: RuleSet) -> Page:
    """Lay out a decision for an official."""
    several = len(decision.subjects) > 1
    sections = (
        section
        for one in decision.subjects
        for section in _subject_sections(one, decision.case, rule_set, prefix=one.subject if several else "")
    )
    cited = {
        r.rule.citation.document.id: r.rule.citation.document for s in decision.subjects for r in s.results
    }
    written = tuple(cite_once(sections, cited.values()))
    remarks = Section("说明", tuple(_remarks(decision, rule_set)), kind=SectionKind.REMARKS)
    return Page(
        headline(decision, rule_set),
        (*written, remarks) if remarks.items else written,
        (f"{rule_set.words} · {cross_check_words(decision.cross_check)}", DISCLAIMER),
        _subtitle(decision, rule_set),
        tuple(_notes(decision, rule_set)),
    )


def _notes(decision: Decision, rule_set: RuleSet) -> Iterator[str]:
    for one in decision.subjects:
        fields = rule_set.vocabulary.subjects[one.subject].fields
        prefix = f"{one.subject}：" if len(decision.subjects) > 1 else ""
        yield from (prefix + line for line in note_lines(one, decision.case, fields))


def _subtitle(decision: Decision, rule_set: RuleSet) -> str:
    case = decision.case
    parts = [
        f"案件：{case.name.strip()}" if case.name.strip() else "",
        rule_set.areas.name(case.area),
        f"{chinese_day(case.as_of)}",
        "、".join(f"{phase.value}阶段" for phase in _phases(decision)),
    ]
    return "　".join(part for part in parts if part)


def _phases(decision: Decision) -> tuple[Phase, ...]:
    """List how far the subjects that go through phases have come."""
    return tuple(dict.fromkeys(one.phase for one in decision.subjects if one.phase is not None))


def _subject_sections(
    decision: SubjectDecision, case: Case, rule_set: RuleSet, *, prefix: str
) -> Iterator[Section]:
    fields = rule_set.vocabulary.subjects[decision.subject].fields
    support = support_of(decision, fields)
    is_open = decision.verdict in (Verdict.UNDETERMINED, Verdict.NOT_COVERED)
    asked = "需补充核实的事项" if is_open else "另需核实的事项"
    rivals = tuple(rival_items(decision))
    kind = SectionKind
    told: Iterable[tuple[SectionKind, str, Iterable[Item]]] = (
        (kind.GROUNDS, "依据", ground_items(decision.grounds, case, rule_set) if not rivals else ()),
        (kind.RIVALS, "冲突的依据", rivals),
        (kind.FINDINGS, "分类认定", finding_items(decision, fields, support)),
        (kind.REFUSED_PERMITS, "未获许可的原因", refused_permits(decision, fields, support)),
        (
            kind.CONTRARY,
            "与表面迹象不一致的认定",
            (*contrary_items(decision, fields, support), *standing_items(decision, fields)),
        ),
        (kind.FACTS, "认定事实", fact_items(decision, fields, support)),
        (kind.COMPARED, "对照情况", _compared(decision, fields, support, rule_set)),
        (kind.DECLARED, "只凭申报声明认定的事实", declared_items(decision, fields)),
        (kind.EXCEPTIONS, "例外", exception_items(decision, fields, support)),
        (kind.QUESTIONS, asked, question_items(decision, case, rule_set, support)),
        (kind.UNENCODED, "当时有效而尚未编成规则、须查阅原文的文件", unencoded_items(decision)),
        (kind.CHANGES, "可能的变化", change_items(decision)),
        (kind.REMEDIES, "合规途径", remedy_items(decision)),
        (kind.DUTIES, "后续义务", duty_items(decision, fields, support)),
        (kind.ADVICE, "建议", advice_items(decision)),
    )
    for section, title, found in told:
        written = tuple(found)
        if written:
            shown = f"{prefix}：{title}" if prefix else title
            yield Section(shown, written, section in _NUMBERED, section, decision.subject)


def _compared(
    decision: SubjectDecision, fields: Mapping[str, Field], support: Support, rule_set: RuleSet
) -> tuple[Item, ...]:
    found = tuple(comparison_items(decision, fields, support, rule_set))
    return (Item("经逐条对照下列规定，未发现不符合的情形"), *found) if found else ()


def _remarks(decision: Decision, rule_set: RuleSet) -> Iterator[Item]:
    """Say aloud what was declared, what the program assumed, and what it does not have."""
    case = decision.case
    facts = [fact for one in decision.subjects for fact in one.facts.values()]
    if case.declaration is not None:
        yield Item(_declaration(case.declaration, facts))
    yield from (Item(words) for words in case.assumed)
    for phase in _phases(decision) if not case.is_phase_stated else ():
        seen = "" if phase is Phase.PROJECT else "，因为填报了已经发生的事项"
        yield Item(f"未写阶段，按{phase.value}审查{seen}")
    yield from items(_out_of_reach(decision, rule_set))
    if case.consultation is not None:
        yield from items(case.consultation.lines)
    elif any(fact.field == LISTED and fact.origin is Origin.STATED for fact in facts):
        yield Item("未加载本级指导性目录，是否列入目录以填报为准")


def _declaration(declaration: Declaration, facts: Iterable[Fact]) -> str:
    if not declaration.is_signed:
        return "申报声明没有署名，不作数"
    closed = sum(fact.origin is Origin.DECLARED for fact in facts)
    return f"申报声明（{declaration.by}）：除已填报的以外没有其他情形，据此认定 {closed} 项{ELSEWHERE}"


def _out_of_reach(decision: Decision, rule_set: RuleSet) -> Iterator[str]:
    """Name the local documents of other places that could have answered what nothing in reach answers."""
    forces = rule_set.authority.forces
    wanted = [
        result
        for one in decision.subjects
        for support in (support_of(one, rule_set.vocabulary.subjects[one.subject].fields),)
        for result in one.results
        if forces[result.rule.citation.document.force].grounds and _is_wanted(result, one, support)
    ]
    for words, is_below in (("下级地方规定未检查", True), ("外地规定和做法仅供参考，不作为审核依据", False)):
        documents = {
            document.id: f"{short_document(document)}（{rule_set.areas.name(document.area)}）"
            for result in wanted
            if isinstance(result.blocked, BelowArea if is_below else OutOfArea)
            for document in (result.rule.citation.document,)
        }
        if documents:
            yield f"{words}：{'、'.join(documents.values())}"


def _is_wanted(result: RuleResult, decision: SubjectDecision, support: Support) -> bool:
    match result.rule.kind:
        case Permit():
            may_apply = support.truth(result.rule.when) is not Truth.FALSE
            return decision.verdict is Verdict.NOT_COVERED and may_apply
        case Classify(field=field):
            return decision.facts[field].value is UNKNOWN and not is_examined(field, decision)
        case Prohibit() | Require() | Recommend() | Table() | Derive() | Impossible():
            return False
