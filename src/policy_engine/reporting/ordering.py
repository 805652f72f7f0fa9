"""The order in which rules are listed and read: by authority, by document, by article."""

from __future__ import annotations

from collections.abc import Iterable

from policy_engine.model.documents import Document
from policy_engine.model.locators import order_of
from policy_engine.model.rules import Rule, RuleSet


def in_order(rules: Iterable[Rule], rule_set: RuleSet) -> tuple[Rule, ...]:
    """Sort rules by the force of their document, then by document and article; rules of one article stay as they stand."""
    documents = {document.id: n for n, document in enumerate(by_force(rule_set))}
    return tuple(
        sorted(rules, key=lambda r: (documents[r.citation.document.id], order_of(r.citation.locator)))
    )


def by_force(rule_set: RuleSet) -> tuple[Document, ...]:
    """Sort the documents by force, highest first as the register of forces has them; of one force as they are registered."""
    ranks = {name: n for n, name in enumerate(rule_set.authority.forces)}
    return tuple(sorted(rule_set.documents.values(), key=lambda document: ranks[document.force]))
