"""The mutation score of terms is true: unchanged is unnoticed, what is proposed kills, what is called idle is idle."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import as_shipped
from effort import examples, some
from loading.toy import prepared
from policy_engine.analysis.difference.reach import terms_reached
from policy_engine.analysis.testing.fates import Fate
from policy_engine.analysis.testing.idle_barriers import is_idle
from policy_engine.analysis.testing.operators import TermMutant, TermOperator
from policy_engine.analysis.testing.term_mutants import BARRIERS, term_mutants, without
from policy_engine.analysis.testing.term_mutation import TermBench, mutate_terms
from policy_engine.analysis.testing.terms import found_by, run_term
from policy_engine.model.lexicon import Lexicon, Term
from policy_engine.model.rules import RuleSet
from policy_engine.usecases import prepare
from reading.base import RULE_SET, TERMS

EVERY = frozenset(term.id for term in RULE_SET.lexicon.terms)


@pytest.fixture(scope="module")
def shipped() -> RuleSet:
    return as_shipped.rule_set()


def unchanged(*terms: Term) -> TermMutant:
    return TermMutant(terms=terms, operator=TermOperator.VALUE, change="", place="")


def loaded(text: str) -> RuleSet:
    return prepared({"lexicon.yaml": text}).rule_set


def test_an_unchanged_term_is_never_noticed(shipped):
    bench = TermBench(shipped)
    same = [unchanged(replace(term)) for term in some(shipped.lexicon.terms, 8)]
    assert same
    assert [] == [m.names for m in same if bench.is_noticed(m, *bench.sides(m))]


def test_the_part_of_the_lexicon_that_a_mutant_needs_reads_as_all_of_it_does(shipped):
    bench, vocabulary = TermBench(shipped), shipped.vocabulary
    for term in some(shipped.lexicon.terms, 8):
        part, _ = bench.sides(unchanged(term))
        assert [*run_term(shipped.lexicon, term, vocabulary)] == [*run_term(part, term, vocabulary)]


# Of each operator, what it changes in the small lexicon.
MADE = {
    TermOperator.WITHIN: ["去掉 unless.within 的“装修改造政策”", "去掉 unless.within 的“检测室”"],
    TermOperator.BEFORE: ["去掉 unless.before 的“参观”"],
    TermOperator.AFTER: [],
    TermOperator.BESIDE: ["去掉 unless.beside 的“统计”"],
    TermOperator.ANYWHERE: ["去掉 unless.anywhere 的“本项目不涉及任何建设内容”"],
    TermOperator.SET: ["去掉 unless.after 的词组“服务中心词”"],
    TermOperator.MEMBER: [f"词组“服务中心词”去掉“{word}”" for word in ("监理", "设计", "检测", "审计")],
    TermOperator.VALUE: [
        "采购事项.含工程 由 是 改为 否",
        "采购事项.采购标的 由 货物 改为 工程",
        "采购事项.采购标的 由 服务 改为 货物",
    ],
    TermOperator.FIELD: [],
    TermOperator.INTO: ["采购事项 由读进 合同期限_月 改为 自动续签_月"],
}


@pytest.mark.parametrize("operator", TermOperator, ids=lambda o: o.name)
def test_each_error_alters_one_thing_that_is_written(operator):
    made = [m.change for m in term_mutants(RULE_SET, EVERY) if m.operator is operator]
    assert MADE[operator] == [*dict.fromkeys(made)]


def test_a_word_that_stands_in_a_list_by_itself_too_is_not_lost_with_its_set():
    twice = loaded(TERMS.replace("after: [{set: 服务中心词}]", "after: [{set: 服务中心词}, 监理]"))
    changes = [m.change for m in term_mutants(twice, EVERY)]
    assert "去掉 unless.after 的“监理”" in changes
    assert "词组“服务中心词”去掉“监理”" not in changes
    (whole,) = (m for m in term_mutants(twice, EVERY) if m.operator is TermOperator.SET)
    assert ("监理",) == whole.terms[0].unless.after


def test_a_set_is_tried_by_all_its_terms_together():
    more = loaded(TERMS.replace("unless: {within: [检测室]}", "unless: {before: [{set: 服务中心词}]}"))
    members = [m for m in term_mutants(more, EVERY) if m.operator is TermOperator.MEMBER]
    assert {("works.renovation", "service.detection")} == {m.names for m in members}
    alone = term_mutants(more, {"works.renovation"})
    assert TermOperator.MEMBER not in {m.operator for m in alone}


RICH = TERMS.replace("{含工程: true}", "{含工程: true, 采购标的: 工程}").replace(
    "after: [{set: 服务中心词}]", "after: [{set: 服务中心词}, 看护]"
)


def with_line(text: str, name: str, key: str, line: str) -> str:
    """Add a line to a list of a term."""
    head, _, tail = text.partition(f"- id: {name}\n")
    before, _, rest = tail.partition(f"    {key}: [")
    inside, _, after = rest.partition("]\n")
    items = "".join(f"      - {item.strip()}\n" for item in inside.split(","))
    return f"{head}- id: {name}\n{before}    {key}:\n{items}      {line}\n{after}"


def test_the_proposed_line_holds_and_kills():
    rule_set = loaded(RICH)
    made = [*term_mutants(rule_set, EVERY)]
    bench = TermBench(rule_set)
    tried = 0
    for number, mutant in enumerate(made):
        found = bench.judge(number, mutant)
        assert found.fate in (Fate.KILLED, Fate.SURVIVED), mutant.change
        if found.proposal is None:
            continue
        told = loaded(with_line(RICH, found.proposal.name, found.proposal.key, found.proposal.example))
        term = next(t for t in told.lexicon.terms if t.id == found.proposal.name)
        assert all(r.is_as_expected for r in run_term(told.lexicon, term, told.vocabulary))
        again = next(
            m for m in term_mutants(told, EVERY) if (m.names, m.change) == (mutant.names, mutant.change)
        )
        assert Fate.KILLED is TermBench(told).judge(0, again).fate, mutant.change
        tried += 1
    assert tried > 5
    assert {TermOperator.FIELD, TermOperator.VALUE, TermOperator.AFTER} <= {m.operator for m in made}


TERM = """terms:
  - id: a.a
    words: [{words}]
    points_to: {{采购事项: {{含工程: true}}}}
    certainty: stated
    unless: {{{key}: [{barriers}]}}
    because: 是
    examples: [甲, 乙]
    harmless: [丙]
"""
IDLE = [
    ("装修", "within", "办公楼装修公司, 装修公司", {"办公楼装修公司"}),
    ("装修", "within", "园区装饰", {"园区装饰"}),
    ("装修", "before", "请勿参观, 参观", {"请勿参观"}),
    ("装修", "before", "从不, 参观", {"从不"}),
    ("装修", "after", "施工监理, 监理", {"施工监理"}),
    ("装修", "anywhere", "物业管理, 物业", {"物业管理"}),
    ("装修", "beside", "物业管理, 物业", {"物业管理"}),
    ("装修", "within", "装修公司, 装修市场", set()),
    ("装修", "within", "装修和装修公司, 装修公司", set()),
    ("装修", "before", "参观团, 参观", set()),
    ("装修", "before", "非", set()),
    ("装修", "after", "监理工程, 监理", set()),
    ("装修, 施工监理", "after", "施工监理, 监理", set()),
    ("装修", "anywhere", "物业, 保洁", set()),
    ("装修", "beside", "物业, 保洁", set()),
]


@pytest.mark.parametrize(("words", "key", "barriers", "idle"), IDLE)
def test_only_what_can_take_nothing_back_is_called_equivalent(words, key, barriers, idle):
    rule_set = loaded(TERM.format(words=words, key=key, barriers=barriers))
    found = mutate_terms(rule_set, {"a.a"})
    equivalent = {next(iter(m.lost[0][1])) for m, one in found.judged if one.fate is Fate.EQUIVALENT}
    assert idle == equivalent


SHORT = st.text("甲乙不非", min_size=1, max_size=3)


@settings(max_examples=examples(400))
@given(
    words=st.lists(SHORT, min_size=1, max_size=2, unique=True),
    key=st.sampled_from(sorted(BARRIERS)),
    barriers=st.lists(SHORT, min_size=2, max_size=4, unique=True),
    texts=st.lists(st.text("甲乙不非，", max_size=8), min_size=5, max_size=10),
)
def test_no_text_is_read_otherwise_without_a_barrier_that_is_called_idle(words, key, barriers, texts):
    rule_set = loaded(TERM.format(words=", ".join(words), key=key, barriers=", ".join(barriers)))
    (term,) = rule_set.lexicon.terms
    for word in barriers:
        changed = without(term, key, (word,))
        if is_idle(term, changed, key, frozenset((word,)), rule_set.lexicon):
            for text in texts:
                one, other = (found_by(t, Lexicon((t,)), text, rule_set.vocabulary) for t in (term, changed))
                assert one == other, (text, word)


def test_the_table_of_operators_of_terms_adds_up():
    found = mutate_terms(RULE_SET, EVERY)
    assert len(found.judged) == sum(t.made for t in found.tallies) > 0
    assert all(t.made == t.killed + t.equivalent + t.survived for t in found.tallies)
    assert mutate_terms(RULE_SET, ()).score is None


def test_only_terms_that_a_change_reaches_are_tried_again(shipped):
    assert frozenset() == terms_reached(shipped, prepare().rule_set)
    assert frozenset() == terms_reached(
        RULE_SET, loaded("# 甲\n" + TERMS.replace("是建设工程", "属于建设工程"))
    )
    assert {"goods.lease"} == terms_reached(RULE_SET, loaded(TERMS.replace("[车辆]", "[车辆, 货车]")))
    # A word more that points where another term points may be a head of that one.
    added = TERMS.replace("certainty: implied", "certainty: implied\n    unless: {after: [维护]}")
    both = added.replace("{采购标的: 服务}", "{采购标的: 货物}", 1)
    assert {"goods.device", "service.detection"} == terms_reached(loaded(added), loaded(both))
    # A term that is gone was a head of others.
    head, _, _ = both.partition("  - id: term.service-period")
    (first, second) = head.split("  - id: service.detection")
    gone = first + "  - id: goods.lease" + second.split("  - id: goods.lease")[1]
    assert {"goods.device"} == terms_reached(loaded(head), loaded(gone))


def test_a_change_of_the_field_that_a_term_points_to_reaches_it(shipped):
    subject = shipped.vocabulary.subjects["采购事项"]
    field = subject.fields["零星维修"]
    fields = {**subject.fields, field.name: replace(field, declared=True)}
    subjects = {**shipped.vocabulary.subjects, subject.name: replace(subject, fields=fields)}
    changed = replace(shipped, vocabulary=replace(shipped.vocabulary, subjects=subjects))
    pointing = {t.id for t in shipped.lexicon.terms if "零星维修" in t.points_to.get("采购事项", {})}
    assert pointing
    assert pointing <= terms_reached(shipped, changed)
