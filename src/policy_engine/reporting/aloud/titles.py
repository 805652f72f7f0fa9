"""The title block of a document and its scope in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from policy_engine.model.calendar import chinese_day
from policy_engine.model.documents import Document, StatedDate, Verification
from policy_engine.model.rules import Rule, RuleSet
from policy_engine.reporting.aloud.copy import Chapter, Para
from policy_engine.reporting.aloud.sentences import ended
from policy_engine.reporting.sources_page import ENCODED, VERIFIED
from policy_engine.reporting.words import DISCLAIMER, document_words, field_words, in_force_words

# How an entry refers to the basis of another of its days.
_AS_ABOVE = "同上"
_LEGEND = (
    "“不得实施”指整个事项不能办理；“须整改”指改正以后可以办理；“原则上”的规定，有理由的可以例外。",
    "“要求”没有做到的，须整改；“建议”没有采纳的，不影响结论。",
    "所说的事实没有填明的，作为待核实提出，不作为违反。",
)


def title_block(document: Document, rule_set: RuleSet) -> Iterator[tuple[str, str]]:
    """Say what is known of a document, as names and values."""
    if document.number:
        yield "文号", document.number
    yield "制定机关", document.issuer or "不详"
    yield "效力", document.force + _weight(document, rule_set)
    yield "施行地区", rule_set.areas.name(document.area)
    yield "施行时间", _in_force(document)
    yield "现行效力", _status(document)
    yield "核对情况", _verified(document)
    yield "编写程度", ENCODED[document.encoded]
    for name, ids in (("据以得知的文件", [document.told_by]), ("废止的文件", document.repeals)):
        words = [_named(one, rule_set) for one in ids if one]
        if words:
            yield name, "、".join(words)
    if document.governed_by_later is not None:
        yield "后来承接的文件", _named(document.governed_by_later, rule_set)
    if document.told_until is not None:
        yield "转述到", _dated(document.told_until)
    if document.note:
        yield "说明", ended(document.note)


def scope_chapter(
    document: Document, rules: Sequence[Rule], bound: Iterable[Para], rule_set: RuleSet
) -> Chapter:
    """Say in words when, where and of what the rules of a document judge, and how they are to be read.

    `bound`: whom and what they bind, as the document says it of all of them.
    """
    first, second, *rest = map(Para, _scope(document, rules, rule_set))
    return Chapter("适用范围和读法", blocks=(first, second, *bound, *rest))


def _scope(document: Document, rules: Sequence[Rule], rule_set: RuleSet) -> Iterator[str]:
    area = rule_set.areas.name(document.area)
    yield f"{document_words(document)}在{area}适用，{in_force_words(document)}。"
    subjects = dict.fromkeys([*(name for rule in rules for name in rule.subjects)])
    if not rules:
        yield "这份文件还没有编成规则；它管到的事项由人查阅原文判断。"
        return
    yield f"据以编写的规则共{len(rules)}条，用来判断{'、'.join(subjects)}。"
    if document.outside:
        name = next(
            (
                field_words(s.fields[document.outside])
                for s in rule_set.vocabulary.subjects.values()
                if document.outside in s.fields
            ),
            document.outside,
        )
        yield f"认定为“{name}”的事项，本文件不作要求，也不作评判。"
    if document.told_until is not None:
        yield (
            f"所述做法转述到{chinese_day(document.told_until.day)}；以后的事项，先核实这种做法是否仍在执行，"
            "仍在执行的才按各条的禁止和要求判断。"
        )
    yield from _LEGEND
    yield DISCLAIMER


def _weight(document: Document, rule_set: RuleSet) -> str:
    force = rule_set.authority.forces[document.force]
    if not force.grounds:
        return "（不作依据，只作参考）"
    return "" if force.binding else "（没有普遍约束力，只在当地作为依据）"


def _in_force(document: Document) -> str:
    told = (stated.basis for stated in (document.effective, document.published, document.issued) if stated)
    basis = next((f"；施行依据：{words}" for words in told if words and words != _AS_ABOVE), "")
    if document.ended is not None and document.ended.basis:
        basis += f"；失效依据：{document.ended.basis}"
    return in_force_words(document) + basis


def _status(document: Document) -> str:
    if document.status_checked_on is None:
        return "没有核对过"
    basis = f"（{document.status_evidence}）" if document.status_evidence else ""
    return f"{chinese_day(document.status_checked_on)}核对过{basis}"


def _verified(document: Document) -> str:
    if document.told_by is not None:
        return "据转述，未见原文"
    articles = "、".join(document.verified_articles)
    is_partial = document.verified is Verification.PARTIAL and articles
    return VERIFIED[document.verified] + (f"（{articles}）" if is_partial else "")


def _dated(stated: StatedDate) -> str:
    return chinese_day(stated.day) + (f"（{stated.basis}）" if stated.basis else "")


def _named(name: str, rule_set: RuleSet) -> str:
    document = rule_set.documents.get(name)
    return document_words(document) if document is not None else "另一文件（没有登记）"
