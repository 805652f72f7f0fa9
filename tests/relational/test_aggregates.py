"""What is looked for in whole lists comes out of a database as it does here: the same groups, bounds and rows, whatever is open."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import exp

import as_shipped
from effort import examples
from policy_engine.evaluation.aggregating import aggregate
from policy_engine.evaluation.groups import Group, part_words
from policy_engine.evaluation.measuring import Entry
from policy_engine.foundation.diagnostics import DiagnosticsError
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
    Near,
    Report,
    Rows,
    Share,
    Total,
)
from policy_engine.model.calendar import day_number, iso
from policy_engine.model.conditions import All, Bound, Compare, Equals, Not, Ratio
from policy_engine.model.values import NOT_HAPPENED, NOT_HAPPENED_WORD
from policy_engine.model.vocabulary import DayPart, Field, FieldType, Role, Subject
from policy_engine.relational import DIALECTS
from policy_engine.relational.looking import AggregatePlan, plan_aggregates, unsayable_aggregates
from policy_engine.relational.plan import Plan
from policy_engine.usecases.aggregating import aggregates_of, entries_of
from relational.databases import LOCAL, Database

SPAN = file_span("试")
DAYS = tuple(
    day
    for text in "2023-12-31 2024-01-15 2024-02-28 2024-02-29 2024-03-01 2024-03-06 2025-01-30".split()
    if (day := day_number(text)) is not None
)
TODAY = day_number("2024-03-06") or 0


def new_field(name: str, kind: FieldType, **more) -> Field:
    return Field(
        name=name, subject="试", title=name, description="", type=kind, role=Role.NOTE, span=SPAN, **more
    )


FIELDS = {
    known.name: known
    for known in (
        new_field("谁", FieldType.TEXT),
        new_field("是", FieldType.BOOLEAN),
        new_field("额", FieldType.NUMBER, minimum=0, scale=1),
        new_field("差", FieldType.NUMBER),
        new_field("全", FieldType.NUMBER, minimum=0, scale=1),
        new_field("日", FieldType.DATE),
        new_field("选", FieldType.CHOICE, choices=("大", "小")),
        new_field("标", FieldType.LIST, choices=("红", "黄")),
    )
}
OWN = (
    new_field("专家", FieldType.LIST),
    new_field("那天", FieldType.DATE),
    new_field("限", FieldType.NUMBER, minimum=0, scale=1),
)
SUBJECT = Subject(
    name="试", description="", file="", gives_findings=False, fields=MappingProxyType(FIELDS), span=SPAN
)
ALL = {**FIELDS, **{known.name: known for known in OWN}}
CONDITIONS = (
    Equals("是", True, SPAN),
    Equals("选", "大", SPAN),
    Compare("差", Bound.AT_LEAST, 1, SPAN),
    Compare("日", Bound.MORE_THAN, DAYS[2], SPAN),
    Not(Equals("日", NOT_HAPPENED, SPAN), SPAN),
    All((Equals("是", True, SPAN), Not(Equals("选", "小", SPAN), SPAN)), SPAN),
)
ARTICLES = {"law.a": "第一条", "law.b": "第一条", "law.c": "第二条"}
KEYS = (
    *(
        ByField(name, name, ALL[name].type is FieldType.DATE, ALL[name].scale)
        for name in ("谁", "是", "差", "选")
    ),
    *(ByField(name, name, ALL[name].type is FieldType.DATE) for name in ("标", "专家", "那天")),
    ByPart("年", "日", DayPart.YEAR, every=False),
    ByPart("每年", "日", DayPart.YEAR, every=True),
    ByPart("每月", "那天", DayPart.MONTH, every=True),
    ByPart("月", "日", DayPart.MONTH, every=False),
    ByAge("时长", "日", (5, 30)),
    ByTable("类别", ((CONDITIONS[0], "甲"), (CONDITIONS[2], "乙")), "其余"),
    ByDecision("结论", Decided.VERDICT),
    ByDecision("依据", Decided.GROUNDS),
)
MORE, LESS = (Bound.AT_LEAST, Bound.MORE_THAN), (Bound.LESS_THAN, Bound.AT_MOST)
CELLS: Mapping[str, tuple] = {
    "谁": ("甲", "乙"),
    "是": (True, False),
    "额": (0, 1, 5, 12),
    "差": (-3, 0, 1, 4),
    "全": (0, 5, 12, 40),
    "日": (*DAYS, NOT_HAPPENED),
    "选": ("大", "小"),
    "标": (frozenset(), frozenset(("红",)), frozenset(("红", "黄"))),
    "专家": (frozenset(), frozenset(("张",)), frozenset(("张", "李", "王五"))),
    "那天": (*DAYS[1:6], NOT_HAPPENED),
    "限": (0, 5, 10),
}


@st.composite
def limits(draw, values) -> Limit:
    number = st.sampled_from(values).map(Fraction)
    match draw(st.sampled_from(("one", "by day"))):
        case "one":
            return Limit(((None, None, draw(number)),))
        case _:
            middle = draw(st.sampled_from((TODAY - 1, TODAY)))
            return Limit(
                (
                    (None, middle - 1, draw(number)),
                    (middle, draw(st.sampled_from((None, TODAY))), draw(number)),
                )
            )


MEASURES = (
    Rows(),
    Total("额"),
    Total("差"),
    Total("额", below_limit=True),
    Distinct("谁"),
    Distinct("差"),
    Distinct("日"),
    Share("额", "全"),
)
# What each sort of aggregate is drawn from: keys, measures, days. Rare ones are drawn by themselves as well.
SORTS = {
    "any": (KEYS, MEASURES, (None, Near("日", 5), Near("那天", 45))),
    "near": (KEYS[:1], (Rows(), Total("额"), MEASURES[3]), (Near("日", 5),)),
    "share": (KEYS[:2], (Share("额", "全"),), (None,)),
    "table": ((KEYS[0], KEYS[12]), MEASURES[:3], (None,)),
}


@st.composite
def looked_for(draw, sort: str = "any") -> Aggregate:
    of_keys, measures, nears = SORTS[sort]
    least = 0 if sort == "any" else 1
    drawn = st.lists(st.sampled_from(of_keys), min_size=least, max_size=3, unique_by=lambda key: key.title)
    keys = tuple(draw(drawn))
    measure, near = draw(st.sampled_from(measures)), draw(st.sampled_from(nears))
    is_near = near is not None and (
        isinstance(measure, Rows) or measure in (Total("额"), Total("额", below_limit=True))
    )
    bounds = MORE if is_near or getattr(measure, "below_limit", False) else (*MORE, *LESS)
    limit: st.SearchStrategy[Limit] = limits((0, 1, 2, 3, 10))
    if isinstance(measure, Share):
        bounds = (Bound.AT_LEAST, Bound.LESS_THAN)
        limit = limits((0, Fraction(3, 10), Fraction(1, 4), 1))
    elif isinstance(measure, Total) and measure.field == "额":
        limit = st.one_of(limit, st.just(Limit(field="限")))
    report = st.builds(Report, st.sampled_from(bounds), limit, st.integers(0, 3))
    needs_report = is_near or getattr(measure, "below_limit", False)
    return Aggregate(
        id="x",
        title="查",
        subject=SUBJECT,
        columns=OWN,
        keys=keys,
        measure=measure,
        where=draw(st.sampled_from((None, None, *CONDITIONS))),
        report=draw(report if needs_report else st.one_of(st.none(), report)),
        near=near if is_near else None,
        span=SPAN,
    )


@st.composite
def entries(draw) -> list[Entry]:
    row = st.fixed_dictionaries({name: st.sampled_from((*cells, None)) for name, cells in CELLS.items()})
    said = st.sampled_from(
        (("", ()), ("可以", ("第一条",)), ("须整改", ("第一条", "第二条")), ("未涵盖", ()))
    )
    drawn = draw(
        st.lists(st.tuples(row, st.sampled_from((TODAY, TODAY, TODAY - 1)), said), min_size=1, max_size=8)
    )
    return [
        Entry(
            number=at,
            as_of=as_of,
            values=MappingProxyType({name: value for name, value in told.items() if value is not None}),
            verdict=verdict,
            grounds=grounds,
        )
        for at, (told, as_of, (verdict, grounds)) in enumerate(drawn, start=1)
    ]


def cell(name: str, entry: Entry, fields: Mapping[str, Field], database: str):
    if name == "@row":
        return str(entry.number)
    if name == "@as_of":
        return iso(entry.as_of)
    value = entry.values.get(name)
    match fields[name].type:
        case _ if value is None:
            return None
        case FieldType.DATE:
            return NOT_HAPPENED_WORD if value == NOT_HAPPENED else iso(value)
        case FieldType.LIST:
            return ";".join(sorted(value))
        case FieldType.NUMBER:
            exact = Decimal(value).scaleb(-fields[name].scale)
            return float(exact) if database == "sqlite" else exact
        case _:
            return value


def made(database: Database, name: str, columns: list[tuple[str, str]], rows: list[tuple]) -> None:
    table = exp.to_identifier(name, quoted=True).sql(dialect=database.name)
    kinds = [
        exp.ColumnDef(this=exp.to_identifier(one, quoted=True), kind=exp.DataType.build(kind))
        for one, kind in columns
    ]
    database.execute(f"DROP TABLE IF EXISTS {table}")
    schema = exp.Schema(this=exp.Table(this=exp.to_identifier(name, quoted=True)), expressions=kinds)
    database.execute(exp.Create(this=schema, kind="TABLE").sql(dialect=database.name))
    marks = ", ".join(["?" if database.name != "postgres" else "%s"] * len(columns))
    database.fill(f"INSERT INTO {table} VALUES ({marks})", rows)


def planned(one: Aggregate, dialect: str) -> AggregatePlan:
    base = Plan(
        dialect=DIALECTS[dialect],
        table="一览",
        inputs=(),
        query=exp.select(),
        statuses={},
        truths={},
        numbers={},
        rivals={},
    )
    (plan,) = plan_aggregates(base, [one], ARTICLES, part_words, "已审")
    return plan


def asked(database: Database, plan: AggregatePlan, listed: list[Entry]) -> tuple[Counter, Counter]:
    rules = {"第一条": "law.b", "第二条": "law.c"}
    made(
        database,
        "一览",
        [(name, one.type) for name, one in plan.inputs],
        [
            tuple(cell(one.what, entry, plan.aggregate.fields, database.name) for _, one in plan.inputs)
            for entry in listed
        ],
    )
    made(
        database,
        "已审",
        [("@row", "TEXT"), ("@verdict", "TEXT"), ("@grounds", "TEXT")],
        [
            (
                str(entry.number),
                entry.verdict or None,
                ";".join(("law.a", *(rules[word] for word in entry.grounds)) if entry.grounds else ())
                if entry.verdict
                else None,
            )
            for entry in listed
        ],
    )
    return tuple(
        Counter(
            tuple(
                sorted(
                    (name, plain(value))
                    for name, value in of_share(dict(zip(names, row, strict=True))).items()
                )
            )
            for row in found
        )
        for names, found in (
            database.select(query.sql(dialect=database.name)) for query in (plan.groups, plan.rows)
        )
    )


def of_share(told: dict[str, object]) -> dict[str, object]:
    """Write what is known of a share as one number; SQL gives both sides of it."""
    if "@of" not in told:
        return told
    part, of = (int(told.pop(name)) for name in ("@part", "@of"))
    return {**told, "@known": Fraction(part, of) if of else 0}


def plain(value: object) -> object:
    return int(value) if isinstance(value, bool | int | float | Decimal) else value


def expected(one: Aggregate, listed: list[Entry]) -> tuple[Counter, Counter]:
    groups, rows = Counter(), Counter()
    for group in aggregate(one, listed).groups:
        called = {key.title: said(key, part) for key, part in zip(one.keys, group.key, strict=True)}
        days = {}
        if one.near is not None:
            ends = group.days or (None, None)
            days = {name: day and iso(day) for name, day in zip(("@first", "@last"), ends, strict=True)}
        told = {**called, **days, **shown(one, group)}
        groups[tuple(sorted((name, plain(value)) for name, value in told.items()))] += 1
        for numbers, is_sure in ((group.rows, 1), (group.others, 0)):
            for row in numbers:
                there = {**called, **days, "@row": str(row), "@sure": is_sure}
                rows[tuple(sorted((name, plain(value)) for name, value in there.items()))] += 1
    return groups, rows


def shown(one: Aggregate, group: Group) -> dict[str, object]:
    state = "列出" if one.report is None else {Truth.TRUE: "查出", Truth.UNKNOWN: "可能"}[group.state]
    limit = group.limit
    if isinstance(one.measure, Share):
        return {
            "@state": state,
            "@known": group.known,
            "@settled": group.measured.is_settled,
            "@limit": str(limit) if limit is not None else None,
        }
    return {
        "@state": state,
        "@low": group.measured.low,
        "@high": group.measured.high,
        "@known": group.known,
        "@limit": limit,
    }


def said(key, part) -> object:
    match key:
        case ByPart(part=DayPart.MONTH):
            return part // 12 * 100 + part % 12 + 1
        case ByPart():
            return part
        case ByField(is_day=False):
            return part
        case _:
            return part_words(key, part)


@pytest.fixture(params=LOCAL)
def database(request):
    with LOCAL[request.param]() as opened:
        yield opened


@pytest.mark.parametrize("sort", SORTS)
def test_sql_finds_in_a_table_what_is_found_in_a_list(database: Database, sort: str):
    find_alike(database, examples(150 if sort == "any" else 50), sort)


def find_alike(database: Database, most: int, sort: str = "any") -> None:
    """Draw so many aggregates, each with a list."""

    @settings(max_examples=most, suppress_health_check=list(HealthCheck))
    @given(looked_for(sort), entries())
    def agree(one, listed):
        assert expected(one, listed) == asked(database, planned(one, database.name), listed)

    agree()


def reads_of(query: exp.Query) -> int:
    """Count how often a query reads its table where each step is written into all that read it."""
    steps = {one.alias: one.this for one in query.ctes}
    last = query.copy()
    last.set("with_", None)

    @cache
    def of_relation(name: str) -> int:
        return of_part(steps[name]) if name in steps else int(name == "一览")

    def of_part(part: exp.Query) -> int:
        return sum(of_relation(table.name) for table in part.find_all(exp.Table))

    return of_part(last)


def test_a_database_that_repeats_steps_reads_a_table_few_times():
    # Spark writes each step into all that read it: it took minutes over days near one another, which read 424 times.
    shipped = aggregates_of(as_shipped.sources(), as_shipped.compiled().rule_set)
    assert any(one.near for one in shipped)
    for one in shipped:
        plan = planned(one, "spark")
        most = (9, 18) if one.near is not None else (6, 12)
        assert all(reads_of(q) <= n for q, n in zip((plan.groups, plan.rows), most, strict=True)), one.id


def listed_as(*rows: Mapping[str, object]) -> list[Entry]:
    return [
        Entry(number=at, as_of=TODAY, values=MappingProxyType({"谁": "甲", "是": True, **row}))
        for at, row in enumerate(rows, start=1)
    ]


def at_least(value: int | Fraction) -> Report:
    return Report(Bound.AT_LEAST, Limit(((None, None, Fraction(value)),)))


# What drawn lists seldom hold: how each comes out elsewhere is what it must be here.
SELDOM = {
    "stretches that share a day": (
        {"near": Near("日", 5), "report": at_least(2)},
        [{"额": 1, "日": DAYS[at]} for at in (2, 4, 5)],
    ),
    "a part whose whole nobody told": (
        {"measure": Share("额", "全"), "report": at_least(Fraction(1, 4))},
        [{"额": 5, "全": 5}, {"额": 1}],
    ),
    "a whole that nobody told, where the share is none": (
        {"measure": Share("额", "全"), "report": at_least(0)},
        [{"额": 1}],
    ),
    "a row of a table below one that holds": (
        {"keys": (KEYS[12],), "where": None, "report": None},
        [{"额": 1, "差": 4}, {"额": 1, "是": False}],
    ),
}


@pytest.mark.parametrize("opened", LOCAL.values(), ids=LOCAL)
@pytest.mark.parametrize("seldom", SELDOM)
def test_sql_finds_what_drawn_lists_seldom_hold(opened, seldom):
    change, rows = SELDOM[seldom]
    with opened() as database:
        one, listed = replace(TOTAL, **change), listed_as(*rows)
        found = expected(one, listed)
        assert found[0]
        assert found == asked(database, planned(one, database.name), listed)


@pytest.mark.parametrize("opened", LOCAL.values(), ids=LOCAL)
def test_sql_finds_in_the_examples_of_what_is_shipped_what_they_say(opened):
    shipped = aggregates_of(as_shipped.sources(), as_shipped.compiled().rule_set)
    assert any(one.near for one in shipped)
    with opened() as database:
        for one in shipped:
            plan = planned(one, database.name)
            for sample in one.examples:
                listed = entries_of(one, sample)
                assert expected(one, listed) == asked(database, plan, listed), (one.id, sample.name)


def ask_of(database: Database, one: Aggregate, rows: list[Mapping[str, object]]) -> list[tuple]:
    """Ask of cells as they are written, and give the states and what is measured."""
    plan = planned(one, database.name)
    fresh = [{"@row": str(at), "@as_of": "2024-03-06", **row} for at, row in enumerate(rows, start=1)]
    columns = [(name, inp.type) for name, inp in plan.inputs]
    made(database, "一览", columns, [tuple(row.get(name) for name, _ in columns) for row in fresh])
    names, found = database.select(plan.groups.sql(dialect=database.name))
    at = [names.index(name) for name in ("@state", "@low", "@high", "@known")]
    return [tuple(plain(row[place]) for place in at) for row in found]


TOTAL = Aggregate(
    id="x",
    title="查",
    subject=SUBJECT,
    columns=OWN,
    keys=(ByField("谁", "谁"),),
    measure=Total("额"),
    where=CONDITIONS[0],
    report=Report(Bound.AT_LEAST, Limit(((None, None, Fraction(20)),))),
    span=SPAN,
)


@pytest.mark.parametrize("opened", LOCAL.values(), ids=LOCAL)
def test_a_cell_that_can_not_be_read_says_nothing(opened):
    sure = {"谁": "甲", "是": True, "额": 2}
    near = replace(TOTAL, near=Near("日", 5))
    with opened() as database:
        assert [("查出", 20, 20, 20)] == ask_of(database, TOTAL, [sure])
        for bad in (Decimal(-1) if database.name != "sqlite" else -1, None):
            assert [("可能", 0, None, 0)] == ask_of(database, TOTAL, [{**sure, "额": bad}])
        for blank in (None, ""):
            assert [] == ask_of(database, TOTAL, [{**sure, "谁": blank}])
        for bad in ("2024-02-30", "三月", None):
            rows = [{**sure, "额": 1, "日": "2024-03-01"}, {**sure, "额": 1, "日": bad}]
            assert [("可能", 10, 20, 10)] == ask_of(database, near, rows)
        assert [] == ask_of(database, near, [{**sure, "日": NOT_HAPPENED_WORD}])


@pytest.mark.parametrize("opened", LOCAL.values(), ids=LOCAL)
def test_a_member_named_twice_is_in_one_group_once(opened):
    one = replace(TOTAL, keys=(ByField("专家", "专家"),), where=None, report=None)
    with opened() as database:
        found = ask_of(database, one, [{"专家": "张;李;张", "额": 2}, {"专家": "", "额": 2}])
    assert [("列出", 20, 20, 20)] * 2 == found


def fails(*aggregates: Aggregate) -> list[str]:
    return [one.message for one in unsayable_aggregates(aggregates)]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"where": Ratio("额", "全", Bound.AT_LEAST, Fraction(1, 10_007), SPAN)}, "1/10007"),
        ({"where": Ratio("日", "那天", Bound.AT_LEAST, Fraction(2), SPAN)}, "算不准"),
        ({"report": Report(Bound.AT_LEAST, Limit(((None, None, Fraction(1, 2)),)))}, "还细"),
        ({"measure": Share("额", "全"), "report": Report(Bound.AT_LEAST, Limit(field="限"))}, "自己的界限"),
        (
            {
                "measure": Share("额", "全"),
                "report": Report(Bound.LESS_THAN, Limit(((None, None, Fraction(1, 10_007)),))),
            },
            "算不准",
        ),
    ],
)
def test_what_can_not_be_said_exactly_is_refused_at_its_place(change, says):
    span = replace(SPAN, line=7)
    with pytest.raises(DiagnosticsError) as told:
        planned(replace(TOTAL, **{"span": span, **change}), "duckdb")
    (one,) = told.value.diagnostics
    assert ("PE561", span, True, True) == (one.code, one.span, says in one.message, "`x`" in one.message)


def test_a_column_that_two_aggregates_read_differently_is_refused():
    other = replace(TOTAL, columns=(new_field("那天", FieldType.TEXT),), keys=(ByField("那天", "那天"),))
    one = replace(TOTAL, keys=(ByPart("年", "那天", DayPart.YEAR, every=False),))
    assert [] == fails(one, replace(one, id="y"))
    other = replace(other, columns=(new_field("那天", FieldType.NUMBER),))
    (found,) = fails(one, other)
    assert "`那天`" in found
