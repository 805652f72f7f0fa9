"""Find the facts an outcome rests on: of a rule's conditions, the parts that make it come out as it did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from policy_engine.compilation.reads import field_written, fields_read
from policy_engine.evaluation.truth import Derivations, truth
from policy_engine.evaluation.weighing import with_numbers
from policy_engine.foundation.logic import Truth, negate
from policy_engine.model.conditions import All, Any, Condition, Leaf, Not
from policy_engine.model.decisions import RuleResult, Status, SubjectDecision
from policy_engine.model.rules import (
    Classify,
    Derive,
    ExceptionClause,
    Impossible,
    Permit,
    Prohibit,
    Recommend,
    Require,
    Rule,
    Table,
)
from policy_engine.model.values import Value
from policy_engine.model.vocabulary import Field, Role


@dataclass(frozen=True, slots=True)
class Support:
    """What one subject's decision knows of conditions: values, derived truths, and who derives what."""

    values: Mapping[str, Value]
    derived: Derivations
    producers: Mapping[str, tuple[Rule, ...]]

    def truth(self, condition: Condition) -> Truth:
        """Find the truth of a condition in this decision."""
        return truth(condition, self.values, self.derived)

    def holds(self, clause: ExceptionClause) -> Truth:
        """Find whether an exception is in force and met."""
        return self.truth(All((clause.scope, clause.when), clause.span))

    def facts_of(self, result: RuleResult) -> tuple[str, ...]:
        """List the fields a result rests on, each once, derived ones followed by what they come from."""
        return tuple(dict.fromkeys(self._with_inputs(self._of_rule(result.rule, result.status), ())))

    def facts_for(self, condition: Condition, wanted: Truth) -> tuple[str, ...]:
        """List the fields that make a condition have the truth it is known to have."""
        return tuple(dict.fromkeys(self._with_inputs(self._carrying(condition, wanted), ())))

    def denied_by(self, result: RuleResult) -> tuple[str, ...]:
        """List the fields that decided that a rule doesn't hold; of several that each suffice, the first."""
        if result.status is Status.EXCEPTED:
            met = next(clause for clause in result.rule.unless if self.holds(clause) is Truth.TRUE)
            return self.facts_for(met.when, Truth.TRUE)
        is_denied = result.status is Status.NOT_APPLICABLE
        return tuple(dict.fromkeys(self._deciding(result.rule.when, Truth.FALSE))) if is_denied else ()

    def _deciding(self, condition: Condition, wanted: Truth) -> Iterator[str]:
        if isinstance(condition, Leaf):
            yield from fields_read(condition)
            return
        match condition:
            case Not(part=part):
                yield from self._deciding(part, negate(wanted))
            case All(parts=parts) | Any(parts=parts):
                needs_all = (wanted is Truth.TRUE) is isinstance(condition, All)
                found = [part for part in parts if needs_all or self.truth(part) is wanted]
                for part in found if needs_all else found[:1]:
                    yield from self._deciding(part, wanted)

    def _of_rule(self, rule: Rule, status: Status) -> Iterator[str]:
        if status is Status.NOT_APPLICABLE:
            yield from self._carrying(rule.when, Truth.FALSE)
            return
        yield from self._carrying(rule.scope, Truth.TRUE)
        yield from self._carrying(rule.when, Truth.TRUE)
        match rule.kind:
            case Require(condition=condition) | Recommend(condition=condition):
                wanted = Truth.FALSE if status is Status.TRUE else Truth.TRUE
                yield from self._carrying(condition, wanted)
            case Derive(inputs=inputs, conditions=conditions):
                yield from inputs
                for condition in conditions:
                    yield from fields_read(condition)
            case Table(rows=rows):
                first = next((c for c, _ in rows if self.truth(c) is Truth.TRUE), None)
                yield from self._carrying(first, Truth.TRUE) if first is not None else ()
            case Prohibit() | Permit() | Classify() | Impossible():
                return

    def _carrying(self, condition: Condition, wanted: Truth) -> Iterator[str]:
        if isinstance(condition, Leaf):
            yield from fields_read(condition)
            return
        match condition:
            case All(parts=parts):
                yield from self._among(parts, wanted, is_whole=wanted is Truth.TRUE)
            case Any(parts=parts):
                yield from self._among(parts, wanted, is_whole=wanted is Truth.FALSE)
            case Not(part=part):
                yield from self._carrying(part, negate(wanted))

    def _among(self, parts: Iterable[Condition], wanted: Truth, *, is_whole: bool) -> Iterator[str]:
        # An `all` is true by all its parts and false by any one; an `any` the other way round.
        for part in parts:
            if is_whole or self.truth(part) is wanted:
                yield from self._carrying(part, wanted)

    def _with_inputs(self, names: Iterable[str], seen: tuple[str, ...]) -> Iterator[str]:
        for name in names:
            yield name
            if name in seen:
                continue
            for rule in self.producers.get(name, ()):
                yield from self._with_inputs(self._of_rule(rule, Status.TRUE), (*seen, name))


def support_of(decision: SubjectDecision, fields: Mapping[str, Field]) -> Support:
    """Gather what is needed to trace one subject's outcomes back to facts."""
    producers: dict[str, list[Rule]] = {}
    stated = decision.situation.values
    for result in decision.results:
        name = field_written(result.rule)
        if name is not None and name not in stated and result.status is Status.TRUE:
            producers.setdefault(name, []).append(result.rule)
    values = with_numbers(stated, decision.evaluation)
    inputs = {name: tuple(rules) for name, rules in producers.items() if fields[name].role is Role.DERIVED}
    return Support(values, Derivations(decision.evaluation.truths, fields), inputs)
