"""`batch --engine`: a database looks through the whole list once more; what it finds otherwise is told, and exits 4."""

from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.contract import envelope_in
from policy_engine.cli.app import app
from policy_engine.compilation import CompiledRuleSet
from policy_engine.ledger import databases, lists_again
from policy_engine.relational import Plan, plan_subject
from policy_engine.relational.looking import unsayable_aggregates
from policy_engine.usecases import aggregating
from records.server import served, why_not
from relational import cluster

HEAD = "项目名称,购买主体名称,采购品目,采购日期,采购方式,项目金额（万元）,公开招标数额标准（元）"
ROWS = (
    "印刷一,甲局,印刷服务,2026-01-10,询价,80,2000000",
    "印刷二,甲局,印刷服务,2026年2月10日,询价,800000元,2000000",
    "印刷三,甲局,印刷服务,2026-03-10,询价,40,2000000",
    "保洁一,乙局,物业管理服务,某日,询价,150,2000000",
    "保洁二,乙局,物业管理服务,2026-03-10,询价,90,2000000",
    "会议,,会议服务,2026-03-10,询价,90,2000000",
    "错的,丙局,印刷服务,2026-03-10,询价,十来万,2000000",
)
SPLIT = "split-near-one-another"
DUCKDB = ("--engine", "duckdb")


@cache
def _plans() -> list[tuple[tuple[object, ...], Plan]]:
    return []


def plan_once(compiled: CompiledRuleSet, *more: object) -> Plan:
    """Plan a subject, unless the very same rules were planned the same way before."""
    for (known, *others), found in _plans():
        if known is compiled and others == [*more]:
            return found
    found = plan_subject(compiled, *more)
    _plans().append(((compiled, *more), found))
    return found


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch) -> None:
    for module in (databases, lists_again):
        monkeypatch.setattr(module, "plan_subject", plan_once)
    monkeypatch.chdir(tmp_path)
    Path("清单.csv").write_text("\n".join((HEAD, *ROWS)) + "\n", encoding="utf-8")


def batch(*more: str):
    arguments = ["batch", "清单.csv", "-o", "结果.csv", "--as-of", "2026-06-01", "--sample", "0", *more]
    result = CliRunner().invoke(app, arguments)
    assert "Traceback" not in result.output
    return result


def differences(found) -> list:
    return envelope_in(found.stdout)["results"][0]["differences"]


def altered(monkeypatch, of_field: str, change) -> None:
    real = lists_again.cell_of

    def other(value, field, dialect):
        cell = real(value, field, dialect)
        return change(cell) if field.name.startswith(of_field) and cell is not None else cell

    monkeypatch.setattr(lists_again, "cell_of", other)


def test_a_database_that_finds_the_same_changes_nothing() -> None:
    plain = batch()
    written = Path("结果.csv").read_bytes()
    found = batch(*DUCKDB)
    assert plain.exit_code == found.exit_code
    assert written == Path("结果.csv").read_bytes()
    assert "2 项汇总另由 DuckDB 用 SQL 查过，各组、数额和行一致" in found.stdout
    assert [] == differences(batch(*DUCKDB, "--format", "json"))


def test_a_group_that_a_database_measures_otherwise_is_told(monkeypatch) -> None:
    altered(monkeypatch, "项目金额", lambda cell: cell + 1 if cell == 40 else cell)
    found = batch(*DUCKDB, "--format", "json")
    assert 4 == found.exit_code
    (one,) = (one for one in differences(found) if one["aggregate"] == SPLIT)
    assert 2 == one["row"]
    assert one["run"].startswith("甲局、印刷服务、2026-01-10、2026-03-10：")
    assert ("@known 20000" in one["run"], "@known 20100" in one["both"]) == (True, True)
    told = batch(*DUCKDB)
    assert 4 == told.exit_code
    assert "汇总“疑似拆分采购（九十天内）”" in told.stdout
    assert "不一致：这次的输出不能用" in told.stdout
    assert "重审的第" not in told.stdout


def test_a_group_that_a_database_finds_by_itself_or_not_at_all_is_told(monkeypatch) -> None:
    altered(monkeypatch, "采购日期", lambda cell: "2025-01-01" if cell == "2026-03-10" else cell)
    (one, *_) = (one for one in differences(batch(*DUCKDB, "--format", "json")) if "甲局" in one["run"])
    assert "没有这一组" == one["both"].rpartition("：")[2]
    assert 2 == one["row"]


def test_a_row_that_a_database_does_not_find_is_told(monkeypatch) -> None:
    real = databases.opened

    @contextmanager
    def forgetful(engine, address):
        with real(engine, address) as database:

            def ask(query):
                found = database.ask(query)
                names = query.named_selects
                return [one for one in found if "@row" not in names or one[names.index("@row")] != "3"]

            yield databases.Database(database.put, ask)

    monkeypatch.setattr(lists_again, "opened", forgetful)
    found = batch(*DUCKDB, "--format", "json")
    assert 4 == found.exit_code
    (one,) = (one for one in differences(found) if one["aggregate"] == SPLIT)
    assert (3, True, False) == (one["row"], "第 2、3、4 行" in one["run"], "、3" in one["both"])


def test_what_can_not_be_said_in_sql_is_left_out_and_told(monkeypatch) -> None:
    def some(aggregates):
        yield from unsayable_aggregates(aggregates)
        yield from (one for one in aggregates if one.id == SPLIT)

    monkeypatch.setattr(lists_again, "unsayable_aggregates", some)
    told = batch(*DUCKDB).stdout
    assert "汇总“疑似拆分采购（九十天内）”用 SQL 写不准，没有另查" in told
    assert "1 项汇总另由 DuckDB 用 SQL 查过" in told


def test_a_list_in_which_nothing_is_looked_for_is_only_decided_once_more(monkeypatch) -> None:
    monkeypatch.setattr(lists_again, "opened", None)
    Path("清单.csv").write_text("项目名称,已列入目录\n物业,是\n", encoding="utf-8")
    monkeypatch.setattr(aggregating, "load_aggregates", lambda *_: ())
    found = batch(*DUCKDB, "--subject", "采购事项")
    assert "审查的 1 行另由 DuckDB" in found.stdout
    assert "项汇总另由" not in found.stdout


@pytest.mark.xdist_group("postgres")
@pytest.mark.skipif(bool(why_not()), reason=why_not())
def test_a_server_finds_the_same() -> None:
    with served() as address:
        found = batch("--engine", "postgres", "--database", address)
    assert "2 项汇总另由 PostgreSQL 用 SQL 查过" in found.stdout


@pytest.mark.broad
@pytest.mark.xdist_group("spark")
@pytest.mark.skipif(bool(cluster.why_not()), reason=cluster.why_not())
def test_a_cluster_finds_the_same(monkeypatch) -> None:
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    with cluster.clustered() as address:
        found = batch("--engine", "spark", "--database", address)
    assert "2 项汇总另由 Apache Spark 用 SQL 查过" in found.stdout
