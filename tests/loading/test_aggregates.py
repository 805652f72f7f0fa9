"""Aggregates are refused where they are wrong, each mistake at its place and with its fix."""

import dataclasses

import pytest

import as_shipped
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.files import SourceText
from policy_engine.usecases.aggregating import aggregates_of, failing_samples
from policy_engine.usecases.validating import validate

pytestmark = pytest.mark.usefixtures("spared")

GOOD = """
aggregates:
  - id: split
    title: 拆分
    subject: 采购事项
    columns:
      - {name: 采购人}
      - {name: 采购日期, type: date}
    where: {not: {采购方式: 公开招标}}
    by: [采购人]
    near: {date: 采购日期, days: 90}
    measure: {total: 项目金额_万元, below_limit: true}
    report: {at_least: 200, fewest: 2}
    examples:
      - name: 两次
        as_of: 2026-01-15
        rows:
          - {采购人: 甲局, 采购日期: 2026-01-01, 采购方式: 询价, 项目金额_万元: 150}
          - {采购人: 甲局, 采购日期: 2026-01-02, 采购方式: 询价, 项目金额_万元: 50}
        found: [甲局]
"""


def sources(text: str):
    return dataclasses.replace(
        as_shipped.sources(), aggregates=(SourceText("rules/aggregates/x.yaml", text),)
    )


def problems(text: str) -> list:
    try:
        found = aggregates_of(sources(text), as_shipped.compiled().rule_set)
    except DiagnosticsError as error:
        return list(error.diagnostics)
    return list(failing_samples(found))


def test_a_sound_one_is_read_and_its_examples_hold() -> None:
    assert [] == problems(GOOD)


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ("id: split", "id: Split_1", "PE343", "编号 `Split_1`"),
        ("subject: 采购事项", "subject: 采购事情", "PE304", "采购事情"),
        ("by: [采购人]", "by: [采购单位]", "PE301", "采购单位"),
        ("by: [采购人]", "by: [{title: 甲}]", "PE343", "没有写按什么分"),
        ("by: [采购人]", "by: [{year: 采购人}]", "PE343", "日期"),
        ("by: [采购人]", "by: [{age: 采购日期, bands: [60, 30]}]", "PE343", "由小到大"),
        ("days: 90", "days: 很多", "PE343", "很多"),
        ("total: 项目金额_万元", "total: 采购人", "PE343", "数字"),
        ("report: {at_least: 200, fewest: 2}", "report: {fewest: 2}", "PE343", "恰好一个界限"),
        ("report: {at_least: 200, fewest: 2}", "report: {at_least: 二百}", "PE343", "二百"),
        ("report: {at_least: 200, fewest: 2}", "report: {at_least: {parameter: 无此}}", "PE309", "无此"),
        ("report: {at_least: 200, fewest: 2}", "report: {less_than: 200}", "PE343", "near"),
        ("    report: {at_least: 200, fewest: 2}\n", "", "PE343", "below_limit"),
        ("- {name: 采购人}", "- {name: 采购方式}", "PE343", "已经是"),
        ("title: 拆分", "titel: 拆分", "PE010", "titel"),
        ("title: 拆分", "title: 拆分\n    document: sc-procurement-2015", "PE343", "一起写"),
        ("title: 拆分", "title: 拆分\n    document: 无此文件\n    cite: 第一条", "PE203", "无此文件"),
        ("as_of: 2026-01-15", "as_of: 2026-02-30", "PE107", "不存在"),
        ("found: [甲局]", "found: [乙局]", "PE344", "查出的是：甲局"),
        ("found: [甲局]", "possible: [甲局]", "PE344", "“两次”查出"),
        ("采购日期: 2026-01-01", "采购日期: 某日", "PE344", "读不懂"),
    ],
)
def test_a_mistake_is_told_where_it_is(old, new, code, says) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new)
    found = [d for d in problems(text) if d.code == code]
    assert any(says in d.message for d in found), problems(text)
    for d in found:
        assert "rules/aggregates/x.yaml" == d.span.path
        assert d.help
        assert 0 < d.span.line < len(text.splitlines())


def test_the_same_name_twice_is_refused() -> None:
    assert ["PE209"] == [d.code for d in problems(GOOD + GOOD.partition("aggregates:")[2])]


def test_validate_tells_of_them_too() -> None:
    assert () == validate(sources(GOOD), today=740000).broken
    broken = validate(sources(GOOD.replace("甲局]", "丙局]")), today=740000).broken
    assert ["PE344"] == [d.code for d in broken]


MORE = """      - name: 一次
        as_of: 2026-01-15
        rows:
          - {采购人: 甲局, 采购日期: 2026-01-01, 采购方式: 询价, 项目金额_万元: 150}
"""
SOUND = GOOD.replace("    examples:", "    note: 九十天是自己取的\n    examples:") + MORE


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ("found: [甲局]", "possible: []", "PE629", "没有查得出的例子"),
        (MORE, "", "PE629", "没有查不出问题的例子"),
        ("- {name: 采购人}", "- {name: 采购人}\n      - {name: 备注栏}", "PE630", "`备注栏`"),
        ("    note: 九十天是自己取的\n", "", "PE631", "相隔的天数"),
    ],
)
def test_what_is_missing_is_criticised_where_it_is(old, new, code, says) -> None:
    assert old in SOUND
    text = SOUND.replace(old, new)
    if code == "PE629" and "possible" in new:
        text = text.replace("项目金额_万元: 50", "项目金额_万元: 49")
    (found,) = [
        d for d in validate(sources(text), today=740000).findings.open if d.span.path.endswith("x.yaml")
    ]
    assert (code, True, True) == (found.code, says in found.message, bool(found.help))
    line = text.splitlines()[found.span.line]
    assert ("备注栏" if code == "PE630" else "id: split") in line


def test_a_sound_one_is_not_criticised() -> None:
    found = validate(sources(SOUND), today=740000)
    assert () == found.broken
    assert [] == [d for d in found.findings.open if d.span.path.endswith("x.yaml")]


def test_a_number_needs_an_origin_and_a_parameter_has_one() -> None:
    plain = SOUND.replace("    near: {date: 采购日期, days: 90}\n", "").replace(
        "    note: 九十天是自己取的\n", ""
    )
    plain = plain.replace("      - {name: 采购日期, type: date}\n", "").replace("采购日期: 2026-01-01, ", "")
    plain = plain.replace("采购日期: 2026-01-02, ", "")
    assert ["PE631"] == [
        d.code for d in validate(sources(plain), today=740000).findings.open if d.span.path.endswith("x.yaml")
    ]
    named = plain.replace("at_least: 200", "at_least: {parameter: 中央公开招标数额标准_万元}")
    assert [] == [
        d.code for d in validate(sources(named), today=740000).findings.open if d.span.path.endswith("x.yaml")
    ]


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        ("by: [采购人]", "by: [{year: [采购日期]}]", "year", "[采购日期]"),
        ("by: [采购人]", "by: [{month: {field: 采购日期}}]", "month", "{field: 采购日期}"),
        ("by: [采购人]", "by: [{age: [], bands: [30]}]", "age", "[]"),
        ("date: 采购日期", "date: [采购日期]", "date", "[采购日期]"),
        ("total: 项目金额_万元", "total: [项目金额_万元]", "total", "[项目金额_万元]"),
        ("{total: 项目金额_万元, below_limit: true}", "{distinct: {a: 采购人}}", "distinct", "{a: 采购人}"),
        (
            "{total: 项目金额_万元, below_limit: true}",
            "{share: {part: [项目金额_万元], whole: 项目金额_万元}}",
            "part",
            "[项目金额_万元]",
        ),
        # Where there is none at all, the aggregate is shown.
        ("{date: 采购日期, days: 90}", "{days: 90}", "date", "id: split"),
        (
            "{total: 项目金额_万元, below_limit: true}",
            "{share: {part: 项目金额_万元}}",
            "whole",
            "id: split",
        ),
    ],
)
def test_where_a_field_is_due_nothing_but_its_name_is_taken(old, new, key, words) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new)
    (found,) = [d for d in problems(text) if f"`{key}` 应为一个字段的名称" in d.message]
    assert ("PE343", True) == (found.code, bool(found.help))
    assert text.splitlines()[found.span.line][found.span.column :].startswith(words)
