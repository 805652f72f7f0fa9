"""Changes that decide nothing: titles, citations, remedies, notes, the register of documents."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.model.rules import Rule, RuleSet

_RULE = {"title": "标题", "remedy": "合规途径", "advice": "建议", "note": "说明", "quote": "引文"}
_DOCUMENT = {"number": "文号", "title": "标题", "issuer": "发文机关", "verified": "核对程度", "note": "说明"}


def wording_changes(old: RuleSet, new: RuleSet) -> Iterator[str]:
    """Tell what reads differently though it decides alike."""
    before = {rule.id: rule for rule in old.rules}
    for rule in new.rules:
        if rule.id in before:
            yield from _rule(before[rule.id], rule)
    for name, document in new.documents.items():
        if name not in old.documents:
            yield f"新登记文件 `{name}`"
            continue
        for key, words in _DOCUMENT.items():
            if getattr(old.documents[name], key) != getattr(document, key):
                yield f"文件 `{name}` 的{words}变了"
    for name in old.documents:
        if name not in new.documents:
            yield f"文件 `{name}` 不再登记"


def _rule(old: Rule, new: Rule) -> Iterator[str]:
    for key, words in _RULE.items():
        if getattr(old, key) != getattr(new, key):
            yield f"规则 `{new.id}` 的{words}变了"
    if old.citation.locator != new.citation.locator:
        yield f"规则 `{new.id}` 的出处由“{old.citation.locator}”改为“{new.citation.locator}”"
    if [(u.because, u.basis) for u in old.unless] != [(u.because, u.basis) for u in new.unless]:
        yield f"规则 `{new.id}` 的例外理由变了"
    if len(old.examples) != len(new.examples):
        yield f"规则 `{new.id}` 的例子由 {len(old.examples)} 个变为 {len(new.examples)} 个"
