"""The options that say where the output of a run goes, and in which form."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import click

from policy_engine.cli.chinese import OneOf
from policy_engine.cli.putting import OutputError, put, put_bytes, write_data, write_whole, write_whole_bytes
from policy_engine.cli.run import Run

__all__ = [
    "OutputError",
    "OutputOption",
    "output_options",
    "put",
    "put_bytes",
    "write_data",
    "write_whole",
    "write_whole_bytes",
]


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
