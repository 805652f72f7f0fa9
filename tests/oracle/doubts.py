"""Which rules a doubt keeps open before their phase, naively: docs/meaning.md, "The verdict of a subject"."""

import dataclasses
from collections.abc import Iterator, Mapping

from oracle.interpreter import FALSE, OPEN, TRUE, Instance, truth
from oracle.prevailing import prevails
from policy_engine.model import conditions as c
from policy_engine.model.cases import Situation
from policy_engine.model.rules import Recommend, Require, Rule, RuleSet
from policy_engine.model.values import Value


def kept_open(
    rule_set: RuleSet, situation: Situation, stated_doubts: set[str], supposed: Mapping[str, Value]
) -> set[str]:
    """Name the rules that read a doubt, or what words suppose, and that would be broken at that value if every doubt
    came out as the breach wants it."""
    matter = Instance(rule_set, Situation(situation.subject, {**situation.values, **supposed}))
    doubts = spread(matter, stated_doubts)
    touched = spread(matter, stated_doubts | supposed.keys())
    return {rule.id for rule in matter.rules if names_in(rule) & touched and may_break(matter, rule, doubts)}


def spread(matter: Instance, doubts: set[str]) -> set[str]:
    """Add what is computed from a doubt, until nothing is."""
    found = set(doubts)
    while True:
        more = {
            rule.kind.field
            for rule in matter.rules
            if getattr(rule.kind, "field", None) and names_in(rule) & found
        }
        if more <= found:
            return found
        found |= more


def may_break(matter: Instance, rule: Rule, doubts: set[str]) -> bool:
    is_duty = isinstance(rule.kind, Require | Recommend)
    unmet = not is_duty or can_be(matter, rule.kind.condition, FALSE, doubts)
    return unmet and may_take_effect(matter, rule, doubts)


def may_take_effect(matter: Instance, rule: Rule, doubts: set[str]) -> bool:
    above = [other for other in matter.rules if prevails(matter.rule_set.authority, other, rule)]
    exceptions = [(e.scope, e.when) for e in rule.unless]
    return (
        can_be(matter, rule.scope, TRUE, doubts)
        and can_be(matter, rule.when, TRUE, doubts)
        and all(any(can_be(matter, part, FALSE, doubts) for part in parts) for parts in exceptions)
        and all(may_yield(matter, other, doubts) for other in above)
    )


def may_yield(matter: Instance, rule: Rule, doubts: set[str]) -> bool:
    above = [other for other in matter.rules if prevails(matter.rule_set.authority, other, rule)]
    excepted = [[can_be(matter, part, TRUE, doubts) for part in (e.scope, e.when)] for e in rule.unless]
    return (
        can_be(matter, rule.scope, FALSE, doubts)
        or can_be(matter, rule.when, FALSE, doubts)
        or any(all(parts) for parts in excepted)
        or any(may_take_effect(matter, other, doubts) for other in above)
    )


def can_be(matter: Instance, condition: c.Condition, side: int, doubts: set[str]) -> bool:
    if isinstance(condition, c.Not):
        return can_be(matter, condition.part, TRUE - side, doubts)
    if isinstance(condition, c.All | c.Any):
        found = [can_be(matter, part, side, doubts) for part in condition.parts]
        return all(found) if isinstance(condition, c.All) == (side == TRUE) else any(found)
    plain = truth(matter, condition)
    return plain == side or (plain == OPEN and bool(names_of(condition) & doubts))


def names_in(rule: Rule) -> set[str]:
    """Collect every field a rule's conditions and inputs name, whatever they are made of."""
    return names_of((rule.scope, rule.when, [(e.scope, e.when) for e in rule.unless], rule.kind)) - {
        getattr(rule.kind, "field", None)
    }


def names_of(thing: object) -> set[str]:
    return set(walked(thing))


def walked(thing: object) -> Iterator[str]:
    """Go through the strings that stand in the places where fields are named."""
    if isinstance(thing, tuple | list):
        for part in thing:
            yield from walked(part)
    elif dataclasses.is_dataclass(thing):
        for place in dataclasses.fields(thing):
            value = getattr(thing, place.name)
            if place.name in ("field", "start", "part", "whole", "dated_by") and isinstance(value, str):
                yield value
            elif place.name == "inputs":
                yield from value
            elif place.name != "span":
                yield from walked(value)
