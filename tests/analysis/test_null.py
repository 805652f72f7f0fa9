"""Every check that compares finds nothing where nothing changed, and finds the smallest change there is."""

from dataclasses import replace

import pytest

import as_shipped
from policy_engine.analysis.difference.compare import compare
from policy_engine.analysis.difference.reach import rules_reached
from policy_engine.analysis.difference.terms import term_changes
from policy_engine.analysis.testing.coverage import cover_rule
from policy_engine.analysis.testing.trials import trials_of
from policy_engine.compilation import compile_rules
from policy_engine.evaluation.agreement import differences
from policy_engine.foundation.logic import Truth
from policy_engine.model.conditions import Not
from policy_engine.model.decisions import Status
from policy_engine.usecases import prepare

SUBJECTS = ("服务形式", "职能转移", "年度汇总")


@pytest.fixture(scope="module")
def shipped():
    return as_shipped.compiled()


@pytest.fixture(scope="module")
def trials(shipped):
    return tuple(trials_of(shipped))


def with_rules(compiled, change):
    rules = tuple(map(change, compiled.rule_set.rules))
    return compile_rules(replace(compiled.rule_set, rules=rules))


def test_a_rule_base_does_not_differ_from_itself(shipped):
    again = prepare()
    found = compare(shipped, again)
    assert found.is_same
    assert [] == [*found.rules, *found.renamed, *found.verdicts, *found.undecided]
    assert frozenset() == rules_reached(shipped, again)
    assert () == term_changes(shipped.rule_set, again.rule_set)


def test_rules_that_only_read_otherwise_are_proved_to_be_the_same(shipped):
    """The comparison by text can't answer here; the solver must, for every rule."""
    twice = with_rules(shipped, lambda r: replace(r, when=Not(Not(r.when, r.span), r.span)))
    found = compare(shipped, twice, SUBJECTS)
    assert found.is_same
    assert found.asked >= sum(len(shipped.subjects[name].rules) for name in SUBJECTS)


def test_one_denied_rule_of_the_shipped_base_is_a_difference(shipped):
    victim = next(r for r in shipped.rule_set.rules if r.id == "huzhou-gbf-2016-49.content-1")
    denied = replace(victim, when=Not(victim.when, victim.span))
    other = with_rules(shipped, lambda r: denied if r is victim else r)
    assert victim.id in {change.old.id for change in compare(shipped, other, ("服务形式",)).rules}
    assert victim.id in rules_reached(shipped, other)


def test_an_evaluation_agrees_with_itself_and_with_no_other(trials):
    for trial in trials:
        found = trial.evaluation
        assert () == differences(found, found)
        for rule, status in list(found.statuses.items())[:1]:
            other = Status.CLEAR if status is not Status.CLEAR else Status.UNKNOWN
            assert (rule,) == differences(found, replace(found, statuses={**found.statuses, rule: other}))
        for key, truth in list(found.truths.items())[:1]:
            turned = Truth.FALSE if truth is not Truth.FALSE else Truth.UNKNOWN
            assert ("：".join(key),) == differences(
                found, replace(found, truths={**found.truths, key: turned})
            )


def test_the_same_example_told_twice_covers_nothing_more(shipped, trials):
    """Two sides of a condition need two cases: one case against itself tells nothing apart."""
    seen = 0
    for trial in {trial.rule.id: trial for trial in trials}.values():
        subject = shipped.subjects[trial.situation.subject]
        once, twice = (cover_rule(trial.rule, subject, [trial] * times) for times in (1, 2))
        assert 0 == once.share[0] == twice.share[0]
        assert once.seen == twice.seen
        seen += bool(once.seen)
    assert seen


def test_no_examples_cover_nothing(shipped):
    for rule in shipped.rule_set.rules:
        found = cover_rule(rule, shipped.subjects[rule.subjects[0]], [])
        assert 0 == found.share[0]
        assert not any(found.seen.values())
