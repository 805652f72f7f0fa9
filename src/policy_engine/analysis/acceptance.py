"""Set aside what rule authors accept. What is accepted too long or in vain is a finding itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from policy_engine.foundation.diagnostics import Diagnostic, Severity
from policy_engine.model.calendar import chinese_day
from policy_engine.model.rules import Acceptance, Rule


@dataclass(frozen=True, slots=True)
class Sifted:
    """Findings still open, and those accepted with the acceptance."""

    open: tuple[Diagnostic, ...]
    accepted: tuple[tuple[Diagnostic, Acceptance], ...]


def sift(found: Iterable[Diagnostic], rules: Iterable[Rule], *, today: int, codes: Collection[str]) -> Sifted:
    """Match findings with acceptances. `codes`: what this run could have found, so that others are not called idle."""
    all_rules = tuple(rules)
    live = {(r.id, a.code): a for r in all_rules for a in r.accepted if a.until >= today}
    still: list[Diagnostic] = []
    accepted: list[tuple[Diagnostic, Acceptance]] = []
    used: set[tuple[str, str]] = set()
    for diagnostic in found:
        key = next(
            ((rule, diagnostic.code) for rule in diagnostic.rules if (rule, diagnostic.code) in live), None
        )
        if key is None:
            still.append(diagnostic)
        else:
            accepted.append((diagnostic, live[key]))
            used.add(key)
    for rule in all_rules:
        for acceptance in rule.accepted:
            if acceptance.until < today:
                still.append(_expired(rule, acceptance))
            elif acceptance.code in codes and (rule.id, acceptance.code) not in used:
                still.append(_idle(rule, acceptance))
    return Sifted(tuple(sorted(still, key=lambda d: d.sort_key)), tuple(accepted))


def _expired(rule: Rule, acceptance: Acceptance) -> Diagnostic:
    return Diagnostic(
        code="PE621",
        message=f"规则 `{rule.id}` 对 {acceptance.code} 的接受已于{chinese_day(acceptance.until)}到期",
        span=acceptance.span,
        help="重新核对理由；仍然成立的延长 until，否则改规则",
        severity=Severity.WARNING,
        rules=(rule.id,),
    )


def _idle(rule: Rule, acceptance: Acceptance) -> Diagnostic:
    return Diagnostic(
        code="PE622",
        message=f"规则 `{rule.id}` 接受的 {acceptance.code} 并没有出现",
        span=acceptance.span,
        help="删去这一项接受",
        severity=Severity.WARNING,
        rules=(rule.id,),
    )
