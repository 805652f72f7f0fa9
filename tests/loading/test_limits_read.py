"""Doubts, exceptions and overrides are read as they are written; each mistake in them is told once, at its words."""

import pytest

from loading.told import told
from loading.toy import TEXTS, prepared
from policy_engine.model.calendar import day_number
from policy_engine.model.conditions import Equals, InForce, Unvalued, leaves
from policy_engine.model.rules import Basis

RULE = """\
document: toy-2020
rules:
  - id: toy-2020.art-1
    title: 甲
    cite: 第一条
    subject: 采购事项
    when: {含工程: true}
    prohibit: 政府购买服务
    remedy: 改
    """


def rule_of(limit, more="", **files):
    (rule, *_) = prepared({"rules.yaml": f"{RULE}{limit}\n{more}", **files}).rule_set.rules
    return rule


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        ("doubt: 甲", [("PE009", "甲", "`doubt`应为列表", "写成 `[甲, 乙]` 或每项一行以 `- ` 开头")]),
        ("doubt: [甲]", [("PE009", "甲", "`doubt` 的一项应为“键: 值”的映射", "逐行写成 `键: 值`")]),
        ("doubt: [{when: 货物, ask: 含工程, because: 甲}]", [
            ("PE009", "货物", "条件应为映射", "写成 {字段: 值}、{all: […]}、{any: […]} 或 {not: …}"),
        ]),
        ("doubt: [{when: {采购标: 货物}, ask: 含工程, because: 甲}]", [
            ("PE301", "采购标", "没有字段 `采购标`", "是否为 `采购标的`？"),
        ]),
        ("doubt: [{ask: 含工程, because: 甲}]", [
            ("PE011", "{ask: 含工程, because: 甲}", "缺少 `when`", "补上 `when: …`"),
        ]),
        ("doubt: [{when: {采购标的: 货物}, because: 甲}]", [
            ("PE011", "{when: {采购标的: 货物}, because: 甲}", "缺少 `ask`", "补上 `ask: …`"),
        ]),
        ("doubt: [{when: {采购标的: 货物}, ask: [含工程], because: 甲}]", [
            ("PE009", "[含工程]", "`ask` 应为一个是非字段的名字", "写成一个字段名"),
        ]),
        ("doubt: [{when: {采购标的: 货物}, ask: 含工, because: 甲}]", [
            ("PE301", "含工", "没有是非字段 `含工`", "是否为 `含工程`？"),
        ]),
        ("doubt: [{when: {采购标的: 货物}, ask: 采购标的, because: 甲}]", [
            ("PE301", "采购标的", "没有是非字段 `采购标的`", "可用的有 `含工程`、`期限过长`"),
        ]),
        ("doubt: [{when: {采购标的: 货物}, ask: 含工程}]", [
            ("PE011", "{when: {采购标的: 货物}, ask: 含工程}", "缺少 `because`", "补上 `because: …`"),
        ]),
        ("doubt: [{when: {采购标的: 货物}, ask: 含工程, becuase: 甲}]", [
            ("PE010", "becuase", "`doubt`没有 `becuase`", "是否为 `because`？"),
        ]),
        ("doubt: [{because: 甲}]", [("PE011", "{because: 甲}", "缺少 `when`", "补上 `when: …`")]),
        ("unless: 甲", [("PE009", "甲", "`unless`应为列表", "写成 `[甲, 乙]` 或每项一行以 `- ` 开头")]),
        ("unless: [甲]", [("PE009", "甲", "`unless` 的一项应为“键: 值”的映射", "逐行写成 `键: 值`")]),
        ("unless: [{when: 货物, basis: text, because: 甲, cite: 第三条}]", [
            ("PE009", "货物", "条件应为映射", "写成 {字段: 值}、{all: […]}、{any: […]} 或 {not: …}"),
        ]),
        ("unless: [{basis: text, because: 甲, cite: 第三条}]", [
            ("PE011", "{basis: text, because: 甲, cite: 第三条}", "缺少 `when`", "补上 `when: …`"),
        ]),
        ("unless: [{wenn: {采购标的: 货物}, basis: text, because: 甲, cite: 第三条}]", [
            ("PE010", "wenn", "`unless`没有 `wenn`", "是否为 `when`？"),
        ]),
        ("unless: [{when: {采购标的: 货物}, basis: texts, because: 甲, cite: 第三条}]", [
            ("PE013", "texts", "`basis` 不能是 `texts`", "是否为 `text`？"),
        ]),
        ("unless: [{when: {采购标的: 货物}, because: 甲, cite: 第三条}]", []),
        ("unless: [{when: {采购标的: 货物}, basis: text, cite: 第三条}]", [
            ("PE011", "{when: {采购标的: 货物}, basis: text, cite: 第三条}", "缺少 `because`", "补上 `because: …`"),
        ]),
        ("unless: [{when: {采购标的: 货物}, basis: text, because: 甲}]", [
            ("PE011", "{when: {采购标的: 货物}, basis: text, because: 甲}", "缺少 `cite`", "补上 `cite: …`"),
        ]),
        ("unless: [{when: {采购标的: 货物}, basis: interpretation, because: 甲}]", []),
        ("unless: [{when: {采购标的: 货物}, basis: text, because: 甲, cite: [第三条]}]", [
            ("PE009", "[第三条]", "`cite` 应为一个值", "写成一个词或一句话"),
        ]),
        ("unless: [{when: {采购标的: 货物}, basis: text, because: 甲, document: toy-2021, cite: 第三条}]", [
            ("PE203", "toy-2021", "没有文件 `toy-2021`", "是否为 `toy-2020`？"),
        ]),
        ("unless: [{when: {采购标的: 货物}, basis: text, because: 甲, document: toy-2020, cite: 第三条}]", []),
        ("unless: [{when: {采购标的: 货物}, basis: text, because: 甲, documnt: toy-2020, cite: 第三条}]", [
            ("PE010", "documnt", "`unless`没有 `documnt`", "是否为 `document`？"),
        ]),
        ("overrides: 甲", [("PE009", "甲", "`overrides`应为列表", "写成 `[甲, 乙]` 或每项一行以 `- ` 开头")]),
        ("overrides: [甲]", [("PE009", "甲", "`overrides` 的一项应为“键: 值”的映射", "逐行写成 `键: 值`")]),
        ("overrides: [{rule: toy-2020.art-9, basis: text, because: 甲, cite: 第三条}]", [
            ("PE306", "toy-2020.art-9", "没有规则 `toy-2020.art-9`", ""),
        ]),
        ("overrides: [{basis: text, because: 甲, cite: 第三条}]", [
            ("PE011", "{basis: text, because: 甲, cite: 第三条}", "缺少 `rule`", "补上 `rule: …`"),
        ]),
        ("overrides: [{rule: toy-2020.art-2, basis: texts, because: 甲, cite: 第三条}]", [
            ("PE013", "texts", "`basis` 不能是 `texts`", "是否为 `text`？"),
        ]),
        ("overrides: [{rule: toy-2020.art-2, basis: text, cite: 第三条}]", [
            ("PE011", "{rule: toy-2020.art-2, basis: text, cite: 第三条}", "缺少 `because`", "补上 `because: …`"),
        ]),
        ("overrides: [{rule: toy-2020.art-2, basis: text, because: 甲, site: 第三条}]", [
            ("PE010", "site", "`overrides`没有 `site`", "是否为 `cite`？"),
        ]),
        ("overrides: [{rule: toy-2020.art-2, basis: text, because: 甲, cite: [第三条]}]", [
            ("PE009", "[第三条]", "`cite` 应为一个值", "写成一个词或一句话"),
        ]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_limit_is_told_in_these_words(limit, expected) -> None:
    assert expected == told({"rules.yaml": f"{RULE}{limit}\n"})


def test_doubts_are_read_as_they_are_written() -> None:
    rule = rule_of(
        "doubt: [{when: {采购标的: 货物}, ask: 含工程, because: 甲}, {when: {采购标的: 服务}, ask: 含工程, because: 乙}]"
    )
    assert [("货物", "含工程", "甲"), ("服务", "含工程", "乙")] == [
        (one.when.value, one.ask, one.because) for one in rule.doubts
    ]
    assert [9, 9] == [one.span.line for one in rule.doubts]


OTHER = (
    TEXTS["documents.yaml"]
    + """\
  - id: more-2021
    title: 又一办法
    force: 规范性文件
    effective: {date: 2021-05-01, basis: 第九条, verified: true}
    ended: {date: 2023-06-30, basis: 公告, verified: true}
    verified: partial
    encoded: full
"""
)


def test_exceptions_are_read_as_they_are_written() -> None:
    first, second = rule_of(
        "unless: [{when: {采购标的: 货物}, because: 甲, cite: 第三条}, "
        "{when: {采购标的: 服务}, basis: interpretation, because: 乙, document: more-2021}]",
        **{"documents.yaml": OTHER},
    ).unless
    assert ("货物", Basis.TEXT, "甲", "toy-2020", "第三条", 9) == (
        first.when.value,
        first.basis,
        first.because,
        first.citation.document.id,
        first.citation.locator,
        first.citation.span.line,
    )
    assert ("服务", Basis.INTERPRETATION, "乙", None) == (
        second.when.value,
        second.basis,
        second.because,
        second.citation,
    )
    assert isinstance(first.when, Equals)

    def days(clause):
        return [(one.first, one.last) for one in leaves(clause.scope) if isinstance(one, InForce)]

    # An exception holds on the days of the document that makes it.
    assert [(day_number("2020-03-01"), None)] == days(first)
    assert [(day_number("2021-05-01"), day_number("2023-06-30"))] == days(second)


def test_an_exception_needs_values_only_on_days_on_which_both_documents_are_in_force() -> None:
    parameters = "parameters:\n  - {name: 期限上限, type: number, values: [{from: 2022-01-01, until: 2022-12-31, value: 24}]}\n"
    limit = "unless: [{{when: {{合同期限_月: {{less_than: {{parameter: 期限上限}}}}}}, because: 甲, cite: 第三条{0}}}]"
    for named, begins, ends in (
        (", document: more-2021", "2021-05-01", "2023-06-30"),
        ("", "2020-03-01", None),
    ):
        rule = rule_of(limit.format(named), **{"documents.yaml": OTHER, "parameters.yaml": parameters})
        (clause,) = rule.unless
        empty = [(one.first, one.last) for one in leaves(clause.when) if isinstance(one, Unvalued)]
        assert [
            (day_number(begins), day_number("2021-12-31")),
            (day_number("2023-01-01"), None if ends is None else day_number(ends)),
        ] == empty


def test_overrides_are_read_as_they_are_written() -> None:
    more = RULE[RULE.index("  - id") :].replace("art-1", "art-2").replace("prohibit", "permit") + "\n"
    (one,) = rule_of("overrides: [{rule: art-2, because: 甲, cite: 第三条}]", more).overrides
    assert ("toy-2020.art-2", Basis.TEXT, "甲", "第三条") == (one.rule, one.basis, one.because, one.locator)
    assert ((9, 23), (9, 48)) == (
        (one.span.line, one.span.column),
        (one.cite_span.line, one.cite_span.column),
    )
    (one,) = rule_of(
        "overrides: [{rule: toy-2020.art-2, basis: interpretation, because: 甲}]", more
    ).overrides
    assert ("toy-2020.art-2", Basis.INTERPRETATION, "") == (one.rule, one.basis, one.locator)
