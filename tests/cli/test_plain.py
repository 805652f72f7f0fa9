"""A plain check is read without click, and nobody can tell: the same bytes, the same exit code, and few modules."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from policy_engine.cli.app import app
from policy_engine.cli.plain import PlainCheck, check_plainly, read_plainly
from policy_engine.usecases import Engine

ROOT = Path(__file__).parents[2]
PERMITTED = "examples/purchase-property-service.yaml"
REFUSED = "examples/purchase-renewal.yaml"


@pytest.fixture(autouse=True)
def _here(monkeypatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.fixture
def slip(tmp_path: Path) -> str:
    path = tmp_path / "slip.yaml"
    path.write_text("采购事项: {含工成: true}\n", encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        (["check", PERMITTED], PlainCheck((PERMITTED,), "official", "text", Engine.BOTH)),
        (
            ["check", "--view", "auditor", PERMITTED, "--format", "json", "--engine", "compiled", REFUSED],
            PlainCheck((PERMITTED, REFUSED), "auditor", "json", Engine.COMPILED),
        ),
        (
            ["check", PERMITTED, "--view", "auditor", "--view", "developer"],
            PlainCheck((PERMITTED,), "developer", "text", Engine.BOTH),
        ),
    ],
)
def test_a_plain_line_is_read(line, meant) -> None:
    assert meant == read_plainly(line)


@pytest.mark.parametrize(
    "line",
    [
        [],
        ["check"],
        ["batch", PERMITTED],
        ["check", "--view", "auditor"],
        ["check", "-"],
        ["check", "--", PERMITTED],
        ["check", "examples"],
        ["check", "no-such.yaml"],
        ["check", "", PERMITTED],
        ["check", "a\0b"],
        ["check", "--help"],
        ["check", PERMITTED, "--view=auditor"],
        ["check", PERMITTED, "--view", "nobody"],
        ["check", PERMITTED, "--view"],
        ["check", PERMITTED, "--reasons"],
        ["check", PERMITTED, "-o", "x.html"],
        ["check", PERMITTED, "--as-of", "2026-01-15"],
    ],
)
def test_any_other_line_is_left_to_click(line) -> None:
    assert read_plainly(line) is None


def test_a_shell_that_completes_is_left_to_click(monkeypatch) -> None:
    monkeypatch.setenv("_POLICY_ENGINE_COMPLETE", "bash_complete")
    assert read_plainly(["check", PERMITTED]) is None


@pytest.mark.parametrize(
    "line",
    [
        [PERMITTED],
        [PERMITTED, REFUSED],
        [REFUSED, "--view", "developer"],
        ["SLIP"],
        ["SLIP", REFUSED, "--format", "json"],
    ],
    ids=" ".join,
)
def test_what_is_said_is_what_is_said_by_way_of_click(line, slip, capsys) -> None:
    line = ["check", *(slip if word == "SLIP" else word for word in line)]
    by_click = CliRunner().invoke(app, line)
    with pytest.raises(SystemExit) as left:
        check_plainly(line)
    said = capsys.readouterr()
    assert (by_click.exit_code, by_click.stdout, by_click.stderr) == (left.value.code, said.out, said.err)


def test_an_error_of_the_program_is_told_as_by_way_of_click(monkeypatch, capsys) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("policy_engine.cli.checking.decide", broken)
    by_click = CliRunner().invoke(app, ["check", PERMITTED])
    with pytest.raises(SystemExit) as left:
        check_plainly(["check", PERMITTED])
    assert (4, by_click.stderr) == (left.value.code, capsys.readouterr().err)


_MODULES = """
import sys
from policy_engine.cli import main
sys.argv = ["policy-engine", "check", {case!r}]
try:
    main()
except SystemExit:
    print("COMPILED" if "search" in vars(sys.modules["yaml"].reader.Reader.NON_PRINTABLE) else "LATE")
    print("MODULES", *sys.modules)
"""
# What takes long to import, or is for other commands; and what a rule base that was kept makes needless.
_UNWANTED = (
    "_hashlib argparse asyncio calendar click dataclasses decimal._pydecimal email getpass hashlib html http inspect"
    " jinja2 jsonschema locale logging pickle platform secrets shutil signal socket sqlite3 ssl subprocess tempfile"
    " threading unittest uuid xml z3 zipfile"
).split()
_UNWANTED_OF_OURS = (
    "accounts analysis cli.app cli.check cli.chinese cli.failing cli.papers cli.recording compilation.generate"
    " compilation.layout compilation.compiling compilation.strata"
    " evaluation.consulting evaluation.durable.plan evaluation.durable.sqlite evaluation.durable.translation"
    " evaluation.prospects evaluation.settling foundation.in_place foundation.width language ledger library"
    " loading.item_choices loading.json_lines loading.json_tree loading.rules loading.lexicon loading.vocabulary lsp model.catalogue"
    " records relational reporting.auditor reporting.developer reporting.json_report reporting.opinion usecases.answering"
    " usecases.rule_base usecases.unread web"
).split()


def test_a_plain_check_of_a_kept_rule_base_imports_little(tmp_path: Path) -> None:
    run = [sys.executable, "-c", _MODULES.format(case=PERMITTED)]
    said = ""
    for _ in range(2):
        # The first keeps the rule base.
        done = subprocess.run(
            run,
            capture_output=True,
            text=True,
            check=False,
            env={"POLICY_ENGINE_CACHE": str(tmp_path / "kept"), "PATH": ""},
        )
        said = done.stdout
    modules = set(said[said.rindex("MODULES") :].split())
    ours = {name.removeprefix("policy_engine.") for name in modules if name.startswith("policy_engine.")}
    # PyYAML's expressions, which only its reader in Python uses, take longer to compile than the case is read in.
    assert "\nLATE\n" in said
    assert set() == modules & {*_UNWANTED}
    assert [] == [
        name for name in ours if any(name == one or name.startswith(f"{one}.") for one in _UNWANTED_OF_OURS)
    ]
