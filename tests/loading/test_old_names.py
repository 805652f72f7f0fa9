"""Answers under the name that a field had before are read as the vocabulary says, or told; nothing is guessed of them."""

import pytest

from loading.told import told_of
from loading.toy import DEFAULTS, TEXTS, prepared
from policy_engine.loading.cases import load_rows
from policy_engine.loading.files import SourceText
from policy_engine.model.values import UNKNOWN

FIELDS = """
    "管理人员": {"title": "管理人员", "enum": ["购买主体", "承接主体"], "x-role": "flag", "x-declared": "承接主体",
      "x-was": {"采购人管": {"是": "购买主体", "否": "承接主体"}, "承接方管": {"是": "承接主体", "否": "购买主体"}}},
    "条件": {"title": "条件", "type": "array", "items": {"enum": ["甲", "乙", "丙"]}, "x-role": "flag", "x-declared": [],
      "x-was": {"有甲": {"是": ["甲"], "否": []}, "有乙": {"大于零": ["乙", "丙"], "0": []}, "有丁": {}}},
    "新增": {"title": "新增", "type": "boolean", "x-role": "flag",
      "x-was": {"旧增": {"是": "是", "否": "否"}, "旧说": "写清楚"}},
    "购买内容": {"""
SCHEMA = TEXTS["purchase.schema.json"].replace('"购买内容": {', FIELDS, 1)
RULES = prepared({"purchase.schema.json": SCHEMA}).rule_set
SIGNED = "declaration: {no_other_circumstances: true, by: 王某}\n"


def loaded(facts, head=""):
    """Load one case; give it, and what is told."""
    text = f"as_of: 2026-01-15\njurisdiction: 温州\n{head}采购事项: {{{facts}}}\n"
    (row,) = load_rows(SourceText("case.yaml", text), RULES, DEFAULTS).rows
    return row.case, told_of(row.diagnostics, text)


@pytest.mark.parametrize("head", ["", SIGNED])
@pytest.mark.parametrize(
    ("facts", "field", "value", "read"),
    [
        ("采购人管: 是", "管理人员", "购买主体", "采购人管"),
        ("采购人管: 否", "管理人员", "承接主体", "采购人管"),
        ("采购人管: false", "管理人员", "承接主体", "采购人管"),
        ("承接方管: 是", "管理人员", "承接主体", "承接方管"),
        ("采购人管: 是, 承接方管: 否", "管理人员", "购买主体", "采购人管、承接方管"),
        ("有甲: 是, 有乙: 0", "条件", {"甲"}, "有甲、有乙"),
        ("有甲: 是, 有乙: 85%", "条件", {"甲", "乙", "丙"}, "有甲、有乙"),
        ("有甲: 否, 有乙: 3", "条件", {"乙", "丙"}, "有甲、有乙"),
        ("有甲: 否, 有乙: 0", "条件", set(), "有甲、有乙"),
        ("旧增: √", "新增", True, "旧增"),
        ("旧增: 否", "新增", False, "旧增"),
    ],
)
def test_an_old_answer_is_read_as_what_it_is_now_and_said(facts, field, value, read, head) -> None:
    case, told = loaded(facts, head)
    assert [] == told
    ((name, fact),) = case.subjects["采购事项"].items()
    assert (field, field, value, "", "") == (name, fact.field, fact.value, fact.reason, fact.source)
    assert (f"{read}：现在写在 {field} 里，照新的写法读",) == case.assumed
    # It stands where the first of the old names does.
    assert (3 if head else 2, 7, 7 + len(read.split("、")[0])) == (
        fact.span.line,
        fact.span.column,
        fact.span.end_column,
    )


@pytest.mark.parametrize(
    ("facts", "field", "reason"),
    [
        ("采购人管: {unknown: 没查}", "管理人员", "没查"),
        ("采购人管: {unknown: }", "管理人员", ""),
        ("采购人管: {unknown: 没查}, 承接方管: {unknown: 别的}", "管理人员", "没查"),
        ("采购人管: 是, 承接方管: {unknown: 别的}", "管理人员", "别的"),
        ("有甲: 是, 有乙: {unknown: 没查}", "条件", "没查"),
        ("有甲: 是", "条件", "按旧栏目只填了有甲，其余没有填"),
    ],
)
def test_what_an_old_answer_leaves_open_is_unknown(facts, field, reason) -> None:
    case, told = loaded(facts)
    assert [] == told
    ((name, fact),) = case.subjects["采购事项"].items()
    assert (field, UNKNOWN, reason) == (name, fact.value, fact.reason)
    assert (2, 7) == (fact.span.line, fact.span.column)


def test_a_signed_declaration_stands_for_the_boxes_that_were_left_out() -> None:
    case, told = loaded("有甲: 是", SIGNED)
    assert ([], {"甲"}) == (told, case.subjects["采购事项"]["条件"].value)


@pytest.mark.parametrize(
    ("facts", "source"),
    [
        ("采购人管: {value: 是, source: 表}", "表"),
        ("采购人管: {value: 是, source: 表}, 承接方管: {value: 否, source: 表}", "表"),
        ("采购人管: {value: 是, source: 表}, 承接方管: {value: 否, source: ' 表二 '}", "表；表二"),
        ("采购人管: {value: 是, source: 表}, 承接方管: 否", ""),
        ("采购人管: {value: 是, source: ' '}, 承接方管: {value: 否, source: 表二}", ""),
    ],
)
def test_sources_are_kept_where_all_have_one(facts, source) -> None:
    case, _ = loaded(facts)
    assert source == case.subjects["采购事项"]["管理人员"].source


def test_what_no_rule_reads_and_what_is_blank_state_nothing() -> None:
    case, told = loaded("有丁: 是")
    assert ([], {}, ("有丁：没有规则读它，不再填报",)) == (told, case.subjects["采购事项"], case.assumed)
    case, told = loaded("采购人管: , 有甲: 否, 有乙: 0")
    assert ([], ["条件"]) == (told, [*case.subjects["采购事项"]])


HOW = "这个字段已由 `管理人员` 代替：是的写“购买主体”，否的写“承接主体”"


@pytest.mark.parametrize("head", ["", SIGNED])
@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ("采购人管: 大概", [("PE501", "大概", "`采购人管` 是旧名，这样填的不能照读", HOW)]),
        ("采购人管: [是]", [("PE501", "[是]", "`采购人管` 是旧名，这样填的不能照读", HOW)]),
        ("采购人管: {valu: 是}", [("PE010", "valu", "`采购人管` 没有 `valu`", "是否为 `value`？")]),
        ("采购人管: 是, 承接方管: {valu: 是}", [("PE010", "valu", "`承接方管` 没有 `valu`", "是否为 `value`？")]),
        ("采购人管: 是, 承接方管: 是", [
            ("PE501", "承接方管", "`采购人管`、`承接方管` 说法不一", "改写成 `管理人员`，只填一处"),
        ]),
        ("采购人管: 是, 管理人员: 承接主体, 承接方管: 否", [
            ("PE501", "采购人管", "`采购人管` 是 `管理人员` 的旧名，两处都填了", "只留 `管理人员`"),
            ("PE501", "承接方管", "`承接方管` 是 `管理人员` 的旧名，两处都填了", "只留 `管理人员`"),
        ]),
        ("有甲: 是, 有乙: -1", [
            ("PE501", "-1", "`有乙` 是旧名，这样填的不能照读", "这个字段已由 `条件` 代替：大于零的写“乙、丙”，0的不写"),
        ]),
        ("旧说: 是", [("PE501", "旧说", "`采购事项` 没有字段 `旧说`", "这个字段已由 `新增` 代替：写清楚")]),
    ],
)  # fmt: skip
def test_an_old_answer_without_a_counterpart_is_told_in_these_words(facts, expected, head) -> None:
    assert expected == loaded(facts, head)[1]
