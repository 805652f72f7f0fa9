"""The C functions of durable-rules, inside the fences that keep them safe.

Measured on 2.0.28: conjunctions over one flat fact are decided correctly. Some of the rest crashes, hangs or
decides wrongly: no `$or`, `$not`, join, `$mt`, arithmetic, event, timer or automatic id, and never `Host`.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from policy_engine.evaluation.durable.clauses import Clause, EngineFailure, Mark, as_json, pattern
from policy_engine.foundation.records import dataclass

try:
    import durable_rules_engine
except ImportError:  # it may not be built for this interpreter
    durable_rules_engine = None

MOST_PATTERNS = 40  # 64 branches of one fact overflow the engine's stack
MOST_PROPERTIES = 200  # a fact holds 252

_NOT_MATCHED = 1
_ACCEPTED = (0, _NOT_MATCHED)
# fmt: off
_RESERVED = (
    "id", "sid", "z", "$s", "$lt", "$lte", "$gt", "$gte", "$eq", "$neq", "$ex", "$nex", "$and", "$or", "$mt",
    "$imt", "$iall", "$iany", "$m", "$i", "$forward",
)
# fmt: on
_SENTINEL = {"z": {"all": [{"m": {"$ex": {"z": 1}}}]}}
_sids = itertools.count()


def durable_available() -> bool:
    """Tell whether the second engine could be loaded."""
    return durable_rules_engine is not None


@dataclass(frozen=True, slots=True)
class Pack:
    """A few clauses as the engine reads them: the heads in their order, the names that they look at, all as one text."""

    heads: tuple[str, ...]
    names: tuple[str, ...]
    text: str


def packed(clauses: Sequence[Clause]) -> Pack:
    """Write clauses down for the engine. Raises `EngineFailure` for what it can't hold."""
    if len(clauses) > MOST_PATTERNS:
        raise EngineFailure("too many clauses for one ruleset of the second engine")
    names = tuple(dict.fromkeys(atom.name for clause in clauses for atom in clause.body))
    refuse_collisions(names)
    rules = {_key(index): _rule(clause) for index, clause in enumerate(clauses)}
    return Pack(tuple(clause.head for clause in clauses), names, as_json(_SENTINEL | rules))


def _key(index: int) -> str:
    return f"k{index}"


class Ruleset:
    """A few clauses inside the engine, freed with this object. Not for two threads at a time."""

    def __init__(self, pack: Pack) -> None:
        if durable_rules_engine is None:
            raise EngineFailure("durable-rules cannot be loaded")
        self._heads = {_key(index): head for index, head in enumerate(pack.heads)}
        self._names = pack.names
        self._handle = _call("create_ruleset", "p", pack.text)
        # Without `delete_ruleset` each would leak; at exit the memory goes anyway.
        weakref.finalize(self, durable_rules_engine.delete_ruleset, self._handle).atexit = False

    def run(self, marks: Mapping[str, Mark]) -> list[str]:
        """Assert one fact, made of the properties these clauses look at, and list the heads that fire."""
        seen = {name: marks[name] for name in self._names if name in marks}
        sid = f"c{next(_sids)}"
        # Deleting a state in which nothing ever fired frees a wild pointer; the sentinel always fires first.
        if self._fire({"id": "z", "z": 1, "sid": sid}) != ["z"]:
            raise EngineFailure("the sentinel of the second engine did not fire")
        try:
            # One fact a state, so its id cannot clash; automatic ids can.
            return [self._heads[key] for key in self._fire({"id": "f", **seen, "sid": sid})]
        finally:
            _call("delete_state", self._handle, sid)

    def _fire(self, fact: Mapping[str, Mark]) -> list[str]:
        code, state = _call("assert_fact", self._handle, as_json(fact))
        if code not in _ACCEPTED:
            reason = f"the second engine did not accept a fact (code {code})"
            raise EngineFailure(reason)
        fired: list[str] = []
        started = _call("start_action_for_state", self._handle, state)
        message = started and started[1]
        while message:
            fired.append(message[2 : message.index('"', 2)])  # {"key":{…
            if len(fired) > len(self._heads) + 1:
                raise EngineFailure("the second engine fires without end")
            message = _call("complete_and_start_action", self._handle, state)
        return fired


def rulesets(clauses: Iterable[Clause]) -> tuple[Ruleset, ...]:
    """Hand clauses to the engine."""
    return tuple(map(Ruleset, packs_of(clauses)))


def packs_of(clauses: Iterable[Clause]) -> tuple[Pack, ...]:
    """Pack clauses into as few rulesets as the engine's limits allow, in order."""
    packs: list[list[Clause]] = []
    names: set[str] = set()
    for clause in clauses:
        needed = {atom.name for atom in clause.body}
        if not packs or len(packs[-1]) == MOST_PATTERNS or len(names | needed) > MOST_PROPERTIES:
            packs.append([])
            names = set()
        packs[-1].append(clause)
        names |= needed
    return tuple(map(packed, packs))


def _rule(clause: Clause) -> dict[str, object]:
    return {"all": [{"m": {"$and": pattern(clause.body)}}]}


def refuse_collisions(names: Iterable[str]) -> None:
    """Refuse property names that the engine would confuse: it compares nothing but their hashes."""
    known = {_hash(name): name for name in _RESERVED}
    for name in names:
        if known.setdefault(_hash(name), name) != name or name in _RESERVED:
            reason = f"the second engine would confuse the property {name}"
            raise EngineFailure(reason)


@cache
def _hash(name: str) -> int:
    # 32-bit FNV-1a, as in the engine's source; names are ASCII.
    found = 0x811C9DC5
    for byte in name.encode("ascii"):
        found = ((found ^ byte) * 16777619) & 0xFFFFFFFF
    return found


def _call(function: str, *arguments: object) -> Any:  # noqa: ANN401 - a C function of an untyped module
    try:
        return getattr(durable_rules_engine, function)(*arguments)
    except (durable_rules_engine.error, MemoryError) as problem:
        reason = f"{function} failed in the second engine: {problem}"
        raise EngineFailure(reason) from problem
