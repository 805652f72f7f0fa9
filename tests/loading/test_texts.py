"""The register of texts is read whole; each thing in it that means nothing is told at its own words."""

import dataclasses

import pytest

from policy_engine.foundation.spans import file_span
from policy_engine.loading.files import SourceText
from policy_engine.loading.problems import Problems
from policy_engine.loading.texts import lines_of, load_articles, load_quotes, load_texts
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


LIST = "写成 `[甲, 乙]` 或每项一行以 `- ` 开头"
MAPPING = "逐行写成 `键: 值`"


@pytest.mark.parametrize(
    ("text", "kept", "expected"),
    [
        ("", "", []),
        ("- 甲\n", "", []),
        ("甲\n", "", []),
        ("texts: []\n", "", []),
        ("quotes: []\n", "", []),
        ("quotes: [{rule: a, digest: b}]\n---\nquotes: [{rule: c, digest: d}]\n", "ab cd", []),
        ("quotes:\n", "", [("PE009", "`quotes`应为列表", LIST, (1, ""))]),
        ("quotes: 甲\n", "", [("PE009", "`quotes`应为列表", LIST, (1, "甲"))]),
        ("quotes: {a: b}\n", "", [("PE009", "`quotes`应为列表", LIST, (1, "{a: b}"))]),
        ("quotes: [甲, {rule: a, digest: b}]\n", "ab", [("PE009", "引文登记应为“键: 值”的映射", MAPPING, (1, "甲"))]),
        ("quotes: [{rule: a, digest: b, c: 1}]\n", "ab", [("PE010", "引文登记没有 `c`", "可用的有 `rule`、`digest`", (1, "c"))]),
        ("quotes: [{rule: a}]\n", "a", [("PE011", "缺少 `digest`", "补上 `digest: …`", (1, "{rule: a}"))]),
        (
            "quotes: [{rule: a, digest: b}]\n---\nquotes: [{rule: a, digest: c}]\n",
            "ac",
            [("PE209", "规则 `a` 的引文登记重复", "每条规则写一次", (3, "{rule: a, digest: c}"))],
        ),
    ],
)  # fmt: skip
def test_digests_of_quotations_are_read_from_whatever_the_register_is(text, kept, expected) -> None:
    found = load_quotes(SourceText("texts.yaml", text), problems := Problems())
    assert kept.split() == [one.rule + one.digest for one in found]
    assert expected == [(d.code, d.message, d.help, spot(text, d.span)) for d in problems.found]


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


ARTICLES = """articles:
  - {document: law, article: 第一条, digest: ab}
  - {document: law, article: 第二条, digest: cd}
  - {document: statute, article: 第一条, digest: ef}
"""


def articles(text: str, path: str = "texts.yaml"):
    problems = Problems()
    found = load_articles(SourceText(path, text), toy.DOCUMENTS, problems)
    return found, [(d.code, d.message, *spot(text, d.span)) for d in problems.found]


def test_every_article_is_read_as_it_is_written() -> None:
    found, told = articles(ARTICLES)
    assert [("law", "第一条", "ab"), ("law", "第二条", "cd"), ("statute", "第一条", "ef")] == [
        (one.document, one.article, one.digest) for one in found
    ]
    assert [] == told
    assert [2, 3, 4] == [one.span.line + 1 for one in found]
    assert ((), []) == articles("texts: []\n") == articles("- 甲\n") == articles("")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("document: statute", "document: law", [("PE209", "`law` 第一条 的登记重复", 4, "{document: law, article: 第一条, digest: ef}")]),
        ("document: statute", "document: statue", [("PE203", "没有文件 `statue`", 4, "{document: statue, article: 第一条, digest: ef}")]),
        ("digest: cd", "digst: cd", [("PE010", "条文登记没有 `digst`", 3, "digst")]),
        ("  - {document: law, article: 第二条", "  - 甲\n  - {document: law, article: 第二条", [("PE009", "条文登记应为“键: 值”的映射", 3, "甲")]),
        (", digest: ef", "", [("PE011", "缺少 `digest`", 4, "{document: statute, article: 第一条}")]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_article_is_told_at_its_words(old, new, expected) -> None:
    assert old in ARTICLES
    found, told = articles(ARTICLES.replace(old, new))
    assert expected == told
    assert ("law", "第一条") in {(one.document, one.article) for one in found}


def test_a_layer_registers_its_own_texts_alone() -> None:
    problems, below = Problems(), "自带:rules/registers/documents.yaml"
    owner = dataclasses.replace(toy.DOCUMENTS["law"], span=file_span(below))
    path = "rules/registers/texts.yaml"
    text = (
        "texts:\n  - {document: law, file: 甲.txt, sha256: ab, anchors: []}\n"
        + ARTICLES.partition("  - {document: statute")[0]
    )
    for load, what in ((load_texts, "文本"), (load_articles, "条文")):
        problems = Problems()
        assert load(SourceText(path, text), {"law": owner}, problems)
        told = f"只登记自己的文件的{what}，或者到基础规则库里改"
        assert {("PE219", "文件 `law` 是基础规则库的，这一层不能改", told, path)} == {
            (d.code, d.message, d.help, d.span.path) for d in problems.found
        }
        assert {below} == {one.span.path for d in problems.found for one in d.related}
    # What the base registers of its own is as it should be.
    assert load_texts(SourceText("自带:" + path, text), {"law": owner}, kept := Problems())
    assert [] == kept.found
