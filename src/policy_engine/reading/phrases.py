"""Where a phrase, a clause and a sentence of a normal text end, and what joins two things in one phrase."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property

from policy_engine.foundation.patterns import pattern
from policy_engine.foundation.records import dataclass

# A comma or colon between digits is part of a number or an hour.
_SENTENCE = r"(?<![0-9]),|,(?![0-9])|[。;!?\n]"
_CLAUSE = rf"{_SENTENCE}|(?<![0-9]):|:(?![0-9])|[()\[\]{{}}【】〔〕《》〈〉「」『』“”\"|—…]|\.{{3}}"
# Words that put two things beside each other; not where the character is part of another word.
_JOINER = (
    "以及|(?<![普涉提])及(?![时格早])|(?<![总饱缓温中共])和(?![谐平解田睦])|(?<![参给赋])与(?![会否])"
    "|(?<![合兼归吞])并(?![行网列购轨])|或者?(?!许)|(?<![不包内富])含(?![量税有义])"
)
_ENDS_SENTENCE, _ENDS_CLAUSE = pattern(_SENTENCE), pattern(_CLAUSE)
_PARTS_ITEMS = pattern(f"[、/+]|{_JOINER}")
_ENDS_PHRASE = pattern(f"{_CLAUSE}|[、/+]|{_JOINER}")
_ASIDE = pattern(r"\([^()\n]{0,30}\)")
_ASIDES = 5


@dataclass(frozen=True)
class Phrases:
    """The ends of a normal text's phrases, clauses and sentences, found when they are first asked for."""

    text: str

    @cached_property
    def _phrase_ends(self) -> list[int]:
        return [found.start() for found in _ENDS_PHRASE.finditer(self.text)]

    @cached_property
    def _clauses(self) -> tuple[list[int], list[int]]:
        return _marks(_ENDS_CLAUSE, self.text)

    @cached_property
    def _sentences(self) -> tuple[list[int], list[int]]:
        return _marks(_ENDS_SENTENCE, self.text)

    @cached_property
    def parters(self) -> list[tuple[int, int]]:
        """Places of the marks and words that part the items of a list."""
        return [found.span() for found in _PARTS_ITEMS.finditer(self.text)]

    def rest_of_phrase(self, at: int) -> str:
        """Give what follows in the same phrase, asides in brackets passed over."""
        rest = ""
        # Bounded: a text of nothing but brackets is not read to its end from each of them.
        for _ in range(_ASIDES):
            end = self.phrase_end(at)
            rest += self.text[at:end]
            aside = _ASIDE.match(self.text, end)
            if aside is None:
                break
            at = aside.end()
        return rest

    def phrase_end(self, at: int) -> int:
        """Find where the phrase ends that goes on at a place."""
        return self._next(self._phrase_ends, at)

    def clause_end(self, at: int) -> int:
        """Find where the clause ends that goes on at a place."""
        return self._next(self._clauses[0], at)

    def clause_start(self, at: int) -> int:
        """Find where the clause begins that a place is in."""
        ends = self._clauses[1]
        index = bisect_left(ends, at + 1)
        return ends[index - 1] if index else 0

    def sentence_end(self, at: int) -> int:
        """Find where the part of a sentence ends that goes on at a place: brackets and colons end none."""
        return self._next(self._sentences[0], at)

    def sentence_start(self, at: int) -> int:
        """Find where the part of a sentence begins that a place is in."""
        ends = self._sentences[1]
        index = bisect_left(ends, at + 1)
        return ends[index - 1] if index else 0

    def sentence_part(self, at: int) -> str:
        """Give the part of a sentence that a place is in."""
        return self.text[self.sentence_start(at) : self.sentence_end(at)]

    def _next(self, ends: list[int], at: int) -> int:
        index = bisect_left(ends, at)
        return ends[index] if index < len(ends) else len(self.text)


def _marks(mark: re.Pattern[str], text: str) -> tuple[list[int], list[int]]:
    found = [match.span() for match in mark.finditer(text)]
    return [start for start, _ in found], [end for _, end in found]
