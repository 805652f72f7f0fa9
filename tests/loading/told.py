"""What is told of files that are wrong: each time the code, the words it points at, what is said and what helps."""

from collections.abc import Iterable, Mapping

from loading.toy import TEXTS, prepared
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.spans import Span

Told = tuple[str, str, str, str]


def words_at(text: str, span: Span) -> str:
    """Cut out of a text what a place covers; of several lines the first and the last."""
    lines = text.splitlines()[span.line : span.end_line + 1]
    if span.end_line - span.line < len(lines):
        lines[-1] = lines[-1][: span.end_column]
    lines[:1] = [one[span.column :] for one in lines[:1]]
    written = [one.strip() for one in lines if one.strip()]
    return " … ".join(dict.fromkeys((*written[:1], *written[-1:])))


def told_of(found: Iterable[Diagnostic], text: str) -> list[Told]:
    """Tell each complaint about one text."""
    return [(one.code, words_at(text, one.span) if one.span else "", one.message, one.help) for one in found]


def told(replaced: Mapping[str, str]) -> list[Told]:
    """Tell what the program says of the toy rule base with some of its files replaced."""
    texts = TEXTS | dict(replaced)
    try:
        prepared(replaced)
    except DiagnosticsError as error:
        return [
            one
            for found in error.diagnostics
            for one in told_of([found], texts[found.span.path] if found.span else "")
        ]
    return []
