"""Write formulas as Python expressions. Texts from rules appear only as `repr` of typed constants.

Values are encoded so that the unknown fails every comparison: numbers and dates as NaN, the rest as `None`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field

from policy_engine.compilation.lowering import (
    Bit,
    BitCount,
    Conj,
    Disj,
    Effective,
    Formula,
    Literal,
)
from policy_engine.foundation.records import dataclass
from policy_engine.model.conditions import (
    AREA,
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
    Ratio,
    Unvalued,
    WithinMonths,
    dating_field,
)
from policy_engine.model.values import NOT_HAPPENED
from policy_engine.model.vocabulary import Field, FieldType

_SIGNS = {Bound.AT_LEAST: ">=", Bound.MORE_THAN: ">", Bound.AT_MOST: "<=", Bound.LESS_THAN: "<"}
_DENIED = {Bound.AT_LEAST: "<", Bound.MORE_THAN: "<=", Bound.AT_MOST: ">", Bound.LESS_THAN: ">="}


@dataclass(slots=True)
class Writer:
    """Writes the expressions of one subject; `constants` become globals of the generated function."""

    fields: Mapping[str, Field]
    slots: dict[str, int] = field(default_factory=dict)
    constants: dict[str, object] = field(default_factory=dict)
    bits: dict[tuple[str, str], int] = field(default_factory=dict)
    rules: dict[str, int] = field(default_factory=dict)

    def slot(self, name: str) -> str:
        """Name the local variable of an input."""
        return f"v{self.slots.setdefault(name, len(self.slots))}"

    def constant(self, value: object) -> str:
        """Name a constant that has no cheap literal."""
        for name, known in self.constants.items():
            if known == value:
                return name
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name

    def bit(self, name: str, member: str) -> int:
        """Give a derived truth its number."""
        return self.bits.setdefault((name, member), len(self.bits))

    def write(self, formula: Formula) -> str:
        """Write one formula as a parenthesised Python expression."""
        match formula:
            case Conj(parts=()):
                return "True"
            case Disj(parts=()):
                return "False"
            case Conj(parts=parts):
                return "(" + " and ".join(self.write(p) for p in parts) + ")"
            case Disj(parts=parts):
                return "(" + " or ".join(self.write(p) for p in parts) + ")"
            case Literal(leaf=leaf, positive=positive):
                return self._literal(leaf, positive)
            case Bit(field=name, member=member, positive=positive):
                return f"{'t' if positive else 'n'}{self.bit(name, member)}"
            case BitCount(field=name, positive=positive, least=least):
                letter = "t" if positive else "n"
                terms = (f"{letter}{self.bit(name, choice)}" for choice in self.fields[name].choices)
                return f"({' + '.join(terms)} >= {least})"
            case Effective(rule=rule, positive=positive):
                return f"e{self.rules[rule]}{'t' if positive else 'n'}"

    def _literal(self, leaf: Leaf, positive: bool) -> str:
        match leaf:
            case Equals():
                return self._equals(leaf, positive)
            case OneOf(field=name, values=values):
                return self._choice(self.fields[name], values, positive)
            case Compare(field=name, bound=bound, value=value):
                return self._compare(self.slot(name), self.fields[name].type, bound, value, positive)
            case Members(field=name, how=how, values=values):
                return self._members(self.slot(name), how, values, positive)
            case Count(field=name, bound=bound, value=value):
                sign = (_SIGNS if positive else _DENIED)[bound]
                return f"({self.slot(name)} is not None and len({self.slot(name)}) {sign} {value!r})"
            case WithinMonths(field=name, start=start, months=months, period=period):
                return f"({period.value}({self.slot(name)}, {self.slot(start)}, {months!r}) is {positive!r})"
            case Ratio(part=part, whole=whole, bound=bound, ratio=ratio):
                sign = (_SIGNS if positive else _DENIED)[bound]
                left = f"{self.slot(part)} * {ratio.denominator!r}"
                return f"({left} {sign} {self.slot(whole)} * {ratio.numerator!r})"
            case InForce(dated_by=dated_by, first=first, last=last):
                return _interval(self.slot(dating_field(dated_by)), first, last, positive)
            case Unvalued() if positive:
                return "False"
            case Unvalued(dated_by=dated_by, first=first, last=last):
                return _interval(self.slot(dating_field(dated_by)), first, last, positive)
            case InArea(area=area):
                return f"({area!r} {'in' if positive else 'not in'} {self.slot(AREA)})"

    def _equals(self, leaf: Equals, positive: bool) -> str:
        known = self.fields[leaf.field]
        slot = self.slot(leaf.field)
        match known.type:
            case FieldType.BOOLEAN:
                return f"({slot} is {leaf.value is positive!r})"
            case FieldType.CHOICE:
                return self._choice(known, (str(leaf.value),), positive)
            case _:
                value = repr(leaf.value)
                # Not `!=`: NaN is unequal to every number, and what is unknown must fail both ways.
                return f"({slot} == {value})" if positive else f"({slot} < {value} or {slot} > {value})"

    def _choice(self, known: Field, values: tuple[str, ...], positive: bool) -> str:
        slot = self.slot(known.name)
        # Denied, it is one of the others: so `None`, which is no choice, fails both ways.
        wanted = [c for c in known.choices if (c in values) is positive]
        if not wanted:
            return "False"
        if len(wanted) == 1:
            return f"({slot} == {wanted[0]!r})"
        return f"({slot} in {self.constant(frozenset(wanted))})"

    def _members(self, slot: str, how: Membership, values: tuple[str, ...], positive: bool) -> str:
        wanted = self.constant(frozenset(values))
        test: Callable[[bool], str] = {
            Membership.ANY_OF: lambda yes: f"{'not ' if yes else ''}{slot}.isdisjoint({wanted})",
            Membership.NONE_OF: lambda yes: f"{'' if yes else 'not '}{slot}.isdisjoint({wanted})",
            Membership.ALL_OF: lambda yes: f"{'' if yes else 'not '}{slot} >= {wanted}",
        }[how]
        return f"({slot} is not None and {test(positive)})"

    def _compare(self, slot: str, type_: FieldType, bound: Bound, value: int, positive: bool) -> str:
        sign = (_SIGNS if positive else _DENIED)[bound]
        plain = f"{slot} {sign} {value!r}"
        if type_ is not FieldType.DATE or bound in (Bound.AT_LEAST, Bound.MORE_THAN):
            return f"({plain})"
        # An event that has not happened is not before anything.
        return f"({slot} > 0 and {plain})" if positive else f"({plain} or {slot} == {NOT_HAPPENED!r})"


def _interval(slot: str, first: int | None, last: int | None, positive: bool) -> str:
    signs = (">=", "<=") if positive else ("<", ">")
    tests = [
        f"{slot} {sign} {bound!r}"
        for sign, bound in zip(signs, (first, last), strict=True)
        if bound is not None
    ]
    if not tests:
        # Without bounds only an unknown day is unsettled.
        return f"({slot} == {slot})" if positive else "False"
    return "(" + (" and " if positive else " or ").join(tests) + ")"
