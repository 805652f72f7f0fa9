"""The text that was screened, with the words that were found standing out: line by line, long ones cut around them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import islice

from policy_engine.foundation.text import UNSEEN, cut_middle, head_of, tail_of
from policy_engine.model.lexicon import Certainty, Indication
from policy_engine.model.screening import Screening
from policy_engine.reporting.page import Item

_MOST_LINES, _LONGEST, _AROUND = 40, 240, 24
# Of a proposal, how many different words are quoted.
MOST_WORDS = 5
# Stretches of one text that overlap were joined, or are few.
_NEAR = 8
_ORDER = tuple(Certainty)
_LONGEST_NAME = 40
_UNSEEN = re.compile(f"[{UNSEEN}]")
Span = tuple[int, int]


def short_name(text: str) -> str:
    """Call a text by what it says, in one line."""
    return cut_middle(" ".join(text.split()), _LONGEST_NAME)


def quoted_lines(found: Screening) -> Iterator[Item]:
    """Write the lines in which each proposal's first words stand; where nothing was found, the first of each text."""
    several = len(found.texts) > 1
    for name, text in found.texts.items():
        spans = _joined(
            (one.start, one.end) for p in found.proposals for one in p.indications if one.text == name
        )
        lines = list(_lines(text))
        marked = [line for line in lines if _meets_one(line, spans)]
        foremost = sorted((one.start, one.end) for one in _foremost(found) if one.text == name)
        shown = [line for line in marked if _meets_one(line, foremost)] or lines[:1]
        prefix = name if several else ""
        for number, start, end in shown[:_MOST_LINES]:
            where = f"第 {number} 行：" if len(lines) > 1 else "：" if several else ""
            pieces = tuple(_pieces(text, (start, end), spans))
            yield Item("", (), (((f"{prefix}{where}"), False), *pieces))
        if marked and (more := len(marked) - len(shown[:_MOST_LINES])):
            yield Item(f"另有 {more} 行也有提示")


def _lines(text: str) -> Iterator[tuple[int, int, int]]:
    at = 0
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        shown = line.rstrip()
        if shown:
            yield number, at, at + len(shown)
        at += len(line)


def _meets_one(line: tuple[int, int, int], spans: list[Span]) -> bool:
    """Tell whether a line has part of one of the stretches, which stand in order."""
    at = bisect_left(spans, (line[2], -1))
    return any(span[1] > line[1] for span in reversed(spans[max(0, at - _NEAR) : at]))


def by_certainty(indications: Iterable[Indication]) -> list[Indication]:
    """Put the surest words first; of equals, those that stand first."""
    return sorted(indications, key=lambda one: _ORDER.index(one.certainty))


def _foremost(found: Screening) -> Iterator[Indication]:
    """Pick the words behind each proposal that are worth a look: the surest, each only once."""
    for proposal in found.proposals:
        by_words: dict[tuple[str, object], Indication] = {}
        for one in by_certainty(proposal.indications):
            by_words.setdefault((one.words, one.value), one)
        yield from islice(by_words.values(), MOST_WORDS)


def _joined(spans: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _pieces(text: str, line: Span, spans: list[Span]) -> Iterator[tuple[str, bool]]:
    start, end = line
    own = [(max(a, start), min(b, end)) for a, b in spans if a < end and start < b]
    at, room = start, _LONGEST
    for low, high in own:
        between = text[at:low]
        yield _cut(between, is_first=at == start), False
        yield text[low:high], True
        at, room = high, room - (high - low) - min(len(between), 2 * _AROUND)
        if room <= 0:
            break
    rest = text[at:end]
    if not own:
        yield cut_middle(rest, _LONGEST), False
    else:
        yield (rest if len(rest) <= _AROUND * 2 else f"{head_of(rest, _AROUND)}……"), False


def _cut(between: str, *, is_first: bool) -> str:
    if len(between) <= 2 * _AROUND:
        return between
    tail = tail_of(between, _AROUND)
    return f"……{tail}" if is_first else f"{head_of(between, _AROUND)}……{tail}"


def unseen_remark(text: str) -> str:
    """Say which characters of a text nobody sees; empty where there are none."""
    found = dict.fromkeys(_UNSEEN.findall(text.replace("\r\n", "\n")))
    if not found:
        return ""
    numbers = "、".join(f"U+{ord(c):04X}" for c in list(found)[:5])
    return f"文字里有看不见的字符（{numbers}{' 等' if len(found) > 5 else ''}），读的时候略过，显示成编号"
