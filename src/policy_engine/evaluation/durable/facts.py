"""Facts: what is known of one situation: what was stated, and what its rules have derived so far."""

from __future__ import annotations

from collections.abc import Mapping

from policy_engine.evaluation.durable.clauses import EngineFailure
from policy_engine.foundation.logic import Truth
from policy_engine.foundation.records import dataclass, field
from policy_engine.model.conditions import AREA
from policy_engine.model.values import UNKNOWN, Unknown, Value
from policy_engine.model.vocabulary import Field, FieldType, Role

_PYTHON_TYPES: Mapping[FieldType, type] = {
    FieldType.BOOLEAN: bool,
    FieldType.NUMBER: int,
    FieldType.DATE: int,
    FieldType.CHOICE: str,
    FieldType.TEXT: str,
    FieldType.LIST: frozenset,
}


@dataclass(frozen=True, slots=True)
class Facts:
    """The stated values of one situation, and what its rules have derived so far."""

    fields: Mapping[str, Field]
    stated: Mapping[str, Value]
    truths: dict[tuple[str, str], Truth] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)


def is_derived(fields: Mapping[str, Field], name: str) -> bool:
    """Tell the fields that rules compute from those that only a case can state, pseudo facts among them."""
    return name in fields and fields[name].role is Role.DERIVED


def parts_of(derived: Field) -> tuple[str, ...]:
    """List what has a truth of its own in a derived field: `""` for a boolean, nothing for a number."""
    return ("",) if derived.type is FieldType.BOOLEAN else derived.choices


def number(facts: Facts, name: str) -> int | Unknown:
    """Take a number or a day as stated, else as computed. `NOT_HAPPENED` is a day."""
    given = stated(facts, name)
    if isinstance(given, int):
        return given
    return facts.numbers.get(name, UNKNOWN)


def stated(facts: Facts, name: str) -> Value:
    """Take a value as stated, held to the type of its field."""
    given = facts.stated.get(name, UNKNOWN)
    # By exact type: `True` is an `int` too, and would pass for the number 1.
    if given is UNKNOWN or type(given) is _PYTHON_TYPES[_type_of(facts, name)]:
        return given
    reason = f"{given!r:.60} is no value for the field {name}"
    raise EngineFailure(reason)


def _type_of(facts: Facts, name: str) -> FieldType:
    if name in facts.fields:
        return facts.fields[name].type
    return FieldType.LIST if name == AREA else FieldType.DATE
