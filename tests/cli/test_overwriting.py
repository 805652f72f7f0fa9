"""No command writes over what it reads, whatever fails and in whatever format that is told."""

import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from policy_engine.cli.app import app

ROOT = Path(__file__).parents[2]
LIST = "事项名称,购买主体类型\n甲,国家机关\n"
CASE = "as_of: 2026-01-15\n采购事项: {购买主体类型: 国家机关}\n"

COMMANDS = {
    "a list": ["batch", "list.csv", "-o", "list.csv"],
    "a list by another name": ["batch", "list.csv", "-o", "./link.csv"],
    "a list, by what its heads mean": ["batch", "list.csv", "--save-map", "list.csv"],
    "what heads mean": ["batch", "list.csv", "--map", "map.yaml", "-o", "map.yaml"],
    "what heads mean, written anew": ["batch", "list.csv", "--map", "map.yaml", "--save-map", "map.yaml"],
    "a table of a database": ["batch", "sqlite:///a.db?table=t", "-o", "a.db"],
    "a list of which a row is decided": ["check", "--row", "list.csv", "2", "-o", "list.csv"],
    "a database of which a row is decided": ["check", "--row", "sqlite:///a.db?table=t", "1", "-o", "a.db"],
    "a case": ["check", "case.yaml", "-o", "case.yaml"],
    "the second case": ["check", "map.yaml", "case.yaml", "-o", "case.yaml"],
    "a catalogue": ["check", "case.yaml", "--catalogue", "list.csv", "-o", "list.csv"],
    "costs": ["cost", "case.yaml", "-o", "case.yaml"],
    "what was decided before": ["diff", "HEAD", "--ledger", "case.yaml", "-o", "case.yaml"],
    "a text": ["screen", "list.csv", "-o", "list.csv"],
    "rules": ["validate", "-o", "rules/registers/documents.yaml"],
    "a register, with findings": ["analyse", "-o", "rules/registers/documents.yaml"],
    "a schema": ["rules", "list", "-o", "schemas/a.schema.json"],
    "a closed table": ["sql", "采购事项", "--run", "list.csv", "-o", "list.csv"],
    "the key of a signature": ["bundle", "build", "key.pem", "--sign", "key.pem"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("list.csv").write_text(LIST, encoding="utf-8")
    Path("link.csv").symlink_to("list.csv")
    Path("case.yaml").write_text(CASE, encoding="utf-8")
    Path("map.yaml").write_text("事项名称: 事项名称\n", encoding="utf-8")
    Path("key.pem").write_text("密", encoding="utf-8")
    Path("rules/registers").mkdir(parents=True)
    Path("rules/registers/documents.yaml").write_text("documents: []\n", encoding="utf-8")
    Path("schemas").mkdir()
    Path("schemas/a.schema.json").write_text("{}\n", encoding="utf-8")
    with sqlite3.connect("a.db") as database:
        database.execute("CREATE TABLE t (事项名称 TEXT, 购买主体类型 TEXT)")
        database.execute("INSERT INTO t VALUES ('甲', '国家机关')")
    database.close()


def _files() -> dict[str, bytes]:
    return {str(one): one.read_bytes() for one in Path().rglob("*") if one.is_file()}


@pytest.mark.parametrize("name", COMMANDS)
def test_what_is_read_stays(name) -> None:
    before = _files()
    result = CliRunner().invoke(app, COMMANDS[name])
    assert "不能写到它上面" in result.stderr
    assert 2 == result.exit_code
    assert before == _files()


@pytest.mark.parametrize("name", ["a case", "a list of which a row is decided", "costs", "rules"])
@pytest.mark.parametrize("more", [(), ("--no-such-option",)])
def test_a_failure_is_not_written_there_either(name, more) -> None:
    before = _files()
    result = CliRunner().invoke(app, [*COMMANDS[name], "--format", "json", *more])
    assert 2 == result.exit_code
    assert "PE903" == json.loads(result.stdout)["diagnostics"][0]["code"]
    assert before == _files()


def test_what_is_nobodys_input_is_written_anew() -> None:
    Path("o.txt").write_text("旧\n", encoding="utf-8")
    CliRunner().invoke(app, ["check", "case.yaml", "-o", "o.txt", "--rules", str(ROOT / "rules")])
    assert "结论" in Path("o.txt").read_text(encoding="utf-8")
