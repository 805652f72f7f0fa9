"""Fields as they are written turned into the JSON Schema they stand for, as a tree that keeps their places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from types import MappingProxyType

from policy_engine.foundation.spans import Span
from policy_engine.loading.problems import Problems
from policy_engine.loading.tree import Mapping, Node, Scalar, Sequence, is_empty

_QUALIFIED = "values.schema.json#/$defs/qualified"
_TYPES = MappingProxyType(
    {
        "boolean": {"type": "boolean"},
        "number": {"type": "number"},
        "date": {"type": "string", "format": "date"},
        "text": {"type": "string"},
        "choice": {},
        "list": {"type": "array"},
    }
)
_NUMBER = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,9})?")
_DIGIT = re.compile("[0-9]")
# What a field says of itself: `judged_by` becomes `x-judged-by`.
_PLAIN = ("name", "title", "help", "type", "choices", "minimum", "maximum", "typical_yes", "typical_no")
_OURS = (
    "first", "was", "role", "declared", "indicators", "implied", "constitutive", "needs_source", "judged_by", "describes", "phase", "happens", "term",
    "scale", "unit", "supplier", "question", "aliases", "items", "criteria", "finding", "found_as", "changeable",
)  # fmt: skip
FIELD_KEYS = (*_PLAIN, *_OURS)
# How a key of a schema is written in the vocabulary.
WRITTEN = MappingProxyType(
    {"x-" + key.removeprefix("typical_").replace("_", "-"): key for key in (*_OURS, *_PLAIN[-2:])}
)
# How opinions speak of a subject.
OF_OPINIONS = ("permitted", "refused", "corrected")
SUBJECT_KEYS = ("help", "schema", "gives", "phases", "duties", *OF_OPINIONS)
# Texts, however they look: a title may be 2012.
_TEXTS = (
    *("title", "help", "unit", "supplier", "question"),
    *("typical_yes", "typical_no", "found_as", "judged_by"),
)


@dataclass(frozen=True, slots=True)
class Said:
    """A field as it was written, with its name."""

    name: Scalar
    written: Mapping


def schema_tree(
    subject: str,
    file: str,
    head: Mapping,
    fields: MappingOf[str, Said],
    rooms: MappingOf[str, Scalar],
    helps: Iterable[tuple[str, Node]],
    problems: Problems,
) -> Mapping:
    """Write the schema of a subject as a tree. `rooms`: the group of each field; `helps`: what each group is about."""
    span = head.span
    pairs = [
        ("$schema", text_node("https://json-schema.org/draft/2020-12/schema", span)),
        ("$id", text_node(file, span)),
        ("title", text_node(subject, span)),
        # Of a help that says nothing it was told; the name stands in for it.
        ("description", text_node(problems.text(head, "help").strip() or subject, span)),
        ("x-subject", text_node(subject, span)),
        *(
            (f"x-{key}", _astext_node(node) if key in OF_OPINIONS else node)
            for key in SUBJECT_KEYS[2:]
            if not is_empty(node := head.get(key)) and node is not None
        ),
        ("x-groups", _mapping(helps, span)),
        ("type", text_node("object", span)),
        ("additionalProperties", Scalar("false", False, span)),
    ]
    properties = tuple((said.name, _property(said, rooms[name], problems)) for name, said in fields.items())
    return _mapping((*pairs, ("properties", Mapping(properties, span))), span)


def _property(said: Said, room: Scalar, problems: Problems) -> Mapping:
    written, span = said.written, said.name.span
    title = written.get("title")
    pairs: list[tuple[str, Node]] = [
        ("title", _astext_node(title) if title is not None else text_node(said.name.text, span)),
        ("description", text_node(problems.text(written, "help").strip() or said.name.text, span)),
        ("anyOf", Sequence(tuple(_branches(written, span, problems)), span)),
        ("x-group", room),
    ]
    for name, key in WRITTEN.items():
        node = written.get(key)
        if is_empty(node):
            continue
        assert node is not None
        pairs.append((name, _astext_node(node) if key in _TEXTS else node))
    return _mapping(pairs, written.span)


def _branches(written: Mapping, span: Span, problems: Problems) -> Iterator[Node]:
    word = problems.one_of(written, "type", _TYPES, "text")
    if is_empty(written.get("type")):
        problems.missing(written, "type")
    shape: list[tuple[str, Node]] = [(key, text_node(value, span)) for key, value in _TYPES[word].items()]
    choices = tuple(text_node(choice.text, choice.span) for choice in problems.texts(written, "choices"))
    if bool(choices) != (word in ("choice", "list")):
        hint = "`choices` 写在 type 是 choice 或者 list 的字段里，也只写在那里"
        problems.error("PE201", f"字段的 `choices` 与 type `{word}` 不合", written.span, hint)
    if word == "choice":
        shape.append(("enum", Sequence(choices, span)))
    if word == "list":
        shape.append(("items", _mapping([("enum", Sequence(choices, span))], span)))
        shape.append(("uniqueItems", Scalar("true", False, span)))
    for key in ("minimum", "maximum"):
        node = written.get(key)
        if node is not None and word != "number":
            problems.error("PE201", f"`{key}` 只用于 type 是 number 的字段", node.span, "删去")
        elif node is not None and not (isinstance(node, Scalar) and _NUMBER.fullmatch(node.text)):
            problems.error("PE103", f"`{key}` 应为数字", node.span, "只写数字，例如 0")
        elif node is not None:
            shape.append((key, node))
    scale = written.get("scale")
    if scale is not None and not (isinstance(scale, Scalar) and _DIGIT.fullmatch(scale.text)):
        problems.error("PE103", "`scale` 应为小数位数", scale.span, "写 0 到 9，例如 2")
    yield _mapping(shape, span)
    if word == "date" and problems.text(written, "role", fallback="") == "event":
        yield _mapping([("const", text_node("未发生", span))], span)
    yield _mapping([("$ref", text_node(_QUALIFIED, span))], span)


def _mapping(pairs: Iterable[tuple[str, Node]], span: Span) -> Mapping:
    return Mapping(tuple((text_node(key, span), node) for key, node in pairs), span)


def text_node(text: str, span: Span) -> Scalar:
    """Make a word that is text, however it looks."""
    return Scalar(text, True, span)


def _astext_node(node: Node) -> Node:
    return Scalar(node.text, True, node.span) if isinstance(node, Scalar) else node
