"""What a program gives is taken as it is, what no case has is told of and stands for nothing."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from policy_engine.loading import given
from policy_engine.loading.given import GIVEN, tree_of
from policy_engine.loading.tree import MAX_DEPTH, Mapping, Scalar, Sequence


def plain(node):
    """Write a tree with each value as its text, and whether it is taken as it stands."""
    match node:
        case Scalar():
            return node.text, node.is_quoted
        case Sequence():
            return [plain(item) for item in node.items]
        case Mapping():
            return {key.text: plain(value) for key, value in node.pairs if key.is_quoted}


def told(data):
    """List code, keys, message and help of what is wrong with some data."""
    return [(one.code, one.place, one.message, one.help) for one in tree_of(data)[1]]


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (10**390, None),
        (-(10**390), None),
        (10**400, "int"),
        (-(10**400), "int"),
        (1e300, None),
        (Decimal("1e400"), None),
        (Decimal("1e401"), "Decimal"),
        (Decimal("-1e401"), "Decimal"),
        (Decimal("1e-400"), None),
        (Decimal("1e-401"), "Decimal"),
    ],
    ids=str,
)
def test_a_number_is_taken_whole_or_told_of_and_left_empty(number, kind) -> None:
    tree, found = tree_of({"甲": [{"乙": number}, 1]})
    told = f"`甲[0].乙` 的数字太长，多于 400 位（{kind}）"
    assert ([] if kind is None else [("PE104", GIVEN, "甲[0].乙", told, "核对数字和单位")]) == [
        (one.code, one.span.path, one.place, one.message, one.help) for one in found
    ]
    assert isinstance(tree, Mapping)
    items = tree.get("甲")
    assert isinstance(items, Sequence)
    first, second = items.items
    assert isinstance(first, Mapping)
    value = first.get("乙")
    assert isinstance(value, Scalar)
    assert isinstance(second, Scalar)
    assert ("1", False) == (second.text, value.is_quoted)
    assert value.text == "null" if kind is not None else Decimal(value.text) == Decimal(str(number))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (None, ("null", False)),
        (True, ("true", False)),
        (False, ("false", False)),
        (-1, ("-1", False)),
        (1e-7, ("0.0000001", False)),
        (1e22, ("1" + "0" * 22, False)),
        (Decimal("1.10"), ("1.10", False)),
        (Decimal("1E+3"), ("1000", False)),
        ("甲", ("甲", True)),
        ("", ("", True)),
        ("true", ("true", True)),
        (date(2026, 1, 2), ("2026-01-02", True)),
        (datetime(2026, 1, 2, 3, 4, tzinfo=UTC), ("2026-01-02 03:04:00+00:00", True)),
        ((1, "2"), [("1", False), ("2", True)]),
        pytest.param(frozenset("cab"), [("a", True), ("b", True), ("c", True)], id="a set"),
        ({"a": {"b": [None, {}, []]}}, {"a": {"b": [("null", False), {}, []]}}),
    ],
)
def test_what_is_given_is_taken_as_it_is(data, expected) -> None:
    tree, found = tree_of(data)
    assert (expected, ()) == (plain(tree), found)


class Unspeakable:
    def __repr__(self):
        raise ValueError


PLAIN = "用 bool、int、float、Decimal、str、date、列表或者 dict；没有填的写 None"
LONG = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (float("nan"), "float `nan`"),
        (float("-inf"), "float `-inf`"),
        (Decimal("NaN"), "Decimal `Decimal('NaN')`"),
        (Decimal("Infinity"), "Decimal `Decimal('Infinity')`"),
        (b"x", "bytes `b'x'`"),
        (bytearray(b"x"), "bytearray `bytearray(b'x')`"),
        (range(3), "range `range(0, 3)`"),
        (timedelta(1), "timedelta `datetime.timedelta(days=1)`"),
        (Unspeakable(), "Unspeakable `…`"),
        (LONG.encode(), f"bytes `b'{LONG}'`"),
        (LONG.encode() + b"y", f"bytes `b'{LONG}y…`"),
    ],
    ids=range(11),
)
def test_what_no_case_has_is_told_where_it_is_and_stands_for_nothing(value, shown) -> None:
    for data, keys in ((value, "案件"), ([value], "案件[0]"), ({"甲": {"乙": value}}, "甲.乙")):
        message = f"`{keys}` 写了 {shown}，案件里没有这样的值"
        assert [("PE113", keys, message, PLAIN)] == told(data)
    tree, _ = tree_of([value, 1])
    assert [("null", False), ("1", False)] == plain(tree)


def test_a_key_is_a_word() -> None:
    advice = "把键写成一个字段名"
    data = {"甲": {1: 2, None: 3, "乙": [4]}, Unspeakable(): 5}
    assert [
        ("PE005", "甲", "键必须是文字，写的是 int `1`", advice),
        ("PE005", "甲", "键必须是文字，写的是 NoneType `None`", advice),
        ("PE005", "案件", "键必须是文字，写的是 Unspeakable `…`", advice),
    ] == told(data)
    tree, found = tree_of(data)
    assert {"甲": {"乙": [("4", False)]}} == plain(tree)
    lines = [one.span.line for one in found]
    assert lines == sorted(set(lines))


def test_hidden_characters_are_told_in_words_and_keys() -> None:
    found = told({"甲": ["乙\u200b"], "丙\u200b": 1})
    assert [
        ("PE014", "甲[0]", "含有不可见的字符 U+200B"),
        ("PE014", "丙⟨U+200B⟩", "含有不可见的字符 U+200B"),
    ] == [one[:3] for one in found]


def test_places_count_the_values_before_them() -> None:
    tree, _ = tree_of({"甲": [1, [2, 3]], "乙": {"丙": 4}})
    assert isinstance(tree, Mapping)
    assert (0, 0, 8, 0) == (tree.span.line, tree.span.column, tree.span.end_line, tree.span.end_column)
    spans = [(value.span.keys, value.span.line, value.span.end_line) for _, value in tree.pairs]
    assert [("甲", 1, 6), ("乙", 6, 8)] == spans
    assert [("甲", 1, 2), ("乙", 6, 7)] == [
        (k.span.keys, k.span.line, k.span.end_line) for k, _ in tree.pairs
    ]
    first = tree.pairs[0][1]
    assert isinstance(first, Sequence)
    assert [("甲[0]", 2, 3), ("甲[1]", 3, 6)] == [
        (one.span.keys, one.span.line, one.span.end_line) for one in first.items
    ]


def nested(levels):
    found = 1
    for _ in range(levels):
        found = [found]
    return found


def test_what_lies_too_deep_or_in_itself_is_told_once() -> None:
    assert [] == told(nested(MAX_DEPTH + 1))
    deepest = "案件" + "[0]" * (MAX_DEPTH + 1)
    advice = "事实写成 {主题: {字段: 值}}"
    for more in (2, 3):
        assert [("PE004", deepest, "嵌套超过 60 层", advice)] == told(nested(MAX_DEPTH + more))
    loop: dict[str, object] = {"甲": 1}
    loop["乙"] = [loop, 2]
    assert [("PE004", "乙[0]", "`乙[0]` 里面又有它自己", advice)] == told(loop)
    assert {"甲": ("1", False), "乙": [("null", False), ("2", False)]} == plain(tree_of(loop)[0])
    # The same thing twice is no loop.
    assert [] == told([loop["甲"], [[]] * 2, [[]] * 2])


def test_what_is_too_much_is_told_once_at_the_first_value_above_the_limit(monkeypatch) -> None:
    monkeypatch.setattr(given, "_MOST_VALUES", 20)
    monkeypatch.setattr(given, "MAX_CHARACTERS", 10)
    told_so = ("案件过大：上限 20 个值、10 个字符", "一次给一个案件")
    assert [] == told([0] * 19)
    tree, _ = tree_of([0] * 22)
    assert [("PE003", "案件[19]", *told_so)] == told([0] * 22)
    assert [("0", False)] * 19 + [("", False)] * 3 == plain(tree)
    assert [] == told(["x" * 5, "x" * 5, ""])
    assert [("PE003", "案件[3]", *told_so)] == told(["x" * 5, "x" * 5, "x", "", ""])
    assert [("PE003", "甲", *told_so)] == told({"x" * 10: 1, "甲": "y", "乙": 3})
