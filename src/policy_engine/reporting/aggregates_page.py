"""What aggregates found in a list: in lines, in tables, as data."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from policy_engine.evaluation.groups import Found, Group, days_words, part_words
from policy_engine.foundation.logic import Truth
from policy_engine.model.aggregates import Aggregate, Distinct, Rows, Share, Total
from policy_engine.model.conditions import Bound
from policy_engine.model.values import number_words
from policy_engine.reporting.page import Item, Section
from policy_engine.reporting.told import Json
from policy_engine.reporting.words import full_citation

_MOST_SHOWN, _MOST_ROWS = 8, 12
_STATES = {Truth.TRUE: "查出", Truth.UNKNOWN: "可能"}
_BOUNDS = {
    Bound.AT_LEAST: "达到",
    Bound.MORE_THAN: "超过",
    Bound.AT_MOST: "不超过",
    Bound.LESS_THAN: "低于",
}


def aggregate_section(found: Found) -> Section:
    """Tell in lines what one aggregate found."""
    one = found.aggregate
    groups = found.groups[:_MOST_SHOWN]
    items = [Item(_line(found, group)) for group in groups]
    if (more := len(found.groups) - len(groups)) > 0:
        items.append(Item(f"另有 {more} 组"))
    if not found.groups:
        items.append(Item(f"没有查出（看了 {found.looked_at} 组）"))
    items += [Item(text) for text in remarks(found)]
    if one.advice and found.groups:
        items.append(Item(one.advice))
    if one.note:
        items.append(Item(f"注：{one.note}"))
    return Section(heading(one), tuple(items))


def heading(one: Aggregate) -> str:
    """Title an aggregate, with what it rests on."""
    return f"{one.title}（{full_citation(one.citation)}）" if one.citation is not None else one.title


def remarks(found: Found) -> Iterator[str]:
    """Say which rows are in no group, and what that leaves open."""
    for title, rows in found.loose.items():
        told = f"{len(rows)} 行说不清“{title}”，没有归组（{row_words(rows)}）"
        yield (
            f"{told}；各组要是加上它们就不同的，列为可能；它们自己之间没有比"
            if found.aggregate.report
            else told
        )


def _line(found: Found, group: Group) -> str:
    one = found.aggregate
    name = "、".join(part_words(key, part) for key, part in zip(one.keys, group.key, strict=True)) or "全部"
    measured = measured_words(one, group)
    if one.report is None:
        return f"{name}：{measured}"
    days = f"{days_words(group.days)}，" if group.days is not None else ""
    rows = f"（{row_words(group.rows)}）" if group.rows else ""
    others = f"，另有{row_words(group.others)}可能也算" if group.others else ""
    return f"{_STATES[group.state]}：{name}：{days}{measured}，{limit_words(one, group)}{rows}{others}"


def limit_words(one: Aggregate, group: Group) -> str:
    """Say what a group was held against, and how that came out."""
    if one.report is None:
        return ""
    if group.limit is None:
        return "界限没有填，或者各行不一"
    told = _number(one, group.limit)
    word = _BOUNDS[one.report.bound]
    return f"{word} {told}" if group.state is Truth.TRUE else f"补齐以后可能{word} {told}"


def measured_words(one: Aggregate, group: Group) -> str:
    """Say what was measured of a group, and between which bounds it lies where cells are open."""
    between = group.measured
    what = {Rows: "", Total: "合计 ", Distinct: "不同的有 ", Share: "占 "}[type(one.measure)]
    if between.is_settled and between.low is not None:
        return f"{what}{_number(one, between.low)}"
    if isinstance(one.measure, Share):
        return f"{what}不清（填全的行占 {_number(one, group.known)}）"
    if between.low is None:
        return f"{what}不清（填了的合计 {_number(one, group.known)}）"
    if between.high is None:
        return f"{what}至少 {_number(one, between.low)}（有没有填的）"
    low = _number(one, between.low).partition(" ")[0]
    return f"{what}{low} 至 {_number(one, between.high)}"


def _number(one: Aggregate, number: Fraction) -> str:
    match one.measure:
        case Rows():
            return f"{int(number)} 行"
        case Distinct():
            return f"{int(number)} 个"
        case Total(field=name):
            field = one.fields[name]
            return f"{number_words(int(number), field.scale)} {field.unit}".rstrip()
        case Share():
            # Cut off, never rounded up to the limit that it does not reach.
            return f"{number_words(int(number * 10000), 2)}%"


def row_words(rows: tuple[int, ...]) -> str:
    """Name rows, the first of them where there are many."""
    shown = "、".join(map(str, rows[:_MOST_ROWS]))
    return f"第 {shown} 行" if len(rows) <= _MOST_ROWS else f"第 {shown} 等 {len(rows)} 行"


def table_heads(one: Aggregate) -> tuple[str, ...]:
    """Name the columns of the table of an aggregate."""
    keys = tuple(key.title for key in one.keys)
    if one.report is None:
        return (*keys, "数额")
    return ("查明", *keys, *(("起止",) if one.near is not None else ()), "数额", "界限", "行")


def table_rows(found: Found) -> Iterator[tuple[str, ...]]:
    """Give its rows, every group that is told."""
    one = found.aggregate
    for group in found.groups:
        keys = tuple(part_words(key, part) for key, part in zip(one.keys, group.key, strict=True))
        if one.report is None:
            yield (*keys, measured_words(one, group))
            continue
        days = (days_words(group.days) if group.days is not None else "",) if one.near is not None else ()
        yield (
            _STATES[group.state],
            *keys,
            *days,
            measured_words(one, group),
            limit_words(one, group),
            "；".join(_which(group)),
        )


def _which(group: Group) -> Iterator[str]:
    if group.rows:
        yield row_words(group.rows)
    if group.others:
        yield f"可能还有{row_words(group.others)}"


def aggregate_json(found: Found) -> Json:
    """Give it as data."""
    one = found.aggregate
    groups: list[Json] = [
        {
            "key": [part_words(key, part) for key, part in zip(one.keys, group.key, strict=True)],
            "state": "found" if group.state is Truth.TRUE else "possible",
            "measured": measured_words(one, group),
            "limit": limit_words(one, group),
            "days": days_words(group.days) if group.days is not None else "",
            "rows": list(group.rows),
            "may_also_count": list(group.others),
        }
        for group in found.groups
    ]
    return {
        "id": one.id,
        "title": one.title,
        "citation": full_citation(one.citation) if one.citation is not None else "",
        "by": [key.title for key in one.keys],
        "groups": groups,
        "looked_at": found.looked_at,
        "remarks": list(remarks(found)),
    }
