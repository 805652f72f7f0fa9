"""What every kind of table gives: lines of cells as they were written, each in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NoReturn

from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.spans import file_span


def _nothing() -> Mapping[int, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a table. `number` counts from 1 as the office program or the editor shows it.

    `cells` are as written, without blanks around them. `trouble`: by column, why what stands there can't be relied on;
    `numbers`: the columns whose cells are numbers to the program that wrote them; `broken`: why the whole line can't be
    read. `marked`: the columns whose numbers bear the sign of a currency by their format alone. `told`: by column, what a
    JSON object says that is more than text.
    """

    number: int
    cells: tuple[str, ...]
    trouble: Mapping[int, str] = field(default_factory=_nothing)
    numbers: frozenset[int] = frozenset()
    broken: str = ""
    marked: frozenset[int] = frozenset()
    told: Mapping[int, object] = field(default_factory=_nothing)

    def cell(self, at: int) -> str:
        """Give a cell, "" where the line is shorter."""
        return self.cells[at] if at < len(self.cells) else ""

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing at all stands in it."""
        return not self.broken and not self.trouble and not any(self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table that can be read from its first line any number of times, in memory that doesn't grow with it.

    `path` as it is shown; `kind`: of which files; `names`: the columns of a table whose file names them by itself, so
    that no line is a head. `sheet`: the name of the sheet that is read. `remarks`: what people should know of how it was opened.
    `digest`: of all that it holds, where it is no file. `is_1904`: plain numbers in it that are days count from 1904.
    """

    path: str
    kind: str
    lines: Callable[[], Iterator[Line]]
    names: tuple[str, ...] = ()
    sheet: str = ""
    remarks: tuple[str, ...] = ()
    digest: str = ""
    is_1904: bool = False


def refuse(path: str, message: str, help_text: str, code: str = "PE531") -> NoReturn:
    """Refuse a whole table. Raises `DiagnosticsError`."""
    found = Diagnostic(code=code, message=message, span=file_span(path), help=help_text)
    raise DiagnosticsError([found])
