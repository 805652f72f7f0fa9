"""Where the output of a run goes: standard output, or a file that is written whole or not at all."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from policy_engine.cli.chinese import OneOf
from policy_engine.cli.run import Run
from policy_engine.cli.streams import write_bytes, write_out
from policy_engine.foundation.in_place import put_in_place


class OutputError(Exception):
    """Raised where the output can't be written: there is no use in writing the failure to the same place."""

    def __init__(self, name: str, error: OSError) -> None:
        super().__init__(name)
        self.name, self.error = name, error


class OutputOption(click.Option):
    """`-o`. `is_elsewhere` tells of which paths a command makes something else than its output."""

    is_elsewhere: Callable[[str], bool] = staticmethod(lambda _path: False)


def output_options(
    formats: Iterable[str], elsewhere: Callable[[str], bool] | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add `--format` and `-o`; both are noted in the run, not handed to the command.

    Paths for which `elsewhere` holds are noted apart: no output, and no failure, is ever written there.
    """
    own = type("_Output", (OutputOption,), {"is_elsewhere": staticmethod(elsewhere)} if elsewhere else {})

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        command = click.option(
            "-o",
            "--output",
            cls=own,
            metavar="文件",
            expose_value=False,
            callback=_note_output,
            help="写到这个文件（写成以后才替换），不写到屏幕",
        )(command)
        return click.option(
            "--format",
            type=OneOf(formats),
            default="text",
            expose_value=False,
            callback=_note_format,
            help="输出格式",
        )(command)

    return decorate


def _note_format(ctx: click.Context, _param: click.Parameter, value: str) -> None:
    ctx.ensure_object(Run).format = value


def _note_output(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    run = ctx.ensure_object(Run)
    if value is not None and isinstance(param, OutputOption) and param.is_elsewhere(value):
        run.elsewhere = value
    else:
        run.output = value


def put(text: str, run: Run) -> None:
    """Write the output of a run. Raises `OutputError` where that fails."""
    name = run.output or "输出"
    try:
        if run.output is None and (run.is_for_machines or run.format == "html"):
            write_data(text, run.format)
        elif run.output is None:
            write_out(text)
        else:
            write_whole(Path(run.output), text if text.endswith("\n") else text + "\n")
    except OSError as error:
        raise OutputError(name, error) from error


def put_bytes(data: bytes, run: Run) -> None:
    """Write the output of a run that is no text. Raises `OutputError` where that fails."""
    assert run.output is not None
    try:
        write_whole_bytes(Path(run.output), data)
    except OSError as error:
        raise OutputError(run.output, error) from error


def write_data(text: str, format_: str) -> None:
    """Write data to standard output as UTF-8: readers take it for that, whatever terminals here are set to.

    Where they are set to something else it keeps to ASCII, so that it can be read there too.
    """
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("_", "-")
    plain = text if encoding in ("utf-8", "utf8") else _in_ascii(text, format_)
    write_bytes((plain if plain.endswith("\n") else plain + "\n").encode("utf-8", "backslashreplace"))


def _in_ascii(text: str, format_: str) -> str:
    if format_ in ("json", "sarif"):
        import json  # noqa: PLC0415 - only here

        return json.dumps(json.loads(text), indent=2)
    is_markup = format_ in ("junit", "html")
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii") if is_markup else text


def write_whole(path: Path, text: str) -> None:
    """Write a file beside its place and move it there; what is not a plain file (a pipe, a device) is written to."""
    write_whole_bytes(path, text.encode("utf-8", "backslashreplace"))


def write_whole_bytes(path: Path, data: bytes) -> None:
    """Write a file that is no text, as `write_whole` does."""
    path = path.resolve()
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    put_in_place(path, data)
