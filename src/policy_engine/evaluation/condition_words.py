"""Write values and conditions in the words an official reads."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from policy_engine.model.calendar import chinese_day
from policy_engine.model.conditions import (
    AS_OF,
    All,
    Any,
    Bound,
    Compare,
    Condition,
    Count,
    Equals,
    InArea,
    InForce,
    Leaf,
    Members,
    Membership,
    Not,
    OneOf,
    Period,
    Ratio,
    Unvalued,
    WithinMonths,
)
from policy_engine.model.decisions import Derived
from policy_engine.model.rules import Definition
from policy_engine.model.values import NOT_HAPPENED, NOT_HAPPENED_WORD, UNKNOWN, Value, number_words
from policy_engine.model.vocabulary import Field, FieldType


def value_words(field: Field, value: Value) -> str:
    """Write one value of a field: 是, 否, 12个月 (12月 is December), 186.50万元, 2026年1月15日, 甲、乙, 不明."""
    if value is UNKNOWN:
        return "不明"
    match field.type:
        case FieldType.BOOLEAN:
            return "是" if value is True else "否"
        case FieldType.NUMBER:
            assert isinstance(value, int)
            return _number_words(value, field)
        case FieldType.DATE:
            assert isinstance(value, int)
            return NOT_HAPPENED_WORD if value == NOT_HAPPENED else chinese_day(value)
        case FieldType.LIST:
            assert isinstance(value, frozenset)
            return "、".join(c for c in field.choices if c in value) or "无"
        case FieldType.CHOICE | FieldType.TEXT:
            return str(value)


def derived_words(field: Field, found: Derived) -> str:
    """Write what a computed field came to: 小型, 小型或微型, 待核实."""
    if found.value is not None:
        return value_words(field, found.value)
    if field.type is not FieldType.LIST:
        return "或".join(found.possible) or "待核实"
    words = "、".join(found.sure) or "无"
    return f"{words}（待核实：{'、'.join(found.possible)}）" if found.possible else words


def _number_words(value: int, field: Field) -> str:
    match field.unit:
        case "月":
            return f"{number_words(value, field.scale)}个月"
        case "万元":
            return f"{Decimal(value).scaleb(-field.scale):.2f}万元"
        case unit:
            return number_words(value, field.scale) + unit


_BOUNDS = {
    Bound.AT_LEAST: "不少于",
    Bound.MORE_THAN: "多于",
    Bound.AT_MOST: "不超过",
    Bound.LESS_THAN: "少于",
}
_DATE_BOUNDS = {
    Bound.AT_LEAST: "不早于",
    Bound.MORE_THAN: "晚于",
    Bound.AT_MOST: "不晚于",
    Bound.LESS_THAN: "早于",
}
_MEMBERSHIPS = {Membership.ANY_OF: "含有", Membership.NONE_OF: "不含", Membership.ALL_OF: "同时含有"}

_PERIODS = {Period.DEADLINE: "之后 {} 个月内", Period.TERM: "起算的 {} 个月期限内"}


def name_of(condition: Condition, defined: tuple[Definition, ...]) -> str:
    """Give the name that its author has for a condition; empty where there is none."""
    return next((one.name for one in defined if one.condition == condition), "")


def parts_by_name(parts: tuple[Condition, ...], defined: tuple[Definition, ...]) -> tuple[Condition, ...]:
    """Put those of the conditions that hold together which their author has a name for into one; the longest names first."""
    groups = (one.condition for one in defined if isinstance(one.condition, All))
    for group in sorted(groups, key=lambda group: -len(group.parts)):
        count = len(group.parts)
        runs = (n for n in range(len(parts)) if parts[n : n + count] == group.parts)
        at = next(runs, None) if count < len(parts) else None
        if at is not None:
            parts = (*parts[:at], group, *parts[at + count :])
    return parts


def values_by_name(leaf: Leaf, defined: tuple[Definition, ...]) -> tuple[str, ...]:
    """List the values a field is compared with, those that its author has a name for by their name; empty without one."""
    if not isinstance(leaf, OneOf | Members):
        return ()
    values = [*leaf.values]
    for one in (one for one in defined if one.field == leaf.field):
        count = len(one.members)
        at = next((n for n in range(len(values)) if tuple(values[n : n + count]) == one.members), None)
        if at is not None:
            values[at : at + count] = [f"“{one.name}”"]
    return tuple(values) if tuple(values) != leaf.values else ()


def condition_words(
    condition: Condition, fields: Mapping[str, Field], defined: tuple[Definition, ...] = ()
) -> str:
    """Write one condition as a phrase; nested groups in brackets. `defined`: what is said by its name."""
    name = name_of(condition, defined)
    return f"符合“{name}”" if name else _words(condition, fields, defined)


def _words(condition: Condition, fields: Mapping[str, Field], defined: tuple[Definition, ...]) -> str:
    match condition:
        case All(parts=(Ratio() as order, *_)) if _is_order_of_days(order, fields):
            return _order_words(order, fields)
        case All(parts=()):
            return "一律适用"
        case Any(parts=()):
            return "从不适用"
        case All(parts=parts):
            named = parts_by_name(parts, defined)
            return "，且".join(_grouped(part, fields, Any, defined) for part in named)
        case Any(parts=parts):
            return "，或".join(_grouped(part, fields, All, defined) for part in parts)
        case Not(part=part):
            return f"并非（{condition_words(part, fields, defined)}）"
        case InForce(dated_by=dated_by, first=first, last=last):
            return interval_words(dated_by, first, last)
        case Unvalued(parameter=parameter, dated_by=dated_by, first=first, last=last):
            return f"{interval_words(dated_by, first, last)}（参数“{parameter}”没有值，待核实）"
        case InArea(area=area):
            return f"地区在 {area} 之内"
        case Ratio():
            return _ratio_words(condition, fields)
        case WithinMonths(field=name, start=start, months=months, period=period):
            return f"{name} 在 {start} {_PERIODS[period].format(months)}"
        case Equals() | OneOf() | Compare() | Members() | Count():
            return _leaf_words(condition, fields[condition.field], values_by_name(condition, defined))


def interval_words(dated_by: str, first: int | None, last: int | None) -> str:
    """Write the days on which a rule is judged that an interval holds."""
    day = "基准日" if dated_by == AS_OF else dated_by
    begin = chinese_day(first) if first is not None else ""
    end = chinese_day(last) if last is not None else ""
    return f"{day}在 {begin or '…'} 至 {end or '今'} 之间" if begin or end else f"{day}不限"


def _ratio_words(leaf: Ratio, fields: Mapping[str, Field]) -> str:
    if leaf.ratio == 1:
        return _order_words(leaf, fields)
    share = number_words(round(leaf.ratio * 10000), 2)
    return f"{leaf.part} 占 {leaf.whole} {_BOUNDS[leaf.bound]} {share}%"


def _is_order_of_days(order: Ratio, fields: Mapping[str, Field]) -> bool:
    # The comparison of two days is written with the proviso that both have come; the words need not say so.
    return fields[order.part].type is FieldType.DATE


def _order_words(order: Ratio, fields: Mapping[str, Field]) -> str:
    words = _DATE_BOUNDS if _is_order_of_days(order, fields) else _BOUNDS
    other = "基准日" if order.whole == AS_OF else order.whole
    return f"{order.part} {words[order.bound]} {other}"


def _grouped(
    part: Condition,
    fields: Mapping[str, Field],
    other: type[All] | type[Any],
    defined: tuple[Definition, ...],
) -> str:
    words = condition_words(part, fields, defined)
    is_group = isinstance(part, other) and len(part.parts) > 1 and not name_of(part, defined)
    return f"（{words}）" if is_group else words


def _leaf_words(
    leaf: Equals | OneOf | Compare | Members | Count, field: Field, named: tuple[str, ...]
) -> str:
    match leaf:
        case Equals(value=value):
            return f"{field.name} = {value_words(field, value)}"
        case OneOf(values=values):
            return f"{field.name} 为 {'、'.join(named or values)} 之一"
        case Compare(bound=bound, value=value):
            words = _DATE_BOUNDS if field.type is FieldType.DATE else _BOUNDS
            return f"{field.name} {words[bound]} {value_words(field, value)}"
        case Members(how=how, values=values):
            return f"{field.name} {_MEMBERSHIPS[how]} {'、'.join(named or values)}"
        case Count(bound=bound, value=value):
            return f"{field.name} 的项数{_BOUNDS[bound]} {value}"
