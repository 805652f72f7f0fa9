"""Combine one subject's evaluation into its verdict, naively.

Left out, being no matter of the rules: documents in force that are not encoded, subjects that give findings.
Truths are numbers as in `oracle.interpreter`.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from oracle.doubts import kept_open, names_in, spread
from oracle.interpreter import FALSE, OPEN, TRUE, TRUTHS, Instance
from policy_engine.model.cases import Situation
from policy_engine.model.decisions import Evaluation, Status, Verdict
from policy_engine.model.rules import Effect, Permit, Prohibit, Require, Rule, RuleSet
from policy_engine.model.values import UNKNOWN, Value
from policy_engine.model.vocabulary import Phase


def combine(
    rule_set: RuleSet,
    situation: Situation,
    evaluation: Evaluation,
    phase: Phase,
    doubts: Collection[str] = (),
    supposed: Mapping[str, Value] = MappingProxyType({}),
    running: Collection[str] = (),
) -> Verdict:
    """Find the verdict: the first that is true, where an open one before PERMITTED leaves it undetermined."""
    kept = kept_open(rule_set, situation, set(doubts), supposed)
    rules = {
        rule.id: rule
        for rule in rule_set.rules
        if rule.id in evaluation.statuses and carries(rule_set, rule) and binds(rule, situation, evaluation)
    }
    clashes = {
        pair: TRUTHS.index(truth) for pair, truth in evaluation.rivals.items() if set(pair) <= set(rules)
    }
    waiting = waiting_for(rule_set, situation, running)
    counts = {rule.id: weight(rule, situation, evaluation, phase, kept, waiting) for rule in rules.values()}

    vetoes = [broken(rule, counts, clashes) for rule in rules.values() if is_veto(rule_set, rule)]
    fixes = [
        broken(rule, counts, clashes)
        for rule in rules.values()
        if not is_veto(rule_set, rule) and isinstance(rule.kind, Prohibit | Require)
    ]
    conflicts = [
        FALSE if c == OPEN and any(is_ahead(rules[rule_id], phase, kept, waiting) for rule_id in pair) else c
        for pair, c in clashes.items()
    ]
    permits = [counts[rule.id] for rule in rules.values() if isinstance(rule.kind, Permit)]
    charges = (
        (vetoes, Verdict.PROHIBITED),
        (conflicts, Verdict.CONFLICT),
        (fixes, Verdict.NON_COMPLIANT),
    )
    for truths, verdict in charges:
        if TRUE in truths:
            return verdict
    if OPEN in vetoes + conflicts + fixes:
        return Verdict.UNDETERMINED
    if TRUE in permits:
        return Verdict.PERMITTED
    return Verdict.UNDETERMINED if OPEN in permits else Verdict.NOT_COVERED


def broken(rule: Rule, counts: dict[str, int], clashes: dict[tuple[str, str], int]) -> int:
    """Find what a rule weighs: a prohibition only where surely no rival permission is effective."""
    contested = [c for pair, c in clashes.items() if rule.id == pair[0]] if is_prohibition(rule) else []
    return min(counts[rule.id], TRUE - max([FALSE, *contested]))


def carries(rule_set: RuleSet, rule: Rule) -> bool:
    """Tell whether a rule can carry a verdict: of a kind that does, in a document that is a ground."""
    has_grounds = rule_set.authority.forces[rule.citation.document.force].grounds
    return has_grounds and isinstance(rule.kind, Prohibit | Require | Permit)


def binds(rule: Rule, situation: Situation, evaluation: Evaluation) -> bool:
    """Tell whether a rule's document may bind the matter: not where that surely lies outside of it."""
    bound = rule.citation.document.outside
    return not bound or told_of(bound, situation, evaluation) != TRUE


def is_prohibition(rule: Rule) -> bool:
    return isinstance(rule.kind, Prohibit)


def is_veto(rule_set: RuleSet, rule: Rule) -> bool:
    return isinstance(rule.kind, Prohibit) and rule_set.objects[rule.kind.object] is Effect.VETO


def waiting_for(rule_set: RuleSet, situation: Situation, running: Collection[str]) -> set[str]:
    """Name the rules that read events whose term runs, or what is computed from one."""
    matter = Instance(rule_set, situation)
    reached = spread(matter, set(running)) if running else set()
    return {rule.id for rule in matter.rules if names_in(rule) & reached}


def is_ahead(rule: Rule, phase: Phase, kept: Collection[str], waiting: Collection[str] = ()) -> bool:
    phases = list(Phase)
    is_before = phases.index(phase) < phases.index(rule.due) or rule.id in waiting
    return is_before and rule.id not in kept


def weight(
    rule: Rule,
    situation: Situation,
    evaluation: Evaluation,
    phase: Phase,
    kept: Collection[str],
    waiting: Collection[str] = (),
) -> int:
    """Find what a rule counts: its V, but nothing while open and ahead; a broken default as its reason is denied."""
    status = evaluation.statuses[rule.id]
    if status is Status.UNKNOWN:
        is_excused = rule.is_default and reason_given(rule, situation, evaluation) == TRUE
        return FALSE if is_ahead(rule, phase, kept, waiting) or is_excused else OPEN
    if status is not Status.TRUE:
        return FALSE
    return TRUE - reason_given(rule, situation, evaluation) if rule.is_default else TRUE


def reason_given(rule: Rule, situation: Situation, evaluation: Evaluation) -> int:
    return FALSE if rule.justified_by is None else told_of(rule.justified_by, situation, evaluation)


def told_of(name: str, situation: Situation, evaluation: Evaluation) -> int:
    """Look up a boolean fact: as it is stated, else as it is computed."""
    told = situation.values.get(name, UNKNOWN)
    if told is UNKNOWN:
        return TRUTHS.index(evaluation.truths.get((name, ""), TRUTHS[OPEN]))
    return TRUE if told is True else FALSE
