"""Interpret a rule set over one situation, straight from `docs/meaning.md`: slow, short, and on its own.

It shares only types with the engines, so that an error of theirs isn't repeated here.
Truths are 0 (false), 1 (open) and 2 (true): and is `min`, or is `max`, not is `2 - t`.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import assert_never

from oracle.months import end_of_deadline, end_of_term, months_between
from oracle.prevailing import prevails, rivals
from oracle.working_days import working_days_between
from policy_engine.foundation.logic import Truth
from policy_engine.model import conditions as c
from policy_engine.model.cases import Situation
from policy_engine.model.decisions import Evaluation, Status
from policy_engine.model.rules import Derive, Function, Recommend, Require, Rule, RuleSet, Table
from policy_engine.model.values import NOT_HAPPENED, UNKNOWN, Value
from policy_engine.model.vocabulary import Field, FieldType, Role

FALSE, OPEN, TRUE = 0, 1, 2
TRUTHS = (Truth.FALSE, Truth.UNKNOWN, Truth.TRUE)
BOUNDS = {
    c.Bound.AT_LEAST: operator.ge,
    c.Bound.MORE_THAN: operator.gt,
    c.Bound.AT_MOST: operator.le,
    c.Bound.LESS_THAN: operator.lt,
}
LAST_DAYS = {c.Period.DEADLINE: end_of_deadline, c.Period.TERM: end_of_term}


@dataclass(frozen=True)
class Instance:
    """One rule set and one situation; `effects` remembers Eff by rule id, `parts` the truths of derived fields."""

    rule_set: RuleSet
    situation: Situation
    effects: dict[str, int] = field(default_factory=dict)
    parts: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def rules(self) -> list[Rule]:
        return [rule for rule in self.rule_set.rules if self.situation.subject in rule.subjects]

    @property
    def fields(self) -> Mapping[str, Field]:
        return self.rule_set.vocabulary.subjects[self.situation.subject].fields

    def stated(self, name: str) -> Value:
        return self.situation.values.get(name, UNKNOWN)

    def is_told(self, name: str) -> bool:
        return self.stated(name) is not UNKNOWN

    def is_computed(self, name: str) -> bool:
        return self.fields[name].role is Role.DERIVED and not self.is_told(name)


def interpret(rule_set: RuleSet, situation: Situation) -> Evaluation:
    """Evaluate one situation. Pure, and total on acyclic rule sets."""
    matter = Instance(rule_set, situation)
    derived = [f for f in matter.fields.values() if f.role is Role.DERIVED]
    clashes = rivals(rule_set.authority, matter.rules)
    return Evaluation(
        statuses={rule.id: status(matter, rule) for rule in matter.rules},
        truths={(f.name, part): TRUTHS[computed(matter, f, part)] for f in derived for part in parts_of(f)},
        numbers={f.name: n for f in derived if (n := number(matter, f.name)) is not UNKNOWN},
        rivals={(p.id, q.id): TRUTHS[min(effect(matter, p), effect(matter, q))] for p, q in clashes},
    )


def parts_of(derived: Field) -> tuple[str, ...]:
    """List what has a truth in a derived field: `""` for a boolean, nothing for a number."""
    return ("",) if derived.type is FieldType.BOOLEAN else derived.choices


# Conditions.


def truth(matter: Instance, condition: c.Condition) -> int:
    """Find the truth of a condition."""
    match condition:
        case c.All(parts):
            return min([TRUE, *(truth(matter, part) for part in parts)])
        case c.Any(parts):
            return max([FALSE, *(truth(matter, part) for part in parts)])
        case c.Not(part):
            return TRUE - truth(matter, part)
        case c.Equals(name, wanted):
            return equals(matter, name, wanted)
        case c.OneOf(name, values):
            return one_of(matter, name, values)
        case c.Compare(name, bound, limit):
            given, never = value(matter, name), has_not_happened(matter, name)
            return FALSE if never else claim(lambda: BOUNDS[bound](given, limit), given)
        case c.Members(name) | c.Count(name) if not (matter.is_told(name) or matter.is_computed(name)):
            return OPEN
        case c.Members(name, how, values):
            truths = [contains(matter, name, member) for member in values]
            found = min([TRUE, *truths]) if how is c.Membership.ALL_OF else max([FALSE, *truths])
            return TRUE - found if how is c.Membership.NONE_OF else found
        case c.Count(name, bound, limit):
            truths = [contains(matter, name, member) for member in matter.fields[name].choices]
            counts = range(truths.count(TRUE), truths.count(TRUE) + truths.count(OPEN) + 1)
            answers = {BOUNDS[bound](n, limit) for n in counts}
            return OPEN if answers == {True, False} else claim(answers.pop)
        case c.WithinMonths(name, start, months, period):
            if has_not_happened(matter, name) or has_not_happened(matter, start):
                return FALSE
            day, first = value(matter, name), value(matter, start)
            end = LAST_DAYS[period]
            return claim(lambda: first <= day <= end(first, months), day, first)
        case c.Ratio(part, whole, bound, ratio):
            some, everything = value(matter, part), value(matter, whole)
            return claim(lambda: BOUNDS[bound](some, ratio * everything), some, everything)
        case c.InForce(dated_by, first, last):
            day = matter.stated(c.dating_field(dated_by))
            return claim(lambda: (first is None or first <= day) and (last is None or day <= last), day)
        case c.InArea(area):
            chain = matter.stated(c.AREA)
            return claim(lambda: area in chain, chain)
        case c.Unvalued(_, dated_by, first, last):
            has_day = truth(matter, c.InForce(dated_by, first, last, condition.span))
            return FALSE if has_day == FALSE else OPEN
        case _:
            assert_never(condition)


def claim(holds: Callable[[], bool], *values: Value) -> int:
    """Say open where one of the values is unknown, else whether the claim about them holds."""
    return OPEN if UNKNOWN in values else TRUE if holds() else FALSE


def equals(matter: Instance, name: str, wanted: Value) -> int:
    if matter.is_computed(name):
        if matter.fields[name].type is FieldType.BOOLEAN:
            found = computed(matter, matter.fields[name], "")
            return found if wanted is True else TRUE - found
        if matter.fields[name].type is FieldType.CHOICE:
            return one_of(matter, name, (wanted,))
    given = value(matter, name)
    return claim(lambda: given == wanted, given)


def one_of(matter: Instance, name: str, values: tuple[str, ...]) -> int:
    if not matter.is_computed(name):
        given = value(matter, name)
        return claim(lambda: given in values, given)
    choice = matter.fields[name]
    inside = [computed(matter, choice, v) for v in choice.choices if v in values]
    outside = [computed(matter, choice, v) for v in choice.choices if v not in values]
    if TRUE in inside or all(t == FALSE for t in outside):
        return TRUE
    return FALSE if TRUE in outside or all(t == FALSE for t in inside) else OPEN


def contains(matter: Instance, name: str, member: str) -> int:
    if matter.is_computed(name):
        return computed(matter, matter.fields[name], member)
    return claim(lambda: member in matter.stated(name))


# Facts.


def value(matter: Instance, name: str) -> Value:
    """Take the stated value, else the computed number."""
    return matter.stated(name) if matter.is_told(name) else number(matter, name)


def has_not_happened(matter: Instance, name: str) -> bool:
    return matter.fields[name].type is FieldType.DATE and matter.stated(name) == NOT_HAPPENED


def computed(matter: Instance, derived: Field, part: str) -> int:
    """Find the truth of a derived boolean (`part` is `""`), of a list's member or of a choice."""
    if (derived.name, part) not in matter.parts:
        matter.parts[derived.name, part] = recomputed(matter, derived, part)
    return matter.parts[derived.name, part]


def recomputed(matter: Instance, derived: Field, part: str) -> int:
    rules = [rule for rule in matter.rules if getattr(rule.kind, "field", None) == derived.name]
    if derived.type is FieldType.CHOICE:
        tables = [rule.kind for rule in rules if effect(matter, rule) == TRUE]
        return chosen(matter, tables[0], part) if tables else OPEN
    return max([FALSE, *(effect(matter, rule) for rule in rules if not part or part in rule.kind.members)])


def chosen(matter: Instance, table: Table, choice: str) -> int:
    """Find the truth of one choice of a table that applies."""
    found, none_before = FALSE, TRUE
    for condition, gives in table.rows:
        here = truth(matter, condition)
        if gives == choice:
            found = max(found, min(here, none_before))
        none_before = min(none_before, TRUE - here)
    return max(found, none_before) if table.otherwise == choice else found


def number(matter: Instance, name: str) -> Value:
    """Compute a derived number; anything else is unknown."""
    for rule in matter.rules:
        if isinstance(rule.kind, Derive) and rule.kind.field == name and effect(matter, rule) == TRUE:
            return result(matter, rule.kind)
    return UNKNOWN


def result(matter: Instance, kind: Derive) -> Value:
    if kind.function is Function.COUNT_IF:
        truths = [truth(matter, condition) for condition in kind.conditions]
        return UNKNOWN if OPEN in truths else truths.count(TRUE)
    given = [value(matter, name) for name in kind.inputs]
    if UNKNOWN in given or any(has_not_happened(matter, name) for name in kind.inputs):
        return UNKNOWN
    functions = {
        Function.SUM: lambda *numbers: sum(numbers),
        Function.MIN: lambda *numbers: min(numbers),
        Function.MAX: lambda *numbers: max(numbers),
        Function.DIFFERENCE: lambda a, b: a - b,
        Function.DAYS_BETWEEN: lambda a, b: b - a,
        Function.MONTHS_BETWEEN: months_between,
        Function.WORKING_DAYS_BETWEEN: working_days_between,
    }
    found = functions[kind.function](*given)
    return UNKNOWN if found is None else found


# Rules.


def effect(matter: Instance, rule: Rule) -> int:
    """Find Eff = S ∧ W ∧ ¬E ∧ ¬D."""
    if rule.id not in matter.effects:
        matter.effects[rule.id] = min(passes for passes, _ in walk(matter, rule))
    return matter.effects[rule.id]


def walk(matter: Instance, rule: Rule) -> list[tuple[int, Status]]:
    """List S, W, ¬E and ¬D, each with the status that it names where it blocks."""
    excepted = [min(truth(matter, e.scope), truth(matter, e.when)) for e in rule.unless]
    authority = matter.rule_set.authority
    defeated = [effect(matter, other) for other in matter.rules if prevails(authority, other, rule)]
    return [
        (truth(matter, rule.scope), Status.OUT_OF_FORCE),
        (truth(matter, rule.when), Status.NOT_APPLICABLE),
        (TRUE - max([FALSE, *excepted]), Status.EXCEPTED),
        (TRUE - max([FALSE, *defeated]), Status.DEFEATED),
    ]


def status(matter: Instance, rule: Rule) -> Status:
    """Find V, and where it is false what made it so."""
    found = effect(matter, rule)
    if isinstance(rule.kind, Require | Recommend):
        found = min(found, TRUE - truth(matter, rule.kind.condition))
    if found != FALSE:
        return Status.TRUE if found == TRUE else Status.UNKNOWN
    for passes, name in walk(matter, rule):
        if passes != TRUE:
            return name if passes == FALSE else Status.CLEAR
    return Status.SATISFIED
