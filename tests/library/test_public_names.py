"""What `import policy_engine` offers: few names, each told of, none of them loaded before it is used."""

import inspect
import json
import subprocess
import sys

import pytest

import policy_engine


def in_a_new_process(code: str) -> str:
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    return found.stdout


def members_of(one: object) -> list[tuple[str, object]]:
    if not inspect.isclass(one):
        return []
    return [
        (name, found)
        for name, found in vars(one).items()
        if not name.startswith("_") and (inspect.isfunction(found) or isinstance(found, property))
    ]


def test_the_names_are_sorted_and_all_there() -> None:
    assert sorted(policy_engine.__all__) == policy_engine.__all__
    assert set(policy_engine.__all__) <= set(dir(policy_engine))
    assert all(getattr(policy_engine, name).__name__ == name for name in policy_engine.__all__)


@pytest.mark.parametrize("name", policy_engine.__all__)
def test_a_name_is_told_of_and_so_is_all_it_offers(name: str) -> None:
    one = getattr(policy_engine, name)
    # What a dataclass writes of itself begins with its name and its fields.
    assert one.__doc__
    assert not one.__doc__.startswith(f"{name}(")
    assert [] == [member for member, found in members_of(one) if not inspect.getdoc(found)]


@pytest.mark.parametrize("name", ["lod", "_compiled", "cli_"])
def test_another_name_is_missed_as_in_any_module(name: str) -> None:
    with pytest.raises(AttributeError, match=name):
        getattr(policy_engine, name)


def test_importing_the_package_imports_nothing_else() -> None:
    code = """
import json, sys
before = set(sys.modules)
import policy_engine
print(json.dumps(sorted(set(sys.modules) - before)))
"""
    assert ["policy_engine"] == json.loads(in_a_new_process(code))


@pytest.mark.broad
def test_deciding_from_a_program_imports_neither_the_command_line_nor_what_authors_need() -> None:
    code = """
import json, sys
from policy_engine import load
load().check({"采购事项": {"含工程": True}}).page().text()
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""
    found = set(json.loads(in_a_new_process(code)))
    assert {"yaml", "durable_rules_engine"} <= found
    assert set() == found & {"click", "z3", "pygls", "jsonschema", "gherkin"}


def test_the_package_runs_as_a_program() -> None:
    shown = {
        subprocess.run([sys.executable, *how, "--help"], capture_output=True, check=True, text=True).stdout
        for how in (["-m", "policy_engine"], ["-c", "from policy_engine.cli import main; main()"])
    }
    assert 1 == len(shown)
    assert "check" in shown.pop()
