"""Lints about the names that documents define: unused ones, and conditions that ask for one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from policy_engine.evaluation.condition_words import parts_by_name
from policy_engine.foundation.diagnostics import Diagnostic, Related, Severity
from policy_engine.foundation.spans import Span
from policy_engine.loading.scope import written_conditions
from policy_engine.model.conditions import All, Condition, Not
from policy_engine.model.rules import Rule, RuleSet

# What two rules may say alike before it asks for a name.
FEWEST_SHARED = 3


def detect_unused_definitions(rule_set: RuleSet) -> Iterator[Diagnostic]:
    """Report definitions that no rule uses, by themselves or within another that is used."""
    used = {one.span for rule in rule_set.rules for one in rule.defined}
    for document, definitions in rule_set.definitions.items():
        for one in definitions:
            if one.span not in used:
                yield Diagnostic(
                    code="PE624",
                    message=f"`{document}` 的定义 `{one.name}` 没有规则用到",
                    span=one.span,
                    help=f"在条件里写 {_use(one.field, one.name)}，或者删去这个定义",
                    severity=Severity.WARNING,
                )


@dataclass(frozen=True, slots=True)
class _Written:
    """Conditions that somebody wrote side by side: in a rule, or (`rule` empty) under a name."""

    words: str
    rule: str
    span: Span
    parts: frozenset[Condition]


def detect_shared_conditions(rule_set: RuleSet) -> Iterator[Diagnostic]:
    """Report two rules of a document, or a definition and a rule, that write the same three conditions side by side.

    What they share is told once, at the first two.
    """
    by_document: dict[str, list[_Written]] = {}
    for document, definitions in rule_set.definitions.items():
        by_document[document] = [
            _Written(f"定义 `{one.name}`", "", one.span, frozenset(one.condition.parts))
            for one in definitions
            if isinstance(one.condition, All)
        ]
    for rule in rule_set.rules:
        lists = by_document.setdefault(rule.citation.document.id, [])
        lists += (_Written(f"`{rule.id}`", rule.id, rule.span, parts) for parts in _lists(rule, rule_set))
    for lists in by_document.values():
        told: set[frozenset[Condition]] = set()
        for one, other in combinations(lists, 2):
            shared = one.parts & other.parts
            if (
                len(shared) < FEWEST_SHARED
                or one.rule == other.rule
                or any(shared <= before for before in told)
            ):
                continue
            told.add(shared)
            yield Diagnostic(
                code="PE625",
                message=f"{one.words} 和 {other.words} 照写了同样的 {len(shared)} 个条件",
                span=other.span,
                help="在文件的 definitions 里起一个名称，写明依据的条文，用到的地方都写 meets",
                severity=Severity.WARNING,
                related=(Related("另一处", one.span),),
                rules=tuple(filter(None, (one.rule, other.rule))),
            )


def _lists(rule: Rule, rule_set: RuleSet) -> Iterator[frozenset[Condition]]:
    fields = rule_set.vocabulary.subjects[rule.subjects[0]].fields
    when, demand = written_conditions(rule, fields)
    yield from _written_together(when, rule)
    # What a rule asks to be otherwise than it is repeats its own condition, not another rule's.
    if demand is not None and demand != Not(when, rule.span):
        yield from _written_together(demand, rule)


def _written_together(condition: Condition, rule: Rule) -> Iterator[frozenset[Condition]]:
    """Go through the conditions that stand side by side, what is said by a name aside."""
    if not isinstance(condition, All):
        return
    named = [one.condition for one in rule.defined]
    if condition not in named:
        parts = parts_by_name(condition.parts, rule.defined)
        yield frozenset(part for part in parts if part not in named)


def _use(field: str, name: str) -> str:
    return f"{field}: {{any_of: {name}}}" if field else f"meets: {name}"
