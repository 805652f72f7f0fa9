"""A rule does one thing, which is read as written; what is wrong with it is told at its very words."""

import pytest

from loading.toy import TEXTS, sources_with
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.foundation.spans import file_span
from policy_engine.model.conditions import Equals
from policy_engine.model.rules import (
    Classify,
    Derive,
    Function,
    Kind,
    Permit,
    Prohibit,
    Recommend,
    Require,
    Table,
)
from policy_engine.usecases import load_rule_set

MORE = """\
"标签": {"title": "标签", "type": "array", "items": {"enum": ["急", "大"]}, "x-role": "derived"},
    "天数": {"title": "天数", "type": "number", "x-unit": "天", "x-role": "derived"},
    "份额_万元": {"title": "份额", "type": "number", "x-scale": 2, "x-unit": "万元", "x-role": "derived"},
    "规模":"""
SCHEMA = TEXTS["purchase.schema.json"].replace('"规模":', MORE)
RULE = """\
document: toy-2020
rules:
  - id: toy-2020.art-1
    title: 示例
    cite: 第一条
    subject: 采购事项
    when: {含工程: true}
    remedy: 改正
    """
HERE = file_span("rules.yaml")
WORKS, SERVICE = Equals("含工程", True, HERE), Equals("采购标的", "服务", HERE)


def kind_of(written: str) -> Kind:
    files = {"rules.yaml": f"{RULE}{written}\n", "purchase.schema.json": SCHEMA}
    (rule,) = load_rule_set(sources_with(files)).rules
    return rule.kind


def between(function: Function) -> Derive:
    return Derive("天数", function, ("合同签订日", "验收日"), ())


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("prohibit: 政府购买服务", Prohibit("政府购买服务")),
        ("permit: 政府购买服务", Permit("政府购买服务")),
        ("require: {含工程: true}", Require(WORKS)),
        ("recommend: {含工程: true}", Recommend(WORKS)),
        ("classify: {期限过长: true}", Classify("期限过长", ())),
        ("classify: {标签: 急}", Classify("标签", ("急",))),
        ("classify: {标签: [急, 大]}", Classify("标签", ("大", "急"))),
        ("classify: {标签: []}", Classify("标签", ())),
        (
            "table: {field: 规模, rows: [{when: {含工程: true}, is: 大}, {when: {采购标的: 服务}, is: 小}], otherwise: 小}",
            Table("规模", ((WORKS, "大"), (SERVICE, "小")), "小"),
        ),
        ("derive: {份额_万元: {sum: [预算_万元]}}", Derive("份额_万元", Function.SUM, ("预算_万元",), ())),
        (
            "derive: {总期限_月: {difference: [合同期限_月, 自动续签_月]}}",
            Derive("总期限_月", Function.DIFFERENCE, ("合同期限_月", "自动续签_月"), ()),
        ),
        (
            "derive: {总期限_月: {max: [合同期限_月, 自动续签_月, 合同期限_月]}}",
            Derive("总期限_月", Function.MAX, ("合同期限_月", "自动续签_月", "合同期限_月"), ()),
        ),
        *(
            (f"derive: {{天数: {{{function.value}: [合同签订日, 验收日]}}}}", between(function))
            for function in (Function.DAYS_BETWEEN, Function.MONTHS_BETWEEN, Function.WORKING_DAYS_BETWEEN)
        ),
        (
            "derive: {总期限_月: {count_if: [{含工程: true}, {采购标的: 服务}]}}",
            Derive("总期限_月", Function.COUNT_IF, (), (WORKS, SERVICE)),
        ),
    ],
)
def test_what_a_rule_does_is_read_as_written(written, expected):
    assert expected == kind_of(written)


TOLD = [
    ("prohibit: 政府购买", [("PE206", "没有对象 `政府购买`", "政府购买")]),
    ("prohibit: [政府购买服务]", [("PE206", "没有对象 ``", "[政府购买服务]")]),
    ("permit: 政府购买", [("PE206", "没有对象 `政府购买`", "政府购买")]),
    (
        "prohibit: 政府购买服务\n    permit: 政府购买服务",
        [
            ("PE305", "规则应恰有一个类别，现有：`prohibit`、`permit`", "permit"),
        ],
    ),
    (
        "permit: 政府购买服务\n    require: {含工程: true}\n    classify: {期限过长: true}",
        [
            ("PE305", "规则应恰有一个类别，现有：`permit`、`require`、`classify`", "require"),
        ],
    ),
    ("note: x", [("PE305", "规则应恰有一个类别，现有：没有", "id: toy-2020.art-1")]),
    ("prohibti: 政府购买服务", [("PE010", "规则没有 `prohibti`", "prohibti")]),
    ("require: {含工成: true}", [("PE301", "没有字段 `含工成`", "含工成")]),
    ("recommend: 含工程", [("PE009", "条件应为映射", "含工程")]),
    ("classify: 期限过长", [("PE009", "`classify`应为“键: 值”的映射", "期限过长")]),
    ("classify: {}", [("PE009", "`classify` 下应恰有一个键", "{}")]),
    (
        "classify: {期限过长: true, 规模: 大}",
        [
            ("PE009", "`classify` 下应恰有一个键", "{期限过长: true, 规模: 大}"),
        ],
    ),
    ("classify: {期限过长: false}", [("PE307", "`期限过长` 只能归类为 true", "false")]),
    ("classify: {期限过长: [true]}", [("PE307", "`期限过长` 只能归类为 true", "[true]")]),
    ("classify: {含工程: true}", [("PE307", "`含工程` 不是可由此类规则得出的推算字段", "含工程")]),
    ("classify: {规模: 大}", [("PE307", "`规模` 不是可由此类规则得出的推算字段", "规模")]),
    ("classify: {期限过: true}", [("PE301", "没有字段 `期限过`", "期限过")]),
    ("classify: {标签: 慢}", [("PE108", "`标签` 没有 `慢` 这一项", "慢")]),
    ("classify: {标签: [急, 慢]}", [("PE108", "`标签` 没有 `慢` 这一项", "慢")]),
    ("classify: {标签: {a: b}}", [("PE109", "`标签` 应为列表", "{a: b}")]),
    ("table: 规模", [("PE009", "`table`应为“键: 值”的映射", "规模")]),
    ("table: {}", [("PE011", "缺少 `field`", "{}")]),
    (
        "table: {field: [规模], rows: [], otherwise: 小}",
        [
            ("PE011", "缺少 `field`", "{field: [规模], rows: [], otherwise: 小}"),
        ],
    ),
    (
        "table: {field: 规模, rows: [{when: {含工程: true}, is: 巨}], otherwise: 微}",
        [
            ("PE108", "`规模` 没有 `巨` 这一项", "巨"),
            ("PE108", "`规模` 没有 `微` 这一项", "微"),
        ],
    ),
    (
        "table: {field: 规模, rows: [{is: 大}, {when: {含工成: true}}, 甲, {when: {含工程: true}, is: 大, as: x}], otherwise: 小}",
        [
            ("PE011", "缺少 `when`", "{is: 大}"),
            ("PE011", "缺少 `is`", "{when: {含工成: true}}"),
            ("PE301", "没有字段 `含工成`", "含工成"),
            ("PE009", "表的一行应为“键: 值”的映射", "甲"),
            ("PE010", "表的一行没有 `as`", "as"),
        ],
    ),
    ("table: {field: 规模, rows: 甲, otherwise: 小}", [("PE009", "`rows`应为列表", "甲")]),
    (
        "table: {field: 规模, otherwise: 小}",
        [
            ("PE009", "`rows`应为列表", "{field: 规模, otherwise: 小}"),
        ],
    ),
    (
        "table: {field: 规模, rows: [{when: {含工程: true}, is: 大}]}",
        [
            ("PE011", "缺少 `otherwise`", "{field: 规模, rows: [{when: {含工程: true}, is: 大}]}"),
        ],
    ),
    (
        "table: {field: 期限过长, rows: [], otherwise: 小}",
        [
            ("PE307", "`期限过长` 不是可由此类规则得出的推算字段", "期限过长"),
        ],
    ),
    (
        "table: {field: 规摸, rows: [{when: {含工程: true}, is: 大}], otherwise: 小}",
        [
            ("PE301", "没有字段 `规摸`", "规摸"),
        ],
    ),
    (
        "table: {field: 规模, rows: [{when: {含工程: true}, is: [大]}], otherwise: [小], hits: x}",
        [
            ("PE110", "`规模` 应为一个值，不是列表或映射", "[大]"),
            ("PE110", "`规模` 应为一个值，不是列表或映射", "[小]"),
            ("PE010", "`table`没有 `hits`", "hits"),
        ],
    ),
    ("derive: 总期限_月", [("PE009", "`derive`应为“键: 值”的映射", "总期限_月")]),
    ("derive: {总期限_月: 12}", [("PE009", "`derive 的函数`应为“键: 值”的映射", "12")]),
    (
        "derive: {总期限_月: {sum: [合同期限_月], max: [自动续签_月]}}",
        [
            ("PE009", "`derive 的函数` 下应恰有一个键", "{sum: [合同期限_月], max: [自动续签_月]}"),
        ],
    ),
    ("derive: {总期限_月: {sun: [合同期限_月]}}", [("PE302", "没有函数 `sun`", "sun")]),
    ("derive: {总期限_月: {sum: 合同期限_月}}", [("PE009", "`sum`应为列表", "合同期限_月")]),
    ("derive: {总期限_月: {sum: []}}", [("PE009", "`sum` 下是空的", "[]")]),
    ("derive: {总期限_月: {sum: [合同期限_月, [自动续签_月]]}}", [("PE009", "这里应为一个字段的名字", "[自动续签_月]")]),
    ("derive: {总期限_月: {sum: [合同期限, 预算_万元]}}", [("PE301", "没有字段 `合同期限`", "合同期限")]),
    (
        "derive: {总期限_月: {sum: [合同期限_月, 预算_万元]}}",
        [
            ("PE312", "`总期限_月` 与它的输入小数位数不同", "[合同期限_月, 预算_万元]"),
        ],
    ),
    ("derive: {份额_万元: {sum: [合同期限_月]}}", [("PE312", "`份额_万元` 与它的输入小数位数不同", "[合同期限_月]")]),
    ("derive: {总期限_月: {sum: [合同签订日]}}", [("PE303", "`合同签订日` 的类型不能用在 `sum` 里", "[合同签订日]")]),
    (
        "derive: {总期限_月: {difference: [合同期限_月]}}",
        [
            ("PE302", "`difference` 要两个字段", "[合同期限_月]"),
        ],
    ),
    (
        "derive: {总期限_月: {difference: [合同期限_月, 自动续签_月, 合同期限_月]}}",
        [
            ("PE302", "`difference` 要两个字段", "[合同期限_月, 自动续签_月, 合同期限_月]"),
        ],
    ),
    (
        "derive: {天数: {days_between: [合同签订日, 合同期限_月]}}",
        [
            ("PE303", "`合同期限_月` 的类型不能用在 `days_between` 里", "[合同签订日, 合同期限_月]"),
        ],
    ),
    (
        "derive: {天数: {days_between: [合同签订日]}}",
        [
            ("PE302", "`days_between` 要两个字段", "[合同签订日]"),
        ],
    ),
    (
        "derive: {份额_万元: {days_between: [合同签订日, 验收日]}}",
        [
            ("PE312", "`份额_万元` 与它的输入小数位数不同", "[合同签订日, 验收日]"),
        ],
    ),
    (
        "derive: {总期限_月: {count_if: [{含工程: true}, {含工成: 服务}]}}",
        [
            ("PE301", "没有字段 `含工成`", "含工成"),
        ],
    ),
    ("derive: {总期限_月: {count_if: 含工程}}", [("PE009", "`count_if`应为列表", "含工程")]),
    (
        "derive: {合同期限_月: {sum: [自动续签_月], min: [x]}}",
        [
            ("PE307", "`合同期限_月` 不是可由此类规则得出的推算字段", "合同期限_月"),
            ("PE009", "`derive 的函数` 下应恰有一个键", "{sum: [自动续签_月], min: [x]}"),
        ],
    ),
    ("derive: {规模: {sum: [合同期限_月]}}", [("PE307", "`规模` 不是可由此类规则得出的推算字段", "规模")]),
    (
        "derive: {份额_万元: {count_if: [{含工程: true}]}}",
        [
            ("PE312", "`份额_万元` 与它的输入小数位数不同", "[{含工程: true}]"),
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("written", "expected"), TOLD)
def test_what_is_wrong_is_told_at_its_words_and_nothing_else(written, expected):
    lines = f"{RULE}{written}\n".splitlines()
    with pytest.raises(DiagnosticsError) as caught:
        kind_of(written)
    assert expected == [
        (
            d.code,
            d.message,
            lines[d.span.line][d.span.column : d.span.end_column if d.span.line == d.span.end_line else None],
        )
        for d in caught.value.diagnostics
    ]
    assert all(d.help for d in caught.value.diagnostics)
