"""Rows are in the groups where one would put them by hand; what is open stands in all groups that it may belong to."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import product
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.test_aggregating import SPAN, SUBJECT, field, looked_for, number
from policy_engine.evaluation.aggregating import aggregate
from policy_engine.evaluation.groups import NOT_YET, Group
from policy_engine.evaluation.measuring import Entry
from policy_engine.foundation.logic import Truth
from policy_engine.model.aggregates import (
    Aggregate,
    ByAge,
    ByDecision,
    ByField,
    ByPart,
    ByTable,
    Decided,
    Distinct,
    Key,
    Limit,
    Report,
    Rows,
    Share,
    Total,
)
from policy_engine.model.conditions import Bound, Compare
from policy_engine.model.values import NOT_HAPPENED
from policy_engine.model.vocabulary import DayPart, FieldType

TODAY = date(2026, 6, 30).toordinal()
DAYS = tuple(date(*day).toordinal() for day in ((2025, 11, 30), (2025, 12, 31), (2026, 1, 1), (2026, 3, 31)))
FIELDS = {
    **SUBJECT.fields,
    "类": replace(field("类", FieldType.LIST), choices=("红", "黄")),
    "起": field("起", FieldType.DATE),
    "级": field("级"),
}
WHOLE = replace(SUBJECT, fields=MappingProxyType(FIELDS))
CELLS = {
    "谁": ("甲", "乙"),
    "额": (0, 1, 2, 3, 9),
    "件": (0, 1),
    "日": (*DAYS, NOT_HAPPENED),
    "起": (TODAY - 31, TODAY - 30, TODAY, NOT_HAPPENED),
    "级": (1, 5, 9),
    "类": (frozenset({"红"}), frozenset({"黄"}), frozenset({"红", "黄"})),
}
SMALL, MIDDLE = Compare("级", Bound.LESS_THAN, 5, SPAN), Compare("级", Bound.LESS_THAN, 9, SPAN)
# Each reads a field of its own: only then is every mixture of open parts one that cells can say.
KEYS: tuple[Key, ...] = (
    ByField("谁", "谁"),
    ByField("类", "类"),
    ByPart("年", "日", DayPart.YEAR, every=False),
    ByPart("月", "日", DayPart.MONTH, every=False),
    ByPart("各月", "日", DayPart.MONTH, every=True),
    ByAge("龄", "起", (0, 30)),
    ByTable("档", ((SMALL, "小"), (MIDDLE, "中")), "大"),
    ByDecision("结论", Decided.VERDICT),
    ByDecision("依据", Decided.GROUNDS),
)
DECIDED = (("", ()), ("可以实施", ("第一条",)), ("须整改", ("第一条", "第二条")))
COUNTS = Compare("件", Bound.AT_LEAST, 1, SPAN)


def entry(number: int, row: dict) -> Entry:
    told = {name: value for name, value in row.items() if name in CELLS and value is not None}
    verdict, grounds = row.get("decided", DECIDED[0])
    return Entry(number=number, as_of=TODAY, values=MappingProxyType(told), verdict=verdict, grounds=grounds)


def entries(rows) -> list[Entry]:
    return [entry(at, row) for at, row in enumerate(rows, start=1)]


def looked(keys: tuple[Key, ...], measure, report: Report | None = None, where=COUNTS) -> Aggregate:
    return Aggregate(
        id="x", title="查", subject=WHOLE, keys=keys, measure=measure, where=where, report=report, span=SPAN
    )


def by_hand(key: Key, row: dict) -> list:
    """Say where a row belongs of which all is told; nowhere, where its day hasn't come and months are asked for."""
    match key:
        case ByField(field=name):
            return sorted(row[name]) if isinstance(row[name], frozenset) else [row[name]]
        case ByPart(field=name, part=part):
            day = None if row[name] == NOT_HAPPENED else date.fromordinal(row[name])
            if day is None:
                return []
            return [day.year if part is DayPart.YEAR else day.year * 12 + day.month - 1]
        case ByAge(field=name):
            if row[name] == NOT_HAPPENED:
                return [NOT_YET]
            return [0 if row[name] == TODAY else 1 if row[name] >= TODAY - 30 else 2]
        case ByTable():
            return [0 if row["级"] < 5 else 1 if row["级"] < 9 else 2]
        case ByDecision(what=what):
            verdict, grounds = row["decided"]
            return [verdict] if what is Decided.VERDICT else list(grounds or ("",))


def groups_by_hand(keys: tuple[Key, ...], rows: list[dict]) -> dict[tuple, list[int]]:
    found: dict[tuple, list[int]] = defaultdict(list)
    for at, row in enumerate(rows, start=1):
        if row["件"]:
            for parts in product(*(by_hand(key, row) for key in keys)):
                found[parts].append(at)
    for at, key in enumerate(keys):
        if isinstance(key, ByPart) and key.every and found:
            months = [parts[at] for parts in found]
            for parts in list(found):
                for month in range(min(months), max(months) + 1):
                    found[(*parts[:at], month, *parts[at + 1 :])] += []
    return dict(found)


def completions(rows: list[dict]):
    opens = [(at, name) for at, row in enumerate(rows) for name, value in row.items() if value is None]
    for told in product(*(CELLS[name] for _, name in opens)):
        made = [dict(row) for row in rows]
        for (at, name), value in zip(opens, told, strict=True):
            made[at][name] = value
        yield made


@st.composite
def some_rows(draw, *names: str, opens: int = 0, most: int = 4) -> list[dict]:
    row = {name: st.sampled_from(CELLS[name]) for name in names} | {"decided": st.sampled_from(DECIDED)}
    rows = draw(st.lists(st.fixed_dictionaries(row), max_size=most))
    for _ in range(opens if rows else 0):
        rows[draw(st.integers(0, len(rows) - 1))][draw(st.sampled_from(names))] = None
    return rows


TWO_KEYS = st.lists(st.sampled_from(KEYS), min_size=1, max_size=2, unique=True).map(tuple)
ALL_CELLS = tuple(CELLS)


def in_order(keys) -> list[tuple]:
    """Numbers by their size, then words as they are spelt."""
    return sorted(keys, key=lambda key: [(isinstance(part, str), part) for part in key])


@given(TWO_KEYS, some_rows(*ALL_CELLS))
def test_rows_of_which_all_is_told_are_where_one_would_put_them(keys, rows) -> None:
    found = aggregate(looked(keys, Total("额")), entries(rows))
    expected = groups_by_hand(keys, rows)
    assert in_order(expected) == [group.key for group in found.groups]
    assert expected == {group.key: list(group.rows) for group in found.groups}
    assert (len(expected), sum(row["件"] for row in rows)) == (found.looked_at, found.counted)
    # A row whose day hasn't come belongs to no month: it may come in any.
    nowhere = [
        at for at, row in enumerate(rows, start=1) if row["件"] and not all(by_hand(key, row) for key in keys)
    ]
    assert nowhere == sorted({at for rows in found.loose.values() for at in rows})
    for group in found.groups:
        amount = sum(rows[at - 1]["额"] for at in group.rows)
        assert (Truth.TRUE, amount) == (group.state, group.known)
        if not group.others:
            assert (amount, amount) == (group.measured.low, group.measured.high)


# A day is open as one that hasn't come is: left out here, where open cells are told in all ways.
COME = tuple(name for name in ALL_CELLS if name != "日")
FREE_KEYS = tuple(key for key in KEYS if not isinstance(key, ByPart))


@given(
    st.lists(st.sampled_from(FREE_KEYS), min_size=1, max_size=2, unique=True).map(tuple),
    some_rows(*COME, opens=2, most=3),
)
def test_a_row_is_in_a_group_surely_or_possibly_as_its_open_cells_could_put_it(keys, rows) -> None:
    found = aggregate(looked(keys, Rows()), entries(rows))
    told = [groups_by_hand(keys, made) for made in completions(rows)]
    for group in found.groups:
        inside = [set(made.get(group.key, ())) for made in told]
        surely = set.intersection(*inside)
        assert (surely, set.union(*inside) - surely) == (set(group.rows), set(group.others))
        # A group that is there has some row.
        numbers = [len(one) for one in inside if one]
        assert (min(numbers), max(numbers)) == (group.measured.low, group.measured.high)
        assert len(surely) == group.known
    for at, row in enumerate(rows, start=1):
        counts = row["件"] != 0
        for key in keys:
            is_open = len({tuple(by_hand(key, made[at - 1])) for made in completions(rows)}) > 1
            assert (counts and is_open) is (at in found.loose.get(key.title, ()))


def told_of(one: Aggregate, rows: list[dict], key: tuple = ("甲",)) -> Group:
    (group,) = (group for group in aggregate(one, entries(rows)).groups if group.key == key)
    return group


@given(some_rows("谁", "额", "件", opens=2), st.sampled_from([Total("额"), Distinct("额")]))
def test_what_is_measured_lies_between_what_open_cells_could_make_of_it(rows, measure) -> None:
    found = aggregate(looked(KEYS[:1], measure), entries(rows))
    told = [aggregate(looked(KEYS[:1], measure), entries(made)).groups for made in completions(rows)]
    for group in found.groups:
        numbers = [one.known for made in told for one in made if one.key == group.key]
        is_open = any(rows[at - 1]["额"] is None for at in (*group.rows, *group.others))
        if isinstance(measure, Total):
            # Nothing bounds above an amount that nobody told.
            assert (min(numbers), None if is_open else max(numbers)) == (
                group.measured.low,
                group.measured.high,
            )
        elif group.rows:
            assert (min(numbers), max(numbers)) == (group.measured.low, group.measured.high)


@pytest.mark.parametrize(
    ("minimum", "sure", "maybe", "low", "high"),
    [
        (None, (3,), (), 3, 3),
        (None, (3, None), (), None, None),
        (None, (3,), (None,), None, None),
        (None, (), (None, 2), None, None),
        (1, (3, None), (), 4, None),
        (1, (3,), (None,), 3, None),
        (1, (), (None,), 1, None),
        (-2, (3, None), (), 1, None),
        (-2, (3,), (None,), 1, None),
        (-2, (3,), (-1, 4), 2, 7),
        (-2, (), (-1, 2), -1, 2),
        (0, (3,), (5,), 3, 8),
        (0, (), (5, 2), 2, 7),
        (0, (), (0, 2), 0, 2),
    ],
)
def test_a_sum_is_bounded_by_the_least_that_a_form_takes_and_by_what_need_not_count(
    minimum, sure, maybe, low, high
) -> None:
    amount = replace(field("额"), minimum=minimum)
    one = looked(KEYS[:1], Total("额"))
    one = replace(one, subject=replace(WHOLE, fields=MappingProxyType({**FIELDS, "额": amount})))
    rows = [{"谁": "甲", "额": n, "件": 1} for n in sure] + [{"谁": "甲", "额": n, "件": None} for n in maybe]
    group = told_of(one, rows)
    assert (low, high) == (group.measured.low, group.measured.high)
    assert sum(n or 0 for n in sure) == group.known


@pytest.mark.parametrize("measure", [Rows(), Total("额"), Distinct("额")])
def test_a_month_that_is_told_anyway_may_be_empty_and_another_group_may_not(measure) -> None:
    month = (2025 * 12 + 11,)
    rows = [{"日": day, "额": 2, "件": 1} for day in (DAYS[0], DAYS[2])]
    rows.append({"日": DAYS[1], "额": 2, "件": None})
    every = told_of(looked((KEYS[4],), measure), rows, month)
    only = told_of(looked((KEYS[3],), measure), rows, month)
    assert 0 == every.measured.low
    assert (
        0 if isinstance(measure, Distinct) else 2 if isinstance(measure, Total) else 1
    ) == only.measured.low
    assert (2 if isinstance(measure, Total) else 1) == every.measured.high == only.measured.high


@pytest.mark.parametrize("sure", [0, 1])
@pytest.mark.parametrize("fewest", [0, 1])
def test_a_month_that_is_told_anyway_is_reported_without_a_row_unless_rows_are_wanted(sure, fewest) -> None:
    report = Report(Bound.LESS_THAN, number(9), fewest)
    rows = [{"日": day, "额": 2, "件": 1} for day in (DAYS[0], DAYS[2], *DAYS[1:2] * sure)]
    found = aggregate(looked((KEYS[4],), Total("额"), report), entries(rows)).groups
    assert ((2025 * 12 + 11,) in [group.key for group in found]) is (sure >= fewest)


def test_in_an_empty_list_there_is_no_month() -> None:
    for key in KEYS:
        found = aggregate(looked((key,), Rows()), [])
        assert ((), 0, 0) == (found.groups, found.looked_at, found.counted)


def test_months_without_a_row_are_there_for_each_of_the_other_keys() -> None:
    rows = [{"谁": "甲", "日": DAYS[0], "件": 1}, {"谁": "乙", "日": DAYS[3], "件": 1}]
    keys = (KEYS[0], KEYS[4])
    found = aggregate(looked(keys, Rows()), entries(rows)).groups
    months = range(2025 * 12 + 10, 2026 * 12 + 3)
    assert [(who, month) for who in sorted("甲乙") for month in months] == [group.key for group in found]
    assert 2 == sum(group.known for group in found)


@pytest.mark.parametrize(
    ("rows", "known", "is_settled"),
    [
        ([(1, 4), (1, 4)], Fraction(1, 4), True),
        ([(1, 4), (None, 4)], Fraction(1, 4), False),
        ([(1, 4), (1, None)], Fraction(1, 4), False),
        ([(0, 0)], 0, False),
        ([(1, None)], 0, False),
    ],
)
def test_a_share_of_what_is_known_is_told_and_only_of_all_is_it_settled(rows, known, is_settled) -> None:
    one = replace(looked_for(Share("额", "全"), Report(Bound.AT_LEAST, number(0))), report=None)
    told = [{"谁": "甲", "额": part, "全": whole, "件": 1} for part, whole in rows]
    entries_of = [
        Entry(number=at, as_of=0, values={name: v for name, v in row.items() if v is not None})
        for at, row in enumerate(told)
    ]
    (group,) = aggregate(one, entries_of).groups
    assert (known, is_settled) == (group.known, group.measured.is_settled)
    if is_settled:
        assert known == group.measured.low


@pytest.mark.parametrize(
    ("limits", "cells", "low", "high", "rows", "others", "limit"),
    [
        ((4, 4), (3, 2), 5, 5, (1, 2), (), 4),
        ((4, 4), (3, 4), 3, 3, (1,), (), 4),
        ((4, 4), (3, None), 3, 6, (1,), (2,), 4),
        ((4, 6), (3, None), 3, 8, (1,), (2,), None),
        ((4, 6), (3, 5), 3, 8, (1,), (2,), None),
        ((4, 6), (3, 6), 3, 3, (1,), (), None),
        ((4, None), (3, 6), 3, 9, (), (1, 2), None),
    ],
)
def test_a_split_counts_what_is_below_the_limit_that_its_rows_name(
    limits, cells, low, high, rows, others, limit
) -> None:
    told = [
        {"谁": "甲", "件": 1} | {name: v for name, v in (("额", cell), ("全", of)) if v is not None}
        for cell, of in zip(cells, limits, strict=True)
    ]
    listed = [Entry(number=at, as_of=0, values=row) for at, row in enumerate(told, start=1)]
    # One of the two is told, whatever the amounts come to.
    groups = [
        group
        for bound in (Bound.AT_LEAST, Bound.LESS_THAN)
        for one in [looked_for(Total("额", below_limit=True), Report(bound, Limit(field="全")))]
        for group in aggregate(one, listed).groups
    ]
    assert {(rows, others, limit, low, high)} == {
        (group.rows, group.others, group.limit, group.measured.low, group.measured.high) for group in groups
    }
