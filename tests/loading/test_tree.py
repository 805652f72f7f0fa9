"""A text is read as a tree in which every word has its place, whatever is wrong with it."""

import pytest

from policy_engine.loading import tree as module
from policy_engine.loading.syntax import full_width_help
from policy_engine.loading.tree import (
    MAX_DEPTH,
    Mapping,
    Scalar,
    Sequence,
    is_empty,
    moved,
    parse,
    parse_flawless,
    parse_rules,
)


def at(span) -> str:
    return f"{span.line + 1}:{span.column + 1}-{span.end_line + 1}:{span.end_column + 1}"


def shown(node):
    """Write a tree with the place of every word and of every collection."""
    match node:
        case Scalar():
            return node.text, node.is_quoted, at(node.span)
        case Sequence():
            return [*map(shown, node.items), at(node.span)]
        case Mapping():
            return {f"{key.text} {at(key.span)}": shown(value) for key, value in node.pairs} | {
                "": at(node.span)
            }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("---\n", [("", False, "2:1-2:1")]),
        ("--- a\n--- b\n", [("a", False, "1:5-1:6"), ("b", False, "2:5-2:6")]),
        (
            '- a\n- "b"\n- |\n  c\n',
            [[("a", False, "1:3-1:4"), ("b", True, "2:3-2:6"), ("c\n", True, "3:3-5:1"), "1:1-5:1"]],
        ),
        (
            "a: [b, {c: d}]\n",
            [
                {
                    "a 1:1-1:2": [
                        ("b", False, "1:5-1:6"),
                        {"c 1:9-1:10": ("d", False, "1:12-1:13"), "": "1:8-1:14"},
                        "1:4-1:15",
                    ],
                    "": "1:1-2:1",
                }
            ],
        ),
        ("a: 'x\n  y'\n", [{"a 1:1-1:2": ("x y", True, "1:4-2:5"), "": "1:1-3:1"}]),
        ("? a\n", [{"a 1:3-1:4": ("", False, "2:1-2:1"), "": "1:1-2:1"}]),
        ("a: ! b\n", [{"a 1:1-1:2": ("b", False, "1:4-1:7"), "": "1:1-2:1"}]),
        (
            "a: b\n---\n- c\n",
            [{"a 1:1-1:2": ("b", False, "1:4-1:5"), "": "1:1-2:1"}, [("c", False, "3:3-3:4"), "3:1-4:1"]],
        ),
    ],
)
def test_every_word_has_its_place(text, expected) -> None:
    found = parse(text, "a.yaml")
    assert (expected, ()) == ([shown(one) for one in found.documents], found.diagnostics)
    flawless = parse_flawless(text, "a.yaml")
    assert (expected[0] if len(expected) == 1 else None) == (None if flawless is None else shown(flawless))
    assert parse_rules(text, "a.yaml") == found


@pytest.mark.parametrize(
    ("text", "keys", "told"),
    [
        ("[a]: b\nc: d\n", ["c"], [("PE005", "键必须是一个词，不能是列表或映射", "1:1-1:4")]),
        ("{a: b}: c\nd: e\n", ["d"], [("PE005", "键必须是一个词，不能是列表或映射", "1:1-1:7")]),
        ("<<: a\nb: c\n", ["b"], [("PE006", "不支持合并键 `<<`", "1:1-1:3")]),
        (
            "b: 0\na: 1\na: 3\na: 4\n",
            ["b", "a"],
            [
                ("PE007", "键 `a` 重复，第 2 行已有", "3:1-3:2"),
                ("PE007", "键 `a` 重复，第 2 行已有", "4:1-4:2"),
            ],
        ),
        (
            "a: &x b\nc: *x\nd: e\n",
            ["a", "c", "d"],
            [("PE006", "不支持锚点 `&x`", "1:4-1:8"), ("PE006", "不支持别名（`*` 开头的引用）", "2:4-2:6")],
        ),
        (
            "&a b: &c [d]\n",
            ["b"],
            [("PE006", "不支持锚点 `&a`", "1:1-1:5"), ("PE006", "不支持锚点 `&c`", "1:7-1:11")],
        ),
        (
            "a: !t [b]\nc: !!int 3\n",
            ["a", "c"],
            [
                ("PE006", "不支持标签 `!t`", "1:4-1:8"),
                ("PE006", "不支持标签 `tag:yaml.org,2002:int`", "2:4-2:11"),
            ],
        ),
        (
            'a: "\\u200b"\nb: \u200b\n',
            ["a", "b"],
            [
                ("PE014", "含有不可见的字符 U+200B", "1:4-1:12"),
                ("PE014", "含有不可见的字符 U+200B", "2:4-2:5"),
            ],
        ),
        # Half a character, which only a program can hand in.
        ("a: 1\nb: \ud800\n", ["a", "b"], [("PE014", "含有不可见的字符 U+D800", "2:4-2:5")]),
    ],
)
def test_what_is_wrong_is_told_where_it_is_and_the_rest_is_kept(text, keys, told) -> None:
    found = parse(text, "a.yaml")
    (root,) = found.documents
    assert isinstance(root, Mapping)
    assert keys == [key.text for key, _ in root.pairs]
    assert told == [(one.code, one.message, at(one.span)) for one in found.diagnostics]
    assert all(one.help for one in found.diagnostics)
    assert parse_flawless(text, "a.yaml") is None


def test_words_that_stand_for_others_stand_for_nothing() -> None:
    (root,) = parse("a: &x b\nc: *x\n", "a.yaml").documents
    assert {
        "a 1:1-1:2": ("b", False, "1:4-1:8"),
        "c 2:1-2:2": ("", False, "2:4-2:6"),
        "": "1:1-3:1",
    } == shown(root)


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ("{a: ", "}")])
def test_collections_may_lie_so_deep_and_no_deeper(opening, closing) -> None:
    def nested(depth: int) -> str:
        return opening * depth + closing * depth

    assert () == parse(nested(MAX_DEPTH + 1), "a.yaml").diagnostics
    column = len(opening) * (MAX_DEPTH + 1) + 1
    for depth in (MAX_DEPTH + 2, MAX_DEPTH + 9, 2000):
        (found,) = parse(nested(depth), "a.yaml").diagnostics
        assert ("PE004", "嵌套超过 60 层", f"1:{column}-1:{column + 1}") == (
            found.code,
            found.message,
            at(found.span),
        )
    # What follows is told too, but where nothing would come back from the depth.
    for depth, codes in ((MAX_DEPTH + 2, ["PE004", "PE006"]), (1000, ["PE004", "PE006"]), (2000, ["PE004"])):
        found = parse(f"- {nested(depth)}\n- &b c\n", "a.yaml")
        assert codes == [one.code for one in found.diagnostics]
        assert (len(codes) - 1) == len(found.documents)


@pytest.mark.parametrize(("depth", "codes"), [(60, ["PE005"]), (61, ["PE004", "PE005"])])
def test_keys_lie_as_deep_as_values(depth, codes) -> None:
    found = parse("{" + "[" * depth + "]" * depth + ": 1}", "a.yaml").diagnostics
    assert codes == [one.code for one in found]


def test_what_is_wrong_is_counted_anew_in_each_document_and_each_item_at_the_top() -> None:
    many = "".join("  - &a x\n" for _ in range(250))
    for text, told in (
        (f"a:\n{many}", [200]),
        (f"a:\n{many}---\na:\n{many}", [200, 200]),
        (f"- a:\n{many.replace('  -', '    -')}- b:\n{many.replace('  -', '    -')}", [200, 200]),
        (f"a:\n{many}b:\n{many}", [200]),
    ):
        found = parse(text, "a.yaml").diagnostics
        # The last that is told of each stands for those that are only counted.
        assert sum(told) == len(found)
        assert len(told) == len([one for one in found if one.more])


def test_a_file_may_be_so_long_and_no_longer(monkeypatch) -> None:
    monkeypatch.setattr(module, "MAX_CHARACTERS", 10)
    assert () == parse("a: 3456789", "a.yaml").diagnostics
    for read in (parse, parse_rules):
        found = read("a: 34567890", "a.yaml")
        assert [("PE003", "文件过大：11 个字符，上限 10", "1:1-1:1")] == [
            (one.code, one.message, at(one.span)) for one in found.diagnostics
        ]
        assert () == found.documents


@pytest.mark.parametrize(
    ("text", "place"), [("- a\n- b\n- c\n", "3:3"), ("a: b\nc: d\n", "2:1"), ("[a, b, c]\n", "1:8")]
)
def test_a_file_may_hold_so_many_keys_and_values_and_no_more(text, place, monkeypatch) -> None:
    monkeypatch.setattr(module, "MAX_VALUES", 3)
    for read in (parse, parse_rules):
        (found,) = read(text, "a.yaml").diagnostics
        assert ("PE003", "内容过多：到这里已有 3 个键和值，是上限") == (found.code, found.message)
        assert f"a.yaml:{place}" == found.span.place
    monkeypatch.setattr(module, "MAX_VALUES", 5)
    assert () == parse(text, "a.yaml").diagnostics


def test_a_tree_is_moved_with_all_its_places() -> None:
    text = "a: [b, {c: 'd'}]\ne:\n  - f\n"
    (root,), (below,) = parse(text, "a.yaml").documents, parse("\n\n\n" + text, "a.yaml").documents
    assert shown(below) == shown(moved(root, 3))
    assert shown(root) == shown(moved(root, 0)) == shown(moved(below, -3))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", True),
        ("null", True),
        ("~", True),
        ("Null", True),
        ("NULL", True),
        ("'null'", False),
        ("''", False),
        ("无", False),
        ("[]", False),
        ("{}", False),
    ],
)
def test_nothing_was_written(text, expected) -> None:
    (root,) = parse(f"a: {text}\n", "a.yaml").documents
    assert isinstance(root, Mapping)
    assert expected is is_empty(root.get("a"))
    assert is_empty(root.get("b"))


def test_a_mapping_knows_the_places_of_its_keys_and_values() -> None:
    (root,) = parse("a: 1\nb: [2]\n", "a.yaml").documents
    assert isinstance(root, Mapping)
    assert ("2:1-2:2", "2:4-2:7") == (at(root.key("b").span), at(root.place("b")))
    assert (None, None, None) == (root.key("c"), root.place("c"), root.get("c"))
    assert [("b", "2:4-2:7")] == [(key, at(span)) for key, span in root.places({"b", "c"})]


JSON = [
    (
        '{"a": "\\ud842\\udfb7", "b": "\\ud842\\udfb7x\\ud842\\udfb7", "c": 1}',
        {
            "a 1:2-1:5": ("𠮷", True, "1:7-1:21"),
            "b 1:23-1:26": ("𠮷x𠮷", True, "1:28-1:55"),
            "c 1:57-1:60": ("1", False, "1:62-1:63"),
            "": "1:1-1:64",
        },
    ),
    (
        ' \n[{"a": "\\uDBFF\\uDFFF"},\r\n"\\u00e9\\ud83d\\ude00", x]',
        [
            {"a 2:3-2:6": ("\U0010ffff", True, "2:8-2:22"), "": "2:2-2:23"},
            ("é😀", True, "3:1-3:21"),
            ("x", False, "3:23-3:24"),
            "2:1-3:25",
        ],
    ),
]


@pytest.mark.parametrize(("text", "expected"), JSON)
def test_what_json_escapes_in_two_halves_is_one_character_in_its_place(text, expected) -> None:
    found = parse(text, "a.json")
    # The greatest of all is no character of a text.
    assert {"PE014"} >= {one.code for one in found.diagnostics}
    assert [expected] == [shown(one) for one in found.documents]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"a": "\\ud842", "b": 1}', "1:7-1:15"),
        ('{"a": "\\udfb7\\ud842", "b": 1}', "1:7-1:21"),
        ('{"a": "x", "b": "\\ud842 \\udfb7"}', "1:17-1:32"),
    ],
)
def test_half_a_character_is_refused(text, place) -> None:
    (found,) = parse(text, "a.json").diagnostics
    assert ("PE014", "有不成字的编号：`\\ud800` 一类的编号要成对，才是一个字", place) == (
        found.code,
        found.message,
        at(found.span),
    )


def test_only_json_escapes_so() -> None:
    (found,) = parse('a: "\\ud842\\udfb7"\n', "a.yaml").diagnostics
    assert ("PE002", "a.yaml:1:7") == (found.code, found.span.place)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲：乙，丙", "全角 `：` 改为半角 `:`，冒号后加一个空格"),
        ("｛甲，乙｝", "全角 `，` 改为半角 `,`、全角 `｛` 改为半角 `{`、全角 `｝` 改为半角 `}`"),
        ("［］", "全角 `［` 改为半角 `[`、全角 `］` 改为半角 `]`"),
        ("\u3000甲", "去掉全角空格，缩进用半角空格"),
        ("  甲\u3000乙", "去掉全角空格，缩进用半角空格"),
        ("\t甲", "去掉制表符，缩进用半角空格"),
        (" \xa0甲", "去掉不换行空格（U+00A0），缩进用半角空格"),
        ("甲\t乙", ""),
        ("甲，“乙”－丙", ""),
        ("甲", ""),
        ("", ""),
    ],
)
def test_full_width_marks_are_said_to_be_so_where_they_can_be_meant_otherwise(text, expected) -> None:
    assert expected == full_width_help(text)
