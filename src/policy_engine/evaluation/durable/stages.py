"""Stages: what a plan is made of, each stage deciding what the earlier ones make decidable."""

from __future__ import annotations

from policy_engine.evaluation.durable.clauses import Clause
from policy_engine.evaluation.durable.properties import Property
from policy_engine.foundation.logic import Pair
from policy_engine.foundation.records import dataclass
from policy_engine.model.rules import Rule

# The flag that tells whether something holds, or what is so in every case.
Sign = bool | str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRule:
    """One rule, ready to be walked. `conditions`: the rows of a table, or what is counted."""

    rule: Rule
    scope: Pair[Sign]
    when: Pair[Sign]
    excepted: Pair[Sign]
    required: Pair[Sign]
    conditions: tuple[Pair[Sign], ...]
    defeated_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Membership:
    """A derived boolean (`member` is empty) or member, and the rules each of which makes it true."""

    field: str
    member: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What one stage does, in this order: read properties, run clauses, walk rules, settle memberships."""

    properties: tuple[tuple[Property, str], ...]
    clauses: tuple[Clause, ...]
    rules: tuple[PlannedRule, ...]
    memberships: tuple[Membership, ...]
