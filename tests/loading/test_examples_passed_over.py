"""Whoever decides cases passes over the examples of rules; nothing else of a file, and nothing wrong with it."""

from __future__ import annotations

import dataclasses
from itertools import cycle, islice

import pytest

import as_shipped
from policy_engine.foundation.spans import Span, span_of
from policy_engine.loading.tree import MAX_DEPTH, Mapping, Node, Scalar, Sequence, parse, parse_rules

RULES = """document: 甲
rules:
  - id: 甲.一
    examples:
      - name: 违反
{wrong}
    when: {{examples: true, 乙: [1, 2]}}
    title: 一
"""


def _without_examples(node: Node, depth: int = 0) -> Node:
    match node:
        case Mapping(pairs, span):
            kept = (
                (key, value if depth == 2 and key.text == "examples" else _without_examples(value, depth + 1))
                for key, value in pairs
            )
            return Mapping(
                tuple(
                    (k, Scalar("", False, v.span) if depth == 2 and k.text == "examples" else v)
                    for k, v in kept
                ),
                span,
            )
        case Sequence(items, span):
            return Sequence(tuple(_without_examples(item, depth + 1) for item in items), span)
        case _:
            return node


def _loose(node: Node) -> Node:
    # Where examples were passed over only the start of their place is kept.
    match node:
        case Mapping(pairs, span):
            return Mapping(tuple((k, _loose(v)) for k, v in pairs), span)
        case Sequence(items, span):
            return Sequence(tuple(map(_loose, items)), span)
        case Scalar(text="", span=span):
            return Scalar("", False, dataclasses.replace(span, end_line=span.line, end_column=span.column))
        case _:
            return node


def test_all_but_the_examples_of_the_shipped_rules_is_read_with_its_places() -> None:
    for source in as_shipped.sources().rules:
        full, short = parse(source.text, source.path), parse_rules(source.text, source.path)
        assert [_loose(_without_examples(d)) for d in full.documents] == [_loose(d) for d in short.documents]
        assert "examples" in source.text


@pytest.mark.parametrize(
    "wrong",
    [
        "        given: &a {乙: 1}",
        "        given: *a",
        "        given: !x 1",
        "        given: {乙: 1, 乙: 2}",
        "        given: {<<: {乙: 1}}",
        "        ? [键]\n        : 1",
        '        given: "a\\u200bb"',
        "        given: a\u200bb",
        "        given: " + "[" * 70 + "]" * 70,
        "        given: [1",
        "        given：1",
        "    examples: []",
    ],
)
def test_whatever_is_wrong_with_examples_is_told_as_if_they_had_been_read(wrong: str) -> None:
    text = RULES.format(wrong=wrong)
    assert parse(text, "a.yaml").diagnostics != ()
    assert parse(text, "a.yaml") == parse_rules(text, "a.yaml")


def test_the_word_means_nothing_within_a_condition() -> None:
    text = RULES.format(wrong="        given: {乙: 1}")
    (full,), (short,) = parse(text, "a.yaml").documents, parse_rules(text, "a.yaml").documents
    assert isinstance(full, Mapping)
    assert isinstance(short, Mapping)
    (rule,) = short.get("rules").items  # type: ignore[union-attr]
    assert full.get("rules").items[0].get("when") == rule.get("when")  # type: ignore[union-attr]


def test_a_quickly_made_place_is_a_place() -> None:
    made = Span(path="a", line=1, column=2, end_line=3, end_column=4)
    assert made == span_of("a", 1, 2, 3, 4)
    assert hash(made) == hash(span_of("a", 1, 2, 3, 4))


def _nested(collections: str, depth: int) -> str:
    # The examples themselves stand three deep; within the last collection there is nothing.
    outer = list(islice(cycle(collections), depth - 3))
    opening = "".join("[" if one == "[" else "{a: " for one in outer)
    closing = "".join("]" if one == "[" else "}" for one in reversed(outer))
    return f"document: 甲\nrules:\n  - id: 甲.一\n    examples: {opening}[]{closing}\n"


@pytest.mark.parametrize("collections", ["[", "{", "[{"])
def test_examples_are_passed_over_as_deep_as_they_may_be(collections: str) -> None:
    (document,) = parse_rules(_nested(collections, MAX_DEPTH), "a.yaml").documents
    assert isinstance(document, Mapping)
    (rule,) = document.get("rules").items  # type: ignore[union-attr]
    assert isinstance(rule.get("examples"), Scalar)
    deeper = parse_rules(_nested(collections, MAX_DEPTH + 1), "a.yaml")
    assert ["PE004"] == [d.code for d in deeper.diagnostics]
