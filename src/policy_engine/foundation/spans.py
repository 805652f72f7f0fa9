"""Places in source files. Offsets count from 0 here; lines and columns count from 1 in `Span.place`."""

from __future__ import annotations

from policy_engine.foundation.records import dataclass
from policy_engine.foundation.text import shown_path


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of one file: `path`, zero-based start and end `(line, column)`, the end exclusive."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def place(self) -> str:
        """Write the start as `path:line:column`, counted from 1."""
        return f"{shown_path(self.path)}:{self.line + 1}:{self.column + 1}"

    @property
    def words(self) -> str:
        """Say the line in words, counted from 1."""
        return f"第 {self.line + 1} 行"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySpan(Span):
    """A place in data that has no text: the keys that lead to it. Its line counts the values before it, for order."""

    keys: str

    @property
    def place(self) -> str:
        """Write the keys, as in `采购事项.合同期限_月`."""
        return shown_path(self.keys)

    @property
    def words(self) -> str:
        """Say the same."""
        return self.place


# The slots themselves: a frozen class goes about setting them by their names.
_NEW = object.__new__
_PATH, _LINE, _COLUMN, _END_LINE, _END_COLUMN = (
    vars(Span)[name].__set__ for name in ("path", "line", "column", "end_line", "end_column")
)


def file_span(path: str) -> Span:
    """Point at the beginning of a file, for problems of the whole file."""
    return Span(path=path, line=0, column=0, end_line=0, end_column=0)


# Where the values of keys are written, by key.
Places = tuple[tuple[str, Span], ...]


def place_of(key: str, places: Places, whole: Span) -> Span:
    """Find where the value of a key is written, else the whole of what could have it."""
    return next((span for name, span in places if name == key), whole)


def span_of(path: str, line: int, column: int, end_line: int, end_column: int) -> Span:
    """Make a span in less than half the time: there is one for every word of every file."""
    span = _NEW(Span)
    _PATH(span, path)
    _LINE(span, line)
    _COLUMN(span, column)
    _END_LINE(span, end_line)
    _END_COLUMN(span, end_column)
    return span
