"""What is found only in a whole list: its rows as entries of the aggregates that its columns allow."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from policy_engine.evaluation.aggregating import aggregate
from policy_engine.evaluation.groups import Found
from policy_engine.evaluation.measuring import Entry
from policy_engine.ledger.deciding import Row, RowStatus
from policy_engine.ledger.given import Reading, doubtful_unit, is_not_told
from policy_engine.ledger.heads import Column, Heads
from policy_engine.ledger.lines import Line
from policy_engine.loading.aggregate_cells import read_cell
from policy_engine.loading.numerals import units_beside
from policy_engine.loading.spellings import day_text
from policy_engine.loading.tables import head_word
from policy_engine.model.aggregates import Aggregate
from policy_engine.model.calendar import day_number
from policy_engine.model.values import UNKNOWN, Value
from policy_engine.model.vocabulary import Field, FieldType, Subject
from policy_engine.reporting.aggregates_page import row_words

# Cells that are remembered: lists say the same again and again.
_MOST_KEPT = 100_000


@dataclass(slots=True)
class Tally:
    """The entries of one aggregate. `columns`: where each field is read; `unread`: by field, the rows whose cell can't be."""

    aggregate: Aggregate
    columns: Mapping[str, Column]
    entries: list[Entry] = field(default_factory=list)
    unread: dict[str, list[int]] = field(default_factory=dict)
    known: dict[tuple[str, str], tuple[Value, bool]] = field(default_factory=dict)

    def add(self, line: Line, row: Row, reading: Reading, as_of: int, cited: tuple[str, ...]) -> None:
        """Take one row."""
        values: dict[str, Value] = {}
        for name, column in self.columns.items():
            value, could = self._read(name, column, line, reading)
            if not could:
                self.unread.setdefault(name, []).append(row.number)
            if value is not UNKNOWN:
                values[name] = value
        verdict = row.answer.label if row.answer is not None else ""
        self.entries.append(
            Entry(
                number=row.number,
                as_of=as_of,
                values=MappingProxyType(values),
                verdict=verdict,
                grounds=cited,
            )
        )

    def _read(self, name: str, column: Column, line: Line, reading: Reading) -> tuple[Value, bool]:
        field = self.aggregate.fields[name]
        if line.broken or column.at in line.trouble or doubtful_unit(line, column, field):
            return UNKNOWN, False
        told = line.told.get(column.at)
        text = line.cell(column.at) if told is None else _listed(told)
        if told is None and field.type is FieldType.DATE:
            text = reading.day(line, column.at)
        if not text or is_not_told(text):
            return UNKNOWN, True
        found = self.known.get((name, text))
        if found is None:
            plain = reading.value(text, column)
            items = reading.rule_set.lexicon.items
            found = (UNKNOWN, False) if plain is None else read_cell(plain, field, reading.span(line), items)
            if len(self.known) >= _MOST_KEPT:
                self.known.clear()
            self.known[name, text] = found
        return found

    @property
    def found(self) -> Found:
        """Find what is looked for in the rows so far."""
        return aggregate(self.aggregate, self.entries)


@dataclass(slots=True)
class Tallies:
    """All aggregates about the subject of a list. `lacking`: those that can't be, with the columns that aren't there."""

    reading: Reading
    tallies: tuple[Tally, ...]
    lacking: tuple[tuple[Aggregate, tuple[str, ...]], ...]
    _found: tuple[Found, ...] | None = None

    @classmethod
    def of(cls, reading: Reading, aggregates: tuple[Aggregate, ...], mapping: Mapping[str, str]) -> Tallies:
        """Find which aggregates the columns of a list allow."""
        about = [one for one in aggregates if one.subject.name == reading.subject.name]
        found = [(one, dict(_columns(one, reading, mapping))) for one in about]
        missing = [(one, tuple(n for n in one.needed if n not in columns)) for one, columns in found]
        return cls(
            reading,
            tuple(
                Tally(one, columns)
                for (one, columns), (_, lacks) in zip(found, missing, strict=True)
                if not lacks
            ),
            tuple((one, lacks) for one, lacks in missing if lacks),
        )

    def add(self, line: Line, row: Row, cited: tuple[str, ...]) -> None:
        """Take one row; what is no matter of its own is left out."""
        if row.status is RowStatus.UNJUDGED or not self.tallies:
            return
        self._found = None
        as_of = self._as_of(line)
        for tally in self.tallies:
            tally.add(line, row, self.reading, as_of, cited)

    def found(self) -> tuple[Found, ...]:
        """Find all that is looked for."""
        if self._found is None:
            self._found = tuple(tally.found for tally in self.tallies)
        return self._found

    def remarks(self) -> Iterator[str]:
        """Say what was not looked for, and which cells could not be read."""
        for one, lacks in self.lacking:
            names = "、".join(f"“{_head(one.fields[name])}”" for name in lacks)
            yield f"没有算“{one.title}”：清单没有{names}这{'几' if len(lacks) > 1 else '一'}列"
        told: dict[str, tuple[int, ...]] = {}
        without: dict[str, str] = {}
        for tally in self.tallies:
            told |= {name: tuple(rows) for name, rows in tally.unread.items()}
            without |= {
                name: f"；没有写单位的，表头写成“{_head(tally.aggregate.fields[name])}”"
                for name, column in tally.columns.items()
                if column.is_unclear
            }
        for name, rows in told.items():
            yield f"汇总时“{name}”读不懂的按没有填：{row_words(rows)}{without.get(name, '')}"

    def _as_of(self, line: Line) -> int:
        reading = self.reading
        column = reading.as_of or next((c for c in reading.heading.read if c.key == "as_of"), None)
        text = reading.day(line, column.at) if column is not None else ""
        day = day_number(day_text(text) or text) if text else None
        default = reading.defaults.as_of if reading.defaults.as_of is not None else reading.defaults.today
        return day if day is not None else default


def _head(field: Field) -> str:
    """Write the head that a column is to have: of an amount with its unit, without which no number is read."""
    name = field.title.partition("（")[0].removesuffix(f"_{field.unit}")
    return f"{name}（{field.unit}）" if units_beside(field.unit) else name


def words_beside(aggregates: tuple[Aggregate, ...], subject: Subject) -> frozenset[str]:
    """Name the heads that aggregates read besides the fields of a subject."""
    columns = (column for one in aggregates if one.subject.name == subject.name for column in one.columns)
    return frozenset(
        head_word(word) for c in columns for word in (c.name, c.name.partition("_")[0], *c.formerly)
    )


def _columns(one: Aggregate, reading: Reading, mapping: Mapping[str, str]) -> Iterator[tuple[str, Column]]:
    by_key = {column.key: column for column in reading.heading.read if not column.is_head}
    own = dataclasses.replace(
        reading.subject, fields=MappingProxyType({field.name: field for field in one.columns})
    )
    heads = Heads.of(own, mapping)
    for name in one.reads:
        if name in by_key:
            yield name, by_key[name]
    # A column may be read twice: as a fact of the row, and as what aggregates go by.
    for at, column in enumerate(reading.heading.columns):
        found = heads.column(at, column.head) if column.head else None
        if found is not None and not found.is_head and found.key:
            name = next(f.name for f in one.columns if found.key == f.name or found.key in f.formerly)
            if name in one.reads:
                yield name, dataclasses.replace(found, key=name)


def _listed(told: object) -> str:
    return "、".join(map(str, told)) if isinstance(told, list) else str(told)
