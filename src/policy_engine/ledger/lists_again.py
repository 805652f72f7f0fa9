"""What is looked for in a whole ledger, found once more by a database; both must find the same groups, bounds and rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Final

from sqlglot import exp

from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.groups import Found, Group, Part, part_words
from policy_engine.evaluation.measuring import Entry
from policy_engine.foundation.logic import Truth
from policy_engine.ledger.databases import Database, opened
from policy_engine.ledger.tallies import Tallies, Tally
from policy_engine.model.aggregates import Aggregate, ByField, ByPart, Key, Share
from policy_engine.model.calendar import iso
from policy_engine.model.conditions import AS_OF
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import DayPart
from policy_engine.relational import DIALECTS, Plan, plan_subject
from policy_engine.relational.inputs import ROW
from policy_engine.relational.looking import (
    FOUND,
    LISTED,
    POSSIBLE,
    AggregatePlan,
    plan_aggregates,
    unsayable_aggregates,
)
from policy_engine.relational.plan import GROUNDS, VERDICT
from policy_engine.relational.rows import Cell, cell_of, day_cell
from policy_engine.relational.trees import SEPARATOR
from policy_engine.reporting.words import full_citation

_LIST: Final = "policy_engine_list"
_DECIDED: Final = "policy_engine_decided"
_STATES: Final = {Truth.TRUE: FOUND, Truth.UNKNOWN: POSSIBLE}
_DAYS: Final = ("@first", "@last")
_NO_GROUP: Final = "没有这一组"
_MOST_SHOWN: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlike:
    """A group that the database finds otherwise. `row`: the first row of those in question, 0 where there is none."""

    aggregate: Aggregate
    row: int
    told: str
    other: str


@dataclass(frozen=True, slots=True)
class _Said:
    """What is said of the groups of one name: a line each, and the rows in them, each with whether it surely is."""

    lines: list[tuple[tuple[str, object], ...]] = field(default_factory=list)
    rows: list[tuple[int, bool]] = field(default_factory=list)


# By the parts of a group's name, and its days.
_Groups = dict[tuple[object, ...], _Said]


def sayable(tallies: Tallies) -> tuple[tuple[Tally, ...], tuple[Aggregate, ...]]:
    """Tell which aggregates of a list a database can look for, and which can't be said in SQL."""
    unsaid = tuple(one.aggregate for one in tallies.tallies if any(unsayable_aggregates([one.aggregate])))
    return tuple(one for one in tallies.tallies if one.aggregate not in unsaid), unsaid


def unlike_groups(
    tallies: Sequence[Tally],
    grounds: Mapping[int, tuple[str, ...]],
    compiled: CompiledRuleSet,
    engine: str,
    address: str = "",
) -> Iterator[Unlike]:
    """Look for everything once more, and go through the groups that come out otherwise.

    `grounds`: of the rows, the rules that carry their verdicts, which the database decided before. Raises `DiagnosticsError`
    where it fails.
    """
    if not tallies:
        return
    dialect = DIALECTS[engine]
    subject = tallies[0].aggregate.subject.name
    articles = {rule.id: full_citation(rule.citation) for rule in compiled.subjects[subject].written}
    base = plan_subject(compiled, subject, dialect, _LIST)
    with opened(engine, address) as database:
        for tally in tallies:
            (plan,) = plan_aggregates(base, [tally.aggregate], articles, part_words, _DECIDED)
            _fill(database, base, plan, tally.entries, grounds)
            yield from _compared(tally.aggregate, _here(tally.found), _there(database, plan))


def _fill(
    database: Database,
    base: Plan,
    plan: AggregatePlan,
    entries: Sequence[Entry],
    grounds: Mapping[int, tuple[str, ...]],
) -> None:
    fields = plan.aggregate.fields

    def cell(what: str, entry: Entry) -> Cell:
        if what == ROW:
            return str(entry.number)
        if what == AS_OF:
            return day_cell(entry.as_of)
        return cell_of(entry.values.get(what, UNKNOWN), fields[what], base.dialect)

    columns = [(name, one.type) for name, one in plan.inputs]
    database.put(
        _table(_LIST, columns), [tuple(cell(one.what, e) for _, one in plan.inputs) for e in entries]
    )
    decided: list[tuple[Cell, ...]] = [
        (str(e.number), e.verdict or None, SEPARATOR.join(grounds.get(e.number, ())) if e.verdict else None)
        for e in entries
    ]
    database.put(_table(_DECIDED, [(name, "TEXT") for name in (ROW, VERDICT, GROUNDS)]), decided)


def _table(name: str, columns: Sequence[tuple[str, str]]) -> exp.Create:
    kinds = [
        exp.ColumnDef(this=exp.to_identifier(one, quoted=True), kind=exp.DataType.build(kind))
        for one, kind in columns
    ]
    schema = exp.Schema(this=exp.Table(this=exp.to_identifier(name, quoted=True)), expressions=kinds)
    temporary = exp.Properties(expressions=[exp.TemporaryProperty()])
    return exp.Create(this=schema, kind="TABLE", properties=temporary)


def _here(found: Found) -> _Groups:
    one = found.aggregate
    groups: _Groups = defaultdict(_Said)
    for group in found.groups:
        parts = (_part(key, part) for key, part in zip(one.keys, group.key, strict=True))
        days = group.days or (None, None)
        ends = () if one.near is None else tuple(day and iso(day) for day in days)
        said = groups[*(_plain(part) for part in parts), *ends]
        said.lines.append(_line(_shown(one, group)))
        said.rows.extend((row, True) for row in group.rows)
        said.rows.extend((row, False) for row in group.others)
    return groups


def _part(key: Key, part: Part) -> object:
    """Give a part of a group's name as the view does."""
    match key:
        case ByPart(part=DayPart.MONTH):
            return int(part) // 12 * 100 + int(part) % 12 + 1
        case ByPart() | ByField(is_day=False):
            return part
        case _:
            return part_words(key, part)


def _shown(one: Aggregate, group: Group) -> dict[str, object]:
    limit: object = group.limit
    measured: dict[str, object] = {"@low": group.measured.low, "@high": group.measured.high}
    if isinstance(one.measure, Share):
        measured = {"@settled": group.measured.is_settled}
        limit = None if group.limit is None else str(group.limit)
    state = _STATES[group.state] if one.report is not None else LISTED
    return {"@state": state, **measured, "@known": group.known, "@limit": limit}


def _there(database: Database, plan: AggregatePlan) -> _Groups:
    groups: _Groups = defaultdict(_Said)
    names = (*plan.keys, *(_DAYS if plan.aggregate.near is not None else ()))
    for told in _asked(database, plan.groups):
        which = tuple(_plain(told.pop(name)) for name in names)
        if "@of" in told:
            part, of = (int(str(told.pop(name))) for name in ("@part", "@of"))
            told["@known"] = Fraction(part, of) if of else 0
        groups[which].lines.append(_line(told))
    for told in _asked(database, plan.rows):
        which = tuple(_plain(told[name]) for name in names)
        groups[which].rows.append((int(str(told[ROW])), bool(told["@sure"])))
    return groups


def _asked(database: Database, query: exp.Select) -> Iterator[dict[str, object]]:
    names = query.named_selects
    for row in database.ask(query):
        yield dict(zip(names, row, strict=True))


def _line(told: Mapping[str, object]) -> tuple[tuple[str, object], ...]:
    return tuple(sorted((name, _plain(value)) for name, value in told.items()))


def _plain(value: object) -> object:
    """Make whole numbers of whatever a database calls one."""
    if isinstance(value, Fraction) and value.denominator != 1:
        return value
    return int(value) if isinstance(value, bool | int | float | Decimal | Fraction) else value


def _compared(one: Aggregate, here: _Groups, there: _Groups) -> Iterator[Unlike]:
    for which in dict.fromkeys([*here, *there]):
        mine, other = (groups.get(which, _Said()) for groups in (here, there))
        if all(
            sorted(a, key=str) == sorted(b, key=str)
            for a, b in ((mine.lines, other.lines), (mine.rows, other.rows))
        ):
            continue
        unlike = set(mine.rows) ^ set(other.rows) or {*mine.rows, *other.rows}
        name = "、".join(str(part) for part in which if part is not None) or "全部"
        yield Unlike(
            aggregate=one,
            row=min((row for row, _ in unlike), default=0),
            told=f"{name}：{_words(mine)}",
            other=f"{name}：{_words(other)}",
        )


def _words(said: _Said) -> str:
    if not said.lines and not said.rows:
        return _NO_GROUP
    lines = ("，".join(f"{name} {_value(value)}" for name, value in line) for line in said.lines)
    rows = sorted(said.rows)
    shown = "、".join(f"{row}{'' if is_sure else '（可能）'}" for row, is_sure in rows[:_MOST_SHOWN])
    more = f" 等 {len(rows)}" if len(rows) > _MOST_SHOWN else ""
    return "；".join([*lines, *([f"第 {shown}{more} 行"] if rows else [])])


def _value(value: object) -> str:
    return "不知道" if value is None else str(value)
