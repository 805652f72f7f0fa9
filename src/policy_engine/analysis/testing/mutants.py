"""Mutants: small plausible errors in checked rules."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from policy_engine.model.calendar import iso
from policy_engine.model.conditions import (
    All,
    Any,
    Bound,
    Compare,
    Condition,
    Count,
    Equals,
    InArea,
    InForce,
    Members,
    Membership,
    Not,
    OneOf,
    Period,
    Ratio,
    Unvalued,
    WithinMonths,
)
from policy_engine.model.documents import Document
from policy_engine.model.rules import Recommend, Require, Rule, Table

_BOUNDS = {
    Bound.AT_LEAST: Bound.MORE_THAN,
    Bound.MORE_THAN: Bound.AT_LEAST,
    Bound.AT_MOST: Bound.LESS_THAN,
    Bound.LESS_THAN: Bound.AT_MOST,
}
_MEMBERSHIPS = {Membership.ANY_OF: Membership.ALL_OF, Membership.ALL_OF: Membership.ANY_OF}
_PERCENT = Fraction(1, 100)


@dataclass(frozen=True, slots=True)
class Mutant:
    """Rules changed by one small error: the one rule, or all that a document's shifted date reaches."""

    rules: tuple[Rule, ...]
    change: str
    place: str


def mutants_of(rule: Rule) -> Iterator[Mutant]:
    """Go through the mutants of one rule's own conditions and exceptions."""
    for condition, words in _mutated(rule.when):
        yield _mutant(dataclasses.replace(rule, when=condition), words, rule)
    for number, clause in enumerate(rule.unless):
        rest = rule.unless[:number] + rule.unless[number + 1 :]
        yield _mutant(dataclasses.replace(rule, unless=rest), f"去掉例外“{clause.because}”", rule)
        for condition, words in _mutated(clause.when):
            changed = dataclasses.replace(clause, when=condition)
            unless = (*rule.unless[:number], changed, *rule.unless[number + 1 :])
            yield _mutant(dataclasses.replace(rule, unless=unless), f"例外：{words}", rule)
    match rule.kind:
        case Require(condition=required) | Recommend(condition=required):
            for condition, words in _mutated(required):
                kind = type(rule.kind)(condition)
                yield _mutant(dataclasses.replace(rule, kind=kind), f"要求：{words}", rule)
        case Table(rows=rows):
            yield from _tables(rule, rule.kind, rows)
        case _:
            return


def _tables(rule: Rule, table: Table, rows: tuple[tuple[Condition, str], ...]) -> Iterator[Mutant]:
    for number, (condition, value) in enumerate(rows):
        for changed, words in _mutated(condition):
            mutated = (*rows[:number], (changed, value), *rows[number + 1 :])
            kind = dataclasses.replace(table, rows=mutated)
            yield _mutant(dataclasses.replace(rule, kind=kind), f"第 {number + 1} 行：{words}", rule)


def _mutant(rule: Rule, words: str, original: Rule) -> Mutant:
    return Mutant((rule,), words, original.span.place)


def shifted_dates(document: Document, rules: tuple[Rule, ...]) -> Iterator[Mutant]:
    """Shift a document's first and last day by one, in all its rules at once."""
    own = tuple(rule for rule in rules if rule.citation.document.id == document.id)
    for end, stated in (("施行日", document.effective), ("失效日", document.ended)):
        if stated is None or not own:
            continue
        for days in (-1, 1):
            is_first = end == "施行日"
            changed = tuple(
                dataclasses.replace(r, scope=_shifted(r.scope, stated.day, days, is_first=is_first))
                for r in own
            )
            moved = tuple(rule for rule, old in zip(changed, own, strict=True) if rule != old)
            if moved:
                words = f"{end} {iso(stated.day)} 改为 {iso(stated.day + days)}"
                yield Mutant(moved, words, document.span.place)


def _shifted(scope: Condition, day: int, days: int, *, is_first: bool) -> Condition:
    match scope:
        case All(parts=parts):
            moved = tuple(_shifted(part, day, days, is_first=is_first) for part in parts)
            return dataclasses.replace(scope, parts=moved)
        case InForce(first=first) if is_first and first == day:
            return dataclasses.replace(scope, first=day + days)
        case InForce(last=last) if not is_first and last == day:
            return dataclasses.replace(scope, last=day + days)
    return scope


_Mutation = tuple[Condition, str]


def _mutated(condition: Condition) -> Iterator[_Mutation]:
    match condition:
        case All(parts=parts) | Any(parts=parts):
            yield from _joined(condition, parts)
        case Not(part=part):
            yield part, "去掉“并非”"
            for changed, words in _mutated(part):
                yield dataclasses.replace(condition, part=changed), words
        case InForce() | InArea() | Unvalued():
            return
        case Equals() | OneOf() | Compare() | Members() | Count() | WithinMonths() | Ratio():
            yield from _leaf(condition)


def _joined(condition: All | Any, parts: tuple[Condition, ...]) -> Iterator[_Mutation]:
    real = [part for part in parts if not isinstance(part, InForce | InArea | Unvalued)]
    if len(real) > 1:
        other: type[All] | type[Any] = Any if isinstance(condition, All) else All
        words = "“同时满足”改为“满足其一”" if other is Any else "“满足其一”改为“同时满足”"
        # A dated parameter pairs a period with a value: there the connective is no author's choice.
        if len(real) == len(parts):
            yield other(parts, condition.span), words
    for number, part in enumerate(parts):
        if len(real) > 1 and not isinstance(part, InForce | InArea | Unvalued):
            rest = (*parts[:number], *parts[number + 1 :])
            yield dataclasses.replace(condition, parts=rest), f"去掉第 {number + 1} 部分（{part.span.place}）"
        for changed, words in _mutated(part):
            mutated = (*parts[:number], changed, *parts[number + 1 :])
            yield dataclasses.replace(condition, parts=mutated), words


def _leaf(leaf: Equals | OneOf | Compare | Members | Count | WithinMonths | Ratio) -> Iterator[_Mutation]:
    yield Not(leaf, leaf.span), f"{_subject(leaf)} 的条件取反"
    match leaf:
        case Compare(bound=bound, value=value) | Count(bound=bound, value=value):
            yield (
                dataclasses.replace(leaf, bound=_BOUNDS[bound]),
                f"{leaf.field} 的算符改为 {_BOUNDS[bound].value}",
            )
            yield dataclasses.replace(leaf, value=value + 1), f"{leaf.field} 的界限加一"
            yield dataclasses.replace(leaf, value=value - 1), f"{leaf.field} 的界限减一"
        case WithinMonths(months=months):
            yield dataclasses.replace(leaf, months=months + 1), f"{leaf.field} 的月数加一"
            yield dataclasses.replace(leaf, months=months - 1), f"{leaf.field} 的月数减一"
            other = Period.TERM if leaf.period is Period.DEADLINE else Period.DEADLINE
            yield dataclasses.replace(leaf, period=other), f"{leaf.field} 的算符改为 {other.value}"
        case Ratio(bound=bound, ratio=ratio):
            yield (
                dataclasses.replace(leaf, bound=_BOUNDS[bound]),
                f"{leaf.part} 的比例算符改为 {_BOUNDS[bound].value}",
            )
            yield dataclasses.replace(leaf, ratio=ratio + _PERCENT), f"{leaf.part} 的比例加百分之一"
        case OneOf(values=members) | Members(values=members) if len(members) > 1:
            for member in members:
                rest = tuple(other for other in members if other != member)
                yield dataclasses.replace(leaf, values=rest), f"{leaf.field} 去掉 {member}"
            if isinstance(leaf, Members) and leaf.how in _MEMBERSHIPS:
                how = _MEMBERSHIPS[leaf.how]
                yield dataclasses.replace(leaf, how=how), f"{leaf.field} 的算符改为 {how.value}"
        case Equals() | OneOf() | Members():
            return


def _subject(leaf: Equals | OneOf | Compare | Members | Count | WithinMonths | Ratio) -> str:
    return leaf.part if isinstance(leaf, Ratio) else leaf.field
