"""Terms that name items of the catalogue: which of them an item that is bought belongs to, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import groupby
from typing import Final

from policy_engine.foundation.records import dataclass
from policy_engine.model.items import Items, class_of, full_code
from policy_engine.model.lexicon import Certainty, Lexicon, Term
from policy_engine.reading.index import Index
from policy_engine.reading.items import Bought, ItemReader
from policy_engine.reading.phrases import Phrases

_UNVERIFIED: Final = "名称未与原文核对"
_USUAL: Final = "服务"
PREFIX: Final = "item."


@dataclass(frozen=True, slots=True)
class ItemFound:
    """A term, the items by which it is found, and the stretch with the words that say they are bought."""

    term: Term
    parts: tuple[Bought, ...]
    start: int
    end: int
    certainty: Certainty
    because: str
    id: str


@dataclass(frozen=True)
class ItemTerms:
    """The terms of a lexicon that name items; the catalogue is read with the first text."""

    lexicon: Lexicon
    index: Index

    @cached_property
    def _together(self) -> tuple[Term, ...]:
        return tuple(self.lexicon.terms[at] for at in self.index.together)

    @cached_property
    def _items(self) -> Items:
        return self.lexicon.items()

    @cached_property
    def _reader(self) -> ItemReader:
        return ItemReader(self._items)

    def found(
        self, phrases: Phrases, beside: str, names: tuple[str, ...], *, ends_in_bought: bool = False
    ) -> Iterator[ItemFound]:
        """Go through the terms whose items a text says are bought.

        `beside`: what else is written of the purchase; `names`: what it is called; `ends_in_bought`: a notice said so.
        """
        if not self.index.single and not self.index.together:
            return
        bought = self._reader.bought(phrases, beside, names, ends_in_bought=ends_in_bought)
        for one in bought:
            for term in self._terms_of(one.code):
                is_sure = class_of(one.code) == _USUAL or (one.is_said and not one.is_ending)
                certainty = term.certainty if is_sure else Certainty.SUSPECTED
                yield ItemFound(
                    term,
                    (one,),
                    one.low,
                    one.high,
                    certainty,
                    self._because(one, term),
                    PREFIX + full_code(one.code),
                )
        for _, group in groupby(bought, key=lambda one: phrases.sentence_end(one.start)):
            parts = tuple(group)
            for term in self._together:
                yield from _together(term, parts)

    def _terms_of(self, code: str) -> Iterator[Term]:
        nearest = next((above for above, _ in self.index.single if code.startswith(above)), None)
        yield from (self.lexicon.terms[at] for above, at in self.index.single if above == nearest)

    def _because(self, one: Bought, term: Term) -> str:
        kind, name = class_of(one.code), self._items.names[one.code]
        subject = f"以“{one.name}”收尾的" if one.is_ending or len(one.code) == 1 else f"“{one.name}”"
        item = full_code(one.code) if name in (one.name, kind) else f"{full_code(one.code)} {name}"
        note = "" if self._items.verified else f"（{_UNVERIFIED}）"
        return f"{subject}在《{self._items.title}》里是{kind}类 {item}{note}；{term.because}"


def _together(term: Term, parts: tuple[Bought, ...]) -> Iterator[ItemFound]:
    """Find a term of several items: the first of each, where all are in one sentence."""
    firsts = [next((one for one in parts if one.code.startswith(above)), None) for above in term.items]
    found = tuple(one for one in firsts if one is not None)
    if len(found) == len(firsts):
        start, end = min(one.low for one in found), max(one.high for one in found)
        yield ItemFound(term, found, start, end, term.certainty, term.because, term.id)
