"""Which unknown facts could still change a rule. Exact where the search stays small, else what the rule reads.

Kleene's logic is not complete (`a or not a` with `a` unknown), so no question is put to a person on its word alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice, product

from policy_engine.compilation import CompiledSubject
from policy_engine.compilation.cuts import cuts_of_rule
from policy_engine.compilation.reads import fields_read
from policy_engine.evaluation.truth import Derivations, truth
from policy_engine.foundation.logic import Truth, conjunction, disjunction, negate
from policy_engine.foundation.records import dataclass
from policy_engine.model.conditions import (
    All,
    Any,
    Condition,
    Leaf,
    Not,
    Unvalued,
)
from policy_engine.model.rules import Derive, Function, Recommend, Require, Rule
from policy_engine.model.values import NOT_HAPPENED, UNKNOWN, Known, Value
from policy_engine.model.vocabulary import Field, FieldType, Role
from policy_engine.model.working_days import working_days_between

_MOST_COMPLETIONS = 4096


def open_facts(
    rule: Rule, values: Mapping[str, Value], derived: Derivations, program: CompiledSubject
) -> tuple[str, ...]:
    """List the unknown input fields whose value can still change whether the rule is broken or effective."""
    reads = program.reads[rule.id]
    open_reads = [n for n in reads if n in derived.fields and values.get(n, UNKNOWN) is UNKNOWN]
    unknown = tuple(dict.fromkeys(open_reads))
    inputs = tuple(name for name in unknown if derived.fields[name].role is not Role.DERIVED)
    # What goes through a computed fact isn't searched here: everything behind it is listed.
    if len(inputs) < len(unknown):
        found = [i for name in unknown for i in _inputs_of(name, values, derived, program)]
        return tuple(dict.fromkeys(found))
    # While both are unknown, two fields that are compared have no limits to try: all of them count.
    if not inputs or rule.id in program.relating:
        return inputs
    if len(open_reads) == len(inputs) and (found_once := _read_once(rule, values, derived)) is not None:
        return tuple(name for name in inputs if name in found_once)
    return relevant_facts(rule, inputs, values, derived)


def relevant_facts(
    rule: Rule, inputs: tuple[str, ...], values: Mapping[str, Value], derived: Derivations
) -> tuple[str, ...]:
    """List those of the unknown inputs that can change the rule, by trying; all of them where that is too long."""
    cuts = cuts_of_rule(rule, derived.fields)
    choices = {name: cuts.representatives(name, values) for name in inputs}
    total = 1
    for options in choices.values():
        total *= max(1, len(options))
    if total > _MOST_COMPLETIONS:
        return inputs
    return tuple(name for name in inputs if _matters(name, choices, rule, values, derived))


def _read_once(rule: Rule, values: Mapping[str, Value], derived: Derivations) -> frozenset[str] | None:
    """List what can change a rule that reads each unknown field once; `None` where a walk can't tell.

    Then nothing that is open depends on anything else that is open, so Kleene's logic is complete: a field matters
    exactly where every condition around it is open.
    """
    is_in_scope = truth(rule.scope, values, derived)
    if is_in_scope is not Truth.TRUE:
        return None if is_in_scope is Truth.UNKNOWN else frozenset()
    parts: list[Condition] = [rule.when]
    for clause in rule.unless:
        scope = truth(clause.scope, values, derived)
        if scope is Truth.UNKNOWN:
            return None
        if scope is Truth.TRUE:
            parts.append(Not(clause.when, clause.span))
    if isinstance(rule.kind, Require | Recommend):
        parts.append(Not(rule.kind.condition, rule.span))
    walk = _Walk(rule, values, derived, [])
    return frozenset(walk.found) if walk.goes_on(All(tuple(parts), rule.span)) is not None else None


@dataclass(frozen=True, slots=True)
class _Walk:
    rule: Rule
    values: Mapping[str, Value]
    derived: Derivations
    found: list[str]

    def goes_on(self, condition: Condition) -> Truth | None:
        """Find a condition's truth, and the fields of it that count if what is around it is open.

        `None`: some comparison is unknown and yet could only ever come out one way.
        """
        if isinstance(condition, Leaf):
            return self._leaf(condition)
        match condition:
            case All(parts=parts):
                return self._join(parts, conjunction, Truth.FALSE)
            case Any(parts=parts):
                return self._join(parts, disjunction, Truth.TRUE)
            case Not(part=part):
                found = self.goes_on(part)
                return negate(found) if found is not None else None

    def _join(
        self,
        parts: tuple[Condition, ...],
        join: Callable[[Iterable[Truth]], Truth],
        decisive: Truth,
    ) -> Truth | None:
        before = len(self.found)
        truths: list[Truth] = []
        for part in parts:
            found = self.goes_on(part)
            # Whatever decides beside it, the walk has lost count of what matters: the exact search takes over.
            if found is None:
                return None
            if found is decisive:
                # Decided: nothing beside it counts.
                del self.found[before:]
                return found
            truths.append(found)
        return join(truths)

    def _leaf(self, leaf: Leaf) -> Truth | None:
        found = truth(leaf, self.values, self.derived)
        if found is not Truth.UNKNOWN:
            return found
        # No fact settles it: the value of the parameter is asked for elsewhere.
        if isinstance(leaf, Unvalued):
            return found
        for name in fields_read(leaf):
            if not self._is_open(leaf, self.derived.fields[name]):
                return None
            self.found.append(name)
        return found

    def _is_open(self, leaf: Leaf, field: Field) -> bool:
        """Tell whether some value of the one field that a comparison reads makes it true, and some other false."""
        if field.type is FieldType.BOOLEAN:
            return True
        # A limit may lie where the field can never be: then the comparison is unknown and yet has one answer.
        options = cuts_of_rule(self.rule, self.derived.fields).representatives(field.name, self.values)
        return len({truth(leaf, {field.name: value}, self.derived) for value in options}) > 1


def _inputs_of(
    name: str, values: Mapping[str, Value], derived: Derivations, program: CompiledSubject
) -> Iterator[str]:
    if derived.fields[name].role is not Role.DERIVED:
        yield name
        return
    # Nobody is asked for what is computed, but for what it is computed from, unless that doesn't suffice.
    if is_uncountable(name, values, program):
        yield name
        return
    for rule in program.producers.get(name, ()):
        for needed in dict.fromkeys(program.reads[rule]):
            # No rule reads what it computes (PE401): the walk ends.
            if values.get(needed, UNKNOWN) is UNKNOWN and needed in derived.fields:
                yield from _inputs_of(needed, values, derived, program)


def is_uncountable(name: str, values: Mapping[str, Value], program: CompiledSubject) -> bool:
    """Tell whether a number counts working days between two days that are told, of which some are not announced."""
    makers = program.producers.get(name, ())
    for kind in (rule.kind for rule in program.rules if rule.id in makers):
        if isinstance(kind, Derive) and kind.function is Function.WORKING_DAYS_BETWEEN:
            days = [values.get(day, UNKNOWN) for day in kind.inputs]
            known = [day for day in days if isinstance(day, int) and day != NOT_HAPPENED]
            return len(known) == len(days) and working_days_between(*known) is None
    return False


def _matters(
    name: str,
    choices: Mapping[str, tuple[Known, ...]],
    rule: Rule,
    values: Mapping[str, Value],
    derived: Derivations,
) -> bool:
    # What one completion of the rest hides another may show: only all of them say that a field does not matter.
    others = [other for other in choices if other != name]
    for completion in islice(product(*(choices[o] for o in others)), _MOST_COMPLETIONS):
        base = {**values, **dict(zip(others, completion, strict=True))}
        found = {_is_carried(rule, {**base, name: value}, derived) for value in choices[name]}
        if len(found) > 1:
            return True
    return False


def _is_carried(rule: Rule, values: Mapping[str, Value], derived: Derivations) -> Truth:
    # Whether the rule is broken (or effective), leaving aside which other norms prevail.
    if truth(rule.scope, values, derived) is Truth.FALSE or truth(rule.when, values, derived) is Truth.FALSE:
        return Truth.FALSE
    for clause in rule.unless:
        if truth(All((clause.scope, clause.when), clause.span), values, derived) is Truth.TRUE:
            return Truth.FALSE
    if isinstance(rule.kind, Require | Recommend):
        return truth(Not(rule.kind.condition, rule.span), values, derived)
    return truth(rule.when, values, derived)
