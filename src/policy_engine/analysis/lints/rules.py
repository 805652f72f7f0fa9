"""Lints about single rules: force, citation, title."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policy_engine.foundation.diagnostics import Diagnostic, Severity
from policy_engine.model.conditions import Condition, InForce, leaves
from policy_engine.model.rules import (
    Classify,
    Derive,
    Impossible,
    Permit,
    Prohibit,
    Recommend,
    Require,
    Rule,
    RuleSet,
    Table,
)

# A clause inside a title speaks of a circumstance, not of the rule: only its last clause is read.
_CLAUSE = re.compile(r"[，；：]")
_FORBIDS = ("不得", "禁止", "严禁", "不能", "不可以")
_ALLOWS = ("可以", "允许", "准予")


def detect_never_in_force(rule_set: RuleSet) -> Iterator[Diagnostic]:
    """Report rules whose interval holds no day."""
    for rule in rule_set.rules:
        first, last = _interval(rule.scope)
        if first is not None and last is not None and last < first:
            yield Diagnostic(
                code="PE602",
                message=f"规则 `{rule.id}` 的效力期里没有一天",
                span=rule.span,
                help="核对 in_force 与文件的施行日、失效日",
                rules=(rule.id,),
            )


def _interval(scope: Condition) -> tuple[int | None, int | None]:
    intervals = [leaf for leaf in leaves(scope) if isinstance(leaf, InForce)]
    firsts = [part.first for part in intervals if part.first is not None]
    lasts = [part.last for part in intervals if part.last is not None]
    return max(firsts, default=None), min(lasts, default=None)


def detect_missing_citations(rule_set: RuleSet) -> Iterator[Diagnostic]:
    """Report rules that say no place in their document."""
    for rule in rule_set.rules:
        if not rule.citation.locator and not rule.basis:
            yield Diagnostic(
                code="PE604",
                message=f"规则 `{rule.id}` 没有写出处",
                span=rule.span,
                help="写 cite：条、款、项，按文件自己的编号",
                severity=Severity.WARNING,
                rules=(rule.id,),
            )


def detect_opposite_titles(rule_set: RuleSet) -> Iterator[Diagnostic]:
    """Report titles that forbid what the rule permits, or permit what it forbids."""
    for rule in rule_set.rules:
        if _is_opposite(rule):
            yield Diagnostic(
                code="PE609",
                message=f"规则 `{rule.id}` 的标题“{rule.title}”与它的类别相反",
                span=rule.at("title"),
                help="标题说不得的写 prohibit，说可以的写 permit",
                rules=(rule.id,),
            )


def _is_opposite(rule: Rule) -> bool:
    clause = _CLAUSE.split(rule.title)[-1]
    forbids = any(word in clause for word in _FORBIDS)
    allows = any(word in clause for word in _ALLOWS) and not forbids
    match rule.kind:
        case Permit():
            return forbids
        case Prohibit():
            return allows
        case Require() | Recommend() | Classify() | Table() | Derive() | Impossible():
            return False
