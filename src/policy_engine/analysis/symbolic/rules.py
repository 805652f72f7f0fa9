"""The rules of one subject as solver formulas: parts, effect, breach and status of each, and what they derive."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import z3

from policy_engine.analysis.symbolic.calendar import months_between
from policy_engine.analysis.symbolic.facts import Bits, Facts, Scalar
from policy_engine.analysis.symbolic.literals import Encoded, encode, encode_pair, neither
from policy_engine.analysis.symbolic.working_days import is_announced, working_days_between
from policy_engine.compilation import CompiledSubject
from policy_engine.compilation.generate import lower_rule
from policy_engine.compilation.lowering import ALWAYS, both, either, lower
from policy_engine.compilation.reads import field_written
from policy_engine.evaluation.consistency import contrary_to
from policy_engine.foundation.logic import Pair
from policy_engine.model.decisions import Status
from policy_engine.model.rules import (
    OF_DAYS,
    Classify,
    Derive,
    Function,
    Impossible,
    Permit,
    Prohibit,
    Recommend,
    Require,
    Rule,
    Table,
)
from policy_engine.model.values import NOT_HAPPENED
from policy_engine.model.vocabulary import Field, FieldType, Role
from policy_engine.model.working_days import announced

_NO = z3.BoolVal(False)
_YES = z3.BoolVal(True)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFormulas:
    """One rule: S, W, E, D, X, Eff and V of docs/meaning.md, each as a pair, and its statuses."""

    scope: Pair[z3.BoolRef]
    when: Pair[z3.BoolRef]
    excepted: Pair[z3.BoolRef]
    defeated: Pair[z3.BoolRef]
    required: Pair[z3.BoolRef]
    effective: Pair[z3.BoolRef]
    violated: Pair[z3.BoolRef]

    def status(self, status: Status) -> z3.BoolRef:
        """State that the rule has a status."""
        return self.statuses()[status]

    def statuses(self) -> dict[Status, z3.BoolRef]:
        """State of each status that the rule has it: the walk of docs/meaning.md."""
        is_false = self.violated.false
        passed: list[z3.BoolRef] = [is_false]
        found = {Status.TRUE: self.violated.true, Status.UNKNOWN: neither(self.violated)}
        ended: list[z3.BoolRef] = []
        walk = (
            (Status.OUT_OF_FORCE, self.scope),
            (Status.NOT_APPLICABLE, self.when),
            (Status.EXCEPTED, _denied(self.excepted)),
            (Status.DEFEATED, _denied(self.defeated)),
        )
        # A part is come to only where all before it surely hold: so every case has one status and no other.
        for status, part in walk:
            found[status] = z3.And(*passed, part.false)
            ended.append(z3.And(*passed, neither(part)))
            passed.append(part.true)
        found[Status.SATISFIED] = z3.And(passed)
        # Surely not broken, though the walk stops at something open: which part saves it, nobody can say.
        found[Status.CLEAR] = z3.Or(ended)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolicSubject:
    """The rules of one subject over its facts.

    `encoded`: what further conditions are encoded in. `consistent`: no stated derived fact contradicts its computation.
    `possible`: no facts are stated that can't be true together.
    """

    facts: Facts
    encoded: Encoded
    rules: Mapping[str, RuleFormulas]
    rivals: Mapping[tuple[str, str], Pair[z3.BoolRef]]
    computed: Mapping[tuple[str, str], Pair[z3.BoolRef]]
    numbers: Mapping[str, Scalar]
    consistent: tuple[z3.BoolRef, ...]
    possible: tuple[z3.BoolRef, ...]

    @property
    def cases(self) -> tuple[z3.BoolRef, ...]:
        """State what holds of every situation that a case without input errors closes to."""
        return (*self.facts.domain, *self.facts.closing, *self.consistent, *self.possible)

    @property
    def derives_all(self) -> tuple[z3.BoolRef, ...]:
        """State that the case leaves every derived fact to the rules."""
        derived = (name for name, field in self.facts.fields.items() if field.role is Role.DERIVED)
        return tuple(z3.Not(self.facts.variables[n].known) for n in derived if n in self.facts.variables)


def encode_subject(subject: CompiledSubject, facts: Facts) -> SymbolicSubject:
    """Encode every rule of a subject, in the order in which they are computed."""
    encoder = _Encoder(subject, Encoded(facts))
    return encoder.encode()


@dataclass(slots=True)
class _Encoder:
    subject: CompiledSubject
    encoded: Encoded

    def encode(self) -> SymbolicSubject:
        computed: dict[tuple[str, str], Pair[z3.BoolRef]] = {}
        numbers: dict[str, Scalar] = {}
        self._uncomputed(computed)
        pending = {name: set(ids) for name, ids in self.subject.producers.items()}
        rules: dict[str, RuleFormulas] = {}
        for rule in self.subject.rules:
            found = self._rule(rule)
            rules[rule.id] = found
            self.encoded.effective[rule.id] = found.effective
            match rule.kind:
                case Table():
                    self._table(rule.kind, found.effective, computed)
                case Derive():
                    numbers[rule.kind.field] = self._derive(rule.kind, found.effective)
                case Prohibit() | Permit() | Require() | Recommend() | Classify() | Impossible():
                    pass
            name = field_written(rule)
            if name is not None:
                pending[name].discard(rule.id)
                # Whoever reads the field is computed after its last rule, and so finds all its members told.
                if not pending[name] and isinstance(rule.kind, Classify):
                    self._classified(name, computed)
        return SymbolicSubject(
            facts=self.encoded.facts,
            encoded=self.encoded,
            rules=MappingProxyType(rules),
            rivals=MappingProxyType(
                {pair: _both(*(rules[name].effective for name in pair)) for pair in self.subject.rivals}
            ),
            computed=MappingProxyType(computed),
            numbers=MappingProxyType(numbers),
            consistent=tuple(self._consistent(rules, computed, numbers)),
            possible=tuple(self._possible(rules)),
        )

    def _rule(self, rule: Rule) -> RuleFormulas:
        parts = lower_rule(rule, self.subject.fields, self.subject.defeated_by.get(rule.id, ()))
        scope, when, excepted, defeated = (
            encode_pair(p, self.encoded) for p in (parts.scope, parts.when, parts.excepted, parts.defeated)
        )
        required = encode_pair(parts.required, self.encoded)
        effective = _both(scope, when, _denied(excepted), _denied(defeated))
        has_condition = isinstance(rule.kind, Require | Recommend)
        return RuleFormulas(
            scope=scope,
            when=when,
            excepted=excepted,
            defeated=defeated,
            required=required,
            effective=effective,
            violated=_both(effective, _denied(required)) if has_condition else effective,
        )

    def _uncomputed(self, computed: dict[tuple[str, str], Pair[z3.BoolRef]]) -> None:
        # A member nobody classifies is false; a choice no table gives is unknown.
        for field in self.subject.fields.values():
            if field.role is not Role.DERIVED or field.name in self.subject.producers:
                continue
            if field.type is FieldType.CHOICE:
                self._tell(field, {choice: Pair(_NO, _NO) for choice in field.choices}, computed)
            elif field.type in (FieldType.BOOLEAN, FieldType.LIST):
                self._classified(field.name, computed)

    def _classified(self, name: str, computed: dict[tuple[str, str], Pair[z3.BoolRef]]) -> None:
        field = self.subject.fields[name]
        found = {}
        # A boolean field has one member without a name.
        for member in field.choices or ("",):
            givers = [
                self.encoded.effective[rule.id]
                for rule in self.subject.rules
                if isinstance(rule.kind, Classify)
                and rule.kind.field == name
                and (not member or member in rule.kind.members)
            ]
            found[member] = _either(*givers)
        self._tell(field, found, computed)

    def _table(
        self, table: Table, effective: Pair[z3.BoolRef], computed: dict[tuple[str, str], Pair[z3.BoolRef]]
    ) -> None:
        hits: list[tuple[Pair[z3.BoolRef], str]] = []
        earlier = ALWAYS
        for condition, choice in table.rows:
            row = lower(condition, self.subject.fields)
            hits.append((both(earlier, row), choice))
            earlier = both(earlier, row.denied)
        hits.append((earlier, table.otherwise))
        field = self.subject.fields[table.field]
        found = {}
        for choice in field.choices:
            given = encode_pair(either(*(hit for hit, value in hits if value == choice)), self.encoded)
            found[choice] = Pair(z3.And(effective.true, given.true), z3.And(effective.true, given.false))
        self._tell(field, found, computed)

    def _tell(
        self,
        field: Field,
        found: Mapping[str, Pair[z3.BoolRef]],
        computed: dict[tuple[str, str], Pair[z3.BoolRef]],
    ) -> None:
        # A stated derived value is used like any other.
        stated = self.encoded.facts.bits(field.name)
        for member, computes in found.items():
            computed[field.name, member] = computes
            bit = stated.bits[member]
            self.encoded.truths[field.name, member] = Pair(
                z3.If(stated.known, bit, computes.true), z3.If(stated.known, z3.Not(bit), computes.false)
            )

    def _derive(self, derive: Derive, effective: Pair[z3.BoolRef]) -> Scalar:
        stated = self.encoded.facts.scalar(derive.field)
        known, value = self._count_if(derive) if derive.function is Function.COUNT_IF else self._arith(derive)
        computes = Scalar(z3.And(effective.true, known), value)
        self.encoded.numbers[derive.field] = Scalar(
            z3.Or(stated.known, computes.known), z3.If(stated.known, stated.value, computes.value)
        )
        return computes

    def _count_if(self, derive: Derive) -> tuple[z3.BoolRef, z3.ArithRef]:
        found = [encode_pair(lower(c, self.subject.fields), self.encoded) for c in derive.conditions]
        total = z3.Sum([z3.If(pair.true, 1, 0) for pair in found])
        return z3.And([z3.Or(pair.true, pair.false) for pair in found]), total

    def _arith(self, derive: Derive) -> tuple[z3.BoolRef, z3.ArithRef]:
        inputs = [self.encoded.scalar(name) for name in derive.inputs]
        known = [scalar.known for scalar in inputs]
        if derive.function in OF_DAYS:
            # Nothing is counted from or to what didn't happen.
            known += [scalar.value != NOT_HAPPENED for scalar in inputs]
        if derive.function is Function.WORKING_DAYS_BETWEEN:
            known.append(is_announced(announced(), inputs[0].value, inputs[1].value))
        return z3.And(known), _ARITHMETIC[derive.function](inputs)

    def _consistent(
        self,
        rules: Mapping[str, RuleFormulas],
        computed: Mapping[tuple[str, str], Pair[z3.BoolRef]],
        numbers: Mapping[str, Scalar],
    ) -> list[z3.BoolRef]:
        found = []
        for name, producers in self.subject.producers.items():
            agrees = self._agrees(name, computed, numbers)
            # Where no rule that makes it is in force here, nothing can contradict what was stated.
            is_idle = z3.And([rules[rule].scope.false for rule in producers])
            found.append(z3.Implies(self.encoded.facts.variables[name].known, z3.Or(agrees, is_idle)))
        return found

    def _possible(self, rules: Mapping[str, RuleFormulas]) -> Iterator[z3.BoolRef]:
        for rule in self.subject.rules:
            if isinstance(rule.kind, Impossible):
                yield z3.Not(rules[rule.id].violated.true)
        for field in self.subject.fields.values():
            for _, condition in contrary_to(field):
                yield z3.Not(encode(lower(condition, self.subject.fields).true, self.encoded))

    def _agrees(
        self, name: str, computed: Mapping[tuple[str, str], Pair[z3.BoolRef]], numbers: Mapping[str, Scalar]
    ) -> z3.BoolRef:
        match self.encoded.facts.variables[name]:
            case Scalar(value=value):
                return z3.Implies(numbers[name].known, value == numbers[name].value)
            case Bits(bits=bits):
                is_choice = self.subject.fields[name].type is FieldType.CHOICE
                wrong = [z3.And(bit, computed[name, member].false) for member, bit in bits.items()]
                if not is_choice:
                    # Needless of a choice: where another one is surely true, the stated one is surely false.
                    wrong += [z3.And(z3.Not(bit), computed[name, m].true) for m, bit in bits.items()]
                return z3.Not(z3.Or(wrong))


def _days(inputs: list[Scalar]) -> z3.ArithRef:
    return inputs[1].value - inputs[0].value


def _months(inputs: list[Scalar]) -> z3.ArithRef:
    start, end = inputs
    assert start.civil is not None
    assert end.civil is not None
    return months_between(start.civil, start.value, end.civil, end.value)


def _working_days(inputs: list[Scalar]) -> z3.ArithRef:
    return working_days_between(announced(), inputs[0].value, inputs[1].value)


def _extreme(
    inputs: list[Scalar], is_better: Callable[[z3.ArithRef, z3.ArithRef], z3.BoolRef]
) -> z3.ArithRef:
    best = inputs[0].value
    for scalar in inputs[1:]:
        best = z3.If(is_better(scalar.value, best), scalar.value, best)
    return best


_ARITHMETIC: Mapping[Function, Callable[[list[Scalar]], z3.ArithRef]] = {
    Function.SUM: lambda inputs: z3.Sum([scalar.value for scalar in inputs]),
    Function.DIFFERENCE: lambda inputs: inputs[0].value - inputs[1].value,
    Function.MIN: lambda inputs: _extreme(inputs, lambda a, b: a < b),
    Function.MAX: lambda inputs: _extreme(inputs, lambda a, b: a > b),
    Function.DAYS_BETWEEN: _days,
    Function.MONTHS_BETWEEN: _months,
    Function.WORKING_DAYS_BETWEEN: _working_days,
}


def _denied(found: Pair[z3.BoolRef]) -> Pair[z3.BoolRef]:
    return Pair(found.false, found.true)


def _both(*found: Pair[z3.BoolRef]) -> Pair[z3.BoolRef]:
    return Pair(z3.And([f.true for f in found]), z3.Or([f.false for f in found]))


def _either(*found: Pair[z3.BoolRef]) -> Pair[z3.BoolRef]:
    return Pair(z3.Or([f.true for f in found]), z3.And([f.false for f in found]))
