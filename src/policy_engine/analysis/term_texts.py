"""Texts that may show what a barrier of a term keeps out: made from the term's own words and examples."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.model.lexicon import Lexicon, Term
from policy_engine.reading import reader
from policy_engine.reading.matching import Text

# By barrier, the words that it has lost.
Lost = tuple[tuple[str, frozenset[str]], ...]


def texts_with(term: Term, barriers: Lost, lexicon: Lexicon) -> Iterator[str]:
    """Put barriers where they would take the term back: around its words, and into its examples."""
    places = list(_places(term, lexicon))
    for key, words in barriers:
        for word in sorted(words):
            if key == "within":
                yield word
            for text, start, end in (*((own, 0, len(own)) for own in term.words), *places):
                yield from _with(word, key, text, start, end)


def _with(word: str, key: str, text: str, start: int, end: int) -> Iterator[str]:
    found = text[start:end]
    match key:
        case "within":
            yield text[:start] + word + text[end:]
        case "before":
            yield from (word + found, text[:start] + word + text[start:])
        case "after":
            # A quantity that is read stands behind the head.
            yield from (found + word, text[:end] + word, text[:end] + word + text[end:])
        case "beside":
            yield from (f"{found}（{word}）", f"{text[:end]}（{word}）{text[end:]}")
        case _:
            yield from (f"{found}，{word}", f"{text}，{word}")


def _places(term: Term, lexicon: Lexicon) -> Iterator[tuple[str, int, int]]:
    for example in term.examples:
        text = Text("", example.text)
        for hit in reader(lexicon).matcher.hits(text):
            if hit.term is term:
                yield example.text, *text.normal.place(hit.start, hit.end)
