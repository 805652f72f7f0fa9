"""Compare the rule base with the texts it was made from: anchored lines and quotations.

Whitespace says nothing here: texts were broken into lines by whoever copied them. Nothing else is folded, so a
quotation must agree in every other character.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate

from policy_engine.model.rules import Rule
from policy_engine.model.texts import Anchor, DocumentText

_SHOWN = 40


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A text without its whitespace; `ends[i]`: how many characters the first i + 1 lines hold."""

    name: str
    lines: tuple[str, ...]
    text: str
    ends: tuple[int, ...]

    def line_of(self, offset: int) -> int:
        """Tell in which line, counted from 1, a character of the folded text stands."""
        return bisect_right(self.ends, offset) + 1

    def between(self, first: int, last: int) -> str:
        """Give what stands in these lines, counted from 1, both included."""
        return "".join(self.lines[first - 1 : last])


def fold(name: str, text: str) -> FoldedText:
    """Drop all whitespace, full-width spaces included, and remember where lines were."""
    lines = tuple("".join(line.split()) for line in text.splitlines())
    return FoldedText(name, lines, "".join(lines), tuple(accumulate(map(len, lines))))


def digest_of(text: str) -> str:
    """Digest folded text: enough to notice a change, too little to restore anything."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class AnchorResult:
    """An anchored passage: unchanged, moved to other lines, or no longer there."""

    anchor: Anchor
    found_at: tuple[int, int] | None

    @property
    def is_unchanged(self) -> bool:
        """Tell whether the passage stands where it stood."""
        return self.found_at == (self.anchor.first, self.anchor.last)


def compare_anchors(text: FoldedText, registered: DocumentText) -> Iterator[AnchorResult]:
    """Look for every anchored passage, first where it stood."""
    spans: dict[int, dict[str, tuple[int, int]]] = {}
    for anchor in registered.anchors:
        at = (anchor.first, anchor.last)
        if digest_of(text.between(*at)) == anchor.digest:
            yield AnchorResult(anchor, at)
            continue
        length = anchor.last - anchor.first + 1
        if length not in spans:
            spans[length] = _windows(text, length)
        yield AnchorResult(anchor, spans[length].get(anchor.digest))


def _windows(text: FoldedText, length: int) -> dict[str, tuple[int, int]]:
    # Gone through backwards, so that of equal passages the first is the one that stays.
    last = len(text.lines) - length + 2
    return {
        digest_of(text.between(at, at + length - 1)): (at, at + length - 1) for at in range(last - 1, 0, -1)
    }


@dataclass(frozen=True, slots=True)
class QuoteResult:
    """One rule's quotation: the lines it was found in, or the passage most like it; both absent where not compared."""

    rule: Rule
    text: FoldedText | None
    lines: tuple[int, int] | None
    nearest: str = ""
    nearest_line: int = 0


def compare_quotes(rules: Iterable[Rule], texts: Mapping[str, FoldedText]) -> Iterator[QuoteResult]:
    """Look for every quotation in the text of its document, or in the report that tells of it."""
    for rule in rules:
        if not rule.quote:
            continue
        document = rule.citation.document
        text = texts.get(document.id) or texts.get(document.told_by or "")
        if text is None:
            yield QuoteResult(rule, None, None)
            continue
        quote = "".join(rule.quote.split())
        at = text.text.find(quote)
        if at >= 0:
            yield QuoteResult(rule, text, (text.line_of(at), text.line_of(at + len(quote) - 1)))
        else:
            yield _nearest(rule, text, quote)


def _nearest(rule: Rule, text: FoldedText, quote: str) -> QuoteResult:
    match = SequenceMatcher(None, text.text, quote, autojunk=False).find_longest_match()
    start = max(0, match.a - match.b)
    return QuoteResult(
        rule, text, None, text.text[start : start + min(len(quote), _SHOWN)], text.line_of(start)
    )
