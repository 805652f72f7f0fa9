"""Statutes as files of a folder: which file is which document's, and whether what rules cite stands there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from policy_engine.analysis.quotations import FoldedText, digest_of, fold
from policy_engine.model.calendar import chinese_day, iso
from policy_engine.model.documents import Document
from policy_engine.model.locators import number_of
from policy_engine.model.rules import Rule

_N = "[零〇一二三四五六七八九十百]+"
# A line that opens an article has a space after its number; one that merely speaks of it has none.
_OPENS = re.compile(rf"\**第(?P<number>{_N})条(?P<more>之{_N})?\**[\s　]")
_ITEM = re.compile(rf"[（(](?P<number>{_N})[）)]")
_HEADING = re.compile(rf"#|\**第{_N}[章节编]")
_CITED = re.compile(rf"第(?P<article>{_N})条(?:第(?P<clause>{_N})款)?(?P<items>(?:第（{_N}）项、?)*)")
_OF_THE_STATE = "中华人民共和国"


@dataclass(frozen=True, slots=True)
class Article:
    """An article: its words without whitespace, how many 款 it has, and the numbers of the 项 in it."""

    words: str
    clauses: int
    items: frozenset[int]


@dataclass(frozen=True, slots=True)
class Statute:
    """A document's text as it was found, article by article."""

    document: str
    text: FoldedText
    articles: Mapping[int, Article]


@dataclass(frozen=True, slots=True)
class CitedPlace:
    """A place that a rule cites in a statute, and what is wrong with it; "" where nothing is."""

    rule: Rule
    document: str
    article: int
    trouble: str


def find_statutes(documents: Iterable[Document], files: Mapping[str, str]) -> Iterator[Statute]:
    """Go through the documents that one of the files, name to text, is the text of.

    The file is called as the statute is, and its name or its first lines say the day this version was passed.
    """
    for document in documents:
        if document.issued is None:
            continue
        title = re.sub(r"（[^）]*）$", "", document.title).removeprefix(_OF_THE_STATE)
        days = iso(document.issued.day), chinese_day(document.issued.day)
        for name, text in files.items():
            stem = (
                re.split(r"[（(]", name.rpartition(".")[0], maxsplit=1)[0].strip().removeprefix(_OF_THE_STATE)
            )
            head = "".join(text[:400].split())
            if stem == title and (
                days[0] in name or (days[1] in head and not re.search(r"\d{4}-\d\d-\d\d", name))
            ):
                yield Statute(document.id, fold(name, text), dict(_articles(text)))
                break


def _articles(text: str) -> Iterator[tuple[int, Article]]:
    number, lines = 0, list[str]()
    # A last line that opens an article and counts as none: it closes the one before.
    for line in (*(line.strip() for line in text.splitlines()), "第一条之一 "):
        opens = _OPENS.match(line)
        if opens is None and not _HEADING.match(line):
            lines.append(line)
        if opens is not None or _HEADING.match(line):
            if number:
                yield number, _article(lines)
            number = number_of(opens["number"]) if opens is not None and not opens["more"] else 0
            lines = [line[opens.end() :]] if opens is not None else []


def _article(lines: list[str]) -> Article:
    said = ["".join(line.split()) for line in lines if line.strip()]
    items = [_ITEM.match(line) for line in said]
    return Article(
        "".join(said),
        items.count(None),
        frozenset(number_of(item["number"]) for item in items if item is not None),
    )


def cited_places(rules: Iterable[Rule], statutes: Mapping[str, Statute]) -> Iterator[CitedPlace]:
    """Look for every place that rules cite, and for each quotation within the articles its rule cites."""
    for rule in rules:
        others = [clause.citation for clause in rule.unless if clause.citation is not None]
        for citation in (rule.citation, *others):
            if citation.document.id in statutes:
                statute = statutes[citation.document.id]
                for place in _CITED.finditer(citation.locator):
                    number = number_of(place["article"])
                    yield CitedPlace(rule, statute.document, number, _trouble(place, statute))
        if rule.quote and rule.citation.document.id in statutes:
            yield from _misplaced(rule, statutes[rule.citation.document.id])


def _misplaced(rule: Rule, statute: Statute) -> Iterator[CitedPlace]:
    quote = "".join(rule.quote.split())
    cited = [number_of(place["article"]) for place in _CITED.finditer(rule.citation.locator)]
    within = [statute.articles[number].words for number in cited if number in statute.articles]
    if within and quote in statute.text.text and not any(quote in words for words in within):
        yield CitedPlace(rule, statute.document, cited[0], f"引文“{rule.quote}”不在所引的条里")


def _trouble(place: re.Match[str], statute: Statute) -> str:
    article = statute.articles.get(number_of(place["article"]))
    if article is None:
        return f"原文没有第{place['article']}条"
    if place["clause"] and number_of(place["clause"]) > article.clauses:
        return f"第{place['article']}条只有 {article.clauses} 款"
    missing = [n for n in re.findall(rf"第（({_N})）项", place["items"]) if number_of(n) not in article.items]
    return f"第{place['article']}条没有第（{missing[0]}）项" if missing else ""


def digest_of_article(statute: Statute, article: int) -> str:
    """Digest an article as it was found."""
    return digest_of(statute.articles[article].words)
