"""Find the terms of a lexicon in a text: all literal words in one pass, patterns one by one, then what takes them back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from operator import itemgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Protocol

from policy_engine.foundation.patterns import compiled, pattern
from policy_engine.foundation.records import dataclass, field
from policy_engine.model.lexicon import BARRIERS, PIECE, Barriers, Certainty, Lexicon, Term
from policy_engine.model.values import Known
from policy_engine.reading.denials import (
    Denials,
    denials,
    is_denied_by_its_neighbour,
    is_denied_in_between,
)
from policy_engine.reading.index import Index, Waking, index_of, plain_words, words_of
from policy_engine.reading.item_terms import ItemTerms
from policy_engine.reading.names import (
    is_done_to_things,
    is_for_names,
    is_name,
    is_study_of,
    merely_lists,
    without_body,
)
from policy_engine.reading.needs import NeededWords, needed
from policy_engine.reading.normal import Normal, normal
from policy_engine.reading.phrases import Phrases

if TYPE_CHECKING:
    from policy_engine.reading.quantities import Quantity

# Patterns read some pages of a text; words are found however long it is.
PATTERNS_READ: Final = 10_000
# So much of all texts is looked through word by word.
LOOKED_THROUGH: Final = 2_000
_WORDS_GROUP = "words"
_DENYING = pattern("[不未没非]|无(?!人机|线|偿|障碍)")
Target = tuple[str, str, Known]


@dataclass(frozen=True)
class Text:
    """One text being read: its normal form, its phrases and what it denies.

    `beside`: the other texts of the same matter; `names`: what that is called, where it stands in one of them;
    `is_of_notice`: the words of a notice stood behind it, so that it ends in what is bought.
    """

    name: str
    written: str
    beside: str = ""
    names: tuple[str, ...] = ()
    is_of_notice: bool = False

    @cached_property
    def normal(self) -> Normal:
        return normal(self.written)

    @cached_property
    def phrases(self) -> Phrases:
        return Phrases(self.normal.text)

    @cached_property
    def matter(self) -> str:
        """The normal text, of a name without what the body that buys is called, each character at its place."""
        plain = self.normal.text
        return without_body(plain) if is_for_names(self.name) or is_name(plain) else plain

    def part_of_matter(self, at: int) -> str:
        """Give of it the part of a sentence that a place is in."""
        return self.matter[self.phrases.sentence_start(at) : self.phrases.sentence_end(at)]

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        # Few terms read quantities.
        from policy_engine.reading.quantities import quantities  # noqa: PLC0415

        return tuple(quantities(self.normal.text))

    @cached_property
    def denials(self) -> Denials:
        return Denials(denials(self.phrases))


@dataclass(frozen=True, slots=True)
class Hit:
    """A term found at a place of a normal text; nothing takes it back.

    `certainty`, `because`, `id`: the term's, or what is to be said of the item that it found.
    """

    term: Term
    start: int
    end: int
    certainty: Certainty
    because: str
    id: str


class _Automaton(Protocol):
    def iter(self, text: str) -> Iterator[tuple[int, _Waking]]: ...


@dataclass(frozen=True)
class _Ready:
    """A term that a text may hold; its pattern is compiled only then."""

    term: Term

    @cached_property
    def unless(self) -> Barriers:
        """Put the barriers into plain form, once the term is found: most terms aren't."""
        return Barriers(**{kind: plain_words(getattr(self.term.unless, kind)) for kind in BARRIERS})

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return compiled(self.term.pattern)

    @cached_property
    def spans_no_denial(self) -> bool:
        """Say whether it is a pattern that writes no denial itself: one that it spans is of the thing."""
        return bool(self.term.pattern) and _DENYING.search(self.term.pattern) is None


# What a word of the automaton does: its length, and what it wakes.
_Waking = tuple[int, Waking]


@dataclass(frozen=True)
class Matcher:
    """The terms of a lexicon made ready; nothing is built before a text is read."""

    lexicon: Lexicon
    _same: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False)
    # How many characters were looked through word by word.
    _looked: list[int] = field(default_factory=lambda: [0], compare=False)

    # The terms that were woken so far.
    _woken: dict[str, _Ready] = field(default_factory=dict, compare=False)
    # What the patterns need that were woken so far, by their places; most of their terms are never made.
    _needs: dict[int, NeededWords] = field(default_factory=dict, compare=False)

    @cached_property
    def _index(self) -> Index:
        return index_of(self.lexicon)

    def _ready(self, term: Term) -> _Ready:
        known = self._woken.get(term.id)
        if known is None:
            # Two threads may both make it: they make the same.
            known = self._woken[term.id] = _Ready(term)
        return known

    def _needs_of(self, at: int) -> NeededWords:
        known = self._needs.get(at)
        if known is None:
            known = self._needs[at] = needed(self.lexicon, at)
        return known

    @property
    def measuring(self) -> frozenset[str]:
        """Name the terms that read quantities."""
        return self._index.measuring

    @cached_property
    def _items(self) -> ItemTerms:
        return ItemTerms(self.lexicon, self._index)

    @cached_property
    def _automaton(self) -> _Automaton:
        from ahocorasick import Automaton  # noqa: PLC0415 - a case without texts needs none

        automaton = Automaton()
        for same in self._index.words.values():
            for word, waking in words_of(same):
                automaton.add_word(word, (len(word), waking))
        automaton.make_automaton()
        found_by: _Automaton = automaton
        return found_by

    def _spotted(self, plain: str) -> Iterable[tuple[int, _Waking]]:
        """Find all words in the order of their ends, the longest first; each with the place of its last character."""
        if not self._index.words:
            return ()
        # A cached property that nobody asked for yet isn't in the instance's dictionary.
        if "_automaton" not in vars(self) and self._looked[0] + len(plain) <= LOOKED_THROUGH:
            # Making an automaton of thousands of words takes longer than looking for each of them in a few lines.
            self._looked[0] += len(plain)
            return _looked_for(plain, self._index.words)
        return self._automaton.iter(plain)

    @cached_property
    def _words_of(self) -> Mapping[Target, tuple[str, ...]]:
        found: dict[Target, dict[str, None]] = {}
        for term in self.lexicon.terms:
            words = plain_words(term.words)
            for target in targets(term):
                found.setdefault(target, {}).update(dict.fromkeys(words))
        return MappingProxyType({target: tuple(words) for target, words in found.items()})

    def hits(self, text: Text) -> Iterator[Hit]:
        """Go through what is found and not taken back."""
        plain = text.normal.text
        if plain:
            yield from (
                Hit(ready.term, start, end, ready.term.certainty, ready.term.because, ready.term.id)
                for ready, start, end in self._found(plain)
                if not self._is_taken_back(ready, start, end, text)
            )
            yield from self._items_bought(text)

    def _items_bought(self, text: Text) -> Iterator[Hit]:
        for one in self._items.found(text.phrases, text.beside, text.names, ends_in_bought=text.is_of_notice):
            ready = self._ready(one.term)
            if not any(self._is_taken_back(ready, part.start, part.end, text) for part in one.parts):
                yield Hit(one.term, one.start, one.end, one.certainty, one.because, one.id)

    def _found(self, plain: str) -> Iterator[tuple[_Ready, int, int]]:
        terms, woken = self.lexicon.terms, set(self._index.always)
        for last, (length, (found, patterns)) in self._spotted(plain):
            woken.update(patterns)
            for at in found:
                yield self._ready(terms[at]), last + 1 - length, last + 1
        # Asking a set of all that stands in a text for a word is quicker than looking through the text for each.
        read = plain[:PATTERNS_READ]
        pieces = {read[at : at + length] for length in range(1, PIECE + 1) for at in range(len(read))}

        # In the order of the lexicon: no answer may hang on the order of a set.
        for at in sorted(woken):
            if not self._needs_of(at).may_stand(pieces):
                # Compiling it takes far longer than looking for its words, and so would the search.
                continue
            ready = self._ready(terms[at])
            group = _WORDS_GROUP if _WORDS_GROUP in ready.pattern.groupindex else 0
            for match in ready.pattern.finditer(plain, 0, PATTERNS_READ):
                start, end = match.span(group)
                # A group that took no part spans (-1, -1), and an empty one nothing.
                if start < end:
                    yield ready, start, end

    def _is_taken_back(self, ready: _Ready, start: int, end: int, text: Text) -> bool:
        plain, unless = text.normal.text, ready.unless
        return (
            any(plain.endswith(word, 0, start) for word in unless.before)
            or any(_lies_within(plain, word, start, end) for word in unless.within)
            or any(word in text.matter for word in unless.anywhere)
            or (bool(unless.beside) and _stands_in(text.part_of_matter(start), unless.beside))
            or is_denied_by_its_neighbour(plain, start)
            or (ready.spans_no_denial and is_denied_in_between(plain, start, end))
            or text.denials.cover(start, end)
            or _names_a_document(plain, start, end)
            or (bool(unless.after) and self._is_only_about(ready, text.phrases.rest_of_phrase(end)))
            or (bool(text.names) and self._is_of_the_names(ready, text))
        )

    def _is_of_things(self, ready: _Ready) -> bool:
        """Tell whether a term points to nothing but what can be bought, goods and works."""
        pointed = targets(ready.term)
        return bool(pointed) and all((subject, name) in self._index.things for subject, name, _ in pointed)

    def _is_of_the_names(self, ready: _Ready, text: Text) -> bool:
        """Tell whether the purchase is called by what is done to things, and the text does no more than name those.

        Who does or decides what, a name takes back from nobody.
        """
        if not self._is_of_things(ready):
            return False
        plain, unless = text.normal.text, ready.unless
        heads = (*unless.after, *unless.anywhere)
        return any(
            any(_DENYING.search(word) is not None and word in name for word in unless.anywhere)
            or (is_done_to_things(name, heads) and merely_lists(plain))
            or is_study_of(name, plain, unless.after)
            for name in text.names
        )

    def _is_only_about(self, ready: _Ready, rest: str) -> bool:
        """Tell whether another head ends the phrase: what is bought is the last that is named in it."""
        other = _last_end(rest, ready.unless.after)
        return other > 0 and other > _last_end(rest, self._own_words(ready))

    def _own_words(self, ready: _Ready) -> tuple[str, ...]:
        """Give all words that point where a term does; as heads they bring the phrase back to it."""
        known = self._same.get(ready.term.id)
        if known is None:
            heads = frozenset(ready.unless.after)
            words = (word for target in targets(ready.term) for word in self._words_of[target])
            # A word that is itself another head can't bring the phrase back.
            known = self._same[ready.term.id] = tuple(w for w in dict.fromkeys(words) if w not in heads)
        return known


def _looked_for(plain: str, words: Mapping[str, str]) -> list[tuple[int, _Waking]]:
    by_first = {first: tuple(words_of(words.get(first, ""))) for first in set(plain)}
    found = [
        (at + len(word) - 1, -len(word), waking)
        for at, first in enumerate(plain)
        for word, waking in by_first[first]
        if plain.startswith(word, at)
    ]
    found.sort(key=itemgetter(0, 1))
    return [(last, (-length, waking)) for last, length, waking in found]


def targets(term: Term) -> tuple[Target, ...]:
    """List the subject, field and value that a term points to; none where it reads a quantity."""
    return tuple(
        (subject, name, value) for subject, values in term.points_to.items() for name, value in values.items()
    )


def _lies_within(plain: str, longer: str, start: int, end: int) -> bool:
    # Reaching over both ends, the longer word begins and ends no further out than its length allows.
    low = max(0, end - len(longer))
    return plain.find(longer, low, start + len(longer)) >= 0 and end - start <= len(longer)


def _stands_in(part: str, words: tuple[str, ...]) -> bool:
    return any(word in part for word in words)


def _last_end(rest: str, words: tuple[str, ...]) -> int:
    return max((_end_of_last(rest, word) for word in words if word in rest), default=0)


def _end_of_last(rest: str, word: str) -> int:
    """Find where a word last ends in a text; 标准化 is no 标准."""
    at = rest.rfind(word)
    while at >= 0 and rest.startswith("化", at + len(word)):
        at = rest.rfind(word, 0, at)
    return at + len(word) if at >= 0 else 0


_DOCUMENT = pattern(
    r"《[^《》\n]{1,60}?(?:法|条例|办法|规定|标准|规范|目录|通知|意见|指南|方案|细则|规程|决定|纲要|规划)(?:\([^()]{0,20}\))?》"
)


def _names_a_document(plain: str, start: int, end: int) -> bool:
    # As far back as a title may be long.
    opened = plain.rfind("《", max(0, start - 60), start)
    found = _DOCUMENT.match(plain, opened) if opened >= 0 else None
    return found is not None and found.start() < start and end < found.end()
