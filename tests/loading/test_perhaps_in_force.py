"""Of a document that took effect by a certain day at the latest, the days before are open, and no others."""

from dataclasses import replace

import pytest

from policy_engine.loading.scope import scope_of
from policy_engine.model.areas import NATION
from policy_engine.model.calendar import day_number
from policy_engine.model.conditions import AS_OF, All, Any, InForce, Unvalued
from properties import toy


def day(text: str | None) -> int | None:
    return None if text is None else day_number(text)


@pytest.mark.parametrize(
    ("earliest", "narrower", "open_days"),
    [
        (None, (None, None), None),
        ("2020-02-01", (None, None), ("2020-02-01", "2020-02-29")),
        # The rule is of a part of the time only.
        ("2020-02-01", ("2020-02-10", None), ("2020-02-10", "2020-02-29")),
        ("2020-02-01", (None, "2020-02-10"), ("2020-02-01", "2020-02-10")),
        ("2020-02-01", ("2020-02-29", None), ("2020-02-29", "2020-02-29")),
        ("2020-02-01", ("2020-03-01", None), None),
        ("2020-02-01", (None, "2020-01-31"), None),
    ],
)
def test_the_days_before_it_surely_took_effect_are_open(earliest, narrower, open_days):
    plain = toy.new_document("甲", "财政部", "部门规章", NATION, "2020-03-01")
    document = replace(plain, effective=replace(plain.effective, earliest=day(earliest)))
    first, last = map(day, narrower)
    found = scope_of(document, AS_OF, (first, last), toy.SPAN)
    match found:
        case InForce():
            assert open_days is None
        case Any(parts=(InForce(), Unvalued() as perhaps)):
            assert open_days is not None
            assert tuple(map(day, open_days)) == (perhaps.first, perhaps.last)
        case other:
            pytest.fail(repr(other))


def test_elsewhere_it_binds_nothing_on_open_days_either():
    plain = toy.new_document("甲", "市政府", "规范性文件", "330500", "2020-03-01")
    document = replace(plain, effective=replace(plain.effective, earliest=day("2020-02-01")))
    found = scope_of(document, AS_OF, (None, None), toy.SPAN)
    assert isinstance(found, All)
    assert isinstance(found.parts[0], Any)
