"""The operators: how each is written, on which fields, with what operand, what it means, what it is mistaken for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import TypeVar

from policy_engine.model.conditions import Bound, Membership, Period
from policy_engine.model.vocabulary import FieldType


class Quantity(Enum):
    """What of a list field is compared with bounds of its own."""

    COUNT = "count"


class Operand(Enum):
    """What is written after an operator."""

    # A value of the field's type, a parameter, or `{of: another field}`.
    VALUE = "value"
    # A list of the field's choices, or a parameter.
    MEMBERS = "members"
    # A map of number bounds.
    BOUNDS = "bounds"
    # `{of: a day, months: a number}`.
    MONTHS = "months"


class Slip(Enum):
    """A small error that somebody who writes the operator could make."""

    # Another operator, the one it is taken for.
    OPERATOR = "operator"
    # A number one too high or too low.
    LIMIT = "limit"
    # A member too few or too many.
    FEWER = "fewer"
    MORE = "more"


Comparison = Bound | Membership | Period | Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """One operator as it is written. `meaning` is told in the editor, `holds` in the guide of the language.

    `taken_for`: the operator that is written by mistake for this one, on the same fields; `""` where none is.
    """

    word: str
    comparison: Comparison
    types: tuple[FieldType, ...]
    operand: Operand
    title: str
    meaning: str
    holds: str
    slips: tuple[Slip, ...]
    taken_for: str = ""


def _number(bound: Bound, other: Bound, title: str, holds: str) -> Operator:
    return Operator(
        word=bound.value,
        comparison=bound,
        types=(FieldType.NUMBER,),
        operand=Operand.VALUE,
        title=title,
        meaning=title,
        holds=holds,
        slips=(Slip.OPERATOR, Slip.LIMIT),
        taken_for=other.value,
    )


def _day(word: str, bound: Bound, taken_for: str, title: str, holds: str) -> Operator:
    return Operator(
        word=word,
        comparison=bound,
        types=(FieldType.DATE,),
        operand=Operand.VALUE,
        title=title,
        meaning=title,
        holds=holds,
        slips=(Slip.OPERATOR, Slip.LIMIT),
        taken_for=taken_for,
    )


_OPERATORS = (
    _number(Bound.AT_LEAST, Bound.MORE_THAN, "不少于", "the number is n or more"),
    _number(Bound.MORE_THAN, Bound.AT_LEAST, "多于", "it is more than n"),
    _number(Bound.AT_MOST, Bound.LESS_THAN, "不多于", "it is n or less"),
    _number(Bound.LESS_THAN, Bound.AT_MOST, "少于", "it is less than n"),
    _day(
        "on_or_after",
        Bound.AT_LEAST,
        "after",
        "当日或者以后",
        "the day is d or later; false of 未发生, as every order is",
    ),
    _day("after", Bound.MORE_THAN, "on_or_after", "以后", "it is later than d"),
    _day("on_or_before", Bound.AT_MOST, "before", "当日或者以前", "it is d or earlier"),
    _day("before", Bound.LESS_THAN, "on_or_before", "以前", "it is earlier than d"),
    Operator(
        word=Period.DEADLINE.value,
        comparison=Period.DEADLINE,
        types=(FieldType.DATE,),
        operand=Operand.MONTHS,
        title="之后几个月以内",
        meaning="另一日期之后若干个月以内：当日不计，到期月的对应日为最后一日",
        holds="a deadline after an event: the day is not before `other` and not after the same day number n months later, "
        "or that month's last day (the day of the event is not counted: 01-15 and one month end on 02-15). "
        "Holidays are not counted in; the rule's `note` says so",
        slips=(Slip.OPERATOR, Slip.LIMIT),
        taken_for=Period.TERM.value,
    ),
    Operator(
        word=Period.TERM.value,
        comparison=Period.TERM,
        types=(FieldType.DATE,),
        operand=Operand.MONTHS,
        title="起算的几个月期限以内",
        meaning="自另一日期起算的若干个月期限以内：对应日的前一日为最后一日",
        holds="a term that begins on a day: the day is not before `other` and not after the day before that day number "
        "(twelve months from 2026-01-15 end on 2027-01-14)",
        slips=(Slip.OPERATOR, Slip.LIMIT),
        taken_for=Period.DEADLINE.value,
    ),
    Operator(
        word=Membership.ANY_OF.value,
        comparison=Membership.ANY_OF,
        types=(FieldType.CHOICE, FieldType.LIST),
        operand=Operand.MEMBERS,
        title="含其中之一",
        meaning="含有其中任一项",
        holds="a list has one of these at least; a choice is one of them",
        slips=(Slip.OPERATOR, Slip.FEWER, Slip.MORE),
        taken_for=Membership.ALL_OF.value,
    ),
    Operator(
        word=Membership.NONE_OF.value,
        comparison=Membership.NONE_OF,
        types=(FieldType.LIST,),
        operand=Operand.MEMBERS,
        title="都不含",
        meaning="一项也不含",
        holds="it has none of them",
        slips=(Slip.OPERATOR, Slip.FEWER, Slip.MORE),
        taken_for=Membership.ANY_OF.value,
    ),
    Operator(
        word=Membership.ALL_OF.value,
        comparison=Membership.ALL_OF,
        types=(FieldType.LIST,),
        operand=Operand.MEMBERS,
        title="全部都含",
        meaning="各项都含",
        holds="it has all of them",
        slips=(Slip.OPERATOR, Slip.FEWER, Slip.MORE),
        taken_for=Membership.ANY_OF.value,
    ),
    Operator(
        word=Quantity.COUNT.value,
        comparison=Quantity.COUNT,
        types=(FieldType.LIST,),
        operand=Operand.BOUNDS,
        title="项数",
        meaning="列表的项数",
        holds="the number of its members is so; the four number bounds",
        slips=(Slip.OPERATOR, Slip.LIMIT),
    ),
)
OPERATORS: Mapping[str, Operator] = MappingProxyType({operator.word: operator for operator in _OPERATORS})


def operators_on(type_: FieldType) -> Iterator[Operator]:
    """Go through the operators that a field of a type takes."""
    return (operator for operator in OPERATORS.values() if type_ in operator.types)


# The bounds as they are written of numbers: also under `count` and in `ratio`.
BOUNDS: Mapping[str, Bound] = MappingProxyType(
    {o.word: o.comparison for o in operators_on(FieldType.NUMBER) if isinstance(o.comparison, Bound)}
)


def _mistakes() -> Iterator[tuple[Comparison, Comparison]]:
    for operator in OPERATORS.values():
        if operator.taken_for:
            yield operator.comparison, OPERATORS[operator.taken_for].comparison


_TAKEN_FOR = MappingProxyType(dict(_mistakes()))
_Sort = TypeVar("_Sort", Bound, Membership, Period)


def taken_for(comparison: _Sort) -> _Sort:
    """Give the comparison, of the same sort, that is written by mistake for this one."""
    other = _TAKEN_FOR[comparison]
    assert isinstance(other, type(comparison))
    return other
