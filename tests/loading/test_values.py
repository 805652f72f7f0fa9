"""Values mean exactly what was written: nothing is bent, rounded or guessed."""

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
