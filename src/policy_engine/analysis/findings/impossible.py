"""Cases that can't be, and that are permitted all the same: days to come, and events before what they follow."""

from __future__ import annotations

from collections.abc import Iterator

import z3

from policy_engine.analysis.findings.context import Context, finding
from policy_engine.analysis.symbolic.facts import Scalar
from policy_engine.compilation.reads import conditions_of, rule_reads
from policy_engine.foundation.diagnostics import Diagnostic
from policy_engine.model.conditions import WithinMonths, leaves
from policy_engine.model.rules import Derive, Function, Impossible, Rule
from policy_engine.model.values import NOT_HAPPENED
from policy_engine.model.vocabulary import FieldType, Role

_HELP = "在 rules/forms/form-definitions/law.yaml 写一条 impossible 退回这种填报；确有可能的，写 accept 说明"


def detect_permitted_impossibilities(context: Context) -> Iterator[Diagnostic]:
    """Report permitted cases in which an event lies after the case's day, or before the event a period runs from."""
    permitted, words = context.clean, f"仍{context.clean_words}"
    for name in _events(context):
        event, about = context.symbolic.facts.scalar(name), _readers(context, name)
        is_to_come = z3.And(_has_happened(event), event.value > context.symbolic.facts.as_of)
        if about and context.can_be(permitted, is_to_come, about=about):
            witness = context.witness(permitted, is_to_come, about=about)
            message = f"`{name}` 在基准日以后，{words}"
            yield finding("PE720", message, about, help_=_HELP, witness=context.yaml(witness))
    for first, second, rule in _ordered(context):
        start, end = (context.symbolic.facts.scalar(name) for name in (first, second))
        is_reversed = z3.And(_has_happened(start), _has_happened(end), end.value < start.value)
        if context.can_be(permitted, is_reversed, about=(rule,)):
            witness = context.witness(permitted, is_reversed, about=(rule,))
            message = f"`{second}` 早于 `{first}`，{words}"
            yield finding("PE720", message, (rule,), help_=_HELP, witness=context.yaml(witness))


def _events(context: Context) -> Iterator[str]:
    for field in context.subject.fields.values():
        if field.type is FieldType.DATE and field.role is Role.EVENT:
            yield field.name


def _has_happened(event: Scalar) -> z3.BoolRef:
    return z3.And(event.known, event.value != NOT_HAPPENED)


def _readers(context: Context, name: str) -> tuple[Rule, ...]:
    # What no rule reads decides nothing.
    rules = (rule for rule in context.subject.rules if not isinstance(rule.kind, Impossible))
    return tuple(rule for rule in rules if name in rule_reads(rule))[:1]


def _ordered(context: Context) -> Iterator[tuple[str, str, Rule]]:
    """Go through the pairs of events between which some rule counts a period, each once."""
    seen: set[tuple[str, str]] = set()
    for rule in context.subject.rules:
        for pair in _periods(rule):
            if pair not in seen:
                seen.add(pair)
                yield (*pair, rule)


def _periods(rule: Rule) -> Iterator[tuple[str, str]]:
    # Days between may be negative: that is how rules judge the order of events themselves.
    if isinstance(rule.kind, Derive) and rule.kind.function is Function.MONTHS_BETWEEN:
        first, second = rule.kind.inputs
        yield first, second
    for condition in conditions_of(rule):
        for leaf in leaves(condition):
            if isinstance(leaf, WithinMonths):
                yield leaf.start, leaf.field
