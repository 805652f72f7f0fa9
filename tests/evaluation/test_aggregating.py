"""What is found in a whole list holds whatever the open cells would say; what is possible, some answer brings about."""

from datetime import date
from fractions import Fraction
from itertools import product
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import examples
from policy_engine.evaluation.aggregating import aggregate
from policy_engine.evaluation.groups import NOT_YET, part_words
from policy_engine.evaluation.measuring import Entry
from policy_engine.foundation.logic import Truth
from policy_engine.foundation.spans import file_span
from policy_engine.model.aggregates import (
    Aggregate,
    ByAge,
    ByDecision,
    ByField,
    ByPart,
    ByTable,
    Decided,
    Distinct,
    Limit,
    Measure,
    Near,
    Report,
    Rows,
    Share,
    Total,
)
from policy_engine.model.conditions import All, Bound, Compare
from policy_engine.model.values import NOT_HAPPENED
from policy_engine.model.vocabulary import DayPart, Field, FieldType, Role, Subject

SPAN = file_span("试")


def field(name: str, type_: FieldType = FieldType.NUMBER) -> Field:
    return Field(
        name=name, subject="试", title=name, description="", type=type_, role=Role.NOTE, minimum=0, span=SPAN
    )


FIELDS = {
    name: field(name, type_)
    for name, type_ in (
        ("谁", FieldType.TEXT),
        ("额", FieldType.NUMBER),
        ("全", FieldType.NUMBER),
        ("日", FieldType.DATE),
        ("件", FieldType.NUMBER),
    )
}
SUBJECT = Subject(
    name="试", description="", file="", gives_findings=False, fields=MappingProxyType(FIELDS), span=SPAN
)
# What an open cell might say, wide enough that every answer which can turn something is among them.
ANSWERS = {
    "谁": ("甲", "乙"),
    "额": (0, 1, 2, 3, 9),
    "全": (0, 1, 3, 9, 60),
    "日": (100, 103, 200, 300, 400, 500, 600),
    "件": (0, 1),
}


def looked_for(measure: Measure, report: Report, near: Near | None = None) -> Aggregate:
    return Aggregate(
        id="x",
        title="查",
        subject=SUBJECT,
        keys=(ByField("谁", "谁"),),
        measure=measure,
        where=Compare("件", Bound.AT_LEAST, 1, SPAN),
        report=report,
        near=near,
        span=SPAN,
    )


def entries(rows) -> list[Entry]:
    told = ({k: v for k, v in row.items() if v is not None} for row in rows)
    return [Entry(number=at, as_of=0, values=MappingProxyType(row)) for at, row in enumerate(told, start=1)]


def names(one: Aggregate, rows, state: Truth) -> set:
    return {group.key for group in aggregate(one, entries(rows)).groups if group.state is state}


def completions(rows):
    opens = [(at, key) for at, row in enumerate(rows) for key, value in row.items() if value is None]
    for told in product(*(ANSWERS[key] for _, key in opens)):
        made = [dict(row) for row in rows]
        for (at, key), value in zip(opens, told, strict=True):
            made[at][key] = value
        if all(row.get("全", 99) >= row["额"] for row in made):
            yield made


def rows_of(*columns: str):
    cell = {name: st.sampled_from((*ANSWERS[name][:4], *ANSWERS[name][:4], None)) for name in columns}

    def is_workable(rows) -> bool:
        opens = sum(value is None for row in rows for value in row.values())
        sound = all(row.get("全") is None or row["额"] is None or row["全"] >= row["额"] for row in rows)
        return opens <= 3 and sound

    return st.lists(st.fixed_dictionaries(cell), min_size=1, max_size=4).filter(is_workable)


def hold(one: Aggregate, rows) -> None:
    """Compare with every completion: surely, in all of them; possibly, in some and not in all."""
    # A group that no row names which may count is told of only as rows that are in no group.
    told = {key for row in rows if (key := row["谁"]) is not None and row["件"] != 0}
    sure, possible = names(one, rows, Truth.TRUE), names(one, rows, Truth.UNKNOWN)
    by_completion = [names(one, made, Truth.TRUE) for made in completions(rows)]
    for who in told:
        reached = [(who,) in found for found in by_completion]
        expected = Truth.TRUE if all(reached) else Truth.UNKNOWN if any(reached) else Truth.FALSE
        found = Truth.TRUE if (who,) in sure else Truth.UNKNOWN if (who,) in possible else Truth.FALSE
        assert expected is found, (who, rows)


LIMITS = st.sampled_from((Bound.AT_LEAST, Bound.MORE_THAN, Bound.LESS_THAN, Bound.AT_MOST))


def number(value: int | Fraction) -> Limit:
    return Limit(((None, None, Fraction(value)),))


@given(rows_of("谁", "额", "件"), LIMITS, st.integers(0, 4))
def test_counts_and_sums_are_exact_where_cells_are_open(rows, bound, limit) -> None:
    hold(looked_for(Total("额"), Report(bound, number(limit))), rows)
    hold(looked_for(Rows(), Report(bound, number(limit))), rows)


@given(rows_of("谁", "额", "件"), st.integers(1, 4))
def test_rows_that_reach_the_limit_alone_are_no_part_of_a_split(rows, limit) -> None:
    hold(looked_for(Total("额", below_limit=True), Report(Bound.AT_LEAST, number(limit), 2)), rows)


@given(rows_of("谁", "额", "日", "件"), st.integers(1, 6))
def test_days_apart_count_apart(rows, limit) -> None:
    one = looked_for(Total("额"), Report(Bound.AT_LEAST, number(limit)), Near("日", 5))
    hold(one, rows)


@given(rows_of("谁", "额", "件"), st.integers(1, 3))
def test_different_values_are_counted_once(rows, limit) -> None:
    hold(looked_for(Distinct("额"), Report(Bound.AT_LEAST, number(limit))), rows)


# A third and the whole are met exactly, three tenths never.
SHARES = st.sampled_from((Fraction(1, 3), Fraction(1), Fraction(3, 10)))


@given(rows_of("谁", "额", "全", "件"), st.sampled_from((Bound.AT_LEAST, Bound.LESS_THAN)), SHARES)
def test_a_share_is_exact_where_parts_or_wholes_are_open(rows, bound, share) -> None:
    hold(looked_for(Share("额", "全"), Report(bound, number(share))), rows)


@pytest.mark.parametrize(
    ("part", "whole", "state"),
    [(1, 3, Truth.TRUE), (0, 3, Truth.FALSE), (None, 3, Truth.UNKNOWN), (3, None, Truth.UNKNOWN)],
)
def test_a_share_that_is_met_exactly_is_met(part, whole, state) -> None:
    one = looked_for(Share("额", "全"), Report(Bound.AT_LEAST, number(Fraction(1, 3))))
    for is_in, expected in ((1, state), (None, Truth.UNKNOWN if state is Truth.TRUE else state)):
        rows = [{"谁": "甲", "额": part, "全": whole, "件": is_in}]
        assert (("甲",) in names(one, rows, Truth.TRUE)) is (expected is Truth.TRUE)
        assert (("甲",) in names(one, rows, Truth.UNKNOWN)) is (expected is Truth.UNKNOWN)


def test_each_row_may_say_what_it_is_held_against() -> None:
    one = looked_for(Total("额"), Report(Bound.AT_LEAST, Limit(field="全")))
    rows = [{"谁": "甲", "额": 3, "全": 4, "件": 1}, {"谁": "甲", "额": 2, "全": 4, "件": 1}]
    assert {("甲",)} == names(one, rows, Truth.TRUE)
    rows[1]["全"] = 6
    assert {("甲",)} == names(one, rows, Truth.UNKNOWN)
    rows[1]["全"] = None
    assert {("甲",)} == names(one, rows, Truth.UNKNOWN)


def test_a_row_that_is_below_one_of_two_limits_may_be_part_of_a_split() -> None:
    one = looked_for(Total("额", below_limit=True), Report(Bound.AT_LEAST, Limit(field="全"), 2))
    rows = [{"谁": "甲", "额": 5, "全": 4, "件": 1}, {"谁": "甲", "额": 5, "全": 6, "件": 1}]
    assert {("甲",)} == names(one, rows, Truth.UNKNOWN)
    for limit, state in ((4, Truth.FALSE), (6, Truth.TRUE)):
        same = [row | {"全": limit} for row in rows]
        assert (("甲",) in names(one, same, Truth.TRUE)) is (state is Truth.TRUE)
        assert set() == names(one, same, Truth.UNKNOWN)


@pytest.mark.parametrize(
    ("key", "part", "words"),
    [
        (ByField("谁", "谁"), "甲", "甲"),
        (ByField("件", "件"), True, "是"),
        (ByField("件", "件"), False, "否"),
        (ByField("额", "额", scale=2), 1250, "12.5"),
        (ByField("日", "日", is_day=True), date(2026, 3, 2).toordinal(), "2026-03-02"),
        (ByField("日", "日", is_day=True), NOT_HAPPENED, "未发生"),
        (ByPart("年", "日", DayPart.YEAR, every=False), 2026, "2026年"),
        (ByPart("月", "日", DayPart.MONTH, every=False), 2026 * 12, "2026年1月"),
        (ByPart("月", "日", DayPart.MONTH, every=False), 2026 * 12 + 11, "2026年12月"),
        (ByAge("龄", "日", (30, 90)), NOT_YET, "还没有发生"),
        (ByAge("龄", "日", (30, 90)), 0, "30 天以内"),
        (ByAge("龄", "日", (30, 90)), 1, "31—90 天"),
        (ByAge("龄", "日", (30, 90)), 2, "超过 90 天"),
        (ByTable("档", ((All((), SPAN), "小"), (All((), SPAN), "中")), "大"), 1, "中"),
        (ByTable("档", ((All((), SPAN), "小"), (All((), SPAN), "中")), "大"), 2, "大"),
        (ByDecision("结论", Decided.VERDICT), "", "没有审查"),
        (ByDecision("依据", Decided.GROUNDS), "", "尚无依据"),
        (ByDecision("依据", Decided.GROUNDS), "第十条", "第十条"),
    ],
)
def test_a_group_is_named_as_people_say_it(key, part, words) -> None:
    assert words == part_words(key, part)


def test_stretches_that_overlap_are_told_as_one() -> None:
    one = looked_for(Total("额"), Report(Bound.AT_LEAST, number(4)), Near("日", 5))
    rows = [{"谁": "甲", "额": 2, "日": day, "件": 1} for day in (100, 104, 108, 300, 301)]
    found = aggregate(one, entries(rows)).groups
    assert [(100, 108), (300, 301)] == [group.days for group in found]
    assert [(1, 2, 3), (4, 5)] == [group.rows for group in found]


# Rows of an amount and a day, `None` where nobody says the day; "?": whether the row counts is open.
TOGETHER = [
    ("2@104 2@100", [("surely", (100, 104), "1 2", "", 4)]),
    ("2@100 2@106", []),
    ("4@106 4@100", [("surely", (100, 100), "2", "", 4), ("surely", (106, 106), "1", "", 4)]),
    ("2@100 2@100 1@105 1@106", [("surely", (100, 105), "1 2 3", "", 5)]),
    ("1@100 4@101 1@102", [("surely", (100, 102), "1 2 3", "", 6)]),
    # The largest of those that overlap is shown, be it the first or the last.
    ("2@100 2@105 3@110", [("surely", (100, 110), "1 2 3", "", 5)]),
    ("3@100 2@105 2@110", [("surely", (100, 110), "1 2 3", "", 5)]),
    ("2@100 2@101 2@102 2@106 2@107", [("surely", (100, 107), "1 2 3 4 5", "", 6)]),
    (
        "4@100 1@101 1@108 4@109",
        [("surely", (100, 101), "1 2", "", 5), ("surely", (108, 109), "3 4", "", 5)],
    ),
    # What is possible is told apart from what is sure, though both have a row.
    ("2@110 2?@105 4@100", [("surely", (100, 105), "3", "2", 4), ("possibly", (105, 110), "1", "2", 2)]),
    ("2@100 2?@104 2@108", [("possibly", (100, 108), "1 3", "2", 2)]),
    # A row without a day may lie in any stretch; it is there by itself in any case.
    ("2@100 2@None", [("possibly", (100, 100), "1", "2", 2)]),
    ("2@100 1@None 2@104", [("surely", (100, 104), "1 3", "2", 4)]),
    ("2@None 2@None", [("possibly", None, "", "1 2", 0)]),
    ("4@None 1@100", [("surely", None, "1", "", 4), ("possibly", (100, 100), "2", "1", 1)]),
    ("4@None 4@100", [("surely", (100, 100), "2", "1", 4), ("surely", None, "1", "", 4)]),
    ("4?@None", [("possibly", None, "", "1", 0)]),
    ("1@None", []),
    ("4@-1", []),
    ("4@-1 4?@None", [("possibly", None, "", "2", 0)]),
]


def listed(words: str) -> list[dict]:
    """Read `2?@104`: two, perhaps, on day 104."""
    cells = [word.split("@") for word in words.split()]
    return [
        {
            "谁": "甲",
            "额": int(amount.rstrip("?")),
            "日": None if day == "None" else int(day),
            "件": None if "?" in amount else 1,
        }
        for amount, day in cells
    ]


@pytest.mark.parametrize(("words", "expected"), TOGETHER, ids=[words for words, _ in TOGETHER])
def test_stretches_of_days_are_told_with_their_rows(words, expected) -> None:
    assert NOT_HAPPENED == -1
    one = looked_for(Total("额"), Report(Bound.AT_LEAST, number(4)), Near("日", 5))
    found = aggregate(one, entries(listed(words))).groups
    states = {Truth.TRUE: "surely", Truth.UNKNOWN: "possibly"}
    assert expected == [
        (states[g.state], g.days, " ".join(map(str, g.rows)), " ".join(map(str, g.others)), g.known)
        for g in found
    ]
    assert {4} >= {group.limit for group in found}


def test_rows_near_one_another_that_name_two_limits_are_told_without_one() -> None:
    one = looked_for(Total("额"), Report(Bound.AT_LEAST, Limit(field="全")), Near("日", 5))
    for other, limit in ((3, 3), (4, None)):
        rows = [row | {"全": at} for row, at in zip(listed("4@100 4@101"), (3, other), strict=True)]
        (group,) = aggregate(one, entries(rows)).groups
        assert limit == group.limit


AMOUNTS = st.lists(st.tuples(st.integers(0, 3), st.integers(100, 112)), min_size=1, max_size=7)


@settings(max_examples=examples(600))
@given(AMOUNTS, st.integers(0, 5), st.integers(1, 6))
def test_overlapping_windows_of_days_that_reach_a_limit_are_one_stretch(amounts, width, limit) -> None:
    windows = [
        {at for at, (_, day) in enumerate(amounts, start=1) if 0 <= day - first <= width}
        for first in sorted({day for _, day in amounts})
    ]
    whole = [one for one in windows if not any(one < other for other in windows)]
    stretches: list[tuple[set[int], int]] = []
    for rows in whole:
        total = sum(amounts[at - 1][0] for at in rows)
        if total < limit:
            continue
        if stretches and stretches[-1][0] & rows:
            before, most = stretches.pop()
            stretches.append((before | rows, max(most, total)))
        else:
            stretches.append((rows, total))
    one = looked_for(Total("额"), Report(Bound.AT_LEAST, number(limit)), Near("日", width))
    rows = [{"谁": "甲", "额": amount, "日": day, "件": 1} for amount, day in amounts]
    found = aggregate(one, entries(rows)).groups
    assert [(tuple(sorted(rows)), total) for rows, total in stretches] == [(g.rows, g.known) for g in found]


OF_A_SHARE = [
    {"谁": "甲", "额": part, "全": whole, "件": is_in}
    for part in (0, 1, 3, None)
    for whole in (0, 1, 3, 9, None)
    for is_in in (1, None)
    if part is None or whole is None or part <= whole
]


@pytest.mark.parametrize("bound", [Bound.AT_LEAST, Bound.LESS_THAN])
@pytest.mark.parametrize("share", [Fraction(0), Fraction(1, 3), Fraction(1)], ids=str)
def test_a_share_of_one_row_and_of_two_is_exact_whichever_cell_is_open(bound, share) -> None:
    one = looked_for(Share("额", "全"), Report(bound, number(share)))
    for row in OF_A_SHARE:
        hold(one, [row])
    some = [(1, 3), (3, 3), (1, None), (None, 0), (None, 3), (None, None)]
    few = [row for row in OF_A_SHARE if (row["额"], row["全"]) in some]
    for row, other in product([row for row in few if row["件"]], few):
        if (row["额"], other["额"]).count(None) + (row["全"], other["全"]).count(None) < 4:
            hold(one, [row, other])


def test_a_share_of_limits_that_rows_say_differently_is_open() -> None:
    one = looked_for(Share("额", "全"), Report(Bound.AT_LEAST, Limit(field="日")))
    rows = [{"谁": "甲", "额": 3, "全": 3, "日": limit, "件": 1} for limit in (0, 1)]
    assert {("甲",)} == names(one, rows, Truth.UNKNOWN)
    assert {("甲",)} == names(one, rows[:1], Truth.TRUE)
    assert {("甲",)} == names(one, [row | {"日": None} for row in rows], Truth.UNKNOWN)
