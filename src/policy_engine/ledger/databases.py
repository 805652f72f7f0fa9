"""All rows of a ledger decided once more, by the rules as SQL in a database; both must say the same of every row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Final

from sqlglot import exp

from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.closing import close_subject
from policy_engine.evaluation.compiled import evaluate_compiled
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.ledger.deciding import Answer, Row
from policy_engine.ledger.given import Reading
from policy_engine.ledger.lines import Line
from policy_engine.relational import DIALECTS, Plan, RowFacts, plan_subject, row_of, table_of
from policy_engine.relational.plan import GROUNDS, REFUSED, VERDICT
from policy_engine.relational.rows import Cell
from policy_engine.usecases.reading import with_indications

# So many rows are in the database at once; a cluster plans each block anew, which takes long.
_BLOCK: Final = 2_000
_BLOCKS: Final = {"spark": 20_000}
# A table of this name is made for the connection alone, and goes with it.
_TABLE: Final = "policy_engine_rows"


@dataclass(frozen=True, slots=True)
class Database:
    """An open database that keeps nothing. `put`: has a table of the connection's own hold these rows and no others.

    `ask`: gives what a query selects.
    """

    put: Callable[[exp.Create, Sequence[tuple[Cell, ...]]], None]
    ask: Callable[[exp.Query], list[tuple[object, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """A row of which the database says something else: what the run said, and what the database."""

    row: int
    told: str
    other: str


@dataclass(frozen=True, slots=True)
class _Held:
    """A row to be held against the database. `statuses`: of every rule; `answer`: `None` where words opened facts."""

    matter: RowFacts
    statuses: dict[str, str]
    answer: Answer | None


def contradictions(
    rows: Iterable[tuple[Line, Row]],
    reading: Reading,
    compiled: CompiledRuleSet,
    engine: str,
    address: str = "",
) -> Iterator[Contradiction]:
    """Decide the rows that were decided once more, and go through those of which the database says otherwise.

    `engine`: `duckdb`, in memory, or `postgres` or `spark`, at an address. Raises `DiagnosticsError` where the rules can't be said
    in SQL or the database fails.
    """
    plan = plan_subject(compiled, reading.subject.name, DIALECTS[engine], _TABLE)
    held = (_held(line, row, reading, compiled) for line, row in rows if row.answer is not None)
    with opened(engine, address) as database:
        while block := list(islice(held, _BLOCKS.get(engine, _BLOCK))):
            yield from _compared(block, plan, database, reading)


def _held(line: Line, row: Row, reading: Reading, compiled: CompiledRuleSet) -> _Held:
    case = with_indications(reading.case(line), compiled.rule_set)
    closed = close_subject(case, reading.subject, compiled.subjects[reading.subject.name])
    found = evaluate_compiled(compiled, closed.situation)
    return _Held(
        RowFacts(
            row=str(row.number),
            situation=closed.situation,
            phase=closed.phase,
            doubts=closed.doubtful,
            running=closed.running,
            is_undescribed=bool(closed.undescribed),
        ),
        {rule: status.value for rule, status in found.statuses.items()},
        # What words open weighs less than the facts alone say; the table holds facts.
        None if closed.opened or closed.supposed else row.answer,
    )


def _compared(
    block: Sequence[_Held], plan: Plan, database: Database, reading: Reading
) -> Iterator[Contradiction]:
    names = plan.query.named_selects
    rows = [row_of(one.matter, plan, reading.subject) for one in block]
    database.put(table_of(plan, is_temporary=True), rows)
    asked = database.ask(plan.query)
    answers = {str(found[0]): dict(zip(names, found, strict=True)) for found in asked}
    for one in block:
        found = answers.get(one.matter.row, {})
        rules = [rule for rule, name in plan.statuses.items() if found.get(name) != one.statuses[rule]]
        number = int(one.matter.row)
        if rules:
            told, other = (
                "、".join(f"{rule} {of(rule)}" for rule in rules[:3])
                for of in (one.statuses.__getitem__, lambda rule: found.get(plan.statuses[rule]))  # noqa: B023
            )
            yield Contradiction(row=number, told=told, other=other)
        elif one.answer is not None and _outcome(one.answer) != (found[VERDICT], found[GROUNDS]):
            other = str(found[VERDICT] or found[REFUSED])
            yield Contradiction(row=number, told=one.answer.label, other=other)


def _outcome(answer: Answer) -> tuple[str, str]:
    return answer.label, ";".join(answer.grounds)


def opened(engine: str, address: str) -> AbstractContextManager[Database]:
    """Open a database: `duckdb`, in memory, `postgres` or `spark`, at an address. Raises `DiagnosticsError` where it fails, then and later."""
    return _OPENED[engine](address)


@contextmanager
def _duckdb(_address: str) -> Iterator[Database]:
    import duckdb  # noqa: PLC0415 - of an extra

    # Nothing is fetched from anywhere: what is needed comes with it.
    with (
        _told("DuckDB", duckdb.Error),
        duckdb.connect(config={"autoinstall_known_extensions": False}) as connection,
    ):

        def put(create: exp.Create, rows: Sequence[tuple[Cell, ...]]) -> None:
            for statement in _anew(create):
                connection.execute(statement.sql(dialect="duckdb"))
            if rows:
                connection.executemany(_filling(create, "?").sql(dialect="duckdb"), rows)

        yield Database(put, lambda query: list(connection.execute(query.sql(dialect="duckdb")).fetchall()))


@contextmanager
def _postgres(address: str) -> Iterator[Database]:
    import psycopg  # noqa: PLC0415 - of an extra

    with (
        _told("PostgreSQL", psycopg.Error),
        psycopg.connect(address) as connection,
        connection.cursor() as cursor,
    ):

        def put(create: exp.Create, rows: Sequence[tuple[Cell, ...]]) -> None:
            for statement in _anew(create):
                cursor.execute(statement.sql(dialect="postgres").encode())
            cursor.executemany(_filling(create, "%s").sql(dialect="postgres").encode(), rows)

        def ask(query: exp.Query) -> list[tuple[object, ...]]:
            cursor.execute(query.sql(dialect="postgres").encode())
            return list(cursor.fetchall())

        yield Database(put, ask)
        # Temporary tables are all there was.
        connection.rollback()


@contextmanager
def _spark(address: str) -> Iterator[Database]:
    from py4j.protocol import Py4JError  # noqa: PLC0415 - of an extra
    from pyspark.errors import PySparkException  # noqa: PLC0415
    from pyspark.sql import SparkSession  # noqa: PLC0415

    with _told("Spark", PySparkException, Py4JError):
        before = SparkSession.getActiveSession()
        builder = SparkSession.builder.master(address).appName("policy-engine")
        for key in ("spark.ui.enabled", "spark.ui.showConsoleProgress"):
            builder = builder.config(key, "false")
        session = builder.config("spark.log.level", "OFF").getOrCreate()

        def put(create: exp.Create, rows: Sequence[tuple[Cell, ...]]) -> None:
            # A view over rows that belongs to the session: nothing is written anywhere.
            columns = ", ".join(one.sql(dialect="spark") for one in create.this.expressions)
            session.createDataFrame(list(rows), columns).createOrReplaceTempView(_place(create).name)

        def ask(query: exp.Query) -> list[tuple[object, ...]]:
            return [tuple(row) for row in session.sql(query.sql(dialect="spark")).collect()]

        try:
            yield Database(put, ask)
        finally:
            if before is None:
                session.stop()


def _place(create: exp.Create) -> exp.Table:
    table = create.this.this
    assert isinstance(table, exp.Table)
    return table.copy()


def _anew(create: exp.Create) -> Iterator[exp.Expr]:
    yield exp.Drop(tables=[_place(create)], kind="TABLE", exists=True)
    yield create


def _filling(create: exp.Create, mark: str) -> exp.Insert:
    marks = [exp.Var(this=mark) for _ in create.this.expressions]
    return exp.insert(exp.values([tuple(marks)]), _place(create))


@contextmanager
def _told(name: str, *errors: type[Exception]) -> Iterator[None]:
    try:
        yield
    except errors as problem:
        reason = " ".join(str(problem).split())[:300]
        raise DiagnosticsError(
            [
                Diagnostic(
                    code="PE562",
                    message=f"{name} 没有审完，没有写输出：{reason}",
                    help="看地址、口令和数据库；不要数据库再审的，不写 --engine",
                )
            ]
        ) from problem


_OPENED: Final[dict[str, Callable[[str], AbstractContextManager[Database]]]] = {
    "duckdb": _duckdb,
    "postgres": _postgres,
    "spark": _spark,
}
