"""Name each document in full once on a page, and afterwards by its number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policy_engine.foundation.records import replace
from policy_engine.model.documents import Document
from policy_engine.reporting.page import Item, Section, SectionKind
from policy_engine.reporting.words import document_words, in_force_words, short_document

# Where what is said of one mention of a document ends.
_ENDS = "，；《"
# What people wrote stays as they wrote it.
_OF_PEOPLE = (SectionKind.FACTS, SectionKind.CONTRARY)


def cite_once(sections: Iterable[Section], documents: Iterable[Document]) -> Iterator[Section]:
    """Write sections with every later mention of a document cut to its number, without its dates."""
    citer = _Citer(tuple(documents))
    for section in sections:
        is_told = section.kind in _OF_PEOPLE
        yield section if is_told else replace(section, items=tuple(map(citer.item, section.items)))


class _Citer:
    def __init__(self, documents: tuple[Document, ...]) -> None:
        self.documents = {document_words(document): document for document in documents}
        self.named: set[str] = set()

    def item(self, item: Item) -> Item:
        text = item.text
        for words, document in self.documents.items():
            if words in text:
                text = self._once(text, words, document)
        details = tuple(map(self.item, item.details))
        return Item(text, details) if (text, details) != (item.text, item.details) else item

    def _once(self, text: str, words: str, document: Document) -> str:
        first = 1 if words not in self.named else 0
        self.named.add(words)
        head, tail = "", text
        if first:
            at = text.index(words) + len(words)
            head, tail = text[:at], text[at:]
        return head + "".join(_shortened(tail, words, document))


def _shortened(text: str, words: str, document: Document) -> Iterator[str]:
    """Write a text with a document's number for its name, up to the next comma, and without its dates behind that."""
    # Without a regular expression: one for each document would be compiled for a few mentions.
    before, *behind = text.split(words)
    yield before
    for part in behind:
        end = min((at for mark in _ENDS if (at := part.find(mark)) >= 0), default=len(part))
        yield short_document(document)
        yield part[:end]
        yield part[end:].removeprefix(f"，{in_force_words(document)}")
