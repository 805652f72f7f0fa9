"""Terms are tried by their own examples, and criticised where they add nothing or contradict each other."""

import pytest

from loading.toy import prepared
from policy_engine.analysis.lints import lint
from policy_engine.analysis.testing.fates import Mutations
from policy_engine.analysis.testing.terms import run_terms
from policy_engine.foundation.text import joined
from policy_engine.reporting import testing_page
from policy_engine.usecases.testing import run_tests

TERM = """
  - id: {id}
    words: [{words}]
    points_to: {{采购事项: {{采购标的: {value}}}}}
    certainty: {certainty}
    unless: {{{unless}}}
    because: 是
    examples: [{examples}]
    harmless: [{harmless}]
"""


def term(
    name="a.a",
    words="装修",
    value="工程",
    certainty="stated",
    unless="",
    examples="甲装修, 乙装修",
    harmless="丙",
) -> str:
    return TERM.format(
        id=name,
        words=words,
        value=value,
        certainty=certainty,
        unless=unless,
        examples=examples,
        harmless=harmless,
    )


def base(*terms: str):
    return prepared({"lexicon.yaml": "terms:\n" + "".join(terms)})


def lints(*terms: str) -> list[tuple[str, str]]:
    found = [d for d in lint(base(*terms).rule_set) if d.code in ("PE617", "PE618", "PE619")]
    assert all(d.span is not None and d.span.path == "lexicon.yaml" for d in found)
    return [(d.code, d.message) for d in found]


def test_good_terms_are_not_criticised():
    assert lints(term(), term(name="b.b", words="保洁", value="服务", examples="保洁, 甲保洁")) == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"examples": "甲装修, 监理"}, "examples“监理”：应找到，实际没有找到"),
        ({"harmless": "不用装修么"}, "harmless“不用装修么”：应没有找到，实际找到"),
    ],
)
def test_an_example_that_does_not_hold_is_an_error(changed, expected):
    ((code, message),) = lints(term(**changed))
    assert code == "PE619"
    assert message.endswith(expected)


def test_each_example_that_does_not_hold_is_told_at_its_own_place():
    listed = term(examples="甲装修, 乙装修", harmless="丙").replace(
        "harmless: [丙]", "harmless:\n      - 丙\n      - 丁装修"
    )
    compiled = base(
        term(name="b.b", words="保洁", value="服务", examples="保洁, 修理", harmless="甲"), listed
    )
    found = {d.message.partition("：")[0]: d.span.place for d in lint(compiled.rule_set) if d.code == "PE619"}
    assert found == {
        "词条 `b.b` 的 examples“修理”": "lexicon.yaml:9:20",
        "词条 `a.a` 的 harmless“丁装修”": "lexicon.yaml:21:9",
    }


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ({}, {"name": "b.b"}, "PE617"),
        ({}, {"name": "b.b", "words": "办公楼装修", "examples": "甲办公楼装修, 办公楼装修"}, "PE617"),
        (
            {"certainty": "suspected"},
            {"name": "b.b", "words": "大装修", "examples": "大装修, 甲大装修"},
            None,
        ),
        (
            {"unless": "before: [看]"},
            {"name": "b.b", "words": "大装修", "examples": "大装修, 甲大装修"},
            None,
        ),
        ({}, {"name": "b.b", "value": "服务"}, "PE618"),
        ({}, {"name": "b.b", "value": "服务", "unless": "before: [看]"}, None),
    ],
)
def test_words_that_add_nothing_or_contradict(first, second, code):
    found = lints(term(**first), term(**second))
    assert ([code] if code else []) == [found_code for found_code, _ in found]


def test_an_example_must_be_found_for_every_field():
    text = term().replace("采购标的: 工程}", "采购标的: 工程, 含工程: true}")
    compiled = base(text)
    assert {r.found for r in run_terms(compiled.rule_set, {"a.a"}) if not r.is_harmless} == {"找到"}


def test_a_report_tells_which_example_of_which_term_failed():
    compiled = base(term(examples="甲装修, 监理"))
    testing = run_tests(compiled, (), (), {"a.a"})
    assert testing.failures == 1
    text = joined(testing_page.testing_lines(testing, Mutations(), compiled, is_verbose=False))
    assert "未通过：lexicon.yaml:9:21 词条 a.a 的例子“监理”" in text
    assert "词条的例子 3 个，未通过 1 个" in text
    (failure,) = testing_page.testing_json(testing, Mutations(), compiled)["failures"]
    assert (failure["expected"], failure["found"]) == ("找到", "没有找到")
    assert failure["place"] == "lexicon.yaml:9:21"
    junit = testing_page.testing_junit(testing)
    assert 'tests="3" failures="1"' in junit
    assert 'file="lexicon.yaml" line="9"><failure' in junit
    assert run_tests(compiled, (), ()).terms == ()


READS = """terms:
  - id: a.a
    words: [服务期限]
    reads: months
    into: {采购事项: 合同期限_月}
    certainty: stated
    because: 是
    examples: [服务期限面谈一年, {text: 服务期限两年, finds: {合同期限_月: %s}}]
    harmless: [服务期限面议]
"""


@pytest.mark.parametrize(("months", "is_right"), [("24", True), ("12", False)])
def test_an_example_may_say_what_is_found(months, is_right):
    compiled = prepared({"lexicon.yaml": READS % months})
    result = next(r for r in run_terms(compiled.rule_set, {"a.a"}) if r.example.finds)
    assert is_right is result.is_as_expected
    assert ("找到 合同期限_月 = 24个月", f"找到 合同期限_月 = {months}个月") == (
        result.found,
        result.expected,
    )


def test_an_example_that_says_what_is_found_names_every_field():
    text = term(examples="甲装修, {text: 乙装修, finds: {采购标的: 工程}}")
    whole = text.replace("采购标的: 工程}}\n", "采购标的: 工程, 含工程: true}}\n")
    results = [
        next(r for r in run_terms(base(t).rule_set, {"a.a"}) if r.example.finds) for t in (text, whole)
    ]
    assert [True, False] == [r.is_as_expected for r in results]
    assert "找到 含工程 = 是，采购标的 = 工程" == results[1].found
