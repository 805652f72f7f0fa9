"""What is written of aggregates is read as written; where it is wrong, all that is told of it stands at its words."""

import dataclasses
from fractions import Fraction
from types import MappingProxyType

import pytest

import as_shipped
from loading.test_aggregates import GOOD, problems, sources
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.aggregate_cells import read_cell
from policy_engine.loading.aggregates import load_aggregates
from policy_engine.loading.files import SourceText
from policy_engine.loading.problems import Problems
from policy_engine.loading.registers import load_parameters
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
from policy_engine.model.calendar import day_number
from policy_engine.model.conditions import Bound
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import DayPart, FieldType, Role
from policy_engine.usecases.aggregating import aggregates_of

BY = "by: [采购人]"
COLUMN = "- {name: 采购人}"
MEASURE = "measure: {total: 项目金额_万元, below_limit: true}"
NEAR = "    near: {date: 采购日期, days: 90}\n"
REPORT = "report: {at_least: 200, fewest: 2}"
EXAMPLE = "      - name: 两次"
CONTRACTS = """
aggregates:
  - id: late
    title: 逾期
    subject: 服务合同
    columns:
      - {name: 承接方}
      - {name: 签订日期, type: date}
      - {name: 单价_元, type: number, unit: 元, scale: 2, heads: [单价, 每件], help: 一件多少}
      - {name: 件数, type: number}
      - {name: 批次, type: list, scale: 4}
    by: [承接方]
    measure: {total: 单价_元}
    report: {more_than: {field: 合同金额_万元}}
"""


def told(text: str) -> list[tuple[str, str, str]]:
    """List the code, the message and the very words under it of all that is wrong."""
    lines = text.splitlines()
    return [
        (
            d.code,
            d.message,
            lines[d.span.line][d.span.column : d.span.end_column if d.span.line == d.span.end_line else None],
        )
        for d in problems(text)
    ]


def read(text: str) -> Aggregate:
    (found,) = aggregates_of(sources(text), as_shipped.compiled().rule_set)
    return found


NEAR_WHAT = "`near` 只能同行数或者合计的下限一起用"
NEAR_AT = "{date: 采购日期, days: 90}"
NO_LIST = "应为列表"
NO_MAPPING = "应为“键: 值”的映射"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (COLUMN, "- 采购人", [("PE009", f"`columns` 的一项{NO_MAPPING}", "采购人"), ("PE301", "没有字段 `采购人`", "采购人")]),
        (
            COLUMN,
            "- {name: 采购人}\n      - 备注\n      - {name: 备注, sort: x}",
            [("PE009", f"`columns` 的一项{NO_MAPPING}", "备注"), ("PE010", "`columns` 的一项没有 `sort`", "sort")],
        ),
        ("  - id: split\n    title: 拆分", "  - title: 拆分", [("PE011", "缺少 `id`", "title: 拆分")]),
        (NEAR + f"    {MEASURE}\n    {REPORT}", "    measure: {total: 项目金额_万元}\n    report: {less_than: 300}", []),
        (NEAR + f"    {MEASURE}\n    {REPORT}", f"    {MEASURE}\n    report: {{less_than: 200}}", [
            ("PE343", "`below_limit` 要有 `report` 的下限", "{total: 项目金额_万元, below_limit: true}"),
        ]),
        (COLUMN, "- {name: 采购人, scale: 4}", []),
        (COLUMN, "- {name: 采购人, scale: 5}", [("PE343", "`scale` 不能是 `5`", "5")]),
        (COLUMN, "- {name: 采购人, scale: 12}", [("PE343", "`scale` 不能是 `12`", "12")]),
        (COLUMN, "- {name: 采购人, scale: x}", [("PE343", "`scale` 不能是 `x`", "x")]),
        (COLUMN, "- {name: 采购人, type: money}", [("PE013", "`type` 不能是 `money`", "money")]),
        (BY, "by: 采购人", [("PE009", f"`by`{NO_LIST}", "采购人")]),
        (
            BY,
            "by: [采购人, [采购人], 采购日]",
            [("PE009", f"`by` 的一项{NO_MAPPING}", "[采购人]"), ("PE301", "没有字段 `采购日`", "采购日")],
        ),
        (BY, "by: [{year: 采购日}]", [("PE301", "没有字段 `采购日`", "采购日")]),
        (
            BY,
            "by: [{year: 采购人, evry: true}]",
            [("PE343", "`year` 要日期字段，`采购人` 不是", "采购人"), ("PE010", "`by` 的一项没有 `evry`", "evry")],
        ),
        (BY, "by: [{month: 采购人}]", [("PE343", "`month` 要日期字段，`采购人` 不是", "采购人")]),
        (BY, "by: [{age: 采购人, bands: [30]}]", [("PE343", "`age` 要日期字段，`采购人` 不是", "采购人")]),
        *(
            (BY, f"by: [{item}]", [("PE343", "`bands` 应为由小到大的天数", item)])
            for item in (
                "{age: 采购日期}",
                "{age: 采购日期, bands: []}",
                "{age: 采购日期, bands: [30, 30]}",
                "{age: 采购日期, bands: [30, x]}",
                "{age: 采购日期, bands: [x, 30]}",
            )
        ),
        (
            BY,
            "by: [{table: 采购人}]",
            [("PE011", "缺少 `otherwise`", "{table: 采购人}"), ("PE009", f"`table`{NO_LIST}", "采购人")],
        ),
        (BY, "by: [{table: [采购人], otherwise: 甲}]", [("PE009", f"`table` 的一行{NO_MAPPING}", "采购人")]),
        (BY, "by: [{table: [{is: 甲}], otherwise: 乙}]", [("PE011", "缺少 `when`", "{is: 甲}")]),
        (
            BY,
            "by: [{table: [{when: {采购方式: 询价}}], otherwise: 乙}]",
            [("PE011", "缺少 `is`", "{when: {采购方式: 询价}}")],
        ),
        (
            BY,
            "by: [{table: [{when: {采购方式: 询价}, is: 甲, was: 丁}], otherwise: 乙}]",
            [("PE010", "`table` 的一行没有 `was`", "was")],
        ),
        (
            BY,
            "by: [{table: [{when: {采购方: 询价}, is: 甲}, {when: {采购方式: 询}, is: 甲}], otherwise: 乙}]",
            [("PE301", "没有字段 `采购方`", "采购方"), ("PE108", "`采购方式` 没有 `询` 这一项", "询")],
        ),
        (BY, "by: [{decided: 理由}]", [("PE013", "`decided` 不能是 `理由`", "理由")]),
        (BY, "by: [{field: [采购人]}]", [("PE343", "`field` 应为一个字段的名称", "[采购人]")]),
        (BY, "by: [{field: 采购者}]", [("PE301", "没有字段 `采购者`", "采购者")]),
        (MEASURE, "measure: 项目金额_万元", [("PE009", f"`measure`{NO_MAPPING}", "项目金额_万元")]),
        (MEASURE, "measure: {total: 项目金额}", [("PE301", "没有字段 `项目金额`", "项目金额")]),
        (MEASURE, "measure: {total: 项目金额_万元, below_limit: 是}", [("PE102", "`below_limit` 应为 true 或 false", "是")]),
        (MEASURE, "measure: {total: 项目金额_万元, above: 1}", [("PE010", "`measure`没有 `above`", "above")]),
        (MEASURE, "measure: {distinct: 采购单位}", [("PE301", "没有字段 `采购单位`", "采购单位")]),
        (MEASURE, "measure: {distinct: 采购人}", [("PE343", NEAR_WHAT, NEAR_AT)]),
        (MEASURE, "measure: {share: {part: 项目金额_万元, whole: 项目金额_万元}}", [("PE343", NEAR_WHAT, NEAR_AT)]),
        (MEASURE, "measure: {share: 采购人}", [("PE009", f"`share`{NO_MAPPING}", "采购人")]),
        (
            MEASURE,
            "measure: {share: {part: 采购人, whole: 采购日期, of: 1}}",
            [
                ("PE343", "`part` 要数字字段，`采购人` 不是", "采购人"),
                ("PE343", "`whole` 要数字字段，`采购日期` 不是", "采购日期"),
                ("PE010", "`share`没有 `of`", "of"),
            ],
        ),
        (NEAR_AT, "90", [("PE009", f"`near`{NO_MAPPING}", "90")]),
        ("days: 90", "days: 0", [("PE343", "`days` 不能是 `0`", "0")]),
        ("days: 90", "days: 3661", [("PE343", "`days` 不能是 `3661`", "3661")]),
        ("days: 90", "days: 90, weeks: 1", [("PE010", "`near`没有 `weeks`", "weeks")]),
        ("date: 采购日期", "date: 采购人", [("PE343", "`date` 要日期字段，`采购人` 不是", "采购人")]),
        ("date: 采购日期", "date: 采购日", [("PE301", "没有字段 `采购日`", "采购日")]),
        (REPORT, "report: 200", [("PE009", f"`report`{NO_MAPPING}", "200")]),
        *(
            (REPORT, f"report: {item}", [("PE343", "`report` 要有恰好一个界限", item)])
            for item in ("{at_least: 200, more_than: 100}", "{at_least: 200, fewest: 两}", "{fewest: 2}")
        ),
        (REPORT, "report: {at_least: 200, most: 2}", [("PE010", "`report`没有 `most`", "most")]),
        (REPORT, "report: {at_least: [200]}", [("PE009", f"界限{NO_MAPPING}", "[200]")]),
        (REPORT, "report: {at_least: {field: 采购人}}", [("PE343", "`field` 要数字字段，`采购人` 不是", "采购人")]),
        (
            REPORT,
            "report: {at_least: {feld: 采购人}}",
            [("PE309", "没有数字参数 ``", "{feld: 采购人}"), ("PE010", "界限没有 `feld`", "feld")],
        ),
        (REPORT, "report: {at_least: {parameter: [甲]}}", [("PE309", "没有数字参数 ``", "{parameter: [甲]}")]),
        (
            REPORT,
            "report: {at_least: {parameter: 高危行业}}",
            [("PE309", "没有数字参数 `高危行业`", "{parameter: 高危行业}")],
        ),
        *(
            (REPORT, f"report: {{at_least: {number}}}", [("PE343", f"界限应为数字，写的是 `{number}`", number)])
            for number in ("1234567890123", "1.", "1.0123456789")
        ),
        (REPORT, "report: {at_least: 123456789012}", [("PE344", "汇总“拆分”的例子“两次”查出的是：没有", "name: 两次")]),
        (
            REPORT,
            "report: {at_most: 200}",
            [("PE343", NEAR_WHAT, NEAR_AT), ("PE343", "`below_limit` 要有 `report` 的下限", MEASURE[9:])],
        ),
        (EXAMPLE, "      - 例\n" + EXAMPLE, [("PE009", f"例子{NO_MAPPING}", "例")]),
        (EXAMPLE, "      - nam: 两次", [("PE010", "例子没有 `nam`", "nam")]),
        ("        as_of: 2026-01-15\n", "", [("PE011", "缺少 `as_of`", "name: 两次")]),
        (
            "          - {采购人: 甲局, 采购日期: 2026-01-02,",
            "          - 甲局\n          - {采购者: 甲局, 采购日期: 2026-01-02,",
            [("PE009", f"`rows` 的一行{NO_MAPPING}", "甲局"), ("PE301", "没有字段 `采购者`", "采购者")],
        ),
        ("found: [甲局]", "found: 甲局", [("PE009", f"`found`{NO_LIST}", "甲局")]),
        ("found: [甲局]", "possible: 甲局", [("PE009", f"`possible`{NO_LIST}", "甲局")]),
        ("found: [甲局]", "found: [[甲局]]", []),
        ("where: {not: {采购方式: 公开招标}}", "where: {not: {采购方: 公开招标}}", [("PE301", "没有字段 `采购方`", "采购方")]),
        ("    title: 拆分\n", "", [("PE011", "缺少 `title`", "id: split")]),
        ("    subject: 采购事项\n", "", [("PE011", "缺少 `subject`", "id: split")]),
        ("subject: 采购事项", "subject: [采购事项]", [("PE009", "`subject` 应为一个值", "[采购事项]")]),
        ("title: 拆分", "title: 拆分\n    cite: 第一条", [("PE343", "`document` 和 `cite` 要一起写", "id: split")]),
        ("title: 拆分", "title: 拆分\n    document: 无此文\n    cite: 第一条", [("PE203", "没有文件 `无此文`", "无此文")]),
    ],
)  # fmt: skip
def test_all_that_is_told_stands_at_its_words(old, new, expected) -> None:
    assert old in GOOD
    assert expected == told(GOOD.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("{total: 单价_元}", "{total: 通知书到签订_天}", [("PE312", "界限和合计的小数位数不同", "合同金额_万元")]),
        (
            "{total: 单价_元}\n    report: {more_than: {field: 合同金额_万元}}",
            "{share: {part: 件数, whole: 单价_元}}",
            [("PE312", "比例的两个字段小数位数不同", "{part: 件数, whole: 单价_元}")],
        ),
        (
            "{more_than: {field: 合同金额_万元}}",
            "{more_than: {field: 件数, of: 1}}",
            [("PE312", "界限和合计的小数位数不同", "件数"), ("PE010", "界限没有 `of`", "of")],
        ),
        *(
            (
                "{total: 单价_元}\n    report: {more_than: {field: 合同金额_万元}}",
                f"{{share: {{part: 单价_元, whole: 合同金额_万元}}}}\n    report: {{{bound}: 0.5}}",
                expected,
            )
            for bound, expected in (
                ("at_least", []),
                ("less_than", []),
                ("more_than", [("PE343", "比例只同 at_least、less_than 比", "{more_than: 0.5}")]),
                ("at_most", [("PE343", "比例只同 at_least、less_than 比", "{at_most: 0.5}")]),
            )
        ),
        *(
            (
                "{total: 单价_元}\n    report: {more_than: {field: 合同金额_万元}}",
                f"{{total: {field}}}\n    report: {{more_than: 3}}\n    near: {{date: 签订日期, days: 3660}}",
                expected,
            )
            for field, expected in (
                ("件数", []),
                ("合同期限_月", []),
                (
                    "通知书到签订_天",
                    [("PE343", "`near` 只合计不为负的数，`通知书到签订_天` 可以为负", "{date: 签订日期, days: 3660}")],
                ),
            )
        ),
        # What may be negative is summed over whole groups.
        ("{total: 单价_元}\n    report: {more_than: {field: 合同金额_万元}}", "{total: 通知书到签订_天}\n    report: {more_than: 3}", []),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_told(old, new, expected) -> None:
    assert old in CONTRACTS
    assert expected == told(CONTRACTS.replace(old, new))


def test_a_number_that_may_be_anything_may_be_negative() -> None:
    vocabulary = as_shipped.compiled().rule_set.vocabulary
    subject = vocabulary.subjects["服务合同"]
    free = dataclasses.replace(subject.fields["合同期限_月"], minimum=None)
    other = dataclasses.replace(subject, fields=MappingProxyType({**subject.fields, free.name: free}))
    text = CONTRACTS.partition("    measure")[0] + (
        "    measure: {total: 合同期限_月}\n    report: {more_than: 3}\n    near: {date: 签订日期, days: 1}\n"
    )
    problems = Problems()
    load_aggregates(
        [SourceText("x.yaml", text)],
        dataclasses.replace(vocabulary, subjects=MappingProxyType({"服务合同": other})),
        {},
        {},
        problems,
    )
    assert ["`near` 只合计不为负的数，`合同期限_月` 可以为负"] == [d.message for d in problems.found]


def test_columns_are_fields_of_the_list() -> None:
    columns = {field.name: field for field in read(CONTRACTS).columns}
    assert list(columns) == ["承接方", "签订日期", "单价_元", "件数", "批次"]
    assert [(FieldType.TEXT, 0, None), (FieldType.DATE, 0, None), (FieldType.NUMBER, 2, 0)] == [
        (one.type, one.scale, one.minimum) for one in list(columns.values())[:3]
    ]
    assert (FieldType.LIST, 4) == (columns["批次"].type, columns["批次"].scale)
    price = columns["单价_元"]
    assert ("单价（元）", "元", "一件多少", {"单价": {}, "每件": {}}) == (
        price.title,
        price.unit,
        price.description,
        dict(price.formerly),
    )
    assert ("件数", "", "") == (columns["件数"].title, columns["件数"].unit, columns["件数"].description)
    assert {("服务合同", Role.NOTE)} == {(one.subject, one.role) for one in columns.values()}
    place = columns["承接方"].span
    assert "{name: 承接方}" == CONTRACTS.splitlines()[place.line][place.column : place.end_column]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("采购人", ByField("采购人", "采购人")),
        ("采购日期", ByField("采购日期", "采购日期", is_day=True)),
        ("项目金额_万元", ByField("项目金额", "项目金额_万元", scale=2)),
        ("{field: 采购人, title: 谁}", ByField("谁", "采购人")),
        ("{year: 采购日期}", ByPart("年", "采购日期", DayPart.YEAR, every=False)),
        ("{month: 采购日期, every: true}", ByPart("月", "采购日期", DayPart.MONTH, every=True)),
        ("{month: 采购日期, title: 哪月}", ByPart("哪月", "采购日期", DayPart.MONTH, every=False)),
        ("{age: 采购日期, bands: [30]}", ByAge("采购日期以来", "采购日期", (30,))),
        ("{age: 采购日期, bands: [0, 30, 31], title: 多久}", ByAge("多久", "采购日期", (0, 30, 31))),
        ("{decided: }", ByDecision("结论", Decided.VERDICT)),
        ("{decided: 结论}", ByDecision("结论", Decided.VERDICT)),
        ("{decided: 依据, title: 凭何}", ByDecision("凭何", Decided.GROUNDS)),
        ("{table: [], otherwise: 乙}", ByTable("类别", (), "乙")),
    ],
)
def test_groups_are_read(by, expected) -> None:
    text = GOOD.partition("    examples:")[0].replace(BY, f"by: [{by}]")
    assert (expected,) == read(text).keys


def test_a_table_is_read_row_by_row() -> None:
    rows = "{when: {采购方式: 询价}, is: 甲}, {when: {采购方式: 公开招标}, is: 丙}"
    text = GOOD.partition("    examples:")[0].replace(
        BY, f"by: [{{table: [{rows}], otherwise: 乙, title: 类}}, 采购人]"
    )
    table, other = read(text).keys
    assert isinstance(table, ByTable)
    assert ("类", ["甲", "丙"], "乙") == (table.title, [word for _, word in table.rows], table.otherwise)
    assert [["采购方式"], ["采购方式"]] == [[condition.field] for condition, _ in table.rows]
    assert ByField("采购人", "采购人") == other


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("", Rows()),
        ("measure: {total: 项目金额_万元}", Total("项目金额_万元")),
        ("measure: {total: 项目金额_万元, below_limit: true}", Total("项目金额_万元", below_limit=True)),
        ("measure: {distinct: 采购人}", Distinct("采购人")),
        ("measure: {distinct: 采购日期}", Distinct("采购日期")),
        ("measure: {share: {part: 项目金额_万元, whole: 金额}}", Share("项目金额_万元", "金额")),
    ],
)
def test_measures_are_read(measure, expected) -> None:
    text = GOOD.partition("    examples:")[0].replace(NEAR, "").replace(MEASURE, measure)
    text = text.replace(COLUMN, COLUMN + "\n      - {name: 金额, type: number, scale: 2}")
    assert expected == read(text).measure


def test_what_lists_hold_is_not_counted_as_one_value() -> None:
    text = GOOD.replace(NEAR, "").replace(MEASURE, "measure: {distinct: 批次}")
    text = text.replace(COLUMN, COLUMN + "\n      - {name: 批次, type: list}")
    assert [("PE343", "`distinct` 要另一类字段，`批次` 不是", "批次")] == told(text)


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        ("{at_least: 200, fewest: 2}", Report(Bound.AT_LEAST, Limit(((None, None, Fraction(20000)),)), 2)),
        ("{more_than: 0.5}", Report(Bound.MORE_THAN, Limit(((None, None, Fraction(50)),)))),
        ("{more_than: -0.125}", Report(Bound.MORE_THAN, Limit(((None, None, Fraction(-25, 2)),)))),
        ("{at_least: {field: 金额}}", Report(Bound.AT_LEAST, Limit(field="金额"))),
        (
            "{at_least: {parameter: 中央公开招标数额标准_万元}, fewest: 3}",
            Report(
                Bound.AT_LEAST,
                Limit(((day_number("2020-01-01"), None, Fraction(20000)),), parameter="中央公开招标数额标准_万元"),
                3,
            ),
        ),
    ],
)  # fmt: skip
def test_limits_are_read_in_the_places_of_what_is_measured(report, expected) -> None:
    text = GOOD.partition("    examples:")[0].replace(REPORT, f"report: {report}")
    text = text.replace(COLUMN, COLUMN + "\n      - {name: 金额, type: number, scale: 2}")
    assert expected == read(text).report


@pytest.mark.parametrize("days", [1, 90, 3660])
def test_the_rest_is_read(days) -> None:
    found = read(
        GOOD.replace("days: 90", f"days: {days}").replace(
            "title: 拆分",
            "title: 拆分\n    advice: 合并\n    note: 自拟\n    document: sc-procurement-2015\n    cite: 第一条",
        )
    )
    assert ("split", "拆分", "采购事项", "合并", "自拟") == (
        found.id,
        found.title,
        found.subject.name,
        found.advice,
        found.note,
    )
    assert Near("采购日期", days) == found.near
    assert found.citation is not None
    assert ("sc-procurement-2015", "第一条") == (found.citation.document.id, found.citation.locator)
    (sample,) = found.examples
    assert ("两次", day_number("2026-01-15"), (("甲局",),), ()) == (
        sample.name,
        sample.as_of,
        sample.found,
        sample.possible,
    )
    amounts = [dict(row)["项目金额_万元"] for row in sample.rows]
    assert ["150", "50"] == amounts
    plain = read(GOOD.replace("found: [甲局]", "found: [[甲局, 2026], 乙局]\n        possible: [丙局]"))
    assert ((("甲局", "2026"), ("乙局",)), (("丙局",),)) == (
        plain.examples[0].found,
        plain.examples[0].possible,
    )
    assert (None, "", "") == (plain.citation, plain.advice, plain.note)
    assert "id: split" == GOOD.splitlines()[plain.span.line][plain.span.column :]


def test_of_a_limit_that_is_no_number_nothing_else_is_told() -> None:
    rule_set, problems = as_shipped.compiled().rule_set, Problems()
    name = "中央公开招标数额标准_万元"
    known = load_parameters(as_shipped.sources().parameters, rule_set.documents, Problems())[name]
    (period,) = known.periods
    (word,) = period.texts
    strange = dataclasses.replace(period, texts=(dataclasses.replace(word, text="若干"),))
    parameters = {name: dataclasses.replace(known, periods=(period, strange))}
    text = GOOD.replace(REPORT, f"report: {{less_than: {{parameter: {name}}}}}")
    found = load_aggregates([SourceText("x.yaml", text)], rule_set.vocabulary, {}, parameters, problems)
    assert ((), ["界限应为数字，写的是 `若干`"]) == (found, [d.message for d in problems.found])


def test_what_is_wrong_is_left_out_and_the_others_are_kept() -> None:
    other = GOOD.partition("aggregates:")[2].replace("id: split", "id: other")
    both = (
        GOOD.replace("subject: 采购事项", "subject: 采购") + other + other.replace("id: other", "id: third")
    )
    with pytest.raises(DiagnosticsError) as raised:
        read(both)
    assert ["没有主题 `采购`"] == [d.message for d in raised.value.diagnostics]
    problems, rule_set = Problems(), as_shipped.compiled().rule_set
    twice = SourceText("y.yaml", "aggregates:" + other)
    found = load_aggregates([SourceText("x.yaml", both), twice], rule_set.vocabulary, {}, {}, problems)
    assert ["other", "third"] == [one.id for one in found]
    assert [("PE304", "没有主题 `采购`"), ("PE209", "汇总 `other` 重复")] == [
        (d.code, d.message) for d in problems.found
    ]
    assert ("y.yaml", "x.yaml") == (problems.found[1].span.path, found[0].span.path)


CELLS = {
    "人": (FieldType.TEXT, " 甲 局\t", ("甲局", True)),
    "无": (FieldType.TEXT, " \u3000", (UNKNOWN, True)),
    "批": (FieldType.LIST, "一、二，三,四；五;六＋七+八/九 十", (frozenset("一二三四五六七八九十"), True)),
    "空": (FieldType.LIST, "一、、", (frozenset("一"), True)),
}


@pytest.mark.parametrize(("kind", "text", "expected"), CELLS.values(), ids=CELLS)
def test_cells_are_read_as_officials_write(kind, text, expected) -> None:
    field = dataclasses.replace(read(CONTRACTS).columns[0], type=kind)
    assert expected == read_cell(text, field, field.span)


def test_a_list_with_choices_takes_nothing_else() -> None:
    subjects = as_shipped.compiled().rule_set.vocabulary.subjects
    field = next(
        one
        for subject in subjects.values()
        for one in subject.fields.values()
        if one.type is FieldType.LIST and len(one.choices) > 1
    )
    one, two, *_ = field.choices
    assert (frozenset([one, two]), True) == read_cell(f"{one}、{two}", field, field.span)
    assert (UNKNOWN, False) == read_cell(f"{one}、并非一项", field, field.span)


def test_a_cell_that_cannot_be_read_is_said_to_be_so() -> None:
    number, day = read(CONTRACTS).columns[3], read(CONTRACTS).columns[1]
    assert [(UNKNOWN, False), (7, True), (UNKNOWN, False), (UNKNOWN, True)] == [
        read_cell(text, number, number.span) for text in ("许多", "7", "-7", "")
    ]
    assert [(day_number("2026-01-02"), True), (UNKNOWN, False)] == [
        read_cell(text, day, day.span) for text in ("2026-01-02", "2026-02-30")
    ]
