"""A procurement item is written as in the budget, by code or by name, and says what is bought; nothing is guessed."""

import re

import pytest

from honesty.desk import PLAIN, compiled, decide, refused
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.cases import CaseDefaults, load_given
from policy_engine.loading.files import SourceText
from policy_engine.loading.item_choices import check_item_choices
from policy_engine.loading.items import load_items
from policy_engine.loading.problems import Problems
from policy_engine.loading.vocabulary import load_placed_vocabulary
from policy_engine.model.decisions import Verdict
from policy_engine.usecases.sources import read_sources, shipped_rules

TOLD = {name: value for name, value in PLAIN.items() if name != "采购标的"}


def loaded(item):
    case = {"as_of": "2026-01-15", "jurisdiction": "全国", "采购事项": {**TOLD, "采购品目": item}}
    return load_given(case, compiled().rule_set, CaseDefaults(today=20000))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("C21040000", "服务类"), ("C2104", "服务类"), ("c2104", "服务类"), ("Ｃ２１０４", "服务类"), ("C 2104", None),
        ("物业管理服务", "服务类"), ("物业管理 服务", "服务类"), ("C21040000 物业管理服务", "服务类"),
        ("C21040000：物业管理服务", "服务类"), ("A02010105", "货物类"), ("台式计算机", "货物类"), ("B01", "工程类"),
        ("房屋施工", "工程类"), ("C1105", "工程总承包服务"), ("C11050300", "工程总承包服务"), ("C24", "政府和社会资本合作服务"),
        ("C24010000", "政府和社会资本合作服务"), ("服务类", "服务类"), ("物业", None), ("C21040000 物业", None),
        ("C2104 房屋施工", None), ("D01", None), ("C99999999", None), ("C210", None), ("不详", None), ("九天揽月", None),
    ],
)  # fmt: skip
def test_an_item_is_read_by_code_or_name_or_not_at_all(written, meant):
    if meant is None:
        with pytest.raises(DiagnosticsError) as caught:
            loaded(written)
        assert {d.code for d in caught.value.diagnostics} == {"PE108"}
        assert all(d.help for d in caught.value.diagnostics)
        return
    assert loaded(written).subjects["采购事项"]["采购品目"].value == meant


def test_the_reading_is_said_back_with_the_name_that_was_found():
    case = loaded("C2104")
    assert any("C2104" in note and "物业管理服务" in note and "未与原文核对" in note for note in case.assumed)


@pytest.mark.parametrize(
    ("item", "verdict"),
    [
        ("物业管理服务", Verdict.PERMITTED),
        ("房屋施工", Verdict.PROHIBITED),
        ("C1105", Verdict.PROHIBITED),
        ("台式计算机", Verdict.PROHIBITED),
        ("C2401", Verdict.UNDETERMINED),
        ("工程类", Verdict.PROHIBITED),
    ],
)
def test_the_item_says_what_is_bought(item, verdict):
    (one,) = decide("采购事项", {**TOLD, "购买内容": "见附件", "采购品目": item}).subjects
    assert one.verdict is verdict


def test_words_of_goods_open_what_the_item_says():
    told = {**TOLD, "采购品目": "物业管理服务", "购买内容": "购置执法记录仪四十台"}
    (one,) = decide("采购事项", told).subjects
    assert one.verdict is Verdict.UNDETERMINED


def test_a_contrary_object_is_a_contradiction():
    assert refused("采购事项", {**TOLD, "采购品目": "物业管理服务", "采购标的": "货物"}) == ["PE509"]


@pytest.mark.parametrize(
    ("classes", "code"), [("{C21A: 服务类}", "PE331"), ("{C9801: 服务类}", "PE331"), ("{C: 服务}", "PE108")]
)
def test_a_wrong_class_of_items_is_an_error_of_the_vocabulary(classes, code):
    sources = read_sources(shipped_rules())

    def spoiled(source):
        return SourceText(source.path, re.sub(r"items: \{A: .*\}", f"items: {classes}", source.text))

    problems = Problems()
    vocabulary = load_placed_vocabulary(sources.schemas, tuple(map(spoiled, sources.vocabulary)), problems)
    check_item_choices(vocabulary, load_items(sources.items, problems), problems)
    found = [d for d in problems.found if d.code == code]
    assert found
    assert all(d.span.path.startswith("vocabulary/") for d in found)


@pytest.mark.parametrize("written", ["服务类", "工程总承包服务"])
def test_a_class_written_as_such_needs_no_saying_back(written):
    assert not [note for note in loaded(written).assumed if note.startswith("采购品目")]
