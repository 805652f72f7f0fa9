"""All rows of a ledger decided once more, by the rules as SQL in a database; both must say the same of every row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Final

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
_EMPTYING: Final = "DELETE FROM policy_engine_rows"
_FILLING: Final = "INSERT INTO policy_engine_rows VALUES"
# What goes on in the database: rows for the table of the plan, and what the plan says of each.
Ask = Callable[[Sequence[tuple[Cell, ...]]], list[tuple[object, ...]]]


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
    with _OPENED[engine](address, plan) as ask:
        while block := list(islice(held, _BLOCKS.get(engine, _BLOCK))):
            yield from _compared(block, plan, ask, reading)


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


def _compared(block: Sequence[_Held], plan: Plan, ask: Ask, reading: Reading) -> Iterator[Contradiction]:
    names = plan.query.named_selects
    rows = [row_of(one.matter, plan, reading.subject) for one in block]
    answers = {str(found[0]): dict(zip(names, found, strict=True)) for found in ask(rows)}
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


@contextmanager
def _duckdb(_address: str, plan: Plan) -> Iterator[Ask]:
    import duckdb  # noqa: PLC0415 - of an extra

    filling = f"{_FILLING} ({', '.join('?' * len(plan.inputs))})"
    # Nothing is fetched from anywhere: what is needed comes with it.
    with (
        _told("DuckDB", duckdb.Error),
        duckdb.connect(config={"autoinstall_known_extensions": False}) as connection,
    ):
        connection.execute(_table(plan))

        def ask(rows: Sequence[tuple[Cell, ...]]) -> list[tuple[object, ...]]:
            connection.execute(_EMPTYING)
            connection.executemany(filling, rows)
            return list(connection.execute(plan.sql).fetchall())

        yield ask


@contextmanager
def _postgres(address: str, plan: Plan) -> Iterator[Ask]:
    import psycopg  # noqa: PLC0415 - of an extra

    filling = f"{_FILLING} ({', '.join(['%s'] * len(plan.inputs))})"
    with (
        _told("PostgreSQL", psycopg.Error),
        psycopg.connect(address) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(_table(plan).encode())

        def ask(rows: Sequence[tuple[Cell, ...]]) -> list[tuple[object, ...]]:
            cursor.execute(_EMPTYING)
            cursor.executemany(filling.encode(), rows)
            cursor.execute(plan.sql.encode())
            return list(cursor.fetchall())

        yield ask
        # A temporary table is all there was.
        connection.rollback()


@contextmanager
def _spark(address: str, plan: Plan) -> Iterator[Ask]:
    from py4j.protocol import Py4JError  # noqa: PLC0415 - of an extra
    from pyspark.errors import PySparkException  # noqa: PLC0415
    from pyspark.sql import SparkSession  # noqa: PLC0415

    columns = ", ".join(one.sql(dialect="spark") for one in table_of(plan).this.expressions)
    with _told("Spark", PySparkException, Py4JError):
        before = SparkSession.getActiveSession()
        builder = SparkSession.builder.master(address).appName("policy-engine")
        for key in ("spark.ui.enabled", "spark.ui.showConsoleProgress"):
            builder = builder.config(key, "false")
        session = builder.config("spark.log.level", "OFF").getOrCreate()

        def ask(rows: Sequence[tuple[Cell, ...]]) -> list[tuple[object, ...]]:
            # A view over rows that belongs to the session: nothing is written anywhere.
            session.createDataFrame(list(rows), columns).createOrReplaceTempView(_TABLE)
            return [tuple(row) for row in session.sql(plan.sql).collect()]

        try:
            yield ask
        finally:
            if before is None:
                session.stop()


def _table(plan: Plan) -> str:
    return table_of(plan, is_temporary=True).sql(dialect=plan.dialect.name)


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


_OPENED: Final[dict[str, Callable[[str, Plan], AbstractContextManager[Ask]]]] = {
    "duckdb": _duckdb,
    "postgres": _postgres,
    "spark": _spark,
}
