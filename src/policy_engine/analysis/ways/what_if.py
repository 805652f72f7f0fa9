"""Find the fewest changes of a project that would have it permitted.

Exact: every way found gives the verdict it claims, no part of it does, and none is missed. For each field the rules
tell finitely many kinds of values apart (`options`), so the ways are finitely many; whether some value of a set of
fields leads to the goal only grows with the set, so all minimal sets are found (`minimal_sets`); and a set is given
up only when the rules refuse whatever its fields become, which three-valued logic settles soundly (`trials`).
Beside them stand the ways that take one field more and so allow values that would not do without it: a term of two
years will not do alone, but does with its reasons stated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from itertools import chain, combinations, product

from policy_engine.analysis.ways.boxes import Box, cover, stretches
from policy_engine.analysis.ways.minimal_sets import minimal_sets
from policy_engine.analysis.ways.options import Option, are_linked, options_of
from policy_engine.analysis.ways.supposing import REFUSALS, Trial, Trials, TrialsExhaustedError
from policy_engine.evaluation.decide import unencoded_documents
from policy_engine.foundation.logic import Truth
from policy_engine.model.decisions import Status, Verdict
from policy_engine.model.rules import Permit
from policy_engine.model.values import Known, Value
from policy_engine.model.vocabulary import FieldType, Role

# A rule that more fields can still decide is not looked into on its own.
_MOST_DECIDING = 3


class Goal(Enum):
    """What a way leads to. `CLEARED`: nothing refuses any more, though something may still be open; `OPEN`: it is."""

    PERMITTED = "permitted"
    NOT_COVERED = "not_covered"
    CLEARED = "cleared"
    OPEN = "open"

    def is_met(self, verdict: Verdict) -> bool:
        """Tell whether a verdict reaches the goal."""
        match self:
            case Goal.PERMITTED:
                return verdict is Verdict.PERMITTED
            case Goal.NOT_COVERED:
                return verdict is Verdict.NOT_COVERED
            case Goal.CLEARED:
                return verdict not in REFUSALS
            case Goal.OPEN:
                return verdict is Verdict.UNDETERMINED


_MAY_STAY_OPEN = (Goal.CLEARED, Goal.OPEN)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to change (or to answer, where nothing is told yet): any of these values will do.

    `rules`: the rules that stand against the goal again if this alone is left as it is.
    """

    option: Option
    values: tuple[Known, ...]
    rules: tuple[str, ...]

    @property
    def stretches(self) -> tuple[tuple[int, int], ...]:
        """Join numbers that will do to stretches; what lies between two values tried is of one kind."""
        present = self.option.present
        points = sorted(p for p in (*self.option.values, present) if isinstance(p, int))
        return tuple(stretches({points.index(v) for v in self.values if isinstance(v, int)}, points))


@dataclass(frozen=True, slots=True)
class Way:
    """Steps that together lead to the goal; `sample`: facts that take them."""

    steps: tuple[Step, ...]
    sample: Mapping[str, Known]
    verdict: Verdict
    goal: Goal


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What was found. `obstacles`: rules that refuse whatever is changed. Not `is_complete`: there may be more ways."""

    goal: Goal
    ways: tuple[Way, ...]
    options: tuple[Option, ...]
    obstacles: tuple[str, ...]
    is_complete: bool


def search_ways(trials: Trials, verdict: Verdict) -> Search:
    """Find the ways out of a verdict: to the best one of the subject, else to where nothing refuses any more."""
    values = trials.closed({}).situation.values
    options = tuple(o for o in options_of(trials.program, values) if o.values and _has_say(o, trials))
    best = _best(trials)
    found: list[Way] = []
    try:
        found += _Finder(trials, options, best).ways()
        if verdict in REFUSALS and not found:
            found += _Finder(trials, options, Goal.CLEARED).ways()
        elif verdict in REFUSALS and best is Goal.PERMITTED:
            # Beside what is permitted at once: what leaves but questions, as three years with their conditions do.
            found += _Finder(trials, options, Goal.OPEN).ways()
        is_complete = True
    except TrialsExhaustedError:
        is_complete = False
    goal = best if verdict not in REFUSALS or any(way.goal is best for way in found) else Goal.CLEARED
    is_blocked = not found and is_complete and goal is Goal.CLEARED
    return Search(
        goal=goal,
        ways=tuple(sorted(found, key=_size)),
        options=options,
        obstacles=_obstacles(trials, options) if is_blocked else (),
        is_complete=is_complete,
    )


def _best(trials: Trials) -> Goal:
    grounding = trials.compiled.rule_set.authority.forces
    documents = trials.compiled.rule_set.documents
    permits = (r for r in trials.program.rules if isinstance(r.kind, Permit))
    if trials.subject.gives_findings or unencoded_documents(trials.case, trials.subject.name, documents):
        return Goal.CLEARED
    is_permittable = any(grounding[rule.citation.document.force].grounds for rule in permits)
    return Goal.PERMITTED if is_permittable else Goal.NOT_COVERED


def _has_say(option: Option, trials: Trials) -> bool:
    return any(option.field.name in names for names in trials.influence.on_rules.values())


def _size(way: Way) -> tuple[int, int, int]:
    # Putting right what is out of the ordinary is a smaller change than planning anew.
    changes = [step.option.field for step in way.steps if not step.option.is_answer]
    return len(changes), sum(field.role is Role.PLAN for field in changes), len(way.steps)


def _obstacles(trials: Trials, options: Iterable[Option]) -> tuple[str, ...]:
    trial = trials.run({}, {option.field.name for option in options})
    return _against(trial, Goal.CLEARED)


def _against(trial: Trial, goal: Goal) -> tuple[str, ...]:
    """List the rules that stand between a trial and the goal."""
    weights = trial.weights
    pairs = [pair for pair, truth in weights.rivals.items() if truth is Truth.TRUE]
    duties = {**weights.vetoes, **weights.fixes}
    broken = [name for name, truth in duties.items() if truth is Truth.TRUE]
    refusing = dict.fromkeys((*broken, *(name for pair in pairs for name in pair)))
    if refusing or goal is Goal.CLEARED:
        return tuple(refusing)
    still_open = [name for name, truth in duties.items() if truth is Truth.UNKNOWN]
    permits = [] if goal is Goal.NOT_COVERED or Truth.TRUE in weights.permits.values() else weights.permits
    return (*still_open, *permits)


def _keeps_more(option: Option, first: int, second: int) -> bool:
    match option.present, option.values[first], option.values[second]:
        case frozenset() as present, frozenset() as a, frozenset() as b:
            return present ^ a < present ^ b
        case _:
            return False


def _weight(rule: str, trial: Trial) -> Truth:
    weights = trial.weights
    return {**weights.vetoes, **weights.fixes, **weights.permits}[rule]


@dataclass(frozen=True, slots=True)
class _Finder:
    trials: Trials
    options: tuple[Option, ...]
    goal: Goal
    known: dict[frozenset[tuple[int, Known]], Verdict | None] = field(default_factory=dict)

    def ways(self) -> Iterator[Way]:
        """Go through all ways, by the number of steps."""
        everything = range(len(self.options))
        tried: list[tuple[int, ...]] = []
        for chosen in minimal_sets(everything, self._can_reach, self._surely_fails):
            tried.append(chosen)
            yield from self._ways_of(chosen)
        if self.goal is Goal.OPEN:
            return
        # A copy: `tried` grows meanwhile, and each set is widened by one field only.
        for chosen, other in product(tuple(tried), everything):
            wider = tuple(sorted({*chosen, other}))
            # What is reached with no change at all needs none.
            if chosen and wider not in tried:
                tried.append(wider)
                yield from self._ways_of(wider)

    def _can_reach(self, chosen: frozenset[int]) -> bool:
        return self._descend({}, sorted(chosen))

    def _surely_fails(self, chosen: frozenset[int]) -> bool:
        left = sorted(chosen)
        trial = self._tried({}, left)
        if self._is_refuted(trial, left):
            return True
        duties = (*trial.weights.vetoes, *trial.weights.fixes)
        return not all(self._can_yield(name, {}, left, trial) for name in duties)

    def _can_yield(self, rule: str, taken: Mapping[int, Known], left: list[int], trial: Trial) -> bool:
        """Tell whether a rule can come to stand against the goal no more, whatever becomes of the others.

        `trial`: what is taken, with what is left free. A rule ahead weighs nothing while open, but may yet be broken.
        """
        found = _weight(rule, trial)
        deciding = self._deciding(rule, trial, left)
        if found is Truth.TRUE or not deciding:
            return found is Truth.FALSE or (found is Truth.UNKNOWN and self.goal in _MAY_STAY_OPEN)
        # Too much to try for one rule: "it can" loses nothing, for the search itself is exact.
        if len(deciding) > _MOST_DECIDING:
            return True
        at, rest = deciding[0], [other for other in left if other != deciding[0]]
        further = chain([taken], ({**taken, at: value} for value in self.options[at].values))
        return any(self._can_yield(rule, more, rest, self._tried(more, rest)) for more in further)

    def _tried(self, taken: Mapping[int, Known], left: Iterable[int]) -> Trial:
        return self.trials.run(self._facts(taken), {self.options[at].field.name for at in left})

    def _descend(self, taken: Mapping[int, Known], left: list[int]) -> bool:
        trial = self._tried(taken, left)
        if self._is_refuted(trial, left):
            return False
        at = self._next(trial, left)
        if at is None:
            return self._is_met(taken, self.goal) if left else self.goal.is_met(trial.verdict)
        rest = [other for other in left if other != at]
        # What is left as it is comes first, since few things need to change.
        if self._descend(taken, rest):
            return True
        return any(self._descend({**taken, at: value}, rest) for value in self.options[at].values)

    def _is_refuted(self, trial: Trial, left: Iterable[int]) -> bool:
        if trial.is_impossible or trial.verdict in REFUSALS:
            return True
        if self.goal in _MAY_STAY_OPEN:
            return self.goal is Goal.OPEN and self._is_settled(trial, left)
        weights, statuses = trial.weights, trial.evaluation.statuses
        duties = {**weights.vetoes, **weights.fixes}
        if any(t is Truth.UNKNOWN and not self._deciding(n, trial, left) for n, t in duties.items()):
            return True
        if self.goal is Goal.NOT_COVERED or Truth.TRUE in weights.permits.values():
            return False
        return not any(
            statuses[n] is Status.UNKNOWN and self._deciding(n, trial, left) for n in weights.permits
        )

    def _is_settled(self, trial: Trial, left: Iterable[int]) -> bool:
        """Tell whether nothing is open that would stay open: a rule ahead weighs only where a doubt arises yet."""
        if trial.verdict is Verdict.UNDETERMINED:
            return False
        weights = trial.weights
        counted = (*weights.vetoes, *weights.fixes, *weights.permits)
        return not any(self._deciding(name, trial, left) for name in counted)

    def _next(self, trial: Trial, left: Iterable[int]) -> int | None:
        """Pick what decides most: of the open rule with the fewest fields left, the first."""
        weights = trial.weights
        counted = (*weights.vetoes, *weights.fixes, *weights.permits)
        fields = [self._deciding(name, trial, left) for name in counted]
        return min((some for some in fields if some), key=len, default=[None])[0]

    def _deciding(self, rule: str, trial: Trial, left: Iterable[int]) -> list[int]:
        """List what can still decide a rule: what has a say in it while it is open, else in what contests it."""
        # A rule not due yet weighs nothing while it is open, but does once it is surely broken.
        match trial.evaluation.statuses[rule]:
            case Status.UNKNOWN:
                rules: tuple[str, ...] = (rule,)
            case Status.TRUE if _weight(rule, trial) is Truth.UNKNOWN:
                rules = (rule, *self.trials.influence.rivals[rule])
            case _:
                return []
        return [at for at in left if any(self._has_say(name, at) for name in rules)]

    def _has_say(self, rule: str, at: int) -> bool:
        return self.options[at].field.name in self.trials.influence.on_rules[rule]

    def _facts(self, taken: Mapping[int, Known]) -> dict[str, Value]:
        return {self.options[at].field.name: value for at, value in taken.items()}

    def _ways_of(self, chosen: tuple[int, ...]) -> Iterator[Way]:
        ranges = [range(len(self.options[at].values)) for at in chosen]
        working: dict[tuple[int, ...], Verdict] = {}
        for combination in product(*ranges):
            taken = self._taken(chosen, combination)
            verdict = self._verdict(taken)
            if verdict is not None and self.goal.is_met(verdict) and not self._has_enough(taken):
                working[combination] = verdict
        least = [c for c in working if not any(self._is_less(chosen, other, c) for other in working)]
        for box in cover(least, self._fixed(chosen)):
            first = tuple(min(places) for places in box)
            yield self._way(chosen, box, self._taken(chosen, first), working[first])

    def _has_enough(self, taken: Mapping[int, Known]) -> bool:
        """Tell whether a part of these steps, but not none of them, already reaches the goal."""
        sizes = range(len(taken) - 1, 0, -1)
        parts = (part for size in sizes for part in combinations(taken.items(), size))
        # Who has more than an open question with less needs no open question.
        enough = Goal.CLEARED if self.goal is Goal.OPEN else self.goal
        return any(self._is_met(dict(part), enough) for part in parts)

    def _is_met(self, taken: Mapping[int, Known], goal: Goal) -> bool:
        verdict = self._verdict(taken)
        return verdict is not None and goal.is_met(verdict)

    def _verdict(self, taken: Mapping[int, Known]) -> Verdict | None:
        """Find the verdict on a changed case; `None` for one whose facts can't be true together."""
        steps = frozenset(taken.items())
        if steps not in self.known:
            trial = self.trials.run(self._facts(taken))
            self.known[steps] = None if trial.is_impossible else trial.verdict
        return self.known[steps]

    def _is_less(self, chosen: tuple[int, ...], other: tuple[int, ...], combination: tuple[int, ...]) -> bool:
        """Tell whether another combination asks for less: the same, but for a list that keeps more of what it was."""
        pairs = list(zip(chosen, other, combination, strict=True))
        differing = [(self.options[at], a, b) for at, a, b in pairs if a != b]
        return bool(differing) and all(_keeps_more(option, a, b) for option, a, b in differing)

    def _taken(self, chosen: tuple[int, ...], combination: tuple[int, ...]) -> dict[int, Known]:
        return {at: self.options[at].values[place] for at, place in zip(chosen, combination, strict=True)}

    def _fixed(self, chosen: tuple[int, ...]) -> list[int]:
        """List the numbers whose range would depend on another number that is changed too."""
        options = [self.options[at] for at in chosen]
        is_range = [o.field.type is FieldType.NUMBER and len(o.values) > 1 for o in options]
        numbers = [i for i, yes in enumerate(is_range) if yes]
        names = {i: self.options[chosen[i]].field.name for i in numbers}
        return [
            i
            for i in numbers
            if any(are_linked(self.trials.program, names[i], names[j]) for j in numbers if j > i)
        ]

    def _way(self, chosen: tuple[int, ...], box: Box, taken: dict[int, Known], verdict: Verdict) -> Way:
        steps = []
        for at, places in zip(chosen, box, strict=True):
            without = self.trials.run(self._facts({k: v for k, v in taken.items() if k != at}))
            values = tuple(self.options[at].values[place] for place in sorted(places))
            steps.append(Step(self.options[at], values, self._satisfied(at, without)))
        sample = {self.options[at].field.name: value for at, value in taken.items()}
        return Way(tuple(steps), sample, verdict, self.goal)

    def _satisfied(self, at: int, without: Trial) -> tuple[str, ...]:
        return tuple(rule for rule in _against(without, self.goal) if self._has_say(rule, at))
