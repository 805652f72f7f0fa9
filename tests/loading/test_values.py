"""Values mean exactly what was written: nothing is bent, rounded or guessed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loading.toy import TOY_RULES, case_in
from policy_engine.loading.problems import Problems
from policy_engine.loading.tree import parse
from policy_engine.loading.values import read_number, read_value
from policy_engine.model.calendar import day_number
from policy_engine.model.values import NOT_HAPPENED, UNKNOWN, Known
from policy_engine.model.vocabulary import Role

FIELDS = TOY_RULES.rule_set.vocabulary.subjects["采购事项"].fields


def read(name: str, written: str) -> Known | None:
    (node,) = parse(written, "case.yaml").documents
    return read_value(node, FIELDS[name], Problems())


def codes(name: str, written: str) -> list[str]:
    problems = Problems()
    (node,) = parse(written, "case.yaml").documents
    read_value(node, FIELDS[name], problems)
    return [d.code for d in problems.found]


@pytest.mark.parametrize(
    ("name", "written", "value"),
    [
        ("含工程", "true", True),
        ("含工程", "false", False),
        ("预算_万元", "1.10", 110),
        ("预算_万元", '"1.10"', 110),
        ("预算_万元", "9.6", 960),
        ("预算_万元", "0", 0),
        ("预算_万元", "0.10", 10),
        ("预算_万元", "90071992547409.92", 2**53),
        ("合同期限_月", "600", 600),
        ("采购标的", "工程项目", "工程"),
        ("购买内容", "1.10", "1.10"),
        ("购买内容", "0101", "0101"),
        ("购买内容", "12:30", "12:30"),
        ("购买内容", "no", "no"),
        ("购买内容", "2026-02-30", "2026-02-30"),
        ("购买内容", "1e3", "1e3"),
        ("合同签订日", "2024-02-29", day_number("2024-02-29")),
        ("合同签订日", "未发生", NOT_HAPPENED),
        ("合同要素", "[]", frozenset()),
        ("合同要素", "无", frozenset()),
        ("合同要素", "[质量, 价格]", frozenset({"价格", "质量"})),
    ],
)
def test_value_is_as_written(name: str, written: str, value: Known) -> None:
    assert value == read(name, written)
    assert type(value) is type(read(name, written))


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("0101", "PE103"), ("12:30", "PE103"), ("1_000", "PE103"), ("0x1F", "PE103"), ("1e3", "PE103"),
        (".5", "PE103"), ("5.", "PE103"), ("+5", "PE103"), ("--5", "PE103"), ("１２", "PE103"), ("²", "PE103"),
        ("٣", "PE103"), (".nan", "PE103"), ("1.005", "PE105"), ("-1", "PE104"), ("90071992547409.93", "PE104"),
    ],
)  # fmt: skip
def test_numbers_that_would_bend_are_refused(written: str, code: str) -> None:
    assert [code] == codes("预算_万元", written)


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_every_amount_survives_exactly(amount: Decimal) -> None:
    assert amount == Decimal(read_number(f"{amount:f}", 2) or 0).scaleb(-2)


@given(st.text(max_size=12), st.integers(min_value=0, max_value=4))
def test_number_reading_gives_the_number_or_nothing(text: str, scale: int) -> None:
    value = read_number(text, scale)
    assert value is None or Decimal(text).scaleb(scale) == value


@given(st.dates(date(1901, 1, 1), date(2199, 12, 31)))
def test_every_day_is_read_back(day) -> None:
    assert day.toordinal() == read("合同签订日", day.isoformat())


@given(st.dates(max_value=date(1900, 12, 31)) | st.dates(date(2200, 1, 1)))
def test_a_day_nobody_means_is_refused(day) -> None:
    assert read("合同签订日", day.isoformat()) is None


@given(st.sets(st.sampled_from(FIELDS["合同要素"].choices)))
def test_every_set_of_members_is_read(members: set[str]) -> None:
    assert frozenset(members) == read("合同要素", "[" + ", ".join(sorted(members)) + "]")


def test_unknown_with_a_reason_is_a_stated_fact() -> None:
    fact = case_in("采购事项: {含工程: {unknown: 图纸未定}}").subjects["采购事项"]["含工程"]
    assert (UNKNOWN, "图纸未定") == (fact.value, fact.reason)


def test_source_is_kept_with_the_value() -> None:
    fact = case_in("采购事项: {含工程: {value: true, source: 申报表}}").subjects["采购事项"]["含工程"]
    assert (True, "申报表") == (fact.value, fact.source)


@pytest.mark.parametrize("blank", ["", "null", "~"])
def test_blank_is_not_stated(blank: str) -> None:
    assert "含工程" not in case_in(f"采购事项: {{采购标的: 服务, 含工程: {blank}}}").subjects["采购事项"]


def test_quoted_null_is_text() -> None:
    assert case_in('采购事项: {购买内容: "null"}').subjects["采购事项"]["购买内容"].value == "null"


TYPED = {
    **FIELDS,
    "unbounded": replace(FIELDS["合同期限_月"], unit="", minimum=None, maximum=None),
    "at most five": replace(FIELDS["合同期限_月"], minimum=None, maximum=5),
    "tenths": replace(FIELDS["合同期限_月"], minimum=-5, maximum=None, scale=1),
    "planned": replace(FIELDS["合同签订日"], role=Role.PLAN),
    "with 无": replace(FIELDS["合同要素"], choices=(*FIELDS["合同要素"].choices, "无")),
}
LONG = "x" * 45
TOLD = [
    ("含工程", "是", ("PE102", "`含工程` 写了 `是`，这里只认 true 或 false", "写 true", ['true'])),
    ("含工程", "否", ("PE102", "`含工程` 写了 `否`，这里只认 true 或 false", "写 false", ['false'])),
    ("含工程", "x", ("PE101", "`含工程` 应为 true 或 false，写的是 `x`", "写 true 或 false；不清楚时写 {unknown: 原因}", [])),
    ("含工程", "待定", ("PE101", "`含工程` 应为 true 或 false，写的是 `待定`", "没有填的空着；说不清的写 {unknown: 待定}", [])),
    ("含工程", "[a]", ("PE110", "`含工程` 应为一个值，不是列表或映射", "写 true 或 false", [])),
    ("含工程", "{a: b}", ("PE110", "`含工程` 应为一个值，不是列表或映射", "写 true 或 false", [])),
    ("含工程", "不详", ("PE101", "`含工程` 应为 true 或 false，写的是 `不详`", "没有填的空着；说不清的写 {unknown: 不详}", [])),
    ("含工程", LONG, ("PE101", f"`含工程` 应为 true 或 false，写的是 `{LONG[:40]}…`", "写 true 或 false；不清楚时写 {unknown: 原因}", [])),
    ("采购标的", "工成", ("PE108", "`采购标的` 没有 `工成` 这一项", "是否为 `工程`？", ['工程'])),
    ("采购标的", "待定", ("PE108", "`采购标的` 没有 `待定` 这一项", "没有填的空着；说不清的写 {unknown: 待定}", [])),
    ("采购标的", "[a]", ("PE110", "`采购标的` 应为一个值，不是列表或映射", "可用的有 `货物`、`工程`、`服务`", [])),
    ("采购标的", LONG, ("PE108", f"`采购标的` 没有 `{LONG[:40]}…` 这一项", "可用的有 `货物`、`工程`、`服务`", [])),
    ("采购标的", "'-'", ("PE108", "`采购标的` 没有 `-` 这一项", "没有填的空着；说不清的写 {unknown: 原因}", [])),
    ("采购标的", "'#'", ("PE108", "`采购标的` 没有 `#` 这一项", "可用的有 `货物`、`工程`、`服务`", [])),
    ("采购标的", "工程#甲", ("PE108", "`采购标的` 没有 `工程#甲` 这一项", "`#` 前面加一个空格才是注释：`工程 #甲`", [])),
    ("合同期限_月", "601", ("PE104", "`合同期限_月` 超出范围：`601`", "填 0 到 600 的数字，整数，单位是月", [])),
    ("合同期限_月", "-1", ("PE104", "`合同期限_月` 超出范围：`-1`", "填 0 到 600 的数字，整数，单位是月", [])),
    ("合同期限_月", "012", ("PE103", "`合同期限_月` 应为数字，写的是 `012`", "去掉前面的 0；若是编号，应填在文字栏", [])),
    ("合同期限_月", "1.5", ("PE105", "`合同期限_月` 应为整数，写的是 `1.5`", "填 1 或者 2，单位是月；取哪一个由填报人定", [])),
    ("合同期限_月", "一年", ("PE103", "`合同期限_月` 应为数字，写的是 `一年`", "写 12，单位是月", ['12'])),
    ("合同期限_月", "13天", ("PE103", "`合同期限_月` 应为数字，写的是 `13天`", "填 0 到 600 的数字，整数，单位是月", [])),
    ("合同期限_月", "1:30", ("PE103", "`合同期限_月` 应为数字，写的是 `1:30`", "这里填数字，不填时间", [])),
    (
        "合同期限_月", "1,2",
        (
            "PE103",
            "`合同期限_月` 应为数字，写的是 `1,2`",
            "分不清逗号是小数点还是千分位；小数点写 `.`，千分位去掉。填 0 到 600 的数字，整数，单位是月",
            [],
        ),
    ),
    ("合同期限_月", "1,000", ("PE103", "`合同期限_月` 应为数字，写的是 `1,000`", "写 1000，单位是月", ['1000'])),
    ("合同期限_月", "十二", ("PE103", "`合同期限_月` 应为数字，写的是 `十二`", "写 12，单位是月", ['12'])),
    ("合同期限_月", "待定", ("PE103", "`合同期限_月` 应为数字，写的是 `待定`", "没有填的空着；说不清的写 {unknown: 待定}", [])),
    ("合同期限_月", "x", ("PE103", "`合同期限_月` 应为数字，写的是 `x`", "填 0 到 600 的数字，整数，单位是月", [])),
    ("合同期限_月", "{a: 1}", ("PE110", "`合同期限_月` 应为一个值，不是列表或映射", "填 0 到 600 的数字，整数，单位是月", [])),
    ("合同期限_月", "0.5年", ("PE103", "`合同期限_月` 应为数字，写的是 `0.5年`", "写 6，单位是月", ['6'])),
    ("合同期限_月", "1年6个月3天", ("PE103", "`合同期限_月` 应为数字，写的是 `1年6个月3天`", "填 0 到 600 的数字，整数，单位是月", [])),
    ("合同期限_月", "007.5", ("PE103", "`合同期限_月` 应为数字，写的是 `007.5`", "去掉前面的 0；若是编号，应填在文字栏", [])),
    ("合同期限_月", "-08", ("PE103", "`合同期限_月` 应为数字，写的是 `-08`", "去掉前面的 0；若是编号，应填在文字栏", [])),
    ("合同期限_月", "12#甲", ("PE103", "`合同期限_月` 应为数字，写的是 `12#甲`", "`#` 前面加一个空格才是注释：`12 #甲`", [])),
    ("合同期限_月", "１２", ("PE103", "`合同期限_月` 应为数字，写的是 `１２`", "写 12，单位是月", ['12'])),
    ("合同期限_月", "1/3", ("PE103", "`合同期限_月` 应为数字，写的是 `1/3`", "填 0 到 600 的数字，整数，单位是月", [])),
    ("合同期限_月", "半年半", ("PE103", "`合同期限_月` 应为数字，写的是 `半年半`", "填 0 到 600 的数字，整数，单位是月", [])),
    ("预算_万元", "1.234", ("PE105", "`预算_万元` 最多 2 位小数，写的是 `1.234`", "填 1.23 或者 1.24，单位是万元；取哪一个由填报人定", [])),
    ("预算_万元", "0.001", ("PE105", "`预算_万元` 最多 2 位小数，写的是 `0.001`", "填 0 或者 0.01，单位是万元；取哪一个由填报人定", [])),
    (
        "预算_万元", "12345元",
        (
            "PE105",
            "`预算_万元` 最多 2 位小数，`12345元` 合 1.2345 万元",
            "填 1.23 或者 1.24，单位是万元；取哪一个由填报人定",
            [],
        ),
    ),
    ("预算_万元", "1元", ("PE105", "`预算_万元` 最多 2 位小数，`1元` 合 0.0001 万元", "填 0 或者 0.01，单位是万元；取哪一个由填报人定", [])),
    ("预算_万元", "3千元", ("PE103", "`预算_万元` 应为数字，写的是 `3千元`", "写 0.3，单位是万元", ['0.3'])),
    ("预算_万元", "一百点五万", ("PE103", "`预算_万元` 应为数字，写的是 `一百点五万`", "写 100.5，单位是万元", ['100.5'])),
    ("预算_万元", "1e3", ("PE103", "`预算_万元` 应为数字，写的是 `1e3`", "填数字，最多 2 位小数，单位是万元", [])),
    ("预算_万元", ".5", ("PE103", "`预算_万元` 应为数字，写的是 `.5`", "填数字，最多 2 位小数，单位是万元", [])),
    ("预算_万元", "12.", ("PE103", "`预算_万元` 应为数字，写的是 `12.`", "填数字，最多 2 位小数，单位是万元", [])),
    ("unbounded", "9007199254740993", ("PE104", "`合同期限_月` 超出范围：`9007199254740993`", "填数字，整数", [])),
    ("unbounded", "-9007199254740993", ("PE104", "`合同期限_月` 超出范围：`-9007199254740993`", "填数字，整数", [])),
    ("unbounded", "1.5", ("PE105", "`合同期限_月` 应为整数，写的是 `1.5`", "填 1 或者 2；取哪一个由填报人定", [])),
    ("unbounded", "x", ("PE103", "`合同期限_月` 应为数字，写的是 `x`", "填数字，整数", [])),
    ("at most five", "6", ("PE104", "`合同期限_月` 超出范围：`6`", "填数字，整数，单位是月", [])),
    ("at most five", "5.5", ("PE105", "`合同期限_月` 应为整数，写的是 `5.5`", "填数字，整数，单位是月", [])),
    ("at most five", "x", ("PE103", "`合同期限_月` 应为数字，写的是 `x`", "填数字，整数，单位是月", [])),
    ("tenths", "-0.6", ("PE104", "`合同期限_月` 超出范围：`-0.6`", "填数字，最多 1 位小数，单位是月", [])),
    ("tenths", "-0.55", ("PE105", "`合同期限_月` 最多 1 位小数，写的是 `-0.55`", "填数字，最多 1 位小数，单位是月", [])),
    ("tenths", "7.77", ("PE105", "`合同期限_月` 最多 1 位小数，写的是 `7.77`", "填 7.7 或者 7.8，单位是月；取哪一个由填报人定", [])),
    ("tenths", "x", ("PE103", "`合同期限_月` 应为数字，写的是 `x`", "填数字，最多 1 位小数，单位是月", [])),
    ("合同签订日", "2026-13-01", ("PE107", "`合同签订日` 的日期不存在：`2026-13-01`", "检查年、月、日", [])),
    ("合同签订日", "1899-12-31", ("PE104", "`合同签订日` 超出范围：`1899-12-31`", "1901-01-01 到 2199-12-31", [])),
    ("合同签订日", "1900-01-01", ("PE104", "`合同签订日` 超出范围：`1900-01-01`", "1901-01-01 到 2199-12-31", [])),
    ("合同签订日", "2200-01-01", ("PE104", "`合同签订日` 超出范围：`2200-01-01`", "1901-01-01 到 2199-12-31", [])),
    ("合同签订日", "2026年1月2日", ("PE106", "`合同签订日` 的日期写法不对：`2026年1月2日`", "写成 2026-01-02", ['2026-01-02'])),
    ("合同签订日", "待定", ("PE106", "`合同签订日` 应为日期，写的是 `待定`", "没有填的空着；说不清的写 {unknown: 待定}", [])),
    ("合同签订日", "x", ("PE106", "`合同签订日` 应为日期，写的是 `x`", "年写四位，按年、月、日的次序，写成 2026-01-15；还没有发生写 未发生", [])),
    ("合同签订日", "[a]", ("PE110", "`合同签订日` 应为一个值，不是列表或映射", "写成 2026-01-15", [])),
    ("合同签订日", "9999-01-01", ("PE104", "`合同签订日` 超出范围：`9999-01-01`", "1901-01-01 到 2199-12-31", [])),
    ("合同签订日", "0001-01-01", ("PE104", "`合同签订日` 超出范围：`0001-01-01`", "1901-01-01 到 2199-12-31", [])),
    ("planned", "未发生", ("PE106", "`合同签订日` 应为日期，写的是 `未发生`", "年写四位，按年、月、日的次序，写成 2026-01-15", [])),
    ("planned", "x", ("PE106", "`合同签订日` 应为日期，写的是 `x`", "年写四位，按年、月、日的次序，写成 2026-01-15", [])),
    ("planned", "[a]", ("PE110", "`合同签订日` 应为一个值，不是列表或映射", "写成 2026-01-15", [])),
    ("合同要素", "价格", ("PE109", "`合同要素` 应为列表", "写成 [价格]；没有写 []", [])),
    ("合同要素", "[价格, 价格]", ("PE111", "`合同要素` 有重复的项", "每项写一次", [])),
    ("合同要素", "[味道]", ("PE108", "`合同要素` 没有 `味道` 这一项", "可用的有 `价格`、`期限`、`质量`", [])),
    ("合同要素", "[[a]]", ("PE110", "`合同要素` 的每一项应为一个词", "可用的有 `价格`、`期限`、`质量`", [])),
    ("合同要素", "{a: b}", ("PE109", "`合同要素` 应为列表", "写成 [甲, 乙]；没有写 []", [])),
    ("合同要素", "价格、期限", ("PE109", "`合同要素` 应为列表", "写成 [价格, 期限]；没有写 []", [])),
    ("合同要素", "价格、味道", ("PE109", "`合同要素` 应为列表", "没有 `味道` 这一项，可用的有 `价格`、`期限`、`质量`", [])),
    ("合同要素", "［价格］", ("PE012", "`合同要素` 应为列表", "全角 `［` 改为半角 `[`、全角 `］` 改为半角 `]`", [])),
    ("合同要素", "待定", ("PE109", "`合同要素` 应为列表", "没有填的空着；说不清的写 {unknown: 待定}", [])),
    ("合同要素", "价格，期限 质量", ("PE109", "`合同要素` 应为列表", "写成 [价格, 期限, 质量]；没有写 []", [])),
    ("with 无", "无", ("PE109", "`合同要素` 应为列表", "写成 [无]；没有写 []", [])),
    ("购买内容", "[a]", ("PE110", "`购买内容` 应为一个值，不是列表或映射", "写成一个词或一句话", [])),
    ("购买内容", "{a: b}", ("PE110", "`购买内容` 应为一个值，不是列表或映射", "写成一个词或一句话", [])),
]  # fmt: skip


def told(name: str, written: str) -> list[tuple[str, str, str, list[str]]]:
    problems = Problems()
    (node,) = parse(written, "case.yaml").documents
    read_value(node, TYPED[name], problems)
    return [
        (d.code, d.message, d.help, [e.text for fix in d.fixes for e in fix.edits]) for d in problems.found
    ]


@pytest.mark.parametrize(("name", "written", "expected"), TOLD)
def test_what_cannot_be_typed_is_told_with_its_mend(name, written, expected) -> None:
    assert [expected] == told(name, written)


def test_each_member_that_is_none_is_told() -> None:
    assert ["PE108", "PE110"] == [code for code, *_ in told("合同要素", "[价格, 味道, [价格]]")]


@pytest.mark.parametrize(
    ("name", "written", "value"),
    [
        ("合同期限_月", "0", 0),
        ("合同期限_月", "12.0", 12),
        ("unbounded", str(2**53), 2**53),
        ("unbounded", str(-(2**53)), -(2**53)),
        ("at most five", "5", 5),
        ("at most five", "-3", -3),
        ("tenths", "-0.5", -5),
        ("合同签订日", "1901-01-01", day_number("1901-01-01")),
        ("合同签订日", "2199-12-31", day_number("2199-12-31")),
        ("with 无", "[无]", frozenset({"无"})),
    ],
)
def test_a_value_at_the_limit_is_typed(name, written, value) -> None:
    (node,) = parse(written, "case.yaml").documents
    assert value == read_value(node, TYPED[name], Problems())


@pytest.mark.parametrize(
    ("name", "written", "is_sure"),
    [
        ("合同期限_月", "一年", True),
        ("含工程", "是", True),
        ("合同签订日", "2026年1月2日", True),
        ("采购标的", "工成", False),
    ],
)
def test_what_can_mean_one_thing_is_surely_mended(name, written, is_sure) -> None:
    problems = Problems()
    (node,) = parse(written, "case.yaml").documents
    read_value(node, TYPED[name], problems)
    assert [is_sure] == [fix.is_sure for one in problems.found for fix in one.fixes]
