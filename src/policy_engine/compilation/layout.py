"""Lay the clauses of a subject out as the bits of its tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from policy_engine.compilation.clauses import MOST_CLAUSES, Bounds, Clauses, ClauseWriter, Interim, Source
from policy_engine.compilation.lowering import Bit, BitCount, Effective, Literal
from policy_engine.compilation.rows import (
    MemberRow,
    Reading,
    RelationRow,
    Rows,
    rows_of_bits,
    rows_of_field,
)
from policy_engine.compilation.strata import Columns, Strata, Stratum, members_of
from policy_engine.compilation.tables import (
    CHUNK,
    PARTS,
    Block,
    Chunk,
    Counted,
    Counts,
    Looked,
    MemberTable,
    Related,
    StratumTables,
    Tables,
)
from policy_engine.model.conditions import (
    AREA,
    InArea,
    InForce,
    Ratio,
    Unvalued,
    WithinMonths,
    dating_field,
    named_in,
)
from policy_engine.model.rules import Rule
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Field, FieldType


@dataclass(slots=True)
class _Places:
    """Collects at which bits each source stands, as holding and as not."""

    writer: ClauseWriter
    end: int = 0
    padding: list[int] = field(default_factory=list)
    of: dict[Source, tuple[list[int], list[int]]] = field(default_factory=dict)

    def block(self, truths: Sequence[Bounds], least: int) -> Block | None:
        """Take bits for some truths, `least` clauses each; none where all of them always hold."""
        most = max((len(c) for one in truths for c in (one.surely, one.possibly)), default=0)
        most = max(most, least if truths else 0)
        if not most:
            return None
        # A power of two of clauses, so that folding halves the rows until one is left.
        found = Block(self.end, 2 * len(truths), 1 << (most - 1).bit_length())
        for at, one in enumerate(truths):
            self._take(found, at, one.surely)
            self._take(found, len(truths) + at, one.possibly)
        self.end += found.width * found.clauses
        return found

    def _take(self, block: Block, at: int, clauses: Clauses) -> None:
        for row in range(block.clauses):
            place = block.start + row * block.width + at
            if row >= len(clauses):
                self.padding.append(place)
                continue
            for source, holds in self.writer.in_order(clauses[row]):
                self.of.setdefault(source, ([], []))[holds].append(place)

    def readings(self, sources: Iterable[Source]) -> tuple[Reading, ...]:
        # `of` tells by whether the atom is to hold: 1 where it is, 0 where it is not.
        return tuple(Reading(one, bits_at(self.of[one][1]), bits_at(self.of[one][0])) for one in sources)


def bits_at(places: Iterable[int]) -> int:
    """Set bits. In one go: one by one, each would copy the whole integer."""
    known = list(places)
    found = bytearray(max(known, default=0) // 8 + 1)
    for place in known:
        found[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(found, "little")


def make_tables(
    rules: Iterable[Rule],
    fields: Mapping[str, Field],
    defeated_by: Mapping[str, tuple[str, ...]],
    producers: Mapping[str, tuple[str, ...]],
    rivals: Iterable[tuple[str, str]],
    most: int = MOST_CLAUSES,
) -> Tables:
    """Make the tables of a subject. Its rules come in an order in which they can be computed.

    `most`: how many clauses a formula may have before it is cut into interims.
    """
    ordered = tuple(rules)
    strata = Strata(fields, defeated_by, producers, ClauseWriter(most))
    layout = _Layout(strata, strata.sort(ordered), _Places(strata.writer))
    made = layout.tables()
    places = layout.rule_places
    return Tables(
        strata=made,
        padding=bits_at(layout.places.padding),
        bits=layout.places.end,
        order={rule.id: places[rule.id] for rule in ordered},
        rivals=tuple((places[first], places[second]) for first, second in rivals),
    )


@dataclass(slots=True)
class _Layout:
    strata: Strata
    found: list[Stratum]
    places: _Places
    rule_places: dict[str, int] = field(default_factory=dict)

    def tables(self) -> tuple[StratumTables, ...]:
        feeding = self._feeding()
        blocks = []
        for stratum in self.found:
            # What later strata look at stands together.
            stratum.rules.sort(key=lambda pair: pair[0].id not in feeding)
            stratum.columns.sort(key=lambda one: not isinstance(one.owner, Interim))
            for rule, _ in stratum.rules:
                self.rule_places[rule.id] = len(self.rule_places)
            parts = [self.places.block([parts[at] for _, parts in stratum.rules], 0) for at in range(PARTS)]
            # At least one row: columns are read at their places, even where all of them always hold.
            columns = self.places.block(list(_truths(stratum.columns)), 1)
            blocks.append((tuple(parts), columns))
        # Only now: a table sets bits of all strata, so every block must have its place.
        return tuple(self._stratum(at, *blocks[at]) for at in range(len(self.found)))

    def _feeding(self) -> frozenset[str]:
        every = (
            source
            for stratum in self.found
            for bounds in (*(one for _, ps in stratum.rules for one in ps), *_truths(stratum.columns))
            for clauses in (bounds.surely, bounds.possibly)
            for clause in clauses
            for source, _ in clause
        )
        return frozenset(source.rule for source in every if isinstance(source, Effective))

    def _stratum(self, at: int, parts: tuple[Block | None, ...], columns: Block | None) -> StratumTables:
        stratum = self.found[at]
        return StratumTables(
            looked=tuple(self._looked(at)),
            related=tuple(self._related(at)),
            before=sum(len(earlier.rules) for earlier in self.found[:at]),
            rules=tuple(rule for rule, _ in stratum.rules),
            parts=parts,
            columns=columns,
            effects=tuple(self._effects(stratum)),
            interims=tuple(self._interims(stratum)),
            members=tuple(self._members(at)),
            numbers=tuple(self._counted(rule) for rule in stratum.numbers),
        )

    def _looked(self, at: int) -> Iterator[Looked]:
        by_field: dict[str, list[Source]] = {}
        for source in self.places.of:
            if isinstance(source, Literal) and not isinstance(source.leaf, Ratio | WithinMonths):
                by_field.setdefault(slot_of(source), []).append(source)
        for name, sources in by_field.items():
            # Once is enough: what it satisfies stays set for every later stratum.
            if self.strata.ready.get(name, 0) == at:
                rows = rows_of_field(name, self.places.readings(sources), self.strata.fields)
                yield Looked(name, rows, rows[UNKNOWN])

    def _related(self, at: int) -> Iterator[Related]:
        by_leaf: dict[Ratio | WithinMonths, list[Source]] = {}
        for source in self.places.of:
            if isinstance(source, Literal) and isinstance(source.leaf, Ratio | WithinMonths):
                by_leaf.setdefault(source.leaf, []).append(source)
        for leaf, sources in by_leaf.items():
            # Any source will do: all of them are this leaf, and so can be read from the same stratum on.
            if self.strata.first_readable(sources[0]) == at:
                yield Related(leaf, Rows(RelationRow(self.places.readings(sources))))

    def _effects(self, stratum: Stratum) -> Iterator[Chunk]:
        for start in range(0, len(stratum.rules), CHUNK):
            ids = [rule.id for rule, _ in stratum.rules[start : start + CHUNK]]
            places: dict[Source, int] = {}
            for at, rule in enumerate(ids):
                places[Effective(rule, positive=True)] = at
                places[Effective(rule, positive=False)] = CHUNK + at
            known = {source: place for source, place in places.items() if source in self.places.of}
            if known:
                yield Chunk(start, (1 << len(ids)) - 1, rows_of_bits(self.places.readings(known), known))

    def _interims(self, stratum: Stratum) -> Iterator[Chunk]:
        owners = [one.owner for one in stratum.columns if isinstance(one.owner, Interim)]
        for start in range(0, len(owners), CHUNK):
            places: dict[Source, int] = {owner: at for at, owner in enumerate(owners[start : start + CHUNK])}
            yield Chunk(start, (1 << len(places)) - 1, rows_of_bits(self.places.readings(places), places))

    def _members(self, at: int) -> Iterator[MemberTable]:
        start = 0
        for one in self.found[at].columns:
            if isinstance(one.owner, str):
                yield self._member_table(self.strata.fields[one.owner], start)
            start += len(one.truths)
        if at == 0:
            for known in self.strata.fields.values():
                if members_of(known) and known.name not in self.strata.producers:
                    # A member nobody classifies is false; a choice no table gives is unknown.
                    size = len(members_of(known))
                    is_open = known.type is FieldType.CHOICE
                    yield self._member_table(known, 0, (1 << size) - 1 if is_open else 0)

    def _member_table(self, known: Field, start: int, fixed: int | None = None) -> MemberTable:
        members = members_of(known)
        sources = [s for s in self.places.of if isinstance(s, Bit | BitCount) and s.field == known.name]
        return MemberTable(
            known.name, members, start, Rows(MemberRow(self.places.readings(sources), members)), fixed
        )

    def _counted(self, rule: Rule) -> Counted:
        counts = None
        for number, stratum in enumerate(self.found):
            start = 0
            for one in stratum.columns:
                if isinstance(one.owner, Rule) and one.owner.id == rule.id:
                    counts = Counts(number, start, len(one.truths))
                start += len(one.truths)
        return Counted(rule, self.rule_places[rule.id], counts)


def _truths(columns: Iterable[Columns]) -> Iterator[Bounds]:
    return (truth for one in columns for truth in one.truths)


def slot_of(source: Literal) -> str:
    """Name what a literal looks at: a field, or what dates or places its rule."""
    leaf = source.leaf
    if isinstance(leaf, InArea):
        return AREA
    if isinstance(leaf, InForce | Unvalued):
        return dating_field(leaf.dated_by)
    (name,) = named_in(leaf)
    return name
