"""Rows whose days are near one another: every stretch of days in which they reach a limit together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from policy_engine.evaluation.groups import Group, Part
from policy_engine.evaluation.measuring import Between, Item, below_limit, marked, measured_of, state_of
from policy_engine.foundation.logic import Truth
from policy_engine.model.aggregates import Aggregate, Report
from policy_engine.model.values import NOT_HAPPENED, UNKNOWN


def near_one_another(
    one: Aggregate,
    report: Report,
    key: tuple[Part, ...],
    sure: list[Item],
    maybe: list[Item],
    limits: Between,
) -> Iterator[Group]:
    """Look at all rows whose days are near one another; stretches that overlap are told as one."""
    assert one.near is not None
    sure, maybe = below_limit(one, sure, maybe, limits)
    width = one.near.days
    dated, floating = _by_day(one.near.field, sure, maybe)
    stretches: list[tuple[int, int, Group]] = []
    end = 0
    for start, (day, _, _) in enumerate(dated):
        if start and dated[start - 1][0] == day:
            continue
        before, end = end, max(end, start)
        while end < len(dated) and dated[end][0] - day <= width:
            end += 1
        if end == before and start:
            # Within the stretch before: nothing came to it.
            continue
        inside = dated[start:end]
        group = _stretch(one, report, key, inside, floating, limits)
        if group.state is not Truth.FALSE:
            stretches.append((start, end, group))
    if not dated and floating:
        group = _stretch(one, report, key, [], floating, limits)
        if group.state is not Truth.FALSE:
            stretches.append((0, 0, group))
    yield from _joined(stretches)
    for item in (i for i in floating if any(i is other for other in sure)):
        # On whatever day it was, it is there by itself.
        group = _stretch(one, report, key, [(0, item, True)], [], limits)
        if group.state is Truth.TRUE:
            yield replace(group, days=None)


def _by_day(
    name: str, sure: list[Item], maybe: list[Item]
) -> tuple[list[tuple[int, Item, bool]], list[Item]]:
    """Put rows in the order of their days; those of which nothing says the day come apart."""
    dated: list[tuple[int, Item, bool]] = []
    floating: list[Item] = []
    for item, is_sure in marked(sure, maybe):
        day = item.entry.values.get(name, UNKNOWN)
        if not isinstance(day, int):
            floating.append(item)
        elif day != NOT_HAPPENED:
            # What has not happened was on no day.
            dated.append((day, item, is_sure))
    dated.sort(key=lambda row: (row[0], row[1].entry.number))
    return dated, floating


def _stretch(
    one: Aggregate,
    report: Report,
    key: tuple[Part, ...],
    inside: list[tuple[int, Item, bool]],
    floating: list[Item],
    limits: Between,
) -> Group:
    surely = [item for _, item, is_sure in inside if is_sure]
    possibly = [item for _, item, is_sure in inside if not is_sure] + floating
    measured, known = measured_of(one, surely, possibly, limits)
    return Group(
        key=key,
        state=state_of(one, report, surely, possibly, measured, limits),
        measured=measured,
        known=known,
        rows=tuple(sorted(item.entry.number for item in surely)),
        others=tuple(sorted(item.entry.number for item in possibly)),
        limit=limits.low if limits.is_settled else None,
        days=(inside[0][0], inside[-1][0]) if inside else None,
    )


def _joined(stretches: list[tuple[int, int, Group]]) -> Iterator[Group]:
    """Make one group of stretches of one state that overlap; it shows the largest of them."""
    current: tuple[int, Group] | None = None
    for start, end, group in stretches:
        if current is None or start >= current[0] or group.state is not current[1].state:
            if current is not None:
                yield current[1]
            current = (end, group)
            continue
        current = (end, _larger(current[1], group))
    if current is not None:
        yield current[1]


def _larger(one: Group, other: Group) -> Group:
    shown = one if one.known >= other.known else other
    days = [day for group in (one, other) if group.days is not None for day in group.days]
    return Group(
        key=one.key,
        state=one.state,
        measured=shown.measured,
        known=shown.known,
        rows=tuple(sorted({*one.rows, *other.rows})),
        others=tuple(sorted({*one.others, *other.others} - {*one.rows, *other.rows})),
        limit=shown.limit,
        days=(min(days), max(days)) if days else None,
    )
