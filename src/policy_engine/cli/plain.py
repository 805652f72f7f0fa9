"""A plain check, `check FILE… [--view …] [--format …] [--engine …]`, without click, which takes longer than to decide.

Whatever else a command line says, and whatever is wrong with it, is click's.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from policy_engine.cli.checking import Asked, entry_of, rows_of, summed_up, tell
from policy_engine.cli.exits import Exit
from policy_engine.cli.interrupts import interruptible, is_interrupt
from policy_engine.cli.rule_base import rule_base, ruled
from policy_engine.cli.run import Run, as_this_run
from policy_engine.cli.streams import prepare_streams
from policy_engine.foundation.records import dataclass
from policy_engine.loading.cases import CaseDefaults
from policy_engine.loading.files import SourceText, read_source
from policy_engine.reporting.render import FORMATS, VIEWS
from policy_engine.usecases import Engine
from policy_engine.usecases.kept.patterns import patterns_kept
from policy_engine.usecases.kept.store import DamagedError
from policy_engine.usecases.today import today_in_china

# Whoever completes a command line for a shell asks click.
_COMPLETING = "_POLICY_ENGINE_COMPLETE"
# Each option with the words that it takes; the first is meant where nothing is said.
_WORDS = {
    "--view": ("official", *VIEWS),
    "--format": ("text", *FORMATS),
    "--engine": (Engine.BOTH.value, *(one.value for one in Engine)),
}


@dataclass(frozen=True, slots=True)
class PlainCheck:
    """What a plain command line asks for: files that are there, and a word for each option."""

    files: tuple[str, ...]
    view: str
    format: str
    engine: Engine


def read_plainly(arguments: Sequence[str]) -> PlainCheck | None:
    """Read a command line; `None` where it is not a plain one."""
    if arguments[:1] != ["check"] or _COMPLETING in os.environ:
        return None
    files: list[str] = []
    chosen: dict[str, str] = {}
    rest = iter(arguments[1:])
    for word in rest:
        if word in _WORDS:
            chosen[word] = next(rest, "")
            if chosen[word] not in _WORDS[word]:
                return None
        elif word.startswith("-") or not _is_there(word):
            return None
        else:
            files.append(word)
    view, format_, engine = (chosen.get(option, words[0]) for option, words in _WORDS.items())
    return PlainCheck(tuple(files), view, format_, Engine(engine)) if files else None


def check_plainly(arguments: Sequence[str]) -> None:
    """Decide what a plain command line asks for and exit; of any other do nothing."""
    asked = read_plainly(arguments)
    if asked is None:
        return
    prepare_streams()
    with interruptible():
        code = _run(asked, arguments)
    if code is not None:
        sys.exit(code)


def _run(asked: PlainCheck, arguments: Sequence[str]) -> int | None:
    run = Run(command="check", format=asked.format)
    try:
        with as_this_run(run), patterns_kept():
            try:
                return _decided(asked, run, is_late=True)
            except DamagedError:
                # Nothing was said yet. Where all of it is read at once, what is damaged is as if it were not there.
                return _decided(asked, run, is_late=False)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except Exception as error:
        if is_interrupt(error):
            return Exit.INTERRUPTED
        from policy_engine.cli.app import failed, is_slip  # noqa: PLC0415 - where all goes well, nobody needs it

        return None if is_slip(error) else failed(run, error, arguments)


def _decided(asked: PlainCheck, run: Run, *, is_late: bool) -> Exit:
    compiled = ruled(rule_base(None, None), reads_examples=False, is_late=is_late)
    defaults = CaseDefaults(today=today_in_china(), as_of=None, jurisdiction=None)
    by = Asked(compiled, asked.engine, None, ways=False, reasons=False)
    rows = tuple(rows_of(asked.files, _read, compiled, defaults, run))
    entries = tuple(entry_of(index, file, row, by) for index, (file, row) in enumerate(rows, start=1))
    checked, code = summed_up(entries, by, asked.view, defaults.today, run)
    tell(checked, run)
    return code


def _is_there(name: str) -> bool:
    return "\0" not in name and os.path.isfile(name) and os.access(name, os.R_OK)  # noqa: PTH113 - as it is written


def _read(name: str) -> SourceText:
    return read_source(Path(name))
