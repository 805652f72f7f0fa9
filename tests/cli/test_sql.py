"""`policy-engine sql`: what it prints is run by a database as it stands."""

import json
import sqlite3
import sys

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from policy_engine.cli.app import app
from policy_engine.model.vocabulary import Phase

ROW = {
    "@row": "1",
    "@as_of": "2026-01-15",
    "@area": "000000",
    "新增公共服务购买支出_万元": 100,
    "其中向社会组织购买_万元": 20.5,
    "分母含履职辅助性服务": False,
    "低于比例已说明": False,
}


def run(*arguments: str):
    return CliRunner().invoke(app, ["sql", *arguments])


@pytest.mark.parametrize(("dialect", "connect"), [("sqlite", sqlite3.connect), ("duckdb", duckdb.connect)])
def test_what_is_printed_is_run_as_it_stands_and_twice(dialect, connect):
    printed = run("年度汇总", "--dialect", dialect, "--table", "各区'汇总\"表")
    assert (0, "") == (printed.exit_code, printed.stderr)
    connection = connect(":memory:")
    for _ in range(2):
        for statement in printed.stdout.split(";\n"):
            connection.execute(statement)
    columns = ", ".join(f'"{name}"' for name in ROW)
    marks = ", ".join("?" * len(ROW))
    connection.execute(f"""INSERT INTO "各区'汇总""表" ({columns}) VALUES ({marks})""", list(ROW.values()))
    (found,) = connection.execute("""SELECT * FROM "各区'汇总""表_结论" """).fetchall()
    assert ("1", None, "须整改", "mof-zong-2016-54.share") == found
    (status,) = connection.execute(
        """SELECT "mof-zong-2016-54.share" FROM "各区'汇总""表_逐条" """
    ).fetchone()
    assert "true" == status


@pytest.mark.parametrize(("dialect", "connect"), [("sqlite", sqlite3.connect), ("duckdb", duckdb.connect)])
def test_what_is_looked_for_in_whole_lists_is_printed_too(dialect, connect):
    printed = run("年度汇总", "--dialect", dialect, "--aggregates")
    assert (0, "") == (printed.exit_code, printed.stderr)
    assert "share-of-social-organisations" in printed.stdout.split("\n\n")[0]
    connection = connect(":memory:")
    for _ in range(2):
        for statement in printed.stdout.split(";\n"):
            connection.execute(statement)
    rows = [{**ROW, "政府名称": "甲县", "年度": 2025}, {**ROW, "@row": "2", "政府名称": "乙县", "年度": 2025}]
    rows[1]["其中向社会组织购买_万元"] = None
    for row in rows:
        columns, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
        connection.execute(f"INSERT INTO 年度汇总 ({columns}) VALUES ({marks})", list(row.values()))
    name = "年度汇总_汇总_share-of-social-organisations"
    found = connection.execute(f'SELECT * FROM "{name}"').fetchall()
    assert {("甲县", 2025, "查出", 2050, 10000, 1, "3/10"), ("乙县", 2025, "可能", 0, 0, 0, "3/10")} == set(
        found
    )
    there = connection.execute(f'SELECT "政府名称", "@row", "@sure" FROM "{name}_行"').fetchall()
    assert {("甲县", "1", 1), ("乙县", "2", 1)} == set(there)


def test_verdicts_and_grounds_of_the_views_are_what_amounts_are_grouped_by():
    printed = run("采购事项", "--dialect", "duckdb", "--aggregates", "--format", "json")
    (result,) = json.loads(printed.stdout)["results"]
    assert {"采购日期", "预算项目"} <= {one["name"] for one in result["columns"]}
    connection = duckdb.connect(":memory:")
    for statement in result["sql"].split(";\n"):
        connection.execute(statement)
    row = {
        "@row": "1",
        "@as_of": "2026-01-15",
        "@area": "000000",
        "@phase": Phase.PROJECT.value,
        "差别待遇": True,
        "项目金额_万元": 30,
    }
    columns, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
    for at in (1, 2):
        connection.execute(
            f"INSERT INTO 采购事项 ({columns}) VALUES ({marks})", [str(at), *list(row.values())[1:]]
        )
    found = connection.execute('SELECT * FROM "采购事项_汇总_amounts-by-verdict"').fetchall()
    (told,) = set(connection.execute('SELECT "@verdict", "@grounds" FROM "采购事项_结论"').fetchall())
    assert ("须整改", 2) == (told[0], len(told[1].split(";")))
    assert [("须整改", 6000)] * 2 == [(one[0], one[3]) for one in found]
    # By articles as people cite them: each once, however many rules encode it.
    assert 2 == len({one[1] for one in found})
    assert all(one[1].startswith("《") for one in found)


def test_its_head_says_which_rules_these_are():
    told = json.loads(run("年度汇总", "--dialect", "spark", "--format", "json").stdout)
    (result,) = told["results"]
    head = [line for line in result["sql"].splitlines() if line.startswith("--")]
    assert told["rule_base"]["digest"] in "".join(head)
    assert "Apache Spark" in head[0]
    assert ("年度汇总", "spark", "年度汇总") == (result["subject"], result["dialect"], result["table"])
    assert {"name": "@row", "type": "TEXT"} == result["columns"][0]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["采购事", "--dialect", "duckdb"], "采购事项"),
        (["采购事项"], "--dialect"),
        (["采购事项", "--dialect", "duckdb", "--each"], "--each"),
        (["采购事项", "--aggregates", "--run", "表.parquet", "-o", "结论.csv"], "--aggregates"),
        (["采购事项", "--dialect", "duckdb", "-o", "x.parquet"], "--run"),
        (["采购事项", "--run", "x.parquet"], "-o"),
        (["采购事项", "--run", "x.parquet", "-o", "x.txt"], "x.txt"),
        (["采购事项", "--run", "x.parquet", "-o", "y.csv", "--table", "甲"], "--table"),
        (["采购事项", "--run", "x.parquet", "-o", "y.csv", "--dialect", "spark"], "--dialect"),
        (["采购事项", "--dialect", "oracle"], "duckdb"),
        (["采购事项", "--dialect", "duckdb", "--table", " "], "--table"),
    ],
)
def test_bad_usage_is_told(arguments, told):
    found = run(*arguments)
    assert 2 == found.exit_code
    assert told in found.output


@pytest.fixture
def table(tmp_path) -> str:
    """Three years of a district: one told, one with a bad share, one that begins before all days."""
    rows = [
        ROW,
        ROW | {"@row": "2", "其中向社会组织购买_万元": 50},
        ROW | {"@row": "3", "@as_of": "1850-01-01"},
    ]
    shown = run("年度汇总", "--dialect", "duckdb", "--format", "json").stdout
    names = [one["name"] for one in json.loads(shown)["results"][0]["columns"]]
    columns = {name: pa.array([row.get(name) for row in rows]) for name in names}
    path = tmp_path / "汇总.parquet"
    pq.write_table(pa.table(columns), path)
    return str(path)


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_a_table_is_decided_here_without_a_database(table, tmp_path, suffix):
    output = tmp_path / f"结论{suffix}"
    found = run("年度汇总", "--run", table, "-o", str(output))
    assert 2 == found.exit_code
    assert "3 行，有结论的 2 行，填报有误的 1 行" in found.stdout
    assert "mof-zong-2016-54.share：违反（许可、分类为成立） 1、符合 1" in found.stdout
    connection = duckdb.connect(":memory:")
    answers = connection.sql(f"SELECT * FROM '{output}' ORDER BY \"@row\"").fetchall()
    share = "mof-zong-2016-54.share"
    # To a reader of CSV rows have numbers.
    assert [("须整改", share), (None, None)] == [answer[2:] for answer in (answers[0], answers[2])]
    assert [None, None, "@as_of"] == [answer[1] for answer in answers]


def test_what_is_decided_here_is_told_as_data(table, tmp_path):
    output = tmp_path / "结论.parquet"
    found = run("年度汇总", "--run", table, "-o", str(output), "--each", "--format", "json")
    assert (2, "") == (found.exit_code, found.stderr)
    (result,) = json.loads(found.stdout)["results"]
    assert (3, 2, {"@as_of": 1}) == (result["rows"], result["decided"], result["refused"])
    assert {"true": 1, "satisfied": 1} == result["statuses"]["mof-zong-2016-54.share"]
    assert "mof-zong-2016-54.share" in pq.read_schema(output).names


def test_a_table_that_can_not_be_decided_here_leaves_nothing_behind(table, tmp_path):
    output = tmp_path / "结论.parquet"
    output.write_text("以前的", encoding="utf-8")
    found = run("采购事项", "--run", table, "-o", str(output))
    assert (2, True) == (found.exit_code, "PE563" in found.output)
    assert {"结论.parquet", "汇总.parquet"} == {one.name for one in tmp_path.iterdir()}
    assert "以前的" == output.read_text(encoding="utf-8")


@pytest.mark.parametrize("missing", ["pyarrow", "numpy"])
def test_without_the_extra_it_says_what_to_install(missing, table, tmp_path, monkeypatch):
    for name in [*sys.modules]:
        if name.partition(".")[0] == missing or name.startswith(
            ("policy_engine.ledger.arrow", "policy_engine.ledger.closed", "policy_engine.ledger.row_bits")
        ):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    found = run("年度汇总", "--run", table, "-o", str(tmp_path / "结论.parquet"))
    assert "PE906" in found.output
    assert "policy-engine[parquet]" in found.output
