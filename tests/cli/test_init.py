"""A rule base that was just started passes everything its own hooks and workflow demand, and nothing was overwritten for it."""

import re
import shlex
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from policy_engine.cli.app import app

ROOT = Path(__file__).parents[2]


def run(*arguments: str):
    return CliRunner().invoke(app, arguments, prog_name="policy-engine")


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def started(tmp_path, monkeypatch):
    """A new rule base in the current folder."""
    monkeypatch.chdir(tmp_path)
    result = run("init")
    assert 0 == result.exit_code, result.output
    return tmp_path


@pytest.mark.parametrize(
    "command",
    [
        "validate",
        "validate --strict",
        "test",
        "test features cases/example.yaml",
        "test features cases",
        "test --mutate",
        "fmt --check",
        "rules coverage",
        "schema --write",
        "check cases/example.yaml",
        "new 事项",
    ],
)
def test_what_was_started_passes(started, command):
    before = contents(started)
    result = run(*shlex.split(command))
    assert 0 == result.exit_code, result.output
    assert "规则库 rules" in result.output
    assert before == contents(started)


def test_validate_says_what_is_still_to_fill_in_and_stops_when_it_is_filled(started):
    told = run("validate").output
    marks = {
        name: text.decode().count("【待填")
        for name, text in contents(started).items()
        if name.startswith(("rules/", "vocabulary/"))
    }
    assert sum(marks.values()) == told.count("PE628") > 0
    documents = started / "rules" / "registers" / "documents.yaml"
    lines = documents.read_text("utf-8").split("\n")
    number = next(n for n, line in enumerate(lines, start=1) if "【待填：文号】" in line)
    assert f"documents.yaml:{number}:13" in told
    documents.write_text(documents.read_text("utf-8").replace("【待填：文号】", "示例〔2026〕1号"), "utf-8")
    assert told.count("PE628") - 1 == run("validate").output.count("PE628")


def test_a_change_of_meaning_is_noticed_by_the_examples(started):
    limits = started / "rules" / "registers" / "parameters" / "limits.yaml"
    limits.write_text(limits.read_text("utf-8").replace("value: 12", "value: 13"), "utf-8")
    assert 1 == run("test").exit_code


def test_nothing_is_overwritten(started):
    before = contents(started)
    result = run("init")
    assert 2 == result.exit_code
    assert "PE017" in result.output
    assert before == contents(started)


@pytest.mark.parametrize("there", ["README.md", ".github/workflows/policy-rules.yml", "rules/own.yaml"])
def test_what_stands_in_the_way_is_named_and_nothing_written(tmp_path, there):
    (tmp_path / there).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / there).write_text("自己的", "utf-8")
    result = run("init", str(tmp_path))
    assert 2 == result.exit_code
    assert (there if "own" not in there else "rules") in result.output
    assert {there: "自己的".encode()} == contents(tmp_path)


@pytest.mark.parametrize("there", [".github", "features"])
def test_a_link_is_not_followed_out_of_the_folder(tmp_path, there):
    away, new = tmp_path / "away", tmp_path / "new"
    away.mkdir()
    new.mkdir()
    (new / there).symlink_to(away)
    assert 2 == run("init", str(new)).exit_code
    assert {} == contents(away) == contents(new)


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "new").write_text("", "utf-8")
    result = run("init", str(tmp_path / "new"))
    assert 2 == result.exit_code
    assert "PE017" in result.output


def test_other_files_may_stand_beside_it(tmp_path):
    (tmp_path / ".github").mkdir()
    (tmp_path / "LICENSE").write_text("", "utf-8")
    result = run("init", str(tmp_path))
    assert 0 == result.exit_code, result.output
    assert f"cd {tmp_path}" in result.output


def test_its_workflow_and_hooks_are_the_recommended_ones(started):
    workflow = ROOT / "docs" / "ci" / "policy-rules.yml"
    assert workflow.read_bytes() == (started / ".github" / "workflows" / "policy-rules.yml").read_bytes()
    mine = yaml.safe_load((started / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0]["hooks"]
    recommended = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    same = ("id", "entry", "args", "files", "pass_filenames")
    assert [[h.get(key) for key in same] for h in recommended] == [[h.get(key) for key in same] for h in mine]


@pytest.mark.parametrize("place", ["cases/example.yaml", "features/预算.feature"])
def test_a_case_or_a_scenario_that_fails_fails_a_hook_that_its_change_starts(started, place):
    path = started / place
    text = path.read_text("utf-8")
    path.write_text(text.replace("可以实施", "不得实施"), "utf-8")
    hooks = yaml.safe_load((started / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0]["hooks"]
    codes = [
        run(*shlex.split(hook["entry"])[1:], *hook.get("args", [])).exit_code
        for hook in hooks
        if re.search(hook["files"], place)
    ]
    assert [1] == codes
