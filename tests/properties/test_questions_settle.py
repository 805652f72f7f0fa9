"""What is asked is what an answer can turn, and answering it settles: against trying every completion with the oracle."""

from itertools import product

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from effort import examples
from oracle.interpreter import interpret
from oracle.test_oracle import exception, new_rule
from oracle.verdict import combine
from policy_engine.compilation import compile_rules
from policy_engine.evaluation import settling
from policy_engine.evaluation.agreement import Engine
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.model import conditions as c
from policy_engine.model.cases import Case, Declaration, Fact, Origin, Situation
from policy_engine.model.decisions import Decision, Verdict
from policy_engine.model.rules import Classify, Derive, Function, Permit, Prohibit, Require, RuleSet, Table
from policy_engine.model.values import Known
from policy_engine.model.vocabulary import Phase
from policy_engine.usecases import check
from properties import toy

# Each field with every value that the conditions below could tell apart, and some they could not.
DOMAIN: dict[str, tuple[Known, ...]] = {
    "已列目录": (False, True),
    "有理由": (False, True),
    "打包": (False, True),
    "方式": ("招标", "谈判", "直购"),
    "标签": tuple(frozenset(s) for s in ((), "红", "黄", "绿", "红黄", "红绿", "黄绿", "红黄绿")),
    "金额": (0, 50, 99, 100, 101, 150, 199, 200, 201, 999_999),
}
SPAN = toy.SPAN


@st.composite
def comparisons(draw) -> c.Condition:
    name = draw(st.sampled_from(sorted(DOMAIN)))
    match name:
        case "金额":
            return c.Compare(name, draw(st.sampled_from(c.Bound)), draw(st.sampled_from((100, 200))), SPAN)
        case "标签":
            members = tuple(draw(st.sets(st.sampled_from(("红", "黄", "绿")), min_size=1)))
            return draw(
                st.sampled_from([c.Members(name, how, members, SPAN) for how in c.Membership])
                | st.builds(
                    c.Count, st.just(name), st.sampled_from(c.Bound), st.integers(0, 3), st.just(SPAN)
                )
            )
        case "方式":
            return c.OneOf(name, tuple(draw(st.sets(st.sampled_from(DOMAIN[name]), min_size=1))), SPAN)
        case _:
            return c.Equals(name, draw(st.booleans()), SPAN)


CONDITIONS = st.recursive(
    comparisons(),
    lambda parts: (
        st.builds(c.Not, parts, st.just(SPAN))
        | st.builds(c.All, st.lists(parts, min_size=1, max_size=3).map(tuple), st.just(SPAN))
        | st.builds(c.Any, st.lists(parts, min_size=1, max_size=3).map(tuple), st.just(SPAN))
    ),
    max_leaves=4,
)
KINDS = st.sampled_from(
    [Prohibit("政府购买服务"), Prohibit("转包"), Permit("政府购买服务")]
) | CONDITIONS.map(Require)


@st.composite
def rule_sets(draw) -> RuleSet:
    rules = []
    for at in range(draw(st.integers(1, 4))):
        unless = tuple(draw(st.lists(CONDITIONS.map(exception), max_size=1)))
        kind = draw(KINDS)
        # What holds in principle binds unless a reason is given: a permission binds nobody.
        defaults = (
            [{}] if isinstance(kind, Permit) else [{}, {}, {"is_default": True, "justified_by": "有理由"}]
        )
        default = draw(st.sampled_from(defaults))
        rules.append(new_rule(f"law.art-{at}", kind, draw(CONDITIONS), unless=unless, **default))
    return toy.rule_set(*rules)


MAJOR = c.Equals("重大", True, SPAN)
COMPUTED = st.sampled_from(
    [
        MAJOR,
        c.Not(MAJOR, SPAN),
        c.Members("类别", c.Membership.ANY_OF, ("甲",), SPAN),
        c.Members("类别", c.Membership.NONE_OF, ("甲", "乙"), SPAN),
        c.OneOf("规模", ("大型", "中型"), SPAN),
        c.Compare("期数", c.Bound.AT_LEAST, 1, SPAN),
    ]
)
READING = COMPUTED | st.builds(lambda *parts: c.All(parts, SPAN), COMPUTED, CONDITIONS)
READING |= st.builds(lambda *parts: c.Any(parts, SPAN), COMPUTED, CONDITIONS)


@st.composite
def computing_rule_sets(draw) -> RuleSet:
    """Draw rules that judge by facts which others compute: a claim, a class, a size, a number."""
    some = comparisons()
    made = [
        new_rule("law.made-1", Classify("重大", ()), draw(some)),
        new_rule("law.made-2", Classify("重大", ()), draw(some)),
        new_rule("law.made-3", Classify("类别", ("甲",)), draw(some)),
        new_rule("law.made-4", Classify("类别", ("甲", "乙")), draw(some)),
        new_rule("law.made-5", Table("规模", ((draw(some), "大型"), (draw(some), "中型")), "小型")),
        new_rule("law.made-6", Derive("期数", Function.COUNT_IF, (), (draw(some), draw(some)))),
    ]
    kinds = st.sampled_from([Prohibit("政府购买服务"), Prohibit("转包")]) | READING.map(Require)
    judging = [new_rule(f"law.art-{at}", draw(kinds), draw(READING)) for at in range(draw(st.integers(1, 2)))]
    return toy.rule_set(*made, *judging)


def decided(rule_set: RuleSet, facts: dict[str, Known]) -> Decision:
    stated = {n: Fact(field=n, value=v, origin=Origin.STATED, source="王某") for n, v in facts.items()}
    case = Case(
        name="一件事", as_of=toy.DAYS[-1], area="000000", phase=Phase.EVALUATION,
        declaration=Declaration(by="王某", span=SPAN), subjects={toy.PURCHASE: stated}, assumed=(), span=SPAN,
    )  # fmt: skip
    return check(compile_rules(rule_set), case, Engine.COMPILED)


def asked(decision: Decision) -> set[str]:
    return {question.field.name for question in decision.subjects[0].missing}


def verdict_by_oracle(rule_set: RuleSet, values: dict) -> Verdict:
    situation = Situation(toy.PURCHASE, values)
    return combine(rule_set, situation, interpret(rule_set, situation), Phase.EVALUATION)


def turning(rule_set: RuleSet, decision: Decision) -> set[str]:
    """Name the open facts for which two answers beside the same others give different verdicts, or silence does."""
    base = dict(decision.subjects[0].situation.values)
    named = repr(rule_set.rules)
    unknown = [n for n in DOMAIN if n not in base and f"'{n}'" in named]
    found = set()
    for name in unknown:
        others = [n for n in unknown if n != name]
        for answers in product(*(DOMAIN[n] for n in others)):
            beside = {**base, **dict(zip(others, answers, strict=True))}
            verdicts = {verdict_by_oracle(rule_set, {**beside, name: v}) for v in DOMAIN[name]}
            if len(verdicts | {verdict_by_oracle(rule_set, beside)}) > 1:
                found.add(name)
                break
    return found


TOLD = st.fixed_dictionaries({}, optional={n: st.sampled_from(vs) for n, vs in DOMAIN.items()})
SLOW = settings(max_examples=examples(60), suppress_health_check=list(HealthCheck))


@SLOW
@given(rule_sets(), TOLD)
def test_what_is_asked_is_exactly_what_can_turn_the_verdict(rule_set, told):
    decision = decided(rule_set, told)
    if decision.verdict is not Verdict.UNDETERMINED:
        return
    found, right = asked(decision), turning(rule_set, decision)
    event("turns" if right else "turns nothing")
    assert found == right if right else found


MOST_TOLD = st.sets(st.sampled_from(sorted(DOMAIN)), max_size=3).flatmap(
    lambda open_: st.fixed_dictionaries(
        {n: st.sampled_from(vs) for n, vs in DOMAIN.items() if n not in open_}
    )
)


@SLOW
@given(computing_rule_sets(), MOST_TOLD)
def test_behind_computed_facts_what_is_asked_is_exactly_what_can_turn_the_verdict(rule_set, told):
    decision = decided(rule_set, told)
    if decision.verdict is not Verdict.UNDETERMINED:
        return
    found, right = asked(decision), turning(rule_set, decision)
    event("turns" if right else "turns nothing")
    assert found == right if right else found


@SLOW
@given(rule_sets(), TOLD, st.data())
def test_answering_all_that_is_asked_settles_and_nothing_is_asked_twice(rule_set, told, data):
    decision = decided(rule_set, told)
    if decision.verdict is not Verdict.UNDETERMINED:
        return
    answers = {name: data.draw(st.sampled_from(DOMAIN[name])) for name in asked(decision)}
    try:
        after = decided(rule_set, {**told, **answers})
    except DiagnosticsError:
        return
    if after.verdict is Verdict.UNDETERMINED:
        # Only Kleene's logic leaves it open: no answer turns it, and what is read is asked all the same.
        assert asked(after)
        assert not turning(rule_set, after)
    assert not asked(after) & answers.keys()


@SLOW
@given(rule_sets(), TOLD)
def test_what_is_undetermined_asks_something(rule_set, told):
    decision = decided(rule_set, told)
    assert (decision.verdict is not Verdict.UNDETERMINED) or asked(decision)


def test_the_count_of_a_list_is_asked():
    few = c.All(
        (c.Count("标签", c.Bound.AT_LEAST, 2, SPAN), c.Count("标签", c.Bound.LESS_THAN, 3, SPAN)), SPAN
    )
    rule = new_rule("law.art-1", Require(c.Equals("已列目录", True, SPAN)), few)
    decision = decided(toy.rule_set(rule), {"已列目录": False})
    assert {"标签"} == asked(decision)


LISTED, BUNDLED = (c.Equals(name, True, SPAN) for name in ("已列目录", "打包"))
VETO, NEVER_TURNED = Prohibit("政府购买服务"), c.Any((BUNDLED, c.Not(BUNDLED, SPAN)), SPAN)


@pytest.mark.parametrize(
    ("known", "told"), [(LISTED, {"已列目录": True}), (MAJOR, {"重大": True}), (c.All((), SPAN), {})]
)
def test_where_no_answer_turns_what_is_open_only_what_is_open_is_asked(known, told):
    made = new_rule("law.made", Classify("重大", ()), c.Equals("有理由", True, SPAN))
    rule = new_rule("law.art-1", VETO, c.All((known, NEVER_TURNED), SPAN))
    decision = decided(toy.rule_set(made, rule), told)
    assert Verdict.UNDETERMINED is decision.verdict
    assert {"打包"} == asked(decision)


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        ({}, {"打包"}),
        ({"_MOST_TOGETHER": 0}, {"打包"}),
        ({"_MOST_TOGETHER": 0, "_MOST_TRIED": 2}, {"打包"}),
        # Beyond what may be tried a fact is asked on its rule's word.
        ({"_MOST_TOGETHER": 0, "_MOST_TRIED": 1}, {"打包", "方式"}),
        ({"_MOST_TOGETHER": 0, "_MOST_DECIDED": 0}, {"打包", "方式"}),
    ],
)
def test_a_fact_that_turns_nothing_is_asked_only_where_not_all_can_be_tried(limits, found, monkeypatch):
    for name, most in limits.items():
        monkeypatch.setattr(settling, name, most)
    bid = c.OneOf("方式", ("招标",), SPAN)
    # What is known is never asked.
    when = c.All((LISTED, c.Any((BUNDLED, c.All((BUNDLED, bid), SPAN)), SPAN)), SPAN)
    assert found == asked(decided(toy.rule_set(new_rule("law.art-1", VETO, when)), {"已列目录": True}))
