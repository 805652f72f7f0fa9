"""The catalogue of procurement items: a line an item; whatever is wrong is said where it is written."""

import pytest

import as_shipped
from loading.toy import prepared, sources_with
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.files import SourceText
from policy_engine.loading.items import items_of, load_items
from policy_engine.loading.problems import Problems
from policy_engine.model.items import class_of, full_code, is_code, short_code
from policy_engine.model.lexicon import NO_TERMS
from policy_engine.usecases import load_rule_set

ITEMS = """# 说明
目录 品目目录
核对 否
A 货物
A02 设备
A0201 信息化设备
B 工程
C 服务
"""
TERM = """
terms:
  - id: item.goods
    items: [A02]
    points_to: {采购事项: {采购标的: 货物}}
    certainty: implied
    because: 是货物
    examples: [购置设备, 信息化设备采购]
    harmless: [设备维修]
"""


def loaded(text: str):
    problems = Problems()
    return load_items((SourceText("items.txt", text),), problems), problems.found


def test_a_catalogue_is_loaded():
    items, found = loaded(ITEMS)
    assert found == []
    assert (items.title, items.verified) == ("品目目录", False)
    assert dict(items.names) == {"A": "货物", "A02": "设备", "A0201": "信息化设备", "B": "工程", "C": "服务"}
    assert loaded(ITEMS.replace("核对 否", "核对 是"))[0].verified


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("A02 机器", [("PE209", 9, "第 5 行")]),
        ("D01 房屋", [("PE336", 9, "类别字母 `D`")]),
        ("A0301 文物", [("PE336", 9, "没有上级 `A03`（A03000000）")]),
        ("A0200 设备", [("PE336", 9, "末尾的 00")]),
        ("A020 设备", [("PE336", 9, "不是品目代码")]),
        ("A0202", [("PE336", 9, "没有名称")]),
        ("A0202  办公设备", [("PE336", 9, "空格")]),
        ("办公设备", [("PE336", 9, "不是品目代码")]),
        ("核对 否", [("PE336", 9, "不是品目代码")]),
        ("A0202 办公设备\n\n# 别的", []),
    ],
)
def test_a_wrong_line_is_named_with_its_place(line, expected):
    _, found = loaded(f"{ITEMS}{line}\n")
    told = [(d.code, d.span.line + 1, d.message) for d in found]
    assert [(code, line) for code, line, _ in told] == [(code, line) for code, line, _ in expected]
    assert all(words in message for (_, _, message), (_, _, words) in zip(told, expected, strict=True))
    assert all(d.help for d in found)


@pytest.mark.parametrize(
    ("written", "instead", "told"),
    [
        ("A 货物", "A 物品", "应叫“货物”"),
        ("目录 品目目录\n", "", "`目录`"),
        ("核对 否\n", "", "`核对`"),
        ("核对 否", "核对 大概", "`核对`"),
    ],
)
def test_classes_and_head_are_checked(written, instead, told):
    _, found = loaded(ITEMS.replace(written, instead))
    assert any(d.code == "PE336" and told in d.message for d in found)


def test_there_is_one_catalogue():
    problems = Problems()
    load_items((SourceText("a.txt", ITEMS), SourceText("b.txt", ITEMS)), problems)
    assert [(d.code, d.span.path) for d in problems.found] == [("PE336", "b.txt")]
    assert load_items((), Problems()).names == {}


def test_a_catalogue_is_read_when_it_is_asked_for_and_then_it_says_what_is_wrong():
    read = items_of((SourceText("items.txt", "A 货物\n"),))
    with pytest.raises(DiagnosticsError) as caught:
        read()
    assert {d.code for d in caught.value.diagnostics} == {"PE336"}


@pytest.mark.parametrize(
    ("short", "full", "kind"),
    [
        ("A", "A", "货物"),
        ("B07", "B07000000", "工程"),
        ("C110501", "C11050100", "服务"),
        ("A02010104", "A02010104", "货物"),
    ],
)
def test_codes_are_written_short_and_in_full(short, full, kind):
    assert (full_code(short), short_code(full), class_of(short)) == (full, short, kind)
    assert is_code(short)
    assert not is_code(f"{short}00")


def test_the_version_covers_the_catalogue():
    versions = {prepared({"items.txt": ITEMS + more}).rule_set.version for more in ("", "# 注\n")}
    assert len(versions) == 2


@pytest.mark.parametrize(
    ("replaced", "told"),
    [
        ({"lexicon.yaml": TERM}, "没有采购品目分类目录"),
        ({"lexicon.yaml": TERM.replace("[A02]", "[A03]"), "items.txt": ITEMS}, "没有 `A03`"),
        ({"lexicon.yaml": TERM.replace("[A02]", "[02]"), "items.txt": ITEMS}, "`02` 不是品目代码"),
        ({"lexicon.yaml": TERM.replace("[A02]", "[A02]\n    words: [设备]"), "items.txt": ITEMS}, "恰有"),
    ],
)
def test_a_term_names_items_that_there_are(replaced, told):
    with pytest.raises(DiagnosticsError) as caught:
        prepared(replaced)
    (found,) = caught.value.diagnostics
    assert found.code == "PE331"
    assert found.span.path == "lexicon.yaml"
    assert told in found.message


def test_a_term_takes_codes_in_full_too():
    (term,) = prepared(
        {"lexicon.yaml": TERM.replace("[A02]", "[A02000000]"), "items.txt": ITEMS}
    ).rule_set.lexicon.terms
    assert term.items == ("A02",)


def test_whoever_only_checks_a_case_reads_no_catalogue():
    wrong = sources_with({"lexicon.yaml": TERM, "items.txt": "A 物\n"})
    assert load_rule_set(wrong, reads_examples=False).lexicon.terms
    with pytest.raises(DiagnosticsError):
        load_rule_set(wrong)
    assert NO_TERMS.items().names == {}


def test_the_shipped_catalogue_has_every_class_and_says_that_nobody_checked_it():
    problems = Problems()
    items = load_items(as_shipped.sources().items, problems)
    assert problems.found == []
    assert {code[0] for code in items.names} == {"A", "B", "C"}
    assert len(items.names) > 4200
    assert not items.verified
    assert items.names["C2104"] == "物业管理服务"


def words_under(text: str, span) -> str:
    lines = text.splitlines()
    assert span.line == span.end_line
    return f"{span.line + 1}:{lines[span.line][span.column : span.end_column]}"


@pytest.mark.parametrize(
    ("line", "message", "words"),
    [
        ("A02 机器", "品目 `A02` 重复，第 5 行已有", "9:A02 机器"),
        ("D01 房屋", "品目 `D01` 的类别字母 `D` 不对", "9:D01 房屋"),
        ("A0301 文物", "品目 `A0301` 没有上级 `A03`（A03000000）", "9:A0301"),
        ("A0200 设备", "品目代码 `A0200` 末尾的 00 没有略去", "9:A0200 设备"),
        ("A0202", "品目 `A0202` 没有名称", "9:A0202"),
        ("A0202  办公设备", "品目 `A0202` 的名称前后有多余的空格", "9:A0202  办公设备"),
        ("办公设备", "`办公设备` 不是品目代码", "9:办公设备"),
        (" A03 设备", "`` 不是品目代码", "9: A03 设备"),
        ("目录 别的", "`目录` 不是品目代码", "9:目录 别的"),
    ],
)
def test_a_wrong_line_is_shown_whole(line, message, words):
    text = f"{ITEMS}{line}\n"
    items, (found,) = loaded(text)
    assert (message, words) == (found.message, words_under(text, found.span))
    assert ("品目目录", False, "货物") == (items.title, items.verified, items.names["A"])


@pytest.mark.parametrize(
    ("written", "instead", "expected"),
    [
        ("A 货物", "A 物品", ["类别 `A` 应叫“货物”，写的是“物品”", "品目 `A02` 没有上级 `A`（A）"]),
        ("目录 品目目录\n", "", ["开头的 `目录` 没有写明"]),
        ("目录 品目目录", "目录 ", ["开头的 `目录` 没有写明"]),
        ("核对 否\n", "", ["开头的 `核对` 没有写明"]),
        ("核对 否", "核对 大概", ["开头的 `核对` 没有写明"]),
        ("目录 品目目录\n核对 否\n", "", ["开头的 `目录` 没有写明", "开头的 `核对` 没有写明"]),
    ],
)
def test_what_the_head_lacks_is_told_at_the_beginning(written, instead, expected):
    items, found = loaded(ITEMS.replace(written, instead))
    assert expected == [one.message for one in found]
    assert {"items.txt:1:1"} >= {one.span.place for one in found if "开头" in one.message}
    assert all((0, 0) == (one.span.end_line, one.span.end_column) for one in found if "开头" in one.message)
    assert not items.verified


def test_a_second_catalogue_is_told_at_its_beginning():
    problems = Problems()
    found = load_items(tuple(SourceText(f"{name}.txt", ITEMS) for name in "abc"), problems)
    assert ["b.txt:1:1", "c.txt:1:1"] == [one.span.place for one in problems.found]
    assert {(0, 0)} == {(one.span.end_line, one.span.end_column) for one in problems.found}
    assert {"留下 a.txt，移出别的"} == {one.help for one in problems.found}
    assert "品目目录" == found.title
