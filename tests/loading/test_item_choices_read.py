"""What is written of an item is one item of the catalogue or is said to be none, with what may be meant."""

from dataclasses import replace
from types import MappingProxyType

import pytest

from loading.toy import TOY_RULES
from policy_engine.loading.files import SourceText
from policy_engine.loading.item_choices import check_item_choices, read_item
from policy_engine.loading.items import load_items
from policy_engine.loading.problems import Problems
from policy_engine.loading.tree import Mapping, parse
from policy_engine.model.items import NO_ITEMS

CATALOGUE = """# 副本
目录 品目表
核对 否
A 货物
A02 设备
A0201 计算机
A020105 台式计算机
A0202 设备
B 工程
B01 房屋施工
B02 设备
C 服务
C11 工程服务
C1105 工程总承包服务
C21 房地产服务
C2104 物业管理服务
C22 物业
C23 …
C2301 维修服务（物业）
C2302 物业维修服务和保养
C2303 物业保洁服务
C2304 物业绿化服务
"""
FIELD = replace(
    TOY_RULES.rule_set.vocabulary.subjects["采购事项"].fields["采购标的"],
    name="品目",
    choices=("货物", "工程", "服务", "总承包"),
    items=MappingProxyType({"A": "货物", "B": "工程", "C": "服务", "C1105": "总承包"}),
)
FORM = "写政府采购品目分类目录里的代码或者名称，例如 C21040000 或 物业管理服务"
NONE = "目录里没有 `{}` 这个品目"
COPY = "（目录副本未与原文核对）"


def items(text: str = CATALOGUE):
    problems = Problems()
    found = load_items((SourceText("items.txt", text),), problems)
    assert [] == problems.found
    return found


ITEMS, SURE = items(), items(CATALOGUE.replace("核对 否", "核对 是"))


def read(written: str, catalogue=ITEMS):
    (root,) = parse(f"甲: {written}\n", "a.yaml").documents
    assert isinstance(root, Mapping)
    problems = Problems()
    node = root.get("甲")
    found = read_item(node, FIELD, lambda: catalogue, problems)
    assert all(d.span == node.span for d in problems.found)
    return (found.choice, found.told) if found else None, [
        (d.code, d.message, d.help) for d in problems.found
    ]


@pytest.mark.parametrize(
    ("written", "choice", "told"),
    [
        ("C2104", "服务", "C21040000 物业管理服务"),
        ("c2104", "服务", "C21040000 物业管理服务"),
        ("Ｃ２１０４", "服务", "C21040000 物业管理服务"),
        ("C21040000", "服务", "C21040000 物业管理服务"),
        ("C2104 物业管理服务", "服务", "C21040000 物业管理服务"),
        ("C2104：物业管理 服务", "服务", "C21040000 物业管理服务"),
        ("C2104-物业管理服务", "服务", "C21040000 物业管理服务"),
        ("物业管理服务", "服务", "C21040000 物业管理服务"),
        ("物业 管理服务 ", "服务", "C21040000 物业管理服务"),
        ("物业", "服务", "C22000000 物业"),
        ("维修服务(物业)", "服务", "C23010000 维修服务（物业）"),
        ("台式计算机", "货物", "A02010500 台式计算机"),
        ("B02 设备", "工程", "B02000000 设备"),
        ("C1105", "总承包", "C11050000 工程总承包服务"),
        ("C11", "服务", "C11000000 工程服务"),
        ("A", "货物", "A 货物"),
        # Of a name that is cut off nothing can be held against it.
        ("C23 甲", "服务", "C23000000 …"),
    ],
)
def test_an_item_is_read_and_said_back(written, choice, told) -> None:
    assert ((choice, told + COPY), []) == read(written)
    assert ((choice, told), []) == read(written, SURE)


@pytest.mark.parametrize("written", ["货物", "总承包", "服务", " 服 务"])
def test_a_class_is_taken_as_it_is(written) -> None:
    plain = "".join(written.split())
    expected = ((plain, ""), []) if plain == written else ((plain, "C 服务" + COPY), [])
    assert expected == read(written)


@pytest.mark.parametrize(
    ("written", "message", "advice"),
    [
        ("[a]", "`品目` 应为一个值，不是列表或映射", FORM),
        ("''", NONE.format(""), FORM),
        ("C21040100", NONE.format("C21040100"), "是否为 `C21040000`、`C23040000`、`C21000000`？"),
        ("C110501", NONE.format("C110501"), "是否为 `C11050000`、`C11000000`、`C21040000`？"),
        ("D01", NONE.format("D01"), FORM),
        ("C210", NONE.format("C210"), FORM),
        ("C 2104", "`品目` 的代码和名称不符：C 是 服务，写的是 `2104`", "核对代码和名称，写对的一个"),
        ("C2104 物业", "`品目` 的代码和名称不符：C21040000 是 物业管理服务，写的是 `物业`", "核对代码和名称，写对的一个"),
        ("设备", "`品目` 写的 `设备` 有几个品目", "写明代码：A02000000 设备、A02020000 设备、B02000000 设备"),
        ("机", NONE.format("机"), FORM),
        ("维修", NONE.format("维修"), "是否为 `维修服务（物业）`、`物业维修服务和保养`？"),
        ("物业管", NONE.format("物业管"), "是否为 `物业管理服务`？"),
        # The three shortest that hold it.
        ("业保", NONE.format("业保"), "是否为 `物业保洁服务`？"),
        ("服务和", NONE.format("服务和"), "是否为 `物业维修服务和保养`？"),
        ("物业绿话服务", NONE.format("物业绿话服务"), "是否为 `物业绿化服务`、`物业管理服务`、`物业保洁服务`？"),
        ("待定", NONE.format("待定"), "没有填的空着；说不清的写 {unknown: 待定}"),
        ("工程#甲", NONE.format("工程#甲"), "`#` 前面加一个空格才是注释：`工程 #甲`"),
        ("九天揽月", NONE.format("九天揽月"), FORM),
        ("甲" * 41, NONE.format("甲" * 40 + "…"), FORM),
    ],
)  # fmt: skip
def test_what_is_no_item_is_told_with_what_may_be_meant(written, message, advice) -> None:
    code = "PE110" if written == "[a]" else "PE108"
    assert (None, [(code, message, advice)]) == read(written)


def test_of_many_names_that_hold_a_word_three_are_shown() -> None:
    _, ((_, _, advice),) = read("业维")
    assert "是否为 `物业维修服务和保养`？" == advice
    more = items(
        CATALOGUE
        + "C2305 甲业维乙丙丁\nC2306 业维\u3000\u3000x\n".replace("\u3000\u3000", " ")
        + "C2307 甲业维乙\n"
    )
    _, ((_, _, advice),) = read("业维", more)
    assert "是否为 `业维 x`、`甲业维乙`、`甲业维乙丙丁`？" == advice


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("C2104", ("服务", "C21040000")),
        ("C21040100", ("服务", "C21040100")),
        ("C2104 物业管理服务", ("服务", "C21040000")),
        ("C1105", ("总承包", "C11050000")),
        ("货物", ("货物", "")),
        ("物业管理服务", None),
        ("D01", None),
        ("", None),
    ],
)
def test_without_a_catalogue_codes_are_read_by_themselves(written, found) -> None:
    got, told = read(written or "''", NO_ITEMS)
    assert (found, found is None) == (got, bool(told))


def test_a_class_that_the_catalogue_lacks_is_told() -> None:
    vocabulary = TOY_RULES.rule_set.vocabulary
    subject = vocabulary.subjects["采购事项"]
    field = replace(FIELD, items=MappingProxyType({"A": "货物", "C99": "服务"}))
    other = replace(subject, fields=MappingProxyType({"品目": field}))
    problems = Problems()
    check_item_choices(replace(vocabulary, subjects=MappingProxyType({"采购事项": other})), ITEMS, problems)
    assert [("PE331", "采购品目分类目录里没有 `C99`（字段 `品目` 的 `x-items`）")] == [
        (d.code, d.message) for d in problems.found
    ]
