"""One comparison as what it is about and what is said of it: 合同期限 and 超过36个月."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from policy_engine.evaluation.condition_words import interval_words, value_words
from policy_engine.model.conditions import (
    AS_OF,
    Bound,
    Compare,
    Count,
    Equals,
    InArea,
    InForce,
    Leaf,
    Members,
    Membership,
    OneOf,
    Period,
    Ratio,
    Unvalued,
    WithinMonths,
)
from policy_engine.model.values import NOT_HAPPENED, number_words
from policy_engine.model.vocabulary import Field, FieldType
from policy_engine.reporting.aloud.assertions import no, yes
from policy_engine.reporting.words import field_words

_BOUNDS = {
    Bound.AT_LEAST: "不少于",
    Bound.MORE_THAN: "超过",
    Bound.AT_MOST: "不超过",
    Bound.LESS_THAN: "少于",
}
_DAYS = {
    Bound.AT_LEAST: "不早于",
    Bound.MORE_THAN: "晚于",
    Bound.AT_MOST: "不晚于",
    Bound.LESS_THAN: "早于",
}
_OPPOSITE = {
    Bound.AT_LEAST: Bound.LESS_THAN,
    Bound.MORE_THAN: Bound.AT_MOST,
    Bound.AT_MOST: Bound.MORE_THAN,
    Bound.LESS_THAN: Bound.AT_LEAST,
}
_PERIODS = {Period.DEADLINE: "以后{}个月以内", Period.TERM: "起算的{}个月期限以内"}
_TODAY = "基准日"
# Of a thing that is there or not.
_PRESENT = "有"


@dataclass(frozen=True, slots=True)
class Said:
    """What a comparison is about, and what is said of it; the first is empty where the second is a whole sentence."""

    topic: str
    comment: str

    @property
    def text(self) -> str:
        """Put both together."""
        return self.topic + self.comment


def said(leaf: Leaf, fields: Mapping[str, Field], parameter: str = "") -> Said:
    """Say one comparison. `parameter`: what stands in place of the value it compares with."""
    match leaf:
        case Equals(field=name, value=value):
            return _equal(fields[name], value, parameter, is_denied=False)
        case OneOf(field=name, values=values):
            return Said(named(fields[name]), "为" + (parameter or either(values)))
        case Compare(field=name, bound=bound, value=value):
            words = _DAYS if fields[name].type is FieldType.DATE else _BOUNDS
            return Said(named(fields[name]), words[bound] + (parameter or _value(fields[name], value)))
        case Members(field=name, how=how, values=values):
            return Said(named(fields[name]), _members(how, values, parameter))
        case Count(field=name, bound=bound, value=value):
            return Said(named(fields[name]), f"{_BOUNDS[bound]}{value}项")
        case WithinMonths(field=name, start=start, months=months, period=period):
            return Said(named(fields[name]), f"在{named(fields[start])}{_PERIODS[period].format(months)}")
        case Ratio():
            return _ratio(leaf, fields, parameter)
        case InForce(dated_by=dated_by, first=first, last=last):
            return Said("", interval_words(dated_by, first, last).replace(" ", ""))
        case InArea():
            return Said("", "地区在本文件施行的地区以内")
        case Unvalued(parameter=name):
            return Said("", f"“{name}”当日的值待核实")


def denied(leaf: Leaf, fields: Mapping[str, Field], instead: str = "") -> Said:
    """Say that a comparison does not hold. `instead`: what stands in place of the values it compares with."""
    match leaf:
        case Equals(field=name, value=value):
            return _equal(fields[name], value, "", is_denied=True)
        case OneOf(field=name, values=values):
            return Said(named(fields[name]), f"不是{instead or either(values)}")
        case Members(field=name, how=Membership.ANY_OF, values=values):
            return Said(named(fields[name]), _members(Membership.NONE_OF, values, instead))
        case Members(field=name, how=Membership.NONE_OF, values=values):
            return Said(named(fields[name]), _members(Membership.ANY_OF, values, instead))
        case Count(field=name, bound=bound, value=value):
            return Said(named(fields[name]), f"{_BOUNDS[_OPPOSITE[bound]]}{value}项")
        case Compare(field=name, bound=bound, value=value) if fields[name].type is FieldType.NUMBER:
            return Said(named(fields[name]), _BOUNDS[_OPPOSITE[bound]] + _value(fields[name], value))
        case Compare() | Members() | WithinMonths() | Ratio() | InForce() | InArea() | Unvalued():
            return Said("", f"并非“{said(leaf, fields).text}”")


def named(field: Field) -> str:
    """Name a field in the middle of a sentence."""
    words = field_words(field)
    # A name that is a question itself would ask in the middle of a sentence.
    return f"“{words}”" if words.startswith("是否") else words


def either(words: Sequence[str]) -> str:
    """List what one may be: 甲、乙或者丙."""
    return _list(words, "或者")


def both(words: Sequence[str]) -> str:
    """List what there is: 甲、乙和丙."""
    # 政府和政府和企业分担 would be read as three.
    return _list(words, "以及" if any("和" in word for word in words) else "和")


def _list(words: Sequence[str], last: str) -> str:
    return last.join(filter(None, ("、".join(words[:-1]), *words[-1:])))


def _equal(field: Field, value: bool | int | str, parameter: str, *, is_denied: bool) -> Said:
    if field.type is FieldType.BOOLEAN:
        return Said("", yes(field) if (value is True) is not is_denied else no(field))
    if field.type is FieldType.DATE and value == NOT_HAPPENED:
        return Said("", ("已有" if is_denied else "尚无") + named(field))
    if value == _PRESENT:
        return Said("", ("没有" if is_denied else "有") + named(field))
    return Said(named(field), ("不是" if is_denied else "为") + (parameter or _value(field, value)))


def _value(field: Field, value: bool | int | str) -> str:
    # Amounts in a rule are round: the hundredths of an opinion would only be noise.
    if field.type is not FieldType.NUMBER:
        return value_words(field, value)
    assert isinstance(value, int)
    return number_words(value, field.scale) + ("个月" if field.unit == "月" else field.unit)


def _members(how: Membership, values: Sequence[str], parameter: str) -> str:
    match how:
        case Membership.ANY_OF:
            return "中有" + (parameter or either(values))
        case Membership.NONE_OF:
            return "中没有" + (parameter or either(values))
        case Membership.ALL_OF:
            return ("中同时有" if len(values) > 1 else "中有") + (parameter or both(values))


def _ratio(leaf: Ratio, fields: Mapping[str, Field], parameter: str) -> Said:
    part = fields[leaf.part]
    words = _DAYS if part.type is FieldType.DATE else _BOUNDS
    whole = _TODAY if leaf.whole == AS_OF else named(fields[leaf.whole])
    if leaf.ratio == 1 and not parameter:
        return Said(named(part), words[leaf.bound] + whole)
    # Above one it is no share of a whole, and is said as so many times.
    if leaf.ratio > 1 and not parameter:
        times = number_words(round(leaf.ratio * 100), 2)
        return Said(named(part), f"{words[leaf.bound]}{whole}的{times}倍")
    share = parameter or f"{number_words(round(leaf.ratio * 10000), 2)}%"
    return Said(named(part), f"占{whole}的比例{words[leaf.bound]}{share}")
