"""Where `screen -o` writes cases: one file, or a folder with one file a text. What is there already stays."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from policy_engine.cli.output import OutputError, write_whole
from policy_engine.cli.rule_base import RuleBase
from policy_engine.cli.run import Run
from policy_engine.cli.screen_inputs import HERE
from policy_engine.cli.vocabulary import beneath_here
from policy_engine.foundation.text import one_line, shown_path
from policy_engine.loading.office import named_kind
from policy_engine.model.calendar import iso
from policy_engine.reporting.screen_table import Read
from policy_engine.reporting.screened_case import screened_case
from policy_engine.usecases.screening import Screener

_UNFIT = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
_LONGEST_STEM = 40


@dataclass(frozen=True, slots=True)
class CaseFiles:
    """A file for all cases, or a folder with a file for each."""

    path: Path
    is_folder: bool
    force: bool

    def write(
        self, read: tuple[Read, ...], name: str, screener: Screener, base: RuleBase
    ) -> tuple[Read, ...]:
        """Write the cases of the texts that were read, and note where. Raises `OutputError`; exits where one is there already."""
        schema = beneath_here(base.files.schemas / "case.schema.json")
        places = {
            one.input.index: self.path / f"{stem}.yaml" if self.is_folder else self.path
            for one, stem in zip(read, _stems(read), strict=True)
            if one.found is not None
        }
        files: dict[Path, list[str]] = {}
        for one in read if places else ():
            path = places.get(one.input.index, self.path)
            if one.found is not None or not self.is_folder:
                files.setdefault(path, []).append(_case(one, read, name, screener, schema))
        for path in files:
            self.refuse_what_is_there(path)
        for path, texts in files.items():
            try:
                if self.is_folder:
                    self.path.mkdir(exist_ok=True)
                write_whole(path, "---\n".join(texts))
            except OSError as error:
                raise OutputError(str(path), error) from error
        return tuple(dataclasses.replace(one, case_file=str(places.get(one.input.index, ""))) for one in read)

    def refuse_what_is_there(self, path: Path) -> None:
        """Exit where a file is there already and nobody said that it may be replaced."""
        if os.path.lexists(path) and not self.force:
            raise click.UsageError(
                f"`{shown_path(str(path))}` 已经有了，没有覆盖；换一个名字，要覆盖的加 --force",
                click.get_current_context(),
            )


def case_files(run: Run, *, force: bool) -> CaseFiles | None:
    """Tell where `-o` wants cases; `None` where it wants the page, or nothing. Exits where a file is there already."""
    if run.elsewhere is None:
        return None
    path = Path(run.elsewhere)
    if (kind := named_kind(run.elsewhere)) and not path.is_dir():
        told = f"`{shown_path(run.elsewhere)}` 是 {kind}的名字，写出的是文字；写 .txt、.md、.json 或 .yaml"
        raise click.UsageError(told, click.get_current_context())
    is_file = path.suffix.lower() in (".yaml", ".yml") and not path.is_dir()
    found = CaseFiles(path, is_folder=not is_file, force=force)
    if not found.is_folder:
        found.refuse_what_is_there(path)
    return found


def names_cases(output: str) -> bool:
    """Tell whether a path that `-o` was given is one for cases: YAML, or a folder; or none on which to write at all."""
    is_folder = output.endswith(("/", "\\")) or os.path.isdir(output)  # noqa: PTH112 - of any length
    return is_folder or bool(named_kind(output)) or output.lower().endswith((".yaml", ".yml"))


def _case(one: Read, read: tuple[Read, ...], name: str, screener: Screener, schema: str) -> str:
    if one.found is None:
        first = one.diagnostics[0]
        return one_line(f"# 未能读取：{one.input.place} {first.message}〔{first.code}〕") + "\n"
    own = name or (_where(one) if len(read) > 1 else "")
    head = {}
    if screener.blank.is_day_stated:
        head["as_of"] = iso(screener.blank.as_of)
    if screener.blank.is_area_stated:
        head["jurisdiction"] = screener.compiled.rule_set.areas.name(screener.blank.area)
    return screened_case(one.found, own, head, screener.compiled.rule_set, schema)


def _where(one: Read) -> str:
    return f"第 {one.input.index} 件"


def _stems(read: tuple[Read, ...]) -> Iterator[str]:
    width = len(str(len(read)))
    for one in read:
        stem = "" if one.input.file == HERE else _UNFIT.sub("_", Path(one.input.file).stem)[:_LONGEST_STEM]
        number = str(one.input.index).zfill(width)
        yield "-".join(filter(None, (number, stem.strip(". "))))
