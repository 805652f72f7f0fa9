"""Read what a command is given: a file, or standard input."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from policy_engine.cli.streams import read_standard_input
from policy_engine.loading.files import MOST_BYTES, SourceText, decode, read_source, refused_path
from policy_engine.loading.spellings import day_text
from policy_engine.model.calendar import day_number

_DATABASES = ("sqlite://", "postgresql://", "postgres://")


class GivenPath(click.Path):
    """A path as somebody wrote it: an empty one, from a script's empty variable, is not the current folder."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Refuse what says nothing; make a path of the rest."""
        if not os.fspath(value).strip():
            message = "写了空的路径，脚本里的变量也许没有值；写文件或者目录，当前目录写 ."
            raise click.UsageError(message, ctx)
        return super().convert(value, param, ctx)


class WrittenPath(GivenPath):
    """The path of a file that a command writes, beside `-o`."""


class GivenTable(GivenPath):
    """A file, or a table of a database: sqlite:///file.db?table=x."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read an address where it is one."""
        if isinstance(value, str) and value.startswith(_DATABASES):
            from policy_engine.ledger.stored import stored_table  # noqa: PLC0415 - rarely wanted

            return stored_table(value)
        return super().convert(value, param, ctx)


class Day(click.ParamType[int]):
    """A day written as 2026-01-15."""

    name = "日期"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read a day."""
        if isinstance(value, int):
            return value
        day = day_number(day_text(str(value)) or str(value))
        return day if day is not None else self.fail(f"`{value}` 不是日期，写成 2026-01-15", param, ctx)


def read_input(case: str) -> SourceText:
    """Read a file, or standard input for `-`. Folders and devices are bad usage."""
    if case == "-":
        return decode(read_standard_input(MOST_BYTES), "标准输入")
    path = GivenPath().convert(case, None, click.get_current_context(silent=True))
    try:
        is_folder, is_device = path.is_dir(), path.is_char_device() or path.is_block_device()
    except OSError as error:
        # The system refuses the very name: too long, say.
        raise refused_path(case, error) from None
    if is_folder:
        raise click.UsageError(f"`{case}` 是目录，写里面的一个文件", click.get_current_context())
    if is_device:
        # A device may never end; a pipe does.
        raise click.UsageError(f"`{case}` 不是文件，从标准输入读取请写 -", click.get_current_context())
    return read_source(path)
