"""What an opinion says of objects, forces and subjects is registered with them: a new one reads as well as the old."""

import json

import pytest

from loading.toy import DEFAULTS, TEXTS, prepared
from policy_engine.analysis.lints import lint
from policy_engine.loading.cases import load_cases
from policy_engine.loading.files import SourceText
from policy_engine.reporting.official import official_page
from policy_engine.reporting.page import SectionKind
from policy_engine.usecases import Engine, check, load_rule_set, read_sources, shipped_rules

RULE = """\
document: {document}
rules:
  - id: {document}.art-9
    title: 立法不得委托
    cite: 第九条
    subject: 采购事项
    when: {{含工程: true}}
    {kind}
    remedy: 自行起草
"""
OBJECTS = (
    TEXTS["objects.yaml"]
    + "  - {name: 委托立法, effect: veto, refused: 不得委托第三方立法, permitted: 可以委托起草}\n"
)
CASE = "as_of: 2026-01-15\njurisdiction: 全国\n采购事项: {含工程: true, 购买内容: 起草条例}\n"


def page_of(replaced: dict[str, str], kind: str):
    compiled = prepared({**replaced, "rules.yaml": RULE.format(document="toy-2020", kind=kind)})
    (case,) = load_cases(SourceText("case.yaml", CASE), compiled.rule_set, DEFAULTS)
    return official_page(check(compiled, case, Engine.COMPILED), compiled.rule_set)


@pytest.mark.parametrize(
    ("kind", "headline"),
    [
        ("prohibit: 委托立法", "结论：不得委托第三方立法。"),
        ("permit: 委托立法", "结论：可以委托起草。"),
    ],
)
def test_a_new_object_is_spoken_of_in_its_own_words(kind, headline):
    assert headline == page_of({"objects.yaml": OBJECTS}, kind).headline


@pytest.mark.parametrize(
    ("verdict", "kind", "headline"),
    [
        ("x-refused", "prohibit: 委托立法", "结论：此类项目不办。"),
        ("x-corrected", "prohibit: 期限", "结论：此类项目不办。"),
        ("x-permitted", "permit: 委托立法", "结论：此类项目不办。"),
    ],
)
def test_the_words_of_a_subject_come_before_those_of_the_object(verdict, kind, headline):
    schema = {**json.loads(TEXTS["purchase.schema.json"]), verdict: "此类项目不办"}
    replaced = {"objects.yaml": OBJECTS, "purchase.schema.json": json.dumps(schema, ensure_ascii=False)}
    assert headline == page_of(replaced, kind).headline


@pytest.mark.parametrize(
    ("objects", "kind", "keys"),
    [
        (OBJECTS, "prohibit: 委托立法", set()),
        (OBJECTS.replace("refused: 不得委托第三方立法, ", ""), "prohibit: 委托立法", {"refused"}),
        (OBJECTS.replace(", permitted: 可以委托起草", ""), "permit: 委托立法", {"permitted"}),
        (OBJECTS.replace(", permitted: 可以委托起草", ""), "prohibit: 委托立法", set()),
    ],
)
def test_an_object_without_the_words_it_needs_is_reported(objects, kind, keys):
    rules = RULE.format(document="toy-2020", kind=kind)
    compiled = prepared({"objects.yaml": objects, "rules.yaml": rules})
    found = [d for d in lint(compiled.rule_set) if d.code == "PE627" and "委托立法" in d.message]
    assert keys == {d.help.split("：")[0].removeprefix("写 ") for d in found}


@pytest.mark.parametrize(
    ("force", "keys"),
    [
        ("{name: 惯例, binding: false, begins: 起实行, below: 与惯例不一致}", set()),
        ("{name: 惯例, binding: false}", {"begins", "below"}),
        ("{name: 惯例, binding: false, grounds: false}", {"begins"}),
        ("{name: 惯例}", set()),
    ],
)
def test_a_force_without_the_words_it_needs_is_reported(force, keys):
    authority = TEXTS["authority.yaml"].replace("forces:\n", f"forces:\n  - {force}\n")
    compiled = prepared({"authority.yaml": authority})
    found = [d for d in lint(compiled.rule_set) if d.code == "PE627" and "惯例" in d.message]
    assert keys == {d.help.split("：")[0].removeprefix("写 ") for d in found}


@pytest.mark.broad
def test_the_shipped_registers_say_everything():
    rule_set = load_rule_set(read_sources(shipped_rules()))
    assert [] == [d.message for d in lint(rule_set) if d.code == "PE627"]


def test_sections_are_known_by_their_kind_and_subject_and_not_by_their_title():
    page = page_of({"objects.yaml": OBJECTS}, "prohibit: 委托立法")
    kinds = [(section.kind, section.subject) for section in page.sections]
    assert (SectionKind.GROUNDS, "采购事项") == kinds[0]
    assert (SectionKind.REMEDIES, "采购事项") in kinds
    assert len(kinds) == len(set(kinds))
