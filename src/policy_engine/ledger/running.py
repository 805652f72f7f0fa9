"""One run over a ledger: read, decide, write whole or not at all, and hold a sample against both engines."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

from policy_engine.compilation import CompiledRuleSet
from policy_engine.foundation.diagnostics import raise_errors
from policy_engine.foundation.in_place import made_in_place
from policy_engine.foundation.spans import file_span
from policy_engine.foundation.waiting import look
from policy_engine.ledger.columns import columns_writer
from policy_engine.ledger.counting import Counts
from policy_engine.ledger.deciding import Decider, Row, RowStatus
from policy_engine.ledger.given import Reading
from policy_engine.ledger.heads import Column, Heading, Heads, find_heading, named_heading, subject_of
from policy_engine.ledger.journal import Journal
from policy_engine.ledger.lines import Line, Table, refuse
from policy_engine.ledger.opening import open_table
from policy_engine.ledger.sharing import Sharing, rows_of
from policy_engine.ledger.stored import StoredTable
from policy_engine.ledger.tallies import Tallies, words_beside
from policy_engine.ledger.workbook import MOST_ROWS, workbook_writer
from policy_engine.ledger.writing import WriterOf, csv_writer, objects_writer
from policy_engine.loading.cases import CaseDefaults
from policy_engine.loading.places import find_area
from policy_engine.loading.problems import Problems
from policy_engine.loading.spellings import day_text
from policy_engine.model.aggregates import Aggregate
from policy_engine.model.calendar import day_number
from policy_engine.model.rules import RuleSet
from policy_engine.model.vocabulary import Subject

WRITERS: Final[Mapping[str, WriterOf]] = {
    ".xlsx": workbook_writer,
    ".csv": csv_writer,
    ".jsonl": objects_writer,
    ".ndjson": objects_writer,
    ".parquet": columns_writer,
}
_TOP = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was said of a run. `as_of`, `jurisdiction`: a column or a value; `mapping`: heads by what they mean.

    `is_to_map`: nothing is to be decided, only the heads are to be told.
    """

    path: Path | StoredTable
    subject: str | None = None
    as_of: str | None = None
    jurisdiction: str | None = None
    texts: tuple[str, ...] = ()
    mapping: Mapping[str, str] | None = None
    encoding: str | None = None
    sheet: str | None = None
    today: int
    is_to_map: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A ledger whose columns are understood. `total`: how many lines are below its head."""

    table: Table
    reading: Reading
    tallies: Tallies

    @property
    def remarks(self) -> tuple[str, ...]:
        """Say what people should know of how it is read."""
        return (*self.table.remarks, *self.reading.heading.remarks, *self.tallies.remarks())

    def lines(self) -> Iterator[Line]:
        """Go through the lines below the head."""
        head = self.reading.heading.line
        for line in self.table.lines():
            look()
            if line.number > head:
                yield line


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that both engines, or a database, decide otherwise than the run did; or a group of rows, of an `aggregate`.

    `row`: of a group the first row in question, 0 where there is none.
    """

    row: int
    told: str
    both: str
    aggregate: Aggregate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a run came to. `resumed`: rows that an earlier run had decided; `sampled`: rows that were decided anew.

    `engine`: the database that decided all rows once more, "" where none did; `looked_for`: how many aggregates it looked for
    once more, `unsaid`: those that can't be said in SQL.
    """

    opened: Opened
    counts: Counts
    resumed: int
    sampled: int
    differences: tuple[Difference, ...]
    engine: str = ""
    looked_for: int = 0
    unsaid: tuple[Aggregate, ...] = ()


def open_ledger(asked: Asked, compiled: CompiledRuleSet, aggregates: tuple[Aggregate, ...] = ()) -> Opened:
    """Open a table and understand its columns; `aggregates`: what to look for in it as a whole. Raises `DiagnosticsError`."""
    rule_set = compiled.rule_set
    named = rule_set.vocabulary.subjects[asked.subject] if asked.subject else None
    known = [
        Heads.of(s, asked.mapping) for s in ([named] if named else rule_set.vocabulary.subjects.values())
    ]
    table = open_table(
        asked.path,
        knows=lambda cells: max(heads.knows(cells) for heads in known),
        encoding=asked.encoding,
        sheet=asked.sheet,
    )
    subject = named or _subject(table, rule_set)
    heads = replace(Heads.of(subject, asked.mapping), beside=words_beside(aggregates, subject))
    is_to_map = asked.is_to_map
    heading = (
        named_heading(table.path, table.names, heads, is_to_map=is_to_map)
        if table.names
        else find_heading(table.path, table.lines(), heads, is_to_map=is_to_map)
    )
    reading = _reading(asked, table, heading, subject, rule_set)
    tallies = Tallies.of(reading, aggregates, asked.mapping or {})
    return Opened(table=table, reading=reading, tallies=tallies)


def _subject(table: Table, rule_set: RuleSet) -> Subject:
    top = (
        [table.names]
        if table.names
        else [line.cells for _, line in zip(range(_TOP), table.lines(), strict=False)]
    )
    found = subject_of(top, rule_set, table.sheet)
    if found is None:
        names = "、".join(rule_set.vocabulary.subjects)
        refuse(
            table.path,
            "看不出清单说的是什么主题",
            f"写 --subject，例如 --subject 采购事项；可用：{names}",
            "PE532",
        )
    return found


def _reading(asked: Asked, table: Table, heading: Heading, subject: Subject, rule_set: RuleSet) -> Reading:
    day = day_number(day_text(asked.as_of) or asked.as_of) if asked.as_of else None
    of_day = _column(asked.as_of, table, heading, "基准日") if asked.as_of and day is None else None
    of_area = heading.column_of(asked.jurisdiction) if asked.jurisdiction else None
    area = asked.jurisdiction if of_area is None else None
    if area is not None:
        _check_area(area, table, rule_set)
    return Reading(
        path=table.path,
        rule_set=rule_set,
        subject=subject,
        heading=heading,
        defaults=CaseDefaults(today=asked.today, as_of=day, jurisdiction=area),
        as_of=of_day,
        jurisdiction=of_area,
        is_1904=table.is_1904,
        texts=tuple(_column(text, table, heading, "文字") for text in asked.texts),
    )


def _check_area(area: str, table: Table, rule_set: RuleSet) -> None:
    """Refuse once what is no area, and no column either, instead of every row."""
    if not rule_set.areas.locate(area).codes:
        problems = Problems()
        find_area(rule_set.areas, area, file_span(table.path), problems)
        raise_errors([replace(d, message=f"{d.message}，也没有这一列") for d in problems.found])


def _column(named: str, table: Table, heading: Heading, what: str) -> Column:
    found = heading.column_of(named)
    if found is None:
        heads = "、".join(f"“{c.head}”" for c in heading.columns if c.head)
        refuse(table.path, f"没有列“{named}”，不能从中读{what}", f"有：{heads}", "PE532")
    return found


def journal_of(output: Path, opened: Opened, asked: Asked, compiled: CompiledRuleSet) -> Journal:
    """Find where a run notes what it has decided."""
    digest = opened.table.digest
    if isinstance(asked.path, Path):
        with asked.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    said = [
        asked.subject,
        asked.as_of,
        asked.jurisdiction,
        asked.texts,
        asked.mapping,
        asked.encoding,
        asked.sheet,
    ]
    heads = [(c.at, c.head, c.key, c.unit) for c in opened.reading.heading.columns]
    # All that could make a row come out otherwise: else an interrupted run would be gone on with under other rules.
    parts = [digest, said, heads, asked.today, compiled.rule_set.version]
    identity = hashlib.sha256(json.dumps(parts, ensure_ascii=True, default=str).encode()).hexdigest()
    return Journal(output.with_name(f".{output.name}.未完成"), identity)


def run_ledger(
    opened: Opened,
    journal: Journal,
    output: Path,
    compiled: CompiledRuleSet,
    *,
    sample: int = 20,
    engine: str = "",
    database: str = "",
    sharing: Sharing | None = None,
    told: Callable[[int, int], None] = lambda _done, _total: None,
) -> Result:
    """Decide all rows and write them. `told` hears how many of how many rows are decided.

    `engine`: a database that decides all of them once more, `database`: its address. `sharing`: how other processes take
    part; without, and for a few rows, none do.

    Raises `DiagnosticsError` where the table can't be read to its end, `OSError` where the output can't be written;
    then, and on an interrupt, no output is left, and the journal is.
    """
    # Read once only to count: a list is read row by row and never held, however long it is.
    total = sum(1 for _ in opened.lines())
    if output.suffix.lower() == ".xlsx" and total >= MOST_ROWS:
        refuse(opened.table.path, f"有 {total} 行，一个 Excel 工作表放不下", "输出写成 .csv", "PE531")
    decider = Decider(compiled, opened.reading)
    journal.begin()
    resumed = journal.done
    try:
        left = islice(opened.lines(), resumed, None)
        # Whoever tells how long it will take begins to count here.
        told(resumed, total)
        with closing(rows_of(left, total - resumed, decider, sharing)) as decided:
            for part in decided:
                for row in part:
                    journal.add(row)
                told(journal.done, total)
        differences = list(_by_database(engine, database, opened, journal, compiled)) if engine else []
    except BaseException:
        journal.keep()
        raise
    counts = Counts({rule.id: rule for rule in compiled.subjects[opened.reading.subject.name].written})
    counts.tallies = opened.tallies
    # By the identity of the run: the same list is sampled alike each time, and nobody chooses the rows.
    numbers = frozenset(random.Random(journal.identity).sample(range(total), min(sample, total)))  # noqa: S311
    writer = WRITERS[output.suffix.lower()]
    sampled = 0
    try:
        with (
            made_in_place(output) as beside,
            writer(beside, opened.reading.heading, counts, compiled.rule_set) as rows,
        ):
            for at, (line, row) in enumerate(zip(opened.lines(), journal.rows(), strict=True)):
                counts.add(row, line)
                rows.write(line, row)
                # A row that was refused has no decision to compare.
                if at in numbers and row.status is not RowStatus.UNJUDGED:
                    # A bad row must be bad again, and is none that an engine decides.
                    sampled += row.status is RowStatus.DECIDED
                    differences += _differing(row, decider, line)
            again = _lists_by_database(engine, database, opened, journal, compiled)
            differences += again.differences
    except BaseException:
        journal.keep()
        raise
    journal.drop()
    return Result(
        opened=opened,
        counts=counts,
        resumed=resumed,
        sampled=sampled,
        differences=tuple(differences),
        engine=engine,
        looked_for=again.looked_for,
        unsaid=again.unsaid,
    )


def _by_database(
    engine: str, address: str, opened: Opened, journal: Journal, compiled: CompiledRuleSet
) -> Iterator[Difference]:
    from policy_engine.ledger.databases import contradictions  # noqa: PLC0415 - of an extra

    rows = zip(opened.lines(), journal.rows(), strict=True)
    for one in contradictions(rows, opened.reading, compiled, engine, address):
        yield Difference(row=one.row, told=one.told, both=one.other)


@dataclass(frozen=True, slots=True)
class _Again:
    differences: tuple[Difference, ...] = ()
    looked_for: int = 0
    unsaid: tuple[Aggregate, ...] = ()


def _lists_by_database(
    engine: str, address: str, opened: Opened, journal: Journal, compiled: CompiledRuleSet
) -> _Again:
    if not engine or not opened.tallies.tallies:
        return _Again()
    from policy_engine.ledger.lists_again import sayable, unlike_groups  # noqa: PLC0415 - of an extra

    grounds = {row.number: row.answer.grounds for row in journal.rows() if row.answer is not None}
    said, unsaid = sayable(opened.tallies)
    found = unlike_groups(said, grounds, compiled, engine, address)
    unlike = (Difference(one.row, one.told, one.other, one.aggregate) for one in found)
    return _Again(tuple(unlike), len(said), unsaid)


def _differing(row: Row, decider: Decider, line: Line) -> Iterator[Difference]:
    anew = decider.both(line)
    mine = row.answer if row.answer is not None else row.reason
    if anew != mine:
        words = [one if isinstance(one, str) else one.told for one in (mine, anew)]
        yield Difference(row=row.number, told=words[0], both=words[1])


def line_of(opened: Opened, number: int) -> Line:
    """Find a row by the number that the office program shows. Raises `DiagnosticsError` where there is none."""
    last = 0
    for line in opened.lines():
        last = line.number
        if last == number:
            break
    if last != number:
        hint = f"数据从第 {opened.reading.heading.line + 1} 行到第 {last} 行；行号按 Excel 里显示的写"
        refuse(opened.table.path, f"没有第 {number} 行", hint)
    return line
