"""Mend what diagnostics know how to mend: their own edits, where nothing else can have been meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from policy_engine.foundation.diagnostics import Diagnostic
from policy_engine.foundation.fixes import Fix, by_file, with_edits
from policy_engine.foundation.in_place import made_in_place
from policy_engine.foundation.memory import Memory
from policy_engine.foundation.spans import Span
from policy_engine.loading.files import decode, encode_like
from policy_engine.loading.folders import is_own
from policy_engine.loading.tree import parse
from policy_engine.usecases.rule_base import new_memory
from policy_engine.usecases.sources import Sources
from policy_engine.usecases.validating import Validation, validate

# What one round lets load may show the next problem; more rounds than a person would go through by hand.
_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Mended:
    """One problem that an edit took away."""

    problem: Diagnostic
    fix: Fix


@dataclass(frozen=True, slots=True, kw_only=True)
class Mending:
    """What mending would do. `texts`: the files that change, by shown path. `left`: what is wrong afterwards.

    `sources`: the rule base as it then is.
    """

    mended: tuple[Mended, ...]
    texts: Mapping[str, str]
    sources: Sources
    left: Validation


class ChangedMeanwhileError(Exception):
    """Raised with the shown path of a file that somebody wrote since it was read."""


def mend(sources: Sources, *, today: int, may_change: Callable[[Span], bool]) -> Mending:
    """Make every edit that is sure, and look again, until there is none left. Writes nothing.

    Rules that load keep their meaning: then only files beside them are mended. `may_change`: whether a place may be touched.
    """
    memory = new_memory()
    done: list[Mended] = []
    now, left = sources, validate(sources, today=today, memory=memory)
    for _ in range(_ROUNDS):
        made = _round(now, left, may_change)
        if not made:
            break
        edited, mended = made
        done += mended
        now = now.overlaid(edited)
        left = _again(now, today, memory)
    before = sources.texts
    texts = {path: text for path, text in now.texts.items() if text != before.get(path)}
    return Mending(mended=tuple(done), texts=texts, sources=now, left=left)


def _again(sources: Sources, today: int, memory: Memory) -> Validation:
    return validate(sources, today=today, memory=memory)


def _round(
    sources: Sources, found: Validation, may_change: Callable[[Span], bool]
) -> tuple[dict[str, str], list[Mended]] | None:
    deciding = frozenset(source.path for source in sources.all) if found.rules else frozenset[str]()
    wanted = {
        fix: problem
        for problem, fix in _sure(found.open)
        if all(
            is_own(edit.span.path) and edit.span.path not in deciding and may_change(edit.span)
            for edit in fix.edits
        )
    }
    texts = sources.texts
    edited: dict[str, str] = {}
    chosen = by_file(wanted)
    for path, edits in chosen.items():
        text = with_edits(texts[path], edits)
        # An edit that leaves more wrong with the text itself was none.
        if text != texts[path] and _faults(text, path) <= _faults(texts[path], path):
            edited[path] = text
    mended = [
        Mended(problem, fix)
        for fix, problem in wanted.items()
        if all(edit.span.path in edited and edit in chosen[edit.span.path] for edit in fix.edits)
    ]
    return (edited, mended) if edited else None


def _sure(found: tuple[Diagnostic, ...]) -> Iterator[tuple[Diagnostic, Fix]]:
    for problem in found:
        fix = next((fix for fix in problem.fixes if fix.is_sure), None)
        if fix is not None:
            yield problem, fix


def _faults(text: str, path: str) -> int:
    return len(parse(text, path).diagnostics)


def write(texts: Mapping[str, str], before: Mapping[str, str], real: Callable[[str], Path]) -> None:
    """Write files, all or none: each beside its place first, and then all are moved there.

    Raises `OSError`, `DiagnosticsError` where one can't be read any more, and `ChangedMeanwhileError`.
    """
    with ExitStack() as places:
        for path, text in texts.items():
            place = real(path)
            data = place.read_bytes()
            if decode(data, path).text != before[path]:
                raise ChangedMeanwhileError(path)
            places.enter_context(made_in_place(place)).write_bytes(encode_like(text, data))
