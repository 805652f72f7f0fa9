"""What became of the rows of a closed table, written with the columns of the views: Parquet or CSV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv
import pyarrow.parquet as pq

from policy_engine.evaluation.slices import Bitmap
from policy_engine.foundation.in_place import made_in_place
from policy_engine.ledger.arrow_slices import joined_column, number_column, truths, word_column
from policy_engine.ledger.closed_table import Block
from policy_engine.ledger.writing import FORMULA, harmless
from policy_engine.relational import Plan
from policy_engine.relational.inputs import ROW
from policy_engine.relational.plan import GROUNDS, REFUSED, VERDICT
from policy_engine.relational.trees import SEPARATOR

_WORD: Final = pa.dictionary(pa.int32(), pa.string())


def write_answers(output: Path, blocks: Iterable[Block], plan: Plan, *, is_each: bool) -> None:
    """Write one row a row. `is_each`: with the status of every rule and all that rules compute.

    Raises `OSError` where that fails; then, and on an interrupt, what was there before stays.
    """
    schema = _schema(plan, is_each=is_each)
    with made_in_place(output) as beside, _writer(beside, output.suffix.lower(), schema) as writer:
        for block in blocks:
            columns = list(_columns(block, plan, is_each=is_each))
            if output.suffix.lower() == ".csv":
                # How a row is called is somebody else's text, and a spreadsheet may take it for a formula.
                columns[0] = _harmless(columns[0])
            writer.write_batch(pa.record_batch(columns, schema=schema))


def _writer(path: Path, suffix: str, schema: pa.Schema) -> pv.CSVWriter | pq.ParquetWriter:
    if suffix == ".csv":
        return pv.CSVWriter(path, schema)
    return pq.ParquetWriter(path, schema, compression="zstd", write_page_checksum=True)


def _schema(plan: Plan, *, is_each: bool) -> pa.Schema:
    names = {one.what: name for name, one in plan.inputs}
    found = [(names[ROW], pa.string()), (REFUSED, _WORD), (VERDICT, _WORD), (GROUNDS, pa.string())]
    if is_each:
        found += [(name, _WORD) for name in plan.statuses.values()]
        found += [(name, pa.bool_()) for name in plan.truths.values()]
        found += [(name, pa.int64()) for name in plan.numbers.values()]
        found += [(name, pa.bool_()) for name in plan.rivals.values()]
    return pa.schema(found)


def _columns(block: Block, plan: Plan, *, is_each: bool) -> Iterator[pa.Array]:
    size, decided, outcome = block.size, block.decided, block.outcome
    yield block.ids.cast(pa.string())
    yield _word(word_column(block.refused.items(), size))
    yield _word(word_column(((word, rows & decided) for word, rows in block.found.verdicts.items()), size))
    grounds = [(rule, kept) for rule, rows in block.found.grounds.items() if (kept := rows & decided)]
    named = joined_column(grounds, size, SEPARATOR)
    yield pc.if_else(truths(decided, size), named, pa.scalar(None, pa.string()))
    if not is_each:
        return
    for rule in plan.statuses:
        rows_of = outcome.statuses[rule].each()
        yield _word(word_column(((status.value, rows) for status, rows in rows_of), size))
    for part in plan.truths:
        yield _truth(outcome.truths[part], size)
    for name in plan.numbers:
        yield number_column(outcome.numbers[name], size)
    for pair in plan.rivals:
        yield _truth(outcome.rivals[pair], size)


def _harmless(ids: pa.Array) -> pa.Array:
    if not pc.any(pc.match_substring_regex(ids, FORMULA)).as_py():
        return ids
    return pa.array([None if one is None else harmless(one) for one in ids.to_pylist()], pa.string())


def _word(column: pa.DictionaryArray) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(column.indices.cast(pa.int32()), column.dictionary)


def _truth(sides: tuple[Bitmap, Bitmap], size: int) -> pa.BooleanArray:
    surely, possibly = sides
    return truths(surely, size, ~(possibly & ~surely))
