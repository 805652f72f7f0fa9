"""Options of the whole test suite, and how hard its property tests try."""

import gc
import os
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from effort import IS_EXPLORING, IS_FULL, IS_QUICK, IS_REACHED_ONLY, left_out

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


# By this the process that was started tells those that run the tests which files are left out.
_LEFT_OUT = "POLICY_ENGINE_TESTS_LEFT_OUT"


def pytest_configure(config: pytest.Config) -> None:
    """Settle which slow files no change reaches; what is named is run whole."""
    if hasattr(config, "workerinput"):
        return
    os.environ.pop(_LEFT_OUT, None)
    is_named = bool(config.option.keyword) or config.args_source is not config.ArgsSource.TESTPATHS
    if IS_REACHED_ONLY and not is_named:
        from reach import changed_files, left_out_of  # noqa: PLC0415 - whoever names tests needs none of it

        os.environ[_LEFT_OUT] = os.pathsep.join(map(str, left_out_of(changed_files())))


def _files_left_out() -> list[str]:
    return os.environ.get(_LEFT_OUT, "").split(os.pathsep) if os.environ.get(_LEFT_OUT) else []


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out what was settled."""
    return True if str(collection_path) in _files_left_out() else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say plainly what was not run."""
    left = [Path(name) for name in _files_left_out()]
    if left:
        folders = Counter(path.relative_to(Path(__file__).parent).parts[0] for path in left)
        told = ", ".join(f"tests/{name} ({number} files)" for name, number in sorted(folders.items()))
        terminalreporter.write_line(f"Left out, as no change reaches them: {told}.")
        terminalreporter.write_line(
            "Run them too: make test SUITE=whole; or some: make test PYTEST_ARGS=tests/cli"
        )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave to the full suite what is broad, unless it is asked for by name."""
    is_named = bool(config.option.keyword) or any("::" in word for word in config.args)
    if IS_QUICK and not is_named:
        away = left_out(items, _turn())
        config.hook.pytest_deselected(items=away)
        gone = set(away)
        items[:] = [item for item in items if item not in gone]


def _turn() -> int:
    if IS_REACHED_ONLY:
        return 0
    from reach import turn_of  # noqa: PLC0415 - whoever runs what a change reaches needs none of it

    return turn_of()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-goldens", action="store_true", help="write what is rendered now as what is expected"
    )
