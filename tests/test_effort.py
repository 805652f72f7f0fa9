"""The property tests of the suite try as hard as they are told to, and never look at the clock."""

from pathlib import Path

import pytest
from hypothesis import settings

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


@pytest.mark.parametrize(("is_full", "expected"), [(True, 250), (False, 50)])
def test_the_full_suite_tries_every_example(is_full, expected, monkeypatch) -> None:
    monkeypatch.setattr(effort, "IS_FULL", is_full)
    assert expected == effort.examples(250)
