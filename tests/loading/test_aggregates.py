"""Aggregates are refused where they are wrong, each mistake at its place and with its fix."""

import dataclasses

import pytest

import as_shipped
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.files import SourceText
from policy_engine.usecases.aggregating import aggregates_of, failing_samples
from policy_engine.usecases.validating import validate

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
