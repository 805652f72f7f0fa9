"""What is decided of all rules at once, and what decides it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from policy_engine.foundation.tuples import NamedTuple
from policy_engine.model.values import Value


class Decided(NamedTuple):
    """What the tables decide of a case, one bit a rule.

    `surely`, `possibly`: of the parts of the rules in the order in which they block, then whether they are broken.
    `takes_effect`, `may_take_effect`: the rules in effect. `columns`: of each stratum, what it decides beside rules.
    `keys`: which members of a computed field the rules say are in.
    """

    values: Mapping[str, Value]
    numbers: Mapping[str, int]
    surely: Sequence[int]
    possibly: Sequence[int]
    takes_effect: int
    may_take_effect: int
    columns: Sequence[int]
    keys: Mapping[str, int]


class Run(Protocol):
    """Decides by the tables of a subject.

    `satisfied`: the clauses that the facts of the first stratum satisfy, where they were looked up already.
    """

    def __call__(self, values: Mapping[str, Value], satisfied: int | None = None, /) -> Decided: ...
