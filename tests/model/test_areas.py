"""Areas: what lies in what, and what a name may mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import as_shipped
from policy_engine.foundation.spans import file_span
from policy_engine.loading.places import find_area
from policy_engine.loading.problems import Problems
from policy_engine.model.areas import NATION, Areas, chain_of, level_of, lies_in
from policy_engine.model.calendar import day_number

CODES = st.from_regex(r"[1-9][0-9]{5}([0-9]{3})?", fullmatch=True)


@pytest.fixture(scope="module")
def areas() -> Areas:
    return as_shipped.rule_set().areas


@pytest.mark.parametrize(
    ("code", "chain", "level"),
    [
        ("330502", ("330502", "330500", "330000", "000000"), 3),
        ("330500", ("330500", "330000", "000000"), 2),
        ("330000", ("330000", "000000"), 1),
        ("000000", ("000000",), 0),
        ("330327101", ("330327101", "330327", "330300", "330000", "000000"), 4),
    ],
)
def test_chain_and_level(code: str, chain: tuple[str, ...], level: int) -> None:
    assert chain == chain_of(code)
    assert level == level_of(code)


@given(CODES)
def test_every_area_lies_in_itself_and_the_nation(code: str) -> None:
    assert lies_in(code, code)
    assert lies_in(code, NATION)
    assert len(set(chain_of(code))) == len(chain_of(code))


@given(CODES, CODES)
def test_lying_in_one_another_is_being_the_same(a: str, b: str) -> None:
    assert not (lies_in(a, b) and lies_in(b, a)) or a == b


@pytest.mark.parametrize(
    ("word", "codes"),
    [
        ("湖州", ("330500",)), ("湖州市", ("330500",)), ("浙江湖州", ("330500",)), ("浙江省湖州市", ("330500",)),
        ("全国", ("000000",)), ("河南安阳龙安区", ("410506",)), ("安阳", ("410500",)), (" 温州 ", ("330300",)),
        ("330502", ("330502",)), ("没有这个地方", ()),
    ],
)  # fmt: skip
def test_spellings_officials_use(areas: Areas, word: str, codes: tuple[str, ...]) -> None:
    assert codes == areas.find(word)


def test_a_name_borne_twice_means_either(areas: Areas) -> None:
    assert len(areas.find("鼓楼区")) > 1


@pytest.mark.parametrize(
    ("word", "day", "code"),
    [
        ("龙港市", "2019-08-15", None), ("龙港市", "2019-08-16", "330383"), ("330383", "2015-06-01", None),
        ("苍南县龙港镇", "2019-08-15", "330327101"), ("苍南县龙港镇", "2019-08-16", None),
    ],
)  # fmt: skip
def test_area_is_one_of_its_day(areas: Areas, word: str, day: str, code: str | None) -> None:
    problems = Problems()
    assert code == find_area(areas, word, file_span("case.yaml"), problems, as_of=day_number(day))
    assert (code is None) == bool(problems.found)


def test_unlisted_county_lies_in_its_city_and_no_county_lies_nowhere(areas: Areas) -> None:
    assert find_area(areas, "320106", file_span("case.yaml"), Problems()) == "320106"
    problems = Problems()
    assert find_area(areas, "990106", file_span("case.yaml"), problems) is None
    assert ["PE204"] == [d.code for d in problems.found]


def test_areas_are_named_from_the_province_down(areas: Areas) -> None:
    assert areas.name("410506") == "河南省安阳市龙安区"
    assert areas.name("000000") == "全国"
