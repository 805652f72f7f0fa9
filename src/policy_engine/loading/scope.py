"""Conditions that rules carry without being written out: force in time and place, doubts, positive wholes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from policy_engine.foundation.spans import Span
from policy_engine.model.areas import NATION
from policy_engine.model.conditions import (
    All,
    Any,
    Bound,
    Compare,
    Condition,
    Equals,
    InArea,
    InForce,
    Not,
    Ratio,
)
from policy_engine.model.documents import Document
from policy_engine.model.rules import Doubt
from policy_engine.model.vocabulary import Field


def scope_of(
    document: Document, dated_by: str, narrower: tuple[int | None, int | None], span: Span
) -> Condition:
    """Say when and where a document's rule holds: inside its interval (or a narrower one) and its area."""
    firsts = [
        d for d in (document.effective.day if document.effective else None, narrower[0]) if d is not None
    ]
    lasts = [d for d in (document.ended.day if document.ended else None, narrower[1]) if d is not None]
    in_force = InForce(dated_by, max(firsts, default=None), min(lasts, default=None), span)
    if document.area == NATION:
        return in_force
    return All((in_force, InArea(document.area, span)), span)


def with_doubts(condition: Condition, doubts: Iterable[Doubt]) -> Condition:
    """Put doubts into the condition they are about: where a doubt holds, its question decides alone."""
    for doubt in doubts:
        asked = Equals(doubt.ask, True, doubt.span)
        plain = All((condition, Not(doubt.when, doubt.span)), doubt.span)
        condition = Any((plain, All((doubt.when, asked), doubt.span)), doubt.span)
    return condition


def with_positive_wholes(when: Condition, required: Condition, fields: Mapping[str, Field]) -> Condition:
    """Let a rule that requires a ratio apply only where the whole is above zero: a share of nothing is no breach."""
    wholes = dict.fromkeys(_wholes(required))
    parts = [Compare(name, Bound.MORE_THAN, 0, required.span) for name in wholes if name in fields]
    return All((when, *parts), when.span) if parts else when


def _wholes(condition: Condition) -> Iterator[str]:
    match condition:
        case All(parts=parts) | Any(parts=parts):
            for part in parts:
                yield from _wholes(part)
        case Not(part=part):
            yield from _wholes(part)
        case Ratio(whole=whole):
            yield whole
        case _:
            return
