"""`policy-engine sql`: what it prints is run by a database as it stands."""

import json
import sqlite3

import duckdb
import pytest
from click.testing import CliRunner

from policy_engine.cli.app import app

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
        (["采购事项", "--dialect", "oracle"], "duckdb"),
        (["采购事项", "--dialect", "duckdb", "--table", " "], "--table"),
    ],
)
def test_bad_usage_is_told(arguments, told):
    found = run(*arguments)
    assert 2 == found.exit_code
    assert told in found.output
