"""Numbers that a program gives are taken as they are, those that no case has are told of and stand for nothing."""

from decimal import Decimal

import pytest

from policy_engine.loading.given import GIVEN, tree_of
from policy_engine.loading.tree import Mapping, Scalar, Sequence


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
