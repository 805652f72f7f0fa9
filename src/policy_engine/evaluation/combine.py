"""Combine the outcomes of all rules into the verdict of a subject. The only place that knows verdicts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from policy_engine.foundation.logic import Truth, conjunction, disjunction, negate, truth_of
from policy_engine.foundation.records import dataclass
from policy_engine.model.decisions import Evaluation, Status, Verdict
from policy_engine.model.rules import (
    Classify,
    Derive,
    Effect,
    Impossible,
    Permit,
    Prohibit,
    Recommend,
    Require,
    Rule,
    Table,
)
from policy_engine.model.values import UNKNOWN, Value
from policy_engine.model.vocabulary import Phase

_WORST_FIRST = (
    Verdict.PROHIBITED,
    Verdict.CONFLICT,
    Verdict.NON_COMPLIANT,
    Verdict.UNDETERMINED,
    Verdict.NOT_COVERED,
    Verdict.PERMITTED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What each rule that counts for the verdict weighs: surely broken, surely not, or open."""

    vetoes: Mapping[str, Truth]
    rivals: Mapping[tuple[str, str], Truth]
    fixes: Mapping[str, Truth]
    permits: Mapping[str, Truth]
    excused: tuple[str, ...]


def is_ahead(
    rule: Rule,
    status: Status,
    phase: Phase,
    doubted: Collection[str] = (),
    waiting: Collection[str] = (),
) -> bool:
    """Tell whether an open rule is a duty ahead rather than a gap.

    `doubted`: rules that a doubt keeps open; `waiting`: rules that wait for an event whose term still runs.
    """
    return status is Status.UNKNOWN and _is_before(rule, phase, doubted, waiting)


def _is_before(rule: Rule, phase: Phase, doubted: Collection[str], waiting: Collection[str]) -> bool:
    return (phase.rank < rule.due.rank or rule.id in waiting) and rule.id not in doubted


def is_outside(rule: Rule, values: Mapping[str, Value], evaluation: Evaluation) -> bool:
    """Tell whether a matter surely lies outside of what the rule's document binds."""
    name = rule.citation.document.outside
    told = values.get(name, UNKNOWN)
    # Open is not outside: a breach stands until it is shown that the document doesn't bind.
    return evaluation.truths.get((name, "")) is Truth.TRUE if told is UNKNOWN else told is True


def weigh(
    rules: Iterable[Rule],
    evaluation: Evaluation,
    values: Mapping[str, Value],
    phase: Phase,
    objects: Mapping[str, Effect],
    grounding: Mapping[str, bool],
    doubted: Collection[str] = (),
    loosed: Collection[str] = (),
    waiting: Collection[str] = (),
) -> Weights:
    """Weigh every rule that counts. `grounding`: which forces may carry a ground at all; `doubted`: see `doubts`; `waiting`: see `is_ahead`.

    `loosed`: the fields that put a matter outside of documents until words opened them: no breach stands on words.
    """
    vetoes: dict[str, Truth] = {}
    fixes: dict[str, Truth] = {}
    permits: dict[str, Truth] = {}
    excused: list[str] = []
    # Rules of a document stand and fall together with what it binds.
    bound: dict[str, bool] = {}
    counted: list[Rule] = []
    for rule in rules:
        document = rule.citation.document
        if document.outside not in bound:
            bound[document.outside] = not is_outside(rule, values, evaluation)
        if bound[document.outside] and grounding[document.force]:
            counted.append(rule)
    names = {rule.id for rule in counted}
    # A rule that carries no ground contests nothing.
    held = {rule.id for rule in counted if rule.citation.document.outside in loosed}
    contests = {
        pair: _at_most_open(truth) if held.intersection(pair) else truth
        for pair, truth in evaluation.rivals.items()
        if names.issuperset(pair)
    }
    for rule in counted:
        status = evaluation.statuses[rule.id]
        weight = _weight(rule, status, _justified(rule, values, evaluation), phase, doubted, waiting)
        if rule.is_default and status is Status.TRUE and weight is Truth.FALSE:
            excused.append(rule.id)
        weight = _at_most_open(weight) if rule.id in held else weight
        match rule.kind:
            case Prohibit(object=name):
                contested = _uncontested(rule.id, weight, contests)
                (vetoes if objects[name] is Effect.VETO else fixes)[rule.id] = contested
            case Require():
                fixes[rule.id] = weight
            case Permit():
                permits[rule.id] = weight
            case Recommend() | Classify() | Table() | Derive() | Impossible():
                continue
    ahead = {rule.id for rule in counted if _is_before(rule, phase, doubted, waiting)}
    rivals = {pair: _due(truth, pair, ahead) for pair, truth in contests.items()}
    return Weights(vetoes=vetoes, rivals=rivals, fixes=fixes, permits=permits, excused=tuple(excused))


def _at_most_open(truth: Truth) -> Truth:
    return conjunction((truth, Truth.UNKNOWN))


def _weight(
    rule: Rule,
    status: Status,
    justified: Truth,
    phase: Phase,
    doubted: Collection[str],
    waiting: Collection[str],
) -> Truth:
    if is_ahead(rule, status, phase, doubted, waiting):
        return Truth.FALSE
    if status is Status.UNKNOWN:
        # Broken or not, a default whose reason was given is no breach.
        return Truth.FALSE if rule.is_default and justified is Truth.TRUE else Truth.UNKNOWN
    if status is not Status.TRUE:
        return Truth.FALSE
    # A broken default is advice where a reason was given, a breach where none was, and open until that is told.
    return negate(justified) if rule.is_default else Truth.TRUE


def _justified(rule: Rule, values: Mapping[str, Value], evaluation: Evaluation) -> Truth:
    if rule.justified_by is None:
        return Truth.FALSE
    told = values.get(rule.justified_by, UNKNOWN)
    if told is UNKNOWN:
        return evaluation.truths.get((rule.justified_by, ""), Truth.UNKNOWN)
    return truth_of(told is True)


def _due(truth: Truth, pair: tuple[str, str], ahead: Collection[str]) -> Truth:
    # What is open only ahead of its time leaves nothing open.
    return Truth.FALSE if truth is Truth.UNKNOWN and any(rule in ahead for rule in pair) else truth


def _uncontested(rule: str, weight: Truth, rivals: Mapping[tuple[str, str], Truth]) -> Truth:
    # A prohibition grounds a refusal only where no rival permission is effective.
    contested = disjunction(truth for pair, truth in rivals.items() if rule in pair)
    return conjunction((weight, negate(contested)))


def verdict_of(weights: Weights) -> Verdict:
    """Find the verdict of what each rule weighs."""
    groups = (weights.vetoes, weights.rivals, weights.fixes, weights.permits)
    return first_true(*(disjunction(group.values()) for group in groups))


def first_true(vetoes: Truth, rivals: Truth, fixes: Truth, permits: Truth) -> Verdict:
    """Find the verdict: the first that is true. Each argument is what the rules of a kind weigh together."""
    # The order is the law's: docs/meaning.md, "The verdict of a subject".
    if vetoes is Truth.TRUE:
        return Verdict.PROHIBITED
    if rivals is Truth.TRUE:
        return Verdict.CONFLICT
    if fixes is Truth.TRUE:
        return Verdict.NON_COMPLIANT
    if Truth.UNKNOWN in (vetoes, rivals, fixes):
        return Verdict.UNDETERMINED
    if permits is Truth.TRUE:
        return Verdict.PERMITTED
    return Verdict.UNDETERMINED if permits is Truth.UNKNOWN else Verdict.NOT_COVERED


def may_become(verdict: Verdict, weights: Weights) -> tuple[Verdict, ...]:
    """Say what a conflict or a correction may still turn into as open facts are told."""
    open_vetoes = Truth.UNKNOWN in weights.vetoes.values()
    open_rivals = Truth.UNKNOWN in weights.rivals.values()
    if verdict is Verdict.CONFLICT and open_vetoes:
        return (Verdict.PROHIBITED,)
    if verdict is Verdict.NON_COMPLIANT:
        worse = [(Verdict.PROHIBITED, open_vetoes), (Verdict.CONFLICT, open_rivals)]
        return tuple(found for found, is_open in worse if is_open)
    return ()


def worst(verdicts: Iterable[Verdict | None]) -> Verdict | None:
    """Pick the worst verdict; settled findings (`None`) are the mildest."""
    found = set(verdicts)
    return next((verdict for verdict in _WORST_FIRST if verdict in found), None)
