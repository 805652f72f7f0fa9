"""A table of a database as a ledger: copied once, by one reading transaction, to a file of this run that goes with it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, unquote, urlencode

from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.ledger.lines import Line, Table, refuse

if TYPE_CHECKING:  # of an extra
    from psycopg.types import TypesRegistry

_SQLITE: Final = "sqlite"
_POSTGRES: Final = ("postgresql", "postgres")
_MOST_COLUMNS: Final = 2_000
_LONGEST_CELL: Final = 200_000
_BLOCK: Final = 2_000
_USER: Final = re.compile(r"//.*@")
_HOW: Final = "写 sqlite:///文件.db?table=表名，或者 postgresql://主机/库?table=表名"
# PostgreSQL's types whose values can stand in a cell; arrays of the first are lists.
_TEXTS: Final = ("text", "varchar", "bpchar", "name")
_READ: Final = (*_TEXTS, "bool", "int2", "int4", "int8", "numeric", "float4", "float8", "date")
_MOMENTS: Final = ("timestamp", "timestamptz")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTable:
    """Where a table is. `address`: of the database, with its password; `schema`: "" for the usual one."""

    address: str = field(repr=False)
    table: str
    schema: str = ""

    @property
    def is_file(self) -> bool:
        """Tell whether the database is a file of this machine."""
        return self.address.startswith(_SQLITE)

    def __str__(self) -> str:
        """Show it without user and password."""
        base = _USER.sub("//", self.address.partition("?")[0])
        return f"{unquote(base)}?table={self.table}"


def stored_table(text: str) -> StoredTable:
    """Read `sqlite:///file.db?table=x` or `postgresql://…?table=x`. Raises `DiagnosticsError` where it says no table."""
    base, _, query = text.partition("?")
    said = parse_qsl(query, keep_blank_values=True)
    own = [(key, value) for key, value in said if key in ("table", "schema")]
    rest = urlencode([(key, value) for key, value in said if key not in ("table", "schema")])
    told = dict(own)
    if not told.get("table") or len(told) < len(own) or base.partition("://")[0] not in (_SQLITE, *_POSTGRES):
        # Nothing of it is shown: where it is cut wrongly a password may stand anywhere.
        refuse(f"{base.partition('://')[0]}://…", "数据库的地址里要写一个表名", _HOW)
    address = f"{base}?{rest}" if rest else base
    return StoredTable(address=address, table=told["table"], schema=told.get("schema", ""))


class _Copy:
    """A file for its user alone, that is removed once nobody can read it any more."""

    def __init__(self) -> None:
        handle, name = tempfile.mkstemp(suffix=".jsonl")
        os.close(handle)
        self.path = Path(name)
        weakref.finalize(self, self.path.unlink, missing_ok=True)


def open_stored(stored: StoredTable) -> Table:
    """Copy a table as it is at one moment. Raises `DiagnosticsError` where it can't be read."""
    reader = _sqlite if stored.is_file else _postgres
    # Read from its first line several times, always the same; a database need not give rows in one order twice.
    copy = _Copy()
    digest = hashlib.sha256()
    with reader(stored) as (names, rows), copy.path.open("w", encoding="utf-8") as file:
        if len(names) > _MOST_COLUMNS:
            refuse(str(stored), f"有 {len(names)} 列，超过 {_MOST_COLUMNS} 列", "建一个只有要审查的列的视图")
        digest.update(json.dumps(names).encode())
        for row in rows:
            text = json.dumps([_kept(value) for value in row]) + "\n"
            digest.update(text.encode())
            file.write(text)

    def lines() -> Iterator[Line]:
        with copy.path.open(encoding="utf-8") as file:
            for number, text in enumerate(file, start=1):
                yield _line(number, json.loads(text))

    return Table(
        path=str(stored), kind="database", lines=lines, names=tuple(names), digest=digest.hexdigest()
    )


# A value in the copy: its text, or [its text] of a number, {"is": texts} of a list, {"no": why} of what is no cell.
_Kept = str | list[str] | dict[str, object]


def _kept(value: object) -> _Kept:
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case int() | float() | Decimal():
            return [_number(value)]
        case str():
            return value if len(value) <= _LONGEST_CELL else {"no": f"文字超过 {_LONGEST_CELL} 字"}
        case list() if all(isinstance(one, str) for one in value):
            return {"is": value}
        case _:
            return {"no": "不是文字、是非、数、日期"}


def _number(value: int | float | Decimal) -> str:
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return f"{number:f}" if number.is_finite() and abs(number.adjusted()) < 400 else str(value)


def _line(number: int, kept: Sequence[_Kept]) -> Line:
    cells: list[str] = []
    numbers: set[int] = set()
    told: dict[int, object] = {}
    trouble: dict[int, str] = {}
    for at, one in enumerate(kept):
        match one:
            case str():
                cells.append(one.strip())
            case list():
                cells.append(one[0])
                numbers.add(at)
            case {"is": texts}:
                cells.append(json.dumps(texts, ensure_ascii=False))
                told[at] = texts
            case _:
                cells.append("")
                trouble[at] = str(one["no"])
    return Line(number=number, cells=tuple(cells), numbers=frozenset(numbers), told=told, trouble=trouble)


_Rows = tuple[list[str], Iterable[Sequence[object]]]


@contextmanager
def _sqlite(stored: StoredTable) -> Iterator[_Rows]:
    path = Path(unquote(stored.address.partition("?")[0].removeprefix("sqlite://").removeprefix("/")))
    if not path.is_file():
        refuse(str(stored), f"没有文件 {path}", "sqlite:/// 后面写文件的路径，绝对路径是 sqlite:////…")
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("PRAGMA query_only = ON")
            # What a file brings is data: no function of its own runs because a view names it.
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.text_factory = _decoded
            connection.execute("BEGIN")
            _known(stored, [str(one) for (one,) in connection.execute(_SQLITE_TABLES)])
            found = connection.execute(f"SELECT * FROM {_quoted(stored.table)}")  # noqa: S608 - quoted
            names = [one[0] for one in found.description]
            kinds = connection.execute("SELECT type FROM pragma_table_info(?)", (stored.table,)).fetchall()
            flags = [at for at, (kind,) in enumerate(kinds) if str(kind).upper().startswith("BOOL")]
            yield names, (_flagged(row, flags) for row in found)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        refuse(
            str(stored),
            f"SQLite 读不了：{' '.join(str(error).split())[:200]}",
            "看文件是不是完整的 SQLite 数据库",
        )


_SQLITE_TABLES: Final = (
    "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
)


def _decoded(data: bytes) -> str | bytes:
    try:
        return data.decode()
    except UnicodeDecodeError:
        # Bytes are no cell, and are told in their place.
        return data


def _flagged(row: Sequence[object], flags: Sequence[int]) -> Sequence[object]:
    """SQLite has no truth values: a column that is declared one holds 0 and 1."""
    if not flags:
        return row
    values = list(row)
    for at in flags:
        if values[at] in (0, 1):
            values[at] = bool(values[at])
    return values


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def _postgres(stored: StoredTable) -> Iterator[_Rows]:
    import psycopg  # noqa: PLC0415 - of an extra
    from psycopg import sql  # noqa: PLC0415
    from psycopg.types.string import TextLoader  # noqa: PLC0415

    try:
        with psycopg.connect(stored.address) as connection:
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.execute("SET LOCAL datestyle TO ISO")
            # A scan begins where the table does, so that an unchanged table comes in the order of the last run.
            connection.execute("SET LOCAL synchronize_seqscans TO off")
            schema = sql.Identifier(stored.schema) if stored.schema else None
            tables = connection.execute(_POSTGRES_TABLES, {"schema": stored.schema}).fetchall()
            _known(stored, [str(one) for (one,) in tables])
            table = sql.Identifier(stored.table)
            place = table if schema is None else sql.SQL("{}.{}").format(schema, table)
            with connection.cursor(name="policy_engine") as cursor:
                # Days of any year, and infinity, are text to the field that reads them.
                for kind in ("date", *_MOMENTS):
                    cursor.adapters.register_loader(kind, TextLoader)
                cursor.itersize = _BLOCK
                cursor.execute(sql.SQL("SELECT * FROM {}").format(place))
                columns = cursor.description or []
                names = {one.name: _type_of(one.type_code, connection.adapters.types) for one in columns}
                odd = [f"“{one.name}”（{one.type_display}）" for one in columns if not names[one.name]]
                if odd:
                    hint = "建一个视图，去掉这些列，或者转成文字、是非、数、日期、文字的列表"
                    refuse(str(stored), f"列的类型审查不了：{'、'.join(odd[:12])}", hint)
                moments = [at for at, kind in enumerate(names.values()) if kind in _MOMENTS]
                yield list(names), (_dated(row, moments) for row in cursor)
            connection.rollback()
    except psycopg.Error as error:
        reason = " ".join(str(error).replace(stored.address, str(stored)).split())[:200]
        refuse(str(stored), f"PostgreSQL 读不了：{reason}", "看地址、口令、数据库和读这张表的权限")


def _type_of(code: int, types: TypesRegistry) -> str:
    """Name the type of a column; "" where its values are no cells."""
    known = types.get(code)
    if known is None:
        return ""
    if code == known.array_oid:
        return "list" if known.name in _TEXTS else ""
    return known.name if known.name in (*_READ, *_MOMENTS) else ""


def _dated(row: Sequence[object], moments: Sequence[int]) -> Sequence[object]:
    """Write a day that is told as its first moment as a day; any other moment stays as it is, and is no day."""
    if not moments:
        return row
    values = list(row)
    for at in moments:
        values[at] = str(values[at]).removesuffix(" 00:00:00") if values[at] is not None else None
    return values


_POSTGRES_TABLES: Final = """
SELECT c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND CASE WHEN %(schema)s = '' THEN pg_catalog.pg_table_is_visible(c.oid)
AND n.nspname NOT IN ('pg_catalog', 'information_schema') ELSE n.nspname = %(schema)s END
"""


def _known(stored: StoredTable, tables: Sequence[str]) -> None:
    if stored.table not in tables:
        near = did_you_mean(stored.table, tables)
        refuse(str(stored), f"数据库里没有表或者视图 `{stored.table}`", near or "看表名，大小写也要一样")
