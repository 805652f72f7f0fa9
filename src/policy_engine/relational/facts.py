"""Facts inside the plan: as they were told, else as the rules have computed them; and the truth of a condition on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlglot import exp

from policy_engine.model.conditions import (
    AREA,
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
    Ratio,
    Unvalued,
    WithinMonths,
    dating_field,
)
from policy_engine.model.values import NOT_HAPPENED
from policy_engine.model.vocabulary import Field, FieldType, Role
from policy_engine.relational.chain import Chain
from policy_engine.relational.days import Days, key_of
from policy_engine.relational.inputs import size_of
from policy_engine.relational.trees import (
    Tree,
    chosen,
    coalesced,
    compared,
    conj,
    counted,
    denied,
    disj,
    false,
    is_null,
    known_to_be,
    listed,
    number,
    text,
    true,
    unknown,
)

_SIGNS: Final[Mapping[Bound, type[exp.Binary]]] = {
    Bound.AT_LEAST: exp.GTE,
    Bound.MORE_THAN: exp.GT,
    Bound.AT_MOST: exp.LTE,
    Bound.LESS_THAN: exp.LT,
}


@dataclass(slots=True)
class Facts:
    """The facts of a row. `told`: what the table says; `truths`: what rules compute, by field and member.

    `numbers`: computed ones. They are filled in as the rules that compute them are come to.
    """

    chain: Chain
    fields: Mapping[str, Field]
    told: dict[str, Tree] = field(default_factory=dict)
    truths: dict[tuple[str, str], Tree] = field(default_factory=dict)
    numbers: dict[str, Tree] = field(default_factory=dict)
    _counted: dict[str, Tree] = field(default_factory=dict)

    def value(self, name: str) -> Tree:
        """Give the value of a field that has no truths of its own: a number, a day, a choice that is told."""
        if name not in self.numbers:
            return self.told[name]
        return self.chain.bind(f"采信:{name}", coalesced(self.told[name], self.numbers[name]))

    def truth(self, name: str, member: str) -> Tree:
        """Give the truth of a computed boolean (`member` is empty), member or choice, as it was told where it was."""
        known, told = self.fields[name], self.told[name]
        computed = self.truths[name, member]
        found: Tree
        if known.type is FieldType.BOOLEAN:
            found = coalesced(told, computed)
        else:
            stated = (
                compared(told, exp.EQ, text(member))
                if known.type is FieldType.CHOICE
                else listed(told, member)
            )
            found = chosen([(is_null(told), computed)], stated)
        return self.chain.bind(f"采信:{name}={member}" if member else f"采信:{name}", found)

    def is_computed(self, name: str) -> bool:
        """Tell whether a field has truths of its own."""
        known = self.fields[name]
        return known.role is Role.DERIVED and known.type in (
            FieldType.BOOLEAN,
            FieldType.CHOICE,
            FieldType.LIST,
        )

    def condition(self, condition: Condition) -> Tree:
        """Write the truth of a condition."""
        if isinstance(condition, Leaf):
            return self.leaf(condition)
        match condition:
            case All(parts=parts):
                return conj([self.condition(part) for part in parts])
            case Any(parts=parts):
                return disj([self.condition(part) for part in parts])
            case Not(part=part):
                return denied(self.condition(part))

    def leaf(self, leaf: Leaf) -> Tree:
        """Write the truth of one comparison."""
        match leaf:
            case Equals():
                return self._equals(leaf)
            case OneOf(field=name, values=values):
                return self._one_of(name, values)
            case Compare(field=name, bound=bound, value=value):
                return self._compare(name, bound, value)
            case Members(field=name, how=how, values=values):
                return self._members(name, how, values)
            case Count(field=name, bound=bound, value=value):
                return self._count(name, bound, value)
            case WithinMonths(field=name, start=start, months=months, period=period):
                day, first = self.value(name), self.value(start)
                within = Days(self.chain).is_within(day, self.happened(start), start, months, period)
                never = disj(compared(one, exp.EQ, number(NOT_HAPPENED)) for one in (day, first))
                return chosen([(never, false())], within)
            case Ratio(part=part, whole=whole, bound=bound, ratio=ratio):
                if ratio == 1:
                    return compared(self.value(part), _SIGNS[bound], self.value(whole))
                left = exp.Mul(this=self.value(part), expression=number(ratio.denominator))
                right = exp.Mul(this=self.value(whole), expression=number(ratio.numerator))
                return _SIGNS[bound](this=left, expression=right)
            case InForce(dated_by=dated_by, first=first, last=last):
                return self._in_force(dated_by, first, last)
            case Unvalued(dated_by=dated_by, first=first, last=last):
                return chosen([(denied(self._in_force(dated_by, first, last)), false())], unknown())
            case InArea(area=area):
                return listed(self.told[AREA], area)

    def happened(self, name: str) -> Tree:
        """Give a number or a day that can be calculated with: what has not happened has no day."""
        value = self.value(name)
        if name in self.fields and self.fields[name].type is not FieldType.DATE:
            return value
        return self.chain.bind(f"发生:{name}", exp.Nullif(this=value, expression=number(NOT_HAPPENED)))

    def _equals(self, leaf: Equals) -> Tree:
        name, known = leaf.field, self.fields[leaf.field]
        match known.type:
            case FieldType.BOOLEAN:
                told = self.truth(name, "") if self.is_computed(name) else self.value(name)
                return told if leaf.value is True else denied(told)
            case FieldType.CHOICE:
                return self._one_of(name, (str(leaf.value),))
            case FieldType.DATE:
                return compared(self.value(name), exp.EQ, number(key_of(int(leaf.value))))
            case FieldType.NUMBER:
                return compared(self.value(name), exp.EQ, number(int(leaf.value)))
            case FieldType.LIST | FieldType.TEXT:
                raise AssertionError("no list and no text equals anything")

    def _one_of(self, name: str, values: tuple[str, ...]) -> Tree:
        if not self.is_computed(name):
            value = self.value(name)
            if not values:
                return known_to_be(value, false())
            if len(values) == 1:
                return compared(value, exp.EQ, text(values[0]))
            return exp.In(this=value, expressions=[text(one) for one in values])
        # Exactly one choice is right: one inside that holds, or all outside that don't, both settle it.
        choices = self.fields[name].choices
        inside = disj([self.truth(name, one) for one in choices if one in values])
        outside = disj([self.truth(name, one) for one in choices if one not in values])
        return chosen(
            [
                (disj((_surely(inside), _surely(denied(outside)))), true()),
                (disj((_surely(outside), _surely(denied(inside)))), false()),
            ],
            unknown(),
        )

    def _compare(self, name: str, bound: Bound, limit: int) -> Tree:
        value = self.value(name)
        if self.fields[name].type is not FieldType.DATE:
            return compared(value, _SIGNS[bound], number(limit))
        plain = compared(value, _SIGNS[bound], number(key_of(limit)))
        # What has not happened is not before anything, and less than every day it is only as a number.
        return conj((plain, compared(value, exp.GT, number(0))))

    def _members(self, name: str, how: Membership, values: tuple[str, ...]) -> Tree:
        is_computed = self.is_computed(name)
        members = [self.truth(name, one) if is_computed else listed(self.told[name], one) for one in values]
        found = conj(members) if how is Membership.ALL_OF else disj(members)
        # Of no members SQL would make a constant, also where the list itself is unknown.
        if not values and not is_computed:
            found = known_to_be(self.told[name], found)
        return denied(found) if how is Membership.NONE_OF else found

    def _count(self, name: str, bound: Bound, limit: int) -> Tree:
        if not self.is_computed(name):
            return compared(size_of(self.told[name]), _SIGNS[bound], number(limit))
        match bound:
            case Bound.AT_LEAST:
                return self._at_least(name, limit)
            case Bound.MORE_THAN:
                return self._at_least(name, limit + 1)
            case Bound.AT_MOST:
                return denied(self._at_least(name, limit + 1))
            case Bound.LESS_THAN:
                return denied(self._at_least(name, limit))

    def _at_least(self, name: str, least: int) -> Tree:
        members = [self.truth(name, one) for one in self.fields[name].choices]
        surely = self.chain.bind(f"至少:{name}", counted(members))
        surely_not = self.chain.bind(f"不在:{name}", counted(denied(one) for one in members))
        # Settled against it as soon as the rest can't make up the number, though they be open.
        too_many_out = compared(surely_not, exp.GT, number(len(members) - least))
        return chosen(
            [(compared(surely, exp.GTE, number(least)), true()), (too_many_out, false())], unknown()
        )

    def _in_force(self, dated_by: str, first: int | None, last: int | None) -> Tree:
        day = self.told[dating_field(dated_by)]
        tests = []
        if first is not None:
            tests.append(compared(day, exp.GTE, number(key_of(first))))
        if last is not None:
            tests.append(compared(day, exp.LTE, number(key_of(last))))
        return conj(tests) if tests else known_to_be(day, true())


def _surely(tree: Tree) -> Tree:
    """Say that a truth surely holds: settled where the truth is open."""
    return coalesced(tree, false())
