"""`analyse` reports, accepts, writes witnesses, and says when it is misused."""

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from policy_engine.cli.app import app
from policy_engine.usecases import shipped_rules

FILE = "rules/national/mof-order-102-2020/law.yaml"


@pytest.fixture
def base(tmp_path, monkeypatch) -> Path:
    files = shipped_rules()
    shutil.copytree(files.rules, tmp_path / "rules")
    shutil.copytree(files.schemas, tmp_path / "schemas")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*args: str) -> Result:
    return CliRunner().invoke(app, ["analyse", *args], prog_name="policy-engine")


def seed(base: Path) -> None:
    path = base / FILE
    text = path.read_text("utf-8")
    path.write_text(
        text
        + "\n  - id: mof-order-102-2020.example-impossible\n    title: 举例\n    cite: 第一条\n    subject: 承接主体\n"
        "    when: {独立承担民事责任: true, not: {独立承担民事责任: true}}\n    prohibit: 作为承接主体\n    remedy: 改\n",
        encoding="utf-8",
    )


def test_a_seeded_rule_that_never_applies_is_shown_with_its_place(base):
    seed(base)
    result = run("--subject", "承接主体", "--only", "PE704")
    assert 1 == result.exit_code
    assert "PE704" in result.stdout
    assert f"{FILE}" in result.stdout


def test_findings_of_other_files_are_left_out(base):
    seed(base)
    assert 0 == run("rules/huzhou", "--subject", "承接主体", "--only", "PE704").exit_code


@pytest.mark.parametrize(
    "path", ["rules/README.md", "rules/registers/texts.yaml", "rules/national/mof-order-102-2020/norms.yaml"]
)
def test_files_that_decide_nothing_are_no_sound_rule_base(base, path):
    shutil.copy(Path(__file__).parents[2] / "rules" / "README.md", base / "rules")
    result = run(path, "--subject", "承接主体", "--only", "PE704")
    assert 2 == result.exit_code
    assert "所写的文件不参加分析" in result.stderr


def test_the_summary_says_that_only_findings_of_the_named_files_are_told(base):
    result = run("rules/registers/parameters/procurement.yaml", "--subject", "承接主体", "--only", "PE704")
    assert 0 == result.exit_code
    assert "只报与所写的 1 个文件有关的，没有发现问题" in result.stdout
    assert re.search(r"几个主题之间的规则 [1-9]\d* 条不参加分析", result.stdout)


def test_witnesses_are_written_as_cases_that_check_runs(base):
    result = run("--subject", "承接主体", "--witnesses", "例子")
    assert 0 == result.exit_code
    (written,) = (base / "例子").iterdir()
    checked = CliRunner().invoke(app, ["check", str(written)], prog_name="policy-engine")
    assert "未涵盖" in checked.stdout
    assert 3 == checked.exit_code


def test_accepted_findings_are_data_too(base):
    found = json.loads(run("--subject", "承接主体", "--format", "json").stdout)
    assert [] == found["diagnostics"]
    assert ["PE709"] == [entry["code"] for entry in found["accepted"]]
    assert found["accepted"][0]["witness"].startswith("name:")


@pytest.mark.parametrize(
    "args", [["--subject", "承接"], ["--only", "PE7"], ["--only", "PE301"], ["不存在"], ["--format", "xml"]]
)
def test_bad_usage_exits_two(base, args):
    assert 2 == run(*args).exit_code


def test_rules_that_do_not_load_are_bad_input(base):
    path = base / FILE
    path.write_text(path.read_text("utf-8").replace("含工程: true", "含工成: true", 1), encoding="utf-8")
    result = run("--subject", "承接主体", "--rules", "rules", "--schemas", "schemas")
    assert 2 == result.exit_code
    assert "PE301" in result.stderr
