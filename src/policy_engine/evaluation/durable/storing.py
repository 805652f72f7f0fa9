"""The plan of one subject as a text, its clauses as durable-rules reads them: made when a rule base is kept.

It is the second engine's own translation, made from the checked rules as it would be made for a case; nothing of it
comes from the first engine.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, Final

from policy_engine.compilation import CompiledSubject
from policy_engine.evaluation.durable.clauses import EngineFailure, as_json
from policy_engine.evaluation.durable.native import Pack, packs_of
from policy_engine.evaluation.durable.properties import (
    Fewest,
    Given,
    Member,
    Most,
    Property,
    Scalar,
    Share,
    Window,
)
from policy_engine.evaluation.durable.stages import Membership, PlannedRule, Sign, Stage
from policy_engine.foundation.logic import Pair
from policy_engine.foundation.records import fields_of
from policy_engine.model.conditions import Bound, Period
from policy_engine.model.vocabulary import Field

_PROPERTIES: Final[Mapping[str, Any]] = {
    kind.__name__: kind for kind in (Scalar, Given, Member, Fewest, Most, Window, Share)
}
# The parts of properties that are no words and no numbers.
_OTHERWISE: Final[Mapping[str, Any]] = {"period": Period, "bound": Bound, "ratio": Fraction}
_SIGNS: Final = ("scope", "when", "excepted", "required")


def write_plan(fields: Mapping[str, Field], subject: CompiledSubject) -> str:
    """Translate the rules of a subject and write the plan down; nothing where durable-rules can't hold it."""
    from policy_engine.evaluation.durable.plan import plan  # noqa: PLC0415 - whoever reads one back makes none

    at = {rule.id: number for number, rule in enumerate(subject.rules)}
    try:
        return as_json([_written(stage, at) for stage in plan(fields, subject)])
    except EngineFailure:
        # Whoever decides a case plans anew, and is told.
        return ""


def read_plan(text: str, subject: CompiledSubject) -> tuple[tuple[Stage, tuple[Pack, ...]], ...]:
    """Read a plan. Its stages come without clauses: the packs are these."""
    return tuple(_read(stage, subject) for stage in json.loads(text))


def _written(stage: Stage, at: Mapping[str, int]) -> dict[str, object]:
    return {
        "properties": [[name, *_parts(prop)] for prop, name in stage.properties],
        "rules": [[at[one.rule.id], one.defeated_by, *_signs(one)] for one in stage.rules],
        "memberships": [[one.field, one.member, one.rules] for one in stage.memberships],
        "packs": [[pack.heads, pack.names, pack.text] for pack in packs_of(stage.clauses)],
    }


def _parts(prop: Property) -> Iterable[object]:
    yield type(prop).__name__
    for field in fields_of(type(prop)):
        part = getattr(prop, field.name)
        yield part if field.name not in _OTHERWISE else part.value if field.name != "ratio" else str(part)


def _signs(planned: PlannedRule) -> Iterable[Sign]:
    for part in (*(getattr(planned, name) for name in _SIGNS), *planned.conditions):
        yield part.true
        yield part.false


def _read(stage: Mapping[str, Any], subject: CompiledSubject) -> tuple[Stage, tuple[Pack, ...]]:
    read = Stage(
        properties=tuple((_property(*parts), name) for name, *parts in stage["properties"]),
        clauses=(),
        rules=tuple(_rule(subject, *one) for one in stage["rules"]),
        memberships=tuple(Membership(field, part, tuple(ids)) for field, part, ids in stage["memberships"]),
    )
    packs = stage["packs"]
    return read, tuple(Pack(tuple(heads), tuple(names), text) for heads, names, text in packs)


def _property(kind: str, *parts: Any) -> Property:  # noqa: ANN401 - words and numbers
    made = _PROPERTIES[kind]
    if len(parts) > 1:
        names = (field.name for field in fields_of(made))
        parts = tuple(
            _OTHERWISE[name](part) if name in _OTHERWISE else part
            for name, part in zip(names, parts, strict=True)
        )
    found: Property = made(*parts)
    return found


def _rule(subject: CompiledSubject, at: int, defeated_by: list[str], *signs: Sign) -> PlannedRule:
    scope, when, excepted, required, *conditions = map(Pair, signs[::2], signs[1::2])
    return PlannedRule(
        rule=subject.rules[at],
        scope=scope,
        when=when,
        excepted=excepted,
        required=required,
        conditions=tuple(conditions),
        defeated_by=tuple(defeated_by),
    )
