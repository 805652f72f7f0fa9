"""Cases made by machine: written short and read back whole, each needed, and none that fails of itself."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import as_shipped
from effort import examples
from loading.toy import TOY_RULES, sources_with
from policy_engine.analysis.testing.crediting import credited, unsettled
from policy_engine.analysis.testing.operators import Mutant, Operator
from policy_engine.analysis.testing.rows import Row, regressions_text, row_of
from policy_engine.loading.files import SourceText
from policy_engine.loading.formatting import format_rules
from policy_engine.usecases import load_rule_set
from policy_engine.usecases.mutating import run_mutations
from policy_engine.usecases.regressions import renew

RULES = {rule.id: rule for rule in TOY_RULES.rule_set.rules}
ONE, OTHER = "toy-2020.art-1", "toy-2020.art-2-long"
PATH = "rules/toy/toy-2020/regressions.yaml"

SETTINGS = st.sampled_from([(), (("as_of", "2025-01-02"),), (("phase", "合同"), ("declared", "true"))])
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "含工程": st.sampled_from(["true", "false", "{unknown: '不清，也不问: 谁'}"]),
        "采购标的": st.sampled_from(["工程", "{value: 服务, source: 他说：“是”}"]),
        "合同期限_月": st.sampled_from(["0", "12"]),
        "预算_万元": st.sampled_from(["1", "2.5"]),
    },
)
ROWS = st.lists(
    st.builds(
        Row,
        rule=st.sampled_from([ONE, OTHER]),
        kills=st.sampled_from(["去掉第 2 部分“甲、乙”", "a: {b}", "- 一", "true"]),
        settings=SETTINGS,
        facts=FACTS,
        expect=st.sampled_from(["违反", "成立"]),
        verdict=st.sampled_from(["", "未涵盖"]),
    ),
    min_size=1,
    max_size=8,
)


def read_back(text: str):
    sources = dataclasses.replace(sources_with({}), regressions=(SourceText(PATH, text),))
    rule_set = load_rule_set(sources)
    return [row_of(e, rule, rule_set) for rule in rule_set.rules for e in rule.regressions]


@settings(max_examples=examples(150))
@given(ROWS)
def test_what_is_written_short_is_read_back_whole(rows):
    text = regressions_text(rows)
    wanted = [row for rule in RULES for row in rows if row.rule == rule]
    assert read_back(text) == wanted
    assert format_rules(SourceText(PATH, text)) == text


def test_facts_that_most_cases_share_are_said_once():
    shared = {"含工程": "true", "采购标的": "工程"}
    rows = [
        Row(ONE, f"第{n}处", (), {**shared, "合同期限_月": n}, "违反") for n in ("1", "2", "3", "4", "5")
    ] + [Row(ONE, "另一处", (), {"含工程": "false"}, "不适用")]
    text = regressions_text(rows)
    assert "base: {含工程: true, 采购标的: 工程}\n" in text
    assert "{kills: 第5处, but: {合同期限_月: 5}, expect: 违反}" in text
    assert "{kills: 另一处, given: {含工程: false}, expect: 不适用}" in text
    assert "" == regressions_text([])


def error(rule: str, change: str) -> Mutant:
    return Mutant(rules=(RULES[rule],), operator=Operator.KIND, change=change, place="")


def test_only_a_case_that_notices_something_of_its_own_is_needed():
    noticed = [
        (error(ONE, "甲"), ((ONE, 0), (ONE, 1))),
        (error(ONE, "乙"), ((ONE, 1), (ONE, 2))),
        (error(ONE, "丙"), ((ONE, 1),)),
        (error(OTHER, "丁"), ((ONE, 3),)),
        (error(OTHER, "戊"), ()),
        (error(ONE, "己"), ((OTHER, 0), (ONE, 0))),
    ]
    assert credited(noticed, ()) == {(ONE, 0): "甲", (ONE, 1): "乙", (ONE, 3): f"{OTHER}：丁"}
    assert credited(noticed, {(ONE, 3)}) == {(ONE, 0): "甲", (ONE, 1): "乙"}


def test_nothing_is_known_of_cases_for_errors_nobody_judged():
    kills = {(ONE, 0): "甲", (ONE, 1): f"{OTHER}：丁", (ONE, 2): "例外：丁", (OTHER, 0): "toy-2020：施行日"}
    owners = {ONE, OTHER, "toy-2020"}
    assert {(ONE, 1), (OTHER, 0)} == unsettled(kills, {ONE}, owners)
    assert {(ONE, 0), (ONE, 2), (OTHER, 0)} == unsettled(kills, {OTHER}, owners)
    assert set() == unsettled(kills, owners, owners)


@pytest.fixture(scope="module")
def shipped():
    return as_shipped.compiled()


def test_every_shipped_list_is_as_the_program_writes_it(shipped):
    """Nobody edits them: so no case may claim what nothing made it for."""
    by_id = {rule.id: rule for rule in shipped.rule_set.rules}
    for source in as_shipped.sources().regressions:
        own = [
            row_of(example, rule, shipped.rule_set)
            for rule in by_id.values()
            for example in rule.regressions
            if example.span.path == source.path
        ]
        assert regressions_text(own) == source.text
        assert all(row.kills for row in own)


WRITTEN = "npc-penalty-2021"


def test_renewing_what_was_just_renewed_changes_nothing(shipped):
    sources = as_shipped.sources()
    wanted = {r.id for r in shipped.rule_set.rules if r.citation.document.id == WRITTEN}
    report = run_mutations(sources, shipped, wanted, 1)
    made = renew(sources, shipped, report, wanted)
    assert ({}, 0, 0) == (dict(made.texts), made.added, made.dropped)
    assert made.report == report
