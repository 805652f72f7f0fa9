"""Set aside what authors accept, in a rule or in a document's entry. What is accepted too long or in vain is a finding itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from policy_engine.foundation.diagnostics import Diagnostic, Severity
from policy_engine.loading.folders import is_own
from policy_engine.model.calendar import chinese_day
from policy_engine.model.documents import Acceptance, Document
from policy_engine.model.rules import Rule


@dataclass(frozen=True, slots=True)
class Sifted:
    """Findings still open, and those accepted with the acceptance."""

    open: tuple[Diagnostic, ...]
    accepted: tuple[tuple[Diagnostic, Acceptance], ...]


def sift(
    found: Iterable[Diagnostic],
    rules: Iterable[Rule],
    documents: Iterable[Document] = (),
    *,
    today: int,
    codes: Collection[str],
) -> Sifted:
    """Match findings with acceptances. `codes`: what this run could have found, so that others are not called idle."""
    owners: tuple[Rule | Document, ...] = (*rules, *documents)
    live = {(o.id, a.code): a for o in owners for a in o.accepted if a.until >= today}
    still: list[Diagnostic] = []
    accepted: list[tuple[Diagnostic, Acceptance]] = []
    used: set[tuple[str, str]] = set()
    for diagnostic in found:
        about = (*diagnostic.rules, *diagnostic.documents)
        key = next(((name, diagnostic.code) for name in about if (name, diagnostic.code) in live), None)
        if key is None:
            still.append(diagnostic)
        else:
            accepted.append((diagnostic, live[key]))
            used.add(key)
    for owner in owners:
        for acceptance in owner.accepted:
            if acceptance.until < today:
                still.append(_expired(owner, acceptance))
            elif acceptance.code in codes and (owner.id, acceptance.code) not in used:
                still.append(_idle(owner, acceptance))
    return Sifted(tuple(sorted(still, key=lambda d: d.sort_key)), tuple(accepted))


def own_of(sifted: Sifted) -> Sifted:
    """Leave what is about the rule base that is worked on; what a layer lies on is the business of its own authors."""
    accepted = tuple((found, one) for found, one in sifted.accepted if is_about_own(found))
    return Sifted(tuple(found for found in sifted.open if is_about_own(found)), accepted)


def is_about_own(found: Diagnostic) -> bool:
    """Tell whether a finding is about the rule base that is worked on: it, or something it is related to, stands there."""
    places = (found.span, *(one.span for one in found.related))
    return found.span is None or any(place is not None and is_own(place.path) for place in places)


def _expired(owner: Rule | Document, acceptance: Acceptance) -> Diagnostic:
    return Diagnostic(
        code="PE621",
        message=f"{_named(owner)}对 {acceptance.code} 的接受已于{chinese_day(acceptance.until)}到期",
        span=acceptance.span,
        help="重新核对理由；仍然成立的延长 until，否则改规则",
        severity=Severity.WARNING,
        rules=_id_of(owner, Rule),
        documents=_id_of(owner, Document),
    )


def _idle(owner: Rule | Document, acceptance: Acceptance) -> Diagnostic:
    return Diagnostic(
        code="PE622",
        message=f"{_named(owner)}接受的 {acceptance.code} 并没有出现",
        span=acceptance.span,
        help="删去这一项接受",
        severity=Severity.WARNING,
        rules=_id_of(owner, Rule),
        documents=_id_of(owner, Document),
    )


def _named(owner: Rule | Document) -> str:
    return f"规则 `{owner.id}` " if isinstance(owner, Rule) else f"文件 `{owner.id}` "


def _id_of(owner: Rule | Document, kind: type[Rule] | type[Document]) -> tuple[str, ...]:
    return (owner.id,) if isinstance(owner, kind) else ()
