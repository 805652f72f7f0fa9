"""Schemas are made of the vocabulary by a command; until they are, no command works with the old ones."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from policy_engine.cli.app import app
from policy_engine.usecases import shipped_rules
from policy_engine.usecases.making import make_schemas

GROUP = """help: 有没有夹带工程
fields:
  - name: 含工程
    help: 采购内容中有没有建设工程
    type: boolean
    role: flag
"""
CASE = "采购: {含工程: false}\n"


def run(*args: str) -> Result:
    return CliRunner().invoke(app, args, prog_name="policy-engine")


@pytest.fixture
def base(tmp_path, monkeypatch) -> Path:
    """A rule base with one subject, and no rules."""
    shipped = shipped_rules()
    shutil.copytree(shipped.rules / "registers", tmp_path / "rules" / "registers")
    shutil.rmtree(tmp_path / "rules" / "registers" / "parameters")
    (tmp_path / "schemas").mkdir()
    shutil.copy(shipped.schemas / "values.schema.json", tmp_path / "schemas")
    folder = tmp_path / "vocabulary" / "采购"
    folder.mkdir(parents=True)
    (folder / "subject.yaml").write_text("help: 拟买的事\nschema: purchase.schema.json\n", encoding="utf-8")
    (folder / "1-工程.yaml").write_text(GROUP, encoding="utf-8")
    (tmp_path / "case.yaml").write_text(CASE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert 0 == run("schema", "--write").exit_code
    return tmp_path


def test_writing_twice_changes_nothing(base):
    before = (base / "schemas" / "purchase.schema.json").read_bytes()
    again = run("schema", "--write")
    assert (0, "改了 0 个") == (again.exit_code, again.stdout.strip()[-6:])
    assert before == (base / "schemas" / "purchase.schema.json").read_bytes()


@pytest.mark.parametrize(
    "command", [["check", "case.yaml"], ["validate"], ["new", "采购"], ["schema", "采购"]]
)
@pytest.mark.parametrize("change", ["group", "schema", "none"])
def test_nothing_works_with_a_stale_schema(base, command, change):
    changed = {
        "group": base / "vocabulary" / "采购" / "1-工程.yaml",
        "schema": base / "schemas" / "purchase.schema.json",
    }
    if change == "none":
        changed["schema"].unlink()
    else:
        changed[change].write_text(
            changed[change].read_text("utf-8").replace("建设工程", "工程"), encoding="utf-8"
        )
    found = run(*command)
    assert (1 if command == ["validate"] else 2) == found.exit_code
    assert "PE217" in found.output
    assert "policy-engine schema --write" in found.output
    assert 0 == run("schema", "--write").exit_code
    assert "PE217" not in run(*command).output


def test_a_subject_that_is_gone_takes_its_schema_along(base):
    other = base / "vocabulary" / "合同"
    other.mkdir()
    (other / "subject.yaml").write_text("help: 合同\nschema: contract.schema.json\n", encoding="utf-8")
    (other / "1-合同.yaml").write_text(GROUP, encoding="utf-8")
    run("schema", "--write")
    assert (base / "schemas" / "contract.schema.json").is_file()
    shutil.rmtree(other)
    assert "PE217" in run("validate").output
    run("schema", "--write")
    assert not (base / "schemas" / "contract.schema.json").exists()
    assert (base / "schemas" / "values.schema.json").is_file()


def test_nothing_is_written_of_a_vocabulary_that_has_errors(base):
    before = (base / "schemas" / "purchase.schema.json").read_bytes()
    group = base / "vocabulary" / "采购" / "1-工程.yaml"
    group.write_text(GROUP.replace("role: flag", "role: plan\n    declared: 也许"), encoding="utf-8")
    found = run("schema", "--write")
    assert (2, True) == (found.exit_code, "vocabulary/采购/1-工程.yaml:7" in found.output)
    assert before == (base / "schemas" / "purchase.schema.json").read_bytes()


def test_schemas_that_were_never_made_are_made_beside_the_rules(base):
    shutil.rmtree(base / "schemas")
    assert "PE217" in run("validate").output
    assert 0 == run("schema", "--write").exit_code
    assert (base / "schemas" / "purchase.schema.json").is_file()


@pytest.mark.parametrize("name", ["1-工程.yml", "工程.yaml", "0-工程.yaml", "x/1-工程.yaml"])
def test_a_file_that_is_called_otherwise_is_no_group_and_is_told(base, name):
    path = base / "vocabulary" / "采购" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(GROUP, encoding="utf-8")
    found = run("check", "case.yaml")
    assert (2, True) == (found.exit_code, f"vocabulary/采购/{name}" in found.output)


def test_schemas_without_a_vocabulary_are_written_by_hand(base):
    shutil.rmtree(base / "vocabulary")
    path = base / "schemas" / "purchase.schema.json"
    path.write_text(path.read_text("utf-8").replace("建设工程", "工程"), encoding="utf-8")
    assert "PE217" not in run("validate").output
    refused = run("schema", "--write")
    assert (2, True) == (refused.exit_code, "vocabulary" in refused.output)


def test_groups_are_formatted_and_the_schema_is_to_follow(base):
    group = base / "vocabulary" / "采购" / "1-工程.yaml"
    group.write_text(
        GROUP.replace("    type: boolean\n", "").rstrip() + "\n    type: boolean\n", encoding="utf-8"
    )
    run("schema", "--write")
    shown = run("fmt")
    assert "schema --write" in shown.stdout
    assert GROUP == group.read_text("utf-8")
    assert 2 == run("check", "case.yaml").exit_code
    before = json.loads((base / "schemas" / "purchase.schema.json").read_text("utf-8"))
    run("schema", "--write")
    after = json.loads((base / "schemas" / "purchase.schema.json").read_text("utf-8"))
    assert before | {"x-source": 0} == after | {"x-source": 0}


def test_the_shipped_schemas_are_those_that_are_made():
    assert {} == make_schemas(shipped_rules()).changed
