"""Options of the whole test suite, and how hard its property tests try."""

import gc
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from effort import IS_EXPLORING, IS_FULL, IS_QUICK, left_out

# Tests in several processes are told of a terminal of 80 columns: what is printed must not depend on how they run.
os.environ["COLUMNS"] = "0"

# Programs that tests start as people do keep the rule bases they load for one another, for as long as the run lasts; in
# the full suite nothing is kept, so that the same tests hold for either. What tests themselves load in their own process
# is never kept, for they may break it on purpose.
_KEPT = (
    tempfile.TemporaryDirectory(prefix="policy-engine-tests-")
    if "POLICY_ENGINE_CACHE" not in os.environ
    else None
)
if _KEPT is not None:
    os.environ["POLICY_ENGINE_CACHE"] = "off" if IS_FULL else str(Path(_KEPT.name) / "kept")

# A slow machine is no fault of the code: nothing here looks at the clock.
settings.register_profile(
    "suite",
    deadline=None,
    max_examples=100 if IS_FULL else 12 if IS_QUICK else 25,
    derandomize=not IS_EXPLORING,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("suite")


# Rule bases are many objects that stay: looking through them all for garbage time and again is a fifth of a run.
gc.set_threshold(50_000, 20, 50)


@pytest.fixture(autouse=True)
def nothing_kept_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test keep what it loaded, nor take what another kept."""
    monkeypatch.setattr("policy_engine.foundation.cache_folder.cache_folder", lambda: None)


@pytest.fixture
def spared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands that a test runs load the shipped rule base only once a process."""
    from as_shipped import spare  # noqa: PLC0415 - tests of single parts need none of it

    spare(monkeypatch)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave to the full suite what is broad, unless it is asked for by name."""
    is_named = bool(config.option.keyword) or any("::" in word for word in config.args)
    if IS_QUICK and not is_named:
        away = left_out(items)
        config.hook.pytest_deselected(items=away)
        gone = set(away)
        items[:] = [item for item in items if item not in gone]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-goldens", action="store_true", help="write what is rendered now as what is expected"
    )
