"""Format files of rules, terms, fields and aggregates: key order, indents, blank lines.

Comments stay with what they are about, meaning stays, twice is once.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from policy_engine.foundation.diagnostics import Diagnostic, raise_errors
from policy_engine.foundation.spans import Span, file_span
from policy_engine.loading.files import SourceText
from policy_engine.loading.layout import Layout, Path, read_layout
from policy_engine.loading.printing import KEY_ORDER, print_layout
from policy_engine.loading.problems import Problems
from policy_engine.loading.syntax import BYTE_ORDER_MARK
from policy_engine.loading.tree import Mapping, Node, Parsed, Scalar, Sequence, parse

__all__ = ["KEY_ORDER", "format_rules"]


def format_rules(source: SourceText) -> str:
    """Give the formatted text of a file of rules, terms, fields or aggregates. Raises `DiagnosticsError` where it can't be read or kept whole."""
    # The mark at the beginning has no place of its own, and stays.
    mark = BYTE_ORDER_MARK if source.text.startswith(BYTE_ORDER_MARK) else ""
    text = source.text.removeprefix(mark).replace("\r\n", "\n").replace("\r", "\n")
    parsed = parse(text, source.path)
    problems = Problems(list(parsed.diagnostics))
    for root in parsed.documents:
        _demand_rules(root, problems)
    raise_errors(problems.found)
    if any(isinstance(root, Scalar) for root in parsed.documents):
        return source.text
    layout = read_layout(text, parsed.documents)
    formatted = print_layout(layout, text)
    raise_errors(_changes(source.path, parsed, layout, formatted))
    # Only a file whose lines all end as on Windows goes on doing so.
    is_windows = "\r\n" in source.text and source.text.count("\r\n") == text.count("\n")
    return mark + (formatted.replace("\n", "\r\n") if is_windows else formatted)


def _demand_rules(root: Node, problems: Problems) -> None:
    for key, what in (("rules", "规则"), ("terms", "词条"), ("fields", "字段"), ("aggregates", "汇总")):
        listed = root.get(key) if isinstance(root, Mapping) else None
        for item in listed.items if isinstance(listed, Sequence) else ():
            problems.mapping(item, what, item.span)


def _changes(path: str, parsed: Parsed, layout: Layout, formatted: str) -> list[Diagnostic]:
    """Tell where the formatted text would mean something else or a comment stand at another thing: none, or no writing."""
    again = parse(formatted, path)
    if again.diagnostics or len(again.documents) != len(parsed.documents):
        return [_refusal(file_span(path), "")]
    for before, after in zip(parsed.documents, again.documents, strict=True):
        place = _difference(before, after)
        if place is not None:
            return [_refusal(place, "这个值")]
    owners = Counter(_owned(read_layout(formatted, again.documents)))
    for comment, owner in layout.owners:
        if not owners[comment.text, owner]:
            return [_refusal(replace(comment.span, path=path), "这条注释")]
        owners[comment.text, owner] -= 1
    return []


def _owned(layout: Layout) -> list[tuple[str, Path]]:
    return [(comment.text, owner) for comment, owner in layout.owners]


def _refusal(span: Span, what: str) -> Diagnostic:
    message = f"{what or '这个文件'}不能在保持注释和含义不变的前提下排版，文件没有改动"
    return Diagnostic(code="PE831", message=message, span=span, help="换一种写法：注释单独成行，值写在一行里")


def _difference(before: Node, after: Node) -> Span | None:
    """Find the first place where two trees differ, the order of keys aside."""
    match before, after:
        case Scalar(text=text, is_quoted=is_quoted), Scalar(text=other, is_quoted=is_other_quoted):
            return None if (text, is_quoted) == (other, is_other_quoted) else before.span
        case Sequence(items=items), Sequence(items=others) if len(items) == len(others):
            places = (_difference(*pair) for pair in zip(items, others, strict=True))
        case Mapping(pairs=pairs), Mapping(pairs=others) if len(pairs) == len(others):
            values = {key.text: value for key, value in others}
            places = (
                _difference(value, values[key.text]) if key.text in values else key.span
                for key, value in pairs
            )
        case _:
            return before.span
    return next((place for place in places if place is not None), None)
