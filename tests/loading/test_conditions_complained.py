"""Every condition that means nothing is complained of once, by its own code, at the words that are wrong."""

from fractions import Fraction

import pytest

from loading.test_conditions import RULE
from loading.toy import TEXTS, prepared
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.foundation.spans import file_span
from policy_engine.model.conditions import (
    All,
    Any,
    Bound,
    Compare,
    Count,
    Equals,
    InForce,
    Members,
    Membership,
    OneOf,
    Ratio,
)
from policy_engine.model.rules import Rule

HERE = file_span("rules.yaml")


def complaints(written: str) -> list[tuple[str, str]]:
    """Name the code of each complaint and the words it points at."""
    text = RULE.replace("{condition}", written)
    lines = text.splitlines()
    with pytest.raises(DiagnosticsError) as caught:
        prepared({"rules.yaml": text})
    spans = [(found.code, found.span) for found in caught.value.diagnostics]
    return [(code, lines[span.line][span.column : span.end_column]) for code, span in spans]


@pytest.mark.parametrize(
    ("written", "code", "words"),
    [
        ("含工程", "PE009", "含工程"),
        ("{}", "PE009", "{}"),
        ("{all: []}", "PE009", "[]"),
        ("{any: {含工程: true}}", "PE009", "{含工程: true}"),
        ("{not: true}", "PE009", "true"),
        ("{含工成: true}", "PE301", "含工成"),
        ("{合同要素: 价格}", "PE303", "价格"),
        ("{合同要素: {any_of: 价格}}", "PE009", "价格"),
        ("{合同要素: {any_of: []}}", "PE009", "[]"),
        ("{采购标的: []}", "PE009", "[]"),
        ("{合同要素: {at_least: 2}}", "PE303", "at_least"),
        ("{合同要素: {most: 2}}", "PE302", "most"),
        ("{合同要素: {count: 3}}", "PE009", "3"),
        ("{合同要素: {count: {}}}", "PE009", "{}"),
        ("{合同要素: {count: {least: 3}}}", "PE302", "least"),
        ("{合同要素: {count: {at_least: -1}}}", "PE103", "-1"),
        ("{合同要素: {count: {at_least: 10000}}}", "PE103", "10000"),
        ("{合同要素: {count: {at_least: 3, most: 4}}}", "PE302", "most"),
        ("{合同期限_月: {}}", "PE009", "{}"),
        ("{合同期限_月: [12, 24]}", "PE303", "[12, 24]"),
        ("{合同期限_月: {at_least: 12, before: 2024-02-29}}", "PE303", "before"),
        ("{合同期限_月: {at_least: {of: 合同签订日}}}", "PE303", "{of: 合同签订日}"),
        ("{合同期限_月: {at_least: {of: 预算_万元}}}", "PE303", "{of: 预算_万元}"),
        ("{合同签订日: {before: 未发生}}", "PE303", "未发生"),
        ("{验收日: {within_months: 3}}", "PE009", "3"),
        ("{验收日: {within_months: {of: 合同签订日, months: 0}}}", "PE303", "{of: 合同签订日, months: 0}"),
        (
            "{验收日: {within_months: {of: 合同签订日, months: 1201}}}",
            "PE303",
            "{of: 合同签订日, months: 1201}",
        ),
        ("{验收日: {within_term: {of: 合同期限_月, months: 2}}}", "PE303", "{of: 合同期限_月, months: 2}"),
        ("{differ: [合同签订日]}", "PE303", "[合同签订日]"),
        ("{differ: [合同签订日, [验收日]]}", "PE303", "[合同签订日, [验收日]]"),
        ("{differ: [合同签订日, 合同期限_月]}", "PE303", "[合同签订日, 合同期限_月]"),
        ("{differ: [合同期限_月, 预算_万元]}", "PE303", "[合同期限_月, 预算_万元]"),
        ("{differ: [合同要素, 购买内容]}", "PE303", "[合同要素, 购买内容]"),
        ("{ratio: 3}", "PE009", "3"),
        ("{ratio: {part: 合同期限_月, whole: 自动续签_月, at_least: 12345}}", "PE103", "12345"),
        ("{ratio: {part: 合同期限_月, whole: 预算_万元, at_least: 0.3}}", "PE312",
         "{part: 合同期限_月, whole: 预算_万元, at_least: 0.3}"),
        ("{合同期限_月: {at_most: {parameter: 期限下限}}}", "PE309", "期限下限"),
    ],
)  # fmt: skip
def test_a_condition_that_means_nothing_is_complained_of_once_at_the_wrong_words(written, code, words):
    assert [(code, words)] == complaints(written)


@pytest.mark.parametrize(
    ("written", "code", "words"),
    [
        ("{合同期限_月: {at_least: {of: 基准日}}}", "PE303", "{of: 基准日}"),
        ("{differ: 合同签订日}", "PE009", "合同签订日"),
    ],
)
def test_what_is_wrong_twice_over_is_complained_of_by_its_own_code_too(written, code, words):
    assert (code, words) in complaints(written)


@pytest.mark.parametrize(
    "written",
    [
        "{含工程: true, 含工成: true}",
        "{all: [{含工程: true}, {含工成: true}]}",
        "{any: [{含工成: true}, {含工程: true}]}",
        "{not: {含工成: true}}",
        "{differ: [含工成, 含工程]}",
        "{合同期限_月: {at_least: {of: 含工成}, at_most: 24}}",
        "{ratio: {part: 含工成, whole: 自动续签_月, at_least: 0.3}}",
    ],
)
def test_what_stands_beside_a_mistake_is_never_read_alone(written):
    assert "PE301" in {code for code, _ in complaints(written)}


@pytest.mark.parametrize("months", [1, 1200])
def test_a_period_may_be_as_short_and_as_long_as_said(months):
    written = f"{{验收日: {{within_months: {{of: 合同签订日, months: {months}}}}}}}"
    (rule,) = prepared({"rules.yaml": RULE.replace("{condition}", written)}).rule_set.rules
    assert months == rule.when.months


PARAMETERS = (
    TEXTS["parameters.yaml"]
    + """\
  - {name: 名单, type: list, values: [{from: null, until: null, value: [价格, 期限]}]}
  - {name: 怪名单, type: list, values: [{from: null, until: null, value: [价格, 味道]}]}
  - {name: 品类, type: list, values: [{from: null, until: null, value: [货物, 工程]}]}
  - {name: 万元, type: number, unit: 万元, values: [{from: null, until: null, value: 3}]}
  - {name: 月数, type: number, unit: 月, values: [{from: null, until: null, value: 3}]}
"""
)
SCHEMA = TEXTS["purchase.schema.json"].replace('"minimum": 0, "x-unit": "月"', '"minimum": 0')


def read_with(written: str) -> Rule:
    files = {"rules.yaml": RULE.replace("{condition}", written), "parameters.yaml": PARAMETERS}
    (rule,) = prepared({**files, "purchase.schema.json": SCHEMA}).rule_set.rules
    return rule


@pytest.mark.parametrize(
    ("written", "name", "expected"),
    [
        ("{合同要素: {parameter: 名单}}", "名单", Members("合同要素", Membership.ANY_OF, ("价格", "期限"), HERE)),
        ("{合同要素: {any_of: {parameter: 名单}}}", "名单", Members("合同要素", Membership.ANY_OF, ("价格", "期限"), HERE)),
        ("{合同要素: {none_of: {parameter: 名单}}}", "名单", Members("合同要素", Membership.NONE_OF, ("价格", "期限"), HERE)),
        ("{采购标的: {parameter: 品类}}", "品类", OneOf("采购标的", ("货物", "工程"), HERE)),
        ("{采购标的: {any_of: {parameter: 品类}}}", "品类", OneOf("采购标的", ("货物", "工程"), HERE)),
        ("{合同期限_月: {parameter: 月数}}", "月数", Equals("合同期限_月", 3, HERE)),
        ("{合同期限_月: {at_most: {parameter: 月数}}}", "月数", Compare("合同期限_月", Bound.AT_MOST, 3, HERE)),
        ("{预算_万元: {at_least: {parameter: 万元}}}", "万元", Compare("预算_万元", Bound.AT_LEAST, 300, HERE)),
        # A share is held against a number, whatever it counts.
        (
            "{ratio: {part: 合同期限_月, whole: 自动续签_月, at_least: {parameter: 万元}}}",
            "万元",
            Ratio("合同期限_月", "自动续签_月", Bound.AT_LEAST, Fraction(3), HERE),
        ),
    ],
)  # fmt: skip
def test_a_parameter_stands_for_its_values_and_its_use_is_remembered(written, name, expected):
    rule = read_with(written)
    assert All((InForce("@as_of", None, None, HERE), expected), HERE) == rule.when
    (use,) = rule.parameters
    line = RULE.replace("{condition}", written).splitlines()[use.span.line]
    assert (name, f"{{parameter: {name}}}") == (use.name, line[use.span.column : use.span.end_column])


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{合同要素: {parameter: 怪名单}}", [("PE108", "`合同要素` 没有 `味道` 这一项")]),
        ("{合同要素: {none_of: {parameter: 怪名单}}}", [("PE108", "`合同要素` 没有 `味道` 这一项")]),
        ("{采购标的: {parameter: 怪名单}}", [("PE108", f"`采购标的` 没有 `{word}` 这一项") for word in ("价格", "味道")]),
        ("{合同期限_月: {at_most: {parameter: 万元}}}", [("PE608", "参数 `万元` 的单位是万元，`合同期限_月` 的单位是月")]),
        ("{合同期限_月: {parameter: 万元}}", [("PE608", "参数 `万元` 的单位是万元，`合同期限_月` 的单位是月")]),
        ("{自动续签_月: {at_most: {parameter: 月数}}}", [("PE608", "参数 `月数` 的单位是月，`自动续签_月` 的单位是空")]),
        ("{ratio: {part: 合同期限_月, whole: 自动续签_月, at_least: {of: 1}}}", [("PE103", "比例应为 0 到 1 的小数")]),
        # Units are of numbers: what else is wrong is said alone.
        ("{采购标的: {parameter: 万元}}", [("PE108", "`采购标的` 没有 `3` 这一项")]),
        ("{合同签订日: {before: {parameter: 万元}}}", [("PE106", "`合同签订日` 应为日期，写的是 `3`")]),
        ("{合同期限_月: {at_most: {parameter: 名单}}}", [("PE103", "`合同期限_月` 应为数字，写的是 `价格`")]),
        ("{合同要素: {any_of: {parameter: 名单, than: 1}}}", [("PE010", "参数的引用没有 `than`")]),
        ("{合同期限_月: {parameter: 月数, at_least: 3}}", [("PE010", "参数的引用没有 `at_least`")]),
        ("{合同期限_月: {parameter: [月数]}}", [("PE009", "`parameter` 应为一个值"), ("PE309", "没有参数 ``")]),
        ('{"含工程：真": true}', [("PE012", "没有字段 `含工程：真`")]),
        ("{｛含工程: true}", [("PE012", "没有字段 `｛含工程`")]),
        ("{采购标的: [工程, 铁]}", [("PE108", "`采购标的` 没有 `铁` 这一项")]),
        ("{合同要素: {any_of: [价格, 铁]}}", [("PE108", "`合同要素` 没有 `铁` 这一项")]),
        ("{合同期限_月: {at_least: 1, at_most: x}}", [("PE103", "`合同期限_月` 应为数字，写的是 `x`")]),
        ("{验收日: {within_months: {of: 无此, months: 3}}}",
         [("PE303", "`within_months` 要一个日期字段和一个月数（1 到 1200）"), ("PE301", "没有字段 `无此`")]),
        ("{验收日: {within_months: {months: 3}}}", [("PE011", "缺少 `of`"), ("PE303", "`within_months` 要一个日期字段和一个月数（1 到 1200）")]),
        ("{验收日: {within_months: {of: 含工程, months: 3}}}", [("PE303", "`within_months` 要一个日期字段和一个月数（1 到 1200）")]),
        ("{验收日: {within_months: {of: [合同签订日], months: 3}}}", [("PE303", "`within_months` 要一个日期字段和一个月数（1 到 1200）")]),
        ("{验收日: {within_months: {of: 合同签订日, month: 3}}}",
         [("PE303", "`within_months` 要一个日期字段和一个月数（1 到 1200）"), ("PE010", "`within_months`没有 `month`")]),
        ("{验收日: {before: {of: 含工程}}}", [("PE303", "`验收日` 只能与同类型、同小数位数的字段比较")]),
        ("{验收日: {before: {of: 合同签订日, than: 1}}}", [("PE010", "比较的另一方没有 `than`")]),
        ("{合同期限_月: {at_least: {of: 无此}}}", [("PE303", "`合同期限_月` 只能与同类型、同小数位数的字段比较"), ("PE301", "没有字段 `无此`")]),
        ("{合同期限_月: {at_least: {of: [自动续签_月]}}}", [("PE303", "`合同期限_月` 只能与同类型、同小数位数的字段比较")]),
        ("{differ: [购买内容, 购买内容]}", [("PE303", "`differ` 不能用在这一类型上")]),
        ("{differ: [合同要素, 合同要素]}", [("PE303", "`differ` 不能用在这一类型上")]),
        ("{differ: [含工程, 采购标的]}", [("PE303", "`differ` 要两个同类型的字段")]),
        ("{differ: [合同期限_月, 预算_万元]}", [("PE303", "`differ` 要两个同类型的字段")]),
        ("{differ: [含工程]}", [("PE303", "`differ` 要两个同类型的字段")]),
        ("{differ: [含工程, 含工程, 含工程]}", [("PE303", "`differ` 要两个同类型的字段")]),
        ("{differ: [含工程, 无此]}", [("PE301", "没有字段 `无此`")]),
        ("{ratio: {part: 合同期限_月, whole: 含工程, at_least: 1}}", [("PE303", "`含工程` 不是数字字段")]),
        ("{ratio: {part: 合同期限_月, at_least: 1}}", [("PE011", "缺少 `whole`")]),
        ("{ratio: {part: 合同期限_月, whole: 自动续签_月}}", [("PE302", "`ratio` 要有一个界限")]),
        ("{ratio: {part: 合同期限_月, whole: 自动续签_月, at_least: 1, at_most: 2}}", [("PE302", "`ratio` 要有一个界限")]),
        ("{ratio: {part: 合同期限_月, whole: 自动续签_月, at_last: 1}}", [("PE010", "`ratio`没有 `at_last`")]),
        ("{ratio: {part: [合同期限_月], whole: 无此, at_least: 1}}", [("PE011", "缺少 `part`"), ("PE301", "没有字段 `无此`")]),
        ("{ratio: {part: 合同期限_月, whole: 自动续签_月, at_least: 0.1234567890}}", [("PE103", "比例应为 0 到 1 的小数")]),
        ("{ratio: {part: 合同期限_月, whole: 自动续签_月, at_least: [1]}}", [("PE103", "比例应为 0 到 1 的小数")]),
        ("{ratio: {part: 合同期限_月, whole: 自动续签_月, at_most: 2, of: 1}}", [("PE010", "`ratio`没有 `of`")]),
        ("{合同要素: {count: {at_least: ²}}}", [("PE103", "`count` 的界限应为整数")]),
        ("{meets: ［甲}", [("PE012", "名称 `［甲` 含有全角标点")]),
        ("{meets: []}", [("PE009", "`meets` 下应为 definitions 里的名称")]),
        ("{meets: [[甲]]}", [("PE009", "`meets` 下应为 definitions 里的名称")]),
        ("{meets: 甲}", [("PE315", "这个文件的 definitions 里没有 `甲`")]),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_and_nothing_else(written, expected):
    with pytest.raises(DiagnosticsError) as caught:
        read_with(written)
    assert expected == [(d.code, d.message) for d in caught.value.diagnostics]


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("{合同要素: {any_off: [价格]}}", ["any_of"]),
        ("{合同期限_月: {atleast: 2}}", ["at_least"]),
        ("{合同期限_月: {parametr: 月数}}", ["parameter"]),
        # Spelt rightly, for another kind of field.
        ("{合同要素: {at_least: 2}}", []),
    ],
)
def test_a_misspelt_operator_is_mended_and_a_misplaced_one_is_not(written, instead):
    with pytest.raises(DiagnosticsError) as caught:
        read_with(written)
    assert instead == [edit.text for d in caught.value.diagnostics for fix in d.fixes for edit in fix.edits]


@pytest.mark.parametrize("limit", [0, 9999])
def test_a_count_may_be_as_small_and_as_large_as_said(limit):
    assert (
        Count("合同要素", Bound.AT_MOST, limit, HERE)
        == read_with(f"{{合同要素: {{count: {{at_most: {limit}}}}}}}").when
    )


def test_a_value_written_twice_is_read_once():
    assert OneOf("采购标的", ("工程", "服务"), HERE) == read_with("{采购标的: [工程, 服务, 工程]}").when


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("{differ: [含工程, 含工程]}", 2),
        ("{differ: [采购标的, 采购标的]}", 3),
        ("{differ: [合同期限_月, 自动续签_月]}", 2),
    ],
)
def test_two_fields_differ_in_so_many_ways(written, count):
    when = read_with(written).when
    assert isinstance(when, Any)
    assert count == len(when.parts)
    if "含工程" in written:
        assert [(True, False), (False, True)] == [
            tuple(one.value for one in part.parts if isinstance(one, Equals))
            for part in when.parts
            if isinstance(part, All)
        ]


@pytest.mark.parametrize("share", ["0", "0.3", "1", "9999", "1234.123456789"])
def test_a_share_is_read_exactly(share):
    when = read_with(f"{{ratio: {{part: 合同期限_月, whole: 自动续签_月, at_most: {share}}}}}").when
    assert Ratio("合同期限_月", "自动续签_月", Bound.AT_MOST, Fraction(share), HERE) == when
