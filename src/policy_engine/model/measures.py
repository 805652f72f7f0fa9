"""What one of a field's unit is of the unit in which quantities are read."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from policy_engine.model.lexicon import Measure
from policy_engine.model.vocabulary import Field, FieldType

_UNITS: Final[Mapping[Measure, Mapping[str, Fraction]]] = {
    Measure.MONTHS: {"月": Fraction(1), "个月": Fraction(1), "年": Fraction(12)},
    Measure.MONEY: {"元": Fraction(1), "万元": Fraction(10_000), "亿元": Fraction(100_000_000)},
    Measure.PERSONS: {"人": Fraction(1), "名": Fraction(1), "个": Fraction(1)},
    Measure.PERCENT: {"%": Fraction(1)},
}


def unit_of(measure: Measure, field: Field) -> Fraction | None:
    """Give how much of a measure's base unit one of the field is; `None` where the field can't hold the measure."""
    if measure is Measure.DAY:
        return Fraction(1) if field.type is FieldType.DATE else None
    return _UNITS[measure].get(field.unit) if field.type is FieldType.NUMBER else None
