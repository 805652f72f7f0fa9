"""Clauses: what durable-rules is given. One clause is a conjunction over one flat fact, with a head."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from typing import Protocol

from policy_engine.foundation.records import dataclass

MOST_LITERALS = 20
_WIDEST_INTEGER = 2**62  # the engine saturates at 2**63
_LONGEST_TEXT = 60_000  # bytes; the engine keeps a length modulo 65,536

# Made once: each case hands over dozens of small facts.
_WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

Mark = bool | int | str


class EngineFailure(Exception):  # noqa: N818 - an engine that gives no answer, rather than a wrong input
    """The second engine cannot decide: it isn't there, was handed something it can't hold, or went wrong."""


class Op(Enum):
    """The comparisons of a property with a constant; the value is the engine's word."""

    EQUAL = ""
    UNEQUAL = "$neq"
    LESS = "$lt"
    AT_MOST = "$lte"
    MORE = "$gt"
    AT_LEAST = "$gte"
    PRESENT = "$ex"


@dataclass(frozen=True, slots=True)
class Atom:
    """One property compared with a constant; where the property is absent, no comparison holds."""

    name: str
    op: Op
    constant: Mark


Conjunction = tuple[Atom, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """Where every atom of the body holds, the head does."""

    head: str
    body: Conjunction


class Ruleset(Protocol):
    """Clauses made ready by whatever matches them."""

    def run(self, marks: Mapping[str, Mark]) -> list[str]:
        """List the heads of the clauses that hold of these properties; an absent one is unknown."""
        ...


# Puts clauses into as few sets as it can hold, in order.
Matcher = Callable[[Iterable[Clause]], Sequence[Ruleset]]


def is_set(name: str) -> Atom:
    """Ask whether a flag was raised: flags are true or absent."""
    return Atom(name, Op.EQUAL, constant=True)


def groups(atoms: Iterable[Atom]) -> tuple[Conjunction, ...]:
    """Cut a conjunction into pieces that the engine can hold, in order."""
    every = tuple(atoms)
    return tuple(every[at : at + MOST_LITERALS] for at in range(0, len(every), MOST_LITERALS)) or ((),)


def admit(mark: Mark) -> Mark:
    """Let through what the engine compares exactly; refuse the rest."""
    match mark:
        case bool():
            return mark
        case int() if abs(mark) < _WIDEST_INTEGER:
            return mark
        case str() if _is_short_text(mark):
            return mark
        case _:
            reason = f"{mark!r:.60} is beyond what the second engine can hold"
            raise EngineFailure(reason)


def as_json(thing: object) -> str:
    """Write what the engine reads."""
    return _WRITER.encode(thing)


def pattern(body: Conjunction) -> list[dict[str, object]]:
    """Write a body, a comparison a literal."""
    return [_literal(atom) for atom in body]


def _literal(atom: Atom) -> dict[str, object]:
    comparison: dict[str, object] = {atom.name: admit(atom.constant)}
    return {atom.op.value: comparison} if atom.op.value else comparison


def _is_short_text(text: str) -> bool:
    try:
        return len(text.encode()) < _LONGEST_TEXT
    except UnicodeEncodeError:  # half a surrogate pair
        return False
