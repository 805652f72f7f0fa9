"""Which barriers of a term can take nothing back that the others leave: proved from how words are matched, or not said."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.model.lexicon import Lexicon, Term
from policy_engine.reading.denials import is_denied_by_its_neighbour
from policy_engine.reading.matching import targets
from policy_engine.reading.normal import plain_word


def is_idle(term: Term, changed: Term, key: str, lost: frozenset[str], lexicon: Lexicon) -> bool:
    """Tell whether a term reads every text alike without the lost words of one of its lists. `False`: not proved."""
    kept = [plain_word(word) for word in getattr(changed.unless, key)]
    gone = [plain_word(word) for word in lost if word in getattr(term.unless, key)]
    match key:
        case "before":
            return all(_denies(word) or any(word.endswith(other) for other in kept) for word in gone)
        case "beside" | "anywhere":
            return all(any(other in word for other in kept) for word in gone)
        case "after":
            # A head that no longer is one may itself bring the phrase back to the term.
            heads = {plain_word(word) for word in _heads(term, lexicon)}
            return all(word not in heads and any(word.endswith(other) for other in kept) for word in gone)
        case _:
            return bool(term.words) and all(_holds_nothing_else(word, term, kept) for word in gone)


def _denies(word: str) -> bool:
    # What stands before 非 decides whether it denies; the other characters always do.
    return word != "非" and is_denied_by_its_neighbour(word, len(word))


def _heads(term: Term, lexicon: Lexicon) -> Iterator[str]:
    own = {*targets(term)}
    for other in lexicon.terms:
        if own & {*targets(other)}:
            yield from other.words


def _holds_nothing_else(longer: str, term: Term, kept: list[str]) -> bool:
    """Tell whether every word inside a longer expression also lies inside another of those expressions there."""
    spans = [span for other in kept for span in _occurrences(other, longer)]
    return all(
        any(low <= start and end <= high for low, high in spans)
        for word in map(plain_word, term.words)
        for start, end in _occurrences(word, longer)
    )


def _occurrences(word: str, text: str) -> Iterator[tuple[int, int]]:
    at = text.find(word)
    while word and at >= 0:
        yield at, at + len(word)
        at = text.find(word, at + 1)
