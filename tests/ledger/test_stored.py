"""A table of a database is a ledger: read only, whole, by its exact name."""

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from ledger.test_batch import DAY, run, table
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.ledger import running, stored
from policy_engine.ledger.opening import open_table
from policy_engine.ledger.stored import stored_table
from records.server import served, why_not

ADDRESS = "sqlite:///库.db?table=采购"
MAKING = 'CREATE TABLE "采购" ("项目名称" TEXT, "购买内容" TEXT, "项目金额_万元" NUMERIC, "合同期限_月" INTEGER, "已列入目录" BOOLEAN)'
ROWS = [
    ("机关物业", "机关办公楼保洁", 186.5, 12, True),
    ("外墙修缮", "办公楼外墙修缮，含劳务派遣人员20名", None, 6, False),
    ("培训", "业务培训", 3, None, None),
]


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    made(MAKING, *(("INSERT INTO 采购 VALUES (?,?,?,?,?)", row) for row in ROWS))


def made(*statements) -> None:
    with closing(sqlite3.connect("库.db")) as connection, connection:
        for one in statements:
            connection.execute(*((one,) if isinstance(one, str) else one))


def lines(address: str = ADDRESS):
    return list(open_table(stored_table(address), knows=len).lines())


def refused(address: str) -> str:
    with pytest.raises(DiagnosticsError) as error:
        lines(address)
    (one,) = error.value.diagnostics
    assert "PE531" == one.code
    assert one.help
    return f"{one.span.path} {one.message} {one.help}"


def test_a_table_decides_as_the_same_words_do() -> None:
    Path("清单.csv").write_text(
        "项目名称,购买内容,项目金额_万元,合同期限_月,已列入目录\n"
        "机关物业,机关办公楼保洁,186.5,12,是\n"
        "外墙修缮,办公楼外墙修缮，含劳务派遣人员20名,,6,否\n"
        "培训,业务培训,3,,\n",
        encoding="utf-8",
    )
    before = Path("库.db").read_bytes()
    for name, given in (("库", ADDRESS), ("表", "清单.csv")):
        found = run("batch", given, "-o", f"{name}.csv", *DAY, "--sample", "3")
        assert "随机抽 3 行由双引擎重审，全部一致" in found.stdout
    assert table("表.csv") == table("库.csv")
    assert before == Path("库.db").read_bytes()
    assert "外墙修缮" in run("check", "--row", ADDRESS, "2", *DAY).stdout


def test_an_interrupted_run_goes_on_where_the_table_is_unchanged(monkeypatch) -> None:
    decide = running.Decider.row

    def stopping(self, line):
        if line.number == 3:
            raise KeyboardInterrupt
        return decide(self, line)

    for change, told in (((), True), (("UPDATE 采购 SET 合同期限_月 = 24",), False)):
        monkeypatch.setattr(running.Decider, "row", stopping)
        run("batch", ADDRESS, "-o", "结果.csv", *DAY)
        monkeypatch.setattr(running.Decider, "row", decide)
        made(*change)
        assert told is ("前 2 行上次已经审过" in run("batch", ADDRESS, "-o", "结果.csv", *DAY).stdout)


def test_a_name_is_a_name_whatever_stands_in_it() -> None:
    odd = 'a"; DROP TABLE 采购; --'
    made(f'CREATE VIEW "{odd.replace(chr(34), chr(34) * 2)}" AS SELECT * FROM 采购')
    assert 3 == len(lines(f"sqlite:///库.db?table={odd}"))
    assert 3 == len(lines())
    made('CREATE TABLE "甲" ("项""目" TEXT)', "INSERT INTO 甲 VALUES ('x')")
    opened = open_table(stored_table("sqlite:///库.db?table=甲"), knows=len)
    assert ('项"目',) == opened.names


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("sqlite:///没有.db?table=采购", "没有文件"),
        ("sqlite:///库.db?table=采够", "是否为 `采购`"),
        ("sqlite:///库.db?table=sqlite_schema", "没有表或者视图"),
        ("sqlite:///库.db", "写一个表名"),
        ("sqlite:///库.db?table=", "写一个表名"),
        ("sqlite:///库.db?table=甲&table=采购", "写一个表名"),
        ("sqlite:///不是.db?table=采购", "SQLite 读不了"),
        ("postgresql://u:geheim@127.0.0.1:1/x?table=甲&connect_timeout=2", "PostgreSQL 读不了"),
        ("postgresql://u:geheim@127.0.0.1:x/x?table=甲", "PostgreSQL 读不了"),
        ("postgresql://u:geheim?@127.0.0.1/x?table=甲", "写一个表名"),
    ],
)
def test_what_can_not_be_read_is_told_without_the_password(address, words) -> None:
    Path("不是.db").write_text("项目名称\n" * 200, encoding="utf-8")
    found = refused(address)
    assert words in found
    assert "geheim" not in found


def test_a_value_that_is_no_cell_is_told_in_its_place() -> None:
    made(
        ("INSERT INTO 采购 VALUES (?,?,?,?,?)", ("甲", b"\x00\xff", 1e400, 5, 7)),
        "INSERT INTO 采购 VALUES ('乙', CAST(x'ff' AS TEXT), 1, 5, 1)",
        ("INSERT INTO 采购 VALUES (?,?,?,?,?)", ("丙", "长" * 300_000, 1, 5, 1)),
    )
    *_, blob, text, long = lines()
    assert "不是文字" in blob.trouble[1]
    assert ("inf", "7") == (blob.cells[2].lower().replace("infinity", "inf"), blob.cells[4])
    assert "不是文字" in text.trouble[1]
    assert "超过" in long.trouble[1]
    found = run("batch", ADDRESS, "-o", "结果.csv", *DAY, "--sample", "0")
    assert 2 == found.exit_code
    assert [False, False, False, True, True, True] == [bool(row["填报有误"]) for row in table("结果.csv")]


def test_a_damaged_database_is_told() -> None:
    made(*(("INSERT INTO 采购 VALUES (?,?,?,?,?)", row) for row in ROWS * 500))
    data = bytearray(Path("库.db").read_bytes())
    data[8192:40000] = b"\xff" * (40000 - 8192)
    Path("库.db").write_bytes(data)
    assert "SQLite 读不了" in refused(ADDRESS)


def test_the_copy_goes_with_the_table(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(stored.tempfile, "tempdir", str(tmp_path))
    opened = open_table(stored_table(ADDRESS), knows=len)
    assert 1 == len(list(tmp_path.glob("*.jsonl")))
    assert 3 == len(list(opened.lines()))
    del opened
    assert [] == list(tmp_path.glob("*.jsonl"))


@pytest.mark.xdist_group("postgres")
@pytest.mark.skipif(bool(why_not()), reason=why_not())
def test_a_server_is_read_and_keeps_nothing() -> None:
    with served() as address:
        with psycopg.connect(address) as connection:
            connection.execute(
                'CREATE TABLE "采购" ("项目名称" text, "日" date, "时" timestamp, "是" boolean, "数" numeric, "列" text[])'
            )
            connection.execute(
                "INSERT INTO 采购 VALUES ('甲', '2026-01-15', '2026-01-15', true, 186.50, '{甲,乙}'),"
                "('乙', 'infinity', '2026-01-15 08:00', NULL, 'NaN', NULL)"
            )
            connection.execute('CREATE TABLE "坏" ("项目名称" text, "附件" jsonb, "点" point, "数" int[])')
            connection.execute("CREATE SCHEMA 别处")
            connection.execute("CREATE TABLE 别处.采购 (项目名称 text)")
        first, second = lines(f"{address}?table=采购")
        assert ["甲", "2026-01-15", "2026-01-15", "是", "186.50", '["甲", "乙"]'] == list(first.cells)
        assert ({5: ["甲", "乙"]}, {4}) == (first.told, set(first.numbers))
        assert ["乙", "infinity", "2026-01-15 08:00:00", "", "NaN", ""] == list(second.cells)
        assert [] == lines(f"{address}?table=采购&schema=别处")
        found = refused(f"{address}?table=坏")
        assert all(f"“{name}”" in found for name in ("附件", "点", "数"))
        assert "没有表或者视图" in refused(f"{address}?table=pg_class")
        with psycopg.connect(address) as connection:
            left = connection.execute("SELECT count(*) FROM pg_class WHERE relname LIKE 'policy%'").fetchone()
        assert (0,) == left
