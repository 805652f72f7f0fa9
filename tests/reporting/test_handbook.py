"""Every command that a page for readers shows on an example really runs."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from policy_engine.cli.app import app

pytestmark = pytest.mark.usefixtures("spared")

ROOT = Path(__file__).parents[2]
PAGES = ("docs/guide/使用手册.md", "README.md", "examples/README.md", "rules/README.md")
COMMAND = re.compile(r"^\s*policy-engine ([^#\n>]*)|`policy-engine ([^`>…]*)`", re.MULTILINE)


def commands() -> list[str]:
    found = [
        one or other for page in PAGES for one, other in COMMAND.findall((ROOT / page).read_text("utf-8"))
    ]
    named = [line.strip() for line in found if re.search(r"(examples|docs|rules|tests)/\S+\.\w+", line)]
    return list(dict.fromkeys(named))


def test_the_pages_show_commands_on_examples():
    assert len(commands()) > 20


@pytest.mark.every(4)
@pytest.mark.parametrize("line", commands())
def test_a_shown_command_runs(line, monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    # Not among the records of whoever runs the tests.
    monkeypatch.setenv("POLICY_ENGINE_RECORDS", str(tmp_path / "记录.sqlite"))
    there = set(ROOT.iterdir())
    result = CliRunner().invoke(app, shlex.split(line), prog_name="policy-engine")
    for made in filter(Path.is_file, set(ROOT.iterdir()) - there):
        made.unlink()
    assert result.exit_code in (0, 1, 3), result.output


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_example_is_told_of_in_the_handbook_and_the_list(path):
    assert f"`{path.name}`" in (ROOT / "examples" / "README.md").read_text("utf-8")
    assert path.name in (ROOT / PAGES[0]).read_text("utf-8")


def test_the_readme_shows_what_make_run_prints():
    shown = re.search(r"```text\n(结论：.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)[1]
    first, _, last = shown.partition("\n\n对照情况、后续义务、说明：（从略）\n")
    golden = (ROOT / "tests/golden/purchase-property-service/official.txt").read_text("utf-8")
    assert golden.startswith(first + "\n\n对照情况：\n")
    opinion, _, way_on = last.partition("\n\nthe same in a browser: ")
    assert golden.endswith(opinion.replace("（内容摘要）", "（摘要）") + "\n")
    assert way_on.strip() == ".venv/bin/policy-engine serve"
