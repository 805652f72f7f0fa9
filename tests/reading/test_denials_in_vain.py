"""A text that has none of some characters is not searched for denials: whatever is found has one of them."""

import re._constants as kinds
import re._parser as parser

import pytest

from policy_engine.reading import denials


@pytest.mark.parametrize(
    ("looked_for", "one_of"),
    [
        (denials._TOKENS, denials._IN_TOKENS),
        (denials._TOLD_OF, denials._IN_TOLD_OF),
        (denials._EXCEPT, frozenset("除")),
    ],
    ids=["tokens", "told of", "except"],
)
def test_whatever_is_found_has_one_of_the_characters(looked_for, one_of) -> None:
    parsed = parser.parse(looked_for.pattern)
    assert _needs(parsed, one_of)
    # None of them is there in vain.
    assert [one for one in one_of if _needs(parsed, one_of - {one})] == []


def _needs(sequence, one_of: frozenset[str]) -> bool:
    """Tell whether each way through a parsed pattern passes one of the characters."""
    return any(_item_needs(kind, given, one_of) for kind, given in sequence)


def _item_needs(kind, given, one_of: frozenset[str]) -> bool:
    if kind is kinds.LITERAL:
        return chr(given) in one_of
    if kind is kinds.IN:
        return all(of is kinds.LITERAL and chr(part) in one_of for of, part in given)
    if kind is kinds.BRANCH:
        return all(_needs(way, one_of) for way in given[1])
    if kind is kinds.SUBPATTERN:
        return _needs(given[3], one_of)
    if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT):
        return given[0] > 0 and _needs(given[2], one_of)
    return False
