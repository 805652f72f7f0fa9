"""The walk: from the truths of a rule's parts to its effect and its status, decided by durable-rules.

One small fact a rule, with the truths of scope, when, exceptions, defeat and requirement.
Other small facts join two truths.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policy_engine.evaluation.durable.clauses import Atom, Clause, EngineFailure, Matcher, Op, Ruleset
from policy_engine.foundation.logic import Truth, negate
from policy_engine.foundation.records import dataclass, field
from policy_engine.foundation.tuples import NamedTuple
from policy_engine.model.decisions import Status

SCOPE, WHEN, EXCEPTED, DEFEATED, REQUIRED = "scope", "when", "excepted", "defeated", "required"

# In this order: a part, the truth that lets pass, and the status that it names where it blocks.
_STEPS = (
    (SCOPE, Truth.TRUE, Status.OUT_OF_FORCE),
    (WHEN, Truth.TRUE, Status.NOT_APPLICABLE),
    (EXCEPTED, Truth.FALSE, Status.EXCEPTED),
    (DEFEATED, Truth.FALSE, Status.DEFEATED),
)
_EFFECT, _BROKEN = "effect", "broken"
_OR, _AND, _FIRST = "or", "and", "first"


class RuleTruths(NamedTuple):
    """The truths of one rule's parts; `required` is surely false for a kind that requires nothing."""

    scope: Truth
    when: Truth
    excepted: Truth
    defeated: Truth
    required: Truth


@dataclass(frozen=True, slots=True)
class WalkResult:
    """Where a rule's walk leads: whether it takes effect, and its status."""

    effect: Truth
    status: Status


@dataclass(slots=True)
class Walker:
    """Remembers what the engine answered: a rule's course hangs on the truths of its parts and on nothing else."""

    rulesets: tuple[Ruleset, Ruleset]
    courses: dict[RuleTruths, WalkResult] = field(default_factory=dict)
    joined: dict[tuple[Truth, Truth], list[str]] = field(default_factory=dict)


def prepare_walk(matcher: Matcher) -> tuple[Ruleset, Ruleset]:
    """Hand the engine the rules of the walk, and those that join two truths."""
    ((walks,), (joins,)) = (matcher(clauses) for clauses in (_walk_clauses(), _join_clauses()))
    return walks, joins


def follow(walker: Walker, parts: RuleTruths) -> WalkResult:
    """Walk one rule."""
    known = walker.courses.get(parts)
    if known is None:
        marks = {
            SCOPE: parts.scope.value,
            WHEN: parts.when.value,
            EXCEPTED: parts.excepted.value,
            DEFEATED: parts.defeated.value,
            REQUIRED: parts.required.value,
        }
        known = walker.courses[parts] = _course(walker.rulesets[0].run(marks))
    return known


def either(walker: Walker, truths: Iterable[Truth]) -> Truth:
    """Join by or."""
    found = Truth.FALSE
    for truth in truths:
        found = _joined(walker, found, truth, _OR)
    return found


def both(walker: Walker, left: Truth, right: Truth) -> Truth:
    """Join by and."""
    return _joined(walker, left, right, _AND)


def first_of(walker: Walker, truths: Iterable[Truth]) -> Iterator[Truth]:
    """Tell of each whether it is the first that holds; last, whether none of them holds."""
    earlier = Truth.FALSE
    for truth in truths:
        yield _joined(walker, earlier, truth, _FIRST)
        earlier = _joined(walker, earlier, truth, _OR)
    yield negate(earlier)


def _course(heads: list[str]) -> WalkResult:
    fired = set(heads)
    named = [status for status in Status if status.value in fired]
    # A status is named exactly where it is settled whether the rule is broken; else it is unknown.
    if len(named) != (_head(_BROKEN, Truth.TRUE) in fired or _head(_BROKEN, Truth.FALSE) in fired):
        raise EngineFailure("the walk of the second engine names no status, or several")
    return WalkResult(_truth(_EFFECT, fired), named[0] if named else Status.UNKNOWN)


def _joined(walker: Walker, left: Truth, right: Truth, how: str) -> Truth:
    known = walker.joined.get((left, right))
    if known is None:
        known = walker.joined[left, right] = walker.rulesets[1].run(
            {"left": left.value, "right": right.value}
        )
    return _truth(how, known)


def _truth(what: str, fired: Iterable[str]) -> Truth:
    found = [truth for truth in (Truth.TRUE, Truth.FALSE) if _head(what, truth) in fired]
    if len(found) > 1:
        raise EngineFailure("the second engine finds one thing both true and false")
    return found[0] if found else Truth.UNKNOWN


def _walk_clauses() -> Iterator[Clause]:
    passed = tuple(_is(part, passing) for part, passing, _ in _STEPS)
    kept, unkept = _is(REQUIRED, Truth.TRUE), _is(REQUIRED, Truth.FALSE)
    blocks = tuple(_is(part, negate(passing)) for part, passing, _ in _STEPS)
    yield Clause(_head(_EFFECT, Truth.TRUE), passed)
    yield Clause(_head(_BROKEN, Truth.TRUE), (*passed, unkept))
    yield Clause(Status.TRUE.value, (*passed, unkept))
    yield Clause(Status.SATISFIED.value, (*passed, kept))
    for block in blocks:
        yield Clause(_head(_EFFECT, Truth.FALSE), (block,))
    for block in (*blocks, kept):
        yield Clause(_head(_BROKEN, Truth.FALSE), (block,))
    for at, (part, _, status) in enumerate(_STEPS):
        yield Clause(status.value, (*passed[:at], blocks[at]))
        # What is open stops the walk, though something behind it keeps the rule from being broken.
        for block in (*blocks[at + 1 :], kept):
            yield Clause(Status.CLEAR.value, (*passed[:at], _is(part, Truth.UNKNOWN), block))


def _join_clauses() -> Iterator[Clause]:
    for side in ("left", "right"):
        yield Clause(_head(_OR, Truth.TRUE), (_is(side, Truth.TRUE),))
        yield Clause(_head(_AND, Truth.FALSE), (_is(side, Truth.FALSE),))
    yield Clause(_head(_OR, Truth.FALSE), (_is("left", Truth.FALSE), _is("right", Truth.FALSE)))
    yield Clause(_head(_AND, Truth.TRUE), (_is("left", Truth.TRUE), _is("right", Truth.TRUE)))
    yield Clause(_head(_FIRST, Truth.TRUE), (_is("left", Truth.FALSE), _is("right", Truth.TRUE)))
    yield Clause(_head(_FIRST, Truth.FALSE), (_is("left", Truth.TRUE),))
    yield Clause(_head(_FIRST, Truth.FALSE), (_is("right", Truth.FALSE),))


def _is(part: str, truth: Truth) -> Atom:
    return Atom(part, Op.EQUAL, truth.value)


def _head(what: str, truth: Truth) -> str:
    return f"{what} {truth.value}"
