"""Feature files named on the command line, and the commands that their scenarios run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from policy_engine.analysis.testing.features import Outcome, ScenarioResult
from policy_engine.cli.run import this_run
from policy_engine.cli.today import today_in_china
from policy_engine.compilation import CompiledRuleSet
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.foundation.spans import file_span
from policy_engine.loading.features import read_scenarios
from policy_engine.loading.files import read_source
from policy_engine.usecases import RuleFiles, Sources
from policy_engine.usecases.locating import MARK
from policy_engine.usecases.scenarios import Ran, Setting, StepError, run_scenarios

_SUFFIX = ".feature"
_MOST_SECONDS = 600
_COMMAND = "from policy_engine.cli import main; main()"


def holds_features(path: Path) -> bool:
    """Tell whether a path is a feature file, or a folder of them that is no rule base."""
    if not path.is_dir():
        return path.suffix == _SUFFIX
    is_rule_base = any((folder / MARK).is_file() for folder in (path, path / "rules"))
    return not is_rule_base and next(path.rglob(f"*{_SUFFIX}"), None) is not None


def feature_files(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """List the feature files that are named, and those in the folders that are."""
    found = [
        file
        for path in paths
        if holds_features(path)
        for file in (sorted(path.rglob(f"*{_SUFFIX}")) if path.is_dir() else [path])
    ]
    missing = next((file for file in found if not file.is_file()), None)
    if missing is not None:
        raise click.UsageError(f"`{missing}` 不存在，检查路径", click.get_current_context())
    return tuple(dict.fromkeys(found))


def run_features(
    files: tuple[Path, ...], rules: RuleFiles, sources: Sources, compiled: CompiledRuleSet
) -> tuple[ScenarioResult, ...]:
    """Run the scenarios of the files. A file that can't be read counts as a scenario that is written wrongly."""
    setting = Setting(
        sources=sources, compiled=compiled, files=rules, today=today_in_china(), run=_command_in
    )
    return tuple(result for file in files for result in _of_file(file, setting))


def _of_file(file: Path, setting: Setting) -> Iterator[ScenarioResult]:
    try:
        source = read_source(file)
        this_run().given[source.path] = source.text
        yield from run_scenarios(read_scenarios(source), setting)
    except DiagnosticsError as error:
        span = file_span(str(file))
        yield ScenarioResult(name=file.stem, span=span, outcome=Outcome.WRONG, problems=error.diagnostics)


def _command_in(folder: Path, words: list[str]) -> Ran:
    # A process of its own: what a scenario runs touches nothing of this run.
    environment = {**os.environ, "COLUMNS": "0", "PYTHONIOENCODING": "utf-8"}
    package = str(Path(__file__).parents[2])
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (package, environment.get("PYTHONPATH", ""))))
    try:
        ended = subprocess.run(  # noqa: S603 - this program, with words that were split, in no shell
            [sys.executable, "-c", _COMMAND, *words],
            cwd=folder, env=environment, capture_output=True, encoding="utf-8", errors="replace",
            stdin=subprocess.DEVNULL, timeout=_MOST_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise StepError(f"命令 {_MOST_SECONDS} 秒没有结束") from None
    return Ran(ended.returncode, ended.stdout + ended.stderr)
