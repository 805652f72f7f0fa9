"""Norms that meet: rivals, requirements that exclude each other, permissions nobody can use."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.analysis.findings.context import Context, finding, pairs
from policy_engine.analysis.symbolic.solving import Witness
from policy_engine.foundation.diagnostics import Diagnostic
from policy_engine.model.decisions import Verdict
from policy_engine.model.rules import Effect, Permit, Prohibit, Require, Rule


def detect_meeting_rivals(context: Context) -> Iterator[Diagnostic]:
    """Report rivals of which both are effective in some case."""
    for names, both in context.symbolic.rivals.items():
        about = (context.rules[names[0]], context.rules[names[1]])
        if not all(map(context.is_ground, about)):
            continue
        witness = context.witness(both.true, about=about)
        if witness is not None:
            yield finding(
                "PE701",
                "两条规定方向相反、分不出高下，却会同时有效，结论是依据冲突",
                about,
                help_="写 overrides 说明哪一条优先及其依据；确实无法排序的，写 accept 说明理由",
                witness=context.yaml(witness),
            )


def detect_conflicting_requirements(context: Context) -> Iterator[Diagnostic]:
    """Report requirements of which both apply in some case but never both are met, and nobody declared it."""
    required = [r for r in context.subject.rules if isinstance(r.kind, Require) and context.is_ground(r)]
    for first, second in pairs(context, required):
        if second.id in first.conflicts_with or first.id in second.conflicts_with:
            continue
        one, other = context.formulas(first), context.formulas(second)
        both = (one.effective.true, other.effective.true)
        about = (first, second)
        if context.can_be(*both, one.required.true, other.required.true, about=about):
            continue
        alone = (one.required.true, other.required.true)
        if not all(context.can_be(*both, met, about=about) for met in alone):
            continue
        yield finding(
            "PE702",
            "两项要求会同时适用，却没有一种情形能同时满足",
            about,
            help_="核对条件；规范确实相左的，写 conflicts_with 或 overrides",
            witness=context.yaml(_torn_case(context, first, second)),
        )
    yield from _forced_breaches(context, required)


def _torn_case(context: Context, first: Rule, second: Rule) -> Witness | None:
    # Best a case in which the one is met and so the other broken; else one to which both apply.
    about = (first, second)
    one, other = context.formulas(first), context.formulas(second)
    both = (one.effective.true, other.effective.true)
    for met, broken in ((one, other), (other, one)):
        goals = (*both, met.required.true, broken.violated.true)
        if context.can_be(*goals, about=about):
            return context.witness(*goals, about=about)
    return context.witness(*both, about=about)


def _forced_breaches(context: Context, required: list[Rule]) -> Iterator[Diagnostic]:
    forbidding = [r for r in context.subject.rules if isinstance(r.kind, Prohibit) and context.is_ground(r)]
    for require, prohibit in pairs(context, [*required, *forbidding]):
        if not isinstance(require.kind, Require) or not isinstance(prohibit.kind, Prohibit):
            continue
        duty, veto = context.formulas(require), context.formulas(prohibit)
        met = (duty.effective.true, duty.required.true)
        about = (require, prohibit)
        unbroken = (duty.effective.true, veto.violated.false)
        if not context.can_be(*met, about=about) or context.can_be(*met, veto.violated.false, about=about):
            continue
        # Where the prohibition holds anyway, it is not the requirement that breaks it.
        if context.can_be(*unbroken, about=about):
            yield finding(
                "PE702",
                "满足这项要求就一定违反那项禁止",
                about,
                help_="核对条件；规范确实相左的，写 overrides",
                witness=context.yaml(context.witness(*met, about=about)),
            )


def detect_swallowed_permissions(context: Context) -> Iterator[Diagnostic]:
    """Report permissions that are never granted without a veto that is broken at the same time."""
    is_refused = context.verdicts.formulas[Verdict.PROHIBITED]
    vetoes = [name for name in context.verdicts.broken if _is_veto(context, name)]
    for rule in context.subject.rules:
        if not isinstance(rule.kind, Permit) or not context.is_ground(rule):
            continue
        granted = context.formulas(rule).effective.true
        # Open vetoes count as broken: a fact left unknown doesn't make a permission usable.
        if _escapes(context, rule, vetoes) or not context.can_be(granted, is_refused, about=(rule,)):
            continue
        yield finding(
            "PE703",
            "许可成立时总有禁止同时成立，许可从来用不上",
            (rule, *(context.rules[name] for name in _needed(context, rule, vetoes))),
            help_="核对两边的条件；许可应当优先的写 overrides 及依据",
            witness=context.yaml(context.witness(granted, is_refused, about=(rule,))),
        )


def _escapes(context: Context, permit: Rule, vetoes: list[str]) -> bool:
    unbroken = [context.verdicts.broken[name].false for name in vetoes]
    return context.can_be(context.formulas(permit).effective.true, *unbroken, about=(permit,))


def _needed(context: Context, permit: Rule, vetoes: list[str]) -> list[str]:
    # Leave out veto by veto what the rest does alone: those stay that swallow the permission together.
    kept = vetoes
    for name in vetoes:
        rest = [other for other in kept if other != name]
        if not _escapes(context, permit, rest):
            kept = rest
    return kept


def _is_veto(context: Context, name: str) -> bool:
    kind = context.rules[name].kind
    return isinstance(kind, Prohibit) and context.compiled.rule_set.objects[kind.object] is Effect.VETO
