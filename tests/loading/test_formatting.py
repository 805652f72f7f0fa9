"""What loads also formats: meaning stays, comments stay with what they are about, twice is once."""

import re
from contextlib import suppress
from itertools import product

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import examples
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading import formatting as module
from policy_engine.loading.files import SourceText
from policy_engine.loading.formatting import format_rules

HEAD = "document: law\nrules:\n"


def formatted(text: str) -> str:
    return format_rules(SourceText("a.yaml", text))


def meaning(text: str) -> list[object]:
    return list(yaml.load_all(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)))


class Writer:
    """Writes one rule file with every choice of layout drawn, and notes what each comment was put at.

    Every word of the file is its own, so that a comment can name the word it is about.
    """

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.count = 0
        self.comments: list[tuple[str, str, str]] = []

    def chance(self, one_in: int) -> bool:
        return self.draw(st.integers(1, one_in)) == one_in

    def word(self) -> str:
        self.count += 1
        return f"w{self.count}"

    def above(self, word: str, indent: int) -> str:
        if not self.chance(4):
            return "\n" if self.chance(8) else ""
        name = f"# above {word}"
        self.comments.append(("above", name, word))
        blank = "\n" if self.chance(4) else ""
        return f"{blank}{' ' * self.draw(st.integers(0, indent))}{name}\n"

    def behind(self, word: str) -> str:
        if not self.chance(5):
            return ""
        name = f"# behind {word}"
        self.comments.append(("behind", name, word))
        return " " * self.draw(st.integers(1, 4)) + name

    def scalar(self, indent: int) -> tuple[str, str]:
        """Give the word it begins with and its text; a text of several lines has no room for a comment behind."""
        word = self.word()
        pad = " " * indent
        kinds = [
            word, f'"{word}: # 甲"', f"'{word}'", f"{word} null", f"{word}\n{pad}  接下去\n\n{pad}  再接",
            f'"{word}\\\n{pad}    接 \\" 下去"', f"|\n{pad}  {word}  \n{pad}    # 缩进\n\n{pad}  尾", f"|-\n{pad}  {word}",
            f"|+\n{pad}   {word}\n\n\n", f">2\n{pad}   {word}\n{pad}  折", f">-\n{pad}  {word}\n{pad}  折\n\n",
        ]  # fmt: skip
        return word, self.draw(st.sampled_from(kinds))

    def flow(self, depth: int) -> str:
        kind = self.draw(st.integers(0, 3 if depth else 1))
        if kind <= 1:
            return self.draw(st.sampled_from(["{w}", '"{w}"', "'{w}'"])).format(w=self.word())
        gap = self.draw(st.sampled_from(["", " ", "\n        "]))
        parts = []
        for _ in range(self.draw(st.integers(0, 3))):
            word = self.word()
            value = self.flow(depth - 1)
            parts.append(f"{word}: {value}" if kind == 2 else value)
            last = (re.findall(r"w\d+", parts[-1]) or [""])[-1]
            if last and parts[-1].endswith((last, f'{last}"', f"{last}'")) and self.chance(5):
                name = f"# behind {last}"
                self.comments.append(("behind", name, last))
                parts[-1] += f" {name}\n        "
        body = f",{gap or ' '}".join(parts)
        return f"{{{gap}{body}{gap}}}" if kind == 2 else f"[{gap}{body}{gap}]"

    def value(self, key: str, indent: int, depth: int) -> str:
        """Write what follows the colon of a key, line end and all."""
        kind = self.draw(st.integers(0, 5 if depth else 2))
        if kind <= 1:
            _, text = self.scalar(indent)
            one_line = "\n" not in text
            return f" {text}{self.behind(key) if one_line else ''}\n"
        if kind == 2:
            return f" {self.flow(2)}\n"
        inner = indent + self.draw(st.integers(1, 4))
        if kind == 3:
            return self.behind(key) + "\n" + self.mapping(inner, depth - 1)
        return self.behind(key) + "\n" + self.items(self.draw(st.sampled_from([indent, inner])), depth - 1)

    def mapping(self, indent: int, depth: int) -> str:
        text = ""
        for _ in range(self.draw(st.integers(1, 3))):
            key = self.word()
            above = self.above(key, indent)
            text += f"{above}{' ' * indent}{self.draw(st.sampled_from(['{}', chr(34) + '{}' + chr(34)])).format(key)}:"
            text += self.value(key, indent, depth)
        return text

    def items(self, indent: int, depth: int) -> str:
        text = ""
        for _ in range(self.draw(st.integers(1, 3))):
            if depth and self.chance(3):
                body = self.mapping(indent + 2, depth - 1)
                is_bare = re.match(r" *w\d+:", body) is None
                text += f"{' ' * indent}-\n{body}" if is_bare else f"{' ' * indent}- {body.lstrip()}"
                continue
            word, value = self.scalar(indent)
            above = self.above(word, indent)
            text += f"{above}{' ' * indent}- {value}{self.behind(word) if chr(10) not in value else ''}\n"
        return text

    def rule(self) -> str:
        keys = self.draw(st.permutations(["title", "cite", "when", "remedy", "examples", "note"]))
        text = f"  - id: {self.word()}\n"
        for key in keys[: self.draw(st.integers(0, 6))]:
            text += f"    {key}:{self.value(key, 4, 2)}"
        return text + "\n" * self.draw(st.integers(0, 2))


@st.composite
def rule_files(draw: st.DrawFn) -> tuple[str, list[tuple[str, str, str]]]:
    writer = Writer(draw)
    text = HEAD + "".join(writer.rule() for _ in range(draw(st.integers(1, 3))))
    # A comment behind a key of the rule itself names no word of its own.
    return text, [c for c in writer.comments if re.fullmatch(r"w\d+", c[2])]


def is_about(kind: str, name: str, word: str, lines: list[str]) -> bool:
    """Tell whether a comment stands above the line that begins with its word, or behind it: seen line by line."""
    at = next(n for n, line in enumerate(lines) if line.endswith(name))
    if lines[at].lstrip() != name:
        return re.search(rf"\b{word}\b", lines[at].removesuffix(name)) is not None
    below = [
        line
        for line in lines[at + 1 :]
        if line.strip() not in ("", "-") and not line.lstrip().startswith("#")
    ]
    # The first word of a block stands under its mark.
    is_block = re.search(r"- [|>][-+2]*$", below[0]) is not None
    return re.search(rf"\b{word}\b", below[is_block]) is not None


@settings(max_examples=examples(600))
@given(rule_files())
def test_any_rule_file_keeps_meaning_and_comments_and_is_formatted_once(file):
    text, comments = file
    before = meaning(text)
    found = formatted(text)
    assert before == meaning(found)
    assert found == formatted(found)
    lines = found.split("\n")
    for kind, name, word in comments:
        assert 1 == sum(line.endswith(name) for line in lines)
        assert is_about(kind, name, word, lines), (kind, word)


@settings(max_examples=400)
@given(st.text(alphabet="ab甲::--??##|>{}[],'\"\\\n\n\n    +2!", max_size=40))
def test_any_text_is_formatted_or_told(text):
    with suppress(DiagnosticsError):
        found = formatted(text)
        assert meaning(text) == meaning(found)
        assert found == formatted(found)


# Small documents of the kinds that suites of YAML hold.
KINDS = [
    "", "# 只有注释\n", "---\n", "a: 1", "%YAML 1.1\n---\na: 1\n...\n# 尾\n", "a: 1\n---\n# 乙\nb: 2\n", "--- # 甲\na: 1\n",
    "---\n{a: 1}\n", "[a, [b, c], {d: e}]\n", "{a: 1, b: , c}\n", "[a: 1, b]\n", "? a\n: b\n", "? a # 甲\n: b\n", "? a\n# 甲\n: b\n",
    "a:\n- b\n- - c\n  - d\n", "-\n  a: 1\n-\n- b\n", "- # 甲\n  a: 1\n", "- # 甲\n  - 乙\n", "'a': \"b\"\n", "a: ~\nb: NULL\nc: True\nd: +5\n",
    "a: |\n  x\n\n\nb: 1\n", "a: |+\n  x\n\n\nb: 1\n", "a: |+\n  x\n\n", "a: >-\n\n  x\n    y\n\n  z\n", "a: |2\n    x\n  y\n", "- |1\n  x\n",
    "a: |\n  x", "a: | # 甲\n  x\n", "a: \"x \\\n  y\"\n", "a: x\n  y\n\n  z\n", "a: 'x\n\n  y'\n", "a: x\ty\n", "a: |\n  x  \n  \ty\n",
    "a: # 甲\n  # 乙\n  b # 丙\n", "a: [ # 甲\n  b, # 乙\n  # 丙\n  c\n  # 丁\n  ] # 戊\n", "{ # 甲\n a: 1 # 乙\n} # 丙\n",
    "a: {b: 1,\n  # 甲\n  c: 2}\n",
    "a: {\"b\":1, 'c':2}\n", "a : 1\n", "a: http://甲/#乙\n", "a:\n    # 深\n  b: 1\n # 浅\nc: 2\n", "a: 1\r\nb: 2\r\n",
    "\n\n# 甲\n\n\na: 1\n\n\n\nb: 2\n",
    "a: []\nb: {}\nc: [ # 甲\n]\n", "a: \"甲\n  乙\"\n", "[\"甲\n  乙\", 丙]\n", "- a\n# 甲\n- b\n  # 乙\n", "a:\n  - b\n  # 甲\n# 乙\nc: 1\n",
]  # fmt: skip


@pytest.mark.parametrize("text", KINDS, ids=repr)
def test_a_document_of_any_kind_keeps_its_meaning_and_is_formatted_once(text):
    found = formatted(text)
    assert meaning(text) == meaning(found)
    assert found == formatted(found)
    assert sorted(re.findall("# ?[^#\r\n]*", text)) == sorted(re.findall("# ?[^#\r\n]*", found))


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        (HEAD + "  - 未写完\n", "PE009", 3, 5),
        (HEAD + "  - id: a\n  -\n", "PE009", 4, 4),
        (HEAD + "  - id: a\n    ? |\n      b\n    : c\n", "PE831", 4, 7),
        ("{a: 1,\n?\n}\n", "PE831", 3, 1),
        (HEAD + '  - id: a\n    ? "b\n\n      c"\n    : d\n', "PE831", 4, 7),
        ("a: b: c\n", "PE002", 1, 5),
        ("a: ! [b]\n", "PE831", 1, 4),
        ("  --- a: b\n", "PE831", 1, 3),
    ],
)
def test_what_cannot_be_formatted_is_told_at_its_place(text, code, line, column):
    with pytest.raises(DiagnosticsError) as raised:
        formatted(text)
    (found,) = raised.value.diagnostics
    assert (code, f"a.yaml:{line}:{column}") == (found.code, found.span.place)


@pytest.mark.parametrize(
    ("damage", "place"),
    [
        (("# 甲", ""), "a.yaml:2:12"),
        (("# 甲\n", "\n  # 甲\n"), "a.yaml:2:12"),
        (("b: 2", "b: 3"), "a.yaml:3:4"),
        (("b: 2", 'b: "2"'), "a.yaml:3:4"),
        (("b: 2", "c: 2"), "a.yaml:3:1"),
        (("b: 2", "b: [2"), "a.yaml:1:1"),
        (("", ""), None),
    ],
)
def test_a_change_of_meaning_or_a_comment_gone_astray_stops_the_formatting(damage, place, monkeypatch):
    text = "document: law\na: [1, 2]  # 甲\nb: 2\n"
    printed = module.print_layout
    monkeypatch.setattr(module, "print_layout", lambda *given: printed(*given).replace(*damage, 1))
    if place is None:
        assert text == formatted(text)
        return
    with pytest.raises(DiagnosticsError) as raised:
        formatted(text)
    assert [("PE831", place)] == [(d.code, d.span.place) for d in raised.value.diagnostics]


def test_a_rule_in_braces_becomes_a_rule_in_lines():
    flow = HEAD + "  - {title: 甲, id: a, when: {b: true}}\n"
    assert HEAD + "  - id: a\n    title: 甲\n    when: {b: true}\n" == formatted(flow)
    assert formatted(flow) == formatted("{document: law, rules: [{title: 甲, id: a, when: {b: true}}]}")


def test_a_comment_level_with_the_examples_stays_with_them():
    text = HEAD + "  - id: a\n    examples:\n      - {name: 一}\n      # 还缺一个\n\n  # 第二条\n  - id: b\n"
    assert text == formatted(text)


def test_comments_at_the_end_keep_their_order():
    assert "a: b\n# 甲\n# 乙\n" == formatted("  a: b\n# 甲\n  # 乙\n")


@pytest.mark.parametrize("item", ["{}"])
def test_an_empty_rule_stays_as_it_stands(item):
    text = HEAD + f"  - id: a\n\n  - {item}\n"
    assert text == formatted(text)


def test_windows_line_ends_are_kept():
    text = (HEAD + "  - id: a\n    title: 甲\n").replace("\n", "\r\n")
    assert text == formatted(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a:\n  - [b, # 甲\n     c] # 乙\n  - d\n", "a:\n  # 乙\n  - - b # 甲\n    - c\n  - d\n"),
        (
            "sets:\n  服务: # 甲\n    # 乙\n    [监理,\n     设计] # 丙\n",
            "sets:\n  # 乙\n  # 丙\n  服务: # 甲\n    [监理,\n     设计]\n",
        ),
        ("a: |+\n  b\n\n...\n  # 甲\n", "a: |+\n  b\n\n...\n# 甲\n"),
        ("a: |\n  b\n\n...\n\n  # 甲\n", "a: |\n  b\n\n...\n\n# 甲\n"),
        ("  a: 1\n# 甲\n  # 乙\n", "a: 1\n# 甲\n# 乙\n"),
    ],
    ids=[
        "behind a list that is laid out",
        "behind words below their key",
        "behind kept lines",
        "below a blank",
        "below one that stands further out",
    ],
)
def test_every_comment_finds_its_place(text, expected):
    assert expected == formatted(text) == formatted(expected)


@pytest.mark.parametrize("columns", list(product((0, 2, 4, 6, 8), repeat=3)))
def test_comments_below_one_another_keep_their_order(columns):
    written = [f"{' ' * column}# comment {n}" for n, column in enumerate(columns)]
    rule = "  - id: a\n    when:\n      all:\n        - x: 1\n"
    text = f"{HEAD}{rule}{''.join(line + chr(10) for line in written)}  - id: b\n    note: y\n"
    found = [line.strip() for line in formatted(text).splitlines() if "#" in line]
    assert [line.strip() for line in written] == found


LIST = "document: law\nrules:\n  - id: a\n    any:\n{dash}- x: 1\n{comment}# 甲\n    note: y\n"
ABOVE = HEAD + "  - id: a\n    # 甲\n    note: y\n    any:\n      - x: 1\n"
BELOW = HEAD + "  - id: a\n    note: y\n    any:\n      - x: 1\n      # 甲\n"


@pytest.mark.parametrize(
    ("dash", "comment", "expected"),
    [(4, 4, ABOVE), (4, 0, ABOVE), (4, 5, BELOW), (6, 4, ABOVE), (6, 6, BELOW), (6, 7, BELOW)],
)
def test_a_comment_level_with_the_next_key_is_above_it_though_the_list_before_is_level_too(
    dash, comment, expected
):
    text = LIST.format(dash=" " * dash, comment=" " * comment)
    assert expected == formatted(text) == formatted(expected)


@pytest.mark.parametrize("indent", [0, 2])
def test_a_comment_at_the_margin_belongs_to_the_next_key_at_the_margin(indent):
    text = f"document: law\nrules:\n{' ' * indent}- id: a\n# 甲\nother: 1\n"
    assert HEAD + "  - id: a\n# 甲\nother: 1\n" == formatted(text)
