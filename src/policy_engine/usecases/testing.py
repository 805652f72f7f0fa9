"""Test a rule base: inline examples, case files that say what they expect, coverage, mutants."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from policy_engine.analysis.testing.coverage import RuleCoverage, cover_rule
from policy_engine.analysis.testing.result import CaseResult, Testing
from policy_engine.analysis.testing.terms import run_terms
from policy_engine.analysis.testing.trials import Trial, trials_of
from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.agreement import Engine
from policy_engine.evaluation.examples import ExampleResult, run_examples_across, seen_in
from policy_engine.loading.folders import is_own
from policy_engine.model.cases import Case
from policy_engine.usecases.checking import check


def run_tests(
    compiled: CompiledRuleSet, wanted: Collection[str], cases: Iterable[Case], terms: Collection[str] = ()
) -> Testing:
    """Test the wanted rules and terms and the given cases. A case without an expectation is passed over."""
    trials = tuple(trials_of(compiled, wanted))
    examples = (
        *(ExampleResult(one.rule, one.example, seen_in(compiled, one.rule, one.closed)) for one in trials),
        *run_examples_across(compiled, wanted),
    )
    expecting = [case for case in cases if case.expected]
    decided = tuple(CaseResult(case, check(compiled, case, Engine.COMPILED)) for case in expecting)
    found = tuple(run_terms(compiled.rule_set, terms))
    return Testing(examples, decided, tuple(_coverage(compiled, wanted, trials)), terms=found)


def _coverage(
    compiled: CompiledRuleSet, wanted: Collection[str], trials: Iterable[Trial]
) -> Iterator[RuleCoverage]:
    of_rule: dict[str, list[Trial]] = {}
    for trial in trials:
        of_rule.setdefault(trial.rule.id, []).append(trial)
    for rule in compiled.rule_set.rules:
        # The examples of what a layer lies on are run, for it could make one fail; how good they are is not its business.
        if rule.id in wanted and is_own(rule.span.path):
            yield cover_rule(
                rule,
                compiled.subjects[rule.subjects[0]],
                _of_first(of_rule.get(rule.id, []), rule.subjects[0]),
            )


def _of_first(trials: list[Trial], subject: str) -> list[Trial]:
    return [trial for trial in trials if trial.situation.subject == subject]
