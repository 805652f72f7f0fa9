"""The truth of one condition, as explanations and questions find it, is the oracle's."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from effort import examples
from oracle.interpreter import TRUTHS, Instance, interpret
from oracle.interpreter import truth as oracle_truth
from policy_engine.compilation.reads import conditions_of
from policy_engine.evaluation import truth as module
from policy_engine.evaluation.truth import Derivations, Told, nothing_derived, signs_among, truth
from policy_engine.evaluation.weighing import with_numbers
from policy_engine.foundation.logic import Truth
from policy_engine.model import conditions as c
from policy_engine.model.values import UNKNOWN
from properties import toy
from properties.strategies import rule_sets, situations

FIELDS = toy.VOCABULARY.subjects[toy.PURCHASE].fields


def test_every_part_of_a_condition_has_the_truth_that_the_oracle_finds():
    @settings(max_examples=examples(100), suppress_health_check=list(HealthCheck))
    @given(st.data())
    def agree(data):
        rule_set = data.draw(rule_sets())
        situation = data.draw(situations(rule_set))
        matter, found = Instance(rule_set, situation), interpret(rule_set, situation)
        values = with_numbers(situation.values, found)
        derived = Derivations(found.truths, matter.fields)
        for rule in matter.rules:
            for condition in conditions_of(rule):
                for part in (condition, *c.leaves(condition)):
                    assert TRUTHS[oracle_truth(matter, part)] is truth(part, values, derived), part

    agree()


def test_a_number_of_minus_one_is_no_event_that_has_not_happened():
    """The same integer stands for both; only the field tells them apart."""
    below = c.Compare("余额", c.Bound.AT_MOST, 20_000_000, toy.SPAN)
    assert Truth.TRUE is truth(below, {"余额": -1}, Derivations({}, FIELDS))


def test_asked_again_a_condition_says_what_it_would_say_for_the_first_time():
    """Of all fields, of those that are told, and one by one as it saw them; whatever it was asked before."""

    @settings(max_examples=examples(200), suppress_health_check=list(HealthCheck))
    @given(st.data())
    def agree(data):
        rule_set = data.draw(rule_sets())
        conditions = [part for rule in rule_set.rules for part in conditions_of(rule)]
        told = [Told(part, FIELDS) for part in conditions]
        for _ in range(4):
            values = data.draw(situations(rule_set)).values
            whole = {**dict.fromkeys(FIELDS, UNKNOWN), **values}
            for part, one in zip(conditions, told, strict=True):
                expected = truth(part, values, nothing_derived(FIELDS))
                seen = tuple(values.get(name, UNKNOWN) for name in one.names)
                assert [expected] * 3 == [one.on(values), one.on(whole), one.at(seen)]

    agree()


def test_a_condition_forgets_what_is_too_much(monkeypatch):
    monkeypatch.setattr(module, "_MOST_KNOWN", 3)
    one = Told(c.Compare("人数", c.Bound.AT_LEAST, 3, toy.SPAN), FIELDS)
    said = [one.on({"人数": number}) for number in (1, 2, 3, 4, 1, 4)]
    assert said == [Truth.FALSE, Truth.FALSE, Truth.TRUE, Truth.TRUE, Truth.FALSE, Truth.TRUE]
    assert len(one._known) <= 3


def test_the_signs_of_a_field_are_made_once():
    signs = signs_among(FIELDS)
    assert signs["变相用工"] is signs_among(FIELDS)["变相用工"]
    assert [one.reads for one in signs["变相用工"]] == [{"人数"}, {"含工程"}]
