"""What each term of the lexicon does on labelled texts: how often it is right, how often it asks needlessly.

right    suspicious texts in which the term raises a field that their label names
alone    of these, those in which no other term raises any such field: without the term they would be missed
beside   suspicious texts in which it raises an alarm, and only on fields that the label doesn't name
needless ordinary texts in which it raises an alarm
only     of these, those in which no other term raises one: without the term nobody would be asked

An item of the catalogue counts by its class: `item.A` goods, `item.B` works, `item.C` services.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

COLUMNS = ("right", "alone", "beside", "needless", "only")
_ITEM = "item."


@dataclass
class Tally:
    """The counts of every term, and of every field the suspicious texts in which no term raised it."""

    terms: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    missed: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Read:
    """One text as it was read: fields its label names, and those raised; terms by field, alarms among them."""

    wanted: Collection[str]
    is_suspicious: bool
    raised: Mapping[str, Collection[str]]
    alarms: Mapping[str, Collection[str]]


def way(term: str) -> str:
    """The term itself, or the class of the item by which something was found."""
    return term[: len(_ITEM) + 1] if term.startswith(_ITEM) and term[len(_ITEM) + 1 :].isdigit() else term


def tally(texts: Iterable[Read]) -> Tally:
    """Count what every term does in these texts, each text once."""
    counts = Tally()
    for one in texts:
        alarmed = {way(term) for terms in one.alarms.values() for term in terms}
        if not one.is_suspicious:
            _count(counts, alarmed, "needless", "only")
            continue
        right = {way(term) for name in one.wanted for term in one.raised.get(name, ())}
        _count(counts, right, "right", "alone")
        _count(counts, alarmed - right, "beside")
        counts.missed.update(name for name in one.wanted if not one.raised.get(name))
    return counts


def _count(counts: Tally, terms: Collection[str], kind: str, sole: str = "") -> None:
    for term in terms:
        counts.terms[term][kind] += 1
        if sole and len(terms) == 1:
            counts.terms[term][sole] += 1


def table(counts: Tally, unused: Collection[str] = ()) -> Iterator[str]:
    """Write the counts as Markdown: those that ask needlessly most first, then those of least use."""
    yield f"| term | {' | '.join(COLUMNS)} | right of all |"
    yield f"|---|{'---|' * (len(COLUMNS) + 1)}"
    for term, of in sorted(counts.terms.items(), key=lambda pair: _by_harm(*pair)):
        whole = of["right"] + of["needless"]
        share = f"{of['right'] / whole:.0%}" if whole else "–"
        yield f"| {term} | {' | '.join(str(of[kind]) for kind in COLUMNS)} | {share} |"
    yield ""
    yield "| field | missed, no term |"
    yield "|---|---|"
    for name, count in sorted(counts.missed.items(), key=lambda pair: (-pair[1], pair[0])):
        yield f"| {name} | {count} |"
    silent = sorted(set(unused) - set(counts.terms))
    yield ""
    yield f"{len(silent)} terms raise nothing in these texts: {'、'.join(silent)}"


def _by_harm(term: str, of: Counter[str]) -> tuple[int, int, str]:
    return of["alone"] - of["only"], of["right"] - of["needless"], term
