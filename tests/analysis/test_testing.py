"""Coverage and mutants: counts agree with brute force, and each killing case really tells the mutant apart."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from effort import examples
from oracle.interpreter import interpret
from policy_engine.analysis.testing.coverage import cover_rule
from policy_engine.analysis.testing.fates import Fate
from policy_engine.analysis.testing.mutants import mutants_of, shifted_dates
from policy_engine.analysis.testing.mutation import Bench, mutate
from policy_engine.analysis.testing.trials import Trial
from policy_engine.analysis.witnesses import case_of
from policy_engine.compilation import CompiledRuleSet, compile_rules
from policy_engine.evaluation.closing import ClosedSubject, close_subject
from policy_engine.evaluation.compiled import evaluate_compiled
from policy_engine.evaluation.examples import case_of as case_from
from policy_engine.evaluation.examples import seen_of
from policy_engine.model import conditions as c
from policy_engine.model.cases import Fact, Origin
from policy_engine.model.decisions import Status
from policy_engine.model.documents import Citation
from policy_engine.model.rules import Basis, Classify, Example, ExceptionClause, Kind, Prohibit, Require, Rule
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Phase
from properties import toy

EVERYWHERE = c.All((), toy.SPAN)
WORKS, LISTED = (c.Equals(name, True, toy.SPAN) for name in ("含工程", "已列目录"))


def no(part):
    return c.Not(part, toy.SPAN)


def example(given: dict, expect: str = "", verdict: str = "") -> Example:
    facts = {n: Fact(field=n, value=v, origin=Origin.STATED) for n, v in given.items() if v is not UNKNOWN}
    return Example(
        name="例", subject=toy.PURCHASE, given=facts, as_of=toy.DAYS[0], area="330502", phase=Phase.PROJECT,
        is_declared=False, expect=expect, verdict=verdict, span=toy.SPAN,
    )  # fmt: skip


def rule(kind: Kind, when=EVERYWHERE, givens=(), beside=(), **more) -> Rule:
    """Make a rule whose examples expect all that can be seen of it."""
    bare = _bare(kind, when, **more)
    compiled = compile_rules(toy.rule_set(*beside, bare))
    seen = [seen_of(compiled, bare, case_from(example(given)), toy.PURCHASE) for given in givens]
    told = (example(g, s.outcome, s.verdict) for g, s in zip(givens, seen, strict=True))
    return replace(bare, examples=tuple(told))


def _bare(kind: Kind, when=EVERYWHERE, **more) -> Rule:
    return Rule(
        id="law.art-1", title="一", citation=Citation(toy.DOCUMENTS["law"], "第一条"), subjects=(toy.PURCHASE,),
        kind=kind, when=when, scope=more.pop("scope", EVERYWHERE), remedy="改正",
        span=toy.SPAN, **more,
    )  # fmt: skip


def tried(compiled: CompiledRuleSet, one: Rule, given: dict) -> Trial:
    """Try a rule on facts as they are: nothing is closed."""
    situation = toy.situation(given)
    closed = ClosedSubject(
        facts={}, situation=situation, phase=Phase.PROJECT, doubtful=frozenset(), unjudged=(), mattering=(),
        asks_declaration=False,
    )  # fmt: skip
    return Trial(one, None, closed, evaluate_compiled(compiled, situation))


def report(one: Rule):
    return mutate(compile_rules(toy.rule_set(one)), {one.id})


def test_a_tested_boundary_leaves_no_survivor():
    when = c.Compare("人数", c.Bound.AT_LEAST, 5, toy.SPAN)
    found = report(rule(Prohibit("转包"), when, [{"人数": 4}, {"人数": 5}, {}]))
    assert () == found.survivors
    assert 100.0 == found.score


def test_an_untested_boundary_survives_with_the_case_that_kills_it():
    when = c.Compare("人数", c.Bound.AT_LEAST, 5, toy.SPAN)
    found = report(rule(Prohibit("转包"), when, [{"人数": 1}, {"人数": 99}]))
    assert {"人数 的界限加一", "人数 的界限减一", "人数 的算符改为 more_than"} == {
        s.mutant.change for s in found.survivors
    }
    assert all("人数: 4" in s.proposal.example or "人数: 5" in s.proposal.example for s in found.survivors)


def test_a_mutant_that_means_the_same_is_no_survivor():
    either = c.Any((WORKS, c.All((WORKS, LISTED), toy.SPAN)), toy.SPAN)
    found = report(rule(Prohibit("转包"), either, [{"含工程": True}, {"含工程": False}, {}]))
    assert found.equivalent > 0


def test_a_part_that_alone_reads_a_computed_fact_can_be_dropped():
    """Then both sides must still compute the fact alike, or the case that is found tells nothing apart."""
    derive = replace(rule(Classify("重大", ()), LISTED), id="law.art-2")
    big = c.Equals("重大", True, toy.SPAN)
    one = rule(
        Prohibit("转包"), c.All((big, WORKS), toy.SPAN), [{"已列目录": True, "含工程": True}, {}], [derive]
    )
    compiled = compile_rules(toy.rule_set(derive, one))
    (dropped,) = [m for m in mutants_of(one, compiled.rule_set) if m.change.startswith("去掉第 1 部分")]
    case = case_of(Bench(compiled).judge(dropped).telling.witness, compiled)
    subject = compiled.rule_set.vocabulary.subjects[toy.PURCHASE]
    situation = close_subject(case, subject, compiled.subjects[toy.PURCHASE]).situation
    changed = toy.rule_set(derive, *dropped.rules)
    before, after = (interpret(rules, situation).statuses[one.id] for rules in (compiled.rule_set, changed))
    assert before is not after


def test_a_dropped_exception_and_a_shifted_date_are_mutants():
    clause = ExceptionClause(
        when=LISTED,
        scope=EVERYWHERE,
        basis=Basis.INTERPRETATION,
        because="例外",
        citation=None,
        span=toy.SPAN,
    )
    scope = c.All((c.InForce(c.AS_OF, toy.DOCUMENTS["law"].effective.day, None, toy.SPAN),), toy.SPAN)
    one = rule(Prohibit("转包"), WORKS, unless=(clause,), scope=scope)
    assert "去掉例外“例外”" in [m.change for m in mutants_of(one, toy.rule_set(one))]
    shifted = [m.rules[0].scope for m in shifted_dates(toy.DOCUMENTS["law"], (one,))]
    day = toy.DOCUMENTS["law"].effective.day
    assert [day - 1, day + 1] == [scope.parts[0].first for scope in shifted]


SMALL = {
    "含工程": (UNKNOWN, True, False),
    "已列目录": (UNKNOWN, True, False),
    "方式": (UNKNOWN, "招标", "谈判"),
}
LEAVES = st.sampled_from([WORKS, LISTED, no(WORKS), c.OneOf("方式", ("招标", "直购"), toy.SPAN)])
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, min_size=1, max_size=3).flatmap(
        lambda parts: st.sampled_from(
            [c.All(tuple(parts), toy.SPAN), c.Any(tuple(parts), toy.SPAN), no(parts[0])]
        )
    ),
    max_leaves=4,
)
SITUATIONS = [dict(zip(SMALL, values, strict=True)) for values in product(*SMALL.values())]


@settings(max_examples=examples(40), suppress_health_check=list(HealthCheck))
@given(CONDITIONS, st.booleans(), st.lists(st.sampled_from(SITUATIONS), max_size=3))
def test_every_survivor_is_real_and_its_case_tells_it_apart(condition, is_duty, givens):
    one = rule(
        Require(condition) if is_duty else Prohibit("转包"), EVERYWHERE if is_duty else condition, givens
    )
    rule_set = toy.rule_set(one)
    compiled = compile_rules(rule_set)
    bench = Bench(compiled)
    for mutant in mutants_of(one, rule_set):
        (new,) = mutant.rules
        changed = compile_rules(replace(rule_set, rules=mutant.rules))
        found = bench.judge(mutant)
        failing = [not seen_of(changed, new, case_from(e), toy.PURCHASE).fits(e) for e in one.examples]
        assert (found.fate is Fate.KILLED) is any(failing)
        if found.fate is Fate.SURVIVED:
            case = case_of(found.telling.witness, compiled)
            before = seen_of(compiled, one, case, toy.PURCHASE)
            assert before != seen_of(changed, new, case, toy.PURCHASE)


@settings(max_examples=examples(40), suppress_health_check=list(HealthCheck))
@given(CONDITIONS, st.lists(st.sampled_from(SITUATIONS), max_size=6))
def test_more_examples_never_cover_less_and_cover_only_with_both_outcomes_shown(condition, givens):
    one = rule(Prohibit("转包"), condition)
    compiled = compile_rules(toy.rule_set(one))
    subject = compiled.subjects[toy.PURCHASE]
    trials, everything = (
        [tried(compiled, one, {n: v for n, v in values.items() if v is not UNKNOWN}) for values in group]
        for group in (givens, SITUATIONS)
    )
    found = cover_rule(one, subject, trials)
    shown = {trial.evaluation.statuses[one.id] is Status.TRUE for trial in trials}
    if any(found.covered.values()):
        assert {True, False} == shown
    whole = cover_rule(one, subject, everything)
    assert all(whole.covered[atom] for atom, covered in found.covered.items() if covered)
    assert set(found.seen) == set(whole.seen)
    assert all(found.seen[atom] <= whole.seen[atom] for atom in found.seen)


@pytest.mark.parametrize(
    ("givens", "covered"),
    [
        ([{"含工程": True, "已列目录": True}], 0),
        ([{"含工程": True, "已列目录": True}, {"含工程": False, "已列目录": True}], 1),
        (
            [
                {"含工程": True, "已列目录": True},
                {"含工程": False, "已列目录": True},
                {"含工程": True, "已列目录": False},
            ],
            2,
        ),
        ([{"含工程": True, "已列目录": True}, {"含工程": False, "已列目录": False}], 0),
    ],
)
def test_masking_mcdc_of_a_conjunction(givens, covered):
    one = rule(Prohibit("转包"), c.All((WORKS, LISTED), toy.SPAN))
    compiled = compile_rules(toy.rule_set(one))
    trials = [tried(compiled, one, given) for given in givens]
    assert (covered, 2) == cover_rule(one, compiled.subjects[toy.PURCHASE], trials).share


def test_an_exception_that_is_in_force_is_covered_by_the_two_examples_it_alone_tells_apart():
    """Its force is read from each example: taken for granted either way, it would hide the exception."""
    scope = c.All((c.InForce(c.AS_OF, toy.DOCUMENTS["law"].effective.day, None, toy.SPAN),), toy.SPAN)
    clause = ExceptionClause(
        when=LISTED, scope=scope, basis=Basis.INTERPRETATION, because="例外", citation=None, span=toy.SPAN
    )
    one = rule(Prohibit("转包"), WORKS, unless=(clause,))
    compiled = compile_rules(toy.rule_set(one))
    givens = ({"含工程": True, "已列目录": listed} for listed in (True, False))
    trials = [tried(compiled, one, given) for given in givens]
    found = cover_rule(one, compiled.subjects[toy.PURCHASE], trials)
    assert [True] == [covered for atom, covered in found.covered.items() if atom.leaf.field == "已列目录"]
