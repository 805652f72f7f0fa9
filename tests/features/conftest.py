"""Every step of the table that `policy-engine test` uses, told to pytest."""

import inspect
from pathlib import Path

import pytest
from click.testing import CliRunner
from pytest_bdd import given, parsers, then, when

import as_shipped
from policy_engine.cli.app import app
from policy_engine.model.calendar import day_number
from policy_engine.usecases import shipped_rules
from policy_engine.usecases.scenarios import Ran, Setting, Story
from policy_engine.usecases.scenarios.steps import FORMS
from policy_engine.usecases.scenarios.vocabulary import Form

HERE = Path(__file__).parent
KINDS = {"假如": given, "当": when, "那么": then}
ARGUMENTS = {"table": "datatable", "quoted": "docstring"}


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "待修: what the scenario says is right; the rules or the program are not yet"
    )


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.every(4, among="features"))
        if item.get_closest_marker("待修"):
            item.add_marker(pytest.mark.xfail(strict=True, reason="待修"))


def run(folder: Path, words: list[str]) -> Ran:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        result = CliRunner().invoke(app, words, prog_name="policy-engine")
    return Ran(result.exit_code, result.output)


@pytest.fixture(autouse=True)
def commands_load_once(spared) -> None:
    pass


@pytest.fixture(scope="session")
def setting() -> Setting:
    return Setting(
        sources=as_shipped.sources(),
        compiled=as_shipped.compiled(),
        files=shipped_rules(),
        today=day_number("2026-01-15") or 0,
        run=run,
    )


@pytest.fixture
def story(setting, tmp_path) -> Story:
    return Story(setting, tmp_path)


def bound(form: Form):
    """Make the function of a step: what it is called with are the gaps of its form and what follows the line."""
    names = [name for name in inspect.signature(form.act).parameters if name not in ("story", form.takes)]
    told = ARGUMENTS.get(form.takes)

    def act(story, **values):
        if told:
            values[form.takes] = values.pop(told)
        form.act(story, **values)

    kinds = inspect.Parameter.POSITIONAL_OR_KEYWORD
    act.__signature__ = inspect.Signature(
        [inspect.Parameter(name, kinds) for name in ("story", *names, *([told] if told else []))]
    )
    return act


for one in FORMS:
    KINDS[one.kind](parsers.re(one.pattern))(bound(one))
