"""Of a block of rows each comes to what its case comes to by itself: verdict and grounds, whatever stands around it."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import examples
from oracle.interpreter import interpret
from oracle.test_oracle import ALWAYS, LISTED, WORKS, exception, new_rule, overriding
from oracle.verdict import combine
from policy_engine.compilation import compile_rules
from policy_engine.evaluation.sliced import SlicedRules, columns_of
from policy_engine.evaluation.sliced_verdicts import SlicedVerdicts, Surroundings, Weighing
from policy_engine.evaluation.slices import Column, bitmap_of
from policy_engine.model import conditions as c
from policy_engine.model.cases import Case, Situation
from policy_engine.model.decisions import SETTLED
from policy_engine.model.documents import Document, Encoding, StatedDate
from policy_engine.model.rules import (
    Classify,
    Derive,
    Function,
    Impossible,
    Permit,
    Prohibit,
    Recommend,
    Require,
    RuleSet,
    Table,
)
from policy_engine.model.vocabulary import Phase, Vocabulary
from properties import toy
from properties.clashes import case, cases, clashing_rule_sets, finding_rule_sets
from properties.test_surroundings import bounded, closed_in, decided

MANY = settings(max_examples=examples(150))
ROWS = st.lists(cases(), min_size=1, max_size=8)


def weighed(rule_set: RuleSet, rows: Sequence[Case], *, undescribed: int = 0) -> SlicedVerdicts:
    """Decide cases as one block."""
    compiled = compile_rules(rule_set)
    closed = [closed_in(rule_set, one) for one in rows]
    columns = columns_of([one.situation.values for one in closed])
    outcome = SlicedRules.of(compiled.subjects[toy.PURCHASE]).decide(columns, len(rows))
    around = Surroundings(
        phases={phase: bitmap_of(one.phase is phase for one in closed) for phase in Phase},
        doubts=Column([one.doubtful for one in closed]),
        running=Column([one.running for one in closed]),
        undescribed=undescribed,
    )
    return Weighing.of(compiled, toy.PURCHASE).weigh(outcome, around)


def row_of(found: SlicedVerdicts, at: int) -> tuple[str, list[str]]:
    (word,) = (word for word, rows in found.verdicts.items() if rows >> at & 1)
    return word, [rule for rule, rows in found.grounds.items() if rows >> at & 1]


def agree(rule_set: RuleSet, rows: Sequence[Case]) -> list[str]:
    found = weighed(rule_set, rows)
    for at, one in enumerate(rows):
        alone = decided(rule_set, one)
        word = SETTLED if alone.verdict is None else alone.verdict.value
        assert (word, [r.rule.id for r in alone.grounds]) == row_of(found, at)
    return [row_of(found, at)[0] for at in range(len(rows))]


@MANY
@given(clashing_rule_sets(), ROWS)
def test_rows_clash_as_cases_do(rule_set, rows):
    agree(rule_set, rows)


@MANY
@given(
    clashing_rule_sets(),
    ROWS,
    st.sets(st.sampled_from(sorted(toy.DOCUMENTS))),
    st.sampled_from([ALWAYS, LISTED]),
)
def test_rows_lie_outside_of_documents_as_cases_do(rule_set, rows, spared, when):
    agree(bounded(rule_set, set(toy.DOCUMENTS) - spared, when), rows)


@MANY
@given(finding_rule_sets(), st.lists(cases((toy.FINDING,)), min_size=1, max_size=8))
def test_rows_are_put_into_categories_as_cases_are(rule_set, rows):
    agree(rule_set, rows)


VETO, FIX, GRANT = Prohibit("政府购买服务"), Prohibit("转包"), Permit("政府购买服务")
ANSWERS = [{}, {"含工程": True}, {"含工程": False}]


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        # Of a case that tells nothing of works, of one with works, and of one without.
        ([new_rule("a", VETO, WORKS)], "需补充核实 不得实施 未涵盖"),
        ([new_rule("a", FIX, WORKS)], "需补充核实 须整改 未涵盖"),
        ([new_rule("a", Require(WORKS))], "需补充核实 未涵盖 须整改"),
        ([new_rule("a", Recommend(WORKS))], "未涵盖 未涵盖 未涵盖"),
        ([new_rule("a", GRANT, WORKS)], "需补充核实 可以实施 未涵盖"),
        ([new_rule("a", GRANT), new_rule("b", FIX, WORKS)], "需补充核实 须整改 可以实施"),
        ([new_rule("a", FIX), new_rule("b", VETO, WORKS)], "须整改 不得实施 须整改"),
        ([new_rule("a", VETO, WORKS, document="article")], "未涵盖 未涵盖 未涵盖"),
        # Neither of these two documents prevails over the other.
        (
            [new_rule("a", VETO, WORKS, document="order-new"), new_rule("b", GRANT, document="statute")],
            "需补充核实 依据冲突 可以实施",
        ),
        (
            [new_rule("a", VETO, document="order-new"), new_rule("b", GRANT, WORKS, document="statute")],
            "需补充核实 依据冲突 不得实施",
        ),
        # A default that was broken for a reason is excused.
        ([new_rule("a", FIX, is_default=True, justified_by="含工程")], "需补充核实 未涵盖 须整改"),
    ],
)  # fmt: skip
def test_rows_come_to_the_first_verdict_that_holds(rules, words):
    rows = [case(told, Phase.EVALUATION) for told in ANSWERS]
    assert words.split() == agree(toy.rule_set(*rules), rows)


@pytest.mark.parametrize("due", Phase)
@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("kind", [VETO, FIX, Require(LISTED)])
def test_what_is_open_ahead_of_its_time_leaves_no_row_open(due, phase, kind):
    rule = new_rule("a", kind, WORKS, due=due)
    rows = [replace(case(told, phase), is_phase_stated=True) for told in ANSWERS]
    agree(toy.rule_set(rule), rows)


@pytest.mark.parametrize(("has_duties", "rests"), [(True, Phase.PROJECT), (False, Phase.EVALUATION)])
@pytest.mark.parametrize("due", Phase)
def test_where_there_are_no_phases_rows_are_looked_at_from_one_whatever_is_said_of_them(
    due, has_duties, rests
):
    whole = toy.VOCABULARY.subjects
    subject = replace(whole[toy.PURCHASE], has_phases=False, has_duties=has_duties)
    rule_set = toy.rule_set(new_rule("a", FIX, WORKS, due=due))
    rule_set = replace(rule_set, vocabulary=Vocabulary({**whole, toy.PURCHASE: subject}))
    rows = [
        (toy.situation(told), phase, frozenset[str](), frozenset[str]())
        for phase, told in product(Phase, ANSWERS)
    ]
    is_ahead = list(Phase).index(rests) < list(Phase).index(due)
    words = ["未涵盖" if is_ahead else "需补充核实", "须整改", "未涵盖"]
    assert words * len(Phase) == weigh_alike(rule_set, rows, rests=rests)
    assert words * len(Phase) == agree(
        rule_set, [case(told, phase) for phase, told in product(Phase, ANSWERS)]
    )


def test_what_can_not_be_true_together_is_named_by_its_rule():
    rules = [
        new_rule("a", Impossible(), WORKS),
        new_rule("b", Impossible(), c.All((WORKS, LISTED), toy.SPAN)),
    ]
    rows = [case(told, Phase.EVALUATION) for told in [*ANSWERS, {"含工程": True, "已列目录": True}]]
    assert {"a": 0b1010, "b": 0b1000} == dict(weighed(toy.rule_set(*rules), rows).impossible)


def test_only_what_is_granted_waits_for_a_description():
    rules = [new_rule("a", GRANT, WORKS), new_rule("b", FIX, LISTED)]
    told = [{"含工程": True, "已列目录": False}, {"含工程": False, "已列目录": False}, {"已列目录": True}]
    rows = [case(one, Phase.EVALUATION) for one in told * 2]
    found = weighed(toy.rule_set(*rules), rows, undescribed=0b111)
    assert ["需补充核实", "未涵盖", "须整改", "可以实施", "未涵盖", "须整改"] == [
        row_of(found, at)[0] for at in range(6)
    ]


TODAY = toy.situation({}).values[c.AS_OF]


def unencoded(name: str, begins: int | None = None, ended: int | None = None, **more) -> Document:
    dates = {
        key: None if day is None else StatedDate(TODAY + day, "第一条", verified=True)
        for key, day in (("effective", begins), ("ended", ended))
    }
    plain = replace(toy.DOCUMENTS["law"], id=name, encoded=Encoding.NONE, issued=None, published=None)
    return replace(plain, **dates, **more)


@pytest.mark.parametrize(
    ("documents", "is_open"),
    [
        ([unencoded("新", 0)], True),
        ([unencoded("新", 1)], False),
        ([unencoded("新", -9, 0)], True),
        ([unencoded("新", -9, -1)], False),
        ([unencoded("新")], False),
        ([unencoded("新", 0, area="330500")], True),
        ([unencoded("新", 0, area="410000")], False),
        ([unencoded("新", 0, concerns=(toy.CONTRACT,))], False),
        ([unencoded("新", 0, encoded=Encoding.FULL)], False),
        ([unencoded("新", issued=StatedDate(TODAY, "第一条", verified=True))], True),
        ([unencoded("新", issued=StatedDate(TODAY + 1, "第一条", verified=True))], False),
        ([unencoded("新", published=StatedDate(TODAY, "第一条", verified=True))], True),
        ([unencoded("新", published=StatedDate(TODAY + 1, "第一条", verified=True), issued=StatedDate(TODAY, "第一条", verified=True))], False),
        # What a later document has taken over leaves nothing open where that one governs.
        ([unencoded("新", -9, governed_by_later="后"), unencoded("后", -1, encoded=Encoding.FULL)], False),
        ([unencoded("新", -9, governed_by_later="后"), unencoded("后", 1, encoded=Encoding.FULL)], True),
        ([unencoded("新", -9, governed_by_later="后"), unencoded("后", -1, encoded=Encoding.FULL, area="410000")], True),
        ([unencoded("新", 1), unencoded("后", 0)], True),
    ],
)  # fmt: skip
def test_rows_are_open_where_a_document_that_is_no_rules_yet_reaches_them(documents, is_open):
    rules = [new_rule("a", GRANT, WORKS), new_rule("b", FIX, LISTED)]
    rule_set = toy.rule_set(*rules)
    rule_set = replace(rule_set, documents={**toy.DOCUMENTS, **{one.id: one for one in documents}})
    told = [{"含工程": True, "已列目录": False}, {"含工程": False, "已列目录": False}, {"已列目录": True}]
    words = agree(rule_set, [case(one, Phase.EVALUATION) for one in told])
    assert (["需补充核实"] * 2 if is_open else ["可以实施", "未涵盖"]) + ["须整改"] == words


@pytest.mark.parametrize(
    ("known", "word"),
    [((), "未涵盖"), ((c.AS_OF,), "未涵盖"), ((c.AREA,), "未涵盖"), ((c.AS_OF, c.AREA), "需补充核实")],
)
def test_a_document_reaches_no_row_of_which_neither_day_nor_place_is_told(known, word):
    rule_set = toy.rule_set(new_rule("a", VETO, WORKS))
    rule_set = replace(rule_set, documents={**toy.DOCUMENTS, "新": unencoded("新", 0)})
    compiled = compile_rules(rule_set)
    told = toy.situation({}).values
    row = {"含工程": False, **{name: told[name] for name in known}}
    outcome = SlicedRules.of(compiled.subjects[toy.PURCHASE]).decide(columns_of([row]), 1)
    found = Weighing.of(compiled, toy.PURCHASE).weigh(outcome, Surroundings(phases={Phase.EVALUATION: 1}))
    assert (word, []) == row_of(found, 0)


LEAVES = (
    c.OneOf("规模", ("大型",), toy.SPAN),
    c.OneOf("规模", ("大型", "小型"), toy.SPAN),
    c.Equals("规模", "中型", toy.SPAN),
    *(c.Members("类别", how, ("甲", "乙"), toy.SPAN) for how in c.Membership),
    c.Count("类别", c.Bound.AT_LEAST, 2, toy.SPAN),
    c.Equals("重大", False, toy.SPAN),
    c.Compare("期数", c.Bound.AT_LEAST, 1, toy.SPAN),
    c.All((WORKS, c.Not(LISTED, toy.SPAN)), toy.SPAN),
    c.Any((WORKS, c.Equals("重大", True, toy.SPAN)), toy.SPAN),
)
COMPUTED = (
    new_rule("made-1", Classify("重大", ()), WORKS),
    new_rule("made-2", Classify("类别", ("甲",)), WORKS),
    new_rule("made-3", Classify("类别", ("乙",)), LISTED),
    new_rule("made-4", Table("规模", ((WORKS, "大型"), (LISTED, "中型")), "小型")),
    new_rule("made-5", Derive("期数", Function.COUNT_IF, (), (WORKS, LISTED))),
)


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: type(leaf).__name__)
@pytest.mark.parametrize("around", ["when", "must", "denied", "excepted", "defeated"])
def test_a_doubt_keeps_open_ahead_of_its_time_what_some_answer_to_it_would_break(leaf, around):
    """In each phase, beside each state of two facts, with each open one in doubt or still running, or not."""
    later = {"due": Phase.PERFORMANCE}
    rules = {
        "when": [new_rule("a", FIX, leaf, **later)],
        "must": [new_rule("a", Require(leaf), **later)],
        "denied": [new_rule("a", FIX, c.Not(leaf, toy.SPAN), **later)],
        "excepted": [new_rule("a", FIX, unless=(exception(leaf),), **later)],
        "defeated": [
            new_rule("a", FIX, WORKS, **later),
            new_rule("b", Permit("政府购买服务"), leaf, overrides=overriding("a")),
        ],
    }[around]
    rule_set = toy.rule_set(*COMPUTED, *rules)
    rows = [
        (
            toy.situation({n: v for n, v in zip(FACTS, told, strict=True) if v is not None}),
            phase,
            doubts,
            running,
        )
        for told in product((None, True, False), repeat=2)
        for phase in (Phase.PROJECT, Phase.PERFORMANCE)
        for open_ in [[name for name, value in zip(FACTS, told, strict=True) if value is None]]
        for doubts in subsets(open_)
        for running in subsets([name for name in open_ if name not in doubts])
    ]
    # Each of these comes first once: what is wrong in one row only is wrong in the first.
    one_open, both_open = toy.situation({"含工程": True}), toy.situation({})
    for first in (one_open, both_open):
        doubted_first = (first, Phase.PROJECT, frozenset({"已列目录"}), frozenset[str]())
        weigh_alike(rule_set, [doubted_first, *rows])


def weigh_alike(
    rule_set: RuleSet,
    rows: Sequence[tuple[Situation, Phase, frozenset[str], frozenset[str]]],
    *,
    rests: Phase | None = None,
) -> list[str]:
    """Hold rows against the oracle, which looks at all of them from one phase where that is given."""
    compiled = compile_rules(rule_set)
    columns = columns_of([situation.values for situation, *_ in rows])
    outcome = SlicedRules.of(compiled.subjects[toy.PURCHASE]).decide(columns, len(rows))
    surroundings = Surroundings(
        phases={phase: bitmap_of(one is phase for _, one, *_ in rows) for phase in Phase},
        doubts=Column([doubts for *_, doubts, _ in rows]),
        running=Column([running for *_, running in rows]),
    )
    found = Weighing.of(compiled, toy.PURCHASE).weigh(outcome, surroundings)
    for at, (situation, phase, doubts, running) in enumerate(rows):
        naive = interpret(rule_set, situation)
        expected = combine(rule_set, situation, naive, rests or phase, doubts, running=running)
        assert expected.value == row_of(found, at)[0], (situation.values, phase, doubts, running)
    return [row_of(found, at)[0] for at in range(len(rows))]


FACTS = ("含工程", "已列目录")


def subsets(names: Sequence[str]) -> list[frozenset[str]]:
    return [frozenset(some) for size in range(len(names) + 1) for some in combinations(names, size)]
