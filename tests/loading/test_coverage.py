"""A coverage list must say what its answers rest on."""

import pytest

from policy_engine.loading.coverage import load_coverage
from policy_engine.loading.files import SourceText
from policy_engine.loading.problems import Problems

RULES = frozenset({"toy-2020.art-1"})


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("answer: encoded, rules: [toy-2020.art-1]", None),
        ("answer: guidance, where: 意见书第六部分", None),
        ("answer: not_checkable, reason: 没有可核对的标准", None),
        ("answer: encoded", "PE313"),
        ("answer: guidance", "PE313"),
        ("answer: not_checkable", "PE313"),
        ("answer: encoded, rules: [toy-2020.art-9]", "PE306"),
        ("answer: perhaps, reason: 不明", "PE013"),
        ("answer: encoded, rule: [toy-2020.art-1], rules: [toy-2020.art-1]", "PE010"),
    ],
)
def test_answer_is_whole(answer: str, code: str | None) -> None:
    problems = Problems()
    source = SourceText("rules/toy/toy-2020/norms.yaml", f"norms:\n  - {{norm: T-01, {answer}}}\n")
    (found,) = load_coverage([source], RULES, {"toy-2020"}, problems)
    assert ("T-01", "toy-2020") == (found.norm, found.document)
    assert [code] * bool(code) == [d.code for d in problems.found]


def test_a_list_is_named_after_a_document() -> None:
    problems = Problems()
    source = SourceText("rules/toy/toy-2O20/norms.yaml", "norms: []\n")
    load_coverage([source], RULES, {"toy-2020"}, problems)
    assert [("PE203", True)] == [(d.code, "toy-2020" in d.help) for d in problems.found]
