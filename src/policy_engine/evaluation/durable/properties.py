"""Properties: what a fact of the second engine is made of."""

from __future__ import annotations

from fractions import Fraction
from typing import assert_never

from policy_engine.foundation.records import dataclass
from policy_engine.model.conditions import Bound, Period


@dataclass(frozen=True, slots=True)
class Scalar:
    """The value itself, or the computed truth of a derived boolean."""

    field: str


@dataclass(frozen=True, slots=True)
class Given:
    """True where a list is known."""

    field: str


@dataclass(frozen=True, slots=True)
class Member:
    """Whether a list has the member, or a derived choice is that one."""

    field: str
    member: str


@dataclass(frozen=True, slots=True)
class Fewest:
    """How many members a list surely has."""

    field: str


@dataclass(frozen=True, slots=True)
class Most:
    """How many members a list may have."""

    field: str


@dataclass(frozen=True, slots=True)
class Window:
    """Whether a day lies within so many months of another."""

    field: str
    start: str
    months: int
    period: Period


@dataclass(frozen=True, slots=True)
class Share:
    """Whether a part keeps a bound on its share of the whole."""

    part: str
    whole: str
    bound: Bound
    ratio: Fraction


Property = Scalar | Given | Member | Fewest | Most | Window | Share


def read_from(prop: Property) -> tuple[str, ...]:
    """Name the fields a property is read from."""
    match prop:
        case Window(name, start):
            return name, start
        case Share(part, whole):
            return part, whole
        case Scalar(name) | Given(name) | Member(name) | Fewest(name) | Most(name):
            return (name,)
        case _:
            assert_never(prop)
