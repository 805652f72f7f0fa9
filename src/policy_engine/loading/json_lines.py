"""JSON Lines: one object a line, as programs export ledgers. Each line stands for itself, at its own place."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.foundation.diagnostics import Diagnostic
from policy_engine.foundation.records import replace
from policy_engine.foundation.spans import Span
from policy_engine.loading.json_tree import parse_json
from policy_engine.loading.tree import MAX_VALUES, Mapping, Node, Parsed, Scalar, Sequence, parse, too_much


def parse_json_lines(text: str, path: str) -> Parsed | None:
    """Parse one object a line; `None` where the text isn't written so. A bad line is told and loses itself."""
    lines = [(number, line) for number, line in enumerate(text.splitlines()) if line.strip()]
    are_objects = all(line.strip().startswith("{") and line.strip().endswith("}") for _, line in lines)
    if len(lines) < 2 or not are_objects or parse_json(lines[0][1], path) is None:
        return None
    documents: list[Node] = []
    found: list[Diagnostic] = []
    left = MAX_VALUES
    for number, line in lines:
        parsed = parse(line, path)
        left -= sum(map(_size, parsed.documents))
        if left < 0:
            return Parsed((), (too_much(_line(path, number, line)),))
        found += _moved_problems(parsed.diagnostics, number)
        # A line that cannot be read holds its row, so that what is said of it is said of no other.
        documents += [_moved(root, number) for root in parsed.documents] or [_nothing(path, number, line)]
    return Parsed(tuple(documents), tuple(found))


def _nothing(path: str, number: int, line: str) -> Node:
    return Mapping((), _line(path, number, line))


def _line(path: str, number: int, line: str) -> Span:
    return Span(path=path, line=number, column=0, end_line=number, end_column=len(line))


def _size(node: Node) -> int:
    match node:
        case Scalar():
            return 1
        case Sequence(items=items):
            return 1 + sum(map(_size, items))
        case Mapping(pairs=pairs):
            return 1 + sum(1 + _size(value) for _, value in pairs)


def _moved_problems(problems: tuple[Diagnostic, ...], down: int) -> Iterator[Diagnostic]:
    for problem in problems:
        yield replace(problem, span=_lower(problem.span, down)) if problem.span else problem


def _moved(node: Node, down: int) -> Node:
    span = _lower(node.span, down)
    match node:
        case Scalar():
            return replace(node, span=span)
        case Sequence(items=items):
            return Sequence(tuple(_moved(item, down) for item in items), span)
        case Mapping(pairs=pairs):
            moved = ((replace(key, span=_lower(key.span, down)), _moved(value, down)) for key, value in pairs)
            return Mapping(tuple(moved), span)


def _lower(span: Span, down: int) -> Span:
    return replace(span, line=span.line + down, end_line=span.end_line + down)
