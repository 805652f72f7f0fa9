"""The rule base a command works with: the shipped one, or one named by options."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from policy_engine.cli.exits import Exit
from policy_engine.cli.streams import write_error
from policy_engine.compilation import CompiledRuleSet, compile_rules
from policy_engine.foundation.diagnostics import DiagnosticsError, render_all
from policy_engine.foundation.spans import Span
from policy_engine.usecases import RuleFiles, Sources, load_rule_set, read_sources, shipped_rules


def rule_base_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that name another rule base."""
    folder = click.Path(path_type=Path)
    command = click.option("--schemas", type=folder, metavar="目录", help="词汇表所在目录（默认用自带的）")(
        command
    )
    return click.option("--rules", type=folder, metavar="目录", help="规则库所在目录（默认用自带的）")(
        command
    )


def rule_files(rules: Path | None, schemas: Path | None) -> RuleFiles:
    """Name the folders to read."""
    shipped = shipped_rules()
    return RuleFiles(rules or shipped.rules, schemas or shipped.schemas)


def ruled(rules: Path | None, schemas: Path | None, *, reads_examples: bool = True) -> CompiledRuleSet:
    """Prepare the rule base; prints its diagnostics and exits where it has errors."""
    sources: Sources | None = None
    try:
        sources = read_sources(rule_files(rules, schemas))
        return compile_rules(load_rule_set(sources, reads_examples=reads_examples))
    except DiagnosticsError as error:
        write_error(render_all(error.diagnostics, sources.texts if sources else {}))
        sys.exit(Exit.BAD_INPUT)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The rule base that named paths belong to, and the files of it they name (none: all of them)."""

    files: RuleFiles
    only: frozenset[str]

    def names(self, span: Span | None) -> bool:
        """Tell whether a place lies in the named files."""
        return not self.only or span is None or span.path in self.only

    def places(self, shown: Iterable[str]) -> dict[str, str]:
        """Map the paths that findings show to paths from the current folder."""
        roots = {"rules": self.files.rules, "schemas": self.files.schemas}
        return {path: from_here(roots[path.split("/")[0]] / Path(*path.split("/")[1:])) for path in shown}


def choose_rule_base(paths: Sequence[Path], rules: Path | None, schemas: Path | None) -> Chosen:
    """Find the rule base that named files and folders (else the current folder) lie in, or take the shipped one."""
    missing = [path for path in paths if not path.exists()]
    if missing:
        raise click.UsageError(f"`{missing[0]}` 不存在，检查路径", click.get_current_context())
    roots = {_root_of(path.resolve()) for path in (paths or (Path.cwd(),))} - {None}
    if len(roots) > 1:
        raise click.UsageError("所写的文件分属几个规则库，分开运行", click.get_current_context())
    found = rules or next(iter(roots), None) or shipped_rules().rules
    beside = found.parent / "schemas"
    files = RuleFiles(found, schemas or (beside if beside.is_dir() else shipped_rules().schemas))
    only = (name for path in paths for name in _shown(path.resolve(), files))
    return Chosen(files, frozenset(only))


def _root_of(path: Path) -> Path | None:
    inside = path / "rules"
    if (inside / "documents.yaml").is_file():
        return inside
    return next((p for p in (path, *path.parents) if (p / "documents.yaml").is_file()), None)


def _shown(path: Path, files: RuleFiles) -> Iterator[str]:
    for name, root in (("rules", files.rules.resolve()), ("schemas", files.schemas.resolve())):
        if path in (root, root.parent):
            return
        if path.is_relative_to(root):
            below = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
            yield from (f"{name}/{p.relative_to(root).as_posix()}" for p in below)
            return
    raise click.UsageError(
        f"`{path}` 不在规则库 {files.rules} 里，放进规则库或用 --rules 指明", click.get_current_context()
    )


def from_here(path: Path) -> str:
    """Write a path from the current folder where it lies below, else in full."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path.resolve())
