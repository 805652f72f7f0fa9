"""Find which norm prevails and which collide, straight from `docs/meaning.md`, pair by pair."""

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import assert_never

from policy_engine.model.documents import Authority, Document, Precedence
from policy_engine.model.rules import Permit, Prohibit, Require, Rule

_REMEMBERED: dict[tuple[int, int, int], tuple[Authority, Rule, Rule, bool]] = {}
_MOST = 200_000


def prevails(authority: Authority, p: Rule, q: Rule) -> bool:
    """Tell whether p prevails over q, both being rules of one subject; of the very same rules, ask once."""
    key = (id(authority), id(p), id(q))
    if key not in _REMEMBERED:
        if len(_REMEMBERED) >= _MOST:
            _REMEMBERED.clear()
        # What is remembered is kept alive, so that nothing else takes its identity.
        _REMEMBERED[key] = (authority, p, q, is_prevailing(authority, p, q))
    return _REMEMBERED[key][-1]


def is_prevailing(authority: Authority, p: Rule, q: Rule) -> bool:
    if overrides(p, q):
        return True
    if overrides(q, p) or not are_opposed(p, q):
        return False
    high, low = p.citation.document, q.citation.document
    return is_higher(authority, high, low) or (is_later(high, low) and not is_higher(authority, low, high))


def overrides(p: Rule, q: Rule) -> bool:
    return q.id in [override.rule for override in p.overrides]


def are_opposed(p: Rule, q: Rule) -> bool:
    """Tell whether one prohibits what the other permits."""
    return {type(p.kind), type(q.kind)} == {Prohibit, Permit} and p.kind.object == q.kind.object


def is_higher(authority: Authority, high: Document, low: Document) -> bool:
    """Tell whether a document is of higher force; within one force, that of the wider area may be."""
    if high.force != low.force:
        return leads_down(authority, high, low, high.force)
    return high.area != low.area and any(
        pair.higher == pair.lower == high.force
        and pair.when is Precedence.SAME_AREA_OR_BELOW
        and is_met(pair.when, high, low)
        for pair in authority.order
    )


def leads_down(authority: Authority, high: Document, low: Document, force: str) -> bool:
    """Follow the order down from `force`, by pairs whose `when` the two documents' areas meet."""
    met = [pair for pair in authority.order if is_met(pair.when, high, low) and pair.higher != pair.lower]
    below = [pair.lower for pair in met if pair.higher == force]
    return low.force in below or any(leads_down(authority, high, low, step) for step in below)


def is_met(when: Precedence, high: Document, low: Document) -> bool:
    match when:
        case Precedence.ALWAYS:
            return True
        case Precedence.SAME_OR_LOWER_LEVEL:
            return len(digits(low.area)) >= len(digits(high.area))
        case Precedence.SAME_AREA_OR_BELOW:
            return low.area.startswith(digits(high.area))
        case _:
            assert_never(when)


def digits(area: str) -> str:
    """Cut the pairs of zeros off an area code: two digits a level, none for the nation."""
    while area.endswith("00"):
        area = area[:-2]
    return area


def is_later(p: Document, q: Document) -> bool:
    if p.id == q.id or not p.issuer or (p.issuer, p.force) != (q.issuer, q.force):
        return False
    return p.effective is not None and q.effective is not None and p.effective.day > q.effective.day


def rivals(authority: Authority, rules: Sequence[Rule]) -> Iterable[tuple[Rule, Rule]]:
    """Go through the pairs that collide with neither prevailing; a prohibition comes before its permission."""
    for p, q in combinations(rules, 2):
        if not (are_opposed(p, q) or are_declared_opposed(p, q)):
            continue
        if not (prevails(authority, p, q) or prevails(authority, q, p)):
            yield (q, p) if type(p.kind) is Permit else (p, q)


def are_declared_opposed(p: Rule, q: Rule) -> bool:
    both_require = type(p.kind) is type(q.kind) is Require
    return both_require and (q.id in p.conflicts_with or p.id in q.conflicts_with)
