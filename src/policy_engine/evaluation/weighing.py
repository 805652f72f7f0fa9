"""Weigh the rules of one subject once the engines have agreed: doubts and weights."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from policy_engine.compilation import CompiledRuleSet, CompiledSubject
from policy_engine.evaluation.combine import Weights, is_ahead, weigh
from policy_engine.evaluation.compiled import evaluate_compiled
from policy_engine.evaluation.doubts import doubted, spread
from policy_engine.evaluation.truth import Derivations
from policy_engine.foundation.logic import Truth
from policy_engine.model.cases import Situation
from policy_engine.model.decisions import Evaluation
from policy_engine.model.values import UNKNOWN, Known, Value
from policy_engine.model.vocabulary import Phase

_NOTHING: Mapping[str, Known] = MappingProxyType({})


def waiting_of(running: Collection[str], program: CompiledSubject) -> frozenset[str]:
    """Name the rules that wait for events whose term still runs: they read them, or what is computed from them."""
    if not running:
        return frozenset()
    reached = frozenset(spread(running, program))
    return frozenset(rule.id for rule in program.rules if not reached.isdisjoint(program.reads[rule.id]))


def doubts_of(
    situation: Situation,
    doubtful: Collection[str],
    phase: Phase,
    evaluation: Evaluation,
    compiled: CompiledRuleSet,
    supposed: Mapping[str, Known] = _NOTHING,
    waiting: Collection[str] = (),
) -> frozenset[str]:
    """Name the rules ahead of their phase that a doubt, or what words suppose, keeps open."""
    if not (doubtful or supposed):
        return frozenset()
    program = compiled.subjects[situation.subject]
    ahead = [
        rule for rule in program.rules if is_ahead(rule, evaluation.statuses[rule.id], phase, (), waiting)
    ]
    if not ahead:
        return frozenset()
    if supposed:
        # Kept open is what would be broken at the values to which the words point.
        values = MappingProxyType({**situation.values, **supposed})
        situation = Situation(situation.subject, values)
        evaluation = evaluate_compiled(compiled, situation)
    derived = Derivations(evaluation.truths, program.fields)
    return doubted(ahead, with_numbers(situation.values, evaluation), derived, doubtful, program, supposed)


def weigh_subject(
    situation: Situation,
    phase: Phase,
    doubts: Collection[str],
    evaluation: Evaluation,
    compiled: CompiledRuleSet,
    before: Situation | None = None,
    waiting: Collection[str] = (),
) -> Weights:
    """Weigh the rules of one subject. `before`: the situation before words opened some facts."""
    rule_set = compiled.rule_set
    grounding = {name: force.grounds for name, force in rule_set.authority.forces.items()}
    values = with_numbers(situation.values, evaluation)
    rules = compiled.subjects[situation.subject].rules
    outside = {rule.citation.document.outside for rule in rules} - {""}
    loosed = loosed_by_words(outside, before, evaluation, compiled)
    return weigh(rules, evaluation, values, phase, rule_set.objects, grounding, doubts, loosed, waiting)


def loosed_by_words(
    outside: Iterable[str], before: Situation | None, evaluation: Evaluation, compiled: CompiledRuleSet
) -> frozenset[str]:
    """Name those of the fields that put a matter `outside` of documents which did so until words opened them.

    `before`: the situation before words opened some facts, `None` where they opened none.
    """
    # Where the case states it, nothing is loosed: words say nothing of computed fields.
    names = (name for name in outside if before is not None and name not in before.values)
    waiting = [name for name in names if evaluation.truths.get((name, "")) is Truth.UNKNOWN]
    if before is None or not waiting:
        return frozenset()
    found = evaluate_compiled(compiled, before).truths
    return frozenset(name for name in waiting if found.get((name, "")) is Truth.TRUE)


def with_numbers(values: Mapping[str, Value], evaluation: Evaluation) -> dict[str, Value]:
    """Add the computed numbers to the stated values; a stated one stays."""
    return {**evaluation.numbers, **{n: v for n, v in values.items() if v is not UNKNOWN}}
