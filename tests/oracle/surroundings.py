"""Find what stands around a verdict, naively: grounds, findings, what it may become, the rules worth asking about.

It reads one subject's evaluation and its verdict; truths are numbers as in `oracle.interpreter`.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from oracle.doubts import kept_open
from oracle.interpreter import FALSE, OPEN, TRUE, TRUTHS, Instance, truth
from oracle.verdict import (
    binds,
    broken,
    carries,
    combine,
    is_ahead,
    is_prohibition,
    is_veto,
    reason_given,
    weight,
)
from policy_engine.model.cases import Situation
from policy_engine.model.conditions import All, Any, Condition, Not
from policy_engine.model.decisions import Evaluation, Status, Verdict
from policy_engine.model.rules import Classify, Permit, Prohibit, Recommend, Require, Rule, RuleSet
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Phase, Subject


@dataclass(frozen=True)
class Charges:
    """The rules that count for the verdict, by what each does to it: a number each, and one a pair of rivals."""

    vetoes: dict[str, int]
    fixes: dict[str, int]
    permits: dict[str, int]
    clashes: dict[tuple[str, str], int]


@dataclass(frozen=True)
class Surroundings:
    verdict: Verdict | None
    findings: list[tuple[str, str | None, str, list[str]]]
    grounds: list[str]
    may_become: list[Verdict]
    worth_asking: set[str]
    ahead: list[str]
    advice: list[str]


def surroundings(
    rule_set: RuleSet,
    situation: Situation,
    found: Evaluation,
    phase: Phase,
    doubts: Collection[str],
    *,
    is_told_of_more: bool = False,
) -> Surroundings:
    """Say everything about one subject's verdict. `is_told_of_more`: a document governs that isn't rules yet."""
    kept = kept_open(rule_set, situation, set(doubts), {})
    matter = Instance(rule_set, situation)
    rules = [rule for rule in rule_set.rules if rule.id in found.statuses]
    subject = rule_set.vocabulary.subjects[situation.subject]
    findings = list(findings_of(subject, rules, situation, found))
    verdict = combine(rule_set, situation, found, phase, doubts)
    if subject.gives_findings:
        verdict = beside_findings(verdict, findings, is_examined(subject, rules, situation, found))
    elif is_told_of_more and verdict in (Verdict.PERMITTED, Verdict.NOT_COVERED):
        verdict = Verdict.UNDETERMINED
    charges = charge(rule_set, rules, situation, found, phase, kept)
    grounds = grounds_of(verdict, charges)
    asking = worth_asking(verdict, charges, {rule.id for rule in rules if rule.is_default})
    looking = {r.id for r in rules if is_finding(subject, r) and found.statuses[r.id] is Status.UNKNOWN}
    return Surroundings(
        verdict=verdict,
        findings=findings,
        grounds=[rule.id for rule in rules if rule.id in grounds],
        may_become=what_it_may_become(verdict, charges),
        worth_asking=looking | (set() if subject.gives_findings else asking),
        ahead=[
            r.id
            for r in rules
            if is_open_duty(r, found)
            and all(binds(other, situation, found) for other in rules)
            and (subject.gives_findings or (is_ahead(r, phase, kept) and taken_as_told(matter, r.when)))
        ],
        advice=[
            rule.id
            for rule in rules
            if is_advice(rule_set, rule, situation, found)
            or (is_awaited(matter, rule, found) and not is_ahead(rule, phase, kept))
        ],
    )


# Findings.


def is_finding(subject: Subject, rule: Rule) -> bool:
    return isinstance(rule.kind, Classify) and subject.fields[rule.kind.field].finding


def findings_of(
    subject: Subject, rules: list[Rule], situation: Situation, found: Evaluation
) -> Iterator[tuple[str, str | None, str, list[str]]]:
    """Go through the categories, a document at a time: the word, computed before stated, and the rules behind it."""
    for field in subject.fields.values():
        stated = situation.values.get(field.name, UNKNOWN)
        for category in field.choices if field.finding else ():
            told = {True: "是", False: "否"}[category in stated] if stated is not UNKNOWN else None
            makers = [
                r
                for r in rules
                if is_finding(subject, r) and r.kind.field == field.name and category in r.kind.members
            ]
            reaching = [r for r in makers if found.statuses[r.id] is not Status.OUT_OF_FORCE]
            if not reaching:
                yield category, None, told or "未涉及", []
            for document in dict.fromkeys(r.citation.document.id for r in reaching):
                own = {r.id: found.statuses[r.id] for r in reaching if r.citation.document.id == document}
                if Status.TRUE in own.values():
                    yield category, document, "是", [n for n, s in own.items() if s is Status.TRUE]
                elif Status.UNKNOWN in own.values() and told in (None, "是"):
                    is_open = told is None
                    names = [n for n, s in own.items() if s is (Status.UNKNOWN if is_open else Status.TRUE)]
                    yield category, document, "待核实" if is_open else "是", names
                else:
                    yield category, document, "否", list(own)


def is_examined(subject: Subject, rules: list[Rule], situation: Situation, found: Evaluation) -> bool:
    """Tell whether a finding was stated, or some rule that could make one is in force and in area."""
    stated = [f.name for f in subject.fields.values() if f.finding and f.name in situation.values]
    makers = [rule for rule in rules if is_finding(subject, rule)]
    return bool(stated) or any(found.statuses[rule.id] is not Status.OUT_OF_FORCE for rule in makers)


def beside_findings(
    verdict: Verdict, findings: list[tuple[str, str | None, str, list[str]]], is_examined: bool
) -> Verdict | None:
    """Leave a verdict only where it says more than the categories do."""
    if verdict in (Verdict.PROHIBITED, Verdict.CONFLICT, Verdict.NON_COMPLIANT):
        return verdict
    if "待核实" in [word for _, _, word, _ in findings]:
        return Verdict.UNDETERMINED
    return None if is_examined else Verdict.NOT_COVERED


# The verdict.


def charge(
    rule_set: RuleSet,
    rules: list[Rule],
    situation: Situation,
    found: Evaluation,
    phase: Phase,
    kept: Collection[str],
) -> Charges:
    counted = {r.id: r for r in rules if carries(rule_set, r) and binds(r, situation, found)}
    counts = {rule.id: weight(rule, situation, found, phase, kept) for rule in counted.values()}
    pairs = {pair: TRUTHS.index(t) for pair, t in found.rivals.items() if set(pair) <= set(counted)}
    is_open_ahead = {
        pair
        for pair, t in pairs.items()
        if t == OPEN and any(is_ahead(counted[one], phase, kept) for one in pair)
    }
    weighed = {name: broken(rule, counts, pairs) for name, rule in counted.items()}
    duties = {n: r for n, r in counted.items() if is_prohibition(r) or isinstance(r.kind, Require)}
    return Charges(
        vetoes={name: weighed[name] for name, rule in duties.items() if is_veto(rule_set, rule)},
        fixes={name: weighed[name] for name, rule in duties.items() if not is_veto(rule_set, rule)},
        permits={name: counts[name] for name, rule in counted.items() if isinstance(rule.kind, Permit)},
        clashes={pair: t for pair, t in pairs.items() if pair not in is_open_ahead},
    )


def grounds_of(verdict: Verdict | None, charges: Charges) -> set[str]:
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


def what_it_may_become(verdict: Verdict | None, charges: Charges) -> list[Verdict]:
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


def worth_asking(verdict: Verdict | None, charges: Charges, defaults: set[str]) -> set[str]:
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


def is_open_duty(rule: Rule, found: Evaluation) -> bool:
    return found.statuses[rule.id] is Status.UNKNOWN and isinstance(rule.kind, Prohibit | Require)


def taken_as_told(matter: Instance, condition: Condition) -> bool:
    """Say whether a condition holds if whatever can't be told is not so."""
    match condition:
        case All(parts) | Any(parts):
            held = [taken_as_told(matter, part) for part in parts]
            return False not in held if isinstance(condition, All) else True in held
        case Not(part):
            return not taken_as_told(matter, part)
    return truth(matter, condition) == TRUE


def is_awaited(matter: Instance, rule: Rule, found: Evaluation) -> bool:
    """A recommendation that surely applies, while nobody has said whether it is followed."""
    if not isinstance(rule.kind, Recommend) or found.statuses[rule.id] is not Status.UNKNOWN:
        return False
    is_bare = isinstance(rule.when, All) and not rule.when.parts
    excused = max([FALSE, *(min(truth(matter, e.scope), truth(matter, e.when)) for e in rule.unless)])
    met = min(truth(matter, rule.scope), truth(matter, rule.when))
    return not is_bare and met == TRUE and excused == FALSE


def is_advice(rule_set: RuleSet, rule: Rule, situation: Situation, found: Evaluation) -> bool:
    """A recommendation not followed, or a usual duty that is broken for a stated reason."""
    if found.statuses[rule.id] is not Status.TRUE:
        return False
    is_weighed = carries(rule_set, rule) and binds(rule, situation, found)
    is_excused = rule.is_default and is_weighed and reason_given(rule, situation, found) == TRUE
    return isinstance(rule.kind, Recommend) or is_excused
