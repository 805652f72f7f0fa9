"""Colour for terminals: the verdict by what it means, titles in bold. Never in files or pipes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from policy_engine.cli.exits import Exit
from policy_engine.cli.run import this_run
from policy_engine.cli.streams import fitted, is_terminal

_COLOURS = {Exit.PERMITTED: "green", Exit.REFUSED: "red", Exit.OPEN: "yellow"}
_VERDICT = "结论："


def as_page(text: str, codes: Sequence[Exit] = ()) -> str:
    """Fit a page, or several, to the screen they go to, and colour them; files and other formats get them as they are."""
    run = this_run()
    return coloured(fitted(text), codes) if run.format == "text" and run.output is None else text


def coloured(text: str, codes: Sequence[Exit]) -> str:
    """Colour a page, or several; `codes` are the exit codes of their verdicts, in order."""
    return "\n".join(_lines(text, codes)) if is_terminal() else text


def _lines(text: str, codes: Sequence[Exit]) -> Iterator[str]:
    waiting = iter(codes)
    for line in text.splitlines():
        if line.startswith(_VERDICT):
            yield click.style(line, bold=True, fg=_COLOURS.get(next(waiting, Exit.BROKEN)))
        elif line.endswith("：") and not line.startswith(" "):
            yield click.style(line, bold=True)
        else:
            yield line
