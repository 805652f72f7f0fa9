"""A comparison of what a service costs a government that performs it and one that buys it.

Amounts are exact, in 万元 a year. What was not stated is left out and named, never taken as nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from policy_engine.model.values import number_words

_EXACT_PLACES = 8


@dataclass(frozen=True, slots=True)
class CostItem:
    """One item a year and how it was worked out; `None`: not stated."""

    title: str
    amount: Fraction | None
    working: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """One way of doing the work."""

    name: str
    items: tuple[CostItem, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Name the items that were not stated."""
        return tuple(item.title for item in self.items if item.amount is None)

    @property
    def total(self) -> Fraction | None:
        """Add what was stated; `None` where nothing was. A lower bound where something is missing."""
        stated = [item.amount for item in self.items if item.amount is not None]
        return sum(stated, Fraction(0)) if stated else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CostComparison:
    """Both ways, and how many enterprises either serves (`None`: not stated).

    `readings` say what was read otherwise than it was written.
    """

    name: str
    perform: Side
    buy: Side
    served: int | None
    readings: tuple[str, ...] = ()

    @property
    def saving(self) -> Fraction | None:
        """Tell by how much buying is cheaper, over the items stated; negative where it is dearer."""
        if self.perform.total is None or self.buy.total is None:
            return None
        return self.perform.total - self.buy.total

    @property
    def share(self) -> Fraction | None:
        """Tell the saving as a share of performing; `None` where that costs nothing."""
        if self.saving is None or not self.perform.total:
            return None
        return self.saving / self.perform.total


def decimal_words(amount: Fraction, places: int | None = None) -> str:
    """Write an exact amount: all its decimals, or rounded half up to so many places."""
    if places is None:
        return number_words(int(amount * 10**_EXACT_PLACES), _EXACT_PLACES)
    scaled = (amount * 10**places + Fraction(1, 2)).__floor__()
    return f"{Decimal(scaled).scaleb(-places):f}"
