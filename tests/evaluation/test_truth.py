"""The truth of one condition, as explanations and questions find it, is the oracle's."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from effort import examples
from oracle.interpreter import TRUTHS, Instance, interpret
from oracle.interpreter import truth as oracle_truth
from policy_engine.compilation.reads import conditions_of
from policy_engine.evaluation.truth import Derivations, truth
from policy_engine.evaluation.weighing import with_numbers
from policy_engine.foundation.logic import Truth
from policy_engine.model import conditions as c
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
