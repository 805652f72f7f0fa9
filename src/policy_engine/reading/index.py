"""Where the words of a lexicon lead: what is looked for in a text, and which terms it wakes.

Made once of all terms, and kept with a rule base: whoever reads a text makes then only the terms that it wakes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from policy_engine.foundation.records import dataclass
from policy_engine.model.lexicon import Lexicon, Term
from policy_engine.reading.normal import plain_word

# No text in plain form has these, so a word that has one is never found.
_BETWEEN_WORDS: Final = "\x1e"
_WITHIN: Final = "\x1f"
_NUMBERS: Final = ","
# The terms that a word finds, and the patterns that may find something with it, by their places in the lexicon.
Waking = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Index:
    """What a lexicon looks for. Terms are told by their places in it.

    `words`: by their first character, as one text, which is taken apart when a text has that character. `always`: the
    patterns that have no word that they can't do without. `measuring`: the names of the terms that read quantities.
    `single`: the terms of one item with its code, the longest first; `together`: those of several. `things`: the
    fields to which items point, each with its subject.
    """

    words: Mapping[str, str]
    always: tuple[int, ...]
    measuring: frozenset[str]
    single: tuple[tuple[str, int], ...]
    together: tuple[int, ...]
    things: frozenset[tuple[str, str]]


def index_of(lexicon: Lexicon) -> Index:
    """Take the index of a lexicon as it was kept, or make it."""
    if lexicon.kept_index is not None:
        return Index(*lexicon.kept_index())
    terms = lexicon.terms
    single = ((term.items[0], at) for at, term in enumerate(terms) if len(term.items) == 1)
    return Index(
        words=MappingProxyType(_by_first_character(terms)),
        always=tuple(at for at, term in enumerate(terms) if term.pattern and not term.anchors),
        measuring=frozenset(term.id for term in terms if term.reads is not None),
        # The longest code first: the nearest class above an item speaks for it, not the widest.
        single=tuple(sorted(single, key=lambda pair: -len(pair[0]))),
        together=tuple(at for at, term in enumerate(terms) if len(term.items) > 1),
        things=frozenset(
            (subject, name)
            for term in terms
            if term.items
            for subject in term.points_to
            for name in term.points_to[subject]
        ),
    )


def plain_words(words: Sequence[str]) -> tuple[str, ...]:
    """Put words into plain form, each once."""
    return tuple(plain for plain in dict.fromkeys(map(plain_word, words)) if plain)


def words_of(text: str) -> Iterator[tuple[str, Waking]]:
    """Take the words of one first character apart."""
    for line in text.split(_BETWEEN_WORDS) if text else ():
        word, terms, patterns = line.split(_WITHIN)
        yield word, (_read(terms), _read(patterns))


def _by_first_character(terms: Sequence[Term]) -> dict[str, str]:
    finds: dict[str, tuple[list[int], list[int]]] = {}
    for at, term in enumerate(terms):
        for word in plain_words(term.words):
            finds.setdefault(word, ([], []))[0].append(at)
        # In an order of their own: that of a set changes from process to process.
        for word in sorted(term.anchors):
            finds.setdefault(word, ([], []))[1].append(at)
    lines: dict[str, list[str]] = {}
    for word, waking in finds.items():
        if word and not {_BETWEEN_WORDS, _WITHIN} & {*word}:
            lines.setdefault(word[0], []).append(_WITHIN.join((word, *map(_written, waking))))
    return {first: _BETWEEN_WORDS.join(same) for first, same in lines.items()}


def _written(places: Sequence[int]) -> str:
    return _NUMBERS.join(map(str, places))


def _read(places: str) -> tuple[int, ...]:
    return tuple(map(int, places.split(_NUMBERS))) if places else ()
