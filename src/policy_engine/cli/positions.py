"""Places in the units of the Language Server Protocol: lines, and UTF-16 units within them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lsprotocol import types

from policy_engine.foundation.fixes import Edit
from policy_engine.foundation.spans import Span


def path_of(uri: str) -> Path:
    """Turn a file URI into a path."""
    return Path(unquote(urlsplit(uri).path))


def lines_of(text: str) -> list[str]:
    """Split a text where the protocol counts a new line."""
    return text.split("\n")


def units_of(lines: Sequence[str], line: int, column: int) -> int:
    """Count the UTF-16 units before a column of a line."""
    return len(lines[line][:column].encode("utf-16-le")) // 2 if line < len(lines) else 0


def column_of(text: str, line: int, units: int) -> int:
    """Find the column after so many UTF-16 units of a line."""
    lines = lines_of(text)
    if line >= len(lines):
        return 0
    return len(lines[line].encode("utf-16-le")[: units * 2].decode("utf-16-le", "ignore"))


def range_of(span: Span, lines: Sequence[str]) -> types.Range:
    """Give a place as a range of a text that was split into its lines."""
    return types.Range(
        types.Position(span.line, units_of(lines, span.line, span.column)),
        types.Position(span.end_line, units_of(lines, span.end_line, span.end_column)),
    )


def text_edit(edit: Edit, lines: Sequence[str]) -> types.TextEdit:
    """Give an edit as one of a text that was split into its lines."""
    return types.TextEdit(range_of(edit.span, lines), edit.text)


def holds(outer: types.Range, at: types.Range) -> bool:
    """Tell whether two ranges touch."""
    first, last = (outer.start.line, outer.start.character), (outer.end.line, outer.end.character)
    return first <= (at.end.line, at.end.character) and (at.start.line, at.start.character) <= last
