"""Kleene's strong three-valued logic."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class Truth(Enum):
    """Surely true, surely false, or not known."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


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
    """Join by and: one false decides, else one unknown."""
    found = set(truths)
    if Truth.FALSE in found:
        return Truth.FALSE
    return Truth.UNKNOWN if Truth.UNKNOWN in found else Truth.TRUE


def disjunction(truths: Iterable[Truth]) -> Truth:
    """Join by or: one true decides, else one unknown."""
    found = set(truths)
    if Truth.TRUE in found:
        return Truth.TRUE
    return Truth.UNKNOWN if Truth.UNKNOWN in found else Truth.FALSE
