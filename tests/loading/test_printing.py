"""How a file is laid out, to the blank: what stays as it was written, and what becomes of the rest."""

import pytest

from loading.test_formatting import formatted, meaning
from policy_engine.foundation.diagnostics import DiagnosticsError

# What is laid out as it should be.
STAYS = [
    "a: 1 # 甲\n---\nb: 2\n",
    "a: 1\n# 甲\n---\nb: 2 # 乙\n",
    "a: 1\n# 甲\nb: 2\n---\nc: 3\n",
    "a: 1\n---\n# 甲\nb: 2\n# 乙\nc: 3\n---\nd: 4\n",
    '"a # b": 1\n',
    "a: |+ # 甲\n  x\n\n# 乙\nb: 1\n",
    "a: | # +\n  x\n\n# 乙\nb: 1\n",
    "a: x+y\n\n# 乙\nb: 1\n",
    "- - a\n  # 甲\n- b\n",
    "---\n# 甲\n---\na: 1\n",
    "a: 1\n---\n---\nb: 1 # 甲\n",
    'a: "b \\\\\\ \n  c"\n',
    'a: "b\\\t\n  c"\n',
    "definitions:\n  - when: {a: 1}\n    name: c\n",
    "# 甲\n\n[a]\n",
    "# 甲\n[a]\n",
    "[a] # 甲\n# 乙\n\n# 丙\n",
    "{a: 1}   # 甲\n\n# 乙\n",
    "# 甲\n\na: 1\n",
    "# 甲\na: 1\n",
    "a: 1\n\n# 甲\n\nb: 2\n",
    "# 甲\n---\na: 1\n",
    "# 甲\n\n---   # 乙\na: 1\n",
    "---# 甲\n",
    "%YAML 1.1  # 甲\n--- # 乙\na: 1\n",
    "---\n\n---\na: 1\n",
    "a:\n  b: 1\n\n  # 甲\nc: 2\n",
    "a:\n  b: 1\n  # 甲\n\nc: 2\n",
    "rules:\n  - id: a\n\n  # 尾\n",
    "rules:\n  - id: a\n  # 尾\n\n  # 尾二\nb: 1\n",
    "rules: # 甲\n  - id: a\n",
    "rules: []\n",
    "rules: {}\n",
    "rules: 甲\n",
    "rules:\n  a: {id: b}\n",
    "- rules:\n    - title: t\n      id: a\n",
    "x:\n  rules:\n    - title: t\n      id: a\n",
    "scope:\n  - when: {a: 1}\n    id: c\n",
    "a: |+\n  x\n\n\n# 甲\nb: 1\n",
    "a: |+\n  x\n\n",
    "a: |+\n\n\n",
    "a: |-\n  x\n",
    "a: >+\n  x\n\nb: 1\n",
    "a: |2\n    x\n",
    "a: |\n  x\n   \n",
    "a: |\n  x\n    \n",
    "a:\n  - |+\n    x\n\n  - y\n",
    "a: |  # 甲\n  x\n",
    "a: b\n  c\n\n  d # 乙\ne: f\n",
    'a: "b\\\n  c\\ \n  d"\n',
    "a: 'b\n  c'\n",
    "- --- a: b\n",
    "- ---: b\n",
    '"---": b\n',
    '"--- a": b\n',
    "...a: b\n",
    "---a: b\n",
    "x:\n  ---: b\n",
    "sets:\n  a: [b, c]\n",
    "-\n  # 甲\n  c: 1\n",
    "a: ''\nb:\nc: ~\n",
    "a: 1\n...\n",
    "a: 1\n... # 甲\n",
    "a: 1\n---\nb: 1\n",
    "a: 1\n--- # 甲\n# 乙\nb: 1\n# 丙\n...\n# 丁\n",
    "rules:\n  - id: a\nrules2: 1\nterms:\n  - words: [a]\n    id: b\n",
]  # fmt: skip

# What is laid out otherwise, and how it should be.
BECOMES = [
    ("- a\n-\n\n  # 甲\n  b: 1\n", "- a\n-\n  # 甲\n  b: 1\n"),
    ("? a\n: # 甲\n  b\n", "# 甲\na: b\n"),
    ("[a\n, # 甲\nb]\n", "- a\n# 甲\n- b\n"),
    ("- # 甲\n  [a, b]\n", "- [a, b] # 甲\n"),
    ("- # 甲\n  []\n", "- [] # 甲\n"),
    ("a:\n    b: 1\n  # 甲\nc: 2\n", "a:\n  b: 1\n# 甲\nc: 2\n"),
    ("a:\n    # 深\n  b: 1\n # 浅\nc: 2\n", "a:\n  # 深\n  b: 1\n# 浅\nc: 2\n"),
    ("[a, # 甲\n # 乙\n b # 丙\n # 丁\n]\n", "- a # 甲\n# 乙\n- b # 丙\n# 丁\n"),
    ("a: [ # 甲\n b]\n", "a: [b] # 甲\n"),
    ("a: [b\n] # 甲\nc: 1\n", "a: [b] # 甲\nc: 1\n"),
    ("- - a\n # 甲\n- b\n", "- - a\n# 甲\n- b\n"),
    ("- a:\n    - b\n   # 甲\n  # 乙\n  c: 1\n", "- a:\n    - b\n  # 甲\n  # 乙\n  c: 1\n"),
    ('a: "b \\\\ \n  c"\n', 'a: "b \\\\\n  c"\n'),
    ('a: "b\\  \n  c"\n', 'a: "b\\ \n  c"\n'),
    ("a: [b,\n  # 甲\n]\n", "a:\n  - b\n  # 甲\n"),
    ("a: [\n  # 甲\n  b]\n", "a:\n  # 甲\n  - b\n"),
    ("a: {\n  # 甲\n  b: c}\n", "a:\n  # 甲\n  b: c\n"),
    ("a:", "a:\n"),
    ("-", "-\n"),
    ("- - ", "- -\n"),
    ("a:\n  -", "a:\n  -\n"),
    ("? a\n:", "a:\n"),
    ("- ? a", "- a:\n"),
    ("{a:\n}", "{a: }\n"),
    ("[ # 甲\n# 乙\n]\n", "# 甲\n[] # 乙\n"),
    ("[\n# 甲\n# 乙\n\n# 丙\n] # 丁\n", "[] # 甲\n# 乙\n\n# 丙\n# 丁\n"),
    ("a:\n\n  # 甲\n  b: 1\n", "a:\n  # 甲\n  b: 1\n"),
    ("a: |-1\n  x", "a: |2-\n   x\n"),
    ("a:\n  |1\n  x\n", "a: |2\n   x\n"),
    ("a: |\n   x\n  \n   y\n    \n", "a: |\n  x\n\n  y\n   \n"),
    ("a: >1\n\n  x\n \n", "a: >2\n\n   x\n"),
    ("a: |\n    \n  \n", "a: |\n"),
    ("\n[a]\n", "[a]\n"),
    ("\n\na: 1\n", "a: 1\n"),
    ("a: 1\n\n\n# 甲\nb: 2\n", "a: 1\n\n# 甲\nb: 2\n"),
    (
        "rules:\n  # 头\n  - id: a\n  - # 首\n    id: b\n  - id: c # 后\n",
        "rules:\n  # 头\n  - id: a\n\n  -\n    # 首\n    id: b\n\n  - id: c # 后\n",
    ),
    ("rules:   # 甲\n- id: a\n- title: t\n  id: b\n", "rules:   # 甲\n  - id: a\n\n  - id: b\n    title: t\n"),
    (
        "terms:\n  - words: [a]\n    id: b\nscope:\n  - when: {a: 1}\n    id: c\n",
        "terms:\n  - id: b\n    words: [a]\nscope:\n  - when: {a: 1}\n    id: c\n",
    ),
    (
        "scope:\n  when: 1\n  id: c\nrules:\n  - title: t\n    id: a\n",
        "scope:\n  when: 1\n  id: c\nrules:\n  - id: a\n    title: t\n",
    ),
    ("scope: [[b, a]]\nrules:\n  - title: t\n    id: a\n", "scope: [[b, a]]\nrules:\n  - id: a\n    title: t\n"),
    (
        "definitions:\n  - when: {a: 1}\n    name: c\nrules:\n  - title: t\n    id: a\n",
        "definitions:\n  - name: c\n    when: {a: 1}\nrules:\n  - id: a\n    title: t\n",
    ),
    ("a: |\n\n\n", "a: |\n"),
    ("a: |\n  x\n  \nb: 1\n", "a: |\n  x\n\nb: 1\n"),
    ("a:\n- |1\n  x\n-  |1\n   x\n", "a:\n  - |2\n     x\n  - |2\n      x\n"),
    ("- - |1\n   x\n", "- - |2\n    x\n"),
    ("a: |1\n  x\n", "a: |2\n   x\n"),
    ("a:\n   b: |1\n     x\n", "a:\n  b: |2\n     x\n"),
    ("a: # 甲\n  |\n  x\n", "# 甲\na: |\n  x\n"),
    ("a: # 甲\n  # 乙\n  [b, c]\n", "# 乙\na: [b, c] # 甲\n"),
    ("a: # 甲\n  b\n  c # 乙\n", "# 甲\na: b\n  c # 乙\n"),
    ("? a\n  b\n: c\n", "a b: c\n"),
    ('? "a\\nb"\n: c\n', '"a\\nb": c\n'),
    ("sets:\n  a:\n    [b, c,\n    d]\n", "sets:\n  a:\n    [b, c,\n     d]\n"),
    ("sets:\n  a: [b,\n    c]\n", "sets:\n  a:\n    [b,\n     c]\n"),
    ("other:\n  a: [b,\n    c]\n", "other:\n  a: [b, c]\n"),
    ("sets:\n  a:\n    []\n", "sets:\n  a: []\n"),
    ("sets:\n  a:\n    {b: 1}\n", "sets:\n  a: {b: 1}\n"),
    (
        "fields:\n  - aliases:\n      [a, b,\n       c]\n    name: x\n",
        "fields:\n  - name: x\n    aliases:\n      [a, b,\n       c]\n",
    ),
    ("a: [b, [c, d], {e: f}, ]\n", "a: [b, [c, d], {e: f}]\n"),
    ("a: [b: c]\n", "a: [{b: c}]\n"),
    ("a: {b}\n", "a: {b: }\n"),
    ("a: {b: {c: d},\n  e: f}\n", "a: {b: {c: d}, e: f}\n"),
    ("a: {b: 1, # 甲\n  c: 2}\n", "a:\n  b: 1 # 甲\n  c: 2\n"),
    ("a: [b, # 甲\n  c, # 乙\n  # 丙\n]\n", "a:\n  - b # 甲\n  - c # 乙\n  # 丙\n"),
    ('a: ["x\n  y", b]\n', 'a:\n  - "x\n    y"\n  - b\n'),
    ("- a\n- - b\n  - c\n-\n  - d\n", "- a\n- - b\n  - c\n- - d\n"),
    ("- a: 1\n  b: 2\n- # 甲\n  c: 1\n", "- a: 1\n  b: 2\n-\n  # 甲\n  c: 1\n"),
    ("a:\n- # 甲\n  b\n", "a:\n  - b # 甲\n"),
    ("a:\n  - b # 甲\n  - # 乙\n    c # 丙\n", "a:\n  - b # 甲\n  # 乙\n  - c # 丙\n"),
    ("a:   b   #   甲\n", "a: b   #   甲\n"),
    ("a: b    \n", "a: b\n"),
    ("a: b # 甲   \n", "a: b # 甲\n"),
    ("a:\n\n  b: 1\n", "a:\n  b: 1\n"),
    (
        "fields:\n  - title: t\n    name: a\n\n\n  - name: b\n",
        "fields:\n  - name: a\n    title: t\n\n  - name: b\n",
    ),
    (
        "rules:\n  - id: a\n    zzz: 1\n    title: t\n    yyy: 2\n",
        "rules:\n  - id: a\n    title: t\n    zzz: 1\n    yyy: 2\n",
    ),
    ("aggregates:\n  - title: t\n    id: a\n", "aggregates:\n  - id: a\n    title: t\n"),
]  # fmt: skip


@pytest.mark.parametrize("text", STAYS, ids=repr)
def test_what_is_laid_out_well_stays(text):
    assert text == formatted(text)


@pytest.mark.parametrize(("text", "expected"), BECOMES, ids=repr)
def test_what_is_laid_out_otherwise_becomes_so(text, expected):
    assert expected == formatted(text) == formatted(expected)
    assert meaning(text) == meaning(expected)


@pytest.mark.parametrize(
    ("text", "fault", "place"),
    [
        ("? 'a\n\n  b'\n: c\n", "这个键不止一行", "a.yaml:1:3"),
        ("? |\n  a\n: c\n", "这个键不止一行", "a.yaml:1:3"),
        ("? >\n  a\n: c\n", "这个键不止一行", "a.yaml:1:3"),
        ("? |-\n  a\n: c\n", "这个键不止一行", "a.yaml:1:3"),
        ("? ! a\n: c\n", "这个键带着标签", "a.yaml:1:3"),
        ("? \n: c\n", "这个键是空的", "a.yaml:1:2"),
        ("x:\n  ? \n  : c\n", "这个键是空的", "a.yaml:2:4"),
        ("  ---: b\n", "这个键放在行首会被读成文档的标记", "a.yaml:1:3"),
        ("  --- a: b\n", "这个键放在行首会被读成文档的标记", "a.yaml:1:3"),
        ("  ... a: b\n", "这个键放在行首会被读成文档的标记", "a.yaml:1:3"),
    ],
)
def test_a_key_that_has_no_place_on_a_line_is_told(text, fault, place):
    with pytest.raises(DiagnosticsError) as raised:
        formatted(text)
    (found,) = raised.value.diagnostics
    assert ("PE831", f"{fault}，没有排版", place) == (found.code, found.message, found.span.place)


@pytest.mark.parametrize(
    ("text", "expected"), [("a:  1\n", "a: 1\n"), ("[a,b]\n", "[a, b]\n"), ("a:  1\r\n", "a: 1\r\n")]
)
def test_a_mark_at_the_very_beginning_stays(text, expected):
    assert "\ufeff" + expected == formatted("\ufeff" + text)
