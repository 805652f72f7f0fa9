"""The facts that an outcome is said to rest on: they alone make it so, and none of them is idle.

What a condition rests on is found here by trying: every set of its comparisons, with all the others left open.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import examples
from oracle.interpreter import Instance, interpret
from oracle.interpreter import truth as oracle_truth
from policy_engine.evaluation.support import Support, support_of
from policy_engine.evaluation.truth import Derivations
from policy_engine.foundation.logic import Truth
from policy_engine.model import conditions as c
from policy_engine.model.cases import Case, Fact, Origin
from policy_engine.model.decisions import RuleResult, Status
from policy_engine.model.rules import Classify, Derive, Function, Prohibit, Require, Rule, RuleSet
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Phase
from properties import toy
from properties.strategies import conditions, situations, strings_in
from properties.test_agreement import exception, simple_rule
from properties.test_surroundings import decided

FIELDS = toy.VOCABULARY.subjects[toy.PURCHASE].fields
TOLD = tuple(f.name for f in toy.INPUTS if f.name not in ("备注", "变相用工"))
MANY = settings(max_examples=examples(500))
FALSE, TRUE = 0, 2
OPEN = c.Unvalued("上限", c.AS_OF, None, None, toy.SPAN)


def support(values: Mapping[str, object], origins: Mapping[str, Origin] | None = None) -> Support:
    origin = origins or {}
    facts = {
        name: Fact(
            field=name, value=values.get(name, UNKNOWN), origin=origin.get(name, Origin.STATED), span=toy.SPAN
        )
        for name in TOLD
    }
    return Support(values, Derivations({}, FIELDS), {}, {}, facts)


def read_by(leaf: c.Condition) -> set[str]:
    return {text for text in strings_in(leaf) if text in TOLD}


def with_only(condition: c.Condition, kept: set[int], at: Iterator[int]) -> c.Condition:
    """Leave open every comparison but some, by their order."""
    match condition:
        case c.All(parts):
            return c.All(tuple(with_only(p, kept, at) for p in parts), toy.SPAN)
        case c.Any(parts):
            return c.Any(tuple(with_only(p, kept, at) for p in parts), toy.SPAN)
        case c.Not(part):
            return c.Not(with_only(part, kept, at), toy.SPAN)
        case _:
            return condition if next(at) in kept else OPEN


def least_sets(condition: c.Condition, matter: Instance, wanted: int) -> list[set[int]]:
    """Find every set of comparisons that is enough for a truth and has none too many."""
    numbers = range(len(list(c.leaves(condition))))
    found: list[set[int]] = []
    for size in range(len(numbers) + 1):
        for chosen in map(set, combinations(numbers, size)):
            is_enough = oracle_truth(matter, with_only(condition, chosen, iter(numbers))) == wanted
            if is_enough and not any(one <= chosen for one in found):
                found.append(chosen)
    return found


def names_of(condition: c.Condition, numbers: Iterable[int]) -> set[str]:
    leaves = list(c.leaves(condition))
    return {name for at in numbers for name in read_by(leaves[at])}


def together(parts: st.SearchStrategy) -> st.SearchStrategy[c.Condition]:
    some = st.lists(parts, min_size=2, max_size=3).map(tuple)
    whole = st.builds(c.All, some, st.just(toy.SPAN)) | st.builds(c.Any, some, st.just(toy.SPAN))
    return whole | whole.map(lambda one: c.Not(one, toy.SPAN))


LEAF = conditions(TOLD, c.AS_OF, 0).filter(lambda one: len(list(c.leaves(one))) == 1)
TREES = together(LEAF | together(LEAF)).filter(lambda one: len(list(c.leaves(one))) <= 8)


@MANY
@given(st.data())
def test_a_condition_rests_on_what_is_enough_for_it_and_nothing_idle(data):
    condition = data.draw(TREES)
    rule_set = toy.rule_set(simple_rule(1, Prohibit("转包"), condition))
    matter = Instance(rule_set, data.draw(situations(rule_set)))
    wanted = oracle_truth(matter, condition)
    if wanted not in (FALSE, TRUE):
        return
    meant = Truth.TRUE if wanted == TRUE else Truth.FALSE
    tried = support(matter.situation.values)
    least = least_sets(condition, matter, wanted)
    assert least
    assert {n for one in least for n in names_of(condition, one)} == set(tried.facts_for(condition, meant))
    fewest = tried.decided_by(condition, meant)
    assert len(set(fewest)) == len(fewest)
    assert set(fewest) in [names_of(condition, one) for one in least]


def only_told(situation, names: Iterable[str]):
    kept = {c.AS_OF, c.AREA, *names}
    return toy.situation({n: v for n, v in situation.values.items() if n in kept}, situation.subject)


def producing(draw) -> tuple:
    """Draw rules that compute a claim, a count and a sum, without exceptions."""
    some = conditions(TOLD, c.AS_OF, 1)
    counted = Derive("期数", Function.COUNT_IF, (), (draw(some), draw(some)))
    return (
        simple_rule(1, Classify("重大", ()), draw(some)),
        simple_rule(2, Classify("重大", ()), draw(some)),
        simple_rule(3, counted, draw(some)),
        simple_rule(4, Derive("差额", Function.SUM, ("金额", "余额"), ()), draw(some)),
    )


READ = ("重大", "期数", "差额", "含工程", "人数", "方式")


def case_of(day: int) -> Case:
    return Case(
        name="例",
        as_of=day,
        area="330500",
        phase=Phase.PERFORMANCE,
        declaration=None,
        subjects=MappingProxyType({toy.PURCHASE: MappingProxyType({})}),
        assumed=(),
        span=toy.SPAN,
        is_phase_stated=True,
    )


@st.composite
def case_told(draw, rule_set: RuleSet) -> tuple[RuleSet, Case]:
    """Draw a case, in which everything is told by somebody, for a rule set."""
    values = draw(situations(rule_set)).values
    told = {
        n: Fact(field=n, value=v, origin=Origin.STATED, span=toy.SPAN) for n, v in values.items() if n in TOLD
    }
    case = replace(
        case_of(values[c.AS_OF]), subjects=MappingProxyType({toy.PURCHASE: MappingProxyType(told)})
    )
    return rule_set, case


@st.composite
def matters(draw) -> tuple[RuleSet, Case]:
    reading = conditions(READ, c.AS_OF)
    kind = draw(st.sampled_from((Prohibit("转包"), Require(draw(reading)))))
    return draw(case_told(toy.rule_set(*producing(draw), simple_rule(5, kind, draw(reading)))))


@MANY
@given(matters())
def test_an_outcome_stays_where_only_what_it_rests_on_is_told(drawn):
    rule_set, case = drawn
    decision = decided(rule_set, case)
    found, situation = support_of(decision, FIELDS), decision.situation
    for result in decision.results:
        condition = result.rule.when
        truth = found.truth(condition)
        if truth is not Truth.UNKNOWN:
            kept = only_told(situation, found.decided_by(condition, truth))
            matter = Instance(rule_set, kept)
            assert (TRUE if truth is Truth.TRUE else FALSE) == oracle_truth(matter, condition)
        if result.status is Status.NOT_APPLICABLE:
            assert (
                set(found.turns_on(result))
                == set(found.denied_by(result))
                == set(found.decided_by(condition, Truth.FALSE))
            )
        if result.status in (Status.TRUE, Status.SATISFIED) and not reads_a_claim_that_is_denied(
            found, result.rule
        ):
            kept = only_told(situation, found.facts_of(result))
            assert interpret(rule_set, kept).statuses[result.rule.id] is result.status
        if result.status is Status.SATISFIED:
            kept = only_told(situation, found.turns_on(result))
            matter = Instance(rule_set, kept)
            assert oracle_truth(matter, result.rule.kind.condition) == TRUE


def reads_a_claim_that_is_denied(found: Support, rule: Rule) -> bool:
    """Tell whether a rule reads a computed claim that is false: by which facts it is, facts_of doesn't say."""
    return "重大" in strings_in((rule.when, rule.kind)) and not found.producers.get("重大")


WORKS, LISTED, SPLIT, REASON = (c.Equals(n, True, toy.SPAN) for n in ("含工程", "已列目录", "打包", "有理由"))
MAJOR = c.Equals("重大", True, toy.SPAN)
MAKES = Classify("重大", ())


def resting(told: Mapping[str, object], *rules: Rule) -> tuple[Support, dict[str, RuleResult]]:
    facts = {n: Fact(field=n, value=v, origin=Origin.STATED, span=toy.SPAN) for n, v in told.items()}
    case = replace(case_of(toy.DAYS[-1]), subjects=MappingProxyType({toy.PURCHASE: MappingProxyType(facts)}))
    decision = decided(toy.rule_set(*rules), case)
    return support_of(decision, FIELDS), {result.rule.id: result for result in decision.results}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"含工程": True}, ("重大", "含工程")),
        ({"含工程": True, "已列目录": True}, ("重大", "含工程", "已列目录")),
        # Whoever states a fact that rules could compute is believed: it rests on nothing else.
        ({"含工程": True, "重大": True}, ("重大",)),
        # A rule whose time is over computed nothing.
        ({"含工程": True, "打包": True}, ("重大", "含工程")),
    ],
)
def test_an_outcome_rests_on_what_made_its_computed_facts(told, expected):
    over = replace(simple_rule(3, MAKES, SPLIT), scope=c.InForce(c.AS_OF, None, toy.DAYS[0], toy.SPAN))
    made = (simple_rule(1, MAKES, WORKS), simple_rule(2, MAKES, LISTED), over)
    found, results = resting(told, *made, simple_rule(9, Prohibit("转包"), MAJOR))
    assert expected == found.facts_of(results["law.art-9"])


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (LISTED, ("已列目录",)),
        (c.All((LISTED, WORKS), toy.SPAN), ("已列目录", "含工程")),
        (c.Any((c.All((LISTED, WORKS), toy.SPAN), WORKS), toy.SPAN), ("含工程",)),
        (c.Any((SPLIT, LISTED), toy.SPAN), ("已列目录",)),
    ],
)
def test_a_rule_is_denied_by_what_met_its_exception(when, expected):
    unmet, met = exception(SPLIT), exception(when)
    rule = replace(simple_rule(1, Prohibit("转包"), WORKS), unless=(unmet, met))
    found, results = resting({"含工程": True, "已列目录": True, "打包": False}, rule)
    assert expected == found.denied_by(results["law.art-1"])
    assert (Truth.FALSE, Truth.TRUE) == (found.holds(unmet), found.holds(met))
    assert () == found.turns_on(results["law.art-1"])


def test_a_claim_that_nothing_made_true_is_denied_by_what_denies_its_rules():
    over = replace(simple_rule(3, MAKES, REASON), scope=c.InForce(c.AS_OF, None, toy.DAYS[0], toy.SPAN))
    made = (simple_rule(1, MAKES, WORKS), simple_rule(2, MAKES, LISTED), over)
    told = {"含工程": False, "已列目录": False, "有理由": False}
    found, results = resting(told, *made, simple_rule(9, Prohibit("转包"), MAJOR))
    assert ("重大", "含工程", "已列目录") == found.turns_on(results["law.art-9"])


@pytest.mark.parametrize(
    ("origins", "expected"),
    [
        ({"含工程": Origin.DECLARED, "已列目录": Origin.STATED}, ("已列目录",)),
        ({"含工程": Origin.STATED, "已列目录": Origin.DECLARED}, ("含工程",)),
        ({"含工程": Origin.IMPLIED, "已列目录": Origin.CATALOGUE}, ("已列目录",)),
        ({"含工程": Origin.DECLARED, "已列目录": Origin.DERIVED}, ("已列目录",)),
        ({"含工程": Origin.STATED, "已列目录": Origin.STATED}, ("含工程",)),
    ],
)
def test_of_several_facts_that_would_do_the_best_told_is_named(origins, expected):
    told = support({"含工程": True, "已列目录": True}, origins)
    assert expected == told.decided_by(c.Any((WORKS, LISTED), toy.SPAN), Truth.TRUE)


def test_only_signs_that_are_present_are_named():
    field = FIELDS["变相用工"]
    assert ("人数", "含工程") == support({"人数": 5, "含工程": True}).signs_of(field)
    assert ("含工程",) == support({"人数": 1, "含工程": True}).signs_of(field)
    assert () == support({"人数": 1}).signs_of(field)


def test_what_was_counted_is_what_holds():
    counted = Derive("期数", Function.COUNT_IF, (), (WORKS, LISTED, SPLIT))
    found, _ = resting({"含工程": True, "已列目录": False, "打包": True}, simple_rule(1, counted))
    assert (WORKS, SPLIT) == found.counted("期数")
    assert () == found.counted("差额")
