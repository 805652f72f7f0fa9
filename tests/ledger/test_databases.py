"""`batch --engine`: a database decides every row once more; one that it decides otherwise is told, and exits 4."""

import json
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from cli.contract import envelope_in
from policy_engine.cli.app import app
from policy_engine.ledger import databases
from policy_engine.model.decisions import Status
from records.server import served, why_not
from relational import cluster

HEAD = "项目名称,购买内容,项目金额_万元,合同期限（年）,已列入目录,含工程,采购标的,申报声明人"
ROWS = (
    "机关物业,机关办公楼保洁,186.5,1年,是,否,服务,张某",
    "修缮,办公楼外墙修缮，含劳务派遣人员20名,300,1,否,是,工程,张某",
    "培训,业务培训,十来万,1,是,,,",
    "又一物业,机关办公楼保洁,190,12个月,,,服务,",
)
DAY = ("--as-of", "2026-01-15", "--jurisdiction", "浙江省湖州市", "--sample", "0")


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("清单.csv").write_text("\n".join((HEAD, *ROWS)) + "\n", encoding="utf-8")


def batch(*more: str):
    arguments = ["batch", "清单.csv", "-o", "结果.csv", "--subject", "采购事项", *DAY, *more]
    return CliRunner().invoke(app, arguments)


def test_a_database_decides_every_row_once_more() -> None:
    plain = batch()
    written = Path("结果.csv").read_bytes()
    found = batch("--engine", "duckdb")
    assert (2, plain.exit_code) == (found.exit_code, found.exit_code)
    assert "审查的 3 行另由 DuckDB 用 SQL 审过，逐条规则一致" in found.stdout
    assert written == Path("结果.csv").read_bytes()
    told = envelope_in(batch("--engine", "duckdb", "--format", "json").stdout)
    assert ("duckdb", []) == (told["results"][0]["engine"], told["results"][0]["differences"])


def test_what_a_database_decides_otherwise_is_told(monkeypatch) -> None:
    real = databases.evaluate_compiled

    def mistaken(compiled, situation):
        found = real(compiled, situation)
        if situation.values.get("含工程") is True:
            statuses = dict(found.statuses)
            statuses["mof-order-102-2020.art-10-3"] = Status.CLEAR
            return type(found)(
                statuses=statuses, truths=found.truths, numbers=found.numbers, rivals=found.rivals
            )
        return found

    monkeypatch.setattr(databases, "evaluate_compiled", mistaken)
    found = batch("--engine", "duckdb", "--format", "json")
    assert 4 == found.exit_code
    (one,) = json.loads(found.stdout)["results"][0]["differences"]
    assert (3, "mof-order-102-2020.art-10-3 clear") == (one["row"], one["run"])
    assert "第 3 行不一致" in batch("--engine", "duckdb").stdout


def test_a_verdict_that_a_database_finds_otherwise_is_told(monkeypatch) -> None:
    real = databases.row_of

    def later(matter, plan, subject):
        cells = list(real(matter, plan, subject))
        places = {one.what: at for at, (_, one) in enumerate(plan.inputs)}
        cells[places["@undescribed"]] = True
        return tuple(cells)

    head = "项目名称,购买主体类型,采购标的,付费方,服务大类,已列入目录,已列入预算,项目金额_万元,含工程,零星维修,按成果付费,合同期限_月"
    row = "机关物业服务,国家机关,服务,政府,政府履职辅助性服务,是,是,186.5,否,是,是,12"
    Path("清单.csv").write_text(f"{head},申报声明人\n{row},沈某\n", encoding="utf-8")
    assert "可以实施" in batch().stdout
    assert 0 == batch("--engine", "duckdb").exit_code
    monkeypatch.setattr(databases, "row_of", later)
    found = batch("--engine", "duckdb", "--format", "json")
    (one,) = json.loads(found.stdout)["results"][0]["differences"]
    assert ("可以实施", "需补充核实") == (one["run"], one["both"])


def test_a_database_that_is_not_there_leaves_no_output() -> None:
    found = batch("--engine", "postgres", "--database", "postgresql://127.0.0.1:1/x?connect_timeout=2")
    assert 2 == found.exit_code
    assert "PE562" in found.stderr
    assert not Path("结果.csv").exists()
    assert 2 == batch().exit_code
    assert Path("结果.csv").exists()


@pytest.mark.parametrize(
    "more",
    [
        ("--engine", "postgres"),
        ("--database", "postgresql://x"),
        ("--engine", "duckdb", "--database", "postgresql://x"),
        ("--engine", "oracle"),
    ],
)
def test_bad_usage_is_told(more) -> None:
    found = batch(*more)
    assert 2 == found.exit_code
    assert "postgres" in found.stderr


@pytest.mark.xdist_group("postgres")
@pytest.mark.skipif(bool(why_not()), reason=why_not())
def test_a_server_decides_every_row_and_keeps_nothing() -> None:
    with served() as address:
        found = batch("--engine", "postgres", "--database", address)
        with psycopg.connect(address) as connection:
            left = connection.execute("SELECT count(*) FROM pg_class WHERE relname LIKE 'policy%'").fetchone()
    assert "审查的 3 行另由 PostgreSQL 用 SQL 审过，逐条规则一致" in found.stdout
    assert (0,) == left


@pytest.mark.broad
@pytest.mark.xdist_group("spark")
@pytest.mark.skipif(bool(cluster.why_not()), reason=cluster.why_not())
def test_a_cluster_decides_every_row_and_leaves_nothing(monkeypatch) -> None:
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    with cluster.clustered() as address:
        found = batch("--engine", "spark", "--database", address)
    assert "审查的 3 行另由 Apache Spark 用 SQL 审过，逐条规则一致" in found.stdout
    assert {"清单.csv", "结果.csv"} == {path.name for path in Path().iterdir()}
