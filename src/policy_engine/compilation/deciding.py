"""Steps of deciding by tables, which the loop over them and the function written out of them share."""

from __future__ import annotations

from collections.abc import Mapping

from policy_engine.compilation.runtime import computed, is_within
from policy_engine.compilation.tables import Block, Counted, Counts
from policy_engine.model.conditions import COMPARISONS, Ratio, WithinMonths
from policy_engine.model.rules import Derive
from policy_engine.model.values import UNKNOWN, Value


def value_of(name: str, values: Mapping[str, Value], numbers: Mapping[str, int]) -> Value:
    """Give what was told of a field, else what was computed."""
    value = values.get(name, UNKNOWN)
    return numbers.get(name, UNKNOWN) if value is UNKNOWN else value


def relation(
    leaf: Ratio | WithinMonths, values: Mapping[str, Value], numbers: Mapping[str, int]
) -> bool | None:
    """Compare two fields; `None` where it is not settled."""
    match leaf:
        case WithinMonths(field=name, start=start, months=months, period=period):
            day, first = value_of(name, values, numbers), value_of(start, values, numbers)
            return is_within(day, first, months, period)
        case Ratio(part=part, whole=whole, bound=bound, ratio=ratio):
            some, every = value_of(part, values, numbers), value_of(whole, values, numbers)
            if not isinstance(some, int) or not isinstance(every, int):
                return None
            return COMPARISONS[bound](some * ratio.denominator, every * ratio.numerator)


def derive_of(counted: Counted) -> Derive:
    """Say what a rule computes."""
    derive = counted.rule.kind
    assert isinstance(derive, Derive)
    return derive


def number_of(derive: Derive, values: Mapping[str, Value], numbers: Mapping[str, int]) -> int | None:
    """Compute a number; `None` where it is not settled."""
    return computed(derive.function, [value_of(name, values, numbers) for name in derive.inputs])


def count_of(counts: Counts, block: Block, columns: int) -> int | None:
    """Count the conditions that hold among the columns of a stratum; `None` where one is open."""
    found, mask = columns >> counts.at, (1 << counts.size) - 1
    surely, possibly = found & mask, found >> block.width // 2 & mask
    # One condition that is open leaves the whole count open.
    return surely.bit_count() if surely == possibly else None
