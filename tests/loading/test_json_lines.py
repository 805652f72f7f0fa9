"""One JSON object a line is one case a line, each told of at its own place."""

import json

from hypothesis import given
from hypothesis import strategies as st

from loading.toy import DEFAULTS, TOY_RULES
from policy_engine.loading.cases import load_rows
from policy_engine.loading.files import SourceText
from policy_engine.loading.json_lines import parse_json_lines

GOOD = '{"name": "甲", "采购事项": {"含工程": true}}'
BAD = '{"name": "乙", "采购事项": {"含工程": "大概"}}'
BROKEN = '{"name": "丙", ]}'


def rows_of(*lines: str) -> list[tuple[str, list[tuple[int, str]]]]:
    found = load_rows(SourceText("a.jsonl", "\n".join(lines) + "\n"), TOY_RULES.rule_set, DEFAULTS)
    rows = [(row.name, [(d.span.line + 1, d.code) for d in row.diagnostics]) for row in found.rows]
    return [*rows, *(("", [(d.span.line + 1, d.code)]) for d in found.diagnostics)]


def test_a_bad_line_loses_itself_and_is_told_at_its_line():
    assert [("甲", []), ("乙", [(3, "PE101")]), ("甲", [])] == rows_of(GOOD, "", BAD, GOOD)
    assert [("甲", []), ("", [(2, "PE002")]), ("甲", [])] == rows_of(GOOD, BROKEN, GOOD)


def test_what_is_not_written_so_is_left_to_others():
    for text in ("", GOOD, "a: 1\nb: 2\n", f"[{GOOD},\n{GOOD}]", "{a: 1}\n{b: 2}\n", f"{GOOD}\nname: 甲\n"):
        assert parse_json_lines(text, "a.jsonl") is None


@given(
    st.lists(st.dictionaries(st.sampled_from("甲乙丙"), st.booleans(), min_size=1), min_size=2, max_size=9)
)
def test_every_line_is_a_document_on_its_line(objects):
    text = "\n".join(json.dumps(each, ensure_ascii=False) for each in objects)
    found = parse_json_lines(text, "a.jsonl")
    assert list(range(len(objects))) == [root.span.line for root in found.documents]
    assert [list(each) for each in objects] == [
        [key.text for key, _ in root.pairs] for root in found.documents
    ]
