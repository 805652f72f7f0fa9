"""One form of data, to the byte: the quick reading agrees with the standard's own writer."""

import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.records.canonical import canonical, canonical_texts, parsed

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.text(
    '\0\x1f\x7f\u2028\ue000\ufffe𝄞"\\é', max_size=5
)
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-1e15, 1e15)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=4),
)
DATA = st.dictionaries(TEXTS, VALUES, max_size=5)


@given(DATA)
def test_what_is_written_is_read_back(data) -> None:
    written = canonical(data)
    assert rfc8785.dumps(data) == written
    assert written == canonical(parsed(written))


@given(st.dictionaries(TEXTS, TEXTS, max_size=5))
def test_texts_by_their_names_are_written_as_all_data_are(texts) -> None:
    assert canonical(texts) == canonical_texts(texts)


@given(
    DATA,
    st.sampled_from(
        [{"indent": 1}, {"ensure_ascii": True}, {"separators": (", ", ":")}, {"sort_keys": False}]
    ),
)
def test_another_spelling_of_the_same_is_refused(data, how) -> None:
    other = json.dumps(
        data, **({"ensure_ascii": False, "separators": (",", ":"), "sort_keys": True} | how)
    ).encode()
    assert (parsed(other) is not None) is (other == rfc8785.dumps(json.loads(other)))


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1.0}',
        '{"a":-0}',
        '{"a":1e2}',
        '{"a":NaN}',
        '{"a":Infinity}',
        '{"a":1,"a":1}',
        '{"b":1,"a":1}',
        "[]",
        "1",
        "",
        "{",
        '{"a":"\\u00e9"}',
        '{"a":"\\/"}',
        '{"a":9007199254740993}',
        '{"a":"\\ud800"}',
        "[" * 100_000,
    ],
    ids=lambda text: text[:20],
)
def test_what_is_not_the_one_form_is_refused(text) -> None:
    assert None is parsed(text.encode())


def test_what_has_no_form_is_told() -> None:
    for data in ({"a": "\ud800"}, {"a": float("nan")}, {"a": 2**60}):
        with pytest.raises(DiagnosticsError) as told:
            canonical(data)
        assert ["PE546"] == [one.code for one in told.value.diagnostics]
    for texts in ({"a": "\ud800"}, {"\udc00": "a"}):
        with pytest.raises(DiagnosticsError):
            canonical_texts(texts)
