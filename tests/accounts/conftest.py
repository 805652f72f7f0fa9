"""Passwords that cost little, and a database of a test's own."""

import pytest

from accounts.made import cheap, store_in


@pytest.fixture(autouse=True)
def passwords_cost_little(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap(monkeypatch)


@pytest.fixture
def store(tmp_path):
    return store_in(tmp_path)
