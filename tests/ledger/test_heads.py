"""Heads: read by name, label or old name with their unit; close ones are offered and never taken."""

import pytest

from policy_engine import load
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.ledger.heads import Heads, find_heading
from policy_engine.ledger.lines import Line


@pytest.fixture(scope="module")
def subject():
    return load()._compiled.rule_set.vocabulary.subjects["采购事项"]


def heading(subject, *rows, mapping=None):
    lines = (Line(number=n, cells=tuple(row)) for n, row in enumerate(rows, start=1))
    return find_heading("a.csv", lines, Heads.of(subject, mapping))


def read(subject, *heads, **more):
    return [(c.key, c.unit, c.is_unclear) for c in heading(subject, heads, **more).columns]


def test_fields_are_found_by_name_label_and_in_any_unit(subject) -> None:
    assert [
        ("项目金额_万元", "", False),
        ("项目金额_万元", "", False),
        ("项目金额_万元", "元", False),
        ("项目金额_万元", "元", False),
        ("项目金额_万元", "", True),
        ("合同期限_月", "年", False),
    ] == [
        read(subject, head, "购买内容")[0]
        for head in (
            "项目金额_万元",
            "项目 金额（万元）",
            "项目金额(元)",
            "项目金额_元",
            "项目金额",
            "合同期限（年）",
        )
    ]


def test_what_a_case_says_beside_its_facts_has_columns_too(subject) -> None:
    found = heading(subject, ["项目名称", "基准日", "所属地区", "阶段", "申报声明人"]).columns
    assert ["name", "as_of", "jurisdiction", "phase", "declaration"] == [c.key for c in found]


@pytest.mark.parametrize("head", ["项目总金额(元)", "预算金额", "联系电话", "序号", "合同期限（万元）"])
def test_what_is_only_close_is_not_read(subject, head) -> None:
    assert ("", "", False) == read(subject, head, "购买内容", "已列入目录")[0]


def test_what_is_close_is_offered(subject) -> None:
    found = heading(subject, ["项目总金额(元)", "购买内容", "已列入目录", "联系电话"])
    assert any("项目总金额" in one and "`项目金额`" in one for one in found.remarks)
    assert any(one.startswith("没有读的列") and "联系电话" in one for one in found.remarks)


def test_a_mapping_says_what_heads_mean(subject) -> None:
    mapping = {"项目总金额(元)": "项目金额（元）", "购买内容": "不用", "已列入目录": "已列入目录"}
    assert [("项目金额_万元", "元", False), ("", "", False), ("已列入目录", "", False)] == read(
        subject, "项目总金额(元)", "购买内容", "已列入目录", mapping=mapping
    )


def test_titles_above_the_head_are_passed_over_and_their_unit_counts(subject) -> None:
    found = heading(subject, ["2026年清单"], ["", "单位：元"], ["项目名称", "项目金额", "购买内容"])
    assert (3, "元") == (found.line, found.columns[1].unit)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["项目金额（元）", "项目金额（万元）", "购买内容"]], "都是"),
        ([["购买内容", "已列入目录"], ["购买内容", "已列入预算"]], "都像表头"),
        ([["甲", "乙"], ["丙", "丁"]], "没有“采购事项”的表头"),
        ([], "没有“采购事项”的表头"),
    ],
)
def test_heads_that_say_two_things_or_nothing_are_refused(subject, rows, words) -> None:
    with pytest.raises(DiagnosticsError) as caught:
        heading(subject, *rows)
    assert words in caught.value.diagnostics[0].message
    assert caught.value.diagnostics[0].code in ("PE531", "PE532")
