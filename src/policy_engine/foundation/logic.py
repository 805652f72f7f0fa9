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
