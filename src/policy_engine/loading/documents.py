"""Load the register of documents."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as MappingOf
from types import MappingProxyType

from policy_engine.foundation.patterns import pattern
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.loading.acceptances import read_acceptances
from policy_engine.loading.files import SourceText
from policy_engine.loading.forces import contradictions, must_be_published_first
from policy_engine.loading.layers import report_twice
from policy_engine.loading.places import find_area
from policy_engine.loading.problems import Problems, short
from policy_engine.loading.registers import entries
from policy_engine.loading.tree import Mapping, Scalar, is_empty
from policy_engine.model.areas import NATION, Areas
from policy_engine.model.calendar import iso
from policy_engine.model.documents import (
    TAKES_EFFECT,
    Authority,
    Document,
    Encoding,
    StatedDate,
    Verification,
)

_KEYS = (
    "id", "number", "title", "issuer", "force", "area", "issued", "published", "effective", "ended", "repeals",
    "status_checked_on", "verified", "verified_articles", "encoded", "concerns", "governed_by_later", "told_by",
    "told_until", "still_done", "note", "accept", "outside", "first_effective", "status_evidence",
    "articles",
)  # fmt: skip


# The keys whose own place a finding about a whole document may name.
_PLACED = frozenset(
    {"effective", "ended", "repeals", "encoded", "verified_articles", "outside", "status_checked_on"}
)
_DATES = {
    "issued": "成文日期",
    "published": "公布日期",
    "effective": "施行日期",
    "ended": "失效日期",
    "told_until": "所述做法的截止日",
    "first_effective": "本法最初施行的日期",
    "status_checked_on": "核对效力的日期",
}
# The year in a number, as in 财综〔2014〕96号.
_YEAR = pattern(r"〔(\d{4})〕")
# What may be known to lie between two days only.
_EARLIEST = {"effective": ("earliest",)}


def load_documents(
    sources: Iterable[SourceText], authority: Authority, areas: Areas, problems: Problems
) -> MappingOf[str, Document]:
    """Load every document; references among them must resolve. `sources`: the register, those below it first."""
    documents: dict[str, Document] = {}
    for entry in (entry for source in sources for entry in entries(source, "documents", problems)):
        document = _document(entry, authority, areas, problems)
        first = documents.setdefault(document.id, document)
        if first is not document:
            report_twice(problems, f"文件 `{document.id}`", entry.span, first.span, "每份文件写一次")
    for document in documents.values():
        for name in (*document.repeals, document.governed_by_later, document.told_by):
            if name is not None and name not in documents:
                problems.error("PE203", f"没有文件 `{name}`", document.span, did_you_mean(name, documents))
    return MappingProxyType(documents)


def _document(entry: Mapping, authority: Authority, areas: Areas, problems: Problems) -> Document:
    problems.keys(entry, _KEYS, "文件登记")
    force = problems.text(entry, "force")
    if force not in authority.forces:
        at = entry.get("force")
        place = at.span if at is not None else entry.span
        problems.unknown("PE205", f"没有效力 `{force}`", place, force, authority.forces)
    area_word = problems.text(entry, "area", fallback="全国")
    node = entry.get("area")
    # What is no word was told of.
    is_word = node is None or isinstance(node, Scalar)
    span = node.span if node is not None else entry.span
    area = (find_area(areas, area_word, span, problems) if is_word else None) or NATION
    dates = {
        key: _stated(entry, key, problems)
        for key in ("issued", "published", "effective", "ended", "told_until", "first_effective")
    }
    checked = problems.day(entry, "status_checked_on")
    _check_dates(entry, force, dates, checked, problems)
    document = Document(
        id=problems.text(entry, "id"),
        number=problems.text(entry, "number", fallback=""),
        title=problems.text(entry, "title"),
        issuer=problems.text(entry, "issuer", fallback=""),
        force=force,
        begins=_begins(force, authority),
        area=area,
        **dates,
        repeals=tuple(s.text for s in problems.texts(entry, "repeals")),
        status_checked_on=checked,
        verified=Verification(problems.one_of(entry, "verified", (v.value for v in Verification), "no")),
        verified_articles=tuple(s.text for s in problems.texts(entry, "verified_articles")),
        encoded=Encoding(problems.one_of(entry, "encoded", (e.value for e in Encoding), "none")),
        concerns=tuple(s.text for s in problems.texts(entry, "concerns")),
        governed_by_later=problems.text(entry, "governed_by_later", fallback="") or None,
        told_by=problems.text(entry, "told_by", fallback="") or None,
        still_done=problems.text(entry, "still_done", fallback="" if dates["told_until"] is None else None),
        note=problems.text(entry, "note", fallback=""),
        status_evidence=problems.text(entry, "status_evidence", fallback=""),
        accepted=tuple(read_acceptances(entry, problems)),
        outside=problems.text(entry, "outside", fallback=""),
        articles=_articles(entry, problems),
        places=entry.places(_PLACED),
        span=entry.span,
    )
    _check_force(entry, document, authority, problems)
    _check_number(entry, document.number, document.issued, problems)
    return document


def _check_dates(
    entry: Mapping,
    force: str,
    dates: MappingOf[str, StatedDate | None],
    checked: int | None,
    problems: Problems,
) -> None:
    pairs = [
        ("issued", "published"),
        ("issued", "effective"),
        ("effective", "ended"),
        ("effective", "told_until"),
        ("first_effective", "issued"),
    ]
    if must_be_published_first(force):
        pairs.append(("published", "effective"))
    days = {key: date.day for key, date in dates.items() if date is not None}
    if checked is not None:
        days["status_checked_on"] = checked
        pairs.append(("issued", "status_checked_on"))
    for first, second in pairs:
        if first in days and second in days and days[first] > days[second]:
            message = f"{_DATES[first]}（{first}）晚于{_DATES[second]}（{second}）"
            node = entry.get(first)
            problems.error("PE207", message, node.span if node else entry.span, f"核对 {first} 与 {second}")


def _articles(entry: Mapping, problems: Problems) -> int:
    word = problems.text(entry, "articles", fallback="")
    if not word or (word.isascii() and word.isdigit() and int(word) > 0):
        return int(word or 0)
    hint = "写全文有多少条，例如 35；不分条的文件不写"
    problems.error("PE103", f"`articles` 应为条数，写的是 `{short(word)}`", entry.place("articles"), hint)
    return 0


def _check_number(entry: Mapping, number: str, issued: StatedDate | None, problems: Problems) -> None:
    """Report a year in a document's number that its date of issue does not bear out: a number is given in its year or just after."""
    found = _YEAR.search(number)
    if found is None or issued is None:
        return
    numbered, written = int(found[1]), int(iso(issued.day)[:4])
    if not 0 <= written - numbered <= 1:
        message = f"文号的年份是 {numbered}，成文日期（issued）在 {written} 年"
        problems.error("PE207", message, entry.place("issued") or entry.span, "核对 number 与 issued")


def _begins(force: str, authority: Authority) -> str:
    found = authority.forces.get(force)
    return (found.begins if found is not None else "") or TAKES_EFFECT


def _check_force(entry: Mapping, document: Document, authority: Authority, problems: Problems) -> None:
    found = contradictions(
        document.force,
        document.number,
        document.issuer,
        is_national=document.area == NATION,
        forces=authority.forces,
    )
    node = entry.get("force")
    for reason in found:
        message = f"效力写的是 `{document.force}`，而{reason}"
        problems.error(
            "PE212", message, node.span if node else entry.span, "核对 force、number、issuer 和 area"
        )


def _stated(entry: Mapping, key: str, problems: Problems) -> StatedDate | None:
    node = entry.get(key)
    if is_empty(node):
        return None
    owner = problems.mapping(node, f"`{key}`", entry.span)
    if owner is None:
        return None
    problems.keys(owner, ("date", "basis", "verified", *_EARLIEST.get(key, ())), f"`{key}` ")
    if is_empty(owner.get("date")):
        problems.missing(owner, "date")
    day, earliest = problems.day(owner, "date"), problems.day(owner, "earliest")
    if day is None:
        return None
    if earliest is not None and earliest > day:
        problems.error("PE207", f"最早可能的{_DATES[key]}晚于 date", owner.span, "date 写最晚的一天")
    return StatedDate(
        day=day,
        basis=problems.text(owner, "basis", fallback=""),
        verified=problems.flag(owner, "verified", fallback=False),
        earliest=earliest,
    )
