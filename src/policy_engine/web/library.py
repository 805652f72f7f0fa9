"""The rule library on a day and in a place: what is in force, what came before and after, where words stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Final

from policy_engine.loading.coverage import NormAnswer
from policy_engine.model.area_codes import NATION, lies_in
from policy_engine.model.documents import Document
from policy_engine.model.rules import Rule, RuleSet
from policy_engine.reporting.aloud.copy import Block, Copy, Grid, Para
from policy_engine.reporting.words import begins_of, document_words, in_force_words, short_document
from policy_engine.usecases.coverage import cover
from policy_engine.usecases.documents import read_aloud
from policy_engine.usecases.sources import Sources

_MOST_FOUND: Final = 60
_AROUND: Final = 24


class Standing(Enum):
    """How a document stands on a day and in a place; the value is what people read."""

    IN_FORCE = "有效"
    NOT_YET = "还没有施行"
    ENDED = "已经失效"
    ELSEWHERE = "不在这里适用"
    UNKNOWN = "日期不明"


@dataclass(frozen=True, slots=True)
class Shown:
    """A document in a list. `norms`: how many of its statements were looked at; `encoded`: how many are rules."""

    document: Document
    words: str
    place: str
    dates: str
    standing: Standing
    rules: int
    examples: int
    norms: int
    encoded: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """The documents of one force."""

    force: str
    documents: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """One day in the course of a document. `document`: another one that it leads to; `is_here`: the day that is looked at."""

    day: int
    words: str
    document: str = ""
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """Where words stand: before them, they themselves, after them; in which rule of which document."""

    document: str
    rule: str
    title: str
    before: str
    words: str
    after: str


@dataclass(frozen=True)
class Library:
    """The documents of a rule base, with what was made of them. Reading them all takes a second or two, once."""

    rule_set: RuleSet
    sources: Sources
    copies: dict[str, Copy] = field(default_factory=dict)

    @cached_property
    def norms(self) -> Mapping[str, tuple[NormAnswer, ...]]:
        """Give the statements of each document, as far as they were listed."""
        found: dict[str, list[NormAnswer]] = {}
        for one in cover(self.sources, self.rule_set).answers:
            found.setdefault(one.document, []).append(one)
        return {name: tuple(answers) for name, answers in found.items()}

    @cached_property
    def rules(self) -> Mapping[str, tuple[Rule, ...]]:
        """Give the rules of each document."""
        found: dict[str, list[Rule]] = {}
        for rule in self.rule_set.rules:
            found.setdefault(rule.citation.document.id, []).append(rule)
        return {name: tuple(rules) for name, rules in found.items()}

    def shelves(self, day: int, area: str, *, everything: bool) -> tuple[Shelf, ...]:
        """List the documents by force, the strongest first; not `everything`: only what is in force there on that day."""
        forces = self.rule_set.authority.forces
        by_force: dict[str, list[Shown]] = {name: [] for name in forces}
        for document in self.rule_set.documents.values():
            shown = self.shown(document, day, area or ("" if everything else NATION))
            if everything or shown.standing in (Standing.IN_FORCE, Standing.UNKNOWN):
                by_force[document.force].append(shown)
        return tuple(
            Shelf(forces[name].name, tuple(sorted(found, key=_most_rules)))
            for name, found in by_force.items()
            if found
        )

    def shown(self, document: Document, day: int, area: str) -> Shown:
        """Lay out one document in a list. `area`: "" for its own."""
        rules = self.rules.get(document.id, ())
        norms = self.norms.get(document.id, ())
        return Shown(
            document=document,
            words=document_words(document),
            place=self.rule_set.areas.name(document.area),
            dates=in_force_words(document),
            standing=standing_of(document, day, area or document.area),
            rules=len(rules),
            examples=sum(len(rule.examples) for rule in rules),
            norms=len(norms),
            encoded=sum(one.answer == "encoded" for one in norms),
        )

    def copy(self, document: Document) -> Copy:
        """Read one document. Raises `DiagnosticsError`."""
        if document.id not in self.copies:
            (self.copies[document.id],) = read_aloud([document], self.sources, self.rule_set)
        return self.copies[document.id]

    def found(self, words: str, day: int, area: str, *, everything: bool) -> tuple[tuple[Hit, ...], bool]:
        """Look for words in titles, articles, texts and the documents' names; whether there were more than are listed."""
        hits: list[Hit] = []
        for shelf in self.shelves(day, area, everything=everything):
            for shown in shelf.documents:
                for hit in self._within(shown, words):
                    if len(hits) >= _MOST_FOUND:
                        return tuple(hits), True
                    hits.append(hit)
        return tuple(hits), False

    def _within(self, shown: Shown, words: str) -> Iterator[Hit]:
        document = shown.document
        if words in shown.words:
            yield _hit(document.id, "", "", shown.words, words)
        if not shown.rules:
            return
        for clause in self.copy(document).clauses:
            texts = (clause.title, clause.place, *_texts(clause.blocks))
            where = next((text for text in texts if words in text), None)
            if where is not None:
                title = f"{short_document(document)}{clause.place} {clause.title}"
                yield _hit(document.id, clause.rule, title, where, words)

    def course(self, document: Document, day: int) -> tuple[Stop, ...]:
        """Tell the days of a document in their order, the day that is looked at among them."""
        stops = [*self._stops(document), Stop(day, "正在看的这一天", is_here=True)]
        return tuple(sorted(stops, key=lambda stop: (stop.day, stop.is_here)))

    def _stops(self, document: Document) -> Iterator[Stop]:
        documents = self.rule_set.documents
        for name in document.repeals:
            other = documents.get(name)
            begins = begins_of(other) if other is not None else None
            if other is not None and begins is not None:
                yield Stop(begins.day, f"{document_words(other)}，后来由本件废止", other.id)
        first, begins = document.first_effective, begins_of(document)
        if document.issued is not None and (begins is None or document.issued.day != begins.day):
            yield Stop(document.issued.day, "制定" if first is None else "修正")
        if first is not None:
            yield Stop(first.day, "起施行")
        if begins is not None and (first is None or begins.day != first.day):
            yield Stop(begins.day, "这一文本起施行" if first is not None else document.begins)
        if document.told_until is not None:
            yield Stop(document.told_until.day, "做法转述到这一天")
        if document.ended is not None:
            yield Stop(document.ended.day, "最后一天有效")
        later = documents.get(document.governed_by_later or "")
        repealing = [one for one in documents.values() if document.id in one.repeals]
        for other in dict.fromkeys([*([later] if later is not None else []), *repealing]):
            begins = begins_of(other)
            if begins is not None:
                yield Stop(begins.day, f"由{document_words(other)}承接", other.id)

    def examples(self, document: Document) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """Give the examples of each rule of a document: what each is about, and what comes of it."""
        return {
            rule.id: tuple((one.name, one.verdict) for one in rule.examples)
            for rule in self.rules.get(document.id, ())
        }


def standing_of(document: Document, day: int, area: str) -> Standing:
    """Say how a document stands on a day and in a place."""
    if document.area != NATION and not lies_in(area, document.area):
        return Standing.ELSEWHERE
    begins = begins_of(document)
    if document.ended is not None and day > document.ended.day:
        return Standing.ENDED
    if begins is None:
        return Standing.UNKNOWN
    if day >= begins.day:
        return Standing.IN_FORCE
    return Standing.NOT_YET if day < begins.first_possible else Standing.UNKNOWN


def _most_rules(shown: Shown) -> tuple[bool, str]:
    return shown.rules == 0, short_document(shown.document)


def _texts(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Grid):
            for row in block.rows:
                yield from row
        else:
            yield from _lines(block)


def _lines(para: Para) -> Iterator[str]:
    yield para.text
    for one in para.listed:
        yield from _lines(one)


def _hit(document: str, rule: str, title: str, text: str, words: str) -> Hit:
    at = text.index(words)
    end = at + len(words)
    before = ("……" if at > _AROUND else "") + text[max(0, at - _AROUND) : at]
    after = text[end : end + _AROUND] + ("……" if len(text) > end + _AROUND else "")
    return Hit(document, rule, title, before, words, after)
