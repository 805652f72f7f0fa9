"""Every command finds its rule base in one way, says which one it used, and never passes without one."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import as_shipped
from policy_engine.cli.app import app
from policy_engine.usecases import RuleFiles, read_sources, shipped_rules
from policy_engine.usecases.locating import find_rule_base, named_rule_base

AUTHORS = [
    ["validate"],
    ["validate", "--strict"],
    ["test"],
    ["analyse"],
    ["fmt", "--check"],
    ["rules", "coverage"],
    ["sources", "verify", "--against", "."],
    ["diff", "自带"],
    ["schema", "--write"],
]
OFFICIALS = [
    ["rules", "list"],
    ["rules", "read", "mof-order-102-2020"],
    ["rules", "show", "mof-order-102-2020.art-10-3"],
    ["catalogue"],
    ["sources", "list"],
    ["schema", "采购事项"],
    ["new", "采购事项"],
]
TAKE_PATHS = ["validate", "test", "analyse", "fmt", "check", "cost"]
QUICK_AUTHORS = [["rules", "coverage"], ["validate"], ["fmt", "--check"]]


def run(*args: str) -> Result:
    return CliRunner().invoke(app, args, prog_name="policy-engine")


@pytest.fixture(scope="module")
def own(tmp_path_factory) -> Path:
    """A copy of the shipped rules that differs from them by a comment."""
    root = tmp_path_factory.mktemp("own")
    files = shipped_rules()
    shutil.copytree(files.rules, root / "rules")
    shutil.copytree(files.schemas, root / "schemas")
    register = root / "rules" / "registers" / "objects.yaml"
    register.write_text("# 本地\n" + register.read_text("utf-8"), encoding="utf-8")
    return root


def digest(root: Path) -> str:
    return read_sources(RuleFiles(root / "rules", root / "schemas")).version


@pytest.fixture(scope="module")
def shipped_digest() -> str:
    return as_shipped.sources().version


@pytest.mark.parametrize("args", AUTHORS, ids=" ".join)
def test_whoever_writes_rules_must_have_a_rule_base(args, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules" / "huzhou" / "a").mkdir(parents=True)
    (tmp_path / "rules" / "huzhou" / "a" / "law.yaml").write_text("prohibbit: 甲\n", encoding="utf-8")
    result = run(*args)
    assert (2, "") == (result.exit_code, result.stdout)
    assert "当前目录没有规则库" in result.stderr
    assert "自带" in result.stderr


@pytest.mark.parametrize("args", OFFICIALS, ids=" ".join)
def test_whoever_decides_cases_gets_the_shipped_one_and_is_told(args, tmp_path, monkeypatch, shipped_digest):
    monkeypatch.chdir(tmp_path)
    result = run(*args)
    assert 0 == result.exit_code
    assert f"规则库 自带，版本 {shipped_digest}" in result.stdout


@pytest.mark.every(5)
@pytest.mark.parametrize("args", [*OFFICIALS, *QUICK_AUTHORS], ids=" ".join)
def test_the_rule_base_of_the_current_folder_is_used_and_named(args, own, monkeypatch):
    monkeypatch.chdir(own)
    result = run(*args)
    assert 0 == result.exit_code, result.output
    assert "规则库 rules" in result.stdout
    assert (args[0] == "fmt") is (digest(own) not in result.stdout)


@pytest.mark.every(3)
@pytest.mark.parametrize("args", QUICK_AUTHORS, ids=" ".join)
def test_the_shipped_one_can_be_named(args, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run(*args, "--rules", "自带")
    assert 0 == result.exit_code, result.output
    assert "规则库 自带" in result.stdout


@pytest.mark.parametrize("inside", ["rules", "rules/national", "schemas"])
def test_a_folder_inside_a_rule_base_belongs_to_it(own, inside, monkeypatch):
    monkeypatch.chdir(own / inside)
    found = find_rule_base(Path.cwd())
    assert (own / "rules", own / "schemas") == (found.files.rules, found.files.schemas)


def test_what_lies_above_the_current_folder_is_not_used(own, monkeypatch):
    (own / "cases").mkdir(exist_ok=True)
    monkeypatch.chdir(own / "cases")
    assert find_rule_base(Path.cwd()) is None
    assert 2 == run("validate").exit_code
    assert "规则库 自带" in run("sources", "list").stdout


@pytest.mark.parametrize("word", [".", "rules"])
def test_a_rule_base_is_named_by_its_rules_or_by_what_holds_them(own, word, monkeypatch):
    monkeypatch.chdir(own)
    assert own / "rules" == named_rule_base(Path(word)).files.rules.resolve()


@pytest.mark.parametrize("args", [*OFFICIALS, *QUICK_AUTHORS], ids=" ".join)
@pytest.mark.parametrize("word", ["schemas", "没有这个目录"])
def test_a_named_folder_without_a_rule_base_is_bad_usage(own, args, word, monkeypatch):
    monkeypatch.chdir(own)
    result = run(*args, "--rules", word)
    assert (2, "") == (result.exit_code, result.stdout)
    assert f"`{word}` 里没有规则库" in result.stderr


def test_a_schema_belongs_to_the_rule_base_beside_it(own, monkeypatch):
    monkeypatch.chdir(own.parent)
    result = run("validate", str(own / "schemas" / "purchase.schema.json"))
    assert 0 == result.exit_code, result.output
    assert "规则库 own" in result.stdout


def test_rules_without_schemas_say_that_the_vocabulary_is_the_shipped_one(own, tmp_path, monkeypatch):
    shutil.copytree(own / "rules", tmp_path / "rules")
    monkeypatch.chdir(tmp_path)
    assert "规则库 rules，词汇表 自带，版本" in run("sources", "list").stdout


def test_a_schema_is_still_json_with_its_rule_base_in_a_comment(tmp_path, monkeypatch, shipped_digest):
    monkeypatch.chdir(tmp_path)
    printed = json.loads(run("schema", "采购事项").stdout)
    assert f"规则库 自带，版本 {shipped_digest}" == printed["$comment"]


def test_check_and_test_judge_by_the_same_rules_in_an_authors_folder(own, tmp_path, monkeypatch):
    base = tmp_path / "base"
    shutil.copytree(own, base)
    rules = base / "rules" / "national" / "mof-order-102-2020" / "law.yaml"
    text = rules.read_text("utf-8")
    assert "    prohibit: " in text
    rules.write_text(text.replace("    prohibit: ", "    prohibt: ", 1), encoding="utf-8")
    case = base / "case.yaml"
    case.write_text("采购事项:\n  采购标的: 服务\n", encoding="utf-8")
    monkeypatch.chdir(base)
    checked, tested = run("check", "case.yaml"), run("test")
    assert (2, 2) == (checked.exit_code, tested.exit_code)
    assert "PE010" in checked.stderr
    assert "PE010" in tested.stderr


CASE = "采购事项:\n  采购标的: 服务\n"


@pytest.mark.every(3)
@pytest.mark.parametrize("view", ["official", "auditor", "developer"])
@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_an_opinion_names_its_rule_base_in_every_view(
    own, tmp_path, monkeypatch, view, format_, shipped_digest
):
    (tmp_path / "case.yaml").write_text(CASE, encoding="utf-8")
    args = ["check", str(tmp_path / "case.yaml"), "--view", view, "--format", format_]
    monkeypatch.chdir(tmp_path)
    assert f"规则库 自带，版本 {shipped_digest}" in run(*args).stdout
    monkeypatch.chdir(own)
    assert f"规则库 rules，版本 {digest(own)}" in run(*args).stdout


def test_an_opinion_is_executed_again_with_the_same_rules(own, tmp_path, monkeypatch):
    (tmp_path / "case.yaml").write_text(CASE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert "--rules '自带'" in run("check", "case.yaml", "--view", "auditor").stdout
    told = run("check", "case.yaml", "--view", "auditor", "--rules", str(own)).stdout
    assert f"--rules {own / 'rules'}" in "".join(line.strip() for line in told.splitlines())


def test_a_form_says_whose_it_is(own, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "# 表样 自带" in run("cost", "--new").stdout
    monkeypatch.chdir(own)
    assert "# 表样 schemas" in run("cost", "--new").stdout


@pytest.mark.parametrize("args", [*([name, ""] for name in TAKE_PATHS), ["validate", "--rules", " "]])
def test_an_empty_path_is_not_the_current_folder(own, monkeypatch, args):
    monkeypatch.chdir(own)
    result = run(*args)
    assert (2, "") == (result.exit_code, result.stdout)
    assert "写了空的路径" in result.stderr
    assert "当前目录写 ." in result.stderr
