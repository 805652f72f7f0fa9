"""All rules on all rows of a block at once: a bitmap over rows for every truth, an "and" or "or" for a whole block.

The clauses are those of the tables of a single case (`masks`), laid the other way: there one integer holds all clauses
of one case, here one integer holds one clause of all cases. See docs/engine.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from policy_engine.compilation import CompiledSubject
from policy_engine.compilation.clauses import Bounds, Clauses, ClauseWriter, Interim, Source
from policy_engine.compilation.layout import slot_of
from policy_engine.compilation.lowering import Bit, BitCount, Effective, Literal
from policy_engine.compilation.rows import limits_of
from policy_engine.compilation.runtime import computed, is_within
from policy_engine.compilation.strata import Columns, Strata, Stratum, members_of
from policy_engine.compilation.tables import PARTS
from policy_engine.evaluation.slices import Column, at_least, rows_in
from policy_engine.foundation.logic import Truth
from policy_engine.model.conditions import COMPARISONS, Ratio, WithinMonths, holds
from policy_engine.model.decisions import Evaluation, Status
from policy_engine.model.rules import Derive, Rule
from policy_engine.model.values import UNKNOWN, Value
from policy_engine.model.vocabulary import FieldType

# What the parts before the last say of a rule that they block.
_BLOCKED = (Status.OUT_OF_FORCE, Status.NOT_APPLICABLE, Status.EXCEPTED, Status.DEFEATED)


@dataclass(frozen=True, slots=True)
class SlicedRules:
    """The clauses of a subject's rules, stratum by stratum, to be decided on blocks of rows."""

    subject: CompiledSubject
    strata: tuple[Stratum, ...]
    writer: ClauseWriter
    limits: Mapping[str, tuple[int, ...]]

    @classmethod
    def of(cls, subject: CompiledSubject) -> SlicedRules:
        """Sort the rules of a subject."""
        strata = Strata(subject.fields, subject.defeated_by, subject.producers)
        found = tuple(strata.sort(subject.rules))
        return cls(subject, found, strata.writer, dict(_limits(found, subject)))

    def decide(self, columns: Mapping[str, Sequence[Value]], size: int) -> SlicedOutcome:
        """Decide `size` rows. `columns`: their values by field, and by what dates and places rules; what isn't there is unknown."""
        block = _Block(
            self, {name: Column(values, self.limits.get(name, ())) for name, values in columns.items()}, size
        )
        for number, stratum in enumerate(self.strata):
            block.stratum(stratum, is_first=not number)
        return block.outcome()


@dataclass(frozen=True, slots=True, kw_only=True)
class SlicedOutcome:
    """What the rules come to on the rows of a block; every integer is a bitmap over them.

    `statuses`: by rule, the rows of each status that occurs; `truths`: by field and member, surely and possibly;
    `numbers`: by field, the number of each row, `None` where there is none; `rivals`: by pair, surely and possibly.
    """

    size: int
    statuses: Mapping[str, Mapping[Status, int]]
    truths: Mapping[tuple[str, str], tuple[int, int]]
    numbers: Mapping[str, Sequence[int | None]]
    rivals: Mapping[tuple[str, str], tuple[int, int]]

    def counts(self) -> Mapping[str, Mapping[Status, int]]:
        """Count the rows of each rule by status."""
        return {
            rule: {status: rows.bit_count() for status, rows in found.items()}
            for rule, found in self.statuses.items()
        }

    def row(self, at: int) -> Evaluation:
        """Give what an engine of single cases gives of one row."""
        numbers = {name: n for name, found in self.numbers.items() if (n := found[at]) is not None}
        return Evaluation(
            statuses=MappingProxyType(
                {
                    rule: next(s for s, rows in found.items() if rows >> at & 1)
                    for rule, found in self.statuses.items()
                }
            ),
            truths=MappingProxyType({key: _truth(*halves, at) for key, halves in self.truths.items()}),
            numbers=MappingProxyType(numbers),
            rivals=MappingProxyType({pair: _truth(*halves, at) for pair, halves in self.rivals.items()}),
        )


def _truth(surely: int, possibly: int, at: int) -> Truth:
    if surely >> at & 1:
        return Truth.TRUE
    return Truth.UNKNOWN if possibly >> at & 1 else Truth.FALSE


@dataclass(slots=True)
class _Block:
    """What is known of the rows of one block so far."""

    rules: SlicedRules
    columns: dict[str, Column]
    size: int
    full: int = field(init=False)
    sources: dict[Source, int] = field(default_factory=dict)
    # By rule: in effect surely, and possibly.
    effects: dict[str, tuple[int, int]] = field(default_factory=dict)
    # By field: each member, in surely and possibly, as computed and as told rows have it.
    truths: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    read: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    counted: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    statuses: dict[str, Mapping[Status, int]] = field(default_factory=dict)
    numbers: dict[str, list[int | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.full = (1 << self.size) - 1

    def stratum(self, stratum: Stratum, *, is_first: bool) -> None:
        """Decide one stratum: what it finds is read by later ones."""
        if is_first:
            self._fixed()
        decided = [(rule, [self._halves(part) for part in parts]) for rule, parts in stratum.rules]
        columns = [(one, [self._halves(truth) for truth in one.truths]) for one in stratum.columns]
        for rule, parts in decided:
            self._rule(rule, parts)
        for one, truths in columns:
            self._columns(one, truths)
        for rule in stratum.numbers:
            self._number(rule)

    def outcome(self) -> SlicedOutcome:
        """Put together what was found."""
        subject = self.rules.subject
        both = {
            (one, other): tuple(self.effects[one][half] & self.effects[other][half] for half in (0, 1))
            for one, other in subject.rivals
        }
        return SlicedOutcome(
            size=self.size,
            statuses=MappingProxyType({rule.id: self.statuses[rule.id] for rule in subject.rules}),
            truths=MappingProxyType(self.truths),
            numbers=MappingProxyType(self.numbers),
            rivals=MappingProxyType({pair: (halves[0], halves[1]) for pair, halves in both.items()}),
        )

    def _halves(self, truth: Bounds) -> tuple[int, int]:
        return self._clauses(truth.surely), self._clauses(truth.possibly)

    def _clauses(self, clauses: Clauses) -> int:
        found = self.full
        for clause in clauses:
            rows = 0
            for source, is_to_hold in clause:
                known = self.sources.get(source)
                if known is None:
                    known = self.sources[source] = self._source(source)
                rows |= known if is_to_hold else known ^ self.full
                if rows == self.full:
                    break
            found &= rows
            if not found:
                break
        return found

    def _source(self, source: Source) -> int:
        match source:
            case Literal(leaf=Ratio() | WithinMonths() as leaf, positive=positive):
                return self._relation(leaf, positive=positive)
            case Literal(leaf=leaf, positive=positive):
                column = self.columns.get(slot_of(source))
                fields = self.rules.subject.fields
                known = fields.get(slot_of(source))
                is_day = known is None or known.type is FieldType.DATE
                if column is None:
                    return 0
                return column.where(
                    lambda value: value is not UNKNOWN and holds(leaf, value, is_day=is_day) is positive
                )
            case Bit(field=name, member=member, positive=positive):
                surely, possibly = self.read[name, member]
                return surely if positive else possibly ^ self.full
            case BitCount(field=name, positive=positive, least=least):
                members = members_of(self.rules.subject.fields[name])
                halves = [self.read[name, member] for member in members]
                if positive:
                    return at_least((surely for surely, _ in halves), least, self.full)
                return at_least((possibly ^ self.full for _, possibly in halves), least, self.full)
            case Effective(rule=rule, positive=positive):
                surely, possibly = self.effects[rule]
                return surely if positive else possibly ^ self.full
            case Interim():
                raise AssertionError("decided in an earlier stratum")

    def _relation(self, leaf: Ratio | WithinMonths, *, positive: bool) -> int:
        names = (leaf.field, leaf.start) if isinstance(leaf, WithinMonths) else (leaf.part, leaf.whole)
        one, other = (self.columns.get(name) for name in names)
        if one is None and other is None:
            return 0
        nothing: Sequence[Value] = [UNKNOWN] * self.size
        first, second = (nothing if column is None else column.told for column in (one, other))
        related = _comparison(leaf)
        pairs = zip(reversed(first), reversed(second), strict=True)
        return int("".join(["1" if related(*pair) is positive else "0" for pair in pairs]) or "0", 2)

    def _rule(self, rule: Rule, parts: Sequence[tuple[int, int]]) -> None:
        surely, possibly = self.full, self.full
        for one, other in parts[: PARTS - 1]:
            surely &= one
            possibly &= other
        self.effects[rule.id] = (surely, possibly)
        broken, may_be = surely & parts[-1][0], possibly & parts[-1][1]
        found = {Status.TRUE: broken, Status.UNKNOWN: may_be & ~broken}
        left, ended = self.full & ~may_be, 0
        for status, (passes, may_pass) in zip(_BLOCKED, parts[: PARTS - 1], strict=True):
            found[status] = left & ~may_pass
            ended |= left & may_pass & ~passes
            left &= passes
        found[Status.SATISFIED], found[Status.CLEAR] = left, ended
        self.statuses[rule.id] = MappingProxyType({status: rows for status, rows in found.items() if rows})

    def _columns(self, one: Columns, truths: list[tuple[int, int]]) -> None:
        match one.owner:
            case Interim():
                self.sources[one.owner] = truths[0][0]
            case str(name):
                members = members_of(self.rules.subject.fields[name])
                self._members(name, dict(zip(members, truths, strict=True)))
            case Rule(id=rule):
                self.counted[rule] = truths

    def _fixed(self) -> None:
        subject = self.rules.subject
        for name, known in subject.fields.items():
            if members_of(known) and name not in subject.producers:
                # A member nobody classifies is false; a choice no table gives is unknown.
                halves = (0, self.full if known.type is FieldType.CHOICE else 0)
                self._members(name, dict.fromkeys(members_of(known), halves))

    def _members(self, name: str, computed_: Mapping[str, tuple[int, int]]) -> None:
        column = self.columns.get(name)
        told = column.where(lambda _: True) if column is not None else 0
        for member, halves in computed_.items():
            self.truths[name, member] = halves
            if column is None or not told:
                self.read[name, member] = halves
                continue
            inside = column.where(lambda value, member=member: _is_told(value, member))  # type: ignore[misc]
            surely, possibly = ((half & ~told) | inside for half in halves)
            self.read[name, member] = (surely, possibly)

    def _number(self, rule: Rule) -> None:
        derive = rule.kind
        assert isinstance(derive, Derive)
        found: list[int | None] = [None] * self.size
        in_effect = self.effects[rule.id][0]
        if rule.id in self.counted:
            self._count(self.counted[rule.id], in_effect, found)
        else:
            inputs = [self.columns.get(name) for name in derive.inputs]
            known: dict[tuple[Value, ...], int | None] = {}
            for at in rows_in(in_effect):
                values = tuple(UNKNOWN if one is None else one.told[at] for one in inputs)
                if values not in known:
                    known[values] = computed(derive.function, list(values))
                found[at] = known[values]
        self.numbers[derive.field] = _first(self.numbers.get(derive.field), found)
        told = self.columns.get(derive.field)
        own = told.told if told is not None else [UNKNOWN] * self.size
        merged = [
            mine if mine is not UNKNOWN else UNKNOWN if other is None else other
            for mine, other in zip(own, self.numbers[derive.field], strict=True)
        ]
        self.columns[derive.field] = Column(merged, self.rules.limits.get(derive.field, ()))

    def _count(self, truths: list[tuple[int, int]], in_effect: int, found: list[int | None]) -> None:
        settled = in_effect
        for surely, possibly in truths:
            settled &= ~(surely ^ possibly)
        for number in range(len(truths) + 1):
            here = at_least((s for s, _ in truths), number, self.full)
            more = at_least((s for s, _ in truths), number + 1, self.full)
            for at in rows_in(settled & here & ~more):
                found[at] = number


def _limits(strata: Iterable[Stratum], subject: CompiledSubject) -> Iterator[tuple[str, tuple[int, ...]]]:
    truths = (
        truth
        for stratum in strata
        for group in (*(parts for _, parts in stratum.rules), *(one.truths for one in stratum.columns))
        for truth in group
    )
    by_name: dict[str, dict[Source, None]] = {}
    for truth in truths:
        for clause in (*truth.surely, *truth.possibly):
            for source, _ in clause:
                if isinstance(source, Literal) and not isinstance(source.leaf, Ratio | WithinMonths):
                    by_name.setdefault(slot_of(source), {})[source] = None
    for name, sources in by_name.items():
        known = subject.fields.get(name)
        if known is None or known.type in (FieldType.DATE, FieldType.NUMBER):
            yield name, limits_of(sources)


def _is_told(value: Value, member: str) -> bool:
    if isinstance(value, frozenset):
        return member in value
    return member == "" if value is True else value == member


def _comparison(leaf: Ratio | WithinMonths) -> Callable[[Value, Value], bool | None]:
    match leaf:
        case WithinMonths(months=months, period=period):
            return lambda one, other: is_within(one, other, months, period)
        case Ratio(bound=bound, ratio=ratio):
            compare, over, under = COMPARISONS[bound], ratio.numerator, ratio.denominator
            return lambda one, other: (
                compare(one * under, other * over)
                if isinstance(one, int) and isinstance(other, int)
                else None
            )


def _first(before: list[int | None] | None, found: list[int | None]) -> list[int | None]:
    if before is None:
        return found
    return [new if new is not None else old for old, new in zip(before, found, strict=True)]


def columns_of(rows: Iterable[Mapping[str, Value]]) -> dict[str, list[Value]]:
    """Turn rows into columns; a column that no row has is not there."""
    found = list(rows)
    names = dict.fromkeys(name for row in found for name, value in row.items() if value is not UNKNOWN)
    return {name: [row.get(name, UNKNOWN) for row in found] for name in names}
