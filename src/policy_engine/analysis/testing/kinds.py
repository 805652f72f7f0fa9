"""Small plausible errors in what a rule does: its kind and object, what it classifies, tabulates and computes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from policy_engine.analysis.testing.conditions import listed, mutated, next_choice
from policy_engine.analysis.testing.operators import Change, Operator
from policy_engine.language.kinds import WORD_OF
from policy_engine.model.rules import (
    OF_DAYS,
    Classify,
    Derive,
    Effect,
    Function,
    Impossible,
    Kind,
    Permit,
    Prohibit,
    Recommend,
    Require,
    Rule,
    Table,
)
from policy_engine.model.vocabulary import Field, Role

_OTHER_FUNCTIONS: Mapping[Function, Function] = {
    Function.SUM: Function.MAX,
    Function.MAX: Function.MIN,
    Function.MIN: Function.MAX,
    Function.DIFFERENCE: Function.SUM,
    Function.DAYS_BETWEEN: Function.MONTHS_BETWEEN,
    Function.MONTHS_BETWEEN: Function.DAYS_BETWEEN,
    Function.WORKING_DAYS_BETWEEN: Function.DAYS_BETWEEN,
}
_ORDERED = (Function.DIFFERENCE, *OF_DAYS)
_Found = tuple[Kind, Operator, str]


def kind_changes(rule: Rule, objects: Mapping[str, Effect], fields: Mapping[str, Field]) -> Iterator[Change]:
    """Go through the errors in what a rule does; conditions it requires are looked at elsewhere."""
    for kind, operator, words in _changed(rule.kind, objects, fields):
        yield Change(dataclasses.replace(rule, kind=kind), operator, words)


def _changed(kind: Kind, objects: Mapping[str, Effect], fields: Mapping[str, Field]) -> Iterator[_Found]:
    match kind:
        case Prohibit(object=name):
            # The worst slip: what is forbidden comes out as allowed.
            yield _other_kind(kind, Permit(name))
            yield from ((Prohibit(o), Operator.OBJECT, _object(name, o)) for o in _others(name, objects))
        case Permit(object=name):
            yield _other_kind(kind, Prohibit(name))
            yield from ((Permit(o), Operator.OBJECT, _object(name, o)) for o in _others(name, objects))
        case Require(condition=condition):
            yield _other_kind(kind, Recommend(condition))
        case Recommend(condition=condition):
            yield _other_kind(kind, Require(condition))
        case Classify():
            yield from _classes(kind, fields)
        case Table():
            yield from _tables(kind, fields)
        case Derive():
            yield from _computations(kind, fields)
        case Impossible():
            return


def _other_kind(old: Kind, new: Kind) -> _Found:
    return new, Operator.KIND, f"{WORD_OF[type(old)]} 改为 {WORD_OF[type(new)]}"


def _object(old: str, new: str) -> str:
    return f"对象由 {old} 改为 {new}"


def _others(name: str, objects: Mapping[str, Effect]) -> Iterator[str]:
    """Pick the next object of the register, and the first whose effect is another."""
    names = list(objects)
    at = names.index(name)
    found = next((other for other in (*names[at + 1 :], *names[:at])), None)
    # A veto taken for a fix, or the other way round, changes the verdict; a neighbour only its words.
    differing = next((other for other in names if objects[other] is not objects[name]), None)
    yield from dict.fromkeys(other for other in (found, differing) if other is not None)


def _classes(kind: Classify, fields: Mapping[str, Field]) -> Iterator[_Found]:
    if not kind.members:
        return
    field = fields[kind.field]
    for rest, _, words in listed(kind.members, field):
        yield dataclasses.replace(kind, members=rest), Operator.CLASS, f"归类{words}"
    other = next_choice(field, kind.members)
    # Of several members a wrong one is made already, by one fewer and one more.
    if other is not None and len(kind.members) == 1:
        words = f"归类由 {kind.members[0]} 改为 {other}"
        yield dataclasses.replace(kind, members=(other,)), Operator.CLASS, words


def _tables(table: Table, fields: Mapping[str, Field]) -> Iterator[_Found]:
    rows, field = table.rows, fields[table.field]
    for number, (condition, value) in enumerate(rows):
        before, after = rows[:number], rows[number + 1 :]
        row = f"第 {number + 1} 行"
        for found in mutated(condition, fields):
            changed = (*before, (found.condition, value), *after)
            yield dataclasses.replace(table, rows=changed), found.operator, f"{row}：{found.words}"
        other = next_choice(field, (value,))
        if other is not None:
            changed = (*before, (condition, other), *after)
            words = f"{row}的结果由 {value} 改为 {other}"
            yield dataclasses.replace(table, rows=changed), Operator.RESULT, words
        yield dataclasses.replace(table, rows=(*before, *after)), Operator.ROW, f"去掉{row}"
        if after:
            swapped = (*before, after[0], (condition, value), *after[1:])
            words = f"{row}与下一行对调"
            yield dataclasses.replace(table, rows=swapped), Operator.ROW_ORDER, words
    other = next_choice(field, (table.otherwise,))
    if other is not None:
        words = f"otherwise 由 {table.otherwise} 改为 {other}"
        yield dataclasses.replace(table, otherwise=other), Operator.RESULT, words


def _computations(kind: Derive, fields: Mapping[str, Field]) -> Iterator[_Found]:
    for number, condition in enumerate(kind.conditions):
        before, after = kind.conditions[:number], kind.conditions[number + 1 :]
        for found in mutated(condition, fields):
            changed = dataclasses.replace(kind, conditions=(*before, found.condition, *after))
            yield changed, found.operator, f"第 {number + 1} 个条件：{found.words}"
        rest = dataclasses.replace(kind, conditions=(*before, *after))
        yield rest, Operator.INPUT, f"不计第 {number + 1} 个条件"
    if kind.function in _OTHER_FUNCTIONS:
        other = _OTHER_FUNCTIONS[kind.function]
        words = f"{kind.function.value} 改为 {other.value}"
        yield dataclasses.replace(kind, function=other), Operator.FUNCTION, words
    if kind.function in _ORDERED:
        turned = dataclasses.replace(kind, inputs=kind.inputs[::-1])
        yield turned, Operator.INPUT, "输入对调"
    yield from _inputs(kind, fields)


def _inputs(kind: Derive, fields: Mapping[str, Field]) -> Iterator[_Found]:
    for number, name in enumerate(kind.inputs):
        before, after = kind.inputs[:number], kind.inputs[number + 1 :]
        # A difference without one of its two would not load.
        if kind.function not in _ORDERED and len(kind.inputs) > 1:
            rest = dataclasses.replace(kind, inputs=(*before, *after))
            yield rest, Operator.INPUT, f"不计 {name}"
        other = _next_input(name, kind, fields)
        if other is not None:
            changed = dataclasses.replace(kind, inputs=(*before, other, *after))
            yield changed, Operator.INPUT, f"{name} 改为 {other}"


def _next_input(name: str, kind: Derive, fields: Mapping[str, Field]) -> str | None:
    # Only what can stand there without a complaint of the loader.
    own = fields[name]
    names = [
        field.name
        for field in fields.values()
        if (field.type, field.scale, field.unit) == (own.type, own.scale, own.unit)
        and (field.role is not Role.DERIVED or field.name == name)
    ]
    at = names.index(name)
    return next((n for n in (*names[at + 1 :], *names[:at]) if n not in (*kind.inputs, kind.field)), None)
