"""Validate a rule base: loading, compilation, lints, coverage; findings the authors accept are set aside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from policy_engine.analysis.acceptance import Sifted, sift
from policy_engine.analysis.lints import LINTS, lint
from policy_engine.compilation import compile_rules
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError, Severity
from policy_engine.loading.vocabulary import load_placed_vocabulary
from policy_engine.model.rules import RuleSet
from policy_engine.usecases.coverage import cover
from policy_engine.usecases.rule_base import Sources, load_rule_set

CODES = (*LINTS, "PE610")


@dataclass(frozen=True, slots=True)
class Validation:
    """All findings of a rule base; `rules`: how many rules it has, 0 where it does not load."""

    findings: Sifted
    rules: int


def validate(sources: Sources, *, today: int) -> Validation:
    """Find everything that is wrong or criticised, at the last stage that can be reached."""
    try:
        rule_set = load_rule_set(sources, load_placed_vocabulary)
        compile_rules(rule_set)
    except DiagnosticsError as error:
        return Validation(Sifted(error.diagnostics, ()), 0)
    found = [*lint(rule_set), *_without_norm(sources, rule_set)]
    return Validation(sift(found, rule_set.rules, today=today, codes=CODES), len(rule_set.rules))


def _without_norm(sources: Sources, rule_set: RuleSet) -> Iterator[Diagnostic]:
    try:
        coverage = cover(sources, rule_set)
    except DiagnosticsError as error:
        yield from error.diagnostics
        return
    for rule in coverage.unlisted:
        yield Diagnostic(
            code="PE610",
            message=f"规则 `{rule.id}` 没有规范与之对应",
            span=rule.span,
            help=f"在 rules/coverage/{rule.citation.document.id}.yaml 里写明它编写的是哪一条规范",
            severity=Severity.WARNING,
            rules=(rule.id,),
        )


def texts_of(sources: Sources) -> Mapping[str, str]:
    """Map every path to its text, coverage lists included."""
    return {**sources.texts, **{source.path: source.text for source in sources.coverage}}
