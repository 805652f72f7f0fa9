"""A hidden character is told where it stands, and never at the place of another."""

import pytest

from policy_engine.foundation.fixes import with_edits
from policy_engine.loading.tree import parse

HIDDEN = "\u200b"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        # An escape has no place of its own in the text: the value that it makes is told, not the next value.
        (f'{{a: "甲\\u200b", b: 乙{HIDDEN}}}\n', ["1:5", "1:20"]),
        (f'a: "甲乙\n  丙{HIDDEN}丁"\nb: 戊{HIDDEN}\n', ["2:4", "3:5"]),
        (f"a: 甲{HIDDEN}乙\n", ["1:5"]),
    ],
)
def test_each_hidden_character_has_its_own_place(text, places):
    found = parse(text, "a.yaml").diagnostics
    assert [("PE014", f"a.yaml:{place}") for place in places] == [(d.code, d.span.place) for d in found]


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        (f"a: 甲{HIDDEN}乙\n", "a: 甲乙\n"),
        (f"a{HIDDEN}: 甲\n", "a: 甲\n"),
        (f"a: [甲, {HIDDEN}乙]\nb: '丙{HIDDEN}'\n", "a: [甲, 乙]\nb: '丙'\n"),
        ("a: 甲\u00ad乙\n", "a: 甲乙\n"),
        ("a: 甲\x07乙\n", "a: 甲乙\n"),
        # Where the text is none that can be read.
        (f"a: [甲{HIDDEN}\n", "a: [甲\n"),
    ],
)
def test_a_hidden_character_is_surely_to_be_taken_out(text, mended):
    fixes = [fix for one in parse(text, "a.yaml").diagnostics if one.code == "PE014" for fix in one.fixes]
    assert fixes
    assert all(fix.is_sure for fix in fixes)
    assert mended == with_edits(text, [edit for fix in fixes for edit in fix.edits])
