"""The facts of one subject as solver variables: every case of the vocabulary, unknowns included.

`Facts.domain` holds for every situation an engine can be given; `Facts.closing` additionally for those that closing
a case can give (docs/meaning.md), where an event that the phase makes premature is not yet known.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import z3

from policy_engine.analysis.symbolic.calendar import Civil, split_day
from policy_engine.compilation.reads import conditions_of
from policy_engine.model.areas import NATION, chain_of
from policy_engine.model.calendar import FIRST_DAY, LAST_DAY, day_number
from policy_engine.model.conditions import AS_OF, InArea, leaves
from policy_engine.model.documents import Document
from policy_engine.model.rules import Rule
from policy_engine.model.values import NOT_HAPPENED
from policy_engine.model.vocabulary import Field, FieldType, Phase, Role, Term

FIRST_CASE_DAY, LAST_CASE_DAY = day_number("1949-10-01") or 0, day_number("2100-12-31") or 0
_NONE = "无"
# No holidays last longer, those that were moved together included.
_LONGEST_HOLIDAYS = 30


@dataclass(frozen=True, slots=True)
class Scalar:
    """A number or day: known or not, and its value. `civil` splits a day into year, month and day."""

    known: z3.BoolRef
    value: z3.ArithRef
    civil: Civil | None = None


@dataclass(frozen=True, slots=True)
class Bits:
    """A boolean (one bit, named ""), choice or list: known or not, and a bit a value or member."""

    known: z3.BoolRef
    bits: Mapping[str, z3.BoolRef]


Variable = Scalar | Bits


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Solver variables of one subject. `areas`: one bit for each class of areas no rule tells apart.

    `waiting`: of each event that has a term, whether the event hasn't come and the term runs.
    """

    fields: Mapping[str, Field]
    variables: Mapping[str, Variable]
    as_of: z3.ArithRef
    areas: Mapping[str, z3.BoolRef]
    days: Mapping[str, Scalar]
    phases: Mapping[Phase, z3.BoolRef]
    domain: tuple[z3.BoolRef, ...]
    closing: tuple[z3.BoolRef, ...]
    waiting: Mapping[str, z3.BoolRef] = field(default_factory=lambda: MappingProxyType({}))

    def scalar(self, name: str) -> Scalar:
        """Look up a number or day."""
        found = self.variables[name]
        assert isinstance(found, Scalar)
        return found

    def bits(self, name: str) -> Bits:
        """Look up a boolean, choice or list."""
        found = self.variables[name]
        assert isinstance(found, Bits)
        return found

    def lies_in(self, area: str) -> z3.BoolRef:
        """State that the case's area is the given one or lies in it."""
        return z3.Or([bit for code, bit in self.areas.items() if area in chain_of(code)])

    def before(self, phase: Phase) -> z3.BoolRef:
        """State that the case's phase comes before the given one."""
        return z3.Or([bit for known, bit in self.phases.items() if known.rank < phase.rank])


def facts_of(
    fields: Mapping[str, Field],
    rules: Iterable[Rule],
    documents: Iterable[Document] = (),
    *,
    resting: Phase | None = None,
) -> Facts:
    """Make the variables of one subject; rules and documents say which areas and dating days matter.

    `resting`: the phase a subject without phases is looked at from; nothing in it is premature.
    """
    rules = tuple(rules)
    variables = {name: _variable(field) for name, field in fields.items() if field.type is not FieldType.TEXT}
    areas = _area_bits({d.area for d in documents} | set(_areas_named(rules)))
    dated = sorted({rule.dated_by for rule in rules if rule.dated_by != AS_OF})
    days = {name: _scalar(f"@dated_by:{name}") for name in dated}
    phases = {phase: z3.Bool(f"@phase={phase.value}") for phase in Phase}
    as_of = z3.Int(AS_OF)
    domain = [
        as_of >= FIRST_CASE_DAY,
        as_of <= LAST_CASE_DAY,
        _exactly_one(areas.values()),
        _exactly_one(phases.values()),
    ]
    # A subject without phases has one all the same: that from which its rules are looked at.
    if resting is not None:
        domain.append(phases[resting])
    domain += [bound for field in fields.values() for bound in _bounds(field, variables)]
    domain += [
        z3.Implies(day.known, z3.And(day.value >= FIRST_DAY, day.value <= LAST_DAY)) for day in days.values()
    ]
    facts = Facts(
        fields=fields,
        variables=variables,
        as_of=as_of,
        areas=areas,
        days=days,
        phases=phases,
        domain=tuple(domain),
        closing=(),
    )
    has_phases = resting is None
    before = {name: _before(one, facts, has_phases=has_phases) for name, one in fields.items()}
    terms = {name: _Term.of(name, one.term, facts) for name, one in fields.items() if one.term is not None}
    early = {**before, **{name: term.early for name, term in terms.items()}}
    closing = (
        *(bound for name, term in terms.items() for bound in term.bounds(before[name])),
        *(bound for one in fields.values() for bound in _premature(one, facts, early[one.name])),
        *(bound for one in fields.values() if has_phases for bound in _too_early(one, facts)),
        *(bound for name in dated for bound in _dating(name, facts, early[name])),
    )
    waiting = {
        name: z3.And(term.begun, term.early, z3.Not(variables[name].known)) for name, term in terms.items()
    }
    return dataclasses.replace(facts, closing=closing, waiting=MappingProxyType(waiting))


def _variable(field: Field) -> Variable:
    match field.type:
        case FieldType.NUMBER:
            return _scalar(field.name)
        case FieldType.DATE:
            plain = _scalar(field.name)
            civil, _ = split_day(field.name, plain.value)
            return Scalar(plain.known, plain.value, civil)
        case FieldType.BOOLEAN:
            return Bits(_known(field.name), {"": z3.Bool(field.name)})
        case _:
            bits = {choice: z3.Bool(f"{field.name}={choice}") for choice in field.choices}
            return Bits(_known(field.name), bits)


def _known(name: str) -> z3.BoolRef:
    return z3.Bool(f"{name}?")


def _scalar(name: str) -> Scalar:
    return Scalar(_known(name), z3.Int(name))


def _bounds(field: Field, variables: Mapping[str, Variable]) -> Iterator[z3.BoolRef]:
    variable = variables.get(field.name)
    match variable:
        case Scalar(value=value) if field.type is FieldType.DATE:
            # Only of an event can it be said that it has not happened.
            is_day = z3.And(value >= FIRST_DAY, value <= LAST_DAY)
            yield z3.Or(value == NOT_HAPPENED, is_day) if field.role is Role.EVENT else is_day
            yield split_day(field.name, value)[1]
        case Scalar(value=value):
            if field.minimum is not None:
                yield value >= field.minimum
            if field.maximum is not None:
                yield value <= field.maximum
        case Bits(bits=bits) if field.type is FieldType.CHOICE:
            yield _exactly_one(bits.values())
        case _:
            return


def _exactly_one(bits: Iterable[z3.BoolRef]) -> z3.BoolRef:
    return z3.PbEq([(bit, 1) for bit in bits], 1)


def _areas_named(rules: Iterable[Rule]) -> Iterator[str]:
    for rule in rules:
        for condition in conditions_of(rule):
            yield from (leaf.area for leaf in leaves(condition) if isinstance(leaf, InArea))


def _area_bits(named: set[str]) -> dict[str, z3.BoolRef]:
    # What the rules can tell of an area is its nearest named one; the nation stands for all the rest.
    return {code: z3.Bool(f"@area={code}") for code in sorted({NATION, *named})}


def _before(field: Field, facts: Facts, *, has_phases: bool) -> z3.BoolRef:
    if not has_phases or field.role is not Role.EVENT or field.phase is None:
        return z3.BoolVal(False)
    return facts.before(field.phase)


@dataclass(frozen=True, slots=True)
class _Term:
    """One event's term. `begun`: its first day is known; `early`: until then "not yet" is no fact.

    The solver doesn't know holidays: between the last day of a term and a generous one both are possible.
    """

    days: int
    as_of: z3.ArithRef
    start: z3.ArithRef
    begun: z3.BoolRef
    early: z3.BoolRef

    @staticmethod
    def of(name: str, term: Term, facts: Facts) -> _Term:
        """Make the variable of one event's term."""
        start = facts.scalar(term.after)
        begun = z3.And(start.known, start.value != NOT_HAPPENED)
        return _Term(term.days, facts.as_of, start.value, begun, z3.Bool(f"@early:{name}"))

    def bounds(self, before: z3.BoolRef) -> Iterator[z3.BoolRef]:
        """State what is known of `early`, the event's phase being yet to come or not."""
        yield z3.Implies(z3.Not(self.begun), self.early == before)
        yield z3.Implies(z3.And(self.begun, self.as_of <= self.start + self.days), self.early)
        is_over = self.as_of > self.start + 3 * self.days + _LONGEST_HOLIDAYS
        # In a year whose holidays aren't announced the phase counts.
        yield z3.Implies(z3.And(self.begun, is_over, z3.Not(before)), z3.Not(self.early))


def _premature(field: Field, facts: Facts, early: z3.BoolRef) -> Iterator[z3.BoolRef]:
    if field.name not in facts.variables:
        return
    known = facts.variables[field.name].known
    is_undone = _undone(field, facts.variables[field.name])
    yield z3.Implies(early, z3.Not(z3.And(known, is_undone)))


def _too_early(field: Field, facts: Facts) -> Iterator[z3.BoolRef]:
    # What has happened shows how far the matter has come.
    if field.happens is None or field.name not in facts.variables:
        return
    variable = facts.variables[field.name]
    has_happened = z3.And(variable.known, z3.Not(_undone(field, variable)))
    yield z3.Implies(facts.before(field.happens), z3.Not(has_happened))


def _undone(field: Field, variable: Variable) -> z3.BoolRef:
    match variable:
        case Scalar(value=value):
            return value == NOT_HAPPENED if field.type is FieldType.DATE else z3.BoolVal(False)
        case Bits(bits=bits) if field.type is FieldType.BOOLEAN:
            return z3.Not(bits[""])
        case Bits(bits=bits):
            return bits.get(_NONE, z3.BoolVal(False))


def _dating(name: str, facts: Facts, early: z3.BoolRef) -> Iterator[z3.BoolRef]:
    day, fact = facts.days[name], facts.scalar(name)
    is_pending = z3.And(z3.Not(fact.known), early)
    # As closing does it (docs/meaning.md, step 6): pending or not happened goes by the case's day.
    is_by_case = z3.Or(is_pending, z3.And(fact.known, fact.value == NOT_HAPPENED))
    yield day.known == z3.Or(fact.known, is_pending)
    yield z3.Implies(day.known, day.value == z3.If(is_by_case, facts.as_of, fact.value))
