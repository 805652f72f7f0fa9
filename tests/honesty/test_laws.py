"""What holds of every case of the shipped vocabulary, whoever signs and whatever is told later."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import examples, look_until_seen
from honesty.desk import compiled
from honesty.random_cases import CALM, cases, facts, signed, tellable
from honesty.test_no_hidden_breach import REFUSALS, decided, is_calm, rules_of, with_facts
from oracle.closing import close
from oracle.interpreter import FALSE, TRUE, Instance, truth
from policy_engine.evaluation.closing import ClosedSubject, close_subject
from policy_engine.model.cases import Case, Origin, Situation
from policy_engine.model.decisions import Verdict
from policy_engine.model.rules import Require
from policy_engine.model.values import UNKNOWN

pytestmark = pytest.mark.usefixtures("unasked")
MANY = settings(max_examples=examples(100))
ANY = st.sampled_from(sorted(CALM)).flatmap(cases)


def closed(case: Case) -> ClosedSubject:
    (subject,) = case.subjects
    return close_subject(case, compiled().rule_set.vocabulary.subjects[subject], compiled().subjects[subject])


def by(name: str | None, case: Case) -> Case:
    return replace(case, declaration=signed(name))


@MANY
@given(ANY)
def test_a_case_of_the_shipped_vocabulary_is_closed_as_the_oracle_closes_it(case: Case) -> None:
    (subject,) = case.subjects
    naive, found = close(rules_of(subject), case, subject), closed(case)
    assert naive.values == dict(found.situation.values)
    assert naive.doubts == found.doubtful
    assert naive.supposed == dict(found.supposed)
    assert naive.phase is found.phase


@MANY
@given(ANY)
def test_a_signature_never_settles_what_was_stated_as_unknown(case: Case) -> None:
    (told,) = case.subjects.values()
    asked = {name for name, fact in told.items() if fact.value is UNKNOWN}
    after = closed(by("经办人", case)).facts
    assert {UNKNOWN} >= {after[name].value for name in asked}


@MANY
@given(ANY)
def test_a_signature_never_makes_a_breach_of_an_open_case_but_by_denying_an_exception(case: Case) -> None:
    before, after = decided(by(None, case)), decided(by("经办人", case))
    assert (before is None) == (after is None), "a signature makes no input impossible"
    if before is not None and before.verdict is Verdict.UNDETERMINED and after.verdict in REFUSALS:
        # Whoever signs that nothing else is the case claims no exception; what breaks the rule was stated.
        (subject,) = case.subjects
        # Nor does he claim an exemption, which counts only where its source is told: by it a law doesn't bind at all.
        fields = compiled().rule_set.vocabulary.subjects[subject].fields
        denied = {
            name
            for name, fact in after.facts.items()
            if fact.origin is Origin.DECLARED and not fields[name].needs_source
        }
        left = {
            name: value
            for name, value in closed(by("经办人", case)).situation.values.items()
            if name not in denied
        }
        matter = Instance(rules_of(subject), Situation(subject, left))
        for rule in (ground.rule for ground in after.grounds):
            assert truth(matter, rule.when) == TRUE
            if isinstance(rule.kind, Require):
                assert truth(matter, rule.kind.condition) == FALSE


@MANY
@given(ANY.flatmap(lambda case: st.tuples(st.just(case), st.data())))
def test_what_is_told_later_of_an_open_fact_never_turns_a_veto_into_a_permission(drawn) -> None:
    case, data = drawn
    (subject,) = case.subjects
    before = decided(case)
    if before is None or before.verdict is not Verdict.PROHIBITED:
        return
    left = sorted(n for n in tellable(subject) if before.facts[n].value is UNKNOWN)
    told = dict(case.subjects[subject])
    for name in data.draw(st.lists(st.sampled_from(left), max_size=4, unique=True)) if left else ():
        fact = data.draw(facts(subject, name))
        told |= {} if fact is None else {name: fact}
    after = decided(with_facts(case, subject, told))
    assert after is None or after.verdict is not Verdict.PERMITTED


@pytest.mark.parametrize("subject", CALM)
def test_random_cases_are_calm_often_enough_to_be_worth_a_look(subject: str) -> None:
    """Guard the strategies: what never is calm hides nothing."""
    seen = Counter()

    def look(case: Case) -> None:
        decision = decided(case)
        calm = sum(seen[f"calm {n}"] for n in (1, 2, 3))
        seen[f"calm {calm + 1}"] += is_calm(decision)
        seen["not calm"] += decision is not None and not is_calm(decision)

    look_until_seen(("calm 1", "calm 2", "calm 3", "not calm"), seen, 25, look, cases(subject))
