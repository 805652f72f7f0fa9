"""What a change reaches is tested: no test file is left out when something that it needs changed."""

import subprocess
from pathlib import Path

import pytest

import reach

ROOT = Path(__file__).parents[1]


def names(paths) -> set[str]:
    return {path.relative_to(ROOT).as_posix() for path in paths}


def test_where_nothing_changed_only_slow_files_are_left_out() -> None:
    assert reach.left_out_of(frozenset()) == reach.slow_files()
    assert {path.relative_to(ROOT / "tests").parts[0] for path in reach.slow_files()} == {*reach.SLOW}


@pytest.mark.parametrize(
    "changed",
    [
        "rules/registers/areas.yaml",
        "vocabulary/采购事项/subject.yaml",
        "examples/purchase-wall-repair.yaml",
        "pyproject.toml",
        "requirements/dev.lock",
        "tests/conftest.py",
        "tests/effort.py",
        "tests/golden/provider/check.txt",
        "docs/ci/policy-rules.yml",
        "src/policy_engine/data/start/README.md",
        "scripts/setup.sh",
        "src/policy_engine/web/gone.py",
    ],
)
def test_what_any_test_may_need_leaves_nothing_out(changed) -> None:
    assert [] == reach.left_out_of({changed})


def test_without_anything_to_compare_with_nothing_is_left_out() -> None:
    assert [] == reach.left_out_of(None)


@pytest.mark.parametrize("path", reach.slow_files(), ids=lambda path: path.stem)
def test_every_module_that_a_test_file_imports_reaches_it(path) -> None:
    assert reach.is_reached(path, {path.relative_to(ROOT).as_posix()})
    for name in reach._names_in(path):
        place = ROOT / "src" / Path(*name.split("."))
        for file in (place.with_suffix(".py"), place / "__init__.py", place.parent.with_suffix(".py")):
            if file.is_file():
                assert reach.is_reached(path, {file.relative_to(ROOT).as_posix()}), file


def test_what_commands_load_on_demand_reaches_the_tests_of_commands() -> None:
    left = names(reach.left_out_of({"src/policy_engine/web/app.py"}))
    # The editor's server is tested without any command.
    of_editor = {"tests/cli/test_format_request.py", "tests/cli/test_lsp.py"}
    assert not {name for name in left if name.startswith(("tests/cli/", "tests/web/"))} - of_editor


def test_what_a_module_imports_in_turn_reaches_its_tests() -> None:
    assert [] == reach.left_out_of({"src/policy_engine/foundation/diagnostics.py"})


def test_a_floor_above_does_not_reach_the_tests_below() -> None:
    left = names(reach.left_out_of({"src/policy_engine/web/app.py"}))
    assert "tests/analysis/test_bounds.py" in left


def git(folder: Path, *words: str) -> None:
    author = ("-c", "user.name=a", "-c", "user.email=a@b")
    subprocess.run(["git", *author, *words], cwd=folder, check=True, capture_output=True)


def test_the_turn_goes_by_what_is_checked_out(tmp_path) -> None:
    assert 0 == reach.turn_of(tmp_path)
    git(tmp_path, "init", "-q")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "1")
    assert int("4b825dc6", 16) == reach.turn_of(tmp_path)


def test_committed_uncommitted_and_new_files_are_changes(tmp_path) -> None:
    assert reach.changed_files(tmp_path) is None
    git(tmp_path, "init", "-q", "-b", "main")
    for name in ("同.txt", "committed", "changed", "gone"):
        (tmp_path / name).write_text("1", "utf-8")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "1")
    assert reach.changed_files(tmp_path) is None
    git(tmp_path, "switch", "-qc", "work")
    assert frozenset() == reach.changed_files(tmp_path)
    (tmp_path / "committed").write_text("2", "utf-8")
    git(tmp_path, "commit", "-qam", "2")
    (tmp_path / "changed").write_text("2", "utf-8")
    (tmp_path / "新.txt").write_text("2", "utf-8")
    (tmp_path / "gone").unlink()
    assert {"committed", "changed", "新.txt", "gone"} == reach.changed_files(tmp_path)
