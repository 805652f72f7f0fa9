"""Small plausible errors in conditions: a bound off by one, a member too many, a part left out."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from policy_engine.analysis.testing.operators import Operator
from policy_engine.evaluation.condition_words import condition_words
from policy_engine.language.operators import taken_for
from policy_engine.loading.problems import short
from policy_engine.model.conditions import (
    All,
    Any,
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
)
from policy_engine.model.vocabulary import Field, FieldType

_PERCENT = Fraction(1, 100)
_Leaf = Equals | OneOf | Compare | Members | Count | WithinMonths | Ratio


@dataclass(frozen=True, slots=True)
class Changed:
    """A condition with one small error, what kind of error it is, and what it is in words."""

    condition: Condition
    operator: Operator
    words: str


def mutated(condition: Condition, fields: Mapping[str, Field]) -> Iterator[Changed]:
    """Go through the small errors that can be made in a condition."""
    if _is_unwritten(condition):
        return
    match condition:
        case All(parts=parts) | Any(parts=parts):
            yield from _joined(condition, parts, fields)
        case Not(part=part):
            yield Changed(part, Operator.NEGATED, "去掉“并非”")
            for found in mutated(part, fields):
                yield dataclasses.replace(
                    found, condition=dataclasses.replace(condition, part=found.condition)
                )
        case InForce() | InArea() | Unvalued():
            return
        case Equals() | OneOf() | Compare() | Members() | Count() | WithinMonths() | Ratio():
            yield Changed(
                Not(condition, condition.span), Operator.NEGATED, f"{_subject(condition)} 的条件取反"
            )
            yield from _leaf(condition, fields)


def _joined(
    condition: All | Any, parts: tuple[Condition, ...], fields: Mapping[str, Field]
) -> Iterator[Changed]:
    real = [part for part in parts if not _is_unwritten(part)]
    # A dated parameter pairs a period with a value: there the connective is no author's choice.
    if len(real) > 1 and len(real) == len(parts):
        other: type[All] | type[Any] = Any if isinstance(condition, All) else All
        words = "“同时满足”改为“满足其一”" if other is Any else "“满足其一”改为“同时满足”"
        yield Changed(other(parts, condition.span), Operator.CONNECTIVE, words)
    for number, part in enumerate(parts):
        if len(real) > 1 and not _is_unwritten(part):
            rest = (*parts[:number], *parts[number + 1 :])
            words = f"去掉第 {number + 1} 部分“{short(condition_words(part, fields))}”"
            yield Changed(dataclasses.replace(condition, parts=rest), Operator.PART, words)
        for found in mutated(part, fields):
            changed = (*parts[:number], found.condition, *parts[number + 1 :])
            yield dataclasses.replace(found, condition=dataclasses.replace(condition, parts=changed))


def _is_unwritten(condition: Condition) -> bool:
    """Tell what no author writes: the days on which something counts, alone or with the case's own day before them."""
    if isinstance(condition, All) and condition.parts:
        return all(map(_is_unwritten, condition.parts))
    return isinstance(condition, InForce | InArea | Unvalued)


def _leaf(leaf: _Leaf, fields: Mapping[str, Field]) -> Iterator[Changed]:
    match leaf:
        case Compare() | Count():
            yield from _bounded(leaf)
        case WithinMonths(months=months):
            for step, words in ((1, "加一"), (-1, "减一")):
                changed = dataclasses.replace(leaf, months=months + step)
                yield Changed(changed, Operator.LIMIT, f"{leaf.field} 的月数{words}")
            other = taken_for(leaf.period)
            words = f"{leaf.field} 的算符改为 {other.value}"
            yield Changed(dataclasses.replace(leaf, period=other), Operator.BOUND, words)
        case Ratio(ratio=ratio):
            yield _other_bound(leaf, f"{leaf.part} 的比例算符")
            for share, words in ((_PERCENT, "加"), (-_PERCENT, "减")):
                changed_ratio = dataclasses.replace(leaf, ratio=ratio + share)
                yield Changed(changed_ratio, Operator.RATIO, f"{leaf.part} 的比例{words}百分之一")
        case Members() | OneOf():
            yield from _listed(leaf, fields[leaf.field])
        case Equals(value=str() as value):
            choice = next_choice(fields[leaf.field], (value,))
            if choice is not None:
                words = f"{leaf.field} 由 {value} 改为 {choice}"
                yield Changed(dataclasses.replace(leaf, value=choice), Operator.CHOICE, words)
        case Equals(value=int() as value) if fields[leaf.field].type is FieldType.NUMBER:
            for step, words in ((1, "加一"), (-1, "减一")):
                number = dataclasses.replace(leaf, value=value + step)
                yield Changed(number, Operator.LIMIT, f"{leaf.field} 的值{words}")
        case Equals():
            return


def _bounded(leaf: Compare | Count) -> Iterator[Changed]:
    yield _other_bound(leaf, f"{leaf.field} 的算符")
    for step, words in ((1, "加一"), (-1, "减一")):
        changed = dataclasses.replace(leaf, value=leaf.value + step)
        yield Changed(changed, Operator.LIMIT, f"{leaf.field} 的界限{words}")


def _other_bound(leaf: Compare | Count | Ratio, what: str) -> Changed:
    bound = taken_for(leaf.bound)
    return Changed(dataclasses.replace(leaf, bound=bound), Operator.BOUND, f"{what}改为 {bound.value}")


def _listed(leaf: Members | OneOf, field: Field) -> Iterator[Changed]:
    for rest, operator, words in listed(leaf.values, field):
        yield Changed(dataclasses.replace(leaf, values=rest), operator, f"{leaf.field} {words}")
    # Any of one is all of one.
    if isinstance(leaf, Members) and (len(leaf.values) > 1 or leaf.how is Membership.NONE_OF):
        how = taken_for(leaf.how)
        words = f"{leaf.field} 的算符改为 {how.value}"
        yield Changed(dataclasses.replace(leaf, how=how), Operator.BOUND, words)


def listed(members: tuple[str, ...], field: Field) -> Iterator[tuple[tuple[str, ...], Operator, str]]:
    """Go through a list with one member fewer, and with the next one of the vocabulary more."""
    for member in members if len(members) > 1 else ():
        rest = tuple(other for other in members if other != member)
        yield rest, Operator.FEWER, f"去掉 {member}"
    more = next_choice(field, members)
    if more is not None:
        yield (*members, more), Operator.MORE, f"加上 {more}"


def next_choice(field: Field, taken: tuple[str, ...]) -> str | None:
    """Pick the choice that follows the last one taken in the vocabulary, around its end; none is left over."""
    places = [field.choices.index(member) for member in taken if member in field.choices]
    last = max(places, default=-1)
    around = (*field.choices[last + 1 :], *field.choices[: last + 1])
    return next((choice for choice in around if choice not in taken), None)


def rewritten(condition: Condition, change: Callable[[InForce | Unvalued], InForce | Unvalued]) -> Condition:
    """Change every period in a condition, those without a value included."""
    if isinstance(condition, Leaf):
        return change(condition) if isinstance(condition, InForce | Unvalued) else condition
    match condition:
        case All(parts=parts) | Any(parts=parts):
            return dataclasses.replace(condition, parts=tuple(rewritten(part, change) for part in parts))
        case Not(part=part):
            return dataclasses.replace(condition, part=rewritten(part, change))


def _subject(leaf: _Leaf) -> str:
    return leaf.part if isinstance(leaf, Ratio) else leaf.field
