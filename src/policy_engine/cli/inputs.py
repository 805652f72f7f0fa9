"""Read what a command is given: a file, or standard input."""

from __future__ import annotations

from pathlib import Path

import click

from policy_engine.cli.streams import read_standard_input
from policy_engine.loading.files import SourceText, decode, read_source, refused_path


def read_input(case: str) -> SourceText:
    """Read a file, or standard input for `-`. Folders and devices are bad usage."""
    if case == "-":
        return decode(read_standard_input(), "标准输入")
    path = Path(case)
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
