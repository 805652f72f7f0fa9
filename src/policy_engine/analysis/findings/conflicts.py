"""Norms that meet: rivals, requirements that exclude each other, permissions nobody can use."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.analysis.findings.matter import Matter, finding, pairs
from policy_engine.analysis.symbolic.solving import Witness
from policy_engine.foundation.diagnostics import Diagnostic
from policy_engine.model.decisions import Verdict
from policy_engine.model.rules import Effect, Permit, Prohibit, Require, Rule


def detect_meeting_rivals(matter: Matter) -> Iterator[Diagnostic]:
    """Report rivals of which both are effective in some case."""
    for names, both in matter.symbolic.rivals.items():
        about = (matter.rules[names[0]], matter.rules[names[1]])
        if not all(map(matter.is_ground, about)):
            continue
        witness = matter.witness(both.true, about=about)
        if witness is not None:
            yield finding(
                "PE701",
                "两条规定方向相反、分不出高下，却会同时有效，结论是依据冲突",
                about,
                help_="写 overrides 说明哪一条优先及其依据；确实无法排序的，写 accept 说明理由",
                witness=matter.yaml(witness),
            )


def detect_conflicting_requirements(matter: Matter) -> Iterator[Diagnostic]:
    """Report requirements of which both apply in some case but never both are met, and nobody declared it."""
    required = [r for r in matter.subject.rules if isinstance(r.kind, Require) and matter.is_ground(r)]
    for first, second in pairs(matter, required):
        if second.id in first.conflicts_with or first.id in second.conflicts_with:
            continue
        one, other = matter.formulas(first), matter.formulas(second)
        both = (one.effective.true, other.effective.true)
        about = (first, second)
        if matter.can_be(*both, one.required.true, other.required.true, about=about):
            continue
        alone = (one.required.true, other.required.true)
        if not all(matter.can_be(*both, met, about=about) for met in alone):
            continue
        yield finding(
            "PE702",
            "两项要求会同时适用，却没有一种情形能同时满足",
            about,
            help_="核对条件；规范确实相左的，写 conflicts_with 或 overrides",
            witness=matter.yaml(_torn_case(matter, first, second)),
        )
    yield from _forced_breaches(matter, required)


def _torn_case(matter: Matter, first: Rule, second: Rule) -> Witness | None:
    # Best a case in which the one is met and so the other broken; else one to which both apply.
    about = (first, second)
    one, other = matter.formulas(first), matter.formulas(second)
    both = (one.effective.true, other.effective.true)
    for met, broken in ((one, other), (other, one)):
        goals = (*both, met.required.true, broken.violated.true)
        if matter.can_be(*goals, about=about):
            return matter.witness(*goals, about=about)
    return matter.witness(*both, about=about)


def _forced_breaches(matter: Matter, required: list[Rule]) -> Iterator[Diagnostic]:
    forbidding = [r for r in matter.subject.rules if isinstance(r.kind, Prohibit) and matter.is_ground(r)]
    for require, prohibit in pairs(matter, [*required, *forbidding]):
        if not isinstance(require.kind, Require) or not isinstance(prohibit.kind, Prohibit):
            continue
        duty, veto = matter.formulas(require), matter.formulas(prohibit)
        met = (duty.effective.true, duty.required.true)
        about = (require, prohibit)
        unbroken = (duty.effective.true, veto.violated.false)
        if not matter.can_be(*met, about=about) or matter.can_be(*met, veto.violated.false, about=about):
            continue
        # Where the prohibition holds anyway, it is not the requirement that breaks it.
        if matter.can_be(*unbroken, about=about):
            yield finding(
                "PE702",
                "满足这项要求就一定违反那项禁止",
                about,
                help_="核对条件；规范确实相左的，写 overrides",
                witness=matter.yaml(matter.witness(*met, about=about)),
            )


def detect_swallowed_permissions(matter: Matter) -> Iterator[Diagnostic]:
    """Report permissions that are never granted without a veto that is broken at the same time."""
    is_refused = matter.verdicts.formulas[Verdict.PROHIBITED]
    vetoes = [name for name in matter.verdicts.broken if _is_veto(matter, name)]
    for rule in matter.subject.rules:
        if not isinstance(rule.kind, Permit) or not matter.is_ground(rule):
            continue
        granted = matter.formulas(rule).effective.true
        # Open vetoes count as broken: a fact left unknown doesn't make a permission usable.
        if _escapes(matter, rule, vetoes) or not matter.can_be(granted, is_refused, about=(rule,)):
            continue
        yield finding(
            "PE703",
            "许可成立时总有禁止同时成立，许可从来用不上",
            (rule, *(matter.rules[name] for name in _needed(matter, rule, vetoes))),
            help_="核对两边的条件；许可应当优先的写 overrides 及依据",
            witness=matter.yaml(matter.witness(granted, is_refused, about=(rule,))),
        )


def _escapes(matter: Matter, permit: Rule, vetoes: list[str]) -> bool:
    unbroken = [matter.verdicts.broken[name].false for name in vetoes]
    return matter.can_be(matter.formulas(permit).effective.true, *unbroken, about=(permit,))


def _needed(matter: Matter, permit: Rule, vetoes: list[str]) -> list[str]:
    # Leave out veto by veto what the rest does alone: those stay that swallow the permission together.
    kept = vetoes
    for name in vetoes:
        rest = [other for other in kept if other != name]
        if not _escapes(matter, permit, rest):
            kept = rest
    return kept


def _is_veto(matter: Matter, name: str) -> bool:
    kind = matter.rules[name].kind
    return isinstance(kind, Prohibit) and matter.compiled.rule_set.objects[kind.object] is Effect.VETO
