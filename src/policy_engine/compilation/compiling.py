"""Compile a checked rule set: one program a subject. All problems come at once."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from policy_engine.compilation.checks import check_rules
from policy_engine.compilation.compiled import CompiledRuleSet, CompiledSubject
from policy_engine.compilation.order import order_rules, producers_of
from policy_engine.compilation.prevailing import find_prevailing
from policy_engine.foundation.diagnostics import Diagnostic, raise_errors
from policy_engine.model.rules import Rule, RuleSet
from policy_engine.model.vocabulary import Field


def compile_rules(rule_set: RuleSet) -> CompiledRuleSet:
    """Compile every subject. Raises `DiagnosticsError` with all problems found."""
    problems: list[Diagnostic] = list(check_rules(rule_set))
    raise_errors(problems)
    subjects: dict[str, CompiledSubject] = {}
    for name, subject in rule_set.vocabulary.subjects.items():
        rules = tuple(rule for rule in rule_set.rules if name in rule.subjects)
        compiled, found = order_subject(name, rules, subject.fields, rule_set)
        problems += found
        subjects[name] = compiled
    raise_errors(problems)
    return CompiledRuleSet(rule_set, MappingProxyType(subjects))


def order_subject(
    name: str, rules: tuple[Rule, ...], fields: Mapping[str, Field], rule_set: RuleSet
) -> tuple[CompiledSubject, tuple[Diagnostic, ...]]:
    """Order the rules of one subject; the diagnostics name a cycle if there is one."""
    prevailing = find_prevailing(rules, rule_set.authority)
    ordered, problems = order_rules(rules, prevailing.defeated_by)
    compiled = CompiledSubject(
        name=name,
        rules=ordered,
        written=rules,
        fields=fields,
        defeated_by=MappingProxyType(dict(prevailing.defeated_by)),
        rivals=prevailing.rivals,
        producers=MappingProxyType(producers_of(ordered)),
        resting=rule_set.vocabulary.subjects[name].resting,
    )
    return compiled, problems
