"""What is looked for in a whole table, as SQL: a query for the groups that are found or possible, one for the rows in them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlglot import exp

from policy_engine.foundation.diagnostics import Diagnostic, raise_errors
from policy_engine.model.aggregates import (
    Aggregate,
    ByAge,
    ByDecision,
    ByPart,
    ByTable,
    Key,
    Rows,
    Share,
    Total,
)
from policy_engine.model.conditions import AS_OF, Bound, Ratio, leaves
from policy_engine.model.vocabulary import DayPart, FieldType
from policy_engine.relational.chain import Chain
from policy_engine.relational.days import Days
from policy_engine.relational.dialects import Dialect, Names
from policy_engine.relational.inputs import LARGEST, ROW, Input, type_of
from policy_engine.relational.plan import GROUNDS, VERDICT, Plan
from policy_engine.relational.refusals import LARGEST_WHOLE
from policy_engine.relational.sorting import LEAST, MOST, SURE, VALUE, Sorter
from policy_engine.relational.steps import Steps, of, relation, same, taken
from policy_engine.relational.stretches import FIRST, ISLAND, LAST, ONLY, Stretches
from policy_engine.relational.trees import (
    Tree,
    chosen,
    coalesced,
    column,
    compared,
    conj,
    false,
    is_known,
    number,
    text,
)
from policy_engine.relational.weighing import STATE, Scales

FOUND, POSSIBLE, LISTED = "查出", "可能", "列出"
LIMIT: Final = "@limit"
_DECIDED: Final = "@decided"
# How a part of a group's name is said: by its key, and the number that stands for it.
Words = Callable[[Key, int], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AggregatePlan:
    """What one aggregate looks for in a table. `inputs`: the columns it reads with their names; `keys`: what groups are called by.

    `groups`: the query for the groups, a line each; `rows`: for the rows in them, and whether each surely belongs there.
    """

    aggregate: Aggregate
    dialect: Dialect
    inputs: tuple[tuple[str, Input], ...]
    keys: tuple[str, ...]
    groups: exp.Select
    rows: exp.Select


def unsayable_aggregates(aggregates: Sequence[Aggregate]) -> Iterator[Diagnostic]:
    """Go through what of aggregates can't be said exactly by every database."""
    types: dict[str, str] = {}
    for one in aggregates:
        for name in one.reads:
            known = one.fields[name]
            if types.setdefault(name, type_of(known)) != type_of(known):
                yield _refused(
                    one, f"的列 `{name}` 与别的汇总的同名列类型、小数位数不同", "写成同样的 type 和 scale"
                )
        for reason, hint in _inexact(one):
            yield _refused(one, reason, hint)


def _inexact(one: Aggregate) -> Iterator[tuple[str, str]]:
    conditions = [*([one.where] if one.where is not None else [])]
    conditions += [row for key in one.keys if isinstance(key, ByTable) for row, _ in key.rows]
    for leaf in (leaf for condition in conditions for leaf in leaves(condition)):
        if isinstance(leaf, Ratio) and leaf.ratio != 1:
            known = [one.fields[name].type is FieldType.NUMBER for name in (leaf.part, leaf.whole)]
            largest = LARGEST * max(leaf.ratio.denominator, abs(leaf.ratio.numerator))
            if not all(known) or largest > LARGEST_WHOLE:
                yield f"的比例 {leaf.ratio} 用 SQL 算不准", "把比例写成分子、分母较小的分数"
    report = one.report
    if report is None:
        return
    if isinstance(one.measure, Share):
        scale = _scale(one)
        largest = max((scale, *(int(abs(value) * scale) for _, _, value in report.limit.values)))
        if report.limit.field or report.bound not in (Bound.AT_LEAST, Bound.LESS_THAN):
            yield "的比例同各行自己的界限比，用 SQL 算不准", "界限写成一个数字或者参数"
        elif largest * LARGEST > LARGEST_WHOLE:
            yield "的比例用 SQL 算不准", "界限少写几位小数"
    elif any(value.denominator != 1 for _, _, value in report.limit.values):
        yield "的界限比所量的数还细", "界限的小数位数不多于所量的字段"
    if one.near is not None and not (
        isinstance(one.measure, Total | Rows) and report.bound in (Bound.AT_LEAST, Bound.MORE_THAN)
    ):
        yield "的 near 同这样的界限一起写不成 SQL", "near 只同行数、合计的下限一起用"


def _refused(one: Aggregate, reason: str, hint: str) -> Diagnostic:
    return Diagnostic(
        code="PE561", message=f"汇总 `{one.id}` {reason}", span=one.span, help=f"{hint}；batch 不受影响"
    )


def _scale(one: Aggregate) -> int:
    if one.report is None or not isinstance(one.measure, Share):
        return 1
    return math.lcm(*(value.denominator for _, _, value in one.report.limit.values))


def plan_aggregates(
    plan: Plan, aggregates: Sequence[Aggregate], articles: Mapping[str, str], words: Words, decided: str
) -> tuple[AggregatePlan, ...]:
    """Plan what is looked for in the table of a plan. Raises `DiagnosticsError` with all that can't be said in SQL.

    `articles`: of each rule, in words; `decided`: the relation that says the verdict and the grounds of each row.
    """
    raise_errors(list(unsayable_aggregates(aggregates)))
    names = Names()
    known = {one.what for _, one in plan.inputs}
    for _, one in plan.inputs:
        names.of(one.what)
    more = dict.fromkeys(name for found in aggregates for name in found.reads if name not in known)
    for name in more:
        names.of(name)
    return tuple(_Planner(plan, one, articles, words, decided, names.copy()).plan() for one in aggregates)


@dataclass(frozen=True, slots=True)
class _Planner:
    base: Plan
    one: Aggregate
    articles: Mapping[str, str]
    words: Words
    decided: str
    names: Names

    def plan(self) -> AggregatePlan:
        """Write both queries: they share all steps but the last."""
        one, dialect = self.one, self.base.dialect
        steps = Steps(dialect)
        inputs = tuple((self.names.of(what), Input(what, type_)) for what, type_ in self._inputs())
        is_decided = any(isinstance(key, ByDecision) for key in one.keys)
        table = self._with_decisions(steps, inputs) if is_decided else self.base.table
        sorter = Sorter(one, Chain(table, dialect, self.names), steps, self.articles, _scale(one))
        members = self._below_limit(steps, sorter, sorter.members())
        scales = Scales(one, dialect, sorter.has_empty_groups, _scale(one))
        if one.near is None:
            weighed = self._weighed(steps, scales, members, sorter.keys)
            told = taken(self._shown(scales, sorter.keys)).from_(relation(weighed, "g")).where(_is_told())
            columns = {**self._key_words(sorter.keys), **{name: of("m", name) for name in (ROW, SURE)}}
            here = conj((same(sorter.keys, "g", "m"), is_known(of("m", ROW))))
            rows = taken(columns).from_(relation(weighed, "g")).join(relation(members, "m"), on=here)
            rows = rows.where(_is_told())
        else:
            stretches = Stretches(steps, sorter.keys, one.near.days, has_value=isinstance(one.measure, Total))
            inside = stretches.inside(members)
            weighed = self._weighed(steps, scales, inside, stretches.weighed_by)
            found, parts = stretches.joined(weighed, scales.shown)
            days: dict[str, Tree] = {name: of("g", name) for name in (FIRST, LAST)}
            told = taken({**self._shown(scales, sorter.keys), **days}).from_(relation(found, "g"))
            rows = self._stretched(steps, stretches, parts, inside)
        key_names = tuple(self._titles())
        return AggregatePlan(
            aggregate=one,
            dialect=dialect,
            inputs=inputs,
            keys=key_names,
            groups=steps.query(told),
            rows=steps.query(rows),
        )

    def _inputs(self) -> Iterator[tuple[str, str]]:
        yield ROW, "TEXT"
        yield AS_OF, "TEXT"
        for name in self.one.reads:
            yield name, type_of(self.one.fields[name])

    def _with_decisions(self, steps: Steps, inputs: tuple[tuple[str, Input], ...]) -> str:
        columns = {
            **{name: of("t", name) for name, _ in inputs},
            **{name: of("d", name) for name in (VERDICT, GROUNDS)},
        }
        found = (
            taken(columns)
            .from_(relation(self.base.table, "t"))
            .join(relation(self.decided, "d"), on=same((ROW,), "t", "d"), join_type="LEFT")
        )
        return steps.add(_DECIDED, found)

    def _below_limit(self, steps: Steps, sorter: Sorter, members: str) -> str:
        """Leave out rows that reach the limit by themselves; where that is open, they may count."""
        measure = self.one.measure
        if not (isinstance(measure, Total) and measure.below_limit):
            return members
        value = column(VALUE)
        is_below = coalesced(compared(value, exp.LT, column(LEAST)), false())
        is_out = coalesced(compared(value, exp.GTE, column(MOST)), false())
        columns: dict[str, Tree] = {
            name: column(name) for name in (*sorter.keys, *sorter.carried, LEAST, MOST)
        }
        columns[ROW] = chosen([(is_out, exp.cast(exp.null(), "TEXT"))], column(ROW))
        columns[SURE] = conj((column(SURE), is_below))
        return steps.add("@kept", taken(columns).from_(relation(members)))

    def _weighed(self, steps: Steps, scales: Scales, members: str, keys: tuple[str, ...]) -> str:
        named: dict[str, Tree] = {key: column(key) for key in keys}
        summed = steps.add(
            "@sums", taken({**named, **scales.sums()}).from_(relation(members)).group_by(*map(column, keys))
        )
        carried = {name: column(name) for name in scales.carried()}
        measured = steps.add(
            "@measured", taken({**named, **carried, **scales.measured()}).from_(relation(summed))
        )
        shown = {name: column(name) for name in (*scales.shown, LEAST, MOST)}
        return steps.add(
            "@weighed", taken({**named, **shown, STATE: scales.state()}).from_(relation(measured))
        )

    def _titles(self) -> Iterator[str]:
        names = Names()
        for at, key in enumerate(self.one.keys):
            title = names.of(key.title)
            taken_before = [one.title for one in self.one.keys[:at]]
            yield title if key.title not in taken_before else names.of(f"{key.title}@{at + 1}")

    def _key_words(self, keys: tuple[str, ...]) -> dict[str, Tree]:
        return {
            title: self._said(key, of("g", name))
            for title, key, name in zip(self._titles(), self.one.keys, keys, strict=False)
        }

    def _said(self, key: Key, part: Tree) -> Tree:
        match key:
            case ByAge(bands=bands):
                return self._chosen(key, part, range(-1, len(bands) + 1))
            case ByTable(rows=rows):
                return self._chosen(key, part, range(len(rows) + 1))
            case ByPart(part=DayPart.MONTH):
                return Days(Chain("", self.base.dialect)).month_key(part)
            case _:
                return part

    def _chosen(self, key: Key, part: Tree, numbers: range) -> Tree:
        return chosen([(compared(part, exp.EQ, number(n)), text(self.words(key, n))) for n in numbers])

    def _shown(self, scales: Scales, keys: tuple[str, ...]) -> dict[str, Tree]:
        states = [(compared(of("g", STATE), exp.EQ, number(2)), text(FOUND if self.one.report else LISTED))]
        state = chosen(states, text(POSSIBLE))
        shown = {name: of("g", name) for name in scales.shown}
        return {**self._key_words(keys), STATE: state, **shown, LIMIT: self._limit(scales)}

    def _limit(self, scales: Scales) -> Tree:
        low, high = of("g", LEAST), of("g", MOST)
        if not isinstance(self.one.measure, Share) or self.one.report is None:
            return chosen([(compared(low, exp.EQ, high), low)])
        values = dict.fromkeys(value for _, _, value in self.one.report.limit.values)
        said = [
            (compared(low, exp.EQ, number(int(value * scales.scale))), text(str(value))) for value in values
        ]
        return chosen(said)

    def _stretched(self, steps: Steps, stretches: Stretches, parts: str, inside: str) -> exp.Select:
        whole = (*stretches.keys, ONLY, ISLAND, FIRST, LAST)
        columns = {
            **{name: of("p", name) for name in whole},
            ROW: of("m", ROW),
            # Whoever surely belongs to one of them belongs to all of it.
            SURE: compared(exp.Max(this=chosen([(of("m", SURE), number(1))], number(0))), exp.EQ, number(1)),
        }
        step = steps.add(
            "@in-found",
            taken(columns)
            .from_(relation(parts, "p"))
            .join(relation(inside, "m"), on=same(stretches.identity, "p", "m"))
            .group_by(*(of("p", name) for name in whole), of("m", ROW)),
        )
        told = {name: of("g", name) for name in (FIRST, LAST, ROW, SURE)}
        return taken({**self._key_words(stretches.keys), **told}).from_(relation(step, "g"))


def _is_told() -> Tree:
    return compared(of("g", STATE), exp.GT, number(0))
