"""Look up a guiding catalogue for a case, before the case is closed.

A catalogue confirms, contradicts or supplies the fact that an item is listed. It never overwrites what was stated,
and a name it does not have proves nothing: the same item may be listed under another name.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from policy_engine.foundation.records import replace
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.model.areas import NATION, Areas, lies_in
from policy_engine.model.calendar import chinese_day
from policy_engine.model.cases import LISTED, Case, Fact, Origin
from policy_engine.model.catalogue import Catalogue, Consultation, Covers, Entry
from policy_engine.model.values import UNKNOWN

SUBJECT, NAMED = "采购事项", "目录条目"


def consult(catalogue: Catalogue, case: Case, areas: Areas) -> Case:
    """Look up the item a purchase names; other cases stay as they are."""
    facts = case.subjects.get(SUBJECT)
    if facts is None:
        return case
    obstacle = _obstacle(catalogue, case, areas)
    if obstacle:
        return _told(case, catalogue, (obstacle,), None, is_contradicted=False)
    named, listed = facts.get(NAMED), facts.get(LISTED)
    if named is None or not isinstance(named.value, str):
        words = f"案件没有写“{NAMED}”，没有在{catalogue.words}里核对，是否列入目录以填报为准"
        return _told(case, catalogue, (words,), None, is_contradicted=False)
    entry = catalogue.find(named.value)
    is_contradicted = listed is not None and listed.value is (entry is None)
    lines = tuple(_lines(catalogue, named.value, entry, listed))
    told = _told(case, catalogue, lines, entry, is_contradicted=is_contradicted)
    # A name nobody has seen in print supplies nothing.
    if entry is None or not entry.verified or (listed is not None and listed.origin is Origin.STATED):
        return told
    source = f"{catalogue.words}“{named.value}”"
    fact = Fact(field=LISTED, value=True, origin=Origin.CATALOGUE, source=source)
    supplied = MappingProxyType({**facts, LISTED: fact})
    return replace(told, subjects=MappingProxyType({**told.subjects, SUBJECT: supplied}))


def _told(
    case: Case, catalogue: Catalogue, lines: tuple[str, ...], entry: Entry | None, *, is_contradicted: bool
) -> Case:
    found = Consultation(catalogue.path, lines, entry, is_contradicted)
    return replace(case, consultation=found)


def _obstacle(catalogue: Catalogue, case: Case, areas: Areas) -> str:
    if catalogue.area is not None:
        is_own = case.area == catalogue.area
        reaches = is_own if catalogue.covers is Covers.OWN_LEVEL else lies_in(case.area, catalogue.area)
        if not reaches:
            place = "中央" if catalogue.area == NATION else areas.name(catalogue.area)
            scope = f"{place}本级" if catalogue.covers is Covers.OWN_LEVEL else place
            return f"{catalogue.words}只适用于{scope}，不适用于本案的{areas.name(case.area)}，没有采用"
    if catalogue.effective is not None and case.as_of < catalogue.effective:
        return f"{catalogue.words}自{chinese_day(catalogue.effective)}起适用，基准日在此之前，没有采用"
    return ""


def _lines(catalogue: Catalogue, name: str, entry: Entry | None, listed: Fact | None) -> Iterator[str]:
    if catalogue.area is None:
        yield f"目录文件 {catalogue.path} 没有写地区，按本案地区的目录采用"
    if entry is not None:
        place = "—".join(part for part in (entry.first, entry.second) if part)
        caveat = "" if entry.verified else "（这一条名称未核对原文）"
        yield f"已在{catalogue.words}核对：有“{name}”，属{place}{caveat}；列入目录不排除第十条"
    else:
        names = [n for e in catalogue.entries for n in e.names]
        yield f"{catalogue.words}里没有“{name}”，{did_you_mean(name, names)}"
    if listed is None or listed.value is UNKNOWN or listed.value is (entry is not None):
        return
    said = "是" if listed.value is True else "否"
    yield f"注意：“{LISTED}”填报为{said}，与目录核对的结果不一致，按填报审查，请核实"
