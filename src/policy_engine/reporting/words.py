"""The words of an opinion: verdicts, citations, dates, facts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from policy_engine.evaluation.condition_words import value_words
from policy_engine.foundation.records import replace
from policy_engine.model.calendar import chinese_day
from policy_engine.model.cases import Fact, Origin
from policy_engine.model.decisions import (
    SETTLED,
    BelowArea,
    Blocked,
    CrossCheck,
    Excepted,
    LackingParameter,
    OutOfArea,
    OutOfTime,
    Verdict,
    Yielded,
)
from policy_engine.model.documents import WHETHER_BEGUN, Citation, Document, StatedDate
from policy_engine.model.rules import Rule
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Field

DISCLAIMER = "辅助审核意见，最终以财政部门、司法行政部门的意见为准。"
_TOLD = "（据转述）"
_CROSS_CHECKED = {
    CrossCheck.AGREED: "双引擎复核一致",
    CrossCheck.COMPILED_ONLY: "仅编译引擎",
    CrossCheck.DURABLE_ONLY: "仅 durable-rules 引擎",
    CrossCheck.AGREED_BY_SQLITE: "双引擎复核一致（第二引擎为 SQLite）",
    CrossCheck.SQLITE_ONLY: "仅 SQLite 引擎",
    CrossCheck.UNAVAILABLE: "durable-rules、SQLite 都无法加载，未复核",
}


def blocked_words(blocked: Blocked | None, rules: Mapping[str, Rule]) -> str:
    """Say what keeps a rule from taking effect; empty where nothing does."""
    match blocked:
        case None:
            return ""
        case OutOfTime():
            return "基准日不在施行期内"
        case OutOfArea():
            return "地域，仅供参考"
        case BelowArea():
            return "下级地方规定，未检查"
        case Excepted(clauses=clauses):
            return "；".join(clause.because for clause in clauses)
        case Yielded(rules=names):
            winners = dict.fromkeys(short_citation(rules[name].citation) for name in names)
            return f"适用{'、'.join(winners)}"


def cross_check_words(found: CrossCheck) -> str:
    """Say whether a second engine agreed, or why none was asked."""
    return _CROSS_CHECKED[found]


def verdict_label(verdict: Verdict | None) -> str:
    """Name a verdict; settled findings have none."""
    return verdict.value if verdict is not None else SETTLED


def document_words(document: Document) -> str:
    """Write a document as it is cited: 《标题》（文号）."""
    return f"《{document.title}》" + (f"（{document.number}）" if document.number else "")


def short_citation(citation: Citation) -> str:
    """Write a citation where the document was named in full before or matters less: 财政部令第102号第十条."""
    return short_document(citation.document) + citation.locator


def short_document(document: Document) -> str:
    """Name a document by its number, or by its title where it has none."""
    return document.number or f"《{document.title}》"


def full_citation(citation: Citation) -> str:
    """Write a citation without its dates: 《标题》（文号）第十条."""
    return document_words(citation.document) + locator_words(citation)


def locator_words(citation: Citation) -> str:
    """Write the locator; where the whole document is known by report, it is said once, elsewhere."""
    told = citation.document.told_by is not None
    return citation.locator.removesuffix(_TOLD) if told else citation.locator


def citation_words(citation: Citation) -> str:
    """Write a citation, its dates, and how far it can be relied on."""
    dates = f"{full_citation(citation)}，{in_force_words(citation.document)}"
    caveat = reliance_words(citation)
    return f"{dates}〔{caveat}〕" if caveat else dates


def in_force_words(document: Document) -> str:
    """Write from when to when a document is in force."""
    begins = begins_of(document)
    if begins is None:
        return "施行日期不明"
    first, amended = document.first_effective, document.issued
    if first is not None and amended is not None and document.effective is not None:
        # The day of an amendment is not the day from which the law is in force.
        start = f"{chinese_day(first.day)}起施行，{date.fromordinal(amended.day).year}年修正"
        if document.effective.day != amended.day:
            start += f"（修正自{chinese_day(document.effective.day)}起施行）"
        start += "" if first.verified and document.effective.verified else "（日期待核）"
        return start + (f"，这一文本止于{chinese_day(document.ended.day)}" if document.ended else "")
    start = f"{first_day_words(begins)}{document.begins}" + ("" if begins.verified else "（日期待核）")
    return start + (f"，{chinese_day(document.ended.day)}以后失效" if document.ended else "")


def first_day_words(begins: StatedDate) -> str:
    """Write a first day, or the two days between which it lies."""
    if begins.earliest is None:
        return chinese_day(begins.day)
    return f"最早{chinese_day(begins.earliest)}、最晚{chinese_day(begins.day)}"


def begins_of(document: Document) -> StatedDate | None:
    """Find the day a document took effect, or the nearest thing that is known."""
    return document.effective or document.published or document.issued


def reliance_words(citation: Citation) -> str:
    """Say how far a cited text was checked; empty where it was, in full."""
    if citation.document.told_by is not None or citation.locator.endswith(_TOLD):
        return "据转述，未见原文"
    return "" if citation.verified else "原文待核"


def field_words(field: Field) -> str:
    """Name a field without the unit that its values carry anyway."""
    unit = re.escape(field.unit)
    return re.sub(f"（{unit}）$", "", field.title) if field.unit else field.title


def spoken(fields: Mapping[str, Field]) -> Mapping[str, Field]:
    """Call every field by its name without the unit, for conditions that are read aloud."""
    return _Spoken(fields)


class _Spoken(Mapping[str, Field]):
    """Fields under other names, each made when it is asked for: few of a subject's are read aloud at once."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self._fields = fields

    def __getitem__(self, name: str) -> Field:
        field = self._fields[name]
        return replace(field, name=field_words(field))

    def __contains__(self, name: object) -> bool:
        return name in self._fields

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)


def fact_words(field: Field, fact: Fact) -> str:
    """Write a fact with where it comes from."""
    if fact.value is UNKNOWN:
        return f"{field_words(field)}：说不清（{fact.reason or fact.origin.value}）"
    return f"{field_words(field)} = {value_words(field, fact.value)}（{_source(fact)}）"


def _source(fact: Fact) -> str:
    if fact.origin is Origin.STATED:
        return fact.source or fact.origin.value
    return f"{fact.origin.value}：{fact.source}" if fact.source else fact.origin.value


def parameter_words(parameter: LackingParameter) -> str:
    """Name the value of a parameter on a day, or what is open of a document's first day."""
    day = chinese_day(parameter.day)
    if parameter.name.endswith(WHETHER_BEGUN):
        return f"{parameter.name.removesuffix(WHETHER_BEGUN)}在{day}{WHETHER_BEGUN}"
    return f"参数“{parameter.name}”在{day}的值"


def parameter_question(parameter: LackingParameter) -> str:
    """Put what a parameter is on a day as a question."""
    words = parameter_words(parameter)
    return f"{words}？" if words.endswith(WHETHER_BEGUN) else f"{words}是多少？"
