"""Databases in which plans are run, each in its own way: a table is made, filled and asked."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import psycopg
from sqlglot import exp

from policy_engine.foundation.logic import Truth
from policy_engine.model.decisions import Evaluation, Status
from policy_engine.relational import DIALECTS, Plan
from policy_engine.relational.plan import GROUNDS, REFUSED, VERDICT
from policy_engine.relational.rows import Cell
from policy_engine.relational.views import table_of

Answer = dict[str, object]


@dataclass(frozen=True)
class Database:
    """One open database. `execute`: runs a statement; `fill`: adds rows; `rows`: gives what the last one selected."""

    name: str
    execute: Callable[[str], object]
    fill: Callable[[str, list[tuple[Cell, ...]]], object]
    select: Callable[[str], tuple[list[str], list[tuple]]]

    def ask(self, plan: Plan, rows: Iterable[tuple[Cell, ...]], query: str | None = None) -> list[Answer]:
        """Make the table of a plan anew, fill it and run its query: an answer a row, in the order of `@row`."""
        table = exp.to_identifier(plan.table, quoted=True).sql(dialect=self.name)
        self.execute(f"DROP TABLE IF EXISTS {table}")
        self.execute(table_of(plan).sql(dialect=self.name))
        marks = ", ".join(["?" if self.name != "postgres" else "%s"] * len(plan.inputs))
        self.fill(f"INSERT INTO {table} VALUES ({marks})", list(rows))
        names, found = self.select(query or plan.sql)
        return sorted(
            (dict(zip(names, row, strict=True)) for row in found), key=lambda one: int(one["@row"] or -1)
        )


@contextmanager
def sqlite() -> Iterator[Database]:
    connection = sqlite3.connect(":memory:")

    def select(query: str) -> tuple[list[str], list[tuple]]:
        cursor = connection.execute(query)
        return [one[0] for one in cursor.description], cursor.fetchall()

    yield Database("sqlite", connection.execute, connection.executemany, select)
    connection.close()


@contextmanager
def duck() -> Iterator[Database]:
    connection = duckdb.connect(config={"threads": 1, "autoinstall_known_extensions": False})

    def select(query: str) -> tuple[list[str], list[tuple]]:
        cursor = connection.execute(query)
        return [one[0] for one in cursor.description], cursor.fetchall()

    yield Database("duckdb", connection.execute, connection.executemany, select)
    connection.close()


@contextmanager
def postgres(address: str) -> Iterator[Database]:
    with psycopg.connect(address, autocommit=True) as connection:

        def fill(statement: str, rows: list[tuple[Cell, ...]]) -> None:
            with connection.cursor() as cursor:
                cursor.executemany(statement, rows)

        def select(query: str) -> tuple[list[str], list[tuple]]:
            cursor = connection.execute(query)
            return [one.name for one in cursor.description or ()], cursor.fetchall()

        yield Database("postgres", connection.execute, fill, select)


LOCAL = {"sqlite": sqlite, "duckdb": duck}
assert LOCAL.keys() <= DIALECTS.keys()


def evaluation_of(answer: Answer, plan: Plan) -> Evaluation:
    """Read an answer as what an engine finds."""
    return Evaluation(
        statuses={rule: Status(answer[name]) for rule, name in plan.statuses.items()},
        truths={part: truth_of(answer[name]) for part, name in plan.truths.items()},
        numbers={one: answer[name] for one, name in plan.numbers.items() if answer[name] is not None},
        rivals={pair: truth_of(answer[name]) for pair, name in plan.rivals.items()},
    )


def truth_of(value: object) -> Truth:
    return Truth.UNKNOWN if value is None else Truth.TRUE if value else Truth.FALSE


def told(answer: Answer) -> tuple[object, object, object]:
    return answer[REFUSED], answer[VERDICT], answer[GROUNDS]
