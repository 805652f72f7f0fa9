"""Match the norms of the source documents with the rules."""

from __future__ import annotations

from dataclasses import dataclass

from policy_engine.foundation.diagnostics import raise_errors
from policy_engine.loading.coverage import NormAnswer, load_coverage
from policy_engine.loading.problems import Problems
from policy_engine.model.rules import Derive, Rule, RuleSet
from policy_engine.usecases.rule_base import Sources


@dataclass(frozen=True, slots=True)
class Coverage:
    """How every normative statement is answered, and the rules of listed documents that answer none."""

    answers: tuple[NormAnswer, ...]
    unlisted: tuple[Rule, ...]


def cover(sources: Sources, rule_set: RuleSet) -> Coverage:
    """Match the coverage lists with the rules. Raises `DiagnosticsError` where an answer is incomplete."""
    problems = Problems()
    answers = load_coverage(
        sources.coverage, frozenset(rule.id for rule in rule_set.rules), rule_set.documents, problems
    )
    raise_errors(problems.found)
    named = {rule for answer in answers for rule in answer.rules}
    listed = {answer.document for answer in answers}
    # A rule that only computes a number serves the rules that name it.
    unlisted = tuple(
        r
        for r in rule_set.rules
        if r.citation.document.id in listed and r.id not in named and not isinstance(r.kind, Derive)
    )
    return Coverage(answers, unlisted)
