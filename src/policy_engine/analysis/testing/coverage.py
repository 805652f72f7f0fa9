"""Which parts of a rule its examples exercise, and masking MC/DC on "surely violated".

A rule is surely violated where a monotone formula over literals holds (ADR 4): each literal says that a comparison is
surely so. A literal *decides* in an example when flipping it alone flips the formula. It is covered in the sense of
masking MC/DC when it decides in one example where it holds and in one where it does not: between the two, it alone
accounts for the difference. Literals of force and territory are left out; documents have examples of their own for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from policy_engine.analysis.testing.trials import Trial
from policy_engine.compilation import CompiledSubject
from policy_engine.compilation.generate import lower_rule
from policy_engine.compilation.lowering import (
    Bit,
    BitCount,
    Conj,
    Disj,
    Effective,
    Formula,
    Literal,
    conj,
)
from policy_engine.evaluation.outcomes import outcome_of
from policy_engine.evaluation.truth import Derivations, truth
from policy_engine.foundation.logic import Truth
from policy_engine.model.conditions import InArea, InForce, Unvalued
from policy_engine.model.decisions import Evaluation, Outcome, Status
from policy_engine.model.rules import Derive, Recommend, Require, Rule, Table
from policy_engine.model.values import Value

Atom = Literal | Bit | BitCount


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCoverage:
    """One rule: truths seen of each atom, whether each is covered by MC/DC, and the outcomes shown."""

    rule: Rule
    seen: Mapping[Atom, frozenset[Truth]]
    covered: Mapping[Atom, bool]
    outcomes: tuple[Outcome, ...]

    @property
    def share(self) -> tuple[int, int]:
        """Count the covered atoms, and all."""
        return sum(self.covered.values()), len(self.covered)


def cover_rule(rule: Rule, subject: CompiledSubject, trials: Iterable[Trial]) -> RuleCoverage:
    """Measure one rule on the examples of its subject."""
    formula = _violated(rule, subject)
    every = tuple(dict.fromkeys(_atoms(formula)))
    atoms = tuple(atom for atom in every if not _is_of_force(atom))
    own = tuple(trials)
    seen: dict[Atom, set[Truth]] = {atom: set() for atom in atoms}
    sides: dict[Atom, set[bool]] = {atom: set() for atom in atoms}
    outcomes: dict[Outcome, None] = {}
    for trial in own:
        derived = Derivations(trial.evaluation.truths, subject.fields)
        values: dict[str, Value] = {**trial.evaluation.numbers, **trial.situation.values}
        found = {atom: _truth(atom, values, derived) for atom in every}
        holds = {atom: _holds(atom, found[atom]) for atom in every}
        for atom in atoms:
            seen[atom].add(found[atom])
            flipped = {**holds, atom: not holds[atom]}
            if _value(formula, holds, trial.evaluation) is not _value(formula, flipped, trial.evaluation):
                sides[atom].add(holds[atom])
        if not isinstance(rule.kind, Table | Derive):
            outcomes[outcome_of(rule.kind, trial.evaluation.statuses[rule.id])] = None
    return RuleCoverage(
        rule=rule,
        seen={atom: frozenset(truths) for atom, truths in seen.items()},
        covered={atom: found == {True, False} for atom, found in sides.items()},
        outcomes=tuple(outcomes),
    )


def _violated(rule: Rule, subject: CompiledSubject) -> Formula:
    parts = lower_rule(rule, subject.fields, subject.defeated_by.get(rule.id, ()))
    # `conj` of nothing is true: other kinds are broken wherever they take effect.
    required = parts.required.false if isinstance(rule.kind, Require | Recommend) else conj()
    return conj(parts.when.true, parts.excepted.false, parts.defeated.false, required)


def _atoms(formula: Formula) -> Iterator[Atom]:
    match formula:
        case Conj(parts=parts) | Disj(parts=parts):
            for part in parts:
                yield from _atoms(part)
        case Effective():
            return
        case _:
            yield formula


def _is_of_force(atom: Atom) -> bool:
    return isinstance(atom, Literal) and isinstance(atom.leaf, InForce | InArea | Unvalued)


def _truth(atom: Atom, values: Mapping[str, Value], derived: Derivations) -> Truth:
    match atom:
        case Literal(leaf=leaf):
            return truth(leaf, values, derived)
        case Bit(field=name, member=member):
            stated = values.get(name)
            if isinstance(stated, bool | str | frozenset):
                is_so = (
                    stated is True or stated == member or (isinstance(stated, frozenset) and member in stated)
                )
                return Truth.TRUE if is_so else Truth.FALSE
            return derived.truths.get((name, member), Truth.UNKNOWN)
        case BitCount(field=name, positive=positive, least=least):
            wanted = Truth.TRUE if positive else Truth.FALSE
            members = [derived.truths.get((name, c), Truth.UNKNOWN) for c in derived.fields[name].choices]
            return Truth.TRUE if sum(t is wanted for t in members) >= least else Truth.UNKNOWN


def _holds(atom: Atom, found: Truth) -> bool:
    # Of a count the truth found is already that of its side.
    is_plain = isinstance(atom, BitCount) or atom.positive
    return found is (Truth.TRUE if is_plain else Truth.FALSE)


def _value(formula: Formula, holds: Mapping[Atom, bool], evaluation: Evaluation) -> bool:
    match formula:
        case Conj(parts=parts):
            return all(_value(part, holds, evaluation) for part in parts)
        case Disj(parts=parts):
            return any(_value(part, holds, evaluation) for part in parts)
        case Effective(rule=rule, positive=positive):
            is_effective = evaluation.statuses[rule] in (Status.TRUE, Status.SATISFIED)
            return is_effective is positive
        case _:
            return holds[formula]
