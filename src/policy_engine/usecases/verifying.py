"""Verify the rule base against the texts of its documents, and renew the register of texts."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from policy_engine.analysis.beside import (
    digest_of_quote,
    find_altered_quotes,
    find_loose_anchors,
    lines_words,
    told_in,
)
from policy_engine.analysis.quotations import (
    AnchorResult,
    FoldedText,
    QuoteResult,
    compare_anchors,
    compare_quotes,
    digest_of,
    fold,
)
from policy_engine.analysis.statutes import (
    CitedPlace,
    Statute,
    cited_places,
    digest_of_article,
    find_statutes,
)
from policy_engine.foundation.diagnostics import (
    Diagnostic,
    DiagnosticsError,
    Related,
    Severity,
    is_error,
    raise_errors,
)
from policy_engine.loading.coverage import NormAnswer, load_coverage
from policy_engine.loading.files import decode, read_source
from policy_engine.loading.folders import is_own
from policy_engine.loading.problems import Problems
from policy_engine.loading.texts import lines_of, load_articles, load_quotes, load_texts
from policy_engine.model.locators import numeral
from policy_engine.model.rules import RuleSet
from policy_engine.model.texts import DocumentText, RegisteredArticle, RegisteredQuote
from policy_engine.usecases.rule_base import load_rule_set
from policy_engine.usecases.sources import RuleFiles, Sources, shown_register

REGISTER = "texts.yaml"
_HEAD = """\
# The texts the rules were made from: the name of each file, its digest, and the digest of every passage a normative
# statement was read from. The texts themselves are not kept here. `quotes`: the digest of each quotation as somebody
# compared it, so that an altered one is noticed without the text; `articles`: that of each article that rules cite, as
# it stood in a statute. `policy-engine sources verify --update` renews them all.
texts:
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What comparing with the texts showed, by document id. A text that is not in `found` was not compared."""

    rule_set: RuleSet
    answers: tuple[NormAnswer, ...]
    texts: tuple[DocumentText, ...]
    found: Mapping[str, FoldedText]
    digests: Mapping[str, str]
    anchors: Mapping[str, tuple[AnchorResult, ...]]
    quotes: tuple[QuoteResult, ...]
    registered: tuple[RegisteredQuote, ...]
    articles: tuple[RegisteredArticle, ...]
    statutes: Mapping[str, Statute]
    places: tuple[CitedPlace, ...]

    def text_of(self, document: str) -> str:
        """Name the document in whose text the norms of a coverage list stand."""
        return told_in(document, self.rule_set.documents, self.texts)


def verify_texts(files: RuleFiles, sources: Sources, against: Path) -> Verification:
    """Compare the rule base with the texts in a folder. Raises `DiagnosticsError` where a register has errors."""
    rule_set = _own(load_rule_set(sources))
    problems = Problems()
    passages = tuple(one for one in sources.passages if is_own(one.path))
    answers = load_coverage(
        tuple(one for one in sources.coverage if is_own(one.path)),
        frozenset(rule.id for rule in rule_set.rules),
        rule_set.documents,
        problems,
    )
    if not sources.passages:
        read_source(files.register(REGISTER), shown_register(REGISTER))
    texts = tuple(t for s in passages for t in load_texts(s, rule_set.documents, problems))
    registered = tuple(q for s in passages for q in load_quotes(s, problems))
    articles = tuple(a for s in passages for a in load_articles(s, rule_set.documents, problems))
    raise_errors(problems.found)
    statutes = {s.document: s for s in find_statutes(rule_set.documents.values(), _files(against, texts))}
    found: dict[str, FoldedText] = {}
    digests: dict[str, str] = {}
    for text in texts:
        path = against / text.file
        if path.is_file():
            data = path.read_bytes()
            found[text.document] = fold(text.file, decode(data, text.file).text)
            digests[text.document] = hashlib.sha256(data).hexdigest()
    return Verification(
        rule_set=rule_set,
        answers=answers,
        texts=texts,
        found=found,
        digests=digests,
        anchors={
            t.document: tuple(compare_anchors(found[t.document], t)) for t in texts if t.document in found
        },
        quotes=tuple(compare_quotes(rule_set.rules, {**{n: s.text for n, s in statutes.items()}, **found})),
        registered=registered,
        articles=articles,
        statutes=statutes,
        places=tuple(cited_places(rule_set.rules, statutes)),
    )


def _own(rule_set: RuleSet) -> RuleSet:
    """Leave the rules and documents of the rule base that is worked on: the texts of others are for them to compare."""
    documents = {name: one for name, one in rule_set.documents.items() if is_own(one.span.path)}
    rules = tuple(rule for rule in rule_set.rules if is_own(rule.span.path))
    return dataclasses.replace(rule_set, rules=rules, documents=documents)


def _files(against: Path, texts: tuple[DocumentText, ...]) -> dict[str, str]:
    """Read what else lies in the folder as text. What can't be read is no statute."""
    known = {text.file for text in texts}
    found = {}
    # Sorted: folders list their files in no order, and findings have one.
    for path in sorted(against.iterdir()):
        if path.is_file() and path.suffix in (".md", ".txt") and path.name not in known:
            try:
                found[path.name] = decode(path.read_bytes(), path.name).text
            except DiagnosticsError:
                continue
    return found


def find_problems(verified: Verification) -> tuple[Diagnostic, ...]:
    """List what a person has to look at, by place in the rule base."""
    found = (
        *_missing(verified),
        *_passages(verified),
        *_quotes(verified),
        *_places(verified),
        *_changed_articles(verified),
        *_unanchored(verified),
        *find_loose_anchors(verified.rule_set, verified.answers, verified.texts),
        *filter(is_error, find_altered_quotes(verified.rule_set.rules, verified.registered)),
    )
    return tuple(sorted(found, key=lambda d: d.sort_key))


def _missing(verified: Verification) -> Iterator[Diagnostic]:
    # A folder of statutes has none of the texts; that is no fault.
    if verified.statutes and not verified.found:
        return
    for text in verified.texts:
        if text.document not in verified.found:
            message = f"目录里没有 `{text.file}`，`{text.document}` 没有比对"
            yield Diagnostic(
                code="PE322", message=message, span=text.span, help="核对 --against 的目录和文件名"
            )


def _passages(verified: Verification) -> Iterator[Diagnostic]:
    norms = {answer.norm: answer for answer in verified.answers}
    for text in verified.texts:
        for result in verified.anchors.get(text.document, ()):
            if result.is_unchanged:
                continue
            anchor = result.anchor
            answer = norms.get(anchor.norm)
            stood = f"{text.file}:{anchor.first}"
            what = f"`{anchor.norm}` {answer.summary if answer else ''}（{stood}）"
            if result.found_at is not None:
                yield Diagnostic(
                    code="PE324",
                    message=f"原文段落移到了 {text.file}:{result.found_at[0]}：{what}",
                    span=anchor.span,
                    help="核对后用 --update 更新定位",
                    severity=Severity.WARNING,
                )
            else:
                yield Diagnostic(
                    code="PE323",
                    message=f"原文段落有变动：{what}",
                    span=anchor.span,
                    help="对照原文核对由它编写的规则，改好后用 --update 更新定位",
                    related=tuple(_rules_of(answer, verified.rule_set)),
                )


def _rules_of(answer: NormAnswer | None, rule_set: RuleSet) -> Iterator[Related]:
    named = answer.rules if answer is not None else ()
    return (Related(f"规则 `{rule.id}`", rule.span) for rule in rule_set.rules if rule.id in named)


def _quotes(verified: Verification) -> Iterator[Diagnostic]:
    for result in verified.quotes:
        if result.text is None or result.lines is not None:
            continue
        near = f"{result.text.name}:{result.nearest_line}"
        yield Diagnostic(
            code="PE325",
            message=f"`{result.text.name}` 里没有“{result.rule.quote}”",
            span=result.rule.span,
            help=f"最相近的是 {near} 的“{result.nearest}”；引文必须逐字一致",
        )


def _places(verified: Verification) -> Iterator[Diagnostic]:
    for place in verified.places:
        if place.trouble:
            file = verified.statutes[place.document].text.name
            yield Diagnostic(
                code="PE341",
                message=f"规则 `{place.rule.id}` 的出处与 `{file}` 不合：{place.trouble}",
                span=place.rule.span,
                help="对照原文改正 cite 或者 quote",
            )


def _changed_articles(verified: Verification) -> Iterator[Diagnostic]:
    # An article that no statute here has keeps its digest, and so differs from nothing.
    now = dict(_digests(verified))
    for article in verified.articles:
        digest = now.get((article.document, article.article), article.digest)
        if digest != article.digest:
            yield Diagnostic(
                code="PE342",
                message=f"`{article.document}` {article.article}与核对时不同",
                span=article.span,
                help="对照原文核对引它的规则，改好后用 --update 登记",
                related=tuple(
                    Related(f"规则 `{p.rule.id}`", p.rule.span)
                    for p in verified.places
                    if (p.document, _named(p.article)) == (article.document, article.article)
                ),
            )


def _digests(verified: Verification) -> Iterator[tuple[tuple[str, str], str]]:
    """Go through the articles that rules cite and that were found, in order, each with its digest now."""
    found = {
        (place.document, place.article)
        for place in verified.places
        if place.article in verified.statutes[place.document].articles
    }
    for document, article in sorted(found):
        yield (document, _named(article)), digest_of_article(verified.statutes[document], article)


def _named(article: int) -> str:
    return f"第{numeral(article)}条"


def _unanchored(verified: Verification) -> Iterator[Diagnostic]:
    for text in verified.texts:
        anchored = {anchor.norm for anchor in text.anchors}
        for answer in verified.answers:
            if verified.text_of(answer.document) == text.document and answer.norm not in anchored:
                yield _unanchored_norm(answer)


def _unanchored_norm(answer: NormAnswer) -> Diagnostic:
    return Diagnostic(
        code="PE326",
        message=f"规范 `{answer.norm}` 没有定位到原文",
        span=answer.span,
        help="在覆盖表写 lines（例如 L12-15），再用 sources verify --update 生成定位",
        severity=Severity.WARNING,
    )


def register_text(verified: Verification) -> str:
    """Write the register anew from what the texts say now. A text that was not found keeps its entry."""
    return (
        _HEAD
        + "".join(_entry(text, verified) for text in verified.texts)
        + _quote_entries(verified)
        + _article_entries(verified)
    )


def _quote_entries(verified: Verification) -> str:
    # What was found in its text now, and what somebody compared before; never what nobody saw.
    kept = {quote.rule: quote.digest for quote in verified.registered}
    seen = {q.rule.id: digest_of_quote(q.rule.quote) for q in verified.quotes if q.lines is not None}
    quoting = [rule.id for rule in verified.rule_set.rules if rule.quote]
    digests = {name: {**kept, **seen}.get(name) for name in quoting}
    lines = [f"  - {{rule: {name}, digest: {digest}}}\n" for name, digest in digests.items() if digest]
    return "quotes:\n" + "".join(lines) if lines else ""


def _article_entries(verified: Verification) -> str:
    # What no statute of the folder has stays as somebody found it.
    kept = {(a.document, a.article): a.digest for a in verified.articles}
    found = {**kept, **dict(_digests(verified))}
    lines = [f"  - {{document: {d}, article: {a}, digest: {digest}}}\n" for (d, a), digest in found.items()]
    return "articles:\n" + "".join(lines) if lines else ""


def renewed_lists(verified: Verification, sources: Sources) -> dict[str, str]:
    """Write the coverage lists anew whose passages have moved: path to text."""
    moved = {
        result.anchor.norm: result.found_at
        for results in verified.anchors.values()
        for result in results
        if result.found_at is not None and not result.is_unchanged
    }
    texts = {source.path: source.text for source in sources.coverage}
    renewed: dict[str, str] = {}
    for answer in sorted(verified.answers, key=lambda a: (a.span.path, a.span.line), reverse=True):
        # From the end of each file: what is written anew moves nothing that is still to come.
        at, span = moved.get(answer.norm), answer.lines_span
        if at is not None and span is not None:
            lines = renewed.get(span.path, texts[span.path]).split("\n")
            line = lines[span.line]
            lines[span.line] = line[: span.column] + lines_words(*at) + line[span.end_column :]
            renewed[span.path] = "\n".join(lines)
    return renewed


def _entry(text: DocumentText, verified: Verification) -> str:
    folded = verified.found.get(text.document)
    sha256 = verified.digests.get(text.document, text.sha256)
    lines = [
        f"  - document: {text.document}",
        f"    file: {text.file}",
        f"    sha256: {sha256}",
        "    anchors:",
    ]
    # A text that isn't there can say nothing about its passages: they stay as somebody found them.
    untouched = [(a.norm, a.first, a.last, a.digest) for a in text.anchors]
    kept = untouched if folded is None else list(_anchored(text, folded, verified))
    lines += [
        f"      - {{norm: {n}, lines: {lines_words(first, last)}, digest: {d}}}" for n, first, last, d in kept
    ]
    return "\n".join(lines) + ("\n" if kept else " []\n")


def _anchored(
    text: DocumentText, folded: FoldedText, verified: Verification
) -> Iterator[tuple[str, int, int, str]]:
    moved = {r.anchor.norm: r.found_at for r in verified.anchors[text.document] if not r.is_unchanged}
    for answer in verified.answers:
        if verified.text_of(answer.document) != text.document:
            continue
        at = moved.get(answer.norm) or lines_of(answer.lines)
        # Lines past its end are nobody's passage; the norm is then told as without one.
        if at is not None and at[1] <= len(folded.lines):
            yield answer.norm, *at, digest_of(folded.between(*at))
