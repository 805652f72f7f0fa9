"""Which rules a change of a rule base reaches: their examples have to show again what they notice."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from policy_engine.analysis.difference.logic import changed_rules
from policy_engine.compilation import CompiledRuleSet, CompiledSubject
from policy_engine.compilation.reads import rule_reads
from policy_engine.foundation.spans import file_span
from policy_engine.model.rules import Example, Rule, RuleSet
from policy_engine.model.vocabulary import Field

_NOWHERE = file_span("")
# Words that nothing is decided by.
_FIELD_WORDS = ("title", "description", "supplier", "question", "span")


def rules_reached(old: CompiledRuleSet, new: CompiledRuleSet) -> frozenset[str]:
    """List the rules of the new version that a change reaches.

    Reached is a rule that decides otherwise than before, by its own text or by a parameter, document, object or field
    it uses, whose examples changed, or that computes with what such a rule gives.
    """
    found: set[str] = set()
    for name, subject in new.subjects.items():
        before = old.subjects.get(name)
        if before is None:
            found |= {rule.id for rule in subject.rules}
        else:
            found |= _of_subject(before, subject, (old.rule_set, new.rule_set))
    return frozenset(found)


def _of_subject(old: CompiledSubject, new: CompiledSubject, both: tuple[RuleSet, RuleSet]) -> set[str]:
    before = {rule.id: rule for rule in old.rules}
    found = set(changed_rules(old, new, both))
    found |= {rule.id for rule in new.rules if rule.id not in before}
    found |= {
        rule.id for rule in new.rules if rule.id in before and _is_tried_otherwise(before[rule.id], rule)
    }
    changed = _changed_fields(old.fields, new.fields)
    found |= {rule.id for rule in new.rules if changed & set(rule_reads(rule))}
    return _with_readers(found, new)


def _is_tried_otherwise(old: Rule, new: Rule) -> bool:
    return list(map(_trial, old.examples)) != list(map(_trial, new.examples))


def _trial(example: Example) -> tuple[object, ...]:
    given = {name: (fact.value, fact.origin) for name, fact in example.given.items()}
    plain = dataclasses.replace(example, name="", given={}, span=_NOWHERE)
    return plain, given


def _changed_fields(old: Mapping[str, Field], new: Mapping[str, Field]) -> set[str]:
    return {
        name
        for name in {*old, *new}
        if name not in old or name not in new or _meaning(old[name]) != _meaning(new[name])
    }


def _meaning(field: Field) -> tuple[object, ...]:
    names = (one.name for one in dataclasses.fields(field) if one.name not in _FIELD_WORDS)
    return tuple(getattr(field, name) for name in names)


def _with_readers(changed: set[str], subject: CompiledSubject) -> set[str]:
    found = set(changed)
    while True:
        given = {name for name, producers in subject.producers.items() if found & set(producers)}
        more = {rule.id for rule in subject.rules if given & set(rule_reads(rule))} - found
        if not more:
            return found
        found |= more
