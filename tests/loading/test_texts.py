"""The register of texts is read whole; each thing in it that means nothing is told at its own words."""

import pytest

from policy_engine.loading.files import SourceText
from policy_engine.loading.problems import Problems
from policy_engine.loading.texts import lines_of, load_quotes, load_texts
from policy_engine.model.texts import Anchor
from properties import toy

SOUND = """texts:
  - {document: law, file: 甲.txt, sha256: ab, anchors: [{norm: A-1, lines: L3, digest: cd}, {norm: A-2, lines: L4-9, digest: ef}]}
  - {document: statute, file: 乙.txt, sha256: 12, anchors: []}
quotes:
  - {rule: law.art-1, digest: ab12}
  - {rule: law.art-2, digest: cd34}
"""


def read(text: str):
    problems = Problems()
    source = SourceText("texts.yaml", text)
    found = load_texts(source, toy.DOCUMENTS, problems), load_quotes(source, problems)
    return *found, [(d.code, *spot(text, d.span)) for d in problems.found]


def spot(text: str, span) -> tuple[int, str]:
    """Give the line, from 1, and the words that a span covers there."""
    line = text.splitlines()[span.line]
    return span.line + 1, line[span.column : span.end_column if span.end_line == span.line else None]


def test_every_entry_is_read_as_it_is_written() -> None:
    texts, quotes, found = read(SOUND)
    assert [] == found
    assert [("law", "甲.txt", "ab"), ("statute", "乙.txt", "12")] == [
        (t.document, t.file, t.sha256) for t in texts
    ]
    first, second = (
        Anchor(norm=a.norm, first=a.first, last=a.last, digest=a.digest, span=toy.SPAN)
        for a in texts[0].anchors
    )
    assert Anchor(norm="A-1", first=3, last=3, digest="cd", span=toy.SPAN) == first
    assert Anchor(norm="A-2", first=4, last=9, digest="ef", span=toy.SPAN) == second
    assert () == texts[1].anchors
    assert [("law.art-1", "ab12", 5), ("law.art-2", "cd34", 6)] == [
        (q.rule, q.digest, q.span.line + 1) for q in quotes
    ]


def test_a_register_without_quotations_has_none() -> None:
    texts, quotes, found = read(SOUND.split("quotes:", maxsplit=1)[0])
    assert (2, (), []) == (len(texts), quotes, found)


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "words"),
    [
        ("document: statute", "document: law", "PE209", 3, "document: law"),
        ("document: statute", "document: statue", "PE203", 3, "document: statue"),
        ("file: 甲.txt", "file: 子/甲.txt", "PE321", 2, "document: law"),
        ("file: 甲.txt", r"file: '子\甲.txt'", "PE321", 2, "document: law"),
        ("file: 甲.txt", "fille: 甲.txt", "PE010", 2, "fille"),
        ("sha256: ab", "sha256: [ab]", "PE009", 2, "ab"),
        (", sha256: ab", "", "PE011", 2, "document: law"),
        ("norm: A-1", "nrom: A-1", "PE010", 2, "nrom"),
        ("lines: L3,", "lines: '3',", "PE321", 2, "norm: A-1"),
        ("lines: L4-9", "lines: L9-4", "PE321", 2, "norm: A-2"),
        ("anchors: []", "anchors: {}", "PE009", 3, ""),
        ("anchors: []", "anchors: [甲]", "PE009", 3, "甲"),
        ("quotes:\n", "qoutes:\n", "PE010", 4, "qoutes"),
        ("rule: law.art-2", "rule: law.art-1", "PE209", 6, "rule: law.art-1"),
        ("digest: cd34", "digset: cd34", "PE010", 6, "digset"),
        ("  - {rule: law.art-2, digest: cd34}", "  - 甲", "PE009", 6, "甲"),
    ],
)
def test_what_means_nothing_is_told_where_it_stands(old, new, code, line, words) -> None:
    assert old in SOUND
    _, _, found = read(SOUND.replace(old, new, 1))
    assert (code, line) in [one[:2] for one in found]
    assert any(words in one[2] for one in found if one[:2] == (code, line))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L1", (1, 1)),
        ("L12", (12, 12)),
        ("L12-15", (12, 15)),
        ("L12-12", (12, 12)),
        ("L12-11", None),
        ("L0", None),
        ("L0-3", None),
        ("12", None),
        ("L", None),
        ("L1-", None),
        ("L1-2-3", None),
        ("", None),
    ],
)
def test_lines_are_one_or_from_one_to_another(text, expected) -> None:
    assert expected == lines_of(text)
