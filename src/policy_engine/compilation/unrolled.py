"""The look-ups and folds of a subject's tables written out as one function, without a loop over either.

Facts of few values are looked up in one another, a handful at a time: the innermost table holds their rows joined.
Numbers, days and what has many values are looked up in their own tables, which make a row that they don't have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, cast

from policy_engine.compilation.decided import Decided, Run
from policy_engine.compilation.deciding import count_of, derive_of, number_of, relation
from policy_engine.compilation.rows import FieldRow, MemberRow, StretchRow, key_of_told
from policy_engine.compilation.tables import (
    CHUNK,
    PARTS,
    Block,
    Counted,
    Looked,
    MemberTable,
    StratumTables,
    Tables,
)
from policy_engine.foundation.records import dataclass, field
from policy_engine.model.values import UNKNOWN, Value

# Facts are looked up in one another as long as they have so many combinations at most, in so many bytes.
_MOST_TOGETHER: Final = 81
_MOST_BYTES: Final = 1 << 17
# So many times as many are remembered: facts may come to have more values than they had.
_ROOM: Final = 6
# Even a fact of which nothing was heard yet may hold, fail or be open.
_FEWEST: Final = 3
# Longer expressions are split, lest they are nested too deep to be compiled.
_TERMS: Final = 50


@dataclass(slots=True)
class Nest:
    """Some facts of few values, looked up in one another; the last table has what all of them satisfy, and `base`."""

    looked: tuple[Looked, ...]
    most: int
    base: int = 0
    tables: dict[Value, Any] = field(default_factory=dict)
    size: int = 0

    def fill(self) -> None:
        """Remember all combinations of the values that are known so far."""
        self.tables = self._filled(0, self.base)

    def _filled(self, at: int, row: int) -> Any:  # noqa: ANN401 - tables of tables of rows
        if at == len(self.looked):
            self.size += 1
            return row
        one = self.looked[at]
        return {value: self._filled(at + 1, row | one.rows[value]) for value in values_of(one)}

    def remember(self, values: Sequence[Value]) -> bool:
        """Remember a combination; false where there are too many."""
        inner: Any = self.tables
        for value in values:
            inner = inner.get(value)
            if inner is None:
                return self._add(values)
        return True

    def _add(self, values: Sequence[Value]) -> bool:
        if self.size >= self.most:
            return False
        row = self.base
        for one, value in zip(self.looked, values, strict=True):
            row |= one.rows[value]
        inner: dict[Value, Any] = self.tables
        for value in values[:-1]:
            inner = inner.setdefault(value, {})
        inner[values[-1]] = row
        self.size += 1
        return True


@dataclass(slots=True)
class Unrolled:
    """The function of some tables.

    It decides by `otherwise` where it meets a value for the first time. `outgrown` is called where values have become
    so many that they are better looked up otherwise.
    """

    tables: Tables
    otherwise: Callable[[Tables, Mapping[str, Value]], Decided]
    outgrown: Callable[[], object]
    is_outgrown: bool = field(default=False, init=False)
    nests: tuple[Nest, ...] = field(init=False)
    source: str = field(init=False)
    run: Run = field(init=False)

    def __post_init__(self) -> None:
        writer = _Writer(self.tables, {"missed": self._missed, **_NAMES})
        self.source = "\n".join(writer.whole())
        self.nests = tuple(writer.nests)
        exec(compile(self.source, "<tables>", "exec"), writer.names)  # noqa: S102 - names of fields are quoted in it
        self.run = cast(Run, writer.names["run"])

    def _missed(self, values: Mapping[str, Value]) -> Decided:
        # First: it refuses a value that is none as it always did.
        found = self.otherwise(self.tables, values)
        for nest in self.nests:
            told = [values.get(one.name, UNKNOWN) for one in nest.looked]
            if not nest.remember(told) and not self.is_outgrown:
                self.is_outgrown = True
                self.outgrown()
        return found


def values_of(one: Looked) -> tuple[Value, ...]:
    """List the values of a field that clauses name, or that were looked up already."""
    named = one.rows.make.named() if isinstance(one.rows.make, FieldRow) else ()
    # As a list: another thread may be making rows.
    return tuple(dict.fromkeys((*named, *list(one.rows), UNKNOWN)))


def nests_of(looked: Iterable[Looked], row_size: int) -> tuple[list[Nest], list[Looked]]:
    """Sort what is looked up: what has few values, together, and all else. `row_size`: the bytes of a row."""
    most = min(_MOST_TOGETHER, _MOST_BYTES // max(row_size, 1))
    few: list[tuple[int, Looked]] = []
    others: list[Looked] = []
    for one in looked:
        values = max(len(values_of(one)), _FEWEST)
        # Of numbers and days nearly every case has others.
        if values > most or isinstance(one.rows.make, StretchRow):
            others.append(one)
        else:
            few.append((values, one))
    found: list[list[Looked]] = []
    room = 0
    for values, one in sorted(few, key=lambda pair: pair[0]):
        room //= values
        if not room:
            found.append([])
            room = most // values
        found[-1].append(one)
    return [Nest(tuple(together), _ROOM * most) for together in found], others


@dataclass(slots=True)
class _Writer:
    """Writes the function; `names` holds what it calls by name."""

    tables: Tables
    names: dict[str, object]
    nests: list[Nest] = field(default_factory=list)
    # By part, the rules that it never blocks; and what the strata found of the others.
    always: list[int] = field(default_factory=lambda: [0] * PARTS)
    surely: list[list[str]] = field(default_factory=lambda: [[] for _ in range(PARTS)])
    possibly: list[list[str]] = field(default_factory=lambda: [[] for _ in range(PARTS)])
    takes_effect: list[str] = field(default_factory=list)
    may_take_effect: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def whole(self) -> Iterator[str]:
        strata = self.tables.strata
        yield "def run(values, s=None):"
        yield " get, U = values.get, UNKNOWN"
        has_numbers = any(stratum.numbers for stratum in strata)
        yield f" numbers = {'{}' if has_numbers else 'NOTHING'}"
        yield " if s is None:"
        yield "  try:"
        yield from (
            f"   s {'|' if at else ''}= {terms}" for at, terms in enumerate(_joined(self._looked_up()))
        )
        yield "  except KeyError:"
        yield "   return missed(values)"
        for at, stratum in enumerate(strata):
            yield from (f" {line}" for line in self._stratum(at, stratum))
        yield f" t = {_either(self.takes_effect)}"
        yield f" m = {_either(self.may_take_effect)}"
        if self.surely[-1] == self.takes_effect:
            # Whatever takes effect is broken.
            self.surely[-1], self.possibly[-1] = ["t"], ["m"]
        surely, possibly = (", ".join(self._parts(parts)) for parts in (self.surely, self.possibly))
        columns = "".join(f"{one}, " for one in self.columns)
        keys = f"{{{', '.join(self.keys)}}}" if self.keys else "NOTHING"
        yield f" return new(Decided, (values, numbers, ({surely}), ({possibly}), t, m, ({columns}), {keys}))"

    def _parts(self, found: list[list[str]]) -> Iterator[str]:
        for always, terms in zip(self.always, found, strict=True):
            yield _either([*terms, *([self._named(always)] if always or not terms else [])])

    def _named(self, value: object) -> str:
        """Name a constant: an integer of thousands of digits could not be read back."""
        if isinstance(value, int) and value < 1 << 30:
            return repr(value)
        name = f"k{len(self.names)}"
        self.names[name] = value
        return name

    def _looked_up(self) -> Iterator[str]:
        padding = self.tables.padding
        looked = self.tables.strata[0].looked if self.tables.strata else ()
        self.nests, others = nests_of(looked, self.tables.bits // 8)
        if self.nests:
            # What always holds rides along with the first: one "or" less.
            self.nests[0].base = padding
        else:
            yield self._named(padding)
        for nest in self.nests:
            nest.fill()
            yield self._named(nest.tables) + "".join(f"[{_told(one.name)}]" for one in nest.looked)
        for one in others:
            yield f"{self._rows(one)}[{_told(one.name)}]"

    def _rows(self, one: Looked) -> str:
        # So that what is open is looked up like all else, even where the table is full.
        one.rows[UNKNOWN] = one.unknown
        return self._named(one.rows)

    def _stratum(self, at: int, stratum: StratumTables) -> Iterator[str]:
        if at:
            for one in stratum.looked:
                yield f"v = {_told(one.name)}"
                yield f"s |= {self._rows(one)}[numbers.get({one.name!r}, U) if v is U else v]"
        for related in stratum.related:
            yield f"s |= {self._named(related.rows)}[relation({self._named(related.leaf)}, values, numbers)]"
        if stratum.rules:
            yield from self._rules(at, stratum)
        self.columns.append("0")
        if stratum.columns is not None:
            self.columns[at] = f"c{at}"
            yield from self._folded(stratum.columns, f"c{at}")
        # Only now: what a stratum finds is for later ones.
        if stratum.rules:
            for chunk in stratum.effects:
                surely, mayhap = (_cut(f"{half}{at}", chunk.start, chunk.mask) for half in ("t", "m"))
                yield f"s |= {self._named(chunk.rows)}[{surely} | ({mayhap} ^ {chunk.mask}) << {CHUNK}]"
        for chunk in stratum.interims:
            yield f"s |= {self._named(chunk.rows)}[{_cut(self.columns[at], chunk.start, chunk.mask)}]"
        for member in stratum.members:
            yield from self._member(at, member, stratum.columns)
        for counted in stratum.numbers:
            yield from self._number(counted)

    def _rules(self, at: int, stratum: StratumTables) -> Iterator[str]:
        size, before = len(stratum.rules), stratum.before
        low = self._named((1 << size) - 1)
        effect = ""
        for number, block in enumerate(stratum.parts):
            part = f"p{at}_{number}"
            if block is not None:
                yield from self._folded(block, part)
            if number == PARTS - 1:
                yield f"t{at} = {f'{effect} & {low}' if effect else low}"
                yield f"m{at} = {f'{effect} >> {size}' if effect else low}"
                self.takes_effect.append(_shifted(f"t{at}", before))
                self.may_take_effect.append(_shifted(f"m{at}", before))
                if block is None:
                    self.surely[number].append(self.takes_effect[-1])
                    self.possibly[number].append(self.may_take_effect[-1])
                    return
                if effect:
                    yield f"{part} &= {effect}"
            elif block is None:
                # Nothing in this part ever blocks.
                self.always[number] |= (1 << size) - 1 << before
                continue
            elif effect:
                yield f"e{at} = {effect} & {part}"
                effect = f"e{at}"
            else:
                effect = part
            self.surely[number].append(_shifted(f"({part} & {low})", before))
            self.possibly[number].append(_shifted(f"({part} >> {size})", before))

    def _folded(self, block: Block, name: str) -> Iterator[str]:
        """Fold as `Block.folded` does; cut to its bits first, so that each fold halves what is left."""
        bits = block.width * block.clauses
        found = f"s >> {block.start}" if block.start else "s"
        if block.start + bits < self.tables.bits:
            found = f"{found} & {self._named((1 << bits) - 1)}"
        yield f"{name} = {found}"
        rows = block.clauses
        while rows > 1:
            rows //= 2
            yield f"{name} &= {name} >> {rows * block.width}"

    def _member(self, at: int, one: MemberTable, columns: Block | None) -> Iterator[str]:
        size = len(one.members)
        key = f"key{len(self.keys)}"
        if one.fixed is not None:
            yield f"{key} = {self._named(one.fixed)}"
        else:
            assert columns is not None
            starts = (one.start, columns.width // 2 + one.start)
            surely, possibly = (_cut(f"c{at}", start, self._named((1 << size) - 1)) for start in starts)
            yield f"{key} = ({surely}) << {size} | {possibly}"
        self.keys.append(f"{one.name!r}: {key}")
        if isinstance(one.rows.make, MemberRow) and not one.rows.make.readings:
            # No rule reads it.
            return
        yield f"v = {_told(one.name)}"
        told = f"key_of_told(v, {self._named(one.members)})"
        yield f"s |= {self._named(one.rows)}[{key} if v is U else {told}]"

    def _number(self, counted: Counted) -> Iterator[str]:
        place = counted.place
        at = next(i for i, s in enumerate(self.tables.strata) if s.before <= place < s.before + len(s.rules))
        yield f"if t{at} >> {place - self.tables.strata[at].before} & 1:"
        derive, counts = derive_of(counted), counted.counts
        if counts is None:
            yield f" v = number_of({self._named(derive)}, values, numbers)"
        else:
            block = self._named(self.tables.strata[counts.stratum].columns)
            yield f" v = count_of({self._named(counts)}, {block}, c{counts.stratum})"
        yield f" if v is not None: numbers[{derive.field!r}] = v"


def _told(name: str) -> str:
    return f"get({name!r}, U)"


def _cut(found: str, start: int, mask: int | str) -> str:
    return f"{found} >> {start} & {mask}" if start else f"{found} & {mask}"


def _shifted(found: str, before: int) -> str:
    return f"{found} << {before}" if before else found


def _either(found: list[str]) -> str:
    while len(found) > _TERMS:
        found = [f"({terms})" for terms in _joined(found)]
    return " | ".join(found) or "0"


def _joined(terms: Iterable[str]) -> Iterator[str]:
    every = list(terms)
    for at in range(0, len(every), _TERMS):
        yield " | ".join(every[at : at + _TERMS])


_NAMES: Final[Mapping[str, object]] = {
    "Decided": Decided,
    "NOTHING": MappingProxyType({}),
    "UNKNOWN": UNKNOWN,
    "count_of": count_of,
    "key_of_told": key_of_told,
    "new": tuple.__new__,
    "number_of": number_of,
    "relation": relation,
}
