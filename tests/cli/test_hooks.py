"""The hooks and the workflow run whenever anything of the rule base changes, on all of it, and report everything."""

import re
import shlex
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from policy_engine.cli.app import _COMMANDS, app

ROOT = Path(__file__).parents[2]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
FILES = [
    path.relative_to(ROOT).as_posix()
    for folder in ("rules", "schemas", "vocabulary")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in (".yaml", ".json")
]
WORKFLOW = yaml.safe_load((ROOT / "docs" / "ci" / "policy-rules.yml").read_text("utf-8"))
STEPS = {step["name"]: step for step in WORKFLOW["jobs"]["rules"]["steps"] if "name" in step}
COMMANDS = {name: step["run"] for name, step in STEPS.items() if "policy-engine " in step.get("run", "")}


def arguments_of(command: str) -> list[str]:
    program, *arguments = shlex.split(command)
    assert "policy-engine" == program
    return arguments


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_is_never_skipped_when_a_file_of_the_rule_base_changes(hook):
    assert "exclude" not in hook
    assert [] == [path for path in FILES if not re.search(hook["files"], path)]
    assert not re.search(hook["files"], "docs/encoding.md")


@pytest.mark.every(3)
@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_looks_at_the_whole_rule_base(hook, monkeypatch):
    assert hook["pass_filenames"] is False
    monkeypatch.chdir(ROOT)
    # Here the scenarios are many, and a few tell as much of the hook.
    args = ["features/例外.feature", "features/不是政府购买服务.feature"] if "args" in hook else []
    result = CliRunner().invoke(app, [*arguments_of(hook["entry"]), *args], prog_name="policy-engine")
    assert 0 == result.exit_code, result.output


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_does_not_pass_where_there_is_no_rule_base(hook, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = [*arguments_of(hook["entry"]), *hook.get("args", [])]
    result = CliRunner().invoke(app, words, prog_name="policy-engine")
    assert 2 == result.exit_code


def test_a_changed_parameter_or_register_starts_the_workflow():
    # `on` is a boolean to a reader of YAML 1.1.
    paths = WORKFLOW[True]["pull_request"]["paths"]
    assert {"rules/**", "schemas/**", "vocabulary/**", "features/**", "cases/**"} <= set(paths)


def test_the_workflow_runs_every_check():
    named = [
        " ".join(re.findall(r"policy-engine (\w+)(?: (coverage|verify))?", c)[0]).strip()
        for c in COMMANDS.values()
    ]
    assert ["validate", "fmt", "rules coverage", "sources verify", *4 * ["test"], "analyse", "diff"] == named
    assert {name.split()[0] for name in named} <= set(_COMMANDS)
    assert any("--mutate --changed-since" in command for command in COMMANDS.values())


@pytest.mark.parametrize("name", COMMANDS)
def test_a_step_runs_whatever_the_steps_before_it_found(name):
    assert STEPS[name]["if"].startswith("${{ !cancelled()")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_step_names_no_files_and_swallows_no_failure(name):
    command = COMMANDS[name]
    assert "continue-on-error" not in STEPS[name]
    assert "|| true" not in command
    assert not re.search(r"policy-engine \w+ rules(?! coverage)", command)
    # Only a comparison may say 1: that something changes.
    assert ("test $? -eq 1" in command) is ("policy-engine diff" in command)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_options_of_a_step_are_known(name):
    command = re.split(r" (?:>>?|\|\|) ", COMMANDS[name])[0].replace("$BASE", "HEAD")
    words = [word for word in arguments_of(command) if not word.startswith("--against")]
    result = CliRunner().invoke(app, [*words, "--help"], prog_name="policy-engine")
    assert (0, True) == (result.exit_code, all(w in result.stdout for w in words if w.startswith("--")))
