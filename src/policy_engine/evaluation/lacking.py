"""Which parameters without a value on the day keep a rule open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policy_engine.compilation import CompiledSubject
from policy_engine.compilation.reads import fields_read
from policy_engine.evaluation.truth import Derivations, truth
from policy_engine.foundation.logic import Truth
from policy_engine.foundation.records import dataclass
from policy_engine.model.conditions import All, Any, Condition, Leaf, Not, Unvalued, dating_field
from policy_engine.model.decisions import LackingParameter, Status
from policy_engine.model.rules import (
    Classify,
    Derive,
    Impossible,
    Permit,
    Prohibit,
    Recommend,
    Require,
    Rule,
    Table,
)
from policy_engine.model.values import UNKNOWN, Value


def lacking_parameters(
    rule: Rule,
    values: Mapping[str, Value],
    derived: Derivations,
    program: CompiledSubject,
    statuses: Mapping[str, Status],
) -> tuple[LackingParameter, ...]:
    """List the parameters without a value that an open rule waits for, those behind derived fields included."""
    if rule.id not in program.awaiting:
        return ()
    search = _Search(values, derived, program, statuses, {})
    return tuple(dict.fromkeys(search.of_rule(rule)))


@dataclass(frozen=True, slots=True)
class _Search:
    values: Mapping[str, Value]
    derived: Derivations
    program: CompiledSubject
    statuses: Mapping[str, Status]
    seen: dict[str, None]

    def of_rule(self, rule: Rule) -> Iterator[LackingParameter]:
        if rule.id in self.seen:
            return
        self.seen[rule.id] = None
        for condition in _parts(rule):
            yield from self._of_condition(condition)
        for name in self.program.defeated_by.get(rule.id, ()):
            if self.statuses[name] is Status.UNKNOWN:
                yield from self.of_rule(self._rule(name))
        if isinstance(rule.kind, Derive):
            for field in rule.kind.inputs:
                yield from self._of_field(field)

    def _of_condition(self, condition: Condition) -> Iterator[LackingParameter]:
        # Under a part that is settled nothing counts.
        if truth(condition, self.values, self.derived) is not Truth.UNKNOWN:
            return
        if isinstance(condition, Leaf):
            yield from self._of_leaf(condition)
            return
        match condition:
            case All(parts=parts) | Any(parts=parts):
                for part in parts:
                    yield from self._of_condition(part)
            case Not(part=part):
                yield from self._of_condition(part)

    def _of_leaf(self, leaf: Leaf) -> Iterator[LackingParameter]:
        if isinstance(leaf, Unvalued):
            day = self.values.get(dating_field(leaf.dated_by), UNKNOWN)
            # Without a day nobody can say which value is lacking.
            if isinstance(day, int):
                yield LackingParameter(leaf.parameter, day)
            return
        for field in fields_read(leaf):
            yield from self._of_field(field)

    def _of_field(self, field: str) -> Iterator[LackingParameter]:
        if self.values.get(field, UNKNOWN) is UNKNOWN:
            for name in self.program.producers.get(field, ()):
                yield from self.of_rule(self._rule(name))

    def _rule(self, name: str) -> Rule:
        return next(rule for rule in self.program.rules if rule.id == name)


def _parts(rule: Rule) -> Iterator[Condition]:
    yield rule.scope
    yield rule.when
    yield from (All((clause.scope, clause.when), clause.span) for clause in rule.unless)
    match rule.kind:
        case Require(condition=condition) | Recommend(condition=condition):
            yield condition
        case Table(rows=rows):
            yield from (condition for condition, _ in rows)
        case Derive(conditions=conditions):
            yield from conditions
        case Prohibit() | Permit() | Classify() | Impossible():
            return
