"""The minimal sets of facts behind a refusal, against all subsets and the oracle."""

from itertools import chain, combinations

from hypothesis import assume, event, given

from analysis.test_what_if import SLOW, Bench, matters
from oracle.interpreter import FALSE, interpret
from oracle.test_oracle import new_rule
from oracle.verdict import reason_given
from policy_engine.analysis.ways.reasons import find_reasons
from policy_engine.analysis.ways.supposing import REFUSALS, Trials
from policy_engine.foundation.logic import Truth
from policy_engine.model.cases import Case, Fact, Origin, Situation
from policy_engine.model.conditions import Any as AnyOf
from policy_engine.model.conditions import Equals
from policy_engine.model.decisions import Status
from policy_engine.model.rules import Prohibit
from policy_engine.model.vocabulary import Phase
from policy_engine.usecases import Engine, check
from properties import toy

MOST = 20


def subsets(names):
    return map(frozenset, chain.from_iterable(combinations(names, n) for n in range(len(names) + 1)))


@SLOW
@given(matters())
def test_every_minimal_set_of_facts_that_suffices_is_found_and_none_that_is_not(matter):
    bench = Bench(*matter)
    assume(bench.verdict({}) in REFUSALS)
    (decision,) = check(bench.compiled, bench.case, Engine.COMPILED).subjects
    trials = Trials(bench.compiled, bench.case, bench.subject, 5000)
    values = decision.situation.values
    known = [name for name in values if name in bench.subject.fields]

    def suffices(names: frozenset[str], rules: tuple[str, ...]) -> bool:
        kept = {name: value for name, value in values.items() if name in names or name not in known}
        situation = Situation(toy.PURCHASE, kept)
        found = interpret(bench.rule_set, situation)
        if len(rules) > 1:
            return found.rivals[rules[0], rules[1]] is Truth.TRUE
        contests = [truth for pair, truth in found.rivals.items() if rules[0] in pair]
        (rule,) = (rule for rule in bench.rule_set.rules if rule.id == rules[0])
        # A default is broken for good once its reason is denied, not while nobody told of one.
        is_excused = rule.is_default and reason_given(rule, situation, found) != FALSE
        return found.statuses[rule.id] is Status.TRUE and not is_excused and set(contests) <= {Truth.FALSE}

    grounds = {result.rule.id for result in decision.grounds}
    told = list(find_reasons(trials, decision, MOST))
    event(f"{decision.verdict.name}: {max(len(reasons.sets) for reasons in told)} sets at most")
    assert told
    for reasons in told:
        assert grounds.issuperset(reasons.rules)
        assert reasons.is_complete
        sufficient = {names for names in subsets(known) if suffices(names, reasons.rules)}
        minimal = {names for names in sufficient if not any(other < names for other in sufficient)}
        assert minimal == {frozenset(names) for names in reasons.sets}


def test_of_too_many_sets_some_are_told_and_that_there_are_more():
    bench, decision = refused()
    trials = Trials(bench.compiled, bench.case, bench.subject, 5000)
    (reasons,) = find_reasons(trials, decision, 1)
    assert (1, False) == (len(reasons.sets), reasons.is_complete)


def test_what_was_found_before_the_trials_ran_out_is_told():
    bench, decision = refused()
    counted = Trials(bench.compiled, bench.case, bench.subject, 5000)
    list(find_reasons(counted, decision, MOST))
    trials = Trials(bench.compiled, bench.case, bench.subject, 5000 - counted.left - 1)
    (reasons,) = find_reasons(trials, decision, MOST)
    assert (1, False) == (len(reasons.sets), reasons.is_complete)


def refused():
    """Refuse a matter on either of two facts."""
    works, listed = (Equals(name, True, toy.SPAN) for name in ("含工程", "已列目录"))
    rule = new_rule("veto", Prohibit("政府购买服务"), AnyOf((works, listed), toy.SPAN))
    facts = {name: Fact(field=name, value=True, origin=Origin.STATED) for name in ("含工程", "已列目录")}
    case = Case(
        name="",
        as_of=toy.DAYS[-1],
        area="330502",
        phase=Phase.PROJECT,
        declaration=None,
        subjects={toy.PURCHASE: facts},
        assumed=(),
        span=toy.SPAN,
    )
    bench = Bench(toy.rule_set(rule), case)
    (decision,) = check(bench.compiled, case, Engine.COMPILED).subjects
    return bench, decision
