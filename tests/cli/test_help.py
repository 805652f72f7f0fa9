"""Help pages: quick, whole, as wide as the terminal."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner

from effort import some
from policy_engine.cli.app import app
from policy_engine.cli.chinese import Group, Lazy
from policy_engine.foundation.width import display_width

_HEAVY = {"z3", "pygls", "lsprotocol", "durable_rules_engine"}
_EXAMPLE = str(Path(__file__).parents[2] / "examples" / "purchase-property-service.yaml")
_TELLING = """
import atexit, json, sys
atexit.register(lambda: print(json.dumps(sorted(sys.modules)), file=sys.stderr))
from policy_engine.cli import main
main()
"""


def _all_commands(group: Group = app, before: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Lazy]]:
    found = []
    for name, lazy in group.lazy.items():
        found.append(((*before, name), lazy))
        command = group.get_command(None, name)
        if isinstance(command, Group):
            found += _all_commands(command, (*before, name))
    return found


COMMANDS = _all_commands()
NAMES = [words for words, _ in COMMANDS]


def imported(*arguments: str) -> list[str]:
    found = subprocess.run(
        [sys.executable, "-c", _TELLING, *arguments], capture_output=True, check=False, text=True
    )
    return json.loads(found.stderr.splitlines()[-1])


def modules_of(*arguments: str) -> set[str]:
    return {name.split(".")[0] for name in imported(*arguments)}


def imported_of_ours(*arguments: str) -> set[str]:
    return {name.removeprefix("policy_engine.") for name in imported(*arguments)}


@pytest.mark.parametrize(
    "arguments",
    some(
        [
            ["--help"],
            ["-h"],
            ["help"],
            ["--version"],
            ["chek"],
            ["--colour"],
            *([*w, "--help"] for w in NAMES),
        ],
        4,
    ),
    ids=" ".join,
)
def test_help_and_slips_import_neither_solver_nor_server_nor_formatter_nor_engine(arguments) -> None:
    assert set() == modules_of(*arguments) & _HEAVY


def test_the_list_of_commands_imports_no_rule_base() -> None:
    found = subprocess.run(
        [sys.executable, "-c", _TELLING, "--help"], capture_output=True, check=False, text=True
    )
    floors = {name.split(".")[1] for name in json.loads(found.stderr) if name.startswith("policy_engine.")}
    assert {"cli", "foundation"} == floors


def test_the_probe_sees_a_heavy_module_where_there_is_one() -> None:
    assert "durable_rules_engine" in modules_of("check", _EXAMPLE)


_UNWANTED = {
    *("analysis", "analysis.beside", "analysis.quotations", "cli.catalogue", "loading.catalogue"),
    *(
        "loading.coverage",
        "loading.mistakes",
        "loading.formatting",
        "reporting.auditor",
        "reporting.developer",
    ),
    *("reporting.findings", "reporting.json_report", "usecases.coverage", "usecases.validating"),
    *("usecases.verifying", "usecases.testing", "usecases.comparing", "usecases.exploring"),
}


def test_a_plain_check_imports_nothing_that_only_authors_and_other_views_need() -> None:
    found = imported_of_ours("check", _EXAMPLE)
    assert "evaluation.decide" in found
    assert set() == found & _UNWANTED
    assert "wcwidth" not in modules_of("check", _EXAMPLE)


@pytest.mark.parametrize(("module", "expected"), [("cases", False), ("rules", True)])
def test_cases_are_read_without_the_keys_of_rules(module, expected) -> None:
    told = f"import sys, policy_engine.loading.{module}; print('policy_engine.language.keys' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", told], capture_output=True, check=True, text=True)
    assert f"{expected}\n" == found.stdout


def test_the_modules_that_a_plain_check_does_without_exist() -> None:
    assert _UNWANTED == {name for name in _UNWANTED if find_spec(f"policy_engine.{name}") is not None}


def test_a_check_imports_what_was_asked_for() -> None:
    found = imported_of_ours("check", _EXAMPLE, "--view", "auditor", "--catalogue", "中央本级")
    assert {"reporting.auditor", "loading.catalogue"} <= found


@pytest.mark.parametrize("words", NAMES, ids=" ".join)
def test_the_three_ways_to_a_help_page_give_the_same_page(words) -> None:
    pages = {
        CliRunner().invoke(app, arguments).stdout.rstrip()
        for arguments in ([*words, "--help"], [*words, "-h"], ["help", *words])
    }
    assert 1 == len(pages)
    assert pages.pop().startswith(f"用法：app {' '.join(words)}")


@pytest.mark.parametrize(("words", "lazy"), COMMANDS, ids=[" ".join(w) for w in NAMES])
def test_the_line_of_a_command_in_the_list_says_how_its_page_begins(words, lazy) -> None:
    page = CliRunner().invoke(app, [*words, "--help"]).stdout
    assert set(lazy.help[:8]) <= set(page.splitlines()[2])


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("hlep", "是否为 `help`？"),
        ("chek", "是否为 `check`？"),
        ("valid", "是否为 `validate`？"),
        ("xyz", "可用的有 `check`"),
        ("审查", "可用的有 `check`"),
    ],
)
def test_a_misspelt_command_is_told_what_is_like_it(word, told) -> None:
    assert told in CliRunner().invoke(app, [word]).stderr


@pytest.mark.parametrize("arguments", [["help", "chek"], ["help", "check", "x"], ["help", "rules", "lst"]])
def test_help_for_no_command_is_bad_usage(arguments) -> None:
    assert 2 == CliRunner().invoke(app, arguments).exit_code


def test_what_must_be_given_is_marked_in_chinese() -> None:
    page = CliRunner().invoke(app, ["add", "parameter", "--help"]).output
    assert 3 == page.count("（必填）")
    assert "required" not in page


@pytest.mark.parametrize("columns", [40, 60, 80])
def test_help_keeps_to_the_columns_of_the_terminal(columns) -> None:
    page = CliRunner(env={"COLUMNS": str(columns)}).invoke(app, ["check", "--help"]).stdout
    assert columns >= max(map(display_width, page.splitlines()))


def test_help_is_not_broken_where_nobody_says_how_wide(monkeypatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    (line,) = [
        line for line in CliRunner().invoke(app, ["--help"]).stdout.splitlines() if "  analyse " in line
    ]
    assert line.endswith("分类有没有缺口。")


def test_the_program_runs_from_any_folder_without_a_home(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if k not in ("HOME", "TMPDIR")}
    found = subprocess.run(
        [sys.executable, "-c", _TELLING, "help"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        check=False,
    )
    assert 0 == found.returncode
