"""Load the register of texts, `rules/registers/texts.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as MappingOf

from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.loading.files import SourceText
from policy_engine.loading.layers import is_apart, report_change
from policy_engine.loading.problems import Problems
from policy_engine.loading.registers import entries
from policy_engine.loading.tree import Mapping, parse
from policy_engine.model.documents import Document
from policy_engine.model.texts import Anchor, DocumentText, RegisteredArticle, RegisteredQuote

_KEYS = ("document", "file", "sha256", "anchors")
_ANCHOR_KEYS = ("norm", "lines", "digest")
LINES = re.compile(r"L(\d+)(?:-(\d+))?")


def load_texts(
    source: SourceText, documents: MappingOf[str, Document], problems: Problems
) -> tuple[DocumentText, ...]:
    """Load every entry; a document is registered once, and its file is a bare name."""
    found: dict[str, DocumentText] = {}
    for entry in entries(source, "texts", problems, beside=("quotes", "articles")):
        text = _text(entry, documents, problems)
        owner = documents.get(text.document)
        if owner is not None and is_apart(entry.span, owner.span):
            report_change(
                problems, f"文件 `{text.document}`", entry.span, owner.span, "只登记自己的文件的文本"
            )
        if text.document in found:
            problems.error("PE209", f"文件 `{text.document}` 的文本重复", entry.span, "每份文件写一次")
        found[text.document] = text
    return tuple(found.values())


def load_quotes(source: SourceText, problems: Problems) -> tuple[RegisteredQuote, ...]:
    """Load the digests of quotations, where the register has any."""
    found: dict[str, RegisteredQuote] = {}
    for root in parse(source.text, source.path).documents:
        owner = root if isinstance(root, Mapping) and root.get("quotes") is not None else None
        for node in problems.sequence(owner.get("quotes"), "`quotes`", owner.span) if owner else ():
            entry = problems.mapping(node, "引文登记", node.span)
            if entry is None:
                continue
            problems.keys(entry, ("rule", "digest"), "引文登记")
            quote = RegisteredQuote(
                rule=problems.text(entry, "rule"), digest=problems.text(entry, "digest"), span=entry.span
            )
            if quote.rule in found:
                problems.error("PE209", f"规则 `{quote.rule}` 的引文登记重复", entry.span, "每条规则写一次")
            found[quote.rule] = quote
    return tuple(found.values())


def load_articles(
    source: SourceText, documents: MappingOf[str, Document], problems: Problems
) -> tuple[RegisteredArticle, ...]:
    """Load the digests of articles, where the register has any."""
    found: dict[tuple[str, str], RegisteredArticle] = {}
    for root in parse(source.text, source.path).documents:
        owner = root if isinstance(root, Mapping) and root.get("articles") is not None else None
        for node in problems.sequence(owner.get("articles"), "`articles`", owner.span) if owner else ():
            entry = problems.mapping(node, "条文登记", node.span)
            if entry is None:
                continue
            problems.keys(entry, ("document", "article", "digest"), "条文登记")
            article = RegisteredArticle(
                document=problems.text(entry, "document"),
                article=problems.text(entry, "article"),
                digest=problems.text(entry, "digest"),
                span=entry.span,
            )
            if article.document not in documents:
                message = f"没有文件 `{article.document}`"
                problems.error("PE203", message, entry.span, did_you_mean(article.document, documents))
            registered = documents.get(article.document)
            if registered is not None and is_apart(entry.span, registered.span):
                what = f"文件 `{article.document}`"
                report_change(problems, what, entry.span, registered.span, "只登记自己的文件的条文")
            if (article.document, article.article) in found:
                problems.error(
                    "PE209", f"`{article.document}` {article.article} 的登记重复", entry.span, "每条写一次"
                )
            found[article.document, article.article] = article
    return tuple(found.values())


def _text(entry: Mapping, documents: MappingOf[str, Document], problems: Problems) -> DocumentText:
    problems.keys(entry, _KEYS, "文本登记")
    name = problems.text(entry, "document")
    if name not in documents:
        problems.error("PE203", f"没有文件 `{name}`", entry.span, did_you_mean(name, documents))
    file = problems.text(entry, "file")
    # The register travels with the rules; where the texts lie is each machine's own.
    if "/" in file or "\\" in file:
        problems.error("PE321", f"`file` 只写文件名，不写路径：`{file}`", entry.span, "目录由 --against 给出")
    return DocumentText(
        document=name,
        file=file,
        # Blank until the text is first compared.
        sha256=problems.text(entry, "sha256", may_be_blank=True),
        anchors=tuple(_anchors(entry, problems)),
        span=entry.span,
    )


def _anchors(entry: Mapping, problems: Problems) -> Iterator[Anchor]:
    for node in problems.sequence(entry.get("anchors"), "`anchors`", entry.span):
        owner = problems.mapping(node, "定位", node.span)
        if owner is None:
            continue
        problems.keys(owner, _ANCHOR_KEYS, "定位")
        lines = lines_of(problems.text(owner, "lines"))
        if lines is None:
            problems.error("PE321", "`lines` 写成 L12 或 L12-15", owner.span, "行号从 1 起")
            continue
        yield Anchor(
            norm=problems.text(owner, "norm"),
            first=lines[0],
            last=lines[1],
            digest=problems.text(owner, "digest"),
            span=owner.span,
        )


def lines_of(word: str) -> tuple[int, int] | None:
    """Read `L12` or `L12-15`; `None` for anything else."""
    match = LINES.fullmatch(word)
    if match is None:
        return None
    first, last = int(match[1]), int(match[2] or match[1])
    return (first, last) if 1 <= first <= last else None
