"""Find all minimal sets of facts that suffice for a refusal: its prime implicants within the case.

A fact is left out by making it unknown. Learning never unsettles what is settled (docs/meaning.md), so whether a set
suffices only grows with the set, and every minimal one is found unless there are more than are wanted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType

from policy_engine.analysis.ways.minimal_sets import minimal_sets
from policy_engine.analysis.ways.supposing import REFUSALS, Trial, Trials, TrialsExhaustedError
from policy_engine.foundation.logic import Truth
from policy_engine.model.cases import Situation
from policy_engine.model.conditions import dating_field
from policy_engine.model.decisions import SubjectDecision, Verdict
from policy_engine.model.values import UNKNOWN


@dataclass(frozen=True, slots=True)
class Reasons:
    """The sets of facts of which each suffices for a ground: one rule, or two that clash.

    Not `is_complete`: there are more sets than are listed.
    """

    rules: tuple[str, ...]
    sets: tuple[tuple[str, ...], ...]
    is_complete: bool


def find_reasons(trials: Trials, decision: SubjectDecision, most: int) -> Iterator[Reasons]:
    """Go through the grounds of a refusal, each with at most so many sets of facts."""
    if decision.verdict not in REFUSALS:
        return
    for rules in _grounds(trials.weighed(trials.base, before=trials.before), decision.verdict):
        yield _reasons(trials, rules, most)


def _grounds(trial: Trial, verdict: Verdict) -> Iterator[tuple[str, ...]]:
    weights = trial.weights
    match verdict:
        case Verdict.CONFLICT:
            yield from (pair for pair, truth in weights.rivals.items() if truth is Truth.TRUE)
        case Verdict.PROHIBITED:
            yield from ((name,) for name, truth in weights.vetoes.items() if truth is Truth.TRUE)
        case _:
            yield from ((name,) for name, truth in weights.fixes.items() if truth is Truth.TRUE)


def _reasons(trials: Trials, rules: tuple[str, ...], most: int) -> Reasons:
    influence = trials.influence
    contesting = {other for rule in rules for other in influence.rivals[rule]}
    heard = frozenset[str]().union(*(influence.on_rules[rule] for rule in (*rules, *contesting)))
    known = [n for n, v in trials.base.values.items() if n in heard and v is not UNKNOWN]

    def fails(names: frozenset[str]) -> bool:
        return not _suffices(trials, rules, frozenset(known) - names)

    found: list[tuple[str, ...]] = []
    try:
        for chosen in islice(minimal_sets(known, lambda names: not fails(names), fails), most + 1):
            found.append(chosen)  # noqa: PERF402 - what was found before the trials ran out counts
    except TrialsExhaustedError:
        return Reasons(rules, tuple(found[:most]), is_complete=False)
    return Reasons(rules, tuple(found[:most]), is_complete=len(found) <= most)


def _suffices(trials: Trials, rules: tuple[str, ...], unknown: frozenset[str]) -> bool:
    left_out = unknown | {dating_field(name) for name in unknown}
    values = {name: value for name, value in trials.base.values.items() if name not in left_out}
    weights = trials.weighed(Situation(trials.subject.name, MappingProxyType(values))).weights
    match rules:
        case (first, second):
            return weights.rivals[first, second] is Truth.TRUE
        case _:
            return {**weights.vetoes, **weights.fixes}[rules[0]] is Truth.TRUE
