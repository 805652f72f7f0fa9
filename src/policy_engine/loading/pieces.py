"""Parse a file of rules rule by rule: those that nobody edits are not parsed again, only moved where lines came before them.

What comes out is what `parse` gives of the whole text. Where that isn't certain, because the text is written otherwise
than rule files are or anything is wrong with it, the whole is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policy_engine.foundation.memory import Memory
from policy_engine.foundation.records import dataclass
from policy_engine.foundation.spans import Span, span_of
from policy_engine.loading.syntax import HIDDEN
from policy_engine.loading.tree import Mapping, Node, Parsed, Sequence, moved, parse, parse_flawless

_LONGEST = 400_000
_RULES = "rules:\n"
# The last key of the file, and below it nothing that begins a line but rules, comments and what belongs to rules.
_OPENING = re.compile(r"^rules:[ ]*(?:#[^\n]*)?\n", re.MULTILINE)
_OTHER = re.compile(r"^[^ #\n]", re.MULTILINE)
_ITEM = re.compile(r"^  -[ \n]", re.MULTILINE)
# Stands for the rule that follows, for a rule ends where the next begins.
_NEXT = "  - 0\n"


@dataclass(frozen=True, slots=True)
class _Piece:
    """The lines of one rule. `line`: the first of them, from 0; `is_last`: the text ends with it."""

    text: str
    line: int
    is_last: bool


@dataclass(frozen=True, slots=True)
class _Item:
    """A parsed rule. `rules`, `file`: where the list of rules and the file would lie, were it the only one."""

    node: Node
    rules: Span
    file: Span


def parse_by_pieces(text: str, path: str, memory: Memory) -> Parsed:
    """Parse a file of rules into a tree. Never raises for bad input. `memory`: the pieces that were parsed before."""
    cut = _cut(text)
    if cut is None:
        return parse(text, path)
    head, pieces = cut
    root = memory.made(f"head of {path}", (head,), lambda: parse_flawless(head, path))
    if not isinstance(root, Mapping) or root.pairs[-1][0].text != "rules":
        return parse(text, path)

    def parsed(piece: _Piece) -> _Item | None:
        found = parse_flawless(_RULES + piece.text + ("" if piece.is_last else _NEXT), path)
        rules = found.get("rules") if isinstance(found, Mapping) else None
        if (
            found is None
            or not isinstance(rules, Sequence)
            or len(rules.items) != (1 if piece.is_last else 2)
        ):
            return None
        return _Item(rules.items[0], rules.span, found.span)

    found = memory.made_of_each(
        f"pieces of {path}", (), pieces, parsed, lambda piece: (piece.text, piece.is_last)
    )
    items = [item for item in found if item is not None]
    if len(items) < len(found):
        return parse(text, path)
    placed = memory.made_of_each(
        f"places in {path}",
        (),
        list(zip(items, pieces, strict=True)),
        # The line before each was that of `rules`.
        lambda pair: moved(pair[0].node, pair[1].line - 1),
        lambda pair: (id(pair[0]), pair[1].line),
    )
    first, last = items[0].rules, items[-1]
    start, end = pieces[0].line - 1, pieces[-1].line - 1
    within = span_of(path, first.line + start, first.column, last.rules.end_line + end, last.rules.end_column)
    rules = Sequence(placed, within)
    whole = span_of(path, root.span.line, root.span.column, last.file.end_line + end, last.file.end_column)
    return Parsed((Mapping((*root.pairs[:-1], (root.pairs[-1][0], rules)), whole),), ())


def _cut(text: str) -> tuple[str, tuple[_Piece, ...]] | None:
    """Cut a text into what comes before the rules, and each rule. None where it isn't written as rule files are."""
    opening = _OPENING.search(text)
    # The parser must count lines as they are counted here.
    if len(text) > _LONGEST or opening is None or "\r" in text or HIDDEN.search(text):
        return None
    if _OTHER.search(text, opening.end()):
        return None
    starts = [found.start() for found in _ITEM.finditer(text, opening.end())]
    if not starts:
        return None
    return text[: opening.end()], tuple(_pieces(text, (opening.end(), *starts[1:])))


def _pieces(text: str, starts: tuple[int, ...]) -> Iterator[_Piece]:
    line = text.count("\n", 0, starts[0])
    for start, end in zip(starts, (*starts[1:], len(text)), strict=True):
        yield _Piece(text[start:end], line, end == len(text))
        line += text.count("\n", start, end)
