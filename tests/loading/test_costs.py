"""Cost comparisons are exact, and what was not stated is never taken as nothing."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from loading.told import told_of
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.costs import load_costs
from policy_engine.loading.files import SourceText, read_source
from policy_engine.loading.problems import Problems
from policy_engine.loading.vocabulary import load_form
from policy_engine.model.costs import CostComparison, decimal_words
from policy_engine.reporting.cost_page import cost_json, cost_page
from policy_engine.reporting.page import as_text
from policy_engine.usecases import shipped_rules

FORM = load_form(read_source(shipped_rules().schemas / "cost.schema.json"), Problems())
MONEY = st.decimals(min_value=0, max_value=10**6, places=4).map(lambda d: f"{d:f}")
PERFORM = ("设备费_万元", "其他费用_万元")
BUY = ("服务费_万元", "监督管理费_万元")


def compared(text: str) -> CostComparison:
    (found,) = load_costs(SourceText("成本.yaml", text), FORM)
    return found


@given(
    st.none() | st.tuples(st.integers(0, 1000), MONEY),
    st.tuples(*[st.none() | MONEY] * 2),
    st.tuples(*[st.none() | MONEY] * 2),
)
def test_totals_are_the_exact_sums_of_what_was_stated(wages, perform, buy):
    assume(wages or any(perform) or any(buy))
    lines = [f"增配人员_人: {wages[0]}\n人员年支出_万元: {wages[1]}"] if wages else ["比较说明: 例"]
    lines += [f"{k}: {v}" for k, v in (*zip(PERFORM, perform, strict=True), *zip(BUY, buy, strict=True)) if v]
    found = compared("\n".join(lines))
    own = [Fraction(v) for v in perform if v] + ([wages[0] * Fraction(wages[1])] if wages else [])
    bought = [Fraction(v) for v in buy if v]
    assert (sum(own) if own else None) == found.perform.total
    assert (sum(bought) if bought else None) == found.buy.total
    assert ((sum(own) - sum(bought)) if own and bought else None) == found.saving
    assert len([1 for v in (wages, *perform, *buy) if not v]) == len(
        found.perform.missing + found.buy.missing
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "PE008"),
        ("{}", "PE008"),
        ("比较说明: 例", "PE008"),
        ("服务费: 32", "PE501"),
        ("服务费：_万元: 1", "PE012"),
        ("服务费_万元: 三十几", "PE103"),
        ("服务费_万元: -1", "PE104"),
        ("服务费_万元: 0.00001", "PE105"),
        ("服务对象_家: 0", "PE104"),
        ("服务费_万元: [1]", "PE110"),
        ("- 1", "PE009"),
    ],
)
def test_bad_input_is_told(text, code):
    with pytest.raises(DiagnosticsError) as raised:
        load_costs(SourceText("成本.yaml", text), FORM)
    assert code in [d.code for d in raised.value.diagnostics]


def test_an_explicit_unknown_is_left_out_and_named():
    found = compared("服务费_万元: {unknown: 未定}\n设备费_万元: 1")
    assert found.saving is None
    assert "服务费" in found.buy.missing
    assert "不能比较：购买服务" in as_text(cost_page(found))
    assert cost_json(found)["buy"]["total"] is None


def test_performing_that_costs_nothing_has_no_share():
    found = compared("设备费_万元: 0\n服务费_万元: 1")
    assert (-1, None) == (found.saving, found.share)
    assert "多支出 1.00万元。" in cost_page(found).headline


def test_equal_costs_are_said_to_be_equal():
    assert "相同" in cost_page(compared("设备费_万元: 1\n服务费_万元: 1")).headline


def test_amounts_are_rounded_half_up_and_shown_exact_as_data():
    assert "0.13" == decimal_words(Fraction(1, 8), 2)
    assert "-0.12" == decimal_words(Fraction(-1, 8), 2)
    assert "0.125" == decimal_words(Fraction(1, 8))


def test_several_comparisons_may_stand_in_one_file():
    assert 2 == len(load_costs(SourceText("成本.yaml", "服务费_万元: 1\n---\n服务费_万元: 2\n"), FORM))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("PE008", "", "成本比较文件是空的", "用 policy-engine cost --new 生成一份空白表")]),
        ("---\n", [("PE009", "", "成本比较应为“键: 值”的映射", "逐行写成 `键: 值`")]),
        ("{}", [("PE008", "{}", "成本比较里一个数也没有填", "填上两边的支出；policy-engine cost --new 输出一份空白表")]),
        ("比较说明: 例", [
            ("PE008", "比较说明: 例", "成本比较里一个数也没有填", "填上两边的支出；policy-engine cost --new 输出一份空白表"),
        ]),
        ("服务费: 32\n比较说明: 例", [("PE501", "服务费", "成本比较没有 `服务费`", "是否为 `服务费_万元`？")]),
        ("服务费：_万元: 1", [
            ("PE012", "服务费：_万元", "成本比较没有 `服务费：_万元`", "全角 `：` 改为半角 `:`，冒号后加一个空格"),
        ]),
        ("服务费_万元: 三十几", [
            ("PE103", "三十几", "`服务费_万元` 应为数字，写的是 `三十几`", "填数字，最多 4 位小数，单位是万元"),
        ]),
        ("服务费_万元: -1\n设备费_万元: 大概", [
            ("PE104", "-1", "`服务费_万元` 超出范围：`-1`", "填数字，最多 4 位小数，单位是万元"),
            ("PE103", "大概", "`设备费_万元` 应为数字，写的是 `大概`", "填数字，最多 4 位小数，单位是万元"),
        ]),
        ("服务对象_家: 0", [("PE104", "0", "`服务对象_家` 超出范围：`0`", "填 1 到 100000000 的数字，整数，单位是家")]),
        ("服务费_万元: [1]", [
            ("PE110", "[1]", "`服务费_万元` 应为一个值，不是列表或映射", "填数字，最多 4 位小数，单位是万元"),
        ]),
        ("- 1", [("PE009", "- 1", "成本比较应为“键: 值”的映射", "逐行写成 `键: 值`")]),
        ("服务费_万元: 1\n---\n- 2\n", [("PE009", "- 2", "成本比较应为“键: 值”的映射", "逐行写成 `键: 值`")]),
        ("$schema: x\n服务费_万元: 1", []),
        ("服务费_万元: 1\n服务费_万元: 2\n", [
            ("PE007", "服务费_万元", "键 `服务费_万元` 重复，第 1 行已有", "删去一个，或改成别的键"),
        ]),
        ("服务费_万元: {unknown: 未定}", []),
        ("比较说明: 例\n服务费_万元: ", [
            ("PE008", "比较说明: 例 … 服务费_万元:", "成本比较里一个数也没有填", "填上两边的支出；policy-engine cost --new 输出一份空白表"),
        ]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_form_is_told_in_these_words(text, expected):
    found = ()
    try:
        load_costs(SourceText("成本.yaml", text), FORM)
    except DiagnosticsError as error:
        found = error.diagnostics
    assert expected == told_of(found, text)


def test_a_form_is_worked_out_item_by_item_and_named():
    found = compared(
        "比较说明: 例\n增配人员_人: 3\n人员年支出_万元: 十二点五\n设备费_万元: 1.5\n其他费用_万元: 0\n"
        "服务费_万元: 30\n监督管理费_万元: 2\n服务对象_家: 20\n"
    )
    assert ("例", 20, "自行承担", "购买服务") == (
        found.name,
        found.served,
        found.perform.name,
        found.buy.name,
    )
    assert [("人员支出", Fraction(75, 2)), ("设备费", Fraction(3, 2)), ("其他费用", 0)] == [
        (one.title.partition("（")[0], one.amount) for one in found.perform.items
    ]
    assert "3人 × 12.5万元" == found.perform.items[0].working
    assert [30, 2] == [one.amount for one in found.buy.items]
    assert 1 == len(found.readings)
    assert "12.5" in found.readings[0]
    for text in ("增配人员_人: 3", "人员年支出_万元: 2\n比较说明: {unknown: 未定}"):
        found = compared(text)
        assert ("", None, None) == (found.name, found.served, found.perform.items[0].amount)
