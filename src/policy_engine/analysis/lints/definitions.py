"""Lints about the names that documents define."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.foundation.diagnostics import Diagnostic, Severity
from policy_engine.model.rules import RuleSet


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


def _use(field: str, name: str) -> str:
    return f"{field}: {{any_of: {name}}}" if field else f"meets: {name}"
