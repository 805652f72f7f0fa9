"""Find in a whole list what aggregates look for. What rows don't say leaves exactly those results open that it could turn.

A row counts surely, possibly (its condition or its group is open) or not at all. What is measured of a group therefore
lies between two bounds; a group is reported where the limit is reached whatever the open cells say, told as possible
where some answer would reach it, and otherwise passed over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from types import MappingProxyType
from typing import Final

from policy_engine.evaluation.groups import NOT_YET, Found, Group, Part
from policy_engine.evaluation.measuring import (
    Between,
    Entry,
    Item,
    below_limit,
    limits_of,
    measured_of,
    state_of,
)
from policy_engine.evaluation.nearness import near_one_another
from policy_engine.evaluation.truth import nothing_derived, truth
from policy_engine.foundation.logic import Truth
from policy_engine.model.aggregates import (
    Aggregate,
    ByAge,
    ByDecision,
    ByField,
    ByPart,
    ByTable,
    Decided,
    Key,
)
from policy_engine.model.conditions import AS_OF
from policy_engine.model.values import NOT_HAPPENED, UNKNOWN, Value
from policy_engine.model.vocabulary import DayPart

# What an open part of a group's name may be; none where nothing is known of it.
_Open = frozenset[Part]
_ANY: Final[_Open] = frozenset()


@dataclass(slots=True)
class _Sorted:
    """Rows in their groups, and those of which some key is open."""

    groups: dict[tuple[Part, ...], list[Item]] = field(default_factory=lambda: defaultdict(list))
    # By which keys are known, and what they are.
    loose: dict[tuple[int, ...], dict[tuple[Part, ...], list[tuple[dict[int, _Open], Item]]]] = field(
        default_factory=dict
    )
    named: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    counted: int = 0

    def others(self, key: tuple[Part, ...]) -> list[Item]:
        """Give the rows that may belong to a group besides those that do."""
        found = []
        for known, by_value in self.loose.items():
            for opens, item in by_value.get(tuple(key[at] for at in known), ()):
                if all(not opens[at] or key[at] in opens[at] for at in opens):
                    found.append(item)
        return found


def aggregate(one: Aggregate, entries: Iterable[Entry]) -> Found:
    """Find what one aggregate looks for. Pure."""
    found = _sorted(one, entries)
    for key in _missing(one, found):
        found.groups.setdefault(key, [])
    groups = [group for key in sorted(found.groups, key=_order) for group in _groups(one, key, found)]
    told = [g for g in groups if g.state is not Truth.FALSE]
    if one.report is not None:
        # Stable: within the sure and the possible the order of the keys remains.
        told.sort(key=lambda g: g.state is not Truth.TRUE)
    return Found(
        aggregate=one,
        groups=tuple(told),
        looked_at=len(found.groups),
        counted=found.counted,
        loose=MappingProxyType({title: tuple(rows) for title, rows in found.named.items()}),
    )


def _order(key: tuple[Part, ...]) -> tuple[tuple[bool, int, str], ...]:
    return tuple((isinstance(p, str), 0 if isinstance(p, str) else int(p), str(p)) for p in key)


def _sorted(one: Aggregate, entries: Iterable[Entry]) -> _Sorted:
    found = _Sorted()
    derived = nothing_derived(one.fields)
    for entry in entries:
        values = {**entry.values, AS_OF: entry.as_of}
        counts = truth(one.where, values, derived) if one.where is not None else Truth.TRUE
        if counts is Truth.FALSE:
            continue
        found.counted += 1
        item = Item(entry, counts is Truth.TRUE)
        # A row with two members of a list, or two grounds, belongs to a group for each.
        for parts in product(*(_parts(key, entry, values, one) for key in one.keys)):
            _put(one, parts, item, found)
    return found


def _put(one: Aggregate, parts: tuple[Part | _Open, ...], item: Item, found: _Sorted) -> None:
    opens = {at: part for at, part in enumerate(parts) if isinstance(part, frozenset)}
    if not opens:
        found.groups[tuple(p for p in parts if not isinstance(p, frozenset))].append(item)
        return
    known = tuple(at for at in range(len(parts)) if at not in opens)
    values = tuple(p for p in parts if not isinstance(p, frozenset))
    # By what is known of them: only those few are looked at that agree with a group so far.
    found.loose.setdefault(known, {}).setdefault(values, []).append((opens, item))
    for at in opens:
        rows = found.named[one.keys[at].title]
        # A row may be put several times, once a group; it is told once.
        if not rows or rows[-1] != item.entry.number:
            rows.append(item.entry.number)


def _parts(key: Key, entry: Entry, values: Mapping[str, Value], one: Aggregate) -> tuple[Part | _Open, ...]:
    match key:
        case ByField(field=name):
            value = values.get(name, UNKNOWN)
            if isinstance(value, frozenset):
                return tuple(sorted(value))
            return (_ANY,) if value is UNKNOWN else (value,)
        case ByPart(field=name, part=part):
            day = values.get(name, UNKNOWN)
            return (_period(day, part),) if isinstance(day, int) and day != NOT_HAPPENED else (_ANY,)
        case ByAge(field=name, bands=bands):
            day = values.get(name, UNKNOWN)
            if not isinstance(day, int):
                return (_ANY,)
            if day == NOT_HAPPENED:
                return (NOT_YET,)
            return (next((at for at, last in enumerate(bands) if entry.as_of - day <= last), len(bands)),)
        case ByTable(rows=rows):
            possible: list[Part] = []
            derived = nothing_derived(one.fields)
            for at, (condition, _) in enumerate(rows):
                holds = truth(condition, values, derived)
                if holds is not Truth.FALSE:
                    possible.append(at)
                if holds is Truth.TRUE:
                    break
            else:
                possible.append(len(rows))
            return (possible[0],) if len(possible) == 1 else (frozenset(possible),)
        case ByDecision(what=what):
            told = entry.grounds if what is Decided.GROUNDS else (entry.verdict,) if entry.verdict else ()
            return told or ("",)


def _period(day: int, part: DayPart) -> int:
    year = DayPart.YEAR.of(day)
    return year if part is DayPart.YEAR else year * 12 + DayPart.MONTH.of(day) - 1


def _missing(one: Aggregate, found: _Sorted) -> Iterator[tuple[Part, ...]]:
    """Name the periods without a row, between the first and the last of the whole list, for each of the other keys."""
    for at, key in enumerate(one.keys):
        if isinstance(key, ByPart) and key.every and found.groups:
            periods = [int(parts[at]) for parts in found.groups]
            between = range(min(periods), max(periods) + 1)
            # Sorted as text: keys of different sorts can't be compared with one another.
            others = sorted({(parts[:at], parts[at + 1 :]) for parts in found.groups}, key=str)
            yield from ((*before, period, *after) for before, after in others for period in between)


def _groups(one: Aggregate, key: tuple[Part, ...], found: _Sorted) -> Iterator[Group]:
    own = found.groups[key]
    sure = [item for item in own if item.is_sure]
    # Whoever may be here, by the condition or by an open key, may as well not be: both ends are reckoned.
    maybe = [item for item in own if not item.is_sure] + found.others(key)
    day = max((item.entry.as_of for item in (*sure, *maybe)), default=None)
    limits = limits_of(one, [i.entry for i in (*sure, *maybe)], day)
    if one.near is not None and one.report is not None:
        yield from near_one_another(one, one.report, key, sure, maybe, limits)
        return
    yield _group(one, key, sure, maybe, limits)


def _group(
    one: Aggregate, key: tuple[Part, ...], sure: list[Item], maybe: list[Item], limits: Between
) -> Group:
    sure, maybe = below_limit(one, sure, maybe, limits)
    measured, known = measured_of(one, sure, maybe, limits)
    state = Truth.TRUE if one.report is None else state_of(one, one.report, sure, maybe, measured, limits)
    return Group(
        key=key,
        state=state,
        measured=measured,
        known=known,
        rows=tuple(sorted(item.entry.number for item in sure)),
        others=tuple(sorted(item.entry.number for item in maybe)),
        limit=limits.low if limits.is_settled else None,
    )
