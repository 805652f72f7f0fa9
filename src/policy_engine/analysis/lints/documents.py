"""Lint about the register of documents: a document and the one that repeals it are never in force together."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.foundation.diagnostics import Diagnostic, Related
from policy_engine.model.calendar import chinese_day
from policy_engine.model.rules import RuleSet


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
                    span=old.span,
                    help="失效日写成新文件施行的前一日，或者说明两者并行的依据",
                    related=(Related(f"废止它的 `{document.id}`", document.span),),
                )
