"""Parse a file of rules rule by rule: those that nobody edits are not parsed again, nor is what was made of them made again.

What comes out is what `parse` gives of the whole text, but for the lines of rules: a rule keeps the lines that it had when
it was first read, whatever is written above it since, and `settled` tells where they are now. Where that isn't certain,
because the text is written otherwise than rule files are or anything is wrong with it, the whole is parsed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import count

from policy_engine.foundation.diagnostics import Diagnostic
from policy_engine.foundation.memory import Memory
from policy_engine.foundation.records import dataclass
from policy_engine.foundation.spans import Span, span_of
from policy_engine.loading.syntax import HIDDEN
from policy_engine.loading.tree import Mapping, Node, Parsed, Sequence, moved, parse, parse_flawless

_LONGEST = 400_000
# More lines than such a text can have. Of a line in a rule what is above that is the number of the rule as it was read.
_ABOVE = 1 << 20
_RULES = "rules:\n"
# The last key of the file, and below it nothing that begins a line but rules, comments and what belongs to rules.
_OPENING = re.compile(r"^rules:[ ]*(?:#[^\n]*)?\n", re.MULTILINE)
_OTHER = re.compile(r"^[^ #\n]", re.MULTILINE)
_ITEM = re.compile(r"^  -[ \n]", re.MULTILINE)
# Stands for the rule that follows, for a rule ends where the next begins.
_NEXT = "  - 0\n"


@dataclass(frozen=True, slots=True)
class _Piece:
    """The lines of one rule. `line`: the first of them, from 0; `is_last`: the text ends with it.

    `before`: how many rules above it read the same, to the letter.
    """

    text: str
    line: int
    is_last: bool
    before: int


@dataclass(frozen=True, slots=True)
class _Item:
    """A parsed rule. `rules`, `file`: where the list of rules and the file would lie, were it the only one.

    `number`: no other that was read of the file has it. `line`: the first of the rule when it was read.
    """

    node: Node
    rules: Span
    file: Span
    number: int
    line: int


def parse_by_pieces(text: str, path: str, memory: Memory) -> Parsed:
    """Parse a file of rules into a tree. Never raises for bad input. `memory`: the pieces that were parsed before."""
    cut = _cut(text)
    if cut is None:
        return parse(text, path)
    head, pieces = cut
    root = memory.made(f"head of {path}", (head,), lambda: parse_flawless(head, path))
    if not isinstance(root, Mapping) or root.pairs[-1][0].text != "rules":
        return parse(text, path)

    numbers = memory.made(f"numbers in {path}", (), lambda: count(1))

    def parsed(piece: _Piece) -> _Item | None:
        found = parse_flawless(_RULES + piece.text + ("" if piece.is_last else _NEXT), path)
        rules = found.get("rules") if isinstance(found, Mapping) else None
        if (
            found is None
            or not isinstance(rules, Sequence)
            or len(rules.items) != (1 if piece.is_last else 2)
        ):
            return None
        number = next(numbers)
        # The line before it was that of `rules`.
        node = moved(rules.items[0], number * _ABOVE + piece.line - 1)
        return _Item(node, rules.span, found.span, number, piece.line)

    found = memory.made_of_each(
        f"pieces of {path}", (), pieces, parsed, lambda piece: (piece.text, piece.is_last, piece.before)
    )
    items = [item for item in found if item is not None]
    if len(items) < len(found):
        return parse(text, path)
    down = {item.number: piece.line - item.line for item, piece in zip(items, pieces, strict=True)}
    memory.made(_moves(path), (text,), lambda: down)
    first, last = items[0].rules, items[-1]
    start, end = pieces[0].line - 1, pieces[-1].line - 1
    within = span_of(path, first.line + start, first.column, last.rules.end_line + end, last.rules.end_column)
    rules = Sequence(tuple([item.node for item in items]), within)
    whole = span_of(path, root.span.line, root.span.column, last.file.end_line + end, last.file.end_column)
    return Parsed((Mapping((*root.pairs[:-1], (root.pairs[-1][0], rules)), whole),), ())


def _moves(path: str) -> str:
    return f"moves in {path}"


def settled(span: Span, memory: Memory | None) -> Span:
    """Tell where a place is in the text as it was last parsed; that of a rule that is gone, where it last was."""
    number, line = divmod(span.line, _ABOVE)
    if memory is None or not number:
        return span
    moves: dict[int, int] = memory.last(_moves(span.path), {})
    down = moves.get(number, 0)
    return replace(span, line=line + down, end_line=span.end_line % _ABOVE + down)


def settled_problem(found: Diagnostic, memory: Memory | None) -> Diagnostic:
    """Give a problem with all its places as they are now."""
    if memory is None or not memory.keeps_parts or found.span is None:
        return found
    related = tuple(replace(one, span=settled(one.span, memory)) for one in found.related)
    fixes = tuple(
        replace(fix, edits=tuple(replace(edit, span=settled(edit.span, memory)) for edit in fix.edits))
        for fix in found.fixes
    )
    return replace(found, span=settled(found.span, memory), related=related, fixes=fixes)


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
    seen = Counter[str]()
    for start, end in zip(starts, (*starts[1:], len(text)), strict=True):
        written = text[start:end]
        yield _Piece(written, line, end == len(text), seen[written])
        seen[written] += 1
        line += text.count("\n", start, end)
