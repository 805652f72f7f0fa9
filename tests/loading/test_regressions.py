"""Cases made by machine: a base, what each changes of it, and complaints where that doesn't fit the rules."""

import dataclasses

import pytest

from loading.told import told_of
from loading.toy import TEXTS, sources_with
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.files import SourceText
from policy_engine.model.values import UNKNOWN
from policy_engine.usecases import load_rule_set

RULE = "toy-2020.art-1"
PATH = "rules/toy/toy-2020/regressions.yaml"


def loaded(text: str, path: str = PATH, *, reads_examples: bool = True):
    sources = dataclasses.replace(sources_with({}), regressions=(SourceText(path, text),))
    rules = load_rule_set(sources, reads_examples=reads_examples).rules
    return next(rule for rule in rules if rule.id == RULE)


def rows(*cases: str, base: str = "{含工程: true, 合同期限_月: 12}") -> str:
    lines = "".join(f"      - {case}\n" for case in cases)
    return f"rules:\n  - rule: {RULE}\n    base: {base}\n    cases:\n{lines}"


def test_a_case_is_its_base_with_what_it_changes():
    made = loaded(
        rows(
            "{kills: 一, expect: 违反}",
            "{kills: 二, but: {含工程: false, 采购标的: 工程}, as_of: 2025-01-02, expect: 违反}",
            "{kills: 三, but: {含工程: {unknown: 不清}}, without: [合同期限_月], expect: 待核实}",
            "{kills: 四, given: {采购标的: 服务}, phase: 合同, declared: true, expect: 不适用, verdict: 未涵盖}",
        )
    ).regressions
    facts = [{name: fact.value for name, fact in one.given.items()} for one in made]
    assert facts == [
        {"含工程": True, "合同期限_月": 12},
        {"含工程": False, "合同期限_月": 12, "采购标的": "工程"},
        {"含工程": UNKNOWN},
        {"采购标的": "服务"},
    ]
    assert ["一", "二", "三", "四"] == [one.kills for one in made]
    assert [True, True, True, False] == [one.follows_due for one in made]
    assert ("未涵盖", True) == (made[3].verdict, made[3].is_declared)
    assert [PATH] * 4 == [one.span.path for one in made]


def test_they_are_no_examples_by_hand_and_deciding_needs_none():
    text = rows("{kills: 一, expect: 违反}")
    rule = loaded(text)
    assert not any(example.kills for example in rule.examples)
    assert (*rule.examples, *rule.regressions) == rule.tried
    assert () == loaded(text, reads_examples=False).tried


@pytest.mark.parametrize(
    ("text", "path", "code", "words"),
    [
        (rows("{kills: 一, expect: 违反}"), "rules/toy/toy-2O20/regressions.yaml", "PE203", "toy-2020"),
        (rows("{kills: 一, expect: 违反}").replace("art-1", "art-99"), PATH, "PE306", "art-99"),
        (rows("{kills: 一, expect: 违反}") * 2, PATH, "PE007", "rules"),
        (rows("{kills: 一, expect: 违反}", "{expect: 违反}"), PATH, "PE011", "kills"),
        (rows("{kills: 一, name: 二, expect: 违反}"), PATH, "PE010", "name"),
        (rows("{kills: 一, given: {}, but: {含工程: true}, expect: 违反}"), PATH, "PE112", "but"),
        (rows("{kills: 一, without: [采购标的], expect: 违反}"), PATH, "PE013", "采购标的"),
        (rows("{kills: 一, expect: 违反}", base="{含工厂: true}"), PATH, "PE301", "含工厂"),
        (rows("{kills: 一, expect: 违反}") + f"  - {{rule: {RULE}, cases: []}}\n", PATH, "PE209", RULE),
    ],
)
def test_what_does_not_fit_is_told_at_its_place(text: str, path: str, code: str, words: str):
    with pytest.raises(DiagnosticsError) as caught:
        loaded(text, path)
    (found,) = caught.value.diagnostics
    assert (code, path) == (found.code, found.span.path)
    assert words in found.message + found.help


@pytest.mark.parametrize("is_first", [True, False])
def test_a_base_is_not_held_against_a_subject_whose_cases_all_give_their_facts(is_first):
    replaced = {
        "rules.yaml": TEXTS["rules.yaml"].replace("subject: 采购事项", "subject: [采购事项, 服务合同]", 1),
        # A field of two subjects must be the same in both.
        "contract.schema.json": TEXTS["contract.schema.json"].replace("合同期限_月", "合同份数"),
    }
    cases = [
        "{kills: 一, expect: 违反}",
        "{kills: 二, subject: 服务合同, given: {含工程: true}, expect: 违反}",
    ]
    text = rows(*(reversed(cases) if is_first else cases), base="{含工程: true, 采购标的: 服务}")
    sources = dataclasses.replace(sources_with(replaced), regressions=(SourceText(PATH, text),))
    (rule,) = (one for one in load_rule_set(sources).rules if one.id == RULE)
    found = {one.subject: {name: fact.value for name, fact in one.given.items()} for one in rule.regressions}
    assert {"采购事项": {"含工程": True, "采购标的": "服务"}, "服务合同": {"含工程": True}} == found


ENTRY = "    base: {含工程: true}\n    cases: []\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rules:\n  - rule: 甲\n" + ENTRY, [("PE306", "甲", "`toy-2020` 没有规则 `甲`", "规则改了编号的写新的编号，规则删去了的删去这一段")]),
        (
            f"rules:\n  - rule: {RULE}\n{ENTRY}  - rule: {RULE}\n{ENTRY}",
            [("PE209", RULE, f"规则 `{RULE}` 的回归例重复", "一条规则的写在一处")],
        ),
        (
            f"rules:\n  - rule: {RULE}\n    basis: {{}}\n    cases: []\n",
            [("PE010", "basis", "回归例没有 `basis`", "是否为 `base`、`cases`？")],
        ),
        ("rules:\n  - cases: []\n", [("PE011", "cases: []", "缺少 `rule`", "补上 `rule: …`")]),
        (
            "rules:\n  - cases: []\n  - base: {}\n",
            [
                ("PE011", "cases: []", "缺少 `rule`", "补上 `rule: …`"),
                ("PE011", "base: {}", "缺少 `rule`", "补上 `rule: …`"),
            ],
        ),
    ],
)  # fmt: skip
def test_whose_cases_they_are_is_told_at_its_name(text, expected) -> None:
    with pytest.raises(DiagnosticsError) as caught:
        loaded(text)
    assert expected == told_of(caught.value.diagnostics, text)
