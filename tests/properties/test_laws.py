"""The laws of the meaning, held by the oracle; engines that agree with it hold them too."""

from collections import Counter
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import examples, look_until_seen
from oracle.interpreter import OPEN, TRUE, Instance, interpret, truth
from oracle.verdict import combine
from policy_engine.foundation.logic import Truth
from policy_engine.model import conditions as c
from policy_engine.model.decisions import Evaluation, Status, Verdict
from policy_engine.model.rules import RuleSet
from policy_engine.model.vocabulary import FieldType, Phase
from properties import toy
from properties.strategies import FIELDS, completions, conditions, learnt, rule_sets, situations

SLOW = settings(max_examples=examples(60))
SETTLED = (Verdict.PROHIBITED, Verdict.PERMITTED, Verdict.NOT_COVERED)
NAMES = tuple(name for name in FIELDS if name != toy.ONLY_PURCHASE.name)
LAST = list(Phase)[-1]


def v(status: Status) -> Truth:
    """Read V off a status."""
    return {Status.TRUE: Truth.TRUE, Status.UNKNOWN: Truth.UNKNOWN}.get(status, Truth.FALSE)


def settled_truths(found: Evaluation) -> dict:
    """List everything an evaluation says for sure."""
    everything = {
        **{("rule", rule): v(status) for rule, status in found.statuses.items()},
        **found.truths,
        **{("rivals", *pair): t for pair, t in found.rivals.items()},
    }
    return {key: t for key, t in everything.items() if t is not Truth.UNKNOWN} | dict(found.numbers)


def verdict(rule_set: RuleSet, situation, phase: Phase) -> Verdict:
    return combine(rule_set, situation, interpret(rule_set, situation), phase)


# Learning.


@SLOW
@given(st.data())
def test_what_is_settled_agrees_with_every_completion(data):
    rule_set = data.draw(rule_sets())
    partial = data.draw(situations(rule_set))
    settled = settled_truths(interpret(rule_set, partial))
    for _ in range(5):
        completion = interpret(rule_set, data.draw(completions(rule_set, partial)))
        assert settled.items() <= settled_truths(completion).items()


@SLOW
@given(st.data())
def test_learning_changes_a_status_only_from_unknown_or_clear(data):
    rule_set = data.draw(rule_sets())
    before = data.draw(situations(rule_set))
    after = data.draw(learnt(rule_set, before))
    old, new = interpret(rule_set, before), interpret(rule_set, after)
    changed = {old.statuses[rule] for rule in old.statuses if old.statuses[rule] is not new.statuses[rule]}
    assert changed <= {Status.UNKNOWN, Status.CLEAR}
    assert settled_truths(old).items() <= settled_truths(new).items()


@SLOW
@given(st.data())
def test_a_complete_situation_leaves_no_input_open(data):
    """Only what no fact tells stays open: a table that doesn't apply, a date that hasn't come, a parameter's value."""
    rule_set = data.draw(rule_sets())
    full = data.draw(completions(rule_set, data.draw(situations(rule_set))))
    told = tuple(name for name in NAMES if name not in {f.name for f in toy.DERIVED})
    flat = conditions(told, c.AS_OF).filter(
        lambda condition: not any(isinstance(leaf, c.Unvalued) for leaf in c.leaves(condition))
    )
    assert truth(Instance(rule_set, full), data.draw(flat)) != OPEN


# Verdicts.


@SLOW
@given(st.data())
def test_a_settled_verdict_never_flips_once_every_rule_is_due(data):
    rule_set = data.draw(rule_sets())
    before = data.draw(situations(rule_set))
    found = verdict(rule_set, before, LAST)
    for _ in range(3 if found in SETTLED else 0):
        assert found is verdict(rule_set, data.draw(completions(rule_set, before)), LAST)


@SLOW
@given(st.data(), st.sampled_from(Phase))
def test_a_refusal_stands_in_every_phase(data, phase):
    rule_set = data.draw(rule_sets())
    before = data.draw(situations(rule_set))
    if verdict(rule_set, before, phase) is Verdict.PROHIBITED:
        after = data.draw(completions(rule_set, before))
        assert {Verdict.PROHIBITED} == {verdict(rule_set, after, later) for later in Phase}


@SLOW
@given(st.data())
def test_before_a_rule_is_due_a_verdict_flips_only_on_what_was_ahead(data):
    """Where no rule ahead is open, a settled verdict of any phase is final."""
    rule_set = data.draw(rule_sets())
    before, phase = data.draw(situations(rule_set)), data.draw(st.sampled_from(Phase))
    statuses = interpret(rule_set, before).statuses
    ahead = [r for r in rule_set.rules if statuses.get(r.id) is Status.UNKNOWN and phase.rank < r.due.rank]
    found = verdict(rule_set, before, phase)
    if found in SETTLED and not ahead:
        assert found is verdict(rule_set, data.draw(completions(rule_set, before)), LAST)


# Logic.


def nnf(condition: c.Condition, is_denied: bool = False) -> c.Condition:
    """Drive denials down to the leaves by De Morgan."""
    match condition:
        case c.Not(part):
            return nnf(part, not is_denied)
        case c.All(parts) | c.Any(parts):
            joint = c.Any if isinstance(condition, c.All) is is_denied else c.All
            return joint(tuple(nnf(part, is_denied) for part in parts), toy.SPAN)
        case c.Members(name, c.Membership.ANY_OF, values) if is_denied:
            return c.Members(name, c.Membership.NONE_OF, values, toy.SPAN)
        case c.Members(name, c.Membership.NONE_OF, values) if is_denied:
            return c.Members(name, c.Membership.ANY_OF, values, toy.SPAN)
        case c.OneOf(name, values) if is_denied:
            others = tuple(x for x in toy.VOCABULARY.field(toy.PURCHASE, name).choices if x not in values)
            return c.OneOf(name, others, toy.SPAN)
        case c.Compare(name, bound, limit) | c.Count(name, bound, limit) if is_denied and is_ordered(name):
            return type(condition)(name, OPPOSITE[bound], limit, toy.SPAN)
        case _:
            return c.Not(condition, toy.SPAN) if is_denied else condition


OPPOSITE = {
    c.Bound.AT_LEAST: c.Bound.LESS_THAN,
    c.Bound.LESS_THAN: c.Bound.AT_LEAST,
    c.Bound.MORE_THAN: c.Bound.AT_MOST,
    c.Bound.AT_MOST: c.Bound.MORE_THAN,
}


def is_ordered(name: str) -> bool:
    """Tell whether exactly one of two opposite bounds holds: not so for a date that hasn't come."""
    return toy.VOCABULARY.field(toy.PURCHASE, name).type is not FieldType.DATE


@SLOW
@given(st.data())
def test_negation_normal_form_keeps_the_truth(data):
    rule_set = data.draw(rule_sets())
    matter = Instance(rule_set, data.draw(situations(rule_set)))
    condition = data.draw(conditions(NAMES, c.AS_OF, 3))
    assert truth(matter, condition) == truth(matter, nnf(condition))
    assert TRUE - truth(matter, condition) == truth(matter, nnf(condition, is_denied=True))


def test_connectives_follow_kleene():
    """Joins over two facts, each false, unknown and true: associative, absorbing, distributive."""
    names = [f.name for f in toy.INPUTS if f.type is FieldType.BOOLEAN][:3]
    leaf = {name: c.Equals(name, True, toy.SPAN) for name in names}
    p, q, r = leaf.values()
    all_, any_ = (lambda *parts: c.All(parts, toy.SPAN)), (lambda *parts: c.Any(parts, toy.SPAN))
    laws = (
        (all_(p, any_(q, r)), any_(all_(p, q), all_(p, r))),
        (any_(p, all_(q, r)), all_(any_(p, q), any_(p, r))),
        (all_(p, any_(p, q)), p),
        (any_(p, all_(p, q)), p),
        (all_(p, all_(q, r)), all_(p, q, r)),
        (all_(), c.Not(any_(), toy.SPAN)),
    )
    for told in product((False, None, True), repeat=3):
        values = {name: v for name, v in zip(names, told, strict=True) if v is not None}
        matter = Instance(toy.rule_set(), toy.situation(values))
        assert all(truth(matter, left) == truth(matter, right) for left, right in laws)


@SLOW
@given(st.data())
def test_a_table_gives_at_most_one_choice_and_never_none_for_sure(data):
    rule_set = data.draw(rule_sets())
    truths = interpret(rule_set, data.draw(situations(rule_set))).truths
    for choice in (f for f in toy.DERIVED if f.type is FieldType.CHOICE):
        found = [truths[choice.name, each] for each in choice.choices]
        assert found.count(Truth.TRUE) <= 1
        assert found.count(Truth.FALSE) < len(found)


@SLOW
@given(st.data())
def test_the_order_of_rules_says_nothing(data):
    rule_set = data.draw(rule_sets())
    situation = data.draw(situations(rule_set))
    one, other = interpret(rule_set, situation), interpret(toy.rule_set(*rule_set.rules[::-1]), situation)
    assert {frozenset(k): t for k, t in one.rivals.items()} == {
        frozenset(k): t for k, t in other.rivals.items()
    }
    assert (one.statuses, one.truths, one.numbers) == (other.statuses, other.truths, other.numbers)


@pytest.mark.broad
def test_random_matters_reach_every_status_truth_and_verdict():
    """Guard the strategies: a law over matters that never arise says nothing."""
    seen = Counter()

    def look(drawn):
        rule_set, *some = drawn
        for situation in some:
            found = interpret(rule_set, situation)
            seen.update(found.statuses.values())
            seen.update(found.truths.values())
            seen.update(("rivals", t) for t in found.rivals.values())
            seen.update(["number"] * len(found.numbers))
            seen[combine(rule_set, situation, found, LAST)] += 1

    wanted = {*Status, *Truth, *Verdict, *(("rivals", t) for t in Truth), "number"}
    drawn = rule_sets().flatmap(lambda one: st.tuples(st.just(one), *[situations(one)] * 4))
    look_until_seen(wanted, seen, 500, look, drawn)
