"""An example by hand may say how it differs from the ordinary case; it is then the example with all its facts."""

import dataclasses

import pytest

from loading.toy import complaint_about, sources_with
from policy_engine.loading.files import SourceText
from policy_engine.loading.formatting import format_rules
from policy_engine.model.calendar import day_number
from policy_engine.reporting.page import as_text
from policy_engine.reporting.rule_page import rule_page
from policy_engine.usecases import load_rule_set

USUAL = "    usual: {declared: true, phase: 采购, given: {含工程: true, 采购标的: 工程}}\n"
OF_FILE = "usual:\n  - {subject: 采购事项, as_of: 2026-02-01, given: {含工程: true, 采购标的: 工程}}\n"


def file_of(examples: str, *, usual: str = USUAL, top: str = "") -> str:
    listed = "".join(f"      - {one}\n" for one in examples.split("\n"))
    return (
        f"document: toy-2020\n{top}rules:\n  - id: ban\n    title: 甲\n    cite: 第一条\n    subject: 采购事项\n"
        f"    when: {{含工程: true}}\n    prohibit: 政府购买服务\n    remedy: 乙\n{usual}    examples:\n{listed}"
    )


def rule_of(text: str):
    rule_set = load_rule_set(sources_with({"rules.yaml": text}))
    return rule_set.rules[0], rule_set


def examples_of(text: str):
    return [
        (
            {name: fact.value for name, fact in one.given.items()},
            dataclasses.replace(one, given={}, span=None),
        )
        for one in rule_of(text)[0].examples
    ]


PAIRS = [
    (
        "{name: 甲, expect: 违反}",
        "{name: 甲, declared: true, phase: 采购, given: {含工程: true, 采购标的: 工程}, expect: 违反}",
    ),
    (
        "{name: 甲, but: {含工程: false, 合同期限_月: 3}, expect: 不适用}",
        "{name: 甲, declared: true, phase: 采购, given: {含工程: false, 采购标的: 工程, 合同期限_月: 3}, expect: 不适用}",
    ),
    (
        "{name: 甲, without: [含工程], phase: 立项, declared: false, expect: 待核实}",
        "{name: 甲, phase: 立项, given: {采购标的: 工程}, expect: 待核实}",
    ),
    (
        "{name: 甲, but: {含工程: {unknown: 没写}}, expect: 待核实}",
        "{name: 甲, declared: true, phase: 采购, given: {含工程: {unknown: 没写}, 采购标的: 工程}, expect: 待核实}",
    ),
    ("{name: 甲, given: {}, expect: 待核实}\n{name: 乙, expect: 违反}", None),
]


@pytest.mark.parametrize(("differing", "whole"), PAIRS[:-1])
def test_an_example_that_differs_is_the_one_with_all_its_facts(differing, whole):
    assert examples_of(file_of(whole, usual="")) == examples_of(file_of(differing))


def test_an_example_that_gives_its_facts_takes_nothing_from_the_ordinary_case():
    (facts, example), _ = examples_of(file_of(PAIRS[-1][0]))
    assert {} == facts
    assert (False, "立项") == (example.is_declared, example.phase.value)


def test_a_rule_without_its_own_takes_the_ordinary_case_of_the_file_for_its_subject():
    ((facts, example),) = examples_of(
        file_of("{name: 甲, but: {含工程: false}, expect: 不适用}", usual="", top=OF_FILE)
    )
    assert {"含工程": False, "采购标的": "工程"} == facts
    ((other, _),) = examples_of(
        file_of("{name: 甲, expect: 违反}", usual="    usual: {given: {含工程: true}}\n")
    )
    assert {"含工程": True} == other
    assert day_number("2026-02-01") == example.as_of


COMPLAINTS = [
    ("{name: 甲, but: {含工程: true}, expect: 违反}", USUAL, "`含工程` 与通常情形相同", "PE317"),
    ("{name: 甲, given: {}, expect: 违反}", USUAL, "没有例子用到这个通常情形", "PE317"),
    ("{name: 甲, but: {含工程: true}, expect: 违反}", "", "写了 `but`，却没有通常情形", "PE317"),
    ("{name: 甲, without: [含工程], expect: 违反}", "", "写了 `without`，却没有通常情形", "PE317"),
    ("{name: 甲, expect: 违反}", "", "缺少 `given`", "PE011"),
    (
        "{name: 甲, given: {含工程: true}, but: {含工程: false}, expect: 违反}",
        "",
        "写了 given 又写了 `but`",
        "PE112",
    ),
    ("{name: 甲, without: [合同要素], expect: 违反}", USUAL, "`usual` 里没有 `合同要素`", "PE013"),
    ("{name: 甲, but: {含工成: true}, expect: 违反}", USUAL, "没有字段 `含工成`", "PE301"),
    ("{name: 甲, bat: {含工程: true}, expect: 违反}", USUAL, "例子没有 `bat`", "PE010"),
    ("{name: 甲, expect: 违反}", "    usual: {含工程: true}\n", "`usual`没有 `含工程`", "PE010"),
    ("{name: 甲, expect: 违反}", "    usual: {declared: true}\n", "缺少 `given`", "PE011"),
    ("{name: 甲, expect: 违反}", "    usual: []\n", "`usual`应为", "PE009"),
    (
        "{name: 甲, expect: 违反}",
        "    usual: {subject: 承接, given: {}}\n",
        "`subject` 不能是 `承接`",
        "PE013",
    ),
]


@pytest.mark.parametrize(("examples", "usual", "message", "code"), COMPLAINTS)
def test_what_does_not_fit_the_ordinary_case_is_refused(examples, usual, message, code):
    said = complaint_about("rules.yaml", file_of(examples, usual=usual).encode())
    assert message in said
    assert code in said


def test_the_ordinary_case_of_one_subject_is_none_for_another():
    text = file_of("{name: 甲, subject: 服务合同, expect: 违反}")
    said = complaint_about(
        "rules.yaml", text.replace("subject: 采购事项", "subject: [采购事项, 服务合同]").encode()
    )
    assert "缺少 `given`" in said


@pytest.mark.parametrize(
    ("top", "message"),
    [
        (OF_FILE, "没有例子用到 `采购事项` 的通常情形"),
        (OF_FILE + OF_FILE.removeprefix("usual:\n"), "`采购事项` 的通常情形重复"),
        ("usual:\n  - {given: {含工程: true}}\n", "缺少 `subject`"),
        ("usual:\n  - {subject: 采购, given: {含工程: true}}\n", "`subject` 不能是 `采购`"),
        ("usual: 甲\n", "`usual`应为列表"),
    ],
)
def test_an_ordinary_case_of_the_file_is_of_one_subject_and_used(top, message):
    said = complaint_about("rules.yaml", file_of("{name: 甲, expect: 违反}", top=top).encode())
    assert message in said


def test_a_rule_is_shown_with_its_ordinary_case_once_and_the_differences():
    rule, rule_set = rule_of(
        file_of(
            "{name: 甲, expect: 违反}\n{name: 乙, but: {含工程: false}, without: [采购标的], expect: 不适用}"
        )
    )
    page = as_text(rule_page(rule, rule_set))
    assert "通常情形：含工程 = 是，采购标的 = 工程" in page
    assert "甲：同通常情形 → 违反" in page
    assert "乙：同通常情形，含工程 = 否，不填采购标的 → 不适用" in page


def test_formatting_orders_the_keys_and_keeps_examples_last():
    text = file_of("{name: 甲, expect: 违反}", usual="").replace(
        "rules:\n  - id: ban\n", f"rules:\n  - id: ban\n{USUAL}"
    )
    formatted = format_rules(SourceText("a.yaml", text))
    assert formatted.index("usual:") < formatted.index("examples:")
    assert formatted.index("remedy:") < formatted.index("usual:")
