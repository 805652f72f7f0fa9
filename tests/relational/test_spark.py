"""A real Spark cluster decides as the oracle and as `check` do: started by the tests, and stopped by them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlglot

from effort import IS_FULL
from policy_engine.relational.rows import Cell
from relational import test_aggregates, test_cells, test_days, test_random_rules, test_shipped_rules
from relational.cluster import clustered, why_not
from relational.databases import Database

pytestmark = [
    pytest.mark.xdist_group("spark"),
    pytest.mark.broad,
    pytest.mark.skipif(bool(why_not()), reason=why_not()),
]


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    from pyspark.sql import SparkSession  # noqa: PLC0415

    with clustered() as address:
        builder = SparkSession.builder.master(address).appName("policy-engine")
        settings = {
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.ui.enabled": "false",
            "spark.sql.shuffle.partitions": "1",
            # Tables of a few rows: all time would go into compiling Java, and into jobs for each stage of a query.
            "spark.sql.adaptive.enabled": "false",
            "spark.sql.codegen.wholeStage": "false",
            "spark.sql.codegen.factoryMode": "NO_CODEGEN",
            "spark.ui.showConsoleProgress": "false",
            "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("spark")),
        }
        for key, value in settings.items():
            builder = builder.config(key, value)
        session = builder.getOrCreate()
        try:
            yield lambda: spark(session)
        finally:
            session.stop()


@contextmanager
def spark(session) -> Iterator[Database]:
    """Tables are held in memory, as views over rows: a warehouse is no matter of the rules."""
    tables: dict[str, object] = {}

    def execute(statement: str) -> None:
        (tree,) = sqlglot.parse(statement, dialect="spark")
        if isinstance(tree, sqlglot.exp.Create):
            columns = [
                f"`{one.name}` {one.args['kind'].sql(dialect='spark')}" for one in tree.this.expressions
            ]
            tables["schema"] = ", ".join(columns)

    def fill(statement: str, rows: list[tuple[Cell, ...]]) -> None:
        (tree,) = sqlglot.parse(statement, dialect="spark")
        name = tree.find(sqlglot.exp.Table).name
        session.createDataFrame(rows, tables["schema"]).createOrReplaceTempView(f"`{name}`")

    def select(query: str) -> tuple[list[str], list[tuple]]:
        frame = session.sql(query)
        return frame.columns, [tuple(row) for row in frame.collect()]

    yield Database("spark", execute, fill, select)


def test_spark_decides_random_rules_as_the_oracle_does(opened):
    with opened() as database:
        test_random_rules.decide_alike(database, 10 if IS_FULL else 3)


def test_spark_counts_days_and_months_as_the_oracle_does(opened):
    test_days.test_sql_counts_days_and_months_as_the_oracle_does(opened)


def test_spark_names_a_cell_that_can_not_be_read(opened):
    test_cells.test_a_cell_that_can_not_be_read_is_named(opened)
    test_cells.test_a_cell_that_can_be_read_refuses_nothing(opened)


def test_spark_decides_purchases_as_check_does(opened):
    test_shipped_rules.decide_alike(opened, "采购事项")


def test_spark_finds_in_a_table_what_is_found_in_a_list(opened):
    with opened() as database:
        test_aggregates.find_alike(database, 20 if IS_FULL else 5)
