"""One mistake is told once, as what it is; what only follows from it is not told beside it."""

import dataclasses

import pytest

from loading.toy import TEXTS, sources_with
from policy_engine.compilation import compile_rules
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.files import SourceText
from policy_engine.model.decisions import Outcome
from policy_engine.usecases import Sources, load_rule_set

RULES = TEXTS["rules.yaml"]
EXAMPLES = (
    RULES.split("  - id: toy-2020.art-2\n")[0]
    + "    examples:\n      - {name: 有, given: {含工程: true}, expect: 违反}\n"
)


def told(sources: Sources) -> list[tuple[str, str]]:
    with pytest.raises(DiagnosticsError) as caught:
        compile_rules(load_rule_set(sources))
    return [(d.code, d.help) for d in caught.value.diagnostics]


def told_of(rules: str) -> list[tuple[str, str]]:
    return told(sources_with({"rules.yaml": rules}))


@pytest.mark.parametrize(
    ("written", "misspelt"),
    [
        ("prohibit:", "prohibitt:"),
        ("remedy:", "remdy:"),
        ("title:", "titel:"),
        ("cite:", "cit:"),
        ("subject:", "subjet:"),
        ("id:", "iid:"),
    ],
)
def test_a_misspelt_key_is_told_not_that_it_is_lacking(written, misspelt):
    ((code, help_text),) = told_of(RULES.replace(written, misspelt, 1))
    assert (code, True) == ("PE010", f"`{written[:-1]}`" in help_text)


def test_a_misspelt_bound_of_a_ratio_is_told_not_that_it_is_lacking():
    ratio = "{ratio: {part: 合同期限_月, whole: 自动续签_月, atleast: '0.3'}}"
    ((code, help_text),) = told_of(RULES.replace("{含工程: true}", ratio, 1))
    assert (code, True) == ("PE010", "`at_least`" in help_text)


@pytest.mark.parametrize("key", ["prohibit", "remedy", "title", "cite", "subject", "id"])
def test_a_key_that_is_lacking_beside_another_that_nobody_knows_is_told_too(key):
    line = next(one for one in RULES.splitlines(keepends=True) if one.lstrip(" -").startswith(f"{key}:"))
    other = line.replace(key, "zzzzzzzz", 1)
    assert 2 == len(told_of(RULES.replace(line, other, 1)))


def test_an_id_given_twice_is_told_whatever_regressions_say_of_the_first():
    twice = RULES + (
        "  - id: toy-2020.art-1\n    title: 合同\n    cite: 第三条\n    subject: 服务合同\n"
        "    when: {含工程: true}\n    prohibit: 政府购买服务\n    remedy: 改\n"
    ).replace("服务合同", "采购事项").replace("{含工程: true}", "{合同期限_月: {more_than: 3}}")
    cases = "rules:\n  - rule: toy-2020.art-1\n    base: {含工成: true}\n    cases:\n      - {kills: 一, expect: 违反}\n"
    path = "rules/toy/toy-2020/regressions.yaml"
    regressions = (SourceText(path, cases),)
    sources = dataclasses.replace(sources_with({"rules.yaml": twice}), regressions=regressions)
    assert ["PE308"] == [code for code, _ in told(sources)]
    once = dataclasses.replace(sources_with({}), regressions=regressions)
    assert ["PE301"] == [code for code, _ in told(once)]


def test_an_id_typed_over_another_is_told_and_not_that_cases_miss_the_other():
    twice = RULES.replace("  - id: toy-2020.art-2\n", "  - id: toy-2020.art-1\n", 1)
    cases = "rules:\n  - rule: toy-2020.art-2\n    base: {}\n    cases:\n      - {kills: 一, expect: 违反}\n"
    regressions = (SourceText("rules/toy/toy-2020/regressions.yaml", cases),)
    sources = dataclasses.replace(sources_with({"rules.yaml": twice}), regressions=regressions)
    assert ["PE308"] == [code for code, _ in told(sources)]


def test_what_is_the_same_in_every_word_is_told_once():
    parameters = TEXTS["parameters.yaml"]
    value = next(line for line in parameters.splitlines() if "value: " in line)
    number = value.split("value: ")[1].split(",")[0].rstrip("}")
    wrong = parameters.replace(f"value: {number}", f"value: {number}个月", 1)
    twice = RULES.replace(
        "when: {总期限_月: {more_than: {parameter: 期限上限}}}",
        "when: {any: [{总期限_月: {more_than: {parameter: 期限上限}}}, {总期限_月: {at_least: {parameter: 期限上限}}}]}",
    )
    assert ["PE103"] == [
        code for code, _ in told(sources_with({"rules.yaml": twice, "parameters.yaml": wrong}))
    ]


@pytest.mark.parametrize("word", ["违返", "工程", "成立。"])
def test_what_is_no_outcome_of_any_rule_is_no_expectation(word):
    ((code, _),) = told_of(EXAMPLES.replace("expect: 违反", f"expect: {word}"))
    assert "PE013" == code


@pytest.mark.parametrize("word", [one.value for one in Outcome])
def test_each_outcome_may_be_expected(word):
    load_rule_set(sources_with({"rules.yaml": EXAMPLES.replace("expect: 违反", f"expect: {word}")}))
