"""Load the register of documents."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from types import MappingProxyType

from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.loading.files import SourceText
from policy_engine.loading.problems import Problems
from policy_engine.loading.registers import entries, find_area
from policy_engine.loading.tree import Mapping, is_empty
from policy_engine.model.areas import NATION, Areas
from policy_engine.model.documents import Authority, Document, Encoding, StatedDate, Verification

_KEYS = (
    "id", "number", "title", "issuer", "force", "area", "issued", "published", "effective", "ended", "repeals",
    "status_checked_on", "verified", "verified_articles", "encoded", "concerns", "governed_by_later", "told_by",
    "note",
)  # fmt: skip


def load_documents(
    source: SourceText, authority: Authority, areas: Areas, problems: Problems
) -> MappingOf[str, Document]:
    """Load every document; references among them must resolve."""
    documents: dict[str, Document] = {}
    for entry in entries(source, "documents", problems):
        document = _document(entry, authority, areas, problems)
        if document.id in documents:
            problems.error("PE209", f"文件 `{document.id}` 重复", entry.span, "每份文件写一次")
        documents[document.id] = document
    for document in documents.values():
        for name in (*document.repeals, document.governed_by_later, document.told_by):
            if name is not None and name not in documents:
                problems.error("PE203", f"没有文件 `{name}`", document.span, did_you_mean(name, documents))
    return MappingProxyType(documents)


def _document(entry: Mapping, authority: Authority, areas: Areas, problems: Problems) -> Document:
    problems.keys(entry, _KEYS, "文件登记")
    force = problems.text(entry, "force")
    if force not in authority.forces:
        problems.error("PE205", f"没有效力 `{force}`", entry.span, did_you_mean(force, authority.forces))
    effective, ended = _stated(entry, "effective", problems), _stated(entry, "ended", problems)
    if effective and ended and ended.day < effective.day:
        problems.error("PE207", "失效早于施行", entry.span, "核对 effective 与 ended")
    area_word = problems.text(entry, "area", fallback="全国")
    node = entry.get("area")
    return Document(
        id=problems.text(entry, "id"),
        number=problems.text(entry, "number", fallback=""),
        title=problems.text(entry, "title"),
        issuer=problems.text(entry, "issuer", fallback=""),
        force=force,
        area=find_area(areas, area_word, node.span if node else entry.span, problems) or NATION,
        issued=_stated(entry, "issued", problems),
        published=_stated(entry, "published", problems),
        effective=effective,
        ended=ended,
        repeals=tuple(s.text for s in problems.texts(entry, "repeals")),
        status_checked_on=problems.day(entry, "status_checked_on"),
        verified=Verification(problems.one_of(entry, "verified", (v.value for v in Verification), "no")),
        verified_articles=tuple(s.text for s in problems.texts(entry, "verified_articles")),
        encoded=Encoding(problems.one_of(entry, "encoded", (e.value for e in Encoding), "none")),
        concerns=tuple(s.text for s in problems.texts(entry, "concerns")),
        governed_by_later=problems.text(entry, "governed_by_later", fallback="") or None,
        told_by=problems.text(entry, "told_by", fallback="") or None,
        note=problems.text(entry, "note", fallback=""),
        span=entry.span,
    )


def _stated(entry: Mapping, key: str, problems: Problems) -> StatedDate | None:
    node = entry.get(key)
    if is_empty(node):
        return None
    owner = problems.mapping(node, f"`{key}`", entry.span)
    day = problems.day(owner, "date") if owner is not None else None
    if owner is None or day is None:
        return None
    return StatedDate(
        day=day,
        basis=problems.text(owner, "basis", fallback=""),
        verified=problems.flag(owner, "verified", fallback=False),
    )
