"""The property tests of the suite try as hard as they are told to, and never look at the clock."""

import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st

import effort

TESTS = Path(__file__).parent


def test_no_property_fails_for_being_slow() -> None:
    assert settings.default is not None
    assert settings.default.deadline is None
    own = (Path(__file__), TESTS / "conftest.py")
    assert [] == [
        str(path)
        for path in TESTS.rglob("*.py")
        if path not in own and "deadline=" in path.read_text(encoding="utf-8")
    ]


@pytest.mark.parametrize(
    ("is_full", "is_quick", "expected"), [(True, False, 250), (False, False, 50), (False, True, 25)]
)
def test_the_full_suite_tries_every_example(is_full, is_quick, expected, monkeypatch) -> None:
    monkeypatch.setattr(effort, "IS_FULL", is_full)
    monkeypatch.setattr(effort, "IS_QUICK", is_quick)
    assert expected == effort.examples(250)


WRITTEN = """
import pytest

@pytest.mark.broad
def test_far(): pass

@pytest.mark.every(3)
@pytest.mark.parametrize("n", range(7))
def test_long(n): pass

@pytest.mark.every(3)
def test_alone(): pass

def test_plain(): pass
"""


@pytest.mark.parametrize(
    ("suite", "args", "run"),
    effort.some(
        [
            ("", [], 5),
            ("mutants", [], 10),
            ("full", [], 10),
            ("", ["-k", "far or long"], 8),
            ("", ["::test_far"], 1),
        ],
        2,
    ),
)
def test_what_takes_long_is_left_to_the_full_suite_unless_it_is_named(suite, args, run, tmp_path) -> None:
    (tmp_path / "test_it.py").write_text(WRITTEN, encoding="utf-8")
    for name in ("conftest.py", "effort.py", "reach.py"):
        shutil.copy(TESTS / name, tmp_path)
    where = [f"test_it.py{word}" if word.startswith("::") else word for word in args] or ["test_it.py"]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", *where]
    ran = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "SUITE": suite}, capture_output=True, text=True, check=False
    )
    assert f"{run} passed" in ran.stdout, ran.stdout + ran.stderr


@pytest.mark.parametrize("most", [60, 300])
def test_looking_ends_where_all_that_is_wanted_was_seen(most) -> None:
    seen = Counter()
    effort.look_until_seen(range(3), seen, most, lambda number: seen.update([number]), st.integers(0, 3))
    assert all(seen[number] for number in range(3))
    assert seen.total() < 60


def test_what_never_arises_is_missed() -> None:
    seen = Counter()
    with pytest.raises(AssertionError):
        effort.look_until_seen([4, 5], seen, 30, lambda number: seen.update([number]), st.integers(0, 4))


@pytest.mark.parametrize(("is_full", "expected"), [(True, [0, 1, 2, 3, 4]), (False, [0, 3])])
def test_the_full_suite_takes_all(is_full, expected, monkeypatch) -> None:
    monkeypatch.setattr(effort, "IS_FULL", is_full)
    assert expected == list(effort.some(range(5), 3))


def test_the_full_suite_pairs_all_with_all_and_the_other_leaves_nothing_out(monkeypatch) -> None:
    monkeypatch.setattr(effort, "IS_FULL", True)
    assert 6 == len(set(effort.pairs("ab", "xyz")))
    monkeypatch.setattr(effort, "IS_FULL", False)
    few = effort.pairs("ab", "xyz")
    assert ({*"ab"}, {*"xyz"}, 3) == ({one for one, _ in few}, {other for _, other in few}, len(few))


class Member:
    """A test of a long family, as pytest has it."""

    path = Path("test_it.py")

    def __init__(self, name: str, one_in: int, at: int) -> None:
        self.originalname, self.name, self.mark = name, f"{name}[{at}]", pytest.mark.every(one_in).mark

    def get_closest_marker(self, name: str) -> pytest.Mark | None:
        return self.mark if name == "every" else None


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("one_in", [1, 2, 3])
def test_every_member_of_a_family_has_its_turn(size, one_in) -> None:
    family = [Member("test_long", one_in, at) for at in range(size)]
    taken = [[one for one in family if one not in effort.left_out(family, turn)] for turn in range(one_in)]
    assert all(taken)
    assert set(family) == {one for run in taken for one in run}
