"""Find the facts an outcome rests on: of a rule's conditions, the parts that make it come out as it did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from policy_engine.compilation.reads import field_written, fields_read
from policy_engine.evaluation.truth import Derivations, truth
from policy_engine.evaluation.weighing import with_numbers
from policy_engine.foundation.logic import Truth, negate
from policy_engine.foundation.records import dataclass
from policy_engine.model.cases import Fact, Origin
from policy_engine.model.conditions import All, Any, Condition, Leaf, Not
from policy_engine.model.decisions import Excepted, RuleResult, Status, SubjectDecision
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
from policy_engine.model.values import UNKNOWN, Value
from policy_engine.model.vocabulary import Field

# What was told speaks louder than what was only declared.
_BEST_TOLD = (Origin.STATED, Origin.CATALOGUE, Origin.IMPLIED, Origin.DERIVED)


@dataclass(frozen=True, slots=True)
class Support:
    """What one subject's decision knows of conditions: values, derived truths, who derives what, and the facts.

    `producers`: of each computed field that nobody stated, the rules that made it what it is; `writers`: all that
    could have.
    """

    values: Mapping[str, Value]
    derived: Derivations
    producers: Mapping[str, tuple[Rule, ...]]
    writers: Mapping[str, tuple[Rule, ...]]
    facts: Mapping[str, Fact]

    def truth(self, condition: Condition) -> Truth:
        """Find the truth of a condition in this decision."""
        return truth(condition, self.values, self.derived)

    def holds(self, clause: ExceptionClause) -> Truth:
        """Find whether an exception is in force and met."""
        return self.truth(All((clause.scope, clause.when), clause.span))

    def facts_of(self, result: RuleResult) -> tuple[str, ...]:
        """List the fields a result rests on, each once, derived ones followed by what they come from."""
        return tuple(dict.fromkeys(self._with_inputs(self._of_rule(result.rule, result.status))))

    def facts_for(self, condition: Condition, wanted: Truth) -> tuple[str, ...]:
        """List the fields that make a condition have the truth it is known to have."""
        return tuple(dict.fromkeys(self._with_inputs(self._carrying(condition, wanted))))

    def turns_on(self, result: RuleResult) -> tuple[str, ...]:
        """List the fields that keep a rule from being broken; where any of several would do, those best told."""
        rule = result.rule
        if result.status is Status.NOT_APPLICABLE:
            return self.decided_by(rule.when, Truth.FALSE)
        if result.status is Status.SATISFIED and isinstance(rule.kind, Require | Recommend):
            return self.decided_by(rule.kind.condition, Truth.TRUE)
        return ()

    def denied_by(self, result: RuleResult) -> tuple[str, ...]:
        """List the fields that decided that a rule doesn't hold; where any of several would do, those best told."""
        match result.blocked:
            case Excepted(clauses=(met, *_)):
                return self.decided_by(met.when, Truth.TRUE)
            case _ if self.truth(result.rule.when) is Truth.FALSE:
                return self.decided_by(result.rule.when, Truth.FALSE)
            case _:
                return ()

    def decided_by(self, condition: Condition, wanted: Truth) -> tuple[str, ...]:
        """List the fewest fields, of those best told, that give a condition the truth it is known to have."""
        return tuple(dict.fromkeys(self._fewest(condition, wanted)))

    def counted(self, name: str) -> tuple[Condition, ...]:
        """List what was counted to make a computed number: the conditions that hold."""
        kinds = (rule.kind for rule in self.producers.get(name, ()))
        conditions = (c for kind in kinds if isinstance(kind, Derive) for c in kind.conditions)
        return tuple(c for c in conditions if self.truth(c) is Truth.TRUE)

    def signs_of(self, field: Field) -> tuple[str, ...]:
        """List the fields that raise a conclusion, or speak against its usual value."""
        present = [sign for sign in field.indicators if self.truth(sign) is Truth.TRUE]
        return tuple(dict.fromkeys(n for sign in present for n in self.decided_by(sign, Truth.TRUE)))

    def _fewest(self, condition: Condition, wanted: Truth) -> tuple[str, ...]:
        if isinstance(condition, Leaf):
            names = [name for name in fields_read(condition) if name in self.facts]
            return tuple(n for name in names for n in (name, *self._behind(name)))
        if isinstance(condition, Not):
            return self._fewest(condition.part, negate(wanted))
        parts = [self._fewest(p, wanted) for p in condition.parts if self.truth(p) is wanted]
        if isinstance(condition, All) is (wanted is Truth.TRUE):
            return tuple(name for part in parts for name in part)
        # One part is enough: the one whose worst told fact was told best.
        return min(parts, key=self._distance, default=())

    def _behind(self, name: str) -> Iterator[str]:
        """Go through what a computed field comes from; of a claim that nothing made true, what denies it."""
        if name in self.producers:
            yield from self._with_inputs((name,))
            return
        for rule in self.writers.get(name, ()):
            if self.truth(rule.when) is Truth.FALSE:
                yield from self._fewest(rule.when, Truth.FALSE)

    # The worst told decides, then how many there are: one declared fact makes a part as weak as itself.
    def _distance(self, names: tuple[str, ...]) -> tuple[int, int]:
        ranks = (self._rank(self.facts[n]) for n in names if self.facts[n].value is not UNKNOWN)
        return max(ranks, default=len(_BEST_TOLD)), len(names)

    def _rank(self, fact: Fact) -> int:
        return _BEST_TOLD.index(fact.origin) if fact.origin in _BEST_TOLD else len(_BEST_TOLD)

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

    def _with_inputs(self, names: Iterable[str]) -> Iterator[str]:
        # No computed fact rests on itself: the walk ends.
        for name in names:
            yield name
            for rule in self.producers.get(name, ()):
                yield from self._with_inputs(self._of_rule(rule, Status.TRUE))


def support_of(decision: SubjectDecision, fields: Mapping[str, Field]) -> Support:
    """Gather what is needed to trace one subject's outcomes back to facts."""
    stated = decision.situation.values
    found: dict[str, list[RuleResult]] = {}
    for result in decision.results:
        name = field_written(result.rule)
        if name is not None and name not in stated and result.status is not Status.OUT_OF_FORCE:
            found.setdefault(name, []).append(result)
    made = {n: tuple(r.rule for r in own if r.status is Status.TRUE) for n, own in found.items()}
    return Support(
        with_numbers(stated, decision.evaluation),
        Derivations(decision.evaluation.truths, fields),
        {name: rules for name, rules in made.items() if rules},
        {name: tuple(result.rule for result in own) for name, own in found.items()},
        decision.facts,
    )
