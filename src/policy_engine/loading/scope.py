"""Conditions that rules carry without being written out: force in time and place, doubts, positive wholes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from policy_engine.foundation.spans import Span
from policy_engine.loading.parameters import Interval, common_days
from policy_engine.model.areas import NATION
from policy_engine.model.conditions import (
    AS_OF,
    All,
    Any,
    Bound,
    Compare,
    Condition,
    Equals,
    InArea,
    InForce,
    Not,
    Ratio,
    Unvalued,
    leaves,
)
from policy_engine.model.documents import WHETHER_BEGUN, Document
from policy_engine.model.rules import (
    Binding,
    Classify,
    Derive,
    Doubt,
    Impossible,
    Permit,
    Prohibit,
    Recommend,
    Require,
    Rule,
    Table,
)
from policy_engine.model.vocabulary import Field, FieldType


def days_of(document: Document, narrower: Interval) -> Interval:
    """Find the days on which a document's rule is in force: its interval and the narrower one at once."""
    own = (
        document.effective.day if document.effective else None,
        document.ended.day if document.ended else None,
    )
    return common_days(own, narrower)


def scope_of(document: Document, dated_by: str, narrower: Interval, span: Span) -> Condition:
    """Say when and where a document's rule holds: inside its interval (or a narrower one) and its area.

    On the days on which it may or may not have taken effect already, that is open.
    """
    first, last = days_of(document, narrower)
    in_force: Condition = InForce(dated_by, first, last, span)
    perhaps = _perhaps(document, narrower)
    if perhaps is not None:
        first = perhaps[0]
        # Open on the days between the first it can have begun and the last: never surely in force on them.
        in_force = Any((in_force, Unvalued(_day_words(document), dated_by, *perhaps, span)), span)
    in_force = begun(in_force, dated_by, first, span)
    if document.area == NATION:
        return in_force
    return All((in_force, InArea(document.area, span)), span)


def begun(condition: Condition, dated_by: str, first: int | None, span: Span) -> Condition:
    """Let what holds from a day on hold in no case of an earlier day, whichever event it is dated by.

    What happened did so by the day of the case, so an event whose day nobody knows asks for no law made after that day.
    """
    if dated_by == AS_OF or first is None:
        return condition
    return All((InForce(AS_OF, first, None, span), condition), span)


def _perhaps(document: Document, narrower: Interval) -> Interval | None:
    begins = document.effective
    if begins is None or begins.earliest is None:
        return None
    first, last = common_days((begins.earliest, begins.day - 1), narrower)
    return (first, last) if first is not None and last is not None and first <= last else None


def _day_words(document: Document) -> str:
    return f"{document.number or document.title}{WHETHER_BEGUN}"


def still_done(document: Document, dated_by: str, span: Span) -> Condition:
    """Say when practice that was told binds: on the days it is told for, afterwards where somebody says it is still done."""
    assert document.told_until is not None
    is_told = InForce(dated_by, None, document.told_until.day, span)
    return Any((is_told, Equals(document.still_done, True, span)), span)


def with_doubts(condition: Condition, doubts: Iterable[Doubt]) -> Condition:
    """Put doubts into the condition they are about: where a doubt holds, its question decides alone."""
    for doubt in doubts:
        asked = Equals(doubt.ask, True, doubt.span)
        # While the doubt itself is open, neither limb surely holds: then the whole is open wherever it could matter.
        plain = All((condition, Not(doubt.when, doubt.span)), doubt.span)
        condition = Any((plain, All((doubt.when, asked), doubt.span)), doubt.span)
    return condition


def without_doubts(condition: Condition, doubts: Iterable[Doubt]) -> Condition:
    """Take doubts out of the condition that `with_doubts` put them into: the condition as its author wrote it."""
    # The one put in last lies outermost.
    for doubt in reversed(tuple(doubts)):
        assert isinstance(condition, Any)
        plain = condition.parts[0]
        assert isinstance(plain, All)
        assert plain.parts[1] == Not(doubt.when, doubt.span)
        condition = plain.parts[0]
    return condition


def with_positive_wholes(when: Condition, required: Condition, fields: Mapping[str, Field]) -> Condition:
    """Let a rule that requires a ratio apply only where the whole is above zero: a share of nothing is no breach.

    Two days against each other are no share.
    """
    parts = [Compare(name, Bound.MORE_THAN, 0, required.span) for name in _wholes(required, fields)]
    return All((when, *parts), when.span) if parts else when


def without_positive_wholes(when: Condition, required: Condition, fields: Mapping[str, Field]) -> Condition:
    """Take out what `with_positive_wholes` put in: the condition as its author wrote it."""
    if not _wholes(required, fields):
        return when
    assert isinstance(when, All)
    return when.parts[0]


def joined(bound: Binding | None, condition: Condition) -> Condition:
    """Put what binds a rule before a condition, as if its author had written both in one."""
    if bound is None:
        return condition
    parts = (*_parts(bound.condition), *_parts(condition))
    return parts[0] if len(parts) == 1 else All(parts, condition.span)


def without_bound(rule: Rule, condition: Condition) -> Condition:
    """Take out what `joined` put in: the condition as its author wrote it."""
    if rule.bound is None:
        return condition
    own = _parts(rule.bound.condition)
    first, rest = _parts(condition)[: len(own)], _parts(condition)[len(own) :]
    # A doubt about what is required never had the bound condition before it.
    if first != own:
        return condition
    return rest[0] if len(rest) == 1 else All(rest, condition.span)


def _parts(condition: Condition) -> tuple[Condition, ...]:
    return condition.parts if isinstance(condition, All) else (condition,)


def written_conditions(rule: Rule, fields: Mapping[str, Field]) -> tuple[Condition, Condition | None]:
    """Give the condition of a rule and the one it asks for (`None`: it asks for none), both as their author wrote them.

    What the file says once of all its rules is no part of them.
    """
    match rule.kind:
        case Require(condition=condition) | Recommend(condition=condition):
            required = without_doubts(condition, rule.doubts)
            return without_bound(rule, without_positive_wholes(rule.when, required, fields)), required
        case Impossible():
            return rule.when, None
        case Prohibit() | Permit() | Classify() | Table() | Derive():
            return without_bound(rule, without_doubts(rule.when, rule.doubts)), None


def _wholes(required: Condition, fields: Mapping[str, Field]) -> list[str]:
    names = dict.fromkeys(leaf.whole for leaf in leaves(required) if isinstance(leaf, Ratio))
    return [name for name in names if name in fields and fields[name].type is FieldType.NUMBER]
