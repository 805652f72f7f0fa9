"""What a text holds is counted before anything is made of it, so that too much is refused with little of it kept."""

import tracemalloc

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading import files, json_lines, tree
from policy_engine.loading.files import decode, read_source
from policy_engine.loading.json_lines import parse_json_lines
from policy_engine.loading.json_tree import parse_json
from policy_engine.loading.tree import Mapping, Node, Scalar, Sequence, may_hold_too_much, parse, parse_rules

FEW = 20
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("a,:?-[{\"'\n 字", max_size=5),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.text("ab字", max_size=3), inner, max_size=5)
    ),
    max_leaves=25,
)


@pytest.fixture
def few(monkeypatch) -> None:
    monkeypatch.setattr(tree, "MAX_VALUES", FEW)
    monkeypatch.setattr(json_lines, "MAX_VALUES", FEW)


def size(node: Node) -> int:
    match node:
        case Scalar():
            return 1
        case Sequence(items=items):
            return 1 + sum(map(size, items))
        case Mapping(pairs=pairs):
            return 1 + sum(1 + size(value) for _, value in pairs)


@pytest.mark.usefixtures("few")
@given(
    value=JSON,
    style=st.sampled_from([None, True, False]),
    start=st.sampled_from(["", "\ufeff", "# 注, 注\n", "---\n"]),
)
def test_exactly_what_holds_more_than_the_limit_is_refused(value, style, start):
    text = start + yaml.safe_dump(value, default_flow_style=style, allow_unicode=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tree, "MAX_VALUES", 10**6)
        held = sum(map(size, parse(text, "a.yaml").documents))
    for read in (parse, parse_rules):
        found = read(text, "a.yaml")
        assert (held > FEW) == (["PE003"] == [d.code for d in found.diagnostics]), text
        assert (held > FEW) == (not found.documents)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(
    ("before", "rest", "place"),
    [
        ("[" + "a," * 19, "b]", (0, 39)),
        ("- a\n" * 19, "- b\n", (19, 2)),
        # Of the last key, the value that nobody wrote is one too many.
        ("{a,b,c,d,e,f,g,h,i,", "j}", (0, 20)),
    ],
)
def test_the_first_value_above_the_limit_is_pointed_at(before, rest, place):
    (refused,) = parse(before + rest, "a.yaml").diagnostics
    assert place == (refused.span.line, refused.span.column)


@pytest.mark.usefixtures("few")
def test_json_that_may_be_too_much_is_left_to_who_counts():
    assert parse_json("[" + "1," * 30 + "1]", "a.json") is None
    assert parse_json('["' + "字" * 60 + '"]', "a.json") is not None


@pytest.mark.usefixtures("few")
@given(st.lists(st.integers(0, 5), min_size=2, max_size=8))
def test_lines_of_json_are_counted_together(counts):
    lines = [f'{{"a": {[0] * n}}}' for n in counts]
    found = parse_json_lines("\n".join(lines), "a.jsonl")
    assert found is not None
    totals = [sum(3 + n for n in counts[:end]) for end in range(1, len(counts) + 1)]
    over = next((number for number, total in enumerate(totals) if total > FEW), None)
    expected = [] if over is None else [("PE003", over)]
    assert expected == [(d.code, d.span.line) for d in found.diagnostics]
    assert len(found.documents) == (len(lines) if over is None else 0)


def test_little_is_kept_of_a_text_that_is_refused(monkeypatch):
    # Large against what a reading needs anyhow.
    monkeypatch.setattr(tree, "MAX_VALUES", 20_000)
    text = "采购事项: {含工程: [" + "1," * (tree.MAX_VALUES + 10) + "1]}"
    tracemalloc.start()
    try:
        found = parse(text, "a.yaml")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert ["PE003"] == [d.code for d in found.diagnostics]
    assert most < 20 * len(text)


def test_a_text_in_which_nothing_can_be_too_much_is_not_counted():
    assert not may_hold_too_much("字" * (tree.MAX_VALUES * 2))
    assert not may_hold_too_much("# " + "注" * 60 + "\n")


@pytest.mark.parametrize("length", [10, 11, 5000])
def test_what_never_ends_is_read_to_the_limit_only(monkeypatch, tmp_path, length):
    monkeypatch.setattr(files, "MOST_BYTES", 10)
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a" * length)
    for read in (lambda: read_source(path), lambda: decode(b"a" * length, "a.yaml")):
        try:
            found = read().text
        except DiagnosticsError as error:
            found = "".join(d.code for d in error.diagnostics)
        assert found == ("a" * length if length <= 10 else "PE003")


@pytest.mark.parametrize("read", [parse, parse_rules])
@pytest.mark.parametrize(("length", "told"), [(30, []), (31, [("PE003", "文件过大：31 个字符，上限 30")])])
def test_a_text_has_as_many_characters_as_it_may_and_not_one_more(monkeypatch, read, length, told):
    monkeypatch.setattr(tree, "MAX_CHARACTERS", 30)
    found = read("a: " + "字" * (length - 3), "a.yaml")
    assert told == [(d.code, d.message) for d in found.diagnostics]
    assert len(found.documents) == (0 if told else 1)


DEEP = "[" * (tree.MAX_DEPTH + 1) + "]" * (tree.MAX_DEPTH + 1)


@pytest.mark.parametrize(
    ("text", "code", "under"),
    [
        (f"甲: {DEEP}\n乙: 1\n", "PE004", "["),
        (f"甲: {DEEP.replace('[]', '{}')}\n乙: 1\n", "PE004", "{"),
        (f"甲: {DEEP.replace('[]', '{丙: 1}')}\n乙: 1\n", "PE004", "{"),
        ("甲: *a\n乙: 1\n", "PE006", "*a"),
        ("甲: [*a]\n乙: 1\n", "PE006", "*a"),
    ],
    ids=["lists", "mapping", "more within", "alias", "alias in a list"],
)
def test_in_place_of_what_is_refused_stands_an_empty_word_and_the_rest_is_read(text, code, under):
    found = parse(text, "a.yaml")
    (told,) = found.diagnostics
    line = text.splitlines()[told.span.line]
    assert (code, under) == (told.code, line[told.span.column : told.span.end_column])
    (document,) = found.documents
    assert isinstance(document, Mapping)
    refused, rest = document.get("甲"), document.get("乙")
    while isinstance(refused, Sequence):
        (refused,) = refused.items
    assert Scalar("", False, told.span) == refused
    assert isinstance(rest, Scalar)
    assert ("1", False) == (rest.text, rest.is_quoted)


@pytest.mark.parametrize(
    ("text", "is_read"),
    [
        ('{"a": "甲"}', True),
        ('{"a": "\\u4e00"}', True),
        ('{"a": "甲\u200b"}', False),
        ('{"a\u200b": 1}', False),
        ('["\u202e"]', False),
        ('{"a": "\\u200b"}', False),
        ('{"a": "甲\x7f"}', False),
    ],
    ids=ascii,
)
def test_json_with_hidden_characters_is_left_to_what_tells_of_them(text, is_read) -> None:
    assert is_read is (parse_json(text, "a.json") is not None)
