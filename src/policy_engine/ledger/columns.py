"""Parquet: typed columns, read a few thousand rows at a time and written back as text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from policy_engine.ledger.counting import Counts
from policy_engine.ledger.deciding import Row
from policy_engine.ledger.heads import Heading
from policy_engine.ledger.lines import Line, Table, refuse
from policy_engine.ledger.writing import Writer, added_cells, keys_of, padded, sound
from policy_engine.model.rules import RuleSet

if TYPE_CHECKING:  # of an extra
    import pyarrow as pa

_MOST_COLUMNS: Final = 2_000
_BLOCK: Final = 2_000
# What a row group may come to, in bytes as its file tells; more is not written by any program for a list.
_LARGEST_GROUP: Final = 4 << 30
_LONGEST_CELL: Final = 200_000
_MIDNIGHT: Final = " 00:00:00"
# Arrow's limits for what the foot of a file tells of its columns.
_FOOT: Final = 16 << 20


def open_columns(path: Path) -> Table:
    """Open a Parquet file. Raises `DiagnosticsError` where it is damaged, or names of what type nothing can be read."""
    with opened(path) as file:
        schema, meta = file.schema_arrow, file.metadata
        if not schema.names:
            refuse(str(path), "Parquet 文件里没有列", "一列一个字段，列名写字段的名称")
        if len(schema.names) > _MOST_COLUMNS:
            refuse(str(path), f"有 {len(schema.names)} 列，超过 {_MOST_COLUMNS} 列", "只留要审查的列")
        odd = [f"“{one.name}”（{one.type}）" for one in schema if not _is_read(one.type)]
        if odd:
            hint = "去掉这些列，或者转成文字、是非、数、日期、文字的列表"
            refuse(str(path), f"列的类型审查不了：{'、'.join(odd[:12])}", hint)
        sizes = (meta.row_group(at).total_byte_size for at in range(meta.num_row_groups))
        if any(size > _LARGEST_GROUP for size in sizes):
            hint = "写 Parquet 时每个行组不超过一百万行"
            refuse(str(path), f"一个行组展开以后超过 {_LARGEST_GROUP >> 30} GiB", hint)
        names = tuple(schema.names)

    def lines() -> Iterator[Line]:
        with opened(path) as file:
            number = 0
            for batch in file.iter_batches(batch_size=_BLOCK):
                columns = [_cells(batch.column(at)) for at in range(batch.num_columns)]
                numeric = frozenset(at for at, one in enumerate(batch.schema) if _is_number(one.type))
                for values in zip(*columns, strict=True):
                    number += 1
                    yield _line(number, values, numeric)

    return Table(path=str(path), kind="parquet", lines=lines, names=names)


@contextmanager
def opened(path: Path, few: Sequence[str] = ()) -> Iterator[Any]:
    """Open a Parquet file. `few`: the columns of texts that are read as places in a list of different ones."""
    import pyarrow as pa  # noqa: PLC0415 - of an extra
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        with pq.ParquetFile(
            path,
            # A page at a time, not a row group.
            buffer_size=1 << 20,
            pre_buffer=False,
            page_checksum_verification=True,
            read_dictionary=list(few),
            thrift_string_size_limit=_FOOT,
            thrift_container_size_limit=_FOOT,
        ) as file:
            yield file
    except (pa.ArrowException, OSError, ValueError) as error:
        # Of what is beneath it, Arrow tells more than anybody reads.
        reason = " ".join(str(error).split())[:200]
        refuse(str(path), f"Parquet 文件读不了，可能损坏或者加了密：{reason}", "重新导出，或者写成 CSV UTF-8")


def _is_read(kind: pa.DataType) -> bool:
    import pyarrow.types as of  # noqa: PLC0415

    if of.is_dictionary(kind):
        return _is_read(kind.value_type)
    if of.is_list(kind) or of.is_large_list(kind) or of.is_fixed_size_list(kind):
        return bool(_is_text(kind.value_type))
    return bool(
        _is_text(kind)
        or _is_number(kind)
        or of.is_boolean(kind)
        or of.is_null(kind)
        or of.is_date(kind)
        or of.is_timestamp(kind)
    )


def _is_text(kind: pa.DataType) -> bool:
    import pyarrow.types as of  # noqa: PLC0415

    return bool(of.is_string(kind) or of.is_large_string(kind) or of.is_string_view(kind))


def _is_number(kind: pa.DataType) -> bool:
    import pyarrow.types as of  # noqa: PLC0415

    if of.is_dictionary(kind):
        return _is_number(kind.value_type)
    return bool(of.is_integer(kind) or of.is_floating(kind) or of.is_decimal(kind))


def _cells(column: pa.Array) -> list[object]:
    """Give a column as what a cell may be: text, a list of texts, nothing."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.types as of  # noqa: PLC0415

    kind = column.type
    if of.is_dictionary(kind):
        return _cells(column.cast(kind.value_type))
    if of.is_boolean(kind):
        return [None if one is None else "是" if one else "否" for one in column.to_pylist()]
    if of.is_null(kind) or of.is_nested(kind):
        return list(column.to_pylist())
    texts = column.cast(pa.large_string()).to_pylist()
    if _is_number(kind) and not of.is_integer(kind):
        return [None if one is None else _plain(one) for one in texts]
    if of.is_timestamp(kind) or of.is_date(kind):
        # A day written as its first moment is a day; any other moment stays as it is, and is no day.
        return [None if one is None else _day(one) for one in texts]
    return list(texts)


def _plain(text: str) -> str:
    number = Decimal(text)
    return f"{number:f}" if number.is_finite() and abs(number.adjusted()) < 400 else text


def _day(text: str) -> str:
    head, midnight, rest = text.partition(_MIDNIGHT)
    return head if midnight and not rest.strip(".0") else text


def _line(number: int, values: tuple[object, ...], numeric: frozenset[int]) -> Line:
    told: Mapping[int, object] = {at: one for at, one in enumerate(values) if isinstance(one, list)}
    cells = tuple(_text(one) for one in values)
    trouble = {at: f"文字超过 {_LONGEST_CELL} 字" for at, one in enumerate(cells) if len(one) > _LONGEST_CELL}
    filled = frozenset(at for at in numeric if cells[at])
    return Line(number=number, cells=cells, numbers=filled, told=told, trouble=trouble)


def _text(value: object) -> str:
    if value is None:
        return ""
    return value.strip() if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@contextmanager
def columns_writer(path: Path, heading: Heading, counts: Counts, _rule_set: RuleSet) -> Iterator[Writer]:
    """Write a Parquet file of text columns, a few thousand rows at a time; what is blank is null."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    names = keys_of(heading)
    width = len(heading.columns)
    texts = (*names.own, *names.added)
    schema = pa.schema([(names.row, pa.int64()), *((sound(name), pa.string()) for name in texts)])
    with pq.ParquetWriter(path, schema, compression="zstd", write_page_checksum=True) as file:

        class Rows:
            def __init__(self) -> None:
                self.block: list[tuple[object, ...]] = []

            def write(self, line: Line, row: Row) -> None:
                cells = (*padded(line, width), *added_cells(row, counts))
                self.block.append((row.number, *(sound(cell) if cell else None for cell in cells)))
                if len(self.block) >= _BLOCK:
                    self.flush()

            def flush(self) -> None:
                if self.block:
                    columns = zip(*self.block, strict=True)
                    arrays = [pa.array(one, kind.type) for one, kind in zip(columns, schema, strict=True)]
                    file.write_batch(pa.record_batch(arrays, schema=schema))
                    self.block.clear()

        rows = Rows()
        yield rows
        rows.flush()
