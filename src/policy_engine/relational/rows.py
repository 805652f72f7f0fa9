"""Closed subjects as rows of the table that a plan reads."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from policy_engine.model.calendar import iso
from policy_engine.model.cases import Situation
from policy_engine.model.conditions import AREA
from policy_engine.model.values import NOT_HAPPENED, NOT_HAPPENED_WORD, UNKNOWN, Value
from policy_engine.model.vocabulary import Field, FieldType, Phase, Subject
from policy_engine.relational.dialects import Dialect
from policy_engine.relational.inputs import DOUBTS, PHASE, ROW, RUNNING, UNDESCRIBED
from policy_engine.relational.plan import Plan
from policy_engine.relational.trees import SEPARATOR

Cell = bool | int | float | str | Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFacts:
    """One subject of a case, closed: its facts, how far it has come, what of it is in doubt, which terms still run."""

    row: str
    situation: Situation
    phase: Phase = Phase.EVALUATION
    doubts: Collection[str] = ()
    running: Collection[str] = ()
    is_undescribed: bool = False


def row_of(closed: RowFacts, plan: Plan, subject: Subject) -> tuple[Cell, ...]:
    """Write a closed subject as a row, its cells in the order of the plan's columns."""
    return tuple(_cell(one.what, closed, plan, subject) for _, one in plan.inputs)


def _cell(what: str, closed: RowFacts, plan: Plan, subject: Subject) -> Cell:
    if what == ROW:
        return closed.row
    if what == PHASE:
        return str(closed.phase.value)
    if what == UNDESCRIBED:
        return closed.is_undescribed
    if what in (DOUBTS, RUNNING):
        return SEPARATOR.join(sorted(closed.doubts if what == DOUBTS else closed.running))
    value = closed.situation.values.get(what, UNKNOWN)
    field = subject.fields.get(what)
    if field is not None:
        return cell_of(value, field, plan.dialect)
    if value is UNKNOWN:
        return None
    return _listed(value) if what == AREA else day_cell(value)


def cell_of(value: Value, field: Field, dialect: Dialect) -> Cell:
    """Write the value of a field as its cell; what is unknown is nothing."""
    if value is UNKNOWN:
        return None
    match field.type:
        case FieldType.LIST:
            return _listed(value)
        case FieldType.DATE:
            return day_cell(value)
        case FieldType.NUMBER:
            assert isinstance(value, int)
            exact = Decimal(value).scaleb(-field.scale)
            return exact if dialect.has_decimals else float(exact)
        case FieldType.BOOLEAN | FieldType.CHOICE | FieldType.TEXT:
            assert isinstance(value, bool | str)
            return value


def _listed(value: Value) -> str:
    assert isinstance(value, frozenset)
    return SEPARATOR.join(sorted(value))


def day_cell(value: Value) -> str:
    """Write a day as its cell."""
    assert isinstance(value, int)
    return NOT_HAPPENED_WORD if value == NOT_HAPPENED else iso(value)
