"""Kleene's strong three-valued logic."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Generic, TypeVar

from policy_engine.foundation.records import dataclass

# What says it: a formula, a flag of the second engine, a formula of the solver.
Side_co = TypeVar("Side_co", covariant=True)


class Truth(Enum):
    """Surely true, surely false, or not known."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"

    # There is one of each: what it is hashes as well as what it is called, and without a call.
    __hash__ = object.__hash__


def truth_of(claim: bool) -> Truth:
    """Turn a settled claim into a truth."""
    return Truth.TRUE if claim else Truth.FALSE


def negate(truth: Truth) -> Truth:
    """Deny a truth; the unknown stays unknown."""
    match truth:
        case Truth.TRUE:
            return Truth.FALSE
        case Truth.FALSE:
            return Truth.TRUE
        case Truth.UNKNOWN:
            return Truth.UNKNOWN


def conjunction(truths: Iterable[Truth]) -> Truth:
    """Join by and: one false decides, else one unknown. Reads no further than it needs."""
    found = Truth.TRUE
    for truth in truths:
        if truth is Truth.FALSE:
            return Truth.FALSE
        if truth is Truth.UNKNOWN:
            found = Truth.UNKNOWN
    return found


def disjunction(truths: Iterable[Truth]) -> Truth:
    """Join by or: one true decides, else one unknown. Reads no further than it needs."""
    found = Truth.FALSE
    for truth in truths:
        if truth is Truth.TRUE:
            return Truth.TRUE
        if truth is Truth.UNKNOWN:
            found = Truth.UNKNOWN
    return found


@dataclass(frozen=True, slots=True)
class Pair(Generic[Side_co]):
    """Where something is surely true, and where it is surely false. Never both; where neither is, it is open."""

    true: Side_co
    false: Side_co

    @property
    def denied(self) -> Pair[Side_co]:
        """Swap the sides."""
        return Pair(self.false, self.true)
