"""Lints about the register of documents: whether their dates fit each other and the examples of their rules."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.foundation.diagnostics import Diagnostic, Related
from policy_engine.model.calendar import chinese_day
from policy_engine.model.conditions import AS_OF
from policy_engine.model.decisions import Outcome
from policy_engine.model.documents import Document
from policy_engine.model.rules import Example, Rule, RuleSet

# What an example may expect of a rule whose document is not in force on its day.
_SILENT = frozenset(
    o.value
    for o in (
        Outcome.OUT_OF_FORCE,
        Outcome.UNDETERMINED,
        Outcome.NOT_APPLICABLE,
        Outcome.NOT_GRANTED,
        Outcome.HOLDS_NOT,
        Outcome.CONSISTENT,
    )
)


def detect_overlapping_documents(rule_set: RuleSet) -> Iterator[Diagnostic]:
    """Report a repealed document that still is in force when its successor takes effect."""
    for document in rule_set.documents.values():
        for name in document.repeals:
            old = rule_set.documents[name]
            if document.effective is None:
                continue
            begins = document.effective.day
            if old.ended is None or old.ended.day >= begins:
                last = "没有写失效日" if old.ended is None else f"{chinese_day(old.ended.day)}才失效"
                yield Diagnostic(
                    code="PE606",
                    message=f"`{name}` 由 `{document.id}` 废止，后者{chinese_day(begins)}施行，前者{last}",
                    span=old.at("ended"),
                    help="失效日写成新文件施行的前一日，或者说明两者并行的依据",
                    related=(Related(f"废止它的 `{document.id}`", document.at("repeals")),),
                )


def detect_examples_out_of_force(rule_set: RuleSet) -> Iterator[Diagnostic]:
    """Report documents whose rules have examples on days on which the document is not in force: one date explains them all."""
    by_document: dict[str, list[tuple[Rule, Example]]] = {}
    for rule in rule_set.rules:
        if rule.dated_by == AS_OF:
            spoken = ((rule, e) for e in rule.examples if e.expect not in _SILENT)
            by_document.setdefault(rule.citation.document.id, []).extend(spoken)
    for name, examples in by_document.items():
        document = rule_set.documents[name]
        early = [e for _, e in examples if document.effective and e.as_of < document.effective.day]
        late = [e for _, e in examples if document.ended and e.as_of > document.ended.day]
        if early and document.effective:
            yield _out_of_force(
                document, "effective", early, f"{chinese_day(document.effective.day)}才施行", "施行以前"
            )
        if late and document.ended:
            yield _out_of_force(
                document, "ended", late, f"已于{chinese_day(document.ended.day)}失效", "失效以后"
            )


def _out_of_force(document: Document, date: str, examples: list[Example], when: str, what: str) -> Diagnostic:
    first = examples[0]
    return Diagnostic(
        code="PE616",
        message=f"`{document.id}` {when}，它的规则有 {len(examples)} 个例子按{what}的日期预期起作用",
        span=document.at(date),
        help="核对文件登记的 effective、ended；日期没有写错的，给例子写上文件有效时的 as_of",
        related=(Related(f"例如“{first.name}”，按{chinese_day(first.as_of)}", first.span),),
        documents=(document.id,),
    )
