"""Lints about registered things that opinions could not speak of in words of their own."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.foundation.diagnostics import Diagnostic, Severity
from policy_engine.foundation.spans import Span
from policy_engine.model.rules import Effect, Permit, RuleSet


def detect_missing_phrases(rule_set: RuleSet) -> Iterator[Diagnostic]:
    """Report vetoes that can't be refused, grants that can't be said, and forces without a beginning or a verdict."""
    granted = set(_granted(rule_set))
    for one in rule_set.registered.values():
        if one.effect is Effect.VETO and not one.refused:
            yield _missing(f"对象 `{one.name}`", "refused", "不得实施时怎样说，例如 该职能不得转移", one.span)
        if one.name in granted and not one.permitted:
            yield _missing(f"对象 `{one.name}`", "permitted", "许可时怎样说，例如 可以转移", one.span)
    for force in rule_set.authority.forces.values():
        if not force.binding and not force.begins:
            yield _missing(
                f"效力 `{force.name}`", "begins", "从哪天起怎样说，例如 起施行、起实行、发表", force.span
            )
        if not force.binding and force.grounds and not force.below:
            yield _missing(
                f"效力 `{force.name}`",
                "below",
                "只与它不符时的结论，例如 与当地做法不一致，须整改",
                force.span,
            )


def _granted(rule_set: RuleSet) -> Iterator[str]:
    """Go through the objects whose permission some subject has no words of its own for."""
    subjects = rule_set.vocabulary.subjects
    for rule in rule_set.rules:
        if isinstance(rule.kind, Permit) and not all(subjects[name].permitted for name in rule.subjects):
            yield rule.kind.object


def _missing(what: str, key: str, how: str, span: Span) -> Diagnostic:
    return Diagnostic(
        code="PE627",
        message=f"{what}没有写 `{key}`，意见书说不出来",
        span=span,
        help=f"写 {key}：{how}",
        severity=Severity.WARNING,
    )
