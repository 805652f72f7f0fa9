"""How to mend a problem, as edits a program can make: what to write in place of which stretch of a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from policy_engine.foundation.patterns import pattern
from policy_engine.foundation.records import dataclass
from policy_engine.foundation.spans import KeySpan, Span, span_of
from policy_engine.foundation.text import LINE_END

# A word that YAML and JSON read as this very word wherever it stands, quoted or not.
_PLAIN = pattern(r"[^\s\[\]{},:#&*!|>'\"%@`?\\-][^\s\[\]{},:#'\"\\]*")
_QUOTES = 2


@dataclass(frozen=True, slots=True)
class Edit:
    """What to write in place of a stretch of a file; an empty stretch is a place to write at."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """One way to mend a problem, said in a few words.

    `is_sure`: nothing else can have been meant, so a program may do it unasked; else a person chooses.
    """

    words: str
    edits: tuple[Edit, ...]
    is_sure: bool = False


def respelling(span: Span, written: str, meant: str, *, is_sure: bool) -> tuple[Fix, ...]:
    """Write another word in place of one, inside its quotes if it has any; none where the place doesn't hold just that word."""
    inside = _of_word(span, written)
    if inside is None or not _PLAIN.fullmatch(meant):
        return ()
    return (Fix(f"改为 {meant}", (Edit(inside, meant),), is_sure),)


def _of_word(span: Span, written: str) -> Span | None:
    if isinstance(span, KeySpan) or span.line != span.end_line or not written:
        return None
    match span.end_column - span.column - len(written):
        case 0:
            return span
        case around if around == _QUOTES:
            return span_of(span.path, span.line, span.column + 1, span.line, span.end_column - 1)
        case _:
            return None


def starts_of_lines(text: str) -> list[int]:
    """Give the offset at which each line begins, counted as spans count lines."""
    return [0, *(end.end() for end in LINE_END.finditer(text))]


def with_edits(text: str, edits: Iterable[Edit]) -> str:
    """Make edits of one text. Raises `ValueError` where two overlap or one lies outside."""
    starts = starts_of_lines(text)
    cuts = sorted(
        (
            _offset(starts, e.span.line, e.span.column),
            _offset(starts, e.span.end_line, e.span.end_column),
            e.text,
        )
        for e in edits
    )
    if any(end > start for (_, end, _), (start, _, _) in pairwise(cuts)) or (
        cuts and cuts[-1][1] > len(text)
    ):
        raise ValueError("edits overlap or lie outside")
    parts: list[str] = []
    done = 0
    for start, end, new in cuts:
        parts += [text[done:start], new]
        done = end
    return "".join((*parts, text[done:]))


def _offset(starts: Sequence[int], line: int, column: int) -> int:
    if line >= len(starts):
        raise ValueError("an edit lies outside")
    return starts[line] + column


def by_file(fixes: Iterable[Fix]) -> Mapping[str, tuple[Edit, ...]]:
    """Choose the fixes that can be made together, the first come first, and give their edits file by file.

    A fix is made whole or not at all: one that touches what another changes waits.
    """
    chosen: dict[str, list[Edit]] = {}
    for fix in dict.fromkeys(fixes):
        # Several problems may ask for the very same edit.
        new = [edit for edit in fix.edits if edit not in chosen.get(edit.span.path, ())]
        if all(_is_apart(edit, other) for edit in new for other in chosen.get(edit.span.path, ())):
            for edit in new:
                chosen.setdefault(edit.span.path, []).append(edit)
    return {path: tuple(edits) for path, edits in chosen.items()}


def _is_apart(one: Edit, other: Edit) -> bool:
    return _end(one) < _start(other) or _end(other) < _start(one)


def _start(edit: Edit) -> tuple[int, int]:
    return edit.span.line, edit.span.column


def _end(edit: Edit) -> tuple[int, int]:
    return edit.span.end_line, edit.span.end_column
