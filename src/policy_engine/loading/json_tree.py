"""JSON as the same tree YAML gives, but without places: every node points at the file.

Five times faster than YAML, so schemas are read this way first and again with places only where one is wrong.
"""

from __future__ import annotations

import json

from policy_engine.foundation.spans import Span, file_span
from policy_engine.loading.syntax import HIDDEN
from policy_engine.loading.tree import MAX_DEPTH, Mapping, Node, Scalar, Sequence, may_hold_too_much


class _DuplicateKeyError(ValueError):
    """A JSON object names one key twice."""


def parse_json(text: str, path: str) -> Node | None:
    """Parse JSON; `None` where it isn't plain JSON with unique keys, and then YAML can say what is wrong.

    `None` too where it may be too much: YAML is counted before anything is made of it.
    """
    if may_hold_too_much(text):
        return None
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_float=_Number, parse_int=_Number)
    except (ValueError, RecursionError):
        return None
    # Most files hold neither escapes nor hidden characters, and aren't gone through once more.
    is_suspect = "\\" in text or HIDDEN.search(text) is not None
    return None if is_suspect and _has_hidden(value) else _node(value, file_span(path), 0)


class _Number(str):
    """A number as it was written."""

    __slots__ = ()


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _DuplicateKeyError
    return found


def _has_hidden(value: object) -> bool:
    match value:
        case dict():
            return any(_has_hidden(key) or _has_hidden(item) for key, item in value.items())
        case list():
            return any(_has_hidden(item) for item in value)
        case str():
            return HIDDEN.search(value) is not None
        case _:
            return False


def _node(value: object, span: Span, depth: int) -> Node | None:
    if depth > MAX_DEPTH:
        return None
    match value:
        case dict():
            pairs = [(Scalar(key, True, span), _node(item, span, depth + 1)) for key, item in value.items()]
            whole = tuple((key, node) for key, node in pairs if node is not None)
            return Mapping(whole, span) if len(whole) == len(pairs) else None
        case list():
            nodes = [_node(item, span, depth + 1) for item in value]
            items = tuple(node for node in nodes if node is not None)
            return Sequence(items, span) if len(items) == len(nodes) else None
        case bool():
            return Scalar("true" if value else "false", False, span)
        case None:
            return Scalar("null", False, span)
        case _Number():
            return Scalar(str(value), False, span)
        case _:
            return Scalar(str(value), True, span)
