"""Ask the solver whether there is a case in which a goal holds, and for the smallest such case.

The effort of every question is bounded by solver steps, never by the clock: the same question has the same answer
on every machine. A question that runs out of steps is `UNDECIDED`, and whoever asked must say so.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final, TypeVar, cast

import z3

from policy_engine.analysis.symbolic.calendar import Civil
from policy_engine.analysis.symbolic.facts import Bits, Facts, Scalar
from policy_engine.model.areas import NATION
from policy_engine.model.calendar import USUAL_DAY, day_number
from policy_engine.model.values import NOT_HAPPENED, Known
from policy_engine.model.vocabulary import Field, FieldType, Phase

T = TypeVar("T")

STEPS: Final = 20_000_000
_FIRST_STEPS: Final = 500_000
# Seeds and steps of the searches begun afresh where the first runs out of steps.
_RETRIES: Final = ((1, 1_000_000), (2, 1_000_000), (3, 2_000_000), (4, STEPS))
_USUAL_DAYS: Final = (day_number("2015-01-01") or 0, day_number("2035-12-31") or 0)


class Silence(Enum):
    """Why there is no witness: surely there is no such case, or the steps ran out."""

    NO_CASE = "no case"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """One case as its facts: what is not in `values` is unknown."""

    subject: str
    as_of: int
    area: str
    phase: Phase
    values: Mapping[str, Known]


@dataclass(frozen=True, slots=True)
class Question:
    """A solver over the cases of one subject; goals are put to it one after another, each with so many steps."""

    subject: str
    facts: Facts
    cases: tuple[z3.BoolRef, ...]
    solver: z3.Solver
    steps: int

    def ask(self, *goals: z3.BoolRef) -> Silence | None:
        """Tell whether no case fulfils the goals; `None` where one does."""
        found, _ = self._decide(self._own(goals))
        return _silence(found)

    def witness(self, *goals: z3.BoolRef) -> Witness | Silence:
        """Find the case with the fewest known facts that fulfils the goals, as ordinary as they allow."""
        goals = self._own(goals)
        found, solver = self._decide(goals)
        silence = _silence(found)
        if silence is not None:
            return silence
        model = solver.model()
        solver.push()
        try:
            solver.add(*goals)
            # What is added for this witness is taken off again: the solver answers further questions.
            return self._smallest(solver, model)
        finally:
            solver.pop()

    def _own(self, goals: tuple[z3.BoolRef, ...]) -> tuple[z3.BoolRef, ...]:
        return tuple(_moved(goal, self.solver.ctx) for goal in goals)

    def _decide(self, goals: tuple[z3.BoolRef, ...]) -> tuple[z3.CheckSatResult, z3.Solver]:
        # What a solver learnt from earlier questions mostly helps, and now and then leads it astray for long; so do
        # calendars. A search begun afresh is then done in a fraction of the steps.
        solver = self.solver
        found = solver.check(*goals)
        for seed, steps in _RETRIES:
            if found != z3.unknown:
                break
            solver = _solver(self.cases, min(steps, self.steps), seed)
            found = _check_at_length(solver, goals)
        return found, solver

    def _smallest(self, solver: z3.Solver, model: z3.ModelRef) -> Witness:
        # A check that runs out of steps costs the witness a fact more than needed, nothing else.
        names = [name for name in self.facts.variables if self.facts.fields[name].type is not FieldType.TEXT]
        model = self._reduced(solver, model, names)
        flags = [(self.facts.variables[name].known, 1) for name in names]
        # Forgetting one by one ends in a local least; so it is asked for any case with fewer facts still.
        while kept := self._known(model, names):
            solver.push()
            solver.add(z3.PbLe(flags, len(kept) - 1))
            has_less = solver.check() == z3.sat
            if has_less:
                model = self._reduced(solver, solver.model(), names)
            solver.pop()
            if not has_less:
                break
        known = {name: self.facts.variables[name].known for name in names}
        solver.add(*(flag if name in kept else z3.Not(flag) for name, flag in known.items()))
        for preference in self._preferences(kept):
            if solver.check(preference) == z3.sat:
                model = solver.model()
                # Kept where it can be: later preferences give way to earlier ones.
                solver.add(preference)
        return self._read(model, kept)

    def _reduced(self, solver: z3.Solver, model: z3.ModelRef, names: list[str]) -> z3.ModelRef:
        # Forget fact by fact; what can't be forgotten beside the rest stays.
        kept = self._known(model, names)
        for name in list(kept):
            if name not in kept:
                continue
            unknown = [self.facts.variables[n].known for n in names if n not in kept or n == name]
            if solver.check(*map(z3.Not, unknown)) == z3.sat:
                model = solver.model()
                kept = self._known(model, names)
        return model

    def _known(self, model: z3.ModelRef, names: list[str]) -> list[str]:
        return [
            n for n in names if z3.is_true(model.eval(self.facts.variables[n].known, model_completion=True))
        ]

    def _preferences(self, kept: list[str]) -> Iterator[z3.BoolRef]:
        yield from usual_days(self.facts)
        yield self.facts.areas[NATION]
        yield self.facts.phases[Phase.PROJECT]
        for name in kept:
            yield from _usual(self.facts.fields[name], self.facts.variables[name])

    def _read(self, model: z3.ModelRef, kept: list[str]) -> Witness:
        def holds(bit: z3.BoolRef) -> bool:
            return bool(z3.is_true(model.eval(bit, model_completion=True)))

        def number(value: z3.ArithRef) -> int:
            return int(model.eval(value, model_completion=True).as_long())

        def value(name: str) -> Known:
            match self.facts.variables[name]:
                case Scalar(value=scalar):
                    return number(scalar)
                case Bits(bits=bits):
                    return _value(self.facts.fields[name].type, [m for m, bit in bits.items() if holds(bit)])

        return Witness(
            subject=self.subject,
            as_of=number(self.facts.as_of),
            area=next(code for code, bit in self.facts.areas.items() if holds(bit)),
            phase=next(phase for phase, bit in self.facts.phases.items() if holds(bit)),
            values=MappingProxyType({name: value(name) for name in kept}),
        )


def usual_days(facts: Facts) -> tuple[z3.BoolRef, ...]:
    """State that a case is of an ordinary day: the usual one, or one of these years."""
    return (
        facts.as_of == USUAL_DAY,
        z3.And(facts.as_of >= _USUAL_DAYS[0], facts.as_of <= _USUAL_DAYS[1]),
    )


def question(subject: str, facts: Facts, cases: Iterable[z3.BoolRef], steps: int = STEPS) -> Question:
    """Prepare a solver over the given cases."""
    stated = tuple(cases)
    return Question(subject, facts, stated, _solver(stated, min(_FIRST_STEPS, steps), 0), steps)


def question_apart(subject: str, facts: Facts, cases: Iterable[z3.BoolRef], steps: int = STEPS) -> Question:
    """Prepare a solver that knows of no other question: its answers don't hang on what was stated before elsewhere.

    Solvers number all terms of a context as they are made, and of several models the numbers choose one.
    """
    own = z3.Context()
    return question(subject, _moved(facts, own), [_moved(case, own) for case in cases], steps)


def _moved(value: T, context: z3.Context) -> T:
    """Say the same, terms however deep inside, in another context."""
    found: object = value
    if isinstance(value, z3.AstRef):
        found = value if value.ctx == context else value.translate(context)
    elif isinstance(value, tuple):
        found = tuple(_moved(one, context) for one in value)
    elif isinstance(value, Mapping):
        found = MappingProxyType({key: _moved(one, context) for key, one in value.items()})
    elif isinstance(value, Facts | Scalar | Bits | Civil):
        parts = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        found = dataclasses.replace(value, **{name: _moved(part, context) for name, part in parts.items()})
    return cast("T", found)


def _solver(cases: Sequence[z3.BoolRef], steps: int, seed: int) -> z3.Solver:
    solver = z3.Solver(ctx=cases[0].ctx if cases else None)
    solver.set("rlimit", steps)
    solver.set("random_seed", seed)
    # It would take Ctrl-C for itself, and then only say that it doesn't know.
    solver.set("ctrl_c", False)
    solver.add(*cases)
    return solver


def _check_at_length(solver: z3.Solver, goals: Iterable[z3.BoolRef]) -> z3.CheckSatResult:
    """Put a question that may take long to the solver; an interrupt stops it."""
    with ThreadPoolExecutor(1) as apart:
        asked = apart.submit(solver.check, *goals)
        try:
            return asked.result()
        except BaseException:
            solver.interrupt()
            raise


def _silence(found: z3.CheckSatResult) -> Silence | None:
    if found == z3.sat:
        return None
    return Silence.NO_CASE if found == z3.unsat else Silence.UNDECIDED


def _usual(field: Field, variable: Scalar | Bits) -> Iterator[z3.BoolRef]:
    match variable:
        case Scalar(value=value) if field.type is FieldType.DATE:
            yield value != NOT_HAPPENED
            yield z3.And(value >= _USUAL_DAYS[0], value <= _USUAL_DAYS[1])
            yield value == USUAL_DAY
        case Scalar(value=value):
            # The wider ones first: where a narrow one can't be kept, the number is small all the same.
            yield from (z3.And(value >= 0, value <= limit * 10**field.scale) for limit in (10000, 100, 10, 1))
            if field.scale:
                yield value % 10**field.scale == 0
        case Bits(bits=bits):
            yield from (z3.Not(bit) for member, bit in bits.items() if member or field.type is FieldType.LIST)


def _value(type_: FieldType, members: list[str]) -> Known:
    match type_:
        case FieldType.BOOLEAN:
            return bool(members)
        case FieldType.LIST:
            return frozenset(members)
        case _:
            return members[0]
