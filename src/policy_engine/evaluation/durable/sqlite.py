"""The clauses of the second engine matched by SQLite, where durable-rules can't be loaded.

A clause becomes one expression over the properties of a fact, all of them parameters of one `SELECT`. A property that
isn't known is `NULL`, no comparison with `NULL` holds, and `AND` hands it on: just what a clause means.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from policy_engine.evaluation.durable.clauses import Atom, Clause, EngineFailure, Mark, Op, admit
from policy_engine.foundation.forks import in_every_child

if TYPE_CHECKING:
    import sqlite3

# A row of SQLite holds two thousand columns as it is usually built.
_MOST_CLAUSES: Final = 500
_STATEMENTS: Final = 2_048
_COMPARED: Final[Mapping[Op, str]] = {
    Op.EQUAL: "=",
    Op.UNEQUAL: "<>",
    Op.LESS: "<",
    Op.AT_MOST: "<=",
    Op.MORE: ">",
    Op.AT_LEAST: ">=",
}
_connections: list[sqlite3.Connection] = []
# Of a parent process: one that is closed by a child could harm what the parent does with it.
_inherited: list[sqlite3.Connection] = []


def sqlite_available() -> bool:
    """Tell whether SQLite came with this Python."""
    try:
        import sqlite3  # noqa: F401, PLC0415
    except ImportError:
        return False
    return True


class SqliteRuleset:
    """A few clauses as one statement. Not for two threads at a time."""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        self._heads = tuple(clause.head for clause in clauses)
        names = dict.fromkeys(atom.name for clause in clauses for atom in clause.body)
        self._names = {name: f"v{at}" for at, name in enumerate(names)}
        self._constants: dict[str, Mark] = {}
        columns = (" AND ".join(map(self._compared, clause.body)) or "1" for clause in clauses)
        self._statement = "SELECT " + ", ".join(f"({column})" for column in columns)

    def _compared(self, atom: Atom) -> str:
        value = f":{self._names[atom.name]}"
        if atom.op is Op.PRESENT:
            return f"{value} IS NOT NULL"
        constant = f"c{len(self._constants)}"
        self._constants[constant] = admit(atom.constant)
        return f"{value} {_COMPARED[atom.op]} :{constant}"

    def run(self, marks: Mapping[str, Mark]) -> list[str]:
        """Hold the properties that these clauses look at against them, and list the heads that hold."""
        seen = {short: marks.get(name) for name, short in self._names.items()}
        row = _row(self._statement, {**self._constants, **seen})
        if len(row) != len(self._heads) or any(held not in (0, 1, None) for held in row):
            raise EngineFailure("SQLite answered something else than was asked")
        return [head for head, held in zip(self._heads, row, strict=True) if held]


def sqlite_rulesets(clauses: Iterable[Clause]) -> tuple[SqliteRuleset, ...]:
    """Pack clauses into statements, in order."""
    known = tuple(clauses)
    packs = (known[at : at + _MOST_CLAUSES] for at in range(0, len(known), _MOST_CLAUSES))
    return tuple(SqliteRuleset(pack) for pack in packs)


def _row(statement: str, values: Mapping[str, object]) -> tuple[object, ...]:
    import sqlite3  # noqa: PLC0415 - not in every Python, and nothing else needs it

    try:
        if not _connections:
            # Nothing is stored: every statement is an expression over its own parameters.
            _connections.append(
                sqlite3.connect(":memory:", check_same_thread=False, cached_statements=_STATEMENTS)
            )
        found: tuple[object, ...] = _connections[0].execute(statement, values).fetchone()
    except sqlite3.Error as problem:
        reason = f"SQLite failed: {problem}"
        raise EngineFailure(reason) from problem
    return found


@in_every_child
def _start_afresh() -> None:
    _inherited.extend(_connections)
    _connections.clear()
