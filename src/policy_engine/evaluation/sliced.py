"""All rules on all rows of a block at once: a bitmap over rows for every truth, an "and" or "or" for a whole block.

The clauses are those of the tables of a single case (`masks`), laid the other way: there one integer holds all clauses
of one case, here one integer holds one clause of all cases. See docs/engine.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, TypeVar

from policy_engine.compilation import CompiledSubject
from policy_engine.compilation.clauses import Bounds, Clauses, ClauseWriter, Interim, Source
from policy_engine.compilation.layout import slot_of
from policy_engine.compilation.lowering import Bit, BitCount, Effective, Literal
from policy_engine.compilation.rows import limits_of
from policy_engine.compilation.strata import Columns, Strata, Stratum, members_of
from policy_engine.compilation.tables import PARTS
from policy_engine.evaluation.slices import (
    Arithmetic,
    Bitmap,
    Column,
    Relation,
    RowByRow,
    Runs,
    Slices,
    at_least,
)
from policy_engine.foundation.logic import Truth
from policy_engine.model.conditions import (
    Compare,
    Equals,
    InForce,
    Leaf,
    Ratio,
    Unvalued,
    WithinMonths,
    holds,
)
from policy_engine.model.decisions import Evaluation, Status
from policy_engine.model.rules import Derive, Rule
from policy_engine.model.values import UNKNOWN, Known, Value
from policy_engine.model.vocabulary import FieldType

_T = TypeVar("_T")
_NUMERIC: Final = (FieldType.DATE, FieldType.NUMBER)
# So many values are remembered of each comparison.
_MOST_REMEMBERED: Final = 4_096
_WITHIN: Final = (Compare, Equals, InForce, Unvalued)
# What the parts before the last say of a rule that they block.
_BLOCKED = (Status.OUT_OF_FORCE, Status.NOT_APPLICABLE, Status.EXCEPTED, Status.DEFEATED)


# An atom is a source, even, or its denial, odd.
_Formula = tuple[int, ...]


@dataclass(slots=True)
class _Numbered:
    """Sources, clauses and formulas by number: what several rules ask is worked out once for each block."""

    sources: list[Source] = field(default_factory=list)
    clauses: list[tuple[int, ...]] = field(default_factory=list)
    formulas: list[_Formula] = field(default_factory=list)
    # How often atoms and clauses are asked for: what is asked for once is not remembered.
    uses: Counter[int] = field(default_factory=Counter)
    uses_of_clauses: Counter[int] = field(default_factory=Counter)
    _of_source: dict[Source, int] = field(default_factory=dict)
    _of_clause: dict[tuple[int, ...], int] = field(default_factory=dict)
    _of_formula: dict[_Formula, int] = field(default_factory=dict)

    def source(self, source: Source) -> int:
        """Give a number to what clauses read."""
        return _placed(source, self._of_source, self.sources)

    def formula(self, clauses: Clauses, writer: ClauseWriter) -> int:
        """Give a number to an "and" of clauses."""
        found = []
        for clause in clauses:
            atoms = tuple(
                2 * self.source(source) + (not is_to_hold) for source, is_to_hold in writer.in_order(clause)
            )
            if atoms not in self._of_clause:
                # A denial is made of what it denies.
                self.uses.update([*atoms, *(atom - 1 for atom in atoms if atom & 1)])
            found.append(_placed(atoms, self._of_clause, self.clauses))
        formula = tuple(found)
        if formula not in self._of_formula:
            self.uses_of_clauses.update(formula)
        return _placed(formula, self._of_formula, self.formulas)


def _placed(one: _T, places: dict[_T, int], listed: list[_T]) -> int:
    if one not in places:
        places[one] = len(listed)
        listed.append(one)
    return places[one]


class _Passing(dict[Known, bool]):
    """Remembers of the values of a field whether they pass a comparison."""

    def __init__(self, leaf: Leaf) -> None:
        super().__init__()
        self.leaf = leaf

    def __missing__(self, value: Known) -> bool:
        passes = holds(self.leaf, value, is_day=False)
        if len(self) < _MOST_REMEMBERED:
            self[value] = passes
        return passes


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of one column: the stretches of a number or day, or else whether a value passes."""

    name: str
    runs: Runs | None
    passes: Callable[[Known], bool]
    positive: bool


# The numbers of the two sides of a truth.
_Sides = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Step:
    """A stratum, its truths by the numbers of their formulas."""

    rules: tuple[tuple[Rule, tuple[_Sides, ...]], ...]
    columns: tuple[tuple[Columns, tuple[_Sides, ...]], ...]
    numbers: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class SlicedRules:
    """The clauses of a subject's rules, stratum by stratum, to be decided on blocks of rows."""

    subject: CompiledSubject
    limits: Mapping[str, tuple[int, ...]]
    steps: tuple[_Step, ...]
    numbered: _Numbered
    questions: list[_Asked | None] = field(default_factory=list)
    _asked: dict[Literal, _Asked] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for source in self.numbered.sources:
            if isinstance(source, Literal) and not isinstance(source.leaf, Ratio | WithinMonths):
                self.questions.append(self.asked(source))
            else:
                self.questions.append(None)

    @classmethod
    def of(cls, subject: CompiledSubject) -> SlicedRules:
        """Sort the rules of a subject."""
        strata = Strata(subject.fields, subject.defeated_by, subject.producers)
        found = tuple(strata.sort(subject.rules))
        numbered = _Numbered()

        def sides(truths: Iterable[Bounds]) -> tuple[_Sides, ...]:
            write = strata.writer
            return tuple(
                (numbered.formula(one.surely, write), numbered.formula(one.possibly, write)) for one in truths
            )

        steps = tuple(
            _Step(
                tuple((rule, sides(parts)) for rule, parts in stratum.rules),
                tuple((one, sides(one.truths)) for one in stratum.columns),
                tuple(stratum.numbers),
            )
            for stratum in found
        )
        return cls(subject, dict(_limits(found, subject)), steps, numbered)

    def decide(self, columns: Mapping[str, Sequence[Value]], size: int) -> SlicedOutcome:
        """Decide `size` rows. `columns`: their values by field, and by what dates and places rules; what isn't there is unknown."""
        made = {name: Column(values, self.limits.get(name, ())) for name, values in columns.items()}
        return self.decide_columns(made, size, RowByRow())

    def decide_columns(
        self, columns: Mapping[str, Slices], size: int, arithmetic: Arithmetic
    ) -> SlicedOutcome:
        """Decide `size` rows of columns of any make."""
        block = _Block(self, dict(columns), size, arithmetic)
        block.begin()
        for step in self.steps:
            block.step(step)
        return block.outcome()

    def asked(self, literal: Literal) -> _Asked:
        """Say what a comparison with constants asks of its column."""
        if literal not in self._asked:
            leaf, name = literal.leaf, slot_of(literal)
            known = self.subject.fields.get(name)
            is_numeric = isinstance(leaf, _WITHIN) and (known is None or known.type in _NUMERIC)
            runs = self._runs(leaf, name) if is_numeric else None
            self._asked[literal] = _Asked(name, runs, _Passing(leaf).__getitem__, literal.positive)
        return self._asked[literal]

    def _runs(self, leaf: Leaf, name: str) -> Runs:
        limits = limits_of([Literal(leaf, positive=True)])
        known = self.subject.fields.get(name)
        is_day = known is None or known.type is FieldType.DATE
        # Each stretch by its first number; the one before all limits by the last.
        found: list[tuple[int | None, int | None]] = []
        starts = [(None, limits[0] - 1), *((limit, limit) for limit in limits)]
        for at, (start, value) in enumerate(starts):
            end = limits[at] if at < len(limits) else None
            if not holds(leaf, value, is_day=is_day):
                continue
            if found and found[-1][1] == start is not None:
                found[-1] = (found[-1][0], end)
            else:
                found.append((start, end))
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlicedOutcome:
    """What the rules come to on the rows of a block, in bitmaps over them. `full`: all of them.

    `statuses`: by rule, the rows of each status that occurs; `truths`: by field and member, surely and possibly;
    `numbers`: by field, what rules computed; `rivals`: by pair, surely and possibly. `columns`: what was told, and
    the numbers that were computed where none was. `source`: the rows in which something that clauses read is so.
    """

    size: int
    full: Bitmap
    statuses: Mapping[str, _Statuses]
    truths: Mapping[tuple[str, str], tuple[Bitmap, Bitmap]]
    numbers: Mapping[str, Slices]
    rivals: Mapping[tuple[str, str], tuple[Bitmap, Bitmap]]
    columns: Mapping[str, Slices]
    source: Callable[[Source], Bitmap]

    def counts(self, among: Bitmap | None = None) -> Mapping[str, Mapping[Status, int]]:
        """Count the rows of each rule by status. `among`: count only these."""
        total = self.size if among is None else among.bit_count()
        counted: dict[str, dict[Status, int]] = {}
        for rule, found in self.statuses.items():
            # Every row has one status: of the last one are those that are left.
            *others, (last, _) = [*found.each()] or [(Status.CLEAR, self.full)]
            by_status = {
                status: (rows if among is None else rows & among).bit_count() for status, rows in others
            }
            counted[rule] = {**by_status, last: total - sum(by_status.values())}
        return counted

    def row(self, at: int) -> Evaluation:
        """Give what an engine of single cases gives of one row."""
        numbers = {name: n for name, found in self.numbers.items() if isinstance(n := found.told[at], int)}
        return Evaluation(
            statuses=MappingProxyType(
                {
                    rule: next(s for s, rows in found.each() if rows >> at & 1)
                    for rule, found in self.statuses.items()
                }
            ),
            truths=MappingProxyType({key: _truth(*halves, at) for key, halves in self.truths.items()}),
            numbers=MappingProxyType(numbers),
            rivals=MappingProxyType({pair: _truth(*halves, at) for pair, halves in self.rivals.items()}),
        )


def _truth(surely: Bitmap, possibly: Bitmap, at: int) -> Truth:
    if surely >> at & 1:
        return Truth.TRUE
    return Truth.UNKNOWN if possibly >> at & 1 else Truth.FALSE


@dataclass(frozen=True, slots=True)
class _Statuses(Mapping[Status, Bitmap]):
    """The rows of each status of a rule that occurs. Those of no effect are worked out when they are asked for, and not kept.

    `parts`: what goes before the last part, surely and possibly.
    """

    broken: Bitmap
    may_be: Bitmap
    parts: tuple[tuple[Bitmap, Bitmap], ...]
    full: Bitmap

    def __getitem__(self, status: Status) -> Bitmap:
        if status is Status.TRUE or status is Status.UNKNOWN:
            found = self.broken if status is Status.TRUE else self.may_be ^ self.broken
            if not found:
                raise KeyError(status)
            return found
        return dict(self.each())[status]

    def __iter__(self) -> Iterator[Status]:
        return (status for status, _ in self.each())

    def __len__(self) -> int:
        return sum(1 for _ in self.each())

    def each(self) -> Iterator[tuple[Status, Bitmap]]:
        """Give each status that occurs, and its rows."""
        return ((status, rows) for status, rows in self._all() if rows)

    def _all(self) -> Iterator[tuple[Status, Bitmap]]:
        yield Status.TRUE, self.broken
        yield Status.UNKNOWN, self.may_be ^ self.broken
        left, ended = self.full ^ self.may_be, self.full ^ self.full
        for status, (passes, may_pass) in zip(_BLOCKED, self.parts, strict=True):
            if not left:
                break
            if passes is self.full:
                continue
            # "And not" of Python's integers takes three times as long as this.
            may_go_on = left & may_pass
            yield status, left ^ may_go_on
            left = may_go_on & passes
            ended = ended | (may_go_on ^ left)
        yield Status.SATISFIED, left
        yield Status.CLEAR, ended


@dataclass(slots=True)
class _Block:
    """What is known of the rows of one block so far."""

    rules: SlicedRules
    columns: dict[str, Slices]
    size: int
    arithmetic: Arithmetic
    full: Bitmap = field(init=False)
    # By the numbers of the plan: what was worked out already.
    atoms: list[Bitmap | None] = field(init=False)
    clauses: list[Bitmap | None] = field(init=False)
    formulas: list[Bitmap | None] = field(init=False)
    # By rule: in effect surely, and possibly.
    effects: dict[str, tuple[Bitmap, Bitmap]] = field(default_factory=dict)
    # By field: each member, in surely and possibly, as computed and as told rows have it.
    truths: dict[tuple[str, str], tuple[Bitmap, Bitmap]] = field(default_factory=dict)
    read: dict[tuple[str, str], tuple[Bitmap, Bitmap]] = field(default_factory=dict)
    counted: dict[str, list[tuple[Bitmap, Bitmap]]] = field(default_factory=dict)
    statuses: dict[str, _Statuses] = field(default_factory=dict)
    numbers: dict[str, Slices] = field(default_factory=dict)
    related: dict[Relation, tuple[Bitmap, Bitmap]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        numbered = self.rules.numbered
        self.full = self.arithmetic.all_rows(self.size)
        self.atoms = [None] * (2 * len(numbered.sources))
        self.clauses = [None] * len(numbered.clauses)
        self.formulas = [None] * len(numbered.formulas)

    def step(self, step: _Step) -> None:
        """Decide one stratum: what it finds is read by later ones."""
        decided = [(rule, [self._halves(part) for part in parts]) for rule, parts in step.rules]
        columns = [(one, [self._halves(truth) for truth in truths]) for one, truths in step.columns]
        for rule, parts in decided:
            self._rule(rule, parts)
        for one, truths in columns:
            self._columns(one, truths)
        for rule in step.numbers:
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
            full=self.full,
            statuses=MappingProxyType({rule.id: self.statuses[rule.id] for rule in subject.rules}),
            truths=MappingProxyType(self.truths),
            numbers=MappingProxyType(self.numbers),
            rivals=MappingProxyType({pair: (halves[0], halves[1]) for pair, halves in both.items()}),
            columns=MappingProxyType(self.columns),
            source=self.source,
        )

    def _halves(self, sides: _Sides) -> tuple[Bitmap, Bitmap]:
        return self._formula(sides[0]), self._formula(sides[1])

    def _formula(self, number: int) -> Bitmap:
        found = self.formulas[number]
        if found is None:
            found = self.full
            for clause in self.rules.numbered.formulas[number]:
                found = found & self._clause(clause)
                if not found:
                    break
            # One object for "in all rows": what asks for it can be passed over.
            self.formulas[number] = found = self.full if found == self.full else found
        return found

    def _clause(self, number: int) -> Bitmap:
        found = self.clauses[number]
        if found is None:
            atoms = self.rules.numbered.clauses[number]
            found = self.arithmetic.either([self._atom(atom) for atom in atoms], self.size)
            if self.rules.numbered.uses_of_clauses[number] > 1:
                self.clauses[number] = found
        return found

    def _atom(self, number: int) -> Bitmap:
        found = self.atoms[number]
        if found is None:
            if number & 1:
                found = self._atom(number - 1) ^ self.full
            else:
                asked = self.rules.questions[number >> 1]
                source = self.rules.numbered.sources[number >> 1]
                found = self.source(source) if asked is None else self._column(asked)
            if self.rules.numbered.uses[number] > 1:
                self.atoms[number] = found
        return found

    def source(self, source: Source) -> Bitmap:
        """Give the rows in which something that clauses read is so."""
        match source:
            case Literal(leaf=Ratio() | WithinMonths() as leaf, positive=positive):
                return self._relation(leaf)[0 if positive else 1]
            case Literal():
                return self._column(self.rules.asked(source))
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

    def _column(self, asked: _Asked) -> Bitmap:
        column = self.columns.get(asked.name)
        if column is None:
            return 0
        runs = asked.runs
        found = column.where(asked.passes) if runs is None else column.within(runs)
        return found if asked.positive else column.known() ^ found

    def _relation(self, leaf: Relation) -> tuple[Bitmap, Bitmap]:
        if leaf not in self.related:
            names = (leaf.field, leaf.start) if isinstance(leaf, WithinMonths) else (leaf.part, leaf.whole)
            one, other = (self.columns.get(name) for name in names)
            self.related[leaf] = self.arithmetic.related(leaf, one, other, self.size)
        return self.related[leaf]

    def _rule(self, rule: Rule, parts: Sequence[tuple[Bitmap, Bitmap]]) -> None:
        surely, possibly = self.full, self.full
        for one, other in parts[: PARTS - 1]:
            surely = _both(surely, one, self.full)
            possibly = _both(possibly, other, self.full)
        self.effects[rule.id] = (surely, possibly)
        broken, may_be = (
            _both(half, own, self.full) for half, own in zip((surely, possibly), parts[-1], strict=True)
        )
        self.statuses[rule.id] = _Statuses(broken, may_be, tuple(parts[: PARTS - 1]), self.full)

    def _columns(self, one: Columns, truths: list[tuple[Bitmap, Bitmap]]) -> None:
        match one.owner:
            case Interim():
                self.atoms[2 * self.rules.numbered.source(one.owner)] = truths[0][0]
            case str(name):
                members = members_of(self.rules.subject.fields[name])
                self._members(name, dict(zip(members, truths, strict=True)))
            case Rule(id=rule):
                self.counted[rule] = truths

    def begin(self) -> None:
        """Say what is so of fields that no rule computes."""
        subject = self.rules.subject
        for name, known in subject.fields.items():
            if members_of(known) and name not in subject.producers:
                # A member nobody classifies is false; a choice no table gives is unknown.
                halves = (0, self.full if known.type is FieldType.CHOICE else 0)
                self._members(name, dict.fromkeys(members_of(known), halves))

    def _members(self, name: str, computed_: Mapping[str, tuple[Bitmap, Bitmap]]) -> None:
        column = self.columns.get(name)
        told = column.known() if column is not None else 0
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
        name, work, limits = derive.field, self.arithmetic, self.rules.limits.get(derive.field, ())
        in_effect = self.effects[rule.id][0]
        if rule.id in self.counted:
            found = work.counted(self._count(self.counted[rule.id], in_effect), self.size, limits)
        else:
            inputs = [self.columns.get(one) for one in derive.inputs]
            found = work.computed(derive.function, inputs, in_effect, self.size, limits)
        if name in self.numbers:
            found = work.first(found, self.numbers[name], self.size, limits)
        self.numbers[name] = found
        # What was told stays.
        told = self.columns.get(name)
        self.columns[name] = found if told is None else work.first(told, found, self.size, limits)

    def _count(self, truths: list[tuple[Bitmap, Bitmap]], in_effect: Bitmap) -> dict[int, Bitmap]:
        settled = in_effect
        for surely, possibly in truths:
            settled = settled & (~(surely ^ possibly))
        found = {}
        for number in range(len(truths) + 1):
            here = at_least((s for s, _ in truths), number, self.full)
            more = at_least((s for s, _ in truths), number + 1, self.full)
            found[number] = settled & here & ~more
        return found


def _both(one: Bitmap, other: Bitmap, full: Bitmap) -> Bitmap:
    return other if one is full else one if other is full else one & other


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
        if known is None or known.type in _NUMERIC:
            yield name, limits_of(sources)


def _is_told(value: Value, member: str) -> bool:
    if isinstance(value, frozenset):
        return member in value
    return member == "" if value is True else value == member


def columns_of(rows: Iterable[Mapping[str, Value]]) -> dict[str, list[Value]]:
    """Turn rows into columns; a column that no row has is not there."""
    found = list(rows)
    names = dict.fromkeys(name for row in found for name, value in row.items() if value is not UNKNOWN)
    return {name: [row.get(name, UNKNOWN) for row in found] for name in names}
