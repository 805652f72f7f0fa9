"""Deciding cases needs a small installation; what is not installed is told with the command that installs it."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from effort import some
from policy_engine.foundation.parts import absent_part

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
FIX = 'pip install "policy-engine[authors]"'
OF_AUTHORS = ("z3", "pygls", "lsprotocol")
CASE = "examples/purchase-wall-repair.yaml"
# A module that is None in the table of modules can't be imported, as if it were not there.
HIDING = """
import sys
for name in sys.argv[1].split(","):
    sys.modules[name] = None
sys.argv[:2] = ["policy-engine"]
from policy_engine.cli import main
main()
"""


def run_without(modules: tuple[str, ...], *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", HIDING, ",".join(modules), *arguments],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
        stdin=subprocess.DEVNULL,
    )


def names_of(requirements: list[str]) -> set[str]:
    return {plain(re.match(r"[A-Za-z0-9.-]+", one)[0]) for one in requirements}


def plain(name: str) -> str:
    return name.lower().replace("_", "-")


@cache
def imported() -> set[str]:
    """The modules of others that the program imports anywhere."""
    found = set()
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(node.module.partition(".")[0])
    return found - sys.stdlib_module_names - {"policy_engine"}


@pytest.mark.parametrize(
    ("arguments", "code"),
    some(
        [
            (["check", CASE, "--what-if", "--reasons", "--view", "auditor"], 1),
            (["check", CASE, "--format", "json"], 1),
            (["new", "采购事项"], 0),
            (["schema", "采购事项"], 0),
            (["test", "--rule", "mof-order-102-2020.art-10-3"], 0),
            (["rules", "show", "mof-order-102-2020.art-10-3"], 0),
            (["validate"], 0),
            (["cost", "examples/cost/longan-2012.yaml"], 0),
            (["test", "features/例外.feature"], 0),
            (["fmt", "--check"], 0),
        ],
        5,
    ),
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_whoever_decides_cases_needs_nothing_of_what_authors_need(arguments, code) -> None:
    found = run_without(OF_AUTHORS, *arguments)
    assert (code, "") == (found.returncode, found.stderr)


@pytest.mark.every(2)
@pytest.mark.parametrize(
    "arguments",
    [
        ["analyse"],
        ["diff", "自带", "自带"],
        ["test", "--mutate", "--rule", "mof-order-102-2020.art-10-3"],
        ["lsp"],
    ],
    ids=" ".join,
)
def test_a_command_of_authors_says_what_to_install(arguments) -> None:
    found = run_without(OF_AUTHORS, *arguments)
    assert (2, "") == (found.returncode, found.stdout)
    assert found.stderr.startswith("错误[PE906]: 没有安装编写规则用的部分：缺 ")
    assert FIX in found.stderr
    assert "内部错误" not in found.stderr


def test_the_desk_says_what_to_install() -> None:
    found = run_without(("starlette", "uvicorn"), "serve")
    assert (2, "") == (found.returncode, found.stdout)
    assert 'pip install "policy-engine[web]"' in found.stderr


def test_a_format_for_machines_says_so_too() -> None:
    found = run_without(OF_AUTHORS, "analyse", "--format", "json")
    told = json.loads(found.stdout)
    assert (2, 2, "") == (found.returncode, told["exit"], found.stderr)
    assert ["PE906"] == [one["code"] for one in told["diagnostics"]]


# A short text is looked through without an automaton.
LONG = "办公楼外墙修缮，" * 3000


@pytest.mark.parametrize(
    ("module", "arguments"), [("ahocorasick", ("screen", LONG)), ("yaml", ("check", CASE))]
)
def test_a_broken_installation_is_told_in_the_same_way(module, arguments) -> None:
    found = run_without((module,), *arguments)
    assert (2, "") == (found.returncode, found.stdout)
    assert f"缺 {module}" in found.stderr
    assert "修改: pip install policy-engine；" in found.stderr


@pytest.mark.every(2)
@pytest.mark.parametrize(
    "arguments", [["records", "list"], ["check", CASE, "--record", "--by", "甲"]], ids=" ".join
)
def test_records_say_what_to_install(arguments) -> None:
    found = run_without(("sqlalchemy", "rfc8785"), *arguments)
    assert (2, "") == (found.returncode, found.stdout)
    assert 'pip install "policy-engine[records]"' in found.stderr


def test_nothing_is_filed_where_its_paper_can_not_be_written(tmp_path) -> None:
    place = tmp_path / "记录.sqlite"
    out = ["--record", "--by", "甲", "--records", str(place), "-o", str(tmp_path / "意见.docx")]
    found = run_without(("docx",), "check", CASE, *out)
    assert (2, "") == (found.returncode, found.stdout)
    assert 'pip install "policy-engine[documents]"' in found.stderr
    assert not place.exists()


def test_a_program_that_uses_the_library_is_told_as_well() -> None:
    code = """
import sys
sys.modules["ahocorasick"] = None
from policy_engine import DiagnosticsError, load
try:
    load().check({"name": "外墙修缮" * 20, "采购事项": {"购买内容": "外墙修缮，" * 600}})
except DiagnosticsError as error:
    print([one.code for one in error.diagnostics])
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert "['PE906']\n" == found.stdout


# The extras that bring parts of the program; those who work on it have all of them.
EXTRAS = {
    extra: names_of(parts) for extra, parts in PROJECT["optional-dependencies"].items() if extra != "dev"
}
# What comes with another package that is declared, and is written for it.
COMES_WITH = {"lsprotocol": "pygls", "mcp_types": "mcp", "pydantic": "mcp"}
# Half a gigabyte, which no lock holds.
NOT_HERE = {"pyspark": "pyspark", "py4j": "pyspark"}


distributions = cache(packages_distributions)


def homes_of(module: str) -> set[str]:
    owner = COMES_WITH.get(module) or NOT_HERE.get(module)
    return {owner} if owner is not None else {plain(name) for name in distributions()[module]}


def test_every_import_is_declared_where_the_message_says() -> None:
    needed = names_of(PROJECT["dependencies"])
    for module in imported():
        (home,) = homes_of(module)
        extras = [extra for extra, parts in EXTRAS.items() if home in parts]
        assert home in needed or extras, module
        told = absent_part(ModuleNotFoundError(name=f"{module}.part"))
        if module not in ("click", "durable_rules_engine"):
            # Without the first nothing can be told; without the second SQLite decides, and the opinion says so.
            named = re.findall(r'"policy-engine\[(\w+)\]"', told.help)
            assert named == extras, module


def test_whatever_is_declared_is_imported_somewhere() -> None:
    used = {home for module in imported() for home in homes_of(module)}
    # Starlette reads forms with the first, SQLAlchemy speaks to PostgreSQL through the second, and nothing here does;
    # the third is what only tests run.
    unseen = {"python-multipart", "psycopg", "pyspark"}
    assert set().union(names_of(PROJECT["dependencies"]), *EXTRAS.values()) <= used | unseen


def test_another_error_is_left_to_those_who_know_it() -> None:
    assert absent_part(ModuleNotFoundError(name="policy_engine.nothing")) is None
    assert absent_part(ImportError("no name")) is None
    assert absent_part(ValueError("z3")) is None


@pytest.mark.parametrize("lock", ["runtime", "dev"])
def test_a_checkout_is_set_up_with_what_authors_need(lock) -> None:
    text = (ROOT / "requirements" / f"{lock}.lock").read_text("utf-8")
    locked = set(re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE))
    declared = names_of(PROJECT["dependencies"]) | names_of(PROJECT["optional-dependencies"]["authors"])
    assert declared <= locked
