"""Write a ledger back: its rows in their order, and beside each what became of it."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final, Protocol

from policy_engine.ledger.counting import Counts
from policy_engine.ledger.deciding import Row, RowStatus
from policy_engine.ledger.heads import Heading
from policy_engine.ledger.lines import Line
from policy_engine.model.rules import RuleSet

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
    names = keys_of([column.head for column in heading.columns])
    width = len(names)
    with path.open("w", encoding="utf-8") as file:

        class Rows:
            def write(self, line: Line, row: Row) -> None:
                cells = zip(names, padded(line, width), strict=True)
                told = {name: line.told.get(at, text) for at, (name, text) in enumerate(cells)}
                found = dict(zip(added_names(heading), added_cells(row, counts), strict=True))
                file.write(
                    json.dumps({"行": row.number, **told, **found}, ensure_ascii=False, default=str) + "\n"
                )

        yield Rows()


def keys_of(heads: Sequence[str]) -> list[str]:
    """Name the columns of a table so that no two share a name."""
    found: dict[str, None] = {}
    for at, head in enumerate(heads, start=1):
        name = head or f"第{at}列"
        found[name if name not in found else f"{name}（第{at}列）"] = None
    return list(found)


WriterOf = Callable[[Path, Heading, Counts, RuleSet], AbstractContextManager[Writer]]
