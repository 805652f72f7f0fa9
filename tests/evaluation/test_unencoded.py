"""Which documents a case is told of because they are not rules yet: against a naive reading of the register."""

from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from effort import examples
from policy_engine.evaluation.decide import unencoded_documents
from policy_engine.model.documents import Document, Encoding, StatedDate
from policy_engine.model.vocabulary import Phase
from properties import toy
from properties.clashes import case

NAMES = ("甲", "乙", "丙")
TODAY = case({}, Phase.PROJECT).as_of
DAYS = st.none() | st.none() | st.sampled_from((TODAY - 1, TODAY, TODAY + 1))
# The case's own area, its province, the nation, one of its districts, another province.
AREAS = st.sampled_from(("330500", "330500", "330000", "000000", "330502", "410000"))


@st.composite
def documents(draw, name: str) -> Document:
    dates = {key: draw(DAYS) for key in ("effective", "published", "issued", "ended")}
    stated = {
        key: None if day is None else StatedDate(day, "第一条", verified=True) for key, day in dates.items()
    }
    return replace(
        toy.DOCUMENTS["law"],
        id=name,
        area=draw(AREAS),
        encoded=draw(st.sampled_from((*Encoding, Encoding.NONE, Encoding.NONE))),
        concerns=draw(st.sampled_from(((toy.PURCHASE,), (toy.PURCHASE, toy.CONTRACT), (toy.CONTRACT,), ()))),
        governed_by_later=draw(st.none() | st.sampled_from((*NAMES, "未登记"))),
        **stated,
    )


def is_alive(document: Document) -> bool:
    """In force on the day in the place: from its first stated day of beginning until its last day."""
    begins = [d.day for d in (document.effective, document.published, document.issued) if d is not None][:1]
    if not begins or begins[0] > TODAY:
        return False
    if document.ended is not None and TODAY > document.ended.day:
        return False
    return document.area in ("330500", "330000", "000000")


@settings(max_examples=examples(500))
@given(st.tuples(*(documents(name) for name in NAMES)))
def test_a_document_is_told_where_it_governs_unencoded_and_no_later_one_governs_instead(register):
    by_name = {document.id: document for document in register}
    governing = {name for name, document in by_name.items() if is_alive(document)}
    expected = [
        name
        for name, document in by_name.items()
        if name in governing
        and document.encoded is Encoding.NONE
        and toy.PURCHASE in document.concerns
        and document.governed_by_later not in governing
    ]
    found = unencoded_documents(case({}, Phase.PROJECT), toy.PURCHASE, MappingProxyType(by_name))
    event(f"{len(found)} told")
    assert expected == [document.id for document in found]


TOLD = replace(
    toy.DOCUMENTS["law"], id="甲", encoded=Encoding.NONE, concerns=(toy.PURCHASE,), governed_by_later="乙"
)


def day(number: int) -> StatedDate:
    return StatedDate(number, "第一条", verified=True)


@pytest.mark.parametrize(
    ("later", "is_told"),
    [
        ({"effective": day(TODAY)}, False),
        ({"effective": day(TODAY + 1)}, True),
        ({"ended": day(TODAY)}, False),
        ({"ended": day(TODAY - 1)}, True),
        ({"area": "410000"}, True),
        ({"area": "330000"}, False),
        ({"id": "丙"}, True),
    ],
)
def test_a_later_document_governs_instead_only_where_it_reaches(later, is_told):
    register = {one.id: one for one in (TOLD, replace(toy.DOCUMENTS["law"], **{"id": "乙", **later}))}
    found = unencoded_documents(case({}, Phase.PROJECT), toy.PURCHASE, register)
    assert (["甲"] if is_told else []) == [document.id for document in found]
