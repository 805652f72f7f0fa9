"""Nothing has happened after the day of the case: no unknown day of an event asks for a law made later."""

from dataclasses import replace

import pytest

from oracle.interpreter import TRUTHS, Instance, truth
from policy_engine.foundation.logic import Truth
from policy_engine.loading.scope import scope_of
from policy_engine.model.areas import NATION
from policy_engine.model.calendar import day_number
from policy_engine.model.cases import Situation
from policy_engine.model.conditions import AREA, AS_OF, Condition, dating_field
from properties import toy

START, LAST = day_number("2020-03-01"), day_number("2020-03-20")
PERHAPS = day_number("2020-02-20")


def read(condition: Condition, as_of: int, day: int | None) -> Truth:
    values = {AS_OF: as_of, AREA: frozenset({NATION})}
    if day is not None:
        values[dating_field("签订")] = day
    return TRUTHS[truth(Instance(toy.rule_set(), Situation(toy.PURCHASE, values)), condition)]


def scope(earliest: int | None):
    plain = toy.new_document("甲", "财政部", "部门规章", NATION, "2020-03-01")
    document = replace(plain, effective=replace(plain.effective, earliest=earliest))
    return scope_of(document, "签订", (None, LAST), toy.SPAN)


def by_trying(as_of: int, earliest: int | None) -> Truth:
    """Try every day on which the event can have been, from long before."""
    days = range(START - 100, as_of + 1)
    sure = [START <= day <= LAST for day in days]
    possible = [(earliest or START) <= day <= LAST for day in days]
    if all(sure):
        return Truth.TRUE
    return Truth.UNKNOWN if any(possible) else Truth.FALSE


@pytest.mark.parametrize("earliest", [None, PERHAPS])
def test_an_unknown_day_of_an_event_lies_not_after_the_day_of_the_case(earliest):
    found = {}
    for as_of in range(PERHAPS - 3, LAST + 5):
        found[as_of] = read(scope(earliest), as_of, None)
        assert found[as_of] == by_trying(as_of, earliest), as_of
    assert set(found.values()) == {Truth.FALSE, Truth.UNKNOWN}


@pytest.mark.parametrize("day", [START - 1, START, LAST, LAST + 1])
def test_a_known_day_decides_alone(day):
    assert read(scope(None), LAST + 30, day) is (Truth.TRUE if START <= day <= LAST else Truth.FALSE)
