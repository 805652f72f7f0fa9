"""Whatever a program gives, it gets a decision or is told what is wrong, at the keys that lead there."""

from collections import OrderedDict
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine import DiagnosticsError, load
from policy_engine.loading import given as given_data
from policy_engine.loading.tree import MAX_CHARACTERS

PROGRAM = load()


class Word(StrEnum):
    KEY = "采购标的"
    SERVICE = "服务"


class Odd:
    """Can't even be written."""

    def __repr__(self) -> str:
        raise RuntimeError


def told(facts: object) -> list[tuple[str, str]]:
    with pytest.raises(DiagnosticsError) as error:
        PROGRAM.check(facts)
    assert all(one.message and one.help for one in error.value.diagnostics)
    assert all(one.place in str(error.value) for one in error.value.diagnostics)
    return [(one.code, one.place) for one in error.value.diagnostics]


def of_purchase(value: object, name: str = "项目金额_万元") -> list[tuple[str, str]]:
    return told({"as_of": "2026-01-15", "采购事项": {name: value}})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN"), Decimal("-Infinity")])
def test_what_is_no_number_is_told(value) -> None:
    assert [("PE113", "采购事项.项目金额_万元")] == of_purchase(value)
    assert [("PE113", "采购事项.事项名称")] == of_purchase(value, "事项名称")


@pytest.mark.parametrize("value", [b"1", bytearray(b"1"), object(), Odd(), 1j, Fraction(1, 2), range(3), int])
def test_what_no_case_can_hold_is_told(value) -> None:
    assert [("PE113", "采购事项.项目金额_万元")] == of_purchase(value)


@pytest.mark.parametrize(
    "value",
    [10**5000, -(10**5000), Decimal("1e999999"), Decimal("1e-999999"), 1e300],
    ids=["whole", "negative", "large", "small", "float"],
)
def test_numbers_without_end_are_told(value) -> None:
    assert of_purchase(value)[0][1] == "采购事项.项目金额_万元"
    assert of_purchase(value)[0][0] in ("PE103", "PE104", "PE105")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (None, ("PE009", "案件")),
        ([], ("PE009", "案件")),
        ("采购事项", ("PE009", "案件")),
        ({}, ("PE507", "案件")),
        ({"采购事项": 3}, ("PE009", "采购事项")),
        ({"采购事项": [{}]}, ("PE009", "采购事项")),
        ({"采购事项": {}, 3: {}}, ("PE005", "案件")),
        ({"采购事项": {None: True}}, ("PE005", "采购事项")),
        ({"采购事项": {}, "别的": 1}, ("PE502", "别的")),
        ({"采购事项": {"没有这项": 1}}, ("PE501", "采购事项.没有这项")),
        ({"采购事项": {"含工程": [True]}}, ("PE110", "采购事项.含工程")),
        ({"采购事项": {"含工程": {"value": True, "unknown": ""}}}, ("PE112", "采购事项.含工程")),
        ({"采购事项": {"含工程": {"values": True}}}, ("PE010", "采购事项.含工程.values")),
        ({"采购事项": {"含工程": "也许"}}, ("PE101", "采购事项.含工程")),
        ({"采购事项": {"合同期限_月": True}}, ("PE103", "采购事项.合同期限_月")),
        ({"采购事项": {"合同期限_月": 12.5}}, ("PE105", "采购事项.合同期限_月")),
        ({"采购事项": {"合同签订日": datetime(2026, 1, 2, 3, tzinfo=UTC)}}, ("PE106", "采购事项.合同签订日")),
        ({"采购事项": {"含\u200b工程": True}}, ("PE014", "采购事项.含⟨U+200B⟩工程")),
        ({"采购事项": {"事项名称": "\ud800"}}, ("PE014", "采购事项.事项名称")),
        ({"as_of": "3/2/2026", "采购事项": {}}, ("PE106", "as_of")),
        ({"as_of": date(1900, 1, 1), "采购事项": {}}, ("PE503", "as_of")),
        ({"jurisdiction": ["湖州市"], "采购事项": {}}, ("PE204", "jurisdiction")),
        ({"jurisdiction": "火星", "采购事项": {}}, ("PE204", "jurisdiction")),
        ({"declaration": True, "采购事项": {}}, ("PE009", "declaration")),
        ({"declaration": {"by": {"a": 1}, "no_other_circumstances": True}, "采购事项": {}}, ("PE009", "declaration.by")),
        ({"采购事项": {"采购标的": "工程", "含工程": False}}, ("PE508", "采购事项.采购标的")),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_the_keys_that_lead_to_it(facts, expected) -> None:
    assert [expected] == told(facts)


def test_all_mistakes_come_at_once_in_the_order_of_the_facts() -> None:
    facts = {
        "as_of": 3,
        "采购事项": {"含工程": "也许", 5: 1, "没有": 1, "项目金额_万元": float("nan")},
        "别的": 1,
    }
    assert ["PE106", "PE101", "PE005", "PE501", "PE113", "PE502"] == [code for code, _ in told(facts)]


def test_contradicting_facts_are_named_by_their_keys_not_by_lines() -> None:
    with pytest.raises(
        DiagnosticsError, match=r"采购标的 = 工程（采购事项\.采购标的），含工程 = 否（采购事项\.含工程）"
    ):
        PROGRAM.check({"采购事项": {"采购标的": "工程", "含工程": False}})


def test_data_that_holds_itself_is_told() -> None:
    facts: dict = {"采购事项": {}}
    facts["采购事项"]["含工程"] = facts
    assert [("PE004", "采购事项.含工程")] == told(facts)
    endless: list = []
    endless += [endless] * 3
    assert {"PE004"} == {code for code, _ in of_purchase(endless, "含工程")}


def test_data_without_end_is_told_soon() -> None:
    deep: object = True
    for _ in range(100_000):
        deep = [deep]
    assert {"PE004"} == {code for code, _ in of_purchase(deep, "含工程")}
    wide: object = True
    for _ in range(50):
        wide = [wide] * 10
    assert "PE003" in {code for code, _ in of_purchase(wide, "含工程")}
    assert "PE003" in {code for code, _ in of_purchase(["字" * (MAX_CHARACTERS // 2)] * 3, "含工程")}
    assert "PE003" not in {code for code, _ in of_purchase(["字"] * 3, "含工程")}


@given(st.recursive(st.booleans(), lambda inner: st.lists(inner, max_size=4), max_leaves=12))
def test_exactly_what_holds_more_values_than_the_limit_is_refused(value) -> None:
    def size(one: object) -> int:
        return 1 + sum(map(size, one)) if isinstance(one, list) else 1

    for limit in (size(value), size(value) - 1):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(given_data, "_MOST_VALUES", limit)
            _, found = given_data.tree_of(value)
        assert (["PE003"] if limit < size(value) else []) == [d.code for d in found]


def test_other_mappings_and_words_are_data_too() -> None:
    facts = OrderedDict(采购事项=MappingProxyType({Word.KEY: Word.SERVICE}))
    assert PROGRAM.check(facts).page().text().count("采购标的 = 服务") == 1


def test_sets_tuples_and_lists_are_lists() -> None:
    subject, field = next(
        (subject.name, one)
        for subject in PROGRAM._compiled.rule_set.vocabulary.subjects.values()
        for one in subject.fields.values()
        if one.type.value == "list" and len(one.choices) > 1 and one.role.value != "derived"
    )
    two = field.choices[:2]
    ways = [list(two), tuple(reversed(two)), set(two), frozenset(two)]
    read = [PROGRAM.case({subject: {field.name: way}}).subjects[subject][field.name].value for way in ways]
    assert 1 == len(set(read))


FIELDS = tuple(PROGRAM._compiled.rule_set.vocabulary.subjects["采购事项"].fields)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.dates(), st.datetimes(),
    st.decimals(), st.sampled_from(["是", "服务", "2026-01-15", "全国", "采购", "98万"]),
)  # fmt: skip
# A signalling NaN can't be a key anywhere.
KEYS = st.one_of(
    st.sampled_from((*FIELDS, "value", "unknown", "source")),
    *(st.text(), st.none(), st.integers(), st.floats(), st.binary(), st.dates()),
)
JUNK = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)
HEAD = st.sampled_from(
    ["name", "as_of", "jurisdiction", "phase", "declaration", "expect", "$schema", "采购事项", "企业"]
)


@given(st.one_of(JUNK, st.dictionaries(HEAD, JUNK, min_size=1)))
def test_any_data_is_decided_or_told(facts: object) -> None:
    try:
        decision = PROGRAM.check(facts)
    except DiagnosticsError as error:
        found = error.diagnostics
    else:
        assert decision.page("auditor").text()
        return
    assert found
    assert [] == [one for one in found if not one.place or one.code in ("PE901", "PE902")]
