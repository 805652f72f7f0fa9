"""What `benchmarks/texts/terms.py` counts of every term."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "benchmarks" / "texts"))

from terms import Read, table, tally, way

TEXTS = [
    # Two terms raise what the label names, a third something else.
    Read({"含工程"}, True, {"含工程": {"a", "b"}, "融资": {"c"}}, {"含工程": {"a", "b"}, "融资": {"c"}}),
    # One alone, for two fields of which the label names both.
    Read(
        {"含工程", "采购标的"},
        True,
        {"含工程": {"a"}, "采购标的": {"a"}},
        {"含工程": {"a"}, "采购标的": {"a"}},
    ),
    # What is raised is right though it alarms nobody.
    Read({"转包"}, True, {"转包": {"d"}}, {}),
    Read({"转包", "固定人数"}, True, {"转包": {"d"}}, {}),
    # Ordinary: one term for two fields, then two terms.
    Read(set(), False, {"含工程": {"a"}, "采购标的": {"a"}}, {"含工程": {"a"}, "采购标的": {"a"}}),
    Read(set(), False, {"含工程": {"a"}, "融资": {"c"}, "转包": {"d"}}, {"含工程": {"a"}, "融资": {"c"}}),
]


def test_every_text_counts_once_for_a_term():
    counts = tally(TEXTS)
    assert dict(counts.terms) == {
        "a": {"right": 2, "alone": 1, "needless": 2, "only": 1},
        "b": {"right": 1},
        "c": {"beside": 1, "needless": 1},
        "d": {"right": 2, "alone": 2},
    }
    assert counts.missed == {"固定人数": 1}


@pytest.mark.parametrize(
    ("term", "told"),
    [
        ("item.A02010108", "item.A"),
        ("item.B01000000", "item.B"),
        ("item.works-and-services", "item.works-and-services"),
        ("works.renovation", "works.renovation"),
    ],
)
def test_an_item_counts_by_its_class(term, told):
    assert way(term) == told


def test_the_table_begins_with_what_asks_needlessly_and_ends_with_what_is_silent():
    lines = list(table(tally(TEXTS), {"a", "z", "y"}))
    assert [line.split(" | ")[0] for line in lines[2:6]] == ["| c", "| a", "| b", "| d"]
    assert lines[3] == "| a | 2 | 1 | 0 | 2 | 1 | 50% |"
    assert "| 固定人数 | 1 |" in lines
    assert lines[-1] == "2 terms raise nothing in these texts: y、z"


def test_what_no_text_shows_is_counted_for_nobody():
    counts = tally([])
    assert not counts.terms
    assert not counts.missed
