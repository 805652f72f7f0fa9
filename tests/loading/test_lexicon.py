"""Terms are checked where they are written: what they point to, their words, their patterns, their examples."""

import re

import pytest

from loading.toy import prepared
from policy_engine.analysis.testing.terms import run_term
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.files import SourceText
from policy_engine.loading.lexicon import load_lexicon
from policy_engine.loading.problems import Problems
from policy_engine.model.lexicon import Certainty, Measure

TERM = """
sets:
  服务: [监理, 设计]
terms:
  - id: works.renovation
    words: [装修改造]
    points_to: {采购事项: {含工程: true}}
    certainty: stated
    unless: {after: [{set: 服务}, 审计]}
    because: 装修是建设工程
    examples: [办公楼装修改造, 小区装修改造]
    harmless: [装修改造监理]
"""
READS = TERM.replace(
    "points_to: {采购事项: {含工程: true}}", "reads: months\n    into: {采购事项: 合同期限_月}"
)


def codes(text: str) -> list[str]:
    with pytest.raises(DiagnosticsError) as caught:
        prepared({"lexicon.yaml": text})
    assert all(d.span is not None and d.span.path == "lexicon.yaml" for d in caught.value.diagnostics)
    return [d.code for d in caught.value.diagnostics]


def test_a_term_is_loaded_with_its_sets():
    (term,) = prepared({"lexicon.yaml": TERM}).rule_set.lexicon.terms
    assert (term.words, term.certainty) == (("装修改造",), Certainty.STATED)
    assert term.unless.after == ("监理", "设计", "审计")
    assert term.points_to == {"采购事项": {"含工程": True}}
    assert term.span.line == 4


def test_a_term_may_read_a_quantity():
    (term,) = prepared({"lexicon.yaml": READS}).rule_set.lexicon.terms
    assert (term.reads, term.into) == (Measure.MONTHS, {"采购事项": "合同期限_月"})


def test_the_version_covers_terms():
    versions = {prepared({"lexicon.yaml": TERM + more}).rule_set.version for more in ("", "# 注\n")}
    assert len(versions) == 2


def test_examples_are_passed_over_where_nobody_needs_them():
    vocabulary = prepared().rule_set.vocabulary
    problems = Problems()
    lexicon = load_lexicon([SourceText("lexicon.yaml", TERM)], vocabulary, problems, reads_examples=False)
    assert not problems.found
    assert [(term.examples, term.harmless) for term in lexicon.terms] == [((), ())]


@pytest.mark.parametrize(
    ("written", "instead", "expected"),
    [
        ("because: 装修是建设工程", "becuase: 装修", ["PE010"]),
        ("certainty: stated", "certainty: sure", ["PE013"]),
        ("    certainty: stated\n", "", ["PE011"]),
        ("采购事项: {含工程", "采购事: {含工程", ["PE304"]),
        ("{含工程: true}", "{含工成: true}", ["PE301"]),
        ("{含工程: true}", "{含工程: 3}", ["PE101"]),
        ("{含工程: true}", "{采购标的: 物业}", ["PE108"]),
        ("{含工程: true}", "{}", ["PE333"]),
        ("words: [装修改造]", "words: ['']", ["PE331"]),
        ("words: [装修改造]", "words: []", ["PE331"]),
        ("    words: [装修改造]\n", "", ["PE331"]),
        ("words: [装修改造]", "words: [装修]\n    pattern: 装修", ["PE331"]),
        ("words: [装修改造]", "pattern: '(装修'", ["PE332"]),
        ("words: [装修改造]", "pattern: '(装修)?'", ["PE332"]),
        ("words: [装修改造]", "pattern: '装修.*改造'", ["PE332"]),
        ("{set: 服务}", "{set: 服物}", ["PE335"]),
        ("{set: 服务}", "[甲]", ["PE009"]),
        ("examples: [办公楼装修改造, 小区装修改造]", "examples: [甲, 甲]", ["PE334"]),
        ("    harmless: [装修改造监理]\n", "", ["PE334"]),
        ("unless: {after", "unless: {behind", ["PE010"]),
        ("    points_to: {采购事项: {含工程: true}}\n", "", ["PE333"]),
        ("    certainty", "    reads: months\n    into: {采购事项: 合同期限_月}\n    certainty", ["PE333"]),
        ("terms:\n", "terms:\n  - 词\n", ["PE009"]),
    ],
)
def test_what_is_wrong_is_told_where_it_is(written, instead, expected):
    assert written in TERM
    assert expected == codes(TERM.replace(written, instead))


@pytest.mark.parametrize(
    ("written", "instead", "expected"),
    [
        ("reads: months", "reads: years", ["PE013"]),
        ("合同期限_月", "预算_万元", ["PE333"]),
        ("合同期限_月", "含工程", ["PE333"]),
        ("into: {采购事项: 合同期限_月}", "into: {采购事项: {合同期限_月: 3}}", ["PE009"]),
    ],
)
def test_a_quantity_needs_a_field_that_can_hold_it(written, instead, expected):
    assert expected == codes(READS.replace(written, instead))


@pytest.mark.parametrize(
    ("instead", "expected"),
    [
        ("{text: 办公楼装修改造}", ["PE011"]),
        ("{text: 办公楼装修改造, finds: }", ["PE009"]),
        ("{text: 办公楼装修改造, finds: {}}", ["PE333"]),
        ("{finds: {含工程: true}, text: }", ["PE011", "PE334"]),
        ("{text: 办公楼装修改造, find: {含工程: true}}", ["PE010"]),
        ("{text: 办公楼装修改造, finds: {含工成: true}}", ["PE301"]),
        ("{text: 办公楼装修改造, finds: {含工程: 3}}", ["PE101"]),
        ("[办公楼装修改造]", ["PE009", "PE334"]),
    ],
)
def test_what_an_example_finds_is_checked(instead, expected):
    assert sorted(expected) == sorted(codes(TERM.replace("办公楼装修改造", instead, 1)))


def test_what_an_example_finds_is_read_by_its_field():
    text = READS.replace("examples: [", "examples: [{text: 服务期限三年, finds: {合同期限_月: 36}}, ")
    (term,) = prepared({"lexicon.yaml": text}).rule_set.lexicon.terms
    assert {"采购事项": {"合同期限_月": 36}} == term.examples[0].finds
    assert all(not example.finds for example in term.examples[1:])


def test_harmless_texts_find_nothing():
    harmless = "harmless: [{text: 甲, finds: {含工程: true}}]"
    assert {"PE009", "PE334"} == {*codes(TERM.replace("harmless: [装修改造监理]", harmless))}


def test_words_from_sets_are_told_from_those_written_out():
    lexicon = prepared({"lexicon.yaml": TERM}).rule_set.lexicon
    ((name, words),) = ((one.name, one.words) for one in lexicon.sets)
    (term,) = lexicon.terms
    assert (*words, "审计") == term.unless.after
    assert {("after", word, name) for word in words} == {(d.key, d.word, d.set_name) for d in term.drawn}


def test_each_id_is_written_once():
    assert codes(TERM + TERM.split("terms:\n")[1]) == ["PE209"]


NAMED = TERM.replace("words: [装修改造]", "pattern: '(?:{动作}|修).{0,3}{部位}'").replace(
    "  服务: [监理, 设计]", "  服务: [监理, 设计]\n  动作: [改, 改造, 1+1]"
)
SHARED = "sets:\n  部位: [屋面, 墙]\n  服务: [保洁]\n"


def test_a_pattern_names_sets_also_those_of_a_file_without_terms():
    (term,) = prepared({"lexicon.yaml": NAMED, "lexicon-sets.yaml": SHARED}).rule_set.lexicon.terms
    assert re.fullmatch(term.pattern, "改造了屋面")
    assert re.fullmatch(term.pattern, "1+1墙")
    assert not re.fullmatch(term.pattern, "拆墙")
    assert term.unless.after == ("监理", "设计", "审计"), "a file's own set goes before a shared one"


def test_a_pattern_names_no_set_that_is_not_there():
    assert codes(NAMED) == ["PE335"]


@pytest.mark.parametrize("sets", ["  服务: [监理, 设计]", "  动作: [改]", "  部件: [墙]\n  动作: [改]"])
def test_who_names_a_set_that_is_not_there_is_told_what_to_do(sets):
    text = NAMED.replace(NAMED.split("sets:\n")[1].split("\nterms:")[0], sets).replace("{set: 服务}, ", "")
    with pytest.raises(DiagnosticsError) as caught:
        prepared({"lexicon.yaml": text})
    assert {"PE335"} == {d.code for d in caught.value.diagnostics}
    assert all(d.help for d in caught.value.diagnostics)


def test_without_any_set_it_is_said_where_sets_are_written():
    text = NAMED[NAMED.index("terms:") :].replace("{set: 服务}, ", "")
    with pytest.raises(DiagnosticsError) as caught:
        prepared({"lexicon.yaml": text})
    assert {"在本文件开头的 sets 里写出来"} == {d.help for d in caught.value.diagnostics}


def test_a_set_beside_terms_is_the_file_s_own():
    own = SHARED + "terms: []\n"
    with pytest.raises(DiagnosticsError) as caught:
        prepared({"lexicon.yaml": NAMED, "lexicon-other.yaml": own})
    assert [d.code for d in caught.value.diagnostics] == ["PE335"]


@pytest.mark.parametrize("text", ["document: law\nrules: []\n", f"rules: [{{id: a}}]\n{TERM}"])
def test_rules_among_terms_are_told_once_with_the_place_for_rules(text):
    with pytest.raises(DiagnosticsError) as caught:
        prepared({"lexicon.yaml": text})
    (found,) = caught.value.diagnostics
    assert ("PE010", True) == (found.code, "law.yaml" in found.help)
    assert found.span.line == text[: text.index("rules:")].count("\n")


MADE = "regressions:\n  works.renovation: [装修改造监理, 装修改造设计]\n"


def test_texts_made_by_machine_stand_apart_from_the_examples_of_an_author():
    rule_set = prepared({"lexicon.yaml": TERM, "lexicon-regressions.yaml": MADE}).rule_set
    (term,) = rule_set.lexicon.terms
    assert [one.text for one in term.harmless] == ["装修改造监理"]
    assert [one.text for one in term.regressions] == ["装修改造监理", "装修改造设计"]
    results = list(run_term(rule_set.lexicon, term, rule_set.vocabulary))
    assert [one.is_as_expected for one in results] == [True] * 5


def test_texts_made_for_a_term_that_there_is_not_are_told():
    with pytest.raises(DiagnosticsError) as caught:
        prepared({"lexicon.yaml": TERM, "lexicon-regressions.yaml": MADE.replace("renovation", "renewal")})
    assert [d.code for d in caught.value.diagnostics] == ["PE337"]
    assert "works.renovation" in caught.value.diagnostics[0].help
