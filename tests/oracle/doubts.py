"""Which rules a doubt keeps open before their phase, naively: docs/meaning.md, "The verdict of a subject"."""

import dataclasses
from collections.abc import Iterator

from oracle.interpreter import FALSE, OPEN, TRUE, Matter, truth, walk
from policy_engine.model import conditions as c
from policy_engine.model.cases import Situation
from policy_engine.model.decisions import Status
from policy_engine.model.rules import Recommend, Require, Rule, RuleSet


def kept_open(rule_set: RuleSet, situation: Situation, stated_doubts: set[str]) -> set[str]:
    """Name the rules that read a doubt and that would be broken if every doubt came out as the breach wants it."""
    matter = Matter(rule_set, situation)
    doubts = spread(matter, stated_doubts)
    return {rule.id for rule in matter.rules if names_in(rule) & doubts and may_break(matter, rule, doubts)}


def spread(matter: Matter, doubts: set[str]) -> set[str]:
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


def may_break(matter: Matter, rule: Rule, doubts: set[str]) -> bool:
    blocks_by_rank = [passes for passes, name in walk(matter, rule) if name is Status.DEFEATED]
    if min(blocks_by_rank, default=TRUE) != TRUE:
        return False
    wanted = [(rule.scope, TRUE), (rule.when, TRUE)]
    if isinstance(rule.kind, Require | Recommend):
        wanted.append((rule.kind.condition, FALSE))
    blocked = [
        can_be(matter, e.scope, FALSE, doubts) or can_be(matter, e.when, FALSE, doubts) for e in rule.unless
    ]
    return all(blocked) and all(can_be(matter, part, side, doubts) for part, side in wanted)


def can_be(matter: Matter, condition: c.Condition, side: int, doubts: set[str]) -> bool:
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
