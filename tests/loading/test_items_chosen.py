"""The code or the name of a procurement item is read as the class that a field tells apart, or told in these words."""

from dataclasses import replace

import pytest

from loading.told import told_of
from loading.toy import TOY_RULES
from policy_engine.loading.files import SourceText
from policy_engine.loading.item_choices import read_item
from policy_engine.loading.items import load_items
from policy_engine.loading.problems import Problems
from policy_engine.loading.tree import parse
from policy_engine.model.items import NO_ITEMS

TEXT = """\
目录 品目目录
核对 否
A 货物
A02 设备
A0201 信息化设备
A020101 计算机
A0202 维修
B 工程
B01 房屋施工
B0101 装修…
C 服务
C21 物业服务
C2104 物业管理服务
C2105 维修
C2106 维护
C2107 维护
C2108 物业保洁服务
C2109 物业保安值守服务
"""
ITEMS = load_items((SourceText("items.txt", TEXT),), Problems())
FIELD = replace(
    TOY_RULES.rule_set.vocabulary.subjects["采购事项"].fields["采购标的"],
    name="采购品目",
    aliases={},
    items={"A": "货物", "B": "工程", "C": "服务", "A0201": "工程"},
)
UNCHECKED = "（目录副本未与原文核对）"
FORM = "写政府采购品目分类目录里的代码或者名称，例如 C21040000 或 物业管理服务"


def read(written, items=ITEMS):
    problems = Problems()
    (node,) = parse(written, "case.yaml").documents
    found = read_item(node, FIELD, lambda: items, problems)
    return found and (found.choice, found.told), told_of(problems.found, written)


@pytest.mark.parametrize(
    ("written", "choice", "told"),
    [
        ("货物", "货物", ""),
        ("C2104", "服务", "C21040000 物业管理服务"),
        ("c2104", "服务", "C21040000 物业管理服务"),
        ("Ｃ２１０４", "服务", "C21040000 物业管理服务"),
        ("C21040000", "服务", "C21040000 物业管理服务"),
        ("C2104：物业 管理服务", "服务", "C21040000 物业管理服务"),
        ("物业 管理服务", "服务", "C21040000 物业管理服务"),
        ("C", "服务", "C 服务"),
        ("A020101", "工程", "A02010100 计算机"),
        ("计算机", "工程", "A02010100 计算机"),
        ("设备", "货物", "A02000000 设备"),
        # Of a name that is cut off nobody knows the rest.
        ("B0101 装修工程", "工程", "B01010000 装修…"),
        ("维护", "服务", "C21060000、C21070000 维护"),
    ],
)
def test_an_item_is_read_as_the_nearest_class_above_it(written, choice, told) -> None:
    assert ((choice, told + UNCHECKED if told else ""), []) == read(written)
    checked = replace(ITEMS, verified=True)
    assert ((choice, told), []) == read(written, checked)


def none_of(word):
    return f"目录里没有 `{word}` 这个品目"


@pytest.mark.parametrize(
    ("written", "message", "help_text"),
    [
        ("C2104 物业", "`采购品目` 的代码和名称不符：C21040000 是 物业管理服务，写的是 `物业`", "核对代码和名称，写对的一个"),
        ("维修", "`采购品目` 写的 `维修` 有几个品目", "写明代码：A02020000 维修、C21050000 维修"),
        ("装修", none_of("装修"), "是否为 `装修…`？"),
        ("物业", none_of("物业"), "是否为 `物业服务`、`物业管理服务`、`物业保洁服务`？"),
        # Of one character too many names hold it: only one spelt like it is named.
        ("物", none_of("物"), "是否为 `货物`？"),
        ("物业管理服", none_of("物业管理服"), "是否为 `物业管理服务`？"),
        ("C2199", none_of("C2199"), "是否为 `C21090000`、`C21080000`、`C21070000`？"),
        ("C210", none_of("C210"), FORM),
        ("D01", none_of("D01"), FORM),
        ("九天揽月", none_of("九天揽月"), FORM),
        ("不详", none_of("不详"), "没有填的空着；说不清的写 {unknown: 不详}"),
        ("字" * 41, none_of("字" * 40 + "…"), FORM),
    ],
)  # fmt: skip
def test_what_is_no_item_is_told_in_these_words(written, message, help_text) -> None:
    assert (None, [("PE108", written, message, help_text)]) == read(written)


@pytest.mark.parametrize("written", ["[C2104]", "{C2104: 1}"])
def test_an_item_is_one_value(written) -> None:
    assert (None, [("PE110", written, "`采购品目` 应为一个值，不是列表或映射", FORM)]) == read(written)


def test_without_a_catalogue_codes_are_read_and_names_are_not() -> None:
    assert (("服务", "C21040000"), []) == read("C2104", NO_ITEMS)
    assert (("服务", "C21040000"), []) == read("C2104 随便", NO_ITEMS)
    assert (None, [("PE108", "物业", none_of("物业"), FORM)]) == read("物业", NO_ITEMS)
    assert (None, [("PE108", "D01", none_of("D01"), FORM)]) == read("D01", NO_ITEMS)
