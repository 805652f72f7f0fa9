"""Put the clauses of a subject's rules into strata: each reads facts and what earlier strata have decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from policy_engine.compilation.clauses import ALWAYS_TRUE, Bounds, ClauseWriter, Interim, Source
from policy_engine.compilation.generate import LoweredRule, lower_rule
from policy_engine.compilation.lowering import (
    ALWAYS,
    Bit,
    BitCount,
    Conj,
    Effective,
    Formula,
    Literal,
    both,
    either,
    lower,
)
from policy_engine.compilation.reads import field_written
from policy_engine.foundation.logic import Pair
from policy_engine.model.conditions import InArea, InForce, Leaf, Unvalued, named_in
from policy_engine.model.rules import Classify, Derive, Rule, Table
from policy_engine.model.vocabulary import Field, FieldType, Role

Truths = tuple[Bounds, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Truths that are decided beside the rules: of the members of a field, of counted conditions, or one interim.

    `owner`: the name of the field, the counting rule, or the interim.
    """

    owner: str | Rule | Interim
    truths: tuple[Bounds, ...]


@dataclass(slots=True)
class Stratum:
    """What is decided at once; `numbers` are the rules whose number can be computed then."""

    rules: list[tuple[Rule, Truths]] = field(default_factory=list)
    columns: list[Columns] = field(default_factory=list)
    numbers: list[Rule] = field(default_factory=list)


@dataclass(slots=True)
class Strata:
    """Sorts the rules of a subject. They come in an order in which they can be computed."""

    fields: Mapping[str, Field]
    defeated_by: Mapping[str, tuple[str, ...]]
    producers: Mapping[str, tuple[str, ...]]
    writer: ClauseWriter = field(default_factory=ClauseWriter)
    found: list[Stratum] = field(default_factory=list)
    _of_rule: dict[str, int] = field(default_factory=dict)
    _of_interim: dict[int, int] = field(default_factory=dict)
    # The first stratum that can read a computed field.
    ready: dict[str, int] = field(default_factory=dict)

    def sort(self, rules: Iterable[Rule]) -> list[Stratum]:
        """Put every rule into the first stratum that can decide it, and what depends on it behind."""
        written = list(rules)
        pending = {name: set(ids) for name, ids in self.producers.items()}
        for rule in written:
            self._rule(rule)
            name = field_written(rule)
            if name is None:
                continue
            pending[name].discard(rule.id)
            # A classified field is decided when the last rule that classifies it has its place.
            if isinstance(rule.kind, Classify) and not pending[name]:
                self._members(name, self._classified(name, written))
            elif isinstance(rule.kind, Table):
                self._members(name, self._choices(rule, rule.kind))
            elif isinstance(rule.kind, Derive):
                self._number(rule, rule.kind)
        return self.found

    def first_readable(self, source: Source) -> int:
        """Say in which stratum something can be read first."""
        match source:
            case Interim(number=number):
                return self._stratum_of_interim(number) + 1
            case Effective(rule=rule):
                return self._of_rule[rule] + 1
            case Bit(field=name) | BitCount(field=name):
                return self.ready.get(name, 0)
            case Literal(leaf=leaf):
                return max((self.ready.get(name, 0) for name in _named(leaf)), default=0)

    def _rule(self, rule: Rule) -> None:
        lowered = lower_rule(rule, self.fields, self.defeated_by.get(rule.id, ()))
        parts = tuple(self.writer.bounds(pair) for pair in parts_of(lowered))
        at = self._stratum(parts)
        self._of_rule[rule.id] = at
        self._at(at).rules.append((rule, parts))

    def _classified(self, name: str, rules: Iterable[Rule]) -> list[Pair[Formula]]:
        makers = [r for r in rules if isinstance(r.kind, Classify) and r.kind.field == name]
        return [
            # A member that none of them gives is surely not in: `either` of nothing.
            either(*(_effect(r) for r in makers if not member or member in _members_given(r)))
            for member in members_of(self.fields[name])
        ]

    def _choices(self, rule: Rule, table: Table) -> list[Pair[Formula]]:
        hits: list[tuple[Pair[Formula], str]] = []
        earlier = ALWAYS
        for condition, choice in table.rows:
            row = lower(condition, self.fields)
            hits.append((both(earlier, row), choice))
            # The first row that holds decides: a later one counts only where all before it surely don't.
            earlier = both(earlier, row.denied)
        hits.append((earlier, table.otherwise))
        given = [
            either(*(hit for hit, choice in hits if choice == member))
            for member in members_of(self.fields[table.field])
        ]
        # Without effect a table says nothing of any choice.
        effect: Formula = Effective(rule.id, positive=True)
        return [Pair(Conj((effect, pair.true)), Conj((effect, pair.false))) for pair in given]

    def _members(self, name: str, truths: Iterable[Pair[Formula]]) -> None:
        self.ready[name] = self._columns(name, truths) + 1

    def _number(self, rule: Rule, derive: Derive) -> None:
        at = self._of_rule[rule.id]
        if derive.conditions:
            at = max(at, self._columns(rule, (lower(c, self.fields) for c in derive.conditions)))
        at = max((at, *(self.ready.get(name, 0) for name in derive.inputs)))
        self._at(at).numbers.append(rule)
        self.ready[derive.field] = at + 1

    def _columns(self, owner: str | Rule, truths: Iterable[Pair[Formula]]) -> int:
        bounds = tuple(self.writer.bounds(pair) for pair in truths)
        at = self._stratum(bounds)
        self._at(at).columns.append(Columns(owner, bounds))
        return at

    def _stratum_of_interim(self, number: int) -> int:
        if number not in self._of_interim:
            # An interim holds or it doesn't: it has no second half.
            bounds = (Bounds(self.writer.interims[number], ALWAYS_TRUE),)
            at = self._of_interim[number] = self._stratum(bounds)
            self._at(at).columns.append(Columns(Interim(number), bounds))
        return self._of_interim[number]

    def _stratum(self, truths: Iterable[Bounds]) -> int:
        found = (
            self.first_readable(source)
            for bounds in truths
            for clauses in (bounds.surely, bounds.possibly)
            for source in self.writer.sources(clauses)
        )
        return max(found, default=0)

    def _at(self, number: int) -> Stratum:
        while len(self.found) <= number:
            self.found.append(Stratum())
        return self.found[number]


def parts_of(lowered: LoweredRule) -> tuple[Pair[Formula], ...]:
    """List what a rule needs in order to be broken, in the order in which the parts block."""
    denied = (lowered.excepted.denied, lowered.defeated.denied, lowered.required.denied)
    return (lowered.scope, lowered.when, *denied)


def members_of(known: Field) -> tuple[str, ...]:
    """List what has a truth of its own in a computed field: the members or choices; "" for a boolean, or nothing."""
    if known.role is not Role.DERIVED:
        return ()
    match known.type:
        case FieldType.BOOLEAN:
            return ("",)
        case FieldType.CHOICE | FieldType.LIST:
            return known.choices
        case FieldType.NUMBER | FieldType.DATE | FieldType.TEXT:
            return ()


def _members_given(rule: Rule) -> tuple[str, ...]:
    return rule.kind.members if isinstance(rule.kind, Classify) else ()


def _effect(rule: Rule) -> Pair[Formula]:
    return Pair(Effective(rule.id, positive=True), Effective(rule.id, positive=False))


def _named(leaf: Leaf) -> tuple[str, ...]:
    # What dates a rule, and where, is told before anything is computed.
    return () if isinstance(leaf, InArea | InForce | Unvalued) else named_in(leaf)
