"""Tables as office programs save them: comma, semicolon or tab between cells; read strictly, nothing dropped."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from policy_engine.foundation.spans import Span
from policy_engine.loading.problems import Problems

# A head stands near the top; a mark left open there may swallow the rest.
_HEAD_ROOM = 20_000
SEPARATORS = ("\t", ",", ";", "，", "；")
_BETWEEN_CHINESE = re.compile(r"(?<=[^\x00-\xff])\s+|\s+(?=[^\x00-\xff])")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells as written, without what surrounds them, and where it begins and ends."""

    cells: tuple[str, ...]
    span: Span

    @property
    def number(self) -> int:
        """Give the line it begins on, counted from 1."""
        return self.span.line + 1

    def cell(self, at: int | None) -> str:
        """Give a cell, "" where the row has no such column."""
        return self.cells[at] if at is not None and at < len(self.cells) else ""


def plain(text: str) -> str:
    """Write a name without the line breaks and blanks that a narrow cell put into it."""
    return " ".join(_BETWEEN_CHINESE.sub("", text.strip()).split())


def head_word(text: str) -> str:
    """Write the head of a column without blanks, and full-width letters as plain ones."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def read_rows(text: str, path: str, separator: str, problems: Problems) -> list[Row]:
    """Split a table into rows. An open quotation mark, or text behind a closed one, is an error at its line."""
    return list(_Reader(text, path, separator, problems).rows())


def first_rows(text: str, path: str, separator: str, count: int) -> list[Row]:
    """Split off the first rows only, to see what they are; what is wrong with them is not told."""
    return list(islice(_Reader(text[:_HEAD_ROOM], path, separator, Problems()).rows(), count))


@dataclass(slots=True)
class _Reader:
    text: str
    path: str
    separator: str
    problems: Problems
    at: int = 0
    line: int = 0
    line_start: int = 0

    def rows(self) -> Iterator[Row]:
        while self.at < len(self.text):
            line, cells = self.line, []
            while True:
                cells.append(self._cell().strip())
                if self.text[self.at : self.at + 1] != self.separator:
                    break
                self.at += 1
            span = Span(path=self.path, line=line, column=0, end_line=self.line, end_column=self.column)
            self._break()
            yield Row(tuple(cells), span)

    @property
    def column(self) -> int:
        return self.at - self.line_start

    def _cell(self) -> str:
        ends = self.separator + "\r\n"
        begin = self.at
        while self.text[begin : begin + 1] in (" ", "\u3000"):
            begin += 1
        if self.text[begin : begin + 1] == '"':
            self.at = begin
            return self._quoted() + self._plain(ends, is_behind_quote=True)
        return self._plain(ends, is_behind_quote=False)

    def _plain(self, ends: str, *, is_behind_quote: bool) -> str:
        begin = self.at
        end = re.compile(f"[{re.escape(ends)}]").search(self.text, begin)
        self.at = end.start() if end else len(self.text)
        found = self.text[begin : self.at]
        if is_behind_quote and found.strip():
            span = self._span(self.line, begin - self.line_start)
            hint = "单元格里的引号写两遍，整个单元格放进一对引号"
            self.problems.error("PE511", f"第 {self.line + 1} 行的引号后面还有文字", span, hint)
        return found

    def _quoted(self) -> str:
        line, column = self.line, self.column
        parts: list[str] = []
        self.at += 1
        while self.at < len(self.text):
            character = self.text[self.at]
            if character == '"' and self.text[self.at + 1 : self.at + 2] != '"':
                self.at += 1
                return "".join(parts)
            if character in "\r\n":
                self._break()
            else:
                self.at += 2 if character == '"' else 1
            parts.append(character)
        hint = "补上另一半引号；单元格里本来有的引号写两遍"
        self.problems.error("PE511", f"第 {line + 1} 行的引号没有配对", self._span(line, column), hint)
        return "".join(parts)

    def _break(self) -> None:
        if self.at >= len(self.text):
            return
        self.at += 2 if self.text.startswith("\r\n", self.at) else 1
        self.line, self.line_start = self.line + 1, self.at

    def _span(self, line: int, column: int) -> Span:
        return Span(path=self.path, line=line, column=column, end_line=line, end_column=column + 1)
