"""Find what stands around a verdict, naively: its grounds, what it may become, the rules worth asking about.

It reads one subject's evaluation and its verdict; truths are numbers as in `oracle.interpreter`.
"""

from dataclasses import dataclass

from oracle.interpreter import OPEN, TRUE, TRUTHS
from oracle.verdict import broken, carries, combine, is_ahead, is_justified, is_prohibition, is_veto, weight
from policy_engine.model.cases import Situation
from policy_engine.model.decisions import Evaluation, Status, Verdict
from policy_engine.model.rules import Permit, Prohibit, Recommend, Require, Rule, RuleSet
from policy_engine.model.vocabulary import Phase


@dataclass(frozen=True)
class Charges:
    """The rules that count for the verdict, by what each does to it: a number each, and one a pair of rivals."""

    vetoes: dict[str, int]
    fixes: dict[str, int]
    permits: dict[str, int]
    clashes: dict[tuple[str, str], int]


@dataclass(frozen=True)
class Surroundings:
    verdict: Verdict
    grounds: list[str]
    may_become: list[Verdict]
    worth_asking: set[str]
    ahead: list[str]
    advice: list[str]


def surroundings(rule_set: RuleSet, situation: Situation, found: Evaluation, phase: Phase) -> Surroundings:
    """Say everything about one subject's verdict that rules alone can say."""
    rules = [rule for rule in rule_set.rules if rule.id in found.statuses]
    verdict = combine(rule_set, situation, found, phase)
    charges = charge(rule_set, rules, situation, found, phase)
    grounds = grounds_of(verdict, charges)
    return Surroundings(
        verdict=verdict,
        grounds=[rule.id for rule in rules if rule.id in grounds],
        may_become=what_it_may_become(verdict, charges),
        worth_asking=worth_asking(verdict, charges, {rule.id for rule in rules if rule.is_default}),
        ahead=[rule.id for rule in rules if is_duty_ahead(rule, found, phase)],
        advice=[rule.id for rule in rules if is_advice(rule_set, rule, situation, found)],
    )


def charge(
    rule_set: RuleSet, rules: list[Rule], situation: Situation, found: Evaluation, phase: Phase
) -> Charges:
    counted = {rule.id: rule for rule in rules if carries(rule_set, rule)}
    counts = {rule.id: weight(rule, situation, found, phase) for rule in counted.values()}
    pairs = {pair: TRUTHS.index(t) for pair, t in found.rivals.items() if set(pair) <= set(counted)}
    is_open_ahead = {
        pair for pair, t in pairs.items() if t == OPEN and any(is_ahead(counted[one], phase) for one in pair)
    }
    weighed = {name: broken(rule, counts, pairs) for name, rule in counted.items()}
    duties = {n: r for n, r in counted.items() if is_prohibition(r) or isinstance(r.kind, Require)}
    return Charges(
        vetoes={name: weighed[name] for name, rule in duties.items() if is_veto(rule_set, rule)},
        fixes={name: weighed[name] for name, rule in duties.items() if not is_veto(rule_set, rule)},
        permits={name: counts[name] for name, rule in counted.items() if isinstance(rule.kind, Permit)},
        clashes={pair: t for pair, t in pairs.items() if pair not in is_open_ahead},
    )


def grounds_of(verdict: Verdict, charges: Charges) -> set[str]:
    """A refusal rests on all that is broken, a conflict on those that collide, a consent on who permits."""
    fixes, permits = names(charges.fixes, TRUE), names(charges.permits, TRUE)
    match verdict:
        case Verdict.PROHIBITED:
            return names(charges.vetoes, TRUE) | fixes
        case Verdict.CONFLICT:
            return {name for pair, t in charges.clashes.items() if t == TRUE for name in pair}
        case Verdict.NON_COMPLIANT:
            return fixes
        case Verdict.PERMITTED:
            return permits
        case _:
            return set()


def what_it_may_become(verdict: Verdict, charges: Charges) -> list[Verdict]:
    """Of the verdicts that aren't final, those above them that something open could still bring about."""
    above = {
        Verdict.NON_COMPLIANT: [Verdict.PROHIBITED, Verdict.CONFLICT],
        Verdict.CONFLICT: [Verdict.PROHIBITED],
    }
    is_open = {
        Verdict.PROHIBITED: OPEN in charges.vetoes.values(),
        Verdict.CONFLICT: OPEN in charges.clashes.values(),
    }
    return [worse for worse in above.get(verdict, []) if is_open[worse]]


def worth_asking(verdict: Verdict, charges: Charges, defaults: set[str]) -> set[str]:
    """Name the open rules that could still change the verdict, or what a correction has to take in."""
    if verdict is Verdict.PROHIBITED:
        return set()
    duties = names(charges.vetoes, OPEN) | names(charges.fixes, OPEN)
    if verdict in (Verdict.CONFLICT, Verdict.NON_COMPLIANT):
        duties -= defaults
    clashing = {name for pair, t in charges.clashes.items() if t == OPEN for name in pair}
    is_permitted = TRUE in charges.permits.values()
    could_permit = verdict in (Verdict.UNDETERMINED, Verdict.NOT_COVERED) and not is_permitted
    return duties | clashing | (names(charges.permits, OPEN) if could_permit else set())


def names(weights: dict[str, int], wanted: int) -> set[str]:
    return {name for name, found in weights.items() if found == wanted}


def is_duty_ahead(rule: Rule, found: Evaluation, phase: Phase) -> bool:
    is_open = found.statuses[rule.id] is Status.UNKNOWN
    return is_open and isinstance(rule.kind, Prohibit | Require) and is_ahead(rule, phase)


def is_advice(rule_set: RuleSet, rule: Rule, situation: Situation, found: Evaluation) -> bool:
    """A recommendation not followed, or a usual duty that is broken for a stated reason."""
    if found.statuses[rule.id] is not Status.TRUE:
        return False
    is_excused = rule.is_default and carries(rule_set, rule) and is_justified(rule, situation, found)
    return isinstance(rule.kind, Recommend) or is_excused
