"""A table of closed facts, as `policy-engine sql` describes it, decided here: block by block, no row by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.sliced import SlicedOutcome, SlicedRules
from policy_engine.evaluation.sliced_verdicts import SlicedVerdicts, Surroundings, Weighing
from policy_engine.evaluation.slices import Bitmap
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.spans import file_span
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.ledger.columns import opened
from policy_engine.model.decisions import Status
from policy_engine.model.vocabulary import Phase
from policy_engine.relational import Plan
from policy_engine.relational.inputs import DOUBTS, PHASE, ROW, RUNNING, UNDESCRIBED

if TYPE_CHECKING:  # of an extra
    import pyarrow as pa

    from policy_engine.ledger.arrow_cells import CellReader

# A bitmap is then 8 KiB: those of a few hundred rules lie together in the cache of a core.
BLOCK: Final = 1 << 16
_MOST_NAMED: Final = 12
_FEW_MISSING: Final = 2
_MOST_AT_ONCE: Final = 4 * BLOCK


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What became of the rows of a block. `ids`: how the table names them; `refused`: by column or rule, the rows without a verdict."""

    ids: pa.Array
    size: int
    refused: Mapping[str, Bitmap]
    outcome: SlicedOutcome
    found: SlicedVerdicts

    @property
    def decided(self) -> Bitmap:
        """Give the rows that have a verdict."""
        decided = self.outcome.full
        for rows in self.refused.values():
            decided = decided & ~rows
        return decided


@dataclass(slots=True)
class ClosedCounts:
    """How many rows came to what. `statuses`: by rule, of the rows that have a verdict."""

    rows: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    grounds: Counter[str] = field(default_factory=Counter)
    statuses: dict[str, Counter[Status]] = field(default_factory=dict)

    def add(self, block: Block) -> None:
        """Count a block."""
        decided = block.decided
        self.rows += block.size
        for what, rows in block.refused.items():
            self.refused[what] += rows.bit_count()
        for counted, found in ((self.verdicts, block.found.verdicts), (self.grounds, block.found.grounds)):
            for name, rows in found.items():
                counted[name] += (rows & decided).bit_count()
        for rule, by_status in block.outcome.counts(decided if block.refused else None).items():
            self.statuses.setdefault(rule, Counter()).update(by_status)


@dataclass(frozen=True, slots=True)
class ClosedTable:
    """A Parquet file that has the columns of a plan, and how each of them is read."""

    path: Path
    compiled: CompiledRuleSet
    subject: str
    plan: Plan
    readers: Mapping[str, CellReader]
    rules: SlicedRules
    rows: int

    def blocks(self, size: int = BLOCK) -> Iterator[Block]:
        """Decide the rows, so many at a time. Raises `DiagnosticsError` where the file is damaged."""
        decider = _Decider(self, self.rules, Weighing.of(self.compiled, self.subject))
        names = [name for name, _ in self.plan.inputs]
        with opened(self.path, self._texts()) as file:
            for groups in _together(
                [file.metadata.row_group(at).num_rows for at in range(file.num_row_groups)]
            ):
                for batch in file.iter_batches(batch_size=size, row_groups=groups, columns=names):
                    yield decider.block(batch)

    def _texts(self) -> tuple[str, ...]:
        """Name the columns that are read as few different texts; the rows' own names are all different."""
        from policy_engine.ledger.arrow_cells import is_text  # noqa: PLC0415 - of an extra

        names = {name for name, one in self.plan.inputs if one.what != ROW}
        with opened(self.path) as file:
            return tuple(one.name for one in file.schema_arrow if one.name in names and is_text(one.type))


def open_closed(path: Path, compiled: CompiledRuleSet, subject: str, plan: Plan) -> ClosedTable:
    """Open a table. Raises `DiagnosticsError` where it is damaged, lacks columns, or has some of other types."""
    from policy_engine.ledger.arrow_cells import reader_of  # noqa: PLC0415 - of an extra

    fields = compiled.subjects[subject].fields
    rules = SlicedRules.of(compiled.subjects[subject])
    readers = {one.what: reader_of(one.what, fields) for _, one in plan.inputs if one.what != ROW}
    with opened(path) as file:
        schema, rows = file.schema_arrow, file.metadata.num_rows
    names = schema.names
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        _refuse(path, f"列名重复：{_listed(twice)}", "一个字段一列，列名各不相同")
    missing = [name for name, _ in plan.inputs if name not in names]
    if missing:
        # Of one or two a slip of the pen is likely; else the whole table is another one.
        others = [name for name in names if name not in dict(plan.inputs)]
        near = did_you_mean(missing[0], others) if len(missing) <= _FEW_MISSING else ""
        how = f"表里一个字段一列，不知道的写 NULL；要哪些列：policy-engine sql {subject} --dialect duckdb"
        _refuse(path, f"缺 {len(missing)} 列：{_listed(missing)}", f"{near}；{how}" if near else how)
    odd = []
    for name, one in plan.inputs:
        kind = schema.field(name).type
        if one.what in readers and not _is_null(kind) and not readers[one.what].fits(kind):
            odd.append(f"“{name}”是 {kind}，应为{readers[one.what].kinds}")
    if odd:
        _refuse(
            path, f"列的类型不合：{'；'.join(odd[:_MOST_NAMED])}", "写 Parquet 以前把这些列转成应有的类型"
        )
    return ClosedTable(path, compiled, subject, plan, readers, rules, rows)


def _together(sizes: Sequence[int]) -> Iterator[list[int]]:
    """Put row groups together to so many rows: Arrow holds on to what it has read until it has read all it was asked for."""
    found: list[int] = []
    rows = 0
    for at, size in enumerate(sizes):
        found.append(at)
        rows += size
        if rows >= _MOST_AT_ONCE:
            yield found
            found, rows = [], 0
    if found:
        yield found


def _is_null(kind: pa.DataType) -> bool:
    import pyarrow.types as of  # noqa: PLC0415 - of an extra

    return bool(of.is_null(kind))


def _listed(names: list[str]) -> str:
    more = f" 等 {len(names)} 个" if len(names) > _MOST_NAMED else ""
    return "、".join(f"“{name}”" for name in names[:_MOST_NAMED]) + more


def _refuse(path: Path, message: str, help_text: str) -> NoReturn:
    found = Diagnostic(code="PE563", message=message, span=file_span(str(path)), help=help_text)
    raise DiagnosticsError([found])


@dataclass(frozen=True, slots=True)
class _Decider:
    """Decides one block after the other."""

    table: ClosedTable
    rules: SlicedRules
    weighing: Weighing

    def block(self, batch: pa.RecordBatch) -> Block:
        from policy_engine.ledger.arrow_slices import ByArrow, rows_known  # noqa: PLC0415 - of an extra

        size = batch.num_rows
        names = {one.what: name for name, one in self.table.plan.inputs}
        cells = {what: reader.cells(batch.column(names[what])) for what, reader in self.table.readers.items()}
        columns = {what: one.column for what, one in cells.items()}
        outcome = self.rules.decide_columns(columns, size, ByArrow())
        phase = columns.get(PHASE)
        undescribed = columns.get(UNDESCRIBED)
        around = Surroundings(
            phases={one: phase.where(one.rank.__eq__) for one in Phase} if phase is not None else {},
            doubts=columns[DOUBTS],
            running=columns[RUNNING],
            undescribed=undescribed.where(bool) if undescribed is not None else 0,
        )
        found = self.weighing.weigh(outcome, around)
        refused: dict[str, Bitmap] = {}
        left = outcome.full
        nameless = left & ~rows_known(batch.column(names[ROW]))
        # The first that is wrong is named, in the order of the plan; a row can be no more than left out.
        for what, rows in (
            (ROW, nameless),
            *((what, one.wrong) for what, one in cells.items()),
            *found.impossible.items(),
        ):
            if rows & left:
                refused[what] = rows & left
                left = left & ~rows
        return Block(ids=batch.column(names[ROW]), size=size, refused=refused, outcome=outcome, found=found)
