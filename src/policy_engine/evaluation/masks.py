"""All rules of one case at once: a look-up a field, one "or" each, and a few folds. See docs/engine.md."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import count
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from policy_engine.compilation import CompiledRuleSet, CompiledSubject
from policy_engine.compilation.decided import Decided, Run
from policy_engine.compilation.deciding import count_of, derive_of, number_of, relation
from policy_engine.compilation.rows import key_of_told
from policy_engine.compilation.tables import CHUNK, PARTS, Counted, Looked, MemberTable, StratumTables, Tables
from policy_engine.foundation.logic import Truth
from policy_engine.foundation.records import dataclass, field
from policy_engine.foundation.tuples import NamedTuple
from policy_engine.model.cases import Situation
from policy_engine.model.decisions import Evaluation, Status
from policy_engine.model.values import UNKNOWN, Value

if TYPE_CHECKING:
    from policy_engine.compilation.unrolled import Unrolled

# Writing out takes as long as some hundred cases do: tables that were asked so often are asked as often again.
_OFTEN: Final = 300
__all__ = [
    "Begun",
    "Decided",
    "begin",
    "by_loop",
    "decide",
    "evaluate_masks",
    "evaluation_of",
    "write_out",
]

# By the digit that stands for it.
_STATUSES = {str(code): status for code, status in enumerate(Status)}


@dataclass(slots=True)
class _Deciding:
    """What the strata have decided so far: see `Decided`."""

    values: Mapping[str, Value]
    numbers: dict[str, int] = field(default_factory=dict)
    surely: list[int] = field(default_factory=lambda: [0] * PARTS)
    possibly: list[int] = field(default_factory=lambda: [0] * PARTS)
    takes_effect: int = 0
    may_take_effect: int = 0
    columns: list[int] = field(default_factory=list)
    keys: dict[str, int] = field(default_factory=dict)

    def decided(self) -> Decided:
        return Decided(
            self.values,
            self.numbers,
            tuple(self.surely),
            tuple(self.possibly),
            self.takes_effect,
            self.may_take_effect,
            tuple(self.columns),
            self.keys,
        )


def evaluate_masks(compiled: CompiledRuleSet, situation: Situation) -> Evaluation:
    """Evaluate the rules of one subject on one situation. Pure and total."""
    subject = compiled.subjects[situation.subject]
    return evaluation_of(subject, decide(subject.tables, situation.values))


def evaluation_of(subject: CompiledSubject, found: Decided) -> Evaluation:
    """Name what was decided of the rules of a subject."""
    tables = subject.tables
    codes = _codes(found, len(tables.order))
    return Evaluation(
        statuses=MappingProxyType({rule: _STATUSES[codes[at]] for rule, at in tables.order.items()}),
        truths=MappingProxyType(dict(_truths(tables, found))),
        numbers=MappingProxyType(found.numbers),
        rivals=MappingProxyType(
            {pair: _rival(found, places) for pair, places in zip(subject.rivals, tables.rivals, strict=True)}
        ),
    )


class Begun(NamedTuple):
    """What facts that don't turn satisfy, and the look-ups of the first stratum that are left."""

    satisfied: int
    left: tuple[Looked, ...]


def begin(tables: Tables, values: Mapping[str, Value], turning: Collection[str]) -> Begun:
    """Look up what is the same however some facts turn, for whoever decides often beside it."""
    looked = tables.strata[0].looked if tables.strata else ()
    satisfied = _looked_up((one for one in looked if one.name not in turning), values, tables.padding)
    # What is computed is looked up in later strata, each time anew.
    return Begun(satisfied, tuple(one for one in looked if one.name in turning))


def decide(tables: Tables, values: Mapping[str, Value], begun: Begun | None = None) -> Decided:
    """Decide all rules. `begun`: see `begin`. What was asked often is written out first, see `compilation/unrolled`."""
    try:
        run = tables.run
    except AttributeError:
        run = _count(tables)
    if begun is None:
        return run(values)
    return run(values, _looked_up(begun.left, values, begun.satisfied))


def write_out(tables: Tables) -> Unrolled:
    """Write out the function of some tables, by which they are decided from now on."""
    from policy_engine.compilation.unrolled import Unrolled  # noqa: PLC0415 - a command that decides once needs none

    made = Unrolled(tables, by_loop, lambda: _count(tables))
    _decide_by(tables, made.run)
    return made


def _decide_by(tables: Tables, run: Run) -> None:
    object.__setattr__(tables, "run", run)


def _count(tables: Tables) -> Run:
    """Decide by the loop, and count how often."""
    times = count(1)

    def run(values: Mapping[str, Value], satisfied: int | None = None) -> Decided:
        if next(times) == _OFTEN:
            return write_out(tables).run(values, satisfied)
        return by_loop(tables, values, satisfied)

    _decide_by(tables, run)
    return run


def by_loop(tables: Tables, values: Mapping[str, Value], satisfied: int | None = None) -> Decided:
    """Decide stratum by stratum: what one finds satisfies clauses of the next.

    `satisfied`: by the facts that the first one looks up, where that is known.
    """
    found = _Deciding(values)
    # A truth with fewer clauses than its block is wide has rows to spare: these hold from the start.
    so_far = tables.padding if satisfied is None else satisfied
    for at, stratum in enumerate(tables.strata):
        if at or satisfied is None:
            so_far = _looked_up(stratum.looked, values, so_far, found.numbers)
        for related in stratum.related:
            so_far |= related.rows[relation(related.leaf, values, found.numbers)]
        further = _rules(stratum, so_far, found) if stratum.rules else 0
        if stratum.columns is not None or stratum.members:
            further |= _columns(stratum, so_far, found)
        else:
            # One entry a stratum, even an empty one: what counts finds its columns by the stratum's number.
            found.columns.append(0)
        so_far |= further
        # Last: a number needs its rule's effect, and may count columns of this very stratum.
        for counted in stratum.numbers:
            _compute(counted, tables, found)
    return found.decided()


def _looked_up(
    looked: Iterable[Looked],
    values: Mapping[str, Value],
    satisfied: int,
    numbers: Mapping[str, int] = MappingProxyType({}),
) -> int:
    get = values.get
    for name, rows, unknown in looked:
        value = get(name, UNKNOWN)
        if value is UNKNOWN and numbers:
            value = numbers.get(name, UNKNOWN)
        satisfied |= unknown if value is UNKNOWN else rows[value]
    return satisfied


def _rules(stratum: StratumTables, satisfied: int, found: _Deciding) -> int:
    size, before = len(stratum.rules), stratum.before
    # Two halves in one integer: surely true below, not surely false above.
    low = (1 << size) - 1
    effect = whole = low << size | low
    for at, block in enumerate(stratum.parts):
        if block is None and at < PARTS - 1:
            # Nothing in this part ever blocks.
            found.surely[at] |= low << before
            found.possibly[at] |= low << before
            continue
        part = whole if block is None else block.folded(satisfied)
        if at == PARTS - 1:
            # The last part is what breaks a rule in effect.
            found.takes_effect |= (effect & low) << before
            found.may_take_effect |= effect >> size << before
            part &= effect
        effect &= part
        found.surely[at] |= (part & low) << before
        found.possibly[at] |= part >> size << before
    in_effect, may_be = found.takes_effect >> before, found.may_take_effect >> before
    further = 0
    for chunk in stratum.effects:
        # "Surely not in effect" is where it may not be: so the upper half of the key is turned round.
        surely, possibly = in_effect >> chunk.start & chunk.mask, may_be >> chunk.start & chunk.mask
        further |= chunk.rows[surely | (possibly ^ chunk.mask) << CHUNK]
    return further


def _codes(found: Decided, size: int) -> str:
    """Write the status of each rule as a digit, the first rule first: of those not broken, by the part that blocks."""
    *surely, broken = found.surely
    *possibly, may_be_broken = found.possibly
    # One integer for each binary digit of the codes, one bit a rule: all rules are told in one go.
    left = ((1 << size) - 1) & ~may_be_broken
    ones, twos, fours = may_be_broken & ~broken, 0, 0
    ended = 0
    for at, (passes, may_pass) in enumerate(zip(surely, possibly, strict=True), start=2):
        blocked = left & ~may_pass
        ended |= left & may_pass & ~passes
        left &= passes
        ones |= blocked if at & 1 else 0
        twos |= blocked if at & 2 else 0
        fours |= blocked if at & 4 else 0
    # As octal digits the three add up to the codes: 6 where all let pass, 7 where an open part ends the walk.
    planes = (ones | ended, twos | ended | left, fours | ended | left)
    total = sum(int(f"{plane:b}", 8) << at for at, plane in enumerate(planes))
    return f"{total:o}".zfill(size)[::-1]


def _columns(stratum: StratumTables, satisfied: int, found: _Deciding) -> int:
    columns = stratum.columns.folded(satisfied) if stratum.columns is not None else 0
    found.columns.append(columns)
    further = 0
    for chunk in stratum.interims:
        further |= chunk.rows[columns >> chunk.start & chunk.mask]
    for one in stratum.members:
        # Later strata read what was told; `keys` holds what was computed, and that is what is reported.
        key = found.keys[one.name] = _key(one, columns, stratum)
        told = found.values.get(one.name, UNKNOWN)
        further |= one.rows[key if told is UNKNOWN else key_of_told(told, one.members)]
    return further


def _key(one: MemberTable, columns: int, stratum: StratumTables) -> int:
    if one.fixed is not None:
        return one.fixed
    size = len(one.members)
    mask = (1 << size) - 1
    assert stratum.columns is not None
    half = stratum.columns.width // 2
    # Surely in above, may be in below: as `MemberRow` takes it apart.
    return (columns >> one.start & mask) << size | columns >> half + one.start & mask


def _compute(counted: Counted, tables: Tables, found: _Deciding) -> None:
    if not found.takes_effect >> counted.place & 1:
        return
    derive, counts = derive_of(counted), counted.counts
    if counts is not None:
        block = tables.strata[counts.stratum].columns
        assert block is not None
        number = count_of(counts, block, found.columns[counts.stratum])
    else:
        number = number_of(derive, found.values, found.numbers)
    if number is not None:
        found.numbers[derive.field] = number


def _truths(tables: Tables, found: Decided) -> Iterator[tuple[tuple[str, str], Truth]]:
    for stratum in tables.strata:
        for one in stratum.members:
            size, key = len(one.members), found.keys[one.name]
            for at, member in enumerate(one.members):
                yield (one.name, member), _truth(bool(key >> size + at & 1), may=bool(key >> at & 1))


def _rival(found: Decided, places: tuple[int, int]) -> Truth:
    first, second = places
    surely, possibly = found.takes_effect, found.may_take_effect
    may = bool(possibly >> first & possibly >> second & 1)
    return _truth(bool(surely >> first & surely >> second & 1), may=may)


def _truth(surely: bool, *, may: bool) -> Truth:
    if surely:
        return Truth.TRUE
    return Truth.UNKNOWN if may else Truth.FALSE
