"""What a project can still change: the changeable fields, and the values that rules can tell apart.

Never an amount, a day or a text: those are what they are, or would invite dressing up the form.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import ceil, floor

from policy_engine.compilation import CompiledSubject
from policy_engine.compilation.reads import conditions_of
from policy_engine.model.conditions import (
    Compare,
    Condition,
    Equals,
    Ratio,
    leaves,
    named_in,
    numbers_compared,
)
from policy_engine.model.rules import Derive, Function
from policy_engine.model.values import UNKNOWN, Known, Value
from policy_engine.model.vocabulary import Field, FieldType, Role

_MONEY = "元"
_MOST_WHOLE = 1000
_ARITHMETIC = (Function.SUM, Function.DIFFERENCE, Function.MIN, Function.MAX)


@dataclass(frozen=True, slots=True)
class Option:
    """One field that can be changed, and what it can become.

    `values`: at least one for each way in which the rules can tell its values apart; of a list, those that one
    member more, less or in another's place make of it, never an empty one.
    """

    field: Field
    present: Value
    values: tuple[Known, ...]

    @property
    def is_answer(self) -> bool:
        """Tell whether nothing is known of the field yet, so that a value is an answer rather than a change."""
        return self.present is UNKNOWN


def is_changeable(field: Field) -> bool:
    """Tell whether a field is one that a project may still change."""
    can_change = field.role is Role.PLAN if field.changeable is None else field.changeable
    if not can_change or field.type in (FieldType.DATE, FieldType.TEXT):
        return False
    return not (field.type is FieldType.NUMBER and _MONEY in field.unit)


def _is_open_to_change(field: Field, present: Value) -> bool:
    # What is planned can be filled in yet; of a flag, only what is out of the ordinary can be put right.
    return is_changeable(field) and (field.role is Role.PLAN or present not in (UNKNOWN, field.declared))


def options_of(program: CompiledSubject, values: Mapping[str, Value]) -> Iterator[Option]:
    """Go through what can be changed. `values`: the closed case. An unknown list stays unknown."""
    conditions = tuple(_all_conditions(program))
    for field in program.fields.values():
        present = values.get(field.name, UNKNOWN)
        if not _is_open_to_change(field, present):
            continue
        if field.role is Role.FLAG and field.declared is not None:
            yield Option(field, present, (field.declared,))
            continue
        match field.type:
            case FieldType.LIST:
                if isinstance(present, frozenset):
                    yield Option(field, present, tuple(_near(present, field.choices)))
            case FieldType.NUMBER:
                points = Numbers(program, conditions, values).points(field)
                yield Option(field, present, tuple(p for p in points if p != present))
            case FieldType.BOOLEAN:
                yield Option(field, present, tuple(v for v in (True, False) if v is not present))
            case _:
                yield Option(field, present, tuple(c for c in field.choices if c != present))


def _near(present: frozenset[str], choices: Iterable[str]) -> Iterator[frozenset[str]]:
    kept = [choice for choice in choices if choice in present]
    others = [choice for choice in choices if choice not in present]
    # One step away: a member more, a member less, one for another.
    yield from (present | {member} for member in others)
    if len(kept) > 1:
        yield from (present - {member} for member in kept)
    yield from (present - {old} | {new} for old in kept for new in others)


def _all_conditions(program: CompiledSubject) -> Iterator[Condition]:
    for rule in program.rules:
        yield from conditions_of(rule)
    for field in program.fields.values():
        yield from field.indicators
        yield from (implied.when for implied in field.implied if implied.when is not None)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Where the truth of a condition can turn as one number changes."""

    program: CompiledSubject
    conditions: tuple[Condition, ...]
    values: Mapping[str, Value]

    def points(self, field: Field) -> tuple[int, ...]:
        """List values of which at least one lies in every stretch that the rules can tell from the others.

        A limit is taken with its two neighbours, so that what lies between two values of this list that are not
        neighbours is all of one kind. Through one sum or difference the matrix of limits is totally unimodular:
        every cell has a corner made of limits, whatever the other parts become. A number that enters a ratio to another
        that may change, or several computations, or is compared otherwise than by order, is taken value by value, or
        left alone where its range is long.
        """
        low, high = field.minimum, field.maximum
        if self._is_simple(field):
            found = set(self._through(field))
        elif low is not None and high is not None and high - low <= _MOST_WHOLE:
            return tuple(range(low, high + 1))
        else:
            return ()
        least = min(found) if low is None else low
        most = max(found) if high is None else high
        return tuple(sorted({p for p in found if least <= p <= most} | {least, most}))

    def _is_simple(self, field: Field) -> bool:
        derives = self._derives(field.name)
        if len(derives) > 1 or any(self._is_relative(c, field.name) for c in self.conditions):
            return False
        if not all(self._is_ordered(name) for name in (field.name, *(d.field for d in derives))):
            return False
        return all(
            d.function in _ARITHMETIC
            and d.inputs.count(field.name) == 1
            and not self._derives(d.field)
            and all(self.program.fields[other].role is not Role.DERIVED for other in d.inputs)
            and not any(self._is_relative(c, d.field) for c in self.conditions)
            for d in derives
        )

    def _is_ordered(self, name: str) -> bool:
        """Tell whether nothing but order decides: then a truth turns at the constants and nowhere else."""
        read = (leaf for c in self.conditions for leaf in leaves(c) if name in named_in(leaf))
        return all(isinstance(leaf, Compare | Equals | Ratio) for leaf in read)

    def _is_relative(self, condition: Condition, name: str) -> bool:
        """Tell whether a condition compares a number with another that may change too."""
        others = [leaf.whole if leaf.part == name else leaf.part for leaf in _ratios(condition, name)]
        fields = self.program.fields
        return any(
            n not in fields
            or fields[n].role is Role.DERIVED
            or _is_open_to_change(fields[n], self.values.get(n, UNKNOWN))
            for n in others
        )

    def _derives(self, name: str) -> list[Derive]:
        kinds = (rule.kind for rule in self.program.rules)
        return [kind for kind in kinds if isinstance(kind, Derive) and name in kind.inputs]

    def _own(self, field: Field) -> set[int]:
        limits = (*_limits(self.conditions, field.name), *self._shares(field.name))
        found = {c + step for c in limits for step in (-1, 0, 1)}
        present = self.values.get(field.name, UNKNOWN)
        known = {present} if isinstance(present, int) else set()
        ends = {end for end in (field.minimum, field.maximum) if end is not None}
        return found | known | ends or {0}

    def _shares(self, name: str) -> Iterator[int]:
        """Go through the limits that ratios to numbers which stay as they are set."""
        for leaf in (leaf for c in self.conditions for leaf in _ratios(c, name)):
            other = self.values.get(leaf.whole if leaf.part == name else leaf.part, UNKNOWN)
            if isinstance(other, int):
                limit = other * leaf.ratio if leaf.part == name else other / leaf.ratio
                yield from {floor(limit), ceil(limit)}

    def _through(self, field: Field) -> Iterator[int]:
        yield from self._own(field)
        for derive in self._derives(field.name):
            limits = {c + step for c in _limits(self.conditions, derive.field) for step in (-1, 0, 1)}
            others = [self._possible(name) for name in derive.inputs if name != field.name]
            yield from _solved(derive, field.name, limits, others)

    def _possible(self, name: str) -> tuple[int, ...]:
        field, present = self.program.fields[name], self.values.get(name, UNKNOWN)
        if field.role is Role.FLAG and _is_open_to_change(field, present):
            return tuple(v for v in (field.declared, present) if isinstance(v, int))
        if _is_open_to_change(field, present):
            return tuple(sorted(self._own(field)))
        return (present,) if isinstance(present, int) else ()


def _solved(derive: Derive, name: str, limits: Iterable[int], others: list[tuple[int, ...]]) -> Iterator[int]:
    for limit, rest in product(limits, product(*others)):
        match derive.function:
            case Function.SUM:
                yield limit - sum(rest)
            case Function.DIFFERENCE if derive.inputs[0] == name:
                yield limit + sum(rest)
            case Function.DIFFERENCE:
                yield sum(rest) - limit
            case _:
                yield limit


def _limits(conditions: Iterable[Condition], name: str) -> Iterator[int]:
    for condition in conditions:
        yield from numbers_compared(condition, name)


def _ratios(condition: Condition, name: str) -> Iterator[Ratio]:
    for leaf in leaves(condition):
        if isinstance(leaf, Ratio) and name in (leaf.part, leaf.whole):
            yield leaf


def are_linked(program: CompiledSubject, first: str, second: str) -> bool:
    """Tell whether two numbers enter one computation, so that the range of one depends on the other."""
    kinds = (rule.kind for rule in program.rules)
    return any(isinstance(k, Derive) and first in k.inputs and second in k.inputs for k in kinds)
