"""What of a rule the engines and the verdict see; two rules with equal logic mean the same where what they read does."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from policy_engine.compilation import CompiledSubject
from policy_engine.compilation.reads import rule_reads
from policy_engine.model.rules import Prohibit, Rule, RuleSet

Logic = tuple[object, ...]


# Words, places, and what has become part of `when`, of the required condition or of who prevails.
_SAID = frozenset(
    (
        *("id", "title", "citation", "subjects", "unless", "doubts", "overrides", "conflicts_with", "remedy"),
        *("advice", "note", "quote", "message", "basis", "examples", "regressions", "accepted"),
        *("parameters", "span", "places"),
    )
)
# A field added to rules decides until somebody writes it down above.
_DECIDING = tuple(field.name for field in dataclasses.fields(Rule) if field.name not in _SAID)


def logic_of(rule: Rule, subject: CompiledSubject, rule_set: RuleSet) -> Logic:
    """Gather everything about a rule that decides, places and words left out."""
    force = rule_set.authority.forces[rule.citation.document.force]
    effect = rule_set.objects[rule.kind.object] if isinstance(rule.kind, Prohibit) else None
    return (
        *(getattr(rule, name) for name in _DECIDING),
        effect,
        tuple((clause.scope, clause.when) for clause in rule.unless),
        force.grounds,
        rule.citation.document.outside,
        frozenset(subject.defeated_by.get(rule.id, ())),
        frozenset(pair for pair in subject.rivals if rule.id in pair),
    )


def changed_rules(
    old: CompiledSubject, new: CompiledSubject, both: tuple[RuleSet, RuleSet]
) -> frozenset[str]:
    """List the rules of both versions whose logic differs, or that depend on one whose logic does."""
    before = {r.id: logic_of(r, old, both[0]) for r in old.rules}
    after = {r.id: logic_of(r, new, both[1]) for r in new.rules}
    dirty = {name for name in {**before, **after} if before.get(name) != after.get(name)}
    depends = {**_dependencies(old)}
    for name, needed in _dependencies(new).items():
        depends[name] = depends.get(name, frozenset()) | needed
    while True:
        reached = {name for name, needed in depends.items() if name not in dirty and needed & dirty}
        if not reached:
            # Rules that came or went are told elsewhere; here they only make others differ.
            return frozenset(dirty & before.keys() & after.keys())
        dirty |= reached


def _dependencies(subject: CompiledSubject) -> Mapping[str, frozenset[str]]:
    return {
        rule.id: frozenset(
            (
                *(p for name in rule_reads(rule) for p in subject.producers.get(name, ())),
                *subject.defeated_by.get(rule.id, ()),
            )
        )
        for rule in subject.rules
    }
