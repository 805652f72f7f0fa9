"""Options of the whole test suite, and how hard its property tests try."""

import os

import pytest
from hypothesis import HealthCheck, settings

from effort import IS_EXPLORING, IS_FULL

# Tests in several processes are told of a terminal of 80 columns: what is printed must not depend on how they run.
os.environ["COLUMNS"] = "0"

# A slow machine is no fault of the code: nothing here looks at the clock.
settings.register_profile(
    "suite",
    deadline=None,
    max_examples=100 if IS_FULL else 25,
    derandomize=not IS_EXPLORING,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("suite")


@pytest.fixture
def spared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands that a test runs load the shipped rule base only once a process."""
    from as_shipped import spare  # noqa: PLC0415 - tests of single parts need none of it

    spare(monkeypatch)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-goldens", action="store_true", help="write what is rendered now as what is expected"
    )
