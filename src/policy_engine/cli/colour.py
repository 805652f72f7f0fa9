"""Colour for terminals: the verdict by what it means, titles in bold. Never in files or pipes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from policy_engine.cli.exits import Exit
from policy_engine.cli.run import this_run
from policy_engine.cli.streams import fitted, is_terminal
from policy_engine.foundation.patterns import pattern
from policy_engine.reporting.page import MARKED

_COLOURS = {Exit.PERMITTED: "green", Exit.REFUSED: "red", Exit.OPEN: "yellow"}
_VERDICT, _WAITING = "结论：", "待确认："
_MARK = pattern(f"{MARKED[0]}[^{MARKED}]*(?:{MARKED[1]}|$)")
_GOES_ON = pattern(f"^[^{MARKED}]*{MARKED[1]}")


def as_page(text: str, codes: Sequence[Exit] = ()) -> str:
    """Fit a page, or several, to the screen they go to, and colour them; files and other formats get them as they are."""
    run = this_run()
    return coloured(fitted(text), codes) if run.format == "text" and run.output is None else text


def coloured(text: str, codes: Sequence[Exit]) -> str:
    """Colour a page, or several; `codes` are the exit codes of their verdicts, in order."""
    return "\n".join(_lines(text, codes)) if is_terminal() else text


def _lines(text: str, codes: Sequence[Exit]) -> Iterator[str]:
    import click  # noqa: PLC0415 - only terminals have colours

    waiting = iter(codes)
    is_marked = False
    for line in text.splitlines():
        if line.startswith(_VERDICT):
            yield click.style(line, bold=True, fg=_COLOURS.get(next(waiting, Exit.BROKEN)))
        elif line.endswith("：") and not line.startswith(" "):
            yield click.style(line, bold=True)
        elif line.startswith(_WAITING):
            yield click.style(line, bold=True, fg="yellow")
        else:
            # A line that was broken within a mark goes on in it.
            goes_on = is_marked and _GOES_ON.match(line) is not None
            is_marked = line.rfind(MARKED[0]) > line.rfind(MARKED[1])
            shown = _MARK.sub(_stand_out, line)
            yield _GOES_ON.sub(_stand_out, shown, count=1) if goes_on else shown


def _stand_out(found: re.Match[str]) -> str:
    import click  # noqa: PLC0415 - as above

    return click.style(found[0], bold=True, underline=True)
