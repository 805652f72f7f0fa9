"""Write a ledger back: its rows in their order, and beside each what became of it."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from policy_engine.ledger.counting import Counts
from policy_engine.ledger.deciding import Row, RowStatus
from policy_engine.ledger.heads import Heading
from policy_engine.ledger.lines import Line
from policy_engine.model.rules import RuleSet

ROW: Final = "行"
ADDED: Final = ("结论", "依据", "需补充", "疑似", "填报有误", "读法")
# A spreadsheet takes what begins so for a formula, whoever wrote it.
FORMULA: Final = r"^[=+\-@\t\r＝＋－＠]"
_NUMBER = re.compile(r"[+-]?[0-9][0-9,]*(?:\.[0-9]+)?%?")


class Writer(Protocol):
    """Takes rows one after the other."""

    def write(self, line: Line, row: Row) -> None:
        """Write one row."""


def added_names(heading: Heading) -> tuple[str, ...]:
    """Name the columns that are added; what the table has already keeps its name."""
    own = {column.head for column in heading.columns}
    return tuple(next(n for n in _names(name) if n not in own) for name in ADDED)


def _names(name: str) -> Iterator[str]:
    yield name
    yield f"审查{name}"
    number = 2
    while True:
        yield f"审查{name}{number}"
        number += 1


def added_cells(row: Row, counts: Counts) -> tuple[str, ...]:
    """Say in cells what became of a row."""
    answer = row.answer
    return (
        answer.told if answer else "",
        "；".join(counts.cited(row)),
        "；".join(answer.asked) if answer else "",
        row.suspected,
        row.reason if row.status is RowStatus.REFUSED else "",
        row.read,
    )


def padded(line: Line, width: int) -> tuple[str, ...]:
    """Give the cells of a line, as many as there are columns; what is beyond them stays with the last."""
    cells = line.cells[:width]
    rest = [cell for cell in line.cells[width:] if cell]
    if rest:
        cells = (*cells[:-1], "　".join([cells[-1], *rest]))
    return (*cells, *("" for _ in range(width - len(cells))))


def harmless(text: str) -> str:
    """Write a cell so that no spreadsheet takes it for a formula. Numbers stay as they are."""
    return f"'{text}" if re.match(FORMULA, text) and not _NUMBER.fullmatch(text) else text


def is_formula_like(text: str) -> bool:
    """Tell whether a spreadsheet may take a text for a formula."""
    return harmless(text) != text


@contextmanager
def csv_writer(path: Path, heading: Heading, counts: Counts, _rule_set: RuleSet) -> Iterator[Writer]:
    """Write text that Excel opens as it is: UTF-8 with a byte-order mark."""
    width = len(heading.columns)
    with path.open("w", encoding="utf-8-sig", newline="", errors="backslashreplace") as file:
        put = csv.writer(file)

        class Rows:
            def write(self, line: Line, row: Row) -> None:
                put.writerow([harmless(cell) for cell in (*padded(line, width), *added_cells(row, counts))])

        put.writerow([harmless(name) for name in (*(c.head for c in heading.columns), *added_names(heading))])
        yield Rows()


@contextmanager
def objects_writer(path: Path, heading: Heading, counts: Counts, _rule_set: RuleSet) -> Iterator[Writer]:
    """Write one JSON object a row."""
    names = keys_of(heading)
    width = len(names.own)
    # Half a character is an escape in JSON, as it was when it came in.
    with path.open("w", encoding="utf-8", errors="backslashreplace") as file:

        class Rows:
            def write(self, line: Line, row: Row) -> None:
                cells = zip(names.own, padded(line, width), strict=True)
                told = {name: line.told.get(at, text) for at, (name, text) in enumerate(cells)}
                found = dict(zip(names.added, added_cells(row, counts), strict=True))
                data = {names.row: row.number, **told, **found}
                file.write(json.dumps(data, ensure_ascii=False, default=str) + "\n")

        yield Rows()


def sound(text: str) -> str:
    """Spell out halves of characters, as an escape in JSON may leave: they have no place in UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode()


@dataclass(frozen=True, slots=True)
class Keys:
    """The columns of an output in which no two share a name. `row`: that of the number of a row."""

    row: str
    own: tuple[str, ...]
    added: tuple[str, ...]


def keys_of(heading: Heading) -> Keys:
    """Name the columns of an output so that no two share a name; what the table has already keeps its name."""
    own: dict[str, None] = {}
    for at, column in enumerate(heading.columns, start=1):
        name = column.head or f"第{at}列"
        while name in own:
            name = f"{name}（第{at}列）"
        own[name] = None
    added = {name: next(n for n in _names(name) if n not in own) for name in (ROW, *ADDED)}
    return Keys(added.pop(ROW), tuple(own), tuple(added.values()))


WriterOf = Callable[[Path, Heading, Counts, RuleSet], AbstractContextManager[Writer]]
