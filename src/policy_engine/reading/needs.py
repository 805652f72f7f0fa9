"""What the pattern of a term needs to stand in a text, as it is kept: most patterns that are woken find nothing.

Of a text of all the words only those are made a set that are asked for: the first that doesn't stand settles a way.
Making all of them of the patterns that the words of one case wake took 7 ms, this takes 1.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from policy_engine.model.lexicon import Lexicon, Needs

# After each way, after each set of words, between words. No word that is kept has one.
_WAY: Final = "\x1d"
_WORDS: Final = "\x1e"
_BETWEEN: Final = "\x1f"


class NeededWords:
    """The ways in which a pattern finds something: of each of its sets of words, one has to stand in the text."""

    __slots__ = ("_ways",)

    def __init__(self, ways: Iterable[Iterable[str | frozenset[str]]]) -> None:
        self._ways = [list(way) for way in ways]

    def may_stand(self, pieces: Collection[str]) -> bool:
        """Tell whether the pattern may find something where these pieces stand, and no others."""
        for way in self._ways:
            for at, words in enumerate(way):
                if isinstance(words, str):
                    # Two threads may both make it: they make the same.
                    words = way[at] = frozenset(words.split(_BETWEEN))  # noqa: PLW2901
                if words.isdisjoint(pieces):
                    break
            else:
                return True
        return False


def needed(lexicon: Lexicon, at: int) -> NeededWords:
    """Give what the term of a place needs, as it was kept, or as the term says."""
    if lexicon.kept_needs is None:
        return NeededWords(lexicon.terms[at].needs)
    return NeededWords(way.split(_WORDS)[:-1] for way in lexicon.kept_needs(at).split(_WAY)[:-1])


def write_needs(needs: Needs) -> str | None:
    """Write needs down, small sets first; `None` where a word can't be told from what stands between words."""
    every = {word for way in needs for words in way for word in words}
    if any({_WAY, _WORDS, _BETWEEN} & {*word} or not word for word in every) or any(
        not words for way in needs for words in way
    ):
        return None
    # In an order of their own: the order of a set changes from process to process.
    ways = (
        "".join(text + _WORDS for _, text in sorted((len(w), _BETWEEN.join(sorted(w))) for w in way))
        for way in needs
    )
    return "".join(way + _WAY for way in sorted(ways))


def read_needs(text: str) -> Needs:
    """Read them back."""
    return frozenset(
        frozenset(frozenset(words.split(_BETWEEN)) for words in way.split(_WORDS)[:-1])
        for way in text.split(_WAY)[:-1]
    )
