"""Of a document that took effect by a certain day at the latest, the days before are open, and no others."""

from dataclasses import replace

import pytest

from policy_engine.loading.scope import days_of, scope_of
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
            assert (f"{document.number or document.title}是否已经施行", AS_OF) == (
                perhaps.parameter,
                perhaps.dated_by,
            )
        case other:
            pytest.fail(repr(other))


def test_elsewhere_it_binds_nothing_on_open_days_either():
    plain = toy.new_document("甲", "市政府", "规范性文件", "330500", "2020-03-01")
    document = replace(plain, effective=replace(plain.effective, earliest=day("2020-02-01")))
    found = scope_of(document, AS_OF, (None, None), toy.SPAN)
    assert isinstance(found, All)
    assert isinstance(found.parts[0], Any)


def test_a_document_is_named_by_its_number_or_else_by_its_title():
    plain = toy.new_document("甲", "财政部", "部门规章", NATION, "2020-03-01")
    for number, named in (("财政部令第1号", "财政部令第1号"), ("", plain.title)):
        perhaps = replace(plain.effective, earliest=day("2020-02-01"))
        found = scope_of(replace(plain, number=number, effective=perhaps), AS_OF, (None, None), toy.SPAN)
        assert isinstance(found, Any)
        assert f"{named}是否已经施行" == found.parts[1].parameter


def test_a_document_of_which_no_day_is_known_is_in_force_on_all_days_of_its_rule():
    plain = replace(toy.new_document("甲", "财政部", "部门规章", NATION, "2020-03-01"), effective=None)
    for first, last in ((None, None), ("2021-01-01", "2021-12-31")):
        found = scope_of(plain, AS_OF, (day(first), day(last)), toy.SPAN)
        assert InForce(AS_OF, day(first), day(last), toy.SPAN) == found
        assert (day(first), day(last)) == days_of(plain, (day(first), day(last)))
