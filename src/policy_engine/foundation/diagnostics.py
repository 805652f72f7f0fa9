"""Problems in rules and cases, as data. Rendering is apart from the problem itself."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from wcwidth import wcswidth

from policy_engine.foundation.spans import Span

# Codes of what is wrong with the text itself, before anybody asks what it means.
_OF_THE_TEXT = frozenset({"PE002", "PE004", "PE005", "PE006", "PE007", "PE014"})
_TAB = 4
_WIDEST_LINE = 160
# Characters that could move the cursor, hide or reorder what a terminal shows, or that can't be written at all.
_UNSEEN = re.compile(
    "[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


class Severity(Enum):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


SEVERITY_WORDS = {Severity.ERROR: "错误", Severity.WARNING: "警告", Severity.NOTE: "提示"}


@dataclass(frozen=True, slots=True)
class Related:
    """Another place a problem is about, and what stands there."""

    message: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One problem: a stable code, what is wrong, where, and how to mend it.

    `witness`: a case that shows it, as YAML. `rules`: the ids of the rules it is about, which may accept it.
    """

    code: str
    message: str
    span: Span | None = field(default=None)
    help: str = ""
    severity: Severity = Severity.ERROR
    related: tuple[Related, ...] = ()
    witness: str = ""
    rules: tuple[str, ...] = ()

    @property
    def sort_key(self) -> tuple[str, int, int, str]:
        """Order diagnostics by file, line, column, code."""
        span = self.span
        return (span.path, span.line, span.column, self.code) if span else ("", 0, 0, self.code)


class DiagnosticsError(Exception):
    """Raised once, at the end of a stage, with every problem the stage found, less what follows from another."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        found = sorted(diagnostics, key=lambda d: d.sort_key)
        self.diagnostics: tuple[Diagnostic, ...] = without_consequences(found)
        super().__init__("; ".join(d.message for d in self.diagnostics))


def is_error(diagnostic: Diagnostic) -> bool:
    """Tell errors from warnings."""
    return diagnostic.severity is Severity.ERROR


def raise_errors(diagnostics: Iterable[Diagnostic]) -> None:
    """End a stage: raise all its diagnostics if one of them is an error."""
    found = tuple(diagnostics)
    if any(is_error(d) for d in found):
        raise DiagnosticsError(found)


def without_consequences(diagnostics: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Leave out what is said of a stretch in which the text itself is wrong: mend the text first."""
    roots: dict[str, list[tuple[int, int]]] = {}
    for d in diagnostics:
        if d.code in _OF_THE_TEXT and d.span is not None:
            roots.setdefault(d.span.path, []).append((d.span.line, d.span.column))
    for places in roots.values():
        places.sort()
    return tuple(d for d in diagnostics if d.code in _OF_THE_TEXT or not _holds_any(d.span, roots))


def _holds_any(span: Span | None, roots: Mapping[str, Sequence[tuple[int, int]]]) -> bool:
    places = roots.get(span.path, ()) if span is not None else ()
    if span is None or not places:
        return False
    first = bisect_left(places, (span.line, span.column))
    return first < len(places) and places[first] < (span.end_line, span.end_column)


def render(diagnostic: Diagnostic, sources: Mapping[str, str]) -> str:
    """Write one diagnostic with its place, the offending line, a caret and the help."""
    span = diagnostic.span
    word = SEVERITY_WORDS[diagnostic.severity]
    lines = [f"{word}[{diagnostic.code}]: {_visible(diagnostic.message)}"]
    if span is not None:
        lines.append(f"  --> {span.place}")
        lines += _snippet(span, sources.get(span.path, ""))
    lines += [f"  参见: {related.span.place}: {_visible(related.message)}" for related in diagnostic.related]
    if diagnostic.help:
        lines.append(f"  修改: {_visible(diagnostic.help)}")
    return "\n".join(lines)


def render_all(diagnostics: Iterable[Diagnostic], sources: Mapping[str, str]) -> str:
    """Write several diagnostics, a blank line between two."""
    return "\n\n".join(render(d, sources) for d in diagnostics)


def _visible(text: str) -> str:
    return _UNSEEN.sub("�", " ".join(text.splitlines()))


def _snippet(span: Span, text: str) -> list[str]:
    lines = text.splitlines()
    if span.line >= len(lines):
        return []
    source, start, end = _window(_UNSEEN.sub("�", lines[span.line]), span)
    number = str(span.line + 1)
    gutter = " " * len(number)
    before = _width(source[:start])
    carets = "^" * max(1, _width(source[start:end]))
    return [f"{gutter} |", f"{number} | {source}", f"{gutter} | {' ' * before}{carets}"]


def _window(line: str, span: Span) -> tuple[str, int, int]:
    # A line may be megabytes long; show the stretch around the problem.
    start = min(span.column, len(line))
    end = span.end_column if span.end_line == span.line else len(line)
    end = min(max(end, start), len(line))
    low = 0 if len(line) <= _WIDEST_LINE else max(0, start - 40)
    shown = line[low : low + _WIDEST_LINE]
    start, end = (min(max(at - low, 0), len(shown)) for at in (start, end))
    head = shown[:start].replace("\t", " " * _TAB)
    body = shown[start:end].replace("\t", " " * _TAB)
    tail = shown[end:].replace("\t", " " * _TAB)
    return head + body + tail, len(head), len(head) + len(body)


def _width(text: str) -> int:
    # wcswidth gives -1 when a control character is present.
    width = wcswidth(text)
    return width if width >= 0 else len(text)
