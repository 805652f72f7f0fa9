"""`validate --fix`: write what only one thing can have been meant by, or show what would be written."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from policy_engine.cli.rule_base import Chosen
from policy_engine.cli.run import this_run
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.spans import file_span
from policy_engine.foundation.text import one_line, seen
from policy_engine.reporting.told import Json
from policy_engine.usecases.fixing import ChangedMeanwhileError, Mended, mend, write
from policy_engine.usecases.sources import Sources
from policy_engine.usecases.validating import Validation


@dataclass(frozen=True, slots=True)
class Repaired:
    """The rule base as it is now, what is still wrong, and what was done: in lines for people, and as data."""

    sources: Sources
    left: Validation
    lines: tuple[str, ...]
    results: tuple[Json, ...]


def repair(chosen: Chosen, sources: Sources, today: int, *, is_trial: bool) -> Repaired:
    """Mend the chosen files. Raises `DiagnosticsError` where one was written meanwhile; then nothing is written."""
    mending = mend(sources, today=today, may_change=chosen.names)
    before = sources.texts
    if not is_trial:
        try:
            write(mending.texts, before, lambda shown: Path(chosen.base.located(shown)))
        except ChangedMeanwhileError as error:
            message, span = "文件读过以后被改了，一个文件也没有写", file_span(str(error))
            found = Diagnostic(code="PE905", message=message, span=span, help="再运行一次")
            raise DiagnosticsError([found]) from None
    this_run().of_base.update(mending.texts)
    lines = [_line(one, chosen, is_trial=is_trial) for one in mending.mended]
    if is_trial:
        lines += _differences(mending.texts, before, chosen)
    elif lines:
        lines.append("改得对不对看一遍（git diff），再运行 policy-engine test")
    data = tuple(_data(one, chosen, is_trial=is_trial) for one in mending.mended)
    return Repaired(mending.sources, mending.left, tuple(lines), data)


def _place(one: Mended, chosen: Chosen) -> str:
    span = one.fix.edits[0].span
    return f"{chosen.base.located(span.path)}:{span.line + 1}:{span.column + 1}"


def _line(one: Mended, chosen: Chosen, *, is_trial: bool) -> str:
    word = "会改" if is_trial else "已改"
    return one_line(
        f"{word}[{one.problem.code}] {_place(one, chosen)}: {one.problem.message}；{one.fix.words}"
    )


def _data(one: Mended, chosen: Chosen, *, is_trial: bool) -> Json:
    return {
        "code": one.problem.code,
        "message": one.problem.message,
        "place": _place(one, chosen),
        "words": one.fix.words,
        "is_written": not is_trial,
    }


def _differences(after: Mapping[str, str], before: Mapping[str, str], chosen: Chosen) -> Iterator[str]:
    for path, text in after.items():
        name = chosen.base.located(path)
        lines = difflib.unified_diff(
            before[path].splitlines(), text.splitlines(), name, name, "改以前", "改以后", lineterm=""
        )
        yield from map(seen, lines)
