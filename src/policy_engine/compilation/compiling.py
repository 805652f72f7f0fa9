"""Compile a checked rule set: one program a subject. All problems come at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from policy_engine.compilation.checks import check_rules
from policy_engine.compilation.compiled import CompiledRuleSet, CompiledSubject
from policy_engine.compilation.order import order_rules, producers_of
from policy_engine.compilation.prevailing import find_prevailing
from policy_engine.foundation.diagnostics import Diagnostic, raise_errors
from policy_engine.foundation.memory import Memory
from policy_engine.model.rules import Rule, RuleSet
from policy_engine.model.vocabulary import Field


def compile_rules(rule_set: RuleSet, memory: Memory | None = None) -> CompiledRuleSet:
    """Compile every subject. Raises `DiagnosticsError` with all problems found.

    `memory`: what was compiled before; a subject whose rules are the same stays as it is.
    """
    problems: list[Diagnostic] = list(check_rules(rule_set))
    raise_errors(problems)
    subjects: dict[str, CompiledSubject] = {}
    of: dict[str, list[Rule]] = {name: [] for name in rule_set.vocabulary.subjects}
    for rule in rule_set.rules:
        for name in dict.fromkeys(rule.subjects):
            of[name].append(rule)

    def ordered(name: str) -> Callable[[], tuple[CompiledSubject, tuple[Diagnostic, ...]]]:
        return lambda: order_subject(
            name, tuple(of[name]), rule_set.vocabulary.subjects[name].fields, rule_set
        )

    for name, rules in of.items():
        make = ordered(name)
        compiled, found = (
            memory.made(f"order of {name}", (tuple(rules), rule_set.vocabulary, rule_set.authority), make)
            if memory is not None
            else make()
        )
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
