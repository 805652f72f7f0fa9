"""Which norm yields: explicit overrides, higher force, the later norm of one organ. See docs/meaning.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from policy_engine.model.areas import level_of, lies_in
from policy_engine.model.documents import Authority, Document, Precedence
from policy_engine.model.rules import Permit, Prohibit, Require, Rule


@dataclass(frozen=True, slots=True)
class Prevailing:
    """For each rule the rules that prevail over it, and the pairs of which neither prevails."""

    defeated_by: Mapping[str, tuple[str, ...]]
    rivals: tuple[tuple[str, str], ...]


def find_prevailing(rules: tuple[Rule, ...], authority: Authority) -> Prevailing:
    """Order the rules of one subject. Pairs are found once, before any case."""
    by_id = {rule.id: rule for rule in rules}
    defeated_by: dict[str, list[str]] = {rule.id: [] for rule in rules}
    for rule in rules:
        for override in rule.overrides:
            # Only between rules of one subject: in the others the same override touches nothing.
            if override.rule in by_id:
                defeated_by[override.rule].append(rule.id)
    rivals: list[tuple[str, str]] = []
    for first, second in _opposed(rules):
        # What is said outright goes before force and date.
        if first.id in defeated_by[second.id] or second.id in defeated_by[first.id]:
            continue
        if outranks(first.citation.document, second.citation.document, authority):
            defeated_by[second.id].append(first.id)
        elif outranks(second.citation.document, first.citation.document, authority):
            defeated_by[first.id].append(second.id)
        else:
            rivals.append((first.id, second.id))
    rivals += _conflicting(rules, by_id, defeated_by)
    found = {rule: tuple(dict.fromkeys(others)) for rule, others in defeated_by.items() if others}
    return Prevailing(found, tuple(dict.fromkeys(rivals)))


def _opposed(rules: tuple[Rule, ...]) -> list[tuple[Rule, Rule]]:
    permits: dict[str, list[Rule]] = {}
    for rule in rules:
        if isinstance(rule.kind, Permit):
            permits.setdefault(rule.kind.object, []).append(rule)
    return [
        (rule, permit)
        for rule in rules
        if isinstance(rule.kind, Prohibit)
        for permit in permits.get(rule.kind.object, ())
    ]


def _conflicting(
    rules: tuple[Rule, ...], by_id: Mapping[str, Rule], defeated_by: Mapping[str, list[str]]
) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for rule in rules:
        for name in rule.conflicts_with:
            other = by_id.get(name)
            if other is None or not isinstance(rule.kind, Require) or not isinstance(other.kind, Require):
                continue
            if rule.id in defeated_by[name] or name in defeated_by[rule.id] or (name, rule.id) in pairs:
                continue
            pairs.append((rule.id, name))
    return pairs


def outranks(first: Document, second: Document, authority: Authority) -> bool:
    """Tell whether the first document's norms prevail over opposite norms of the second."""
    if _is_higher(first, second, authority):
        return True
    # Force goes before date: a later norm doesn't prevail over one of higher force.
    if _is_higher(second, first, authority):
        return False
    if (
        first.id == second.id
        or first.force != second.force
        or first.issuer != second.issuer
        or not first.issuer
    ):
        return False
    return bool(first.effective and second.effective and first.effective.day > second.effective.day)


def _is_higher(first: Document, second: Document, authority: Authority) -> bool:
    reached, frontier = {first.force}, [first.force]
    if first.force == second.force:
        # A force may outrank itself between levels: a higher organ's normative document.
        return any(
            r.higher == r.lower == first.force
            and r.when is Precedence.SAME_AREA_OR_BELOW
            and first.area != second.area
            and lies_in(second.area, first.area)
            for r in authority.order
        )
    # Chains count, but only of pairs that are each met by the areas of these two documents.
    while frontier:
        force = frontier.pop()
        for ranking in authority.order:
            if (
                ranking.higher == force
                and ranking.lower not in reached
                and _is_met(ranking.when, first, second)
            ):
                reached.add(ranking.lower)
                frontier.append(ranking.lower)
    return second.force in reached


def _is_met(when: Precedence, first: Document, second: Document) -> bool:
    match when:
        case Precedence.ALWAYS:
            return True
        case Precedence.SAME_OR_LOWER_LEVEL:
            return level_of(second.area) >= level_of(first.area)
        case Precedence.SAME_AREA_OR_BELOW:
            return lies_in(second.area, first.area)
