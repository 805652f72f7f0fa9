"""The mutator itself: it makes every kind of error, changes nothing else, and tells checked from unchecked."""

import ast
import os
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest

from mutants.mutations import (
    SOURCE,
    alternatives,
    code_of,
    code_with,
    modules,
    mutations,
    stretch_of_each,
    words,
)
from mutants.run import PACKAGES, argued, live_functions
from policy_engine.foundation import logic

RUN = Path(__file__).with_name("run.py")
CARELESS = """
from pathlib import Path

from policy_engine.foundation.logic import Truth, conjunction, disjunction, negate

def test_nothing_is_checked():
    for truth in Truth:
        negate(truth), list(map(conjunction, [[truth], []])), list(map(disjunction, [[truth], []]))

def test_that_passes_only_the_first_time():
    been = Path(__file__).with_name("been")
    was, _ = been.exists(), been.touch()
    conjunction([]), disjunction([]), negate(Truth.TRUE)
    assert not was
"""


ENDLESS = """
import os, signal

from policy_engine.foundation.logic import Truth, negate

def test_that_is_stopped_from_outside():
    if negate(Truth.TRUE) is not Truth.FALSE:
        os.kill(os.getpid(), signal.SIGPROF)
"""
BRANCHES = """
def told(a):
    b = [c for c in a if c]
    match b:
        case [d] if d in a:
            return 1
    try:
        f()
    except ValueError:
        g()
        h()
    return lambda: 2
"""


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": f"{RUN.parents[1]}:{SOURCE}"}
    command = [sys.executable, str(RUN), "--package", "foundation/logic.py", *arguments]
    command += ["--watched", str(folder / "watched")]
    return subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)


def test_errors_are_killed_by_tests_that_check(tmp_path) -> None:
    found = run(tmp_path, "--tests", "foundation/test_logic.py", "--sample", "12")
    assert (0, "") == (found.returncode, found.stderr), found.stdout
    assert "100.0% killed or argued" in found.stdout


@pytest.mark.broad
def test_nothing_is_killed_where_nothing_was_changed(tmp_path) -> None:
    found = run(tmp_path, "--tests", "foundation/test_logic.py", "--sample", "12", "--unchanged")
    assert 1 == found.returncode
    assert "0/12" in found.stdout
    assert "0.0% killed or argued" in found.stdout


@pytest.mark.broad
def test_errors_survive_tests_that_check_nothing(tmp_path) -> None:
    careless = tmp_path / "test_careless.py"
    careless.write_text(CARELESS, encoding="utf-8")
    found = run(tmp_path, "--tests", str(careless), "--sample", "12")
    assert 1 == found.returncode
    assert "survived  foundation/logic.py" in found.stdout
    assert "left out, as it fails alone and unchanged" in found.stdout
    assert "0/12" in found.stdout


@pytest.mark.broad
def test_what_survived_is_tried_again_and_nothing_else(tmp_path) -> None:
    careless, before = tmp_path / "test_careless.py", tmp_path / "before.txt"
    careless.write_text(CARELESS, encoding="utf-8")
    first = run(tmp_path, "--tests", str(careless), "--function", "conjunction")
    before.write_text(first.stdout, encoding="utf-8")
    found = run(tmp_path, "--tests", "foundation/test_logic.py", "--again", str(before))
    assert 0 == found.returncode, found.stdout
    survived = first.stdout.count("survived  ")
    assert survived > 1
    assert f"{survived}/{survived}" in found.stdout


@pytest.mark.broad
def test_tests_that_were_stopped_kill_with_a_note(tmp_path) -> None:
    endless = tmp_path / "test_endless.py"
    endless.write_text(ENDLESS, encoding="utf-8")
    found = run(tmp_path, "--tests", str(endless), "--function", "negate")
    assert "stopped  foundation/logic.py" in found.stdout
    assert "by SIGPROF: it took too long or crashed" in found.stdout
    assert "\nkilled" not in found.stdout


@pytest.mark.broad
def test_what_was_watched_is_kept_until_the_test_changes(tmp_path) -> None:
    careful = tmp_path / "test_careful.py"
    careful.write_text(ENDLESS, encoding="utf-8")
    run(tmp_path, "--tests", str(careful), "--sample", "1")
    run(tmp_path, "--tests", str(careful), "--sample", "1")
    once = (tmp_path / "watched").read_text(encoding="utf-8").splitlines()
    careful.write_text(f"{ENDLESS}\n\n", encoding="utf-8")
    run(tmp_path, "--tests", str(careful), "--sample", "1")
    twice = (tmp_path / "watched").read_text(encoding="utf-8").splitlines()
    assert (1, 2) == (len(once), len(twice))


def test_what_tests_and_the_program_remember_is_forgotten_and_nothing_else() -> None:
    ours, others = lru_cache(lambda: None), lru_cache(len)
    ours(), others("")
    live_functions()
    assert (0, 1) == (ours.cache_info().currsize, others.cache_info().currsize)


def test_what_runs_together_is_one_stretch() -> None:
    function = ast.parse(BRANCHES).body[0]
    assert isinstance(function, ast.FunctionDef)
    number = {ast.unparse(node): at for node, at in stretch_of_each(function).items()}
    groups: dict[int, list[str]] = {}
    for words_ in ("c", "d in a", "return 1", "f()", "g()", "h()", "2"):
        groups.setdefault(number[words_], []).append(words_)
    assert [["c", "d in a"], ["return 1"], ["f()"], ["g()", "h()"], ["2"]] == list(groups.values())


def test_an_error_changes_one_function_and_nothing_else_of_it() -> None:
    whole = {m.change: m for m in mutations("foundation/logic.py") if m.function == "negate"}
    one = whole["Truth.TRUE → Truth.FALSE"]
    assert code_of(one.module, one.function) == logic.negate.__code__
    assert code_with(one) != logic.negate.__code__


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("a < b", ["a <= b", "a >= b"]),
        ("a is b", ["a is not b"]),
        ("a and b", ["a or b", "b", "a"]),
        ("not a", ["a"]),
        ("any(a)", ["all(a)"]),
        ("f(a, b, c)", ["f(b, a, c)"]),
        ("a + b", ["a - b"]),
        ("1", ["2"]),
        ("True", ["False"]),
        ("Truth.UNKNOWN", ["Truth.TRUE"]),
        ("a if b else c", ["if not b"]),
        ("'words'", []),
    ],
)
def test_an_expression_is_mistaken_for_its_neighbours(written, expected) -> None:
    node = ast.parse(written, mode="eval").body
    assert expected == [words(other) for other in alternatives(node, logic)]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("return a", ["return None"]),
        ("return None", []),
        ("f()", ["pass"]),
        ("a += 1", ["pass"]),
        ("continue", ["pass"]),
        ("if a: b", ["if not a"]),
    ],
)
def test_a_statement_is_forgotten_or_turned_round(written, expected) -> None:
    body = f"for x in y:\n  {written}" if written == "continue" else written
    statement = ast.parse(f"def f():\n {body.replace(chr(10), chr(10) + ' ')}").body[0].body[0]
    node = statement.body[0] if isinstance(statement, ast.For) else statement
    assert expected == [words(other) for other in alternatives(node, logic)]


def test_every_argued_error_can_still_be_made_and_has_its_reason() -> None:
    possible = {m.key for package in PACKAGES for module in modules(package) for m in mutations(module)}
    assert set() == argued().keys() - possible
    assert all(reason.endswith(".") and len(reason) > 20 for reason in argued().values())
