"""Problems in rules and cases, as data. Rendering is apart from the problem itself."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from functools import cache

from policy_engine.foundation.fixes import Fix
from policy_engine.foundation.patterns import pattern
from policy_engine.foundation.records import dataclass, field, replace
from policy_engine.foundation.spans import Span
from policy_engine.foundation.text import UNSEEN, one_line, split_lines

# Codes of what is wrong with the text itself, before anybody asks what it means.
_OF_THE_TEXT = frozenset({"PE002", "PE004", "PE005", "PE006", "PE007", "PE014", "PE113"})
LinesOf = Callable[[str], Sequence[str]]
_OF_A_FILE, _OF_A_KIND = 100, 20
# Enough for whoever reads data, few enough for any number of mistakes to fit in memory.
KEPT_OF_A_KIND = 200
_TAB = 4
_WIDEST_LINE = 160
# One mark a character, so that a caret stands under what it means.
_UNSEEN = pattern(f"[{UNSEEN}]")


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

    `witness`: a case that shows it, as YAML. `rules`, `documents`: the ids of what it is about, which may accept it.
    `more`: how many others of its kind (its code in its file) are counted here instead of being told.
    `fixes`: what `help` says, as edits; several where it is not sure which was meant.
    """

    code: str
    message: str
    span: Span | None = field(default=None)
    help: str = ""
    severity: Severity = Severity.ERROR
    related: tuple[Related, ...] = ()
    witness: str = ""
    rules: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    more: int = 0
    fixes: tuple[Fix, ...] = ()

    @property
    def place(self) -> str:
        """Write where it is: `path:line:column`, or the keys that lead to it; empty where it has no place."""
        return self.span.place if self.span else ""

    @property
    def kind(self) -> tuple[str, str]:
        """Name what makes two problems alike: the code and the file."""
        return self.code, self.span.path if self.span else ""

    @property
    def more_words(self) -> str:
        """Say how many of the kind are not told; empty where all are."""
        return f"……另有 {self.more:,} 处同类问题未列出" if self.more else ""

    @property
    def sort_key(self) -> tuple[str, int, int, str]:
        """Order diagnostics by file, line, column, code."""
        span = self.span
        return (span.path, span.line, span.column, self.code) if span else ("", 0, 0, self.code)


class DiagnosticsError(Exception):
    """Raised once, at the end of a stage, with every problem the stage found, less what follows from another."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        # What is used in several places is read in each, and told the same.
        found = sorted(dict.fromkeys(diagnostics), key=lambda d: d.sort_key)
        self.diagnostics: tuple[Diagnostic, ...] = without_consequences(found)
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        """Write every problem with its code, place and fix; of very many, some and the number of the rest."""
        return render_all(self.diagnostics, {})


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
    # Places are in order: if the first one at or behind the beginning lies outside, so do all.
    first = bisect_left(places, (span.line, span.column))
    return first < len(places) and places[first] < (span.end_line, span.end_column)


@dataclass(slots=True)
class Tally:
    """Collects problems; of a kind of which there are very many it keeps the first and counts the rest."""

    found: list[Diagnostic] = field(default_factory=list)
    seen: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def is_full(self, code: str, span: Span | None) -> bool:
        """Tell whether another of this kind would only be counted."""
        return self.seen.get((code, span.path if span else ""), (0, 0))[0] >= KEPT_OF_A_KIND

    def start_over(self) -> None:
        """Count anew: what follows belongs to something else, which must have its own problems."""
        self.seen.clear()

    def add(self, diagnostic: Diagnostic) -> None:
        """Keep a problem, or count it beside the last that was kept."""
        kept, last = self.seen.get(diagnostic.kind, (0, 0))
        if kept < KEPT_OF_A_KIND:
            self.seen[diagnostic.kind] = (kept + 1, len(self.found))
            self.found.append(diagnostic)
        else:
            same = self.found[last]
            self.found[last] = replace(same, more=same.more + 1)


def capped(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Choose what to tell: of a file some hundred problems, of a kind some twenty, the rest as a number."""
    shown: list[Diagnostic] = []
    in_file: Counter[str] = Counter()
    kinds: dict[tuple[str, str], tuple[int, int, int]] = {}
    for d in diagnostics:
        count, last, more = kinds.get(d.kind, (0, 0, 0))
        is_told = count == 0 or (count < _OF_A_KIND and in_file[d.kind[1]] < _OF_A_FILE)
        if is_told:
            kinds[d.kind] = (count + 1, len(shown), more + d.more)
            in_file[d.kind[1]] += 1
            shown.append(d)
        else:
            kinds[d.kind] = (count, last, more + d.more + 1)
    # The rest of a kind is counted beside the last of it that is shown.
    counted = {last: more for _, last, more in kinds.values()}
    return tuple(replace(d, more=counted.get(at, 0)) for at, d in enumerate(shown))


def total(diagnostics: Iterable[Diagnostic]) -> int:
    """Count problems, those that are not told included."""
    return sum(1 + d.more for d in diagnostics)


def render(diagnostic: Diagnostic, sources: Mapping[str, str]) -> str:
    """Write one diagnostic with its place, the offending line, a caret and the help."""
    return render_with(diagnostic, lines_of(sources))


def lines_of(sources: Mapping[str, str]) -> LinesOf:
    """Make the look-up of a file's lines; each file is split once, when it is first asked for."""
    return cache(lambda path: tuple(split_lines(sources.get(path, ""))))


def render_with(diagnostic: Diagnostic, lines_of_file: LinesOf) -> str:
    """Write one diagnostic, its line from a look-up that serves several."""
    span = diagnostic.span
    word = SEVERITY_WORDS[diagnostic.severity]
    lines = [f"{word}[{diagnostic.code}]: {one_line(diagnostic.message)}"]
    if span is not None:
        lines.append(f"  --> {span.place}")
        lines += _snippet(span, lines_of_file(span.path))
    lines += [f"  参见: {related.span.place}: {one_line(related.message)}" for related in diagnostic.related]
    if diagnostic.help:
        lines.append(f"  修改: {one_line(diagnostic.help)}")
    if diagnostic.more:
        lines.append(f"  {diagnostic.more_words}")
    return "\n".join(lines)


def in_brief(diagnostics: Iterable[Diagnostic]) -> tuple[str, ...]:
    """Say each in one line, without its place: what is wrong, and how to mend it."""
    return tuple(one_line(one.message + (f"；{one.help}" if one.help else "")) for one in diagnostics)


def render_all(diagnostics: Iterable[Diagnostic], sources: Mapping[str, str]) -> str:
    """Write several diagnostics, a blank line between two; of very many, some and the number of the rest."""
    lines_of_file = lines_of(sources)
    return "\n\n".join(render_with(d, lines_of_file) for d in capped(diagnostics))


def _snippet(span: Span, lines: Sequence[str]) -> list[str]:
    if span.line >= len(lines):
        return []
    source, start, end = _window(lines[span.line], span)
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
    head, body, tail = (_seen(part) for part in (shown[:start], shown[start:end], shown[end:]))
    return head + body + tail, len(head), len(head) + len(body)


def _seen(part: str) -> str:
    return _UNSEEN.sub("�", part).replace("\t", " " * _TAB)


def _width(text: str) -> int:
    from wcwidth import wcswidth  # noqa: PLC0415 - its tables take long to read, and most runs find nothing wrong

    # wcswidth gives -1 when a control character is present.
    width = wcswidth(text)
    return width if width >= 0 else len(text)
