"""The register of documents as a table, and the report of a comparison with their texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from policy_engine.analysis.quotations import AnchorResult, QuoteResult
from policy_engine.analysis.statutes import CitedPlace, Statute
from policy_engine.model.calendar import chinese_day
from policy_engine.model.documents import Document, Encoding, StatedDate, Verification
from policy_engine.model.rules import RuleSet
from policy_engine.model.texts import DocumentText
from policy_engine.reporting.words import document_words, in_force_words

VERIFIED = {Verification.FULL: "全文已核", Verification.PARTIAL: "部分条文已核", Verification.NO: "原文待核"}
ENCODED = {Encoding.FULL: "已编写", Encoding.PARTIAL: "部分编写", Encoding.NONE: "未编写"}


def documents_lines(rule_set: RuleSet) -> Iterator[str]:
    """Write every document with its force, territory, dates, verification and number of rules."""
    rules = Counter(rule.citation.document.id for rule in rule_set.rules)
    for document in rule_set.documents.values():
        yield f"{document.id}  {document_words(document)}"
        place = rule_set.areas.name(document.area)
        issuer = document.issuer or "发文机关不明"
        yield f"  {issuer}　{document.force}　{place}　{in_force_words(document)}"
        day = document.status_checked_on
        checked = f"　{chinese_day(day)}核对过效力" if day is not None else "　效力未核"
        told = f"　据 {document.told_by} 转述" if document.told_by else ""
        yield (
            f"  {VERIFIED[document.verified]}　{ENCODED[document.encoded]}，规则 {rules[document.id]} 条"
            f"{checked}{told}"
        )
        if document.status_evidence:
            yield f"  效力的依据：{document.status_evidence}"
    yield f"共 {len(rule_set.documents)} 份文件，规则 {len(rule_set.rules)} 条"


def documents_json(rule_set: RuleSet) -> list[dict[str, object]]:
    """Give the same as data; days as ISO dates, absent ones as null."""
    rules = Counter(rule.citation.document.id for rule in rule_set.rules)
    return [
        {
            "id": document.id,
            "number": document.number,
            "title": document.title,
            "issuer": document.issuer,
            "force": document.force,
            "area": {"code": document.area, "name": rule_set.areas.name(document.area)},
            **{key: _date(stated) for key, stated in _dates(document).items()},
            "repeals": list(document.repeals),
            "status_checked_on": _iso(document.status_checked_on),
            "status_evidence": document.status_evidence,
            "verified": document.verified.value,
            "verified_articles": list(document.verified_articles),
            "encoded": document.encoded.value,
            "rules": rules[document.id],
            "told_by": document.told_by,
            "note": document.note,
        }
        for document in rule_set.documents.values()
    ]


def _dates(document: Document) -> dict[str, StatedDate | None]:
    return {
        "issued": document.issued,
        "published": document.published,
        "effective": document.effective,
        "first_effective": document.first_effective,
        "ended": document.ended,
    }


def _date(stated: StatedDate | None) -> dict[str, object] | None:
    if stated is None:
        return None
    return {"date": _iso(stated.day), "basis": stated.basis, "verified": stated.verified}


def _iso(day: int | None) -> str | None:
    return date.fromordinal(day).isoformat() if day is not None else None


def comparison_lines(
    rule_set: RuleSet,
    texts: Sequence[DocumentText],
    anchors: Mapping[str, Sequence[AnchorResult]],
    quotes: Sequence[QuoteResult],
    statutes: Mapping[str, Statute],
    places: Sequence[CitedPlace],
) -> Iterator[str]:
    """Write what was compared and found, and by name what was not compared."""
    for text in texts:
        results = anchors.get(text.document)
        title = document_words(rule_set.documents[text.document])
        if results is None:
            yield f"{title}：没有找到 {text.file}，未比对"
            continue
        same = sum(result.is_unchanged for result in results)
        moved = sum(not result.is_unchanged and result.found_at is not None for result in results)
        yield f"{title}（{text.file}）：规范 {len(results)} 条，原文一致 {same}，移位 {moved}，变动 {len(results) - same - moved}"
    for name, statute in statutes.items():
        cited = [place for place in places if place.document == name]
        wrong = sum(bool(place.trouble) for place in cited)
        title = document_words(rule_set.documents[name])
        articles = len({place.article for place in cited})
        yield f"{title}（{statute.text.name}）：原文 {len(statute.articles)} 条，引到 {articles} 条，出处 {len(cited)} 处，不合 {wrong}"
    for quote in quotes:
        if quote.text is not None and quote.lines is not None:
            first, last = quote.lines
            place = f"{quote.text.name}:{first}" + (f"-{last}" if last != first else "")
            yield f"引文一致：{place} “{quote.rule.quote}”（{quote.rule.id}）"
    waiting = Counter(q.rule.citation.document.id for q in quotes if q.text is None)
    for name, number in waiting.items():
        yield f"没有文本可比对的引文：{document_words(rule_set.documents[name])} {number} 条"
    compared = sum(q.text is not None for q in quotes)
    yield f"引文 {len(quotes)} 条，比对 {compared} 条，未比对 {len(quotes) - compared} 条"


def comparison_json(
    rule_set: RuleSet,
    texts: Sequence[DocumentText],
    anchors: Mapping[str, Sequence[AnchorResult]],
    quotes: Sequence[QuoteResult],
    statutes: Mapping[str, Statute],
    places: Sequence[CitedPlace],
) -> Iterator[dict[str, object]]:
    """Give the same as data: a result each text, each statute and each quotation."""
    for text in texts:
        results = anchors.get(text.document)
        same = sum(result.is_unchanged for result in results or ())
        moved = sum(not result.is_unchanged and result.found_at is not None for result in results or ())
        yield {
            "kind": "text",
            "document": text.document,
            "title": document_words(rule_set.documents[text.document]),
            "file": text.file,
            "is_compared": results is not None,
            "norms": len(results or ()),
            "unchanged": same,
            "moved": moved,
            "changed": len(results or ()) - same - moved,
        }
    for name, statute in statutes.items():
        cited = [place for place in places if place.document == name]
        yield {
            "kind": "statute",
            "document": name,
            "title": document_words(rule_set.documents[name]),
            "file": statute.text.name,
            "is_compared": True,
            "articles": len(statute.articles),
            "cited": len({place.article for place in cited}),
            "places": len(cited),
            "wrong": sum(bool(place.trouble) for place in cited),
        }
    for quote in quotes:
        yield {
            "kind": "quotation",
            "document": quote.rule.citation.document.id,
            "rule": quote.rule.id,
            "quote": quote.rule.quote,
            "file": quote.text.name if quote.text is not None else None,
            "is_compared": quote.text is not None,
            "lines": list(quote.lines) if quote.lines is not None else None,
        }
