"""Find a document of the rule base by what people call it, and read it aloud."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from policy_engine.foundation.diagnostics import raise_errors
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.loading.coverage import load_coverage
from policy_engine.loading.problems import Problems
from policy_engine.loading.registers import load_parameters
from policy_engine.model.documents import Document
from policy_engine.model.rules import RuleSet
from policy_engine.reporting.aloud.copy import Copy
from policy_engine.reporting.aloud.document import read_document
from policy_engine.reporting.words import document_words
from policy_engine.usecases.sources import Sources

# Blanks and quotation marks say nothing; brackets are written in several ways.
_LOOSE = re.compile(r"[\s《》〈〉“”\"']")
_BRACKETS = str.maketrans(dict.fromkeys("〔[［【(（", "(") | dict.fromkeys("〕]］】)）", ")"))
_MOST_SHOWN = 8


class NoSuchDocumentError(Exception):
    """Raised where words name no document, or several (`is_ambiguous`). Its text says what may have been meant."""

    def __init__(self, help_text: str, *, is_ambiguous: bool = False) -> None:
        super().__init__(help_text)
        self.is_ambiguous = is_ambiguous


def find_document(words: str, documents: Iterable[Document]) -> Document:
    """Find the document that an id, a number, or a part of a title or number that only one has means.

    Raises `NoSuchDocumentError`.
    """
    known = tuple(documents)
    for is_meant in _readings(words):
        found = [document for document in known if is_meant(document)]
        if len(found) == 1:
            return found[0]
        if found:
            shown = "、".join(f"`{d.id}` {document_words(d)}" for d in found[:_MOST_SHOWN])
            more = f"等 {len(found)} 份" if len(found) > _MOST_SHOWN else ""
            message = f"写编号：{shown}{more}"
            raise NoSuchDocumentError(message, is_ambiguous=True)
    names = [name for d in known for name in (d.id, d.number, d.title) if name]
    raise NoSuchDocumentError(did_you_mean(words, names))


def _readings(words: str) -> Iterator[Callable[[Document], bool]]:
    plain = _plain(words)
    yield lambda d: d.id == words.strip()
    yield lambda d: bool(plain) and plain in (_plain(d.number), _plain(d.title))
    yield lambda d: bool(plain) and (plain in _plain(d.title) or plain in _plain(d.number))


def _plain(text: str) -> str:
    return _LOOSE.sub("", text or "").translate(_BRACKETS)


def read_aloud(documents: Iterable[Document], sources: Sources, rule_set: RuleSet) -> Iterator[Copy]:
    """Read documents of a rule base. Raises `DiagnosticsError` where what stands beside its rules has errors."""
    problems = Problems()
    rules = frozenset(rule.id for rule in rule_set.rules)
    norms = load_coverage(sources.coverage, rules, rule_set.documents, problems)
    parameters = load_parameters(sources.parameters, rule_set.documents, problems)
    raise_errors(problems.found)
    for document in documents:
        own = [norm for norm in norms if norm.document == document.id]
        yield read_document(document, rule_set, own, parameters)
