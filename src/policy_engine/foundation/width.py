"""How wide text stands on a terminal, and how to break it: Chinese takes two columns and breaks almost anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import combining, east_asian_width

from policy_engine.foundation.patterns import pattern

_NARROWEST = 20
# Marks that never begin a line, and those that never end one.
_CLOSING = set("，。、；：？！）》」』】〉〕”’…％)]},.;:!?%")
_OPENING = set("（《「『【〈〔“‘([{")
_INDENT = pattern(r"\s*(?:[①-⑳] |\(\d+\) |[-*] |\d+\. )?")
# A dash of two characters is one mark.
_PIECES = pattern(r"\s+|[!-~]+|——|.", re.DOTALL)


def display_width(text: str) -> int:
    """Count the columns a text takes."""
    return sum(map(_columns, text))


def wrap(line: str, columns: int, hanging: int | None = None) -> list[str]:
    """Break one line at `columns` (0: nowhere); what follows stands under its text, or `hanging` columns in."""
    if not columns or display_width(line) <= columns:
        return [line]
    room = max(columns, _NARROWEST)
    indent = _INDENT.match(line)
    under = display_width(indent.group()) if hanging is None and indent else hanging or 0
    under = min(under, room // 2)
    lines, current = [], ""
    for piece in _units(line, room - under):
        if current.strip() and display_width(current + piece.rstrip()) > room:
            lines.append(current.rstrip())
            current = " " * under
            piece = piece.lstrip()  # noqa: PLW2901 - a blank at a break is the break
        current += piece
    return [*lines, current.rstrip()]


def _columns(character: str) -> int:
    if combining(character):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def _units(line: str, longest: int) -> Iterator[str]:
    # A unit is what stays together: a word of Latin letters, a character with the marks that cling to it.
    unit = ""
    for piece in _PIECES.findall(line):
        if unit and not _clings(unit, piece):
            yield from _halved(unit, longest)
            unit = ""
        unit += piece
    yield from _halved(unit, longest)


def _clings(unit: str, piece: str) -> bool:
    return piece[0] in _CLOSING or unit[-1] in _OPENING or bool(combining(piece[0]))


def _halved(unit: str, longest: int) -> Iterator[str]:
    # A path or an address may be longer than the line.
    while display_width(unit) > longest:
        at = max(1, next(n for n in range(1, len(unit) + 1) if display_width(unit[:n]) > longest) - 1)
        yield unit[:at]
        unit = unit[at:]
    yield unit
