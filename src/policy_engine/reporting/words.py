"""The words of an opinion: verdicts, citations, dates, facts."""

from __future__ import annotations

from collections.abc import Mapping

from policy_engine.evaluation.wording import value_words
from policy_engine.foundation.logic import Truth
from policy_engine.model.calendar import chinese_day
from policy_engine.model.cases import Fact, Origin
from policy_engine.model.decisions import SubjectDecision, Verdict
from policy_engine.model.documents import Citation, Document
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Field

FINDINGS_SETTLED = "认定结果明确"
TRUTHS: Mapping[Truth, str] = {Truth.TRUE: "是", Truth.FALSE: "否", Truth.UNKNOWN: "待核实"}
_PURCHASE: Mapping[Verdict, str] = {
    Verdict.PROHIBITED: "不得作为政府购买服务实施",
    Verdict.CONFLICT: "依据冲突，暂不能作出结论",
    Verdict.NON_COMPLIANT: "须整改后方可实施",
    Verdict.UNDETERMINED: "需补充核实后再审",
    Verdict.NOT_COVERED: "现有规则未涵盖，不能据以同意或者否定",
    Verdict.PERMITTED: "可以作为政府购买服务实施",
}
_GENERAL: Mapping[Verdict, str] = {
    Verdict.PROHIBITED: "不得实施",
    Verdict.CONFLICT: "依据冲突，暂不能作出结论",
    Verdict.NON_COMPLIANT: "须整改",
    Verdict.UNDETERMINED: "需补充核实",
    Verdict.NOT_COVERED: "现有规则未涵盖",
    Verdict.PERMITTED: "可以实施",
}
DISCLAIMER = "辅助审核意见，最终以财政部门、司法行政部门的意见为准。"


def verdict_label(verdict: Verdict | None) -> str:
    """Name a verdict; settled findings have none."""
    return verdict.value if verdict is not None else FINDINGS_SETTLED


def verdict_words(subject: str, verdict: Verdict | None) -> str:
    """Write a verdict as the sentence an official signs."""
    if verdict is None:
        return FINDINGS_SETTLED
    return (_PURCHASE if subject == "采购事项" else _GENERAL)[verdict]


def document_words(document: Document) -> str:
    """Write a document as it is cited: 《标题》（文号）."""
    return f"《{document.title}》" + (f"（{document.number}）" if document.number else "")


def citation_words(citation: Citation) -> str:
    """Write a citation, its dates, and how far it can be relied on."""
    document = citation.document
    notes = [_in_force_words(document)]
    if document.told_by is not None:
        notes.append("据转述，未见原文")
    elif not citation.verified:
        notes.append("原文待核")
    return f"{document_words(document)}{citation.locator}" + "".join(f"〔{n}〕" for n in notes if n)


def _in_force_words(document: Document) -> str:
    begins = document.effective or document.published or document.issued
    start = f"{chinese_day(begins.day)}起施行" if begins else "施行日期不明"
    if begins and not begins.verified:
        start += "（日期待核）"
    return start + (f"，{chinese_day(document.ended.day)}后失效" if document.ended else "")


def fact_words(field: Field, fact: Fact) -> str:
    """Write a fact with where it comes from."""
    if fact.value is UNKNOWN:
        return f"{field.name} 不明（{fact.reason or fact.origin.value}）"
    source = fact.source or (f"{fact.origin.value}" if fact.origin is not Origin.STATED else "填报")
    return f"{field.name} = {value_words(field, fact.value)}（{source}）"


def finding_words(decision: SubjectDecision) -> str:
    """Sum up findings in one phrase."""
    yes = [f.category for f in decision.findings if f.truth is Truth.TRUE]
    still_open = [f.category for f in decision.findings if f.truth is Truth.UNKNOWN]
    words = f"属于：{'、'.join(yes)}" if yes else "未认定属于任何类别"
    return f"{words}；待核实：{'、'.join(still_open)}" if still_open else words
