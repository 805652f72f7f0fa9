"""Drafts: clauses as they are gathered for one subject, each in the first stage in which it can be decided.

durable-rules is handed no disjunction: each alternative is a clause of its own, and an alternative inside a
conjunction is a flag that an earlier stage raises.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from policy_engine.evaluation.durable.clauses import (
    Atom,
    Clause,
    Conjunction,
    EngineFailure,
    groups,
    is_set,
)
from policy_engine.evaluation.durable.properties import Property, read_from
from policy_engine.evaluation.durable.stages import Sign
from policy_engine.foundation.records import dataclass, field
from policy_engine.model.vocabulary import Field

Alternatives = tuple[Conjunction, ...]
NEVER: Alternatives = ()
ALWAYS: Alternatives = ((),)


@dataclass(slots=True)
class Draft:
    """The clauses of one subject so far, each with its stage.

    `ready` gives the stage from which a name can be looked at, `derived_in` the stage that settles a derived
    field, `pending` the derived fields some of whose rules are still to come.
    """

    fields: Mapping[str, Field]
    pending: set[str]
    derived_in: dict[str, int] = field(default_factory=dict)
    properties: dict[Property, str] = field(default_factory=dict)
    flags: dict[frozenset[Conjunction], str] = field(default_factory=dict)
    ready: dict[str, int] = field(default_factory=dict)
    clauses: list[tuple[int, Clause]] = field(default_factory=list)


def name_of(draft: Draft, prop: Property) -> str:
    """Name a property in the engine, the same one each time."""
    if prop not in draft.properties:
        settled = [settled_in(draft, name) for name in read_from(prop)]
        draft.properties[prop] = _new_name(draft, max(settled) + 1)
    return draft.properties[prop]


def settled_in(draft: Draft, name: str) -> int:
    """Find the stage that settles a field: none, before the first, for what only the case can state."""
    if name in draft.pending:
        reason = f"the derived field {name} is read before the rules that produce it"
        raise EngineFailure(reason)
    return draft.derived_in.get(name, -1)


def every(draft: Draft, parts: Iterable[Alternatives]) -> Alternatives:
    """Join by and: single alternatives in place, several by a flag."""
    atoms: dict[Atom, None] = {}
    for alternatives in parts:
        if alternatives == NEVER:
            return NEVER
        if () in alternatives:
            continue
        body = alternatives[0] if len(alternatives) == 1 else (_flag(draft, alternatives),)
        atoms.update(dict.fromkeys(body))
    return (tuple(atoms),)


def some(parts: Iterable[Alternatives]) -> Alternatives:
    """Join by or."""
    found = tuple(dict.fromkeys(body for alternatives in parts for body in alternatives))
    return ALWAYS if () in found else found


def sign(draft: Draft, alternatives: Alternatives) -> Sign:
    """Name the flag that tells whether one of the alternatives holds, or say what is so in every case."""
    # Without an alternative it never holds; with one that asks for nothing it always does.
    if alternatives == NEVER or () in alternatives:
        return alternatives != NEVER
    return _flag(draft, alternatives).name


def _flag(draft: Draft, alternatives: Alternatives) -> Atom:
    key = frozenset(alternatives)
    if key not in draft.flags:
        bodies = [_fitting(draft, body) for body in alternatives]
        # Each alternative runs as soon as its own atoms are there; the flag is known after the last of them.
        stages = [max(draft.ready[atom.name] for atom in body) for body in bodies]
        name = _new_name(draft, max(stages) + 1)
        draft.clauses += [(stage, Clause(name, body)) for stage, body in zip(stages, bodies, strict=True)]
        draft.flags[key] = name
    return is_set(draft.flags[key])


def _fitting(draft: Draft, body: Conjunction) -> Conjunction:
    pieces = groups(body)
    if len(pieces) == 1:
        return body
    return _fitting(draft, tuple(_flag(draft, (piece,)) for piece in pieces))


def _new_name(draft: Draft, ready: int) -> str:
    # By the order in which things are met, so that the same rules make the same clauses.
    name = f"p{len(draft.ready)}"
    draft.ready[name] = ready
    return name
