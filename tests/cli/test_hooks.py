"""The hooks and the workflow name commands that exist, and their patterns take rule files only."""

import re
import shlex
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from policy_engine.cli.app import _COMMANDS, app

ROOT = Path(__file__).parents[2]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
FILES = [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "rules").rglob("*.yaml"))]


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_runs_on_the_files_it_takes(hook, monkeypatch):
    monkeypatch.chdir(ROOT)
    taken = [f for f in FILES if re.search(hook["files"], f) and not re.search(hook.get("exclude", "^$"), f)]
    assert "rules/huzhou/huzhou-gbf-2016-49.yaml" in taken
    program, *arguments = shlex.split(hook["entry"])
    assert "policy-engine" == program
    result = CliRunner().invoke(app, [*arguments, *taken], prog_name=program)
    assert 0 == result.exit_code, result.output


def test_the_workflow_names_commands_that_exist():
    workflow = yaml.safe_load((ROOT / "docs" / "ci" / "policy-rules.yml").read_text("utf-8"))
    steps = workflow["jobs"]["rules"]["steps"]
    named = [m for step in steps for m in re.findall(r"policy-engine (\w+)", step.get("run", ""))]
    assert {"validate", "fmt", "test", "analyse", "diff"} == set(named)
    assert set(named) <= set(_COMMANDS)


@pytest.mark.parametrize("path", FILES)
def test_only_files_of_rules_are_formatted_and_tested(path):
    (fmt,) = (hook for hook in HOOKS if hook["id"] == "policy-fmt")
    is_taken = bool(re.search(fmt["files"], path)) and not re.search(fmt["exclude"], path)
    is_rules = len(Path(path).parts) == 3 and Path(path).parts[1] not in (
        "parameters",
        "coverage",
        "catalogue",
    )
    assert is_rules is is_taken
