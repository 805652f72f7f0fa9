"""Lowered formulas as solver formulas, literal by literal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import z3

from policy_engine.analysis.symbolic.calendar import Civil, deadline, term_end
from policy_engine.analysis.symbolic.facts import Bits, Facts, Scalar
from policy_engine.compilation.lowering import (
    Bit,
    BitCount,
    Conj,
    Disj,
    Effective,
    Formula,
    Literal,
)
from policy_engine.foundation.logic import Pair
from policy_engine.model.conditions import (
    AS_OF,
    COMPARISONS,
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
from policy_engine.model.values import NOT_HAPPENED
from policy_engine.model.vocabulary import FieldType


def neither(found: Pair[z3.BoolRef]) -> z3.BoolRef:
    """State that something is open."""
    return z3.Not(z3.Or(found.true, found.false))


@dataclass(frozen=True, slots=True)
class Encoded:
    """The facts and what earlier rules made of them: truths of derived values, numbers, effective rules."""

    facts: Facts
    truths: dict[tuple[str, str], Pair[z3.BoolRef]] = field(default_factory=dict)
    numbers: dict[str, Scalar] = field(default_factory=dict)
    effective: dict[str, Pair[z3.BoolRef]] = field(default_factory=dict)

    def scalar(self, name: str) -> Scalar:
        """Look up a number or day, computed ones included."""
        if name == AS_OF:
            return Scalar(z3.BoolVal(True), self.facts.as_of)
        return self.numbers.get(name) or self.facts.scalar(name)

    def dating_day(self, dated_by: str) -> Scalar:
        """Look up the day a rule is judged by."""
        # The day of the case is never unknown; the day of an event may be.
        return Scalar(z3.BoolVal(True), self.facts.as_of) if dated_by == AS_OF else self.facts.days[dated_by]


def encode_pair(pair: Pair[Formula], encoded: Encoded) -> Pair[z3.BoolRef]:
    """Encode both sides of a lowered condition."""
    return Pair(encode(pair.true, encoded), encode(pair.false, encoded))


def encode(formula: Formula, encoded: Encoded) -> z3.BoolRef:
    """Encode one formula."""
    match formula:
        case Conj(parts=parts):
            return z3.And([encode(part, encoded) for part in parts])
        case Disj(parts=parts):
            return z3.Or([encode(part, encoded) for part in parts])
        case Literal(leaf=leaf, positive=positive):
            known = literal(leaf, encoded)
            return known.true if positive else known.false
        case Bit(field=name, member=member, positive=positive):
            return side(encoded.truths[name, member], positive)
        case BitCount(field=name, positive=positive, least=least):
            members = [pair for (field_name, _), pair in encoded.truths.items() if field_name == name]
            return z3.PbGe([(side(pair, positive), 1) for pair in members], least)
        case Effective(rule=rule, positive=positive):
            return side(encoded.effective[rule], positive)


def side(found: Pair[z3.BoolRef], positive: bool) -> z3.BoolRef:
    """Give the side that states a formula, or that denies it."""
    return found.true if positive else found.false


def settled(known: z3.BoolRef, holds: z3.BoolRef) -> Pair[z3.BoolRef]:
    """Make the pair of a comparison that is open exactly where its facts are unknown."""
    return Pair(z3.And(known, holds), z3.And(known, z3.Not(holds)))


def literal(leaf: Leaf, encoded: Encoded) -> Pair[z3.BoolRef]:
    """Encode one comparison."""
    match leaf:
        case Equals(field=name, value=value):
            return _equals(name, value, encoded)
        case OneOf(field=name, values=values):
            chosen = encoded.facts.bits(name)
            return settled(chosen.known, _any(chosen, values))
        case Compare(field=name, bound=bound, value=value):
            scalar = encoded.scalar(name)
            holds = compare(scalar.value, bound, value)
            if encoded.facts.fields[name].type is FieldType.DATE:
                # What marks an event that didn't happen is a number, and would be earlier than every day.
                holds = z3.And(scalar.value != NOT_HAPPENED, holds)
            return settled(scalar.known, holds)
        case Members(field=name, how=how, values=values):
            return _members(encoded.facts.bits(name), how, values)
        case Count(field=name, bound=bound, value=value):
            listed = encoded.facts.bits(name)
            return settled(listed.known, compare(count(listed.bits), bound, value))
        case WithinMonths(field=name, start=start, months=months, period=period):
            return _within(
                encoded.scalar(name), encoded.scalar(start), lambda day: _LAST_DAYS[period](day, months)
            )
        case Ratio(part=part, whole=whole, bound=bound, ratio=ratio):
            left, right = encoded.scalar(part), encoded.scalar(whole)
            holds = compare(left.value * ratio.denominator, bound, right.value * ratio.numerator)
            return settled(z3.And(left.known, right.known), holds)
        case InForce(dated_by=dated_by, first=first, last=last):
            day = encoded.dating_day(dated_by)
            return settled(day.known, between(day.value, first, last))
        case Unvalued(dated_by=dated_by, first=first, last=last):
            day = encoded.dating_day(dated_by)
            # Never surely true: what has no value is neither kept nor broken.
            is_outside = z3.And(day.known, z3.Not(between(day.value, first, last)))
            return Pair(z3.BoolVal(False), is_outside)
        case InArea(area=area):
            return settled(z3.BoolVal(True), encoded.facts.lies_in(area))


def _equals(name: str, value: bool | int | str, encoded: Encoded) -> Pair[z3.BoolRef]:
    match encoded.facts.fields[name].type:
        case FieldType.BOOLEAN:
            told = encoded.facts.bits(name)
            return settled(told.known, told.bits[""] if value is True else z3.Not(told.bits[""]))
        case FieldType.CHOICE:
            told = encoded.facts.bits(name)
            return settled(told.known, _any(told, (str(value),)))
        case _:
            scalar = encoded.scalar(name)
            return settled(scalar.known, scalar.value == value)


def _any(told: Bits, values: tuple[str, ...]) -> z3.BoolRef:
    return z3.Or([told.bits[value] for value in values])


def _members(listed: Bits, how: Membership, values: tuple[str, ...]) -> Pair[z3.BoolRef]:
    match how:
        case Membership.ANY_OF:
            return settled(listed.known, _any(listed, values))
        case Membership.NONE_OF:
            return settled(listed.known, z3.Not(_any(listed, values)))
        case Membership.ALL_OF:
            return settled(listed.known, z3.And([listed.bits[value] for value in values]))


_LAST_DAYS = {Period.DEADLINE: deadline, Period.TERM: term_end}


def _within(day: Scalar, start: Scalar, end: Callable[[Civil], z3.ArithRef]) -> Pair[z3.BoolRef]:
    assert start.civil is not None
    # Settled by one day alone: what didn't happen is in no period, whatever the other day is.
    has_not = z3.Or(
        z3.And(day.known, day.value == NOT_HAPPENED), z3.And(start.known, start.value == NOT_HAPPENED)
    )
    both = z3.And(day.known, start.known)
    inside = z3.And(start.value <= day.value, day.value <= end(start.civil))
    return Pair(z3.And(both, z3.Not(has_not), inside), z3.Or(has_not, z3.And(both, z3.Not(inside))))


def compare(left: z3.ArithRef, bound: Bound, right: z3.ArithRef | int) -> z3.BoolRef:
    """Compare two numbers."""
    # Python's own comparisons: z3 overloads them, and makes a formula where Python makes a truth.
    return COMPARISONS[bound](left, right)


def between(day: z3.ArithRef, first: int | None, last: int | None) -> z3.BoolRef:
    """State that a day lies between two days, both included; an absent end is open."""
    ends = ([] if first is None else [day >= first]) + ([] if last is None else [day <= last])
    return z3.And(ends)


def count(bits: Mapping[str, z3.BoolRef]) -> z3.ArithRef:
    """Count the bits that are set."""
    # Of nothing z3 gives a plain number, with which no comparison would be a formula.
    return z3.Sum([z3.If(bit, 1, 0) for bit in bits.values()] or [z3.IntVal(0)])
