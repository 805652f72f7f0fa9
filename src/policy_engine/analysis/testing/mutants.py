"""Mutants: checked rules with one small plausible error, key by key of what an author writes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterator, Mapping

from policy_engine.analysis.testing.conditions import Changed, mutated, rewritten
from policy_engine.analysis.testing.kinds import kind_changes
from policy_engine.analysis.testing.operators import Change, Mutant, Operator
from policy_engine.loading.scope import joined, with_doubts, without_bound
from policy_engine.model.calendar import iso
from policy_engine.model.conditions import AS_OF, All, Any, Condition, InForce, Unvalued, leaves
from policy_engine.model.documents import Document
from policy_engine.model.rules import (
    Binding,
    Doubt,
    ExceptionClause,
    Permit,
    Prohibit,
    Recommend,
    Require,
    Rule,
    RuleSet,
)
from policy_engine.model.vocabulary import Field, Phase, Role

_PHASES = tuple(sorted(Phase, key=lambda phase: phase.rank))
Fields = Mapping[str, Field]


def mutants(rule_set: RuleSet, wanted: Collection[str]) -> Iterator[Mutant]:
    """Go through the mutants of the wanted rules, always in the same order."""
    rules = tuple(rule for rule in rule_set.rules if rule.id in wanted)
    for rule in rules:
        yield from mutants_of(rule, rule_set)
    for document in rule_set.documents.values():
        # A document's days are tried by all its rules together, or not at all.
        own = [rule.id for rule in rule_set.rules if rule.citation.document.id == document.id]
        if set(own) <= set(wanted):
            yield from shifted_dates(document, rules)


def mutants_of(rule: Rule, rule_set: RuleSet) -> Iterator[Mutant]:
    """Go through the mutants of one rule."""
    fields = _shared_fields(rule, rule_set)
    for change in (
        *_conditions(rule, fields),
        *_exceptions(rule, fields),
        *_doubts(rule, fields),
        *kind_changes(rule, rule_set.objects, fields),
        *_strength(rule, fields),
        *_due(rule),
        *_dated_by(rule, fields),
        *_overrides(rule),
        *_in_force(rule),
    ):
        yield Mutant(
            rules=(change.rule,), operator=change.operator, change=change.words, place=rule.span.place
        )


def _shared_fields(rule: Rule, rule_set: RuleSet) -> Fields:
    """Pick the fields that every subject of the rule has: it may speak of no others."""
    first, *rest = (rule_set.vocabulary.subjects[name].fields for name in rule.subjects)
    return {name: field for name, field in first.items() if all(name in fields for fields in rest)}


def _conditions(rule: Rule, fields: Fields) -> Iterator[Change]:
    is_duty = isinstance(rule.kind, Require | Recommend)
    # What the file says once is mistaken once, wherever in the rule it stands.
    yield from _binding(rule, fields)
    for found in _own(rule, rule.when, fields) if is_duty else ():
        yield Change(dataclasses.replace(rule, when=found.condition), found.operator, found.words)
    for found in mutated(_plain(rule), fields) if is_duty else _own(rule, _plain(rule), fields):
        words = f"要求：{found.words}" if is_duty else found.words
        yield Change(_doubted(rule, found.condition, rule.doubts), found.operator, words)


def _own(rule: Rule, condition: Condition, fields: Fields) -> Iterator[Changed]:
    """Make errors in what a rule says itself."""
    written = without_bound(rule, condition)
    bound = rule.bound if written is not condition else None
    for found in mutated(written, fields):
        yield dataclasses.replace(found, condition=joined(bound, found.condition))


def _binding(rule: Rule, fields: Fields) -> Iterator[Change]:
    condition = rule.when if isinstance(rule.kind, Require | Recommend) else _plain(rule)
    if rule.bound is None or without_bound(rule, condition) is condition:
        return
    for found in mutated(rule.bound.condition, fields):
        bound = dataclasses.replace(rule.bound, condition=found.condition)
        yield Change(_bound_by(rule, bound), found.operator, f"范围：{found.words}")
    yield Change(_bound_by(rule, None), Operator.PART, "去掉范围")


def _bound_by(rule: Rule, bound: Binding | None) -> Rule:
    if isinstance(rule.kind, Require | Recommend):
        return dataclasses.replace(rule, when=joined(bound, without_bound(rule, rule.when)), bound=bound)
    doubts = tuple(
        dataclasses.replace(d, when=joined(bound, without_bound(rule, d.when))) for d in rule.doubts
    )
    plain = joined(bound, without_bound(rule, _plain(rule)))
    return _doubted(dataclasses.replace(rule, bound=bound), plain, doubts)


def _plain(rule: Rule) -> Condition:
    """Take the doubts out of the condition they were put into: an author wrote each of them once."""
    condition = rule.kind.condition if isinstance(rule.kind, Require | Recommend) else rule.when
    for _ in rule.doubts:
        # See `with_doubts`: (condition and not doubt) or (doubt and asked).
        assert isinstance(condition, Any)
        plain = condition.parts[0]
        assert isinstance(plain, All)
        condition = plain.parts[0]
    return condition


def _doubted(rule: Rule, plain: Condition, doubts: tuple[Doubt, ...]) -> Rule:
    condition = with_doubts(plain, doubts)
    if isinstance(rule.kind, Require | Recommend):
        return dataclasses.replace(rule, kind=type(rule.kind)(condition), doubts=doubts)
    return dataclasses.replace(rule, when=condition, doubts=doubts)


def _doubts(rule: Rule, fields: Fields) -> Iterator[Change]:
    plain = _plain(rule)
    for number, doubt in enumerate(rule.doubts):
        before, after = rule.doubts[:number], rule.doubts[number + 1 :]
        dropped = _doubted(rule, plain, (*before, *after))
        yield Change(dropped, Operator.DOUBT, f"去掉存疑“{doubt.because}”")
        for found in _own(rule, doubt.when, fields):
            changed = dataclasses.replace(doubt, when=found.condition)
            yield Change(
                _doubted(rule, plain, (*before, changed, *after)), found.operator, f"存疑：{found.words}"
            )


def _exceptions(rule: Rule, fields: Fields) -> Iterator[Change]:
    for number, clause in enumerate(rule.unless):
        before, after = rule.unless[:number], rule.unless[number + 1 :]
        dropped = dataclasses.replace(rule, unless=(*before, *after))
        yield Change(dropped, Operator.EXCEPTION, f"去掉例外“{clause.because}”")
        for found in mutated(clause.when, fields):
            changed = dataclasses.replace(clause, when=found.condition)
            unless = (*before, changed, *after)
            yield Change(dataclasses.replace(rule, unless=unless), found.operator, f"例外：{found.words}")


def _strength(rule: Rule, fields: Fields) -> Iterator[Change]:
    if not rule.is_default:
        return
    strict = dataclasses.replace(rule, is_default=False, justified_by=None)
    yield Change(strict, Operator.STRENGTH, "去掉 strength: default")
    if rule.justified_by is None:
        return
    unexcused = dataclasses.replace(rule, justified_by=None)
    yield Change(unexcused, Operator.EXCUSE, "去掉 justified_by")
    other = _next_field(rule.justified_by, fields)
    if other is not None:
        changed = dataclasses.replace(rule, justified_by=other)
        yield Change(changed, Operator.EXCUSE, f"justified_by 由 {rule.justified_by} 改为 {other}")


def _due(rule: Rule) -> Iterator[Change]:
    # Of other kinds nothing is due: the phase only gives their examples one.
    if not isinstance(rule.kind, Prohibit | Require | Permit) or rule.due is Phase.PROJECT:
        return
    at = _PHASES.index(rule.due)
    for phase in (*_PHASES[at - 1 : at], *_PHASES[at + 1 : at + 2]):
        changed = dataclasses.replace(rule, due=phase)
        yield Change(changed, Operator.DUE, f"due 由 {rule.due.value} 改为 {phase.value}")


def _dated_by(rule: Rule, fields: Fields) -> Iterator[Change]:
    if rule.dated_by == AS_OF:
        return
    yield Change(_redated(rule, AS_OF), Operator.DATED_BY, "去掉 dated_by")
    other = _next_field(rule.dated_by, fields)
    if other is not None:
        words = f"dated_by 由 {rule.dated_by} 改为 {other}"
        yield Change(_redated(rule, other), Operator.DATED_BY, words)


def _redated(rule: Rule, dated_by: str) -> Rule:
    found = _with_periods(rule, lambda period: dataclasses.replace(period, dated_by=dated_by))
    return dataclasses.replace(found, dated_by=dated_by)


def _with_periods(rule: Rule, change: Callable[[InForce | Unvalued], InForce | Unvalued]) -> Rule:
    """Change every period of a rule, those of dated parameters included."""
    unless = tuple(
        dataclasses.replace(
            clause, scope=rewritten(clause.scope, change), when=rewritten(clause.when, change)
        )
        for clause in rule.unless
    )
    plain = rewritten(_plain(rule), change)
    doubts = tuple(dataclasses.replace(d, when=rewritten(d.when, change)) for d in rule.doubts)
    dated = dataclasses.replace(
        rule, scope=rewritten(rule.scope, change), when=rewritten(rule.when, change), unless=unless
    )
    return _doubted(dated, plain, doubts)


def _next_field(name: str, fields: Fields) -> str | None:
    """Pick the field of the same type that follows in the vocabulary, around its end; derived ones are no facts."""
    names = [
        field.name
        for field in fields.values()
        if field.type is fields[name].type and (field.role is not Role.DERIVED or field.name == name)
    ]
    at = names.index(name)
    return next((other for other in (*names[at + 1 :], *names[:at])), None)


def _overrides(rule: Rule) -> Iterator[Change]:
    for number, override in enumerate(rule.overrides):
        rest = (*rule.overrides[:number], *rule.overrides[number + 1 :])
        changed = dataclasses.replace(rule, overrides=rest)
        yield Change(changed, Operator.OVERRIDE, f"去掉 overrides：{override.rule}")
    for number, name in enumerate(rule.conflicts_with):
        left = (*rule.conflicts_with[:number], *rule.conflicts_with[number + 1 :])
        changed = dataclasses.replace(rule, conflicts_with=left)
        yield Change(changed, Operator.OVERRIDE, f"去掉 conflicts_with：{name}")


def _in_force(rule: Rule) -> Iterator[Change]:
    document = rule.citation.document
    stated = {
        "first": document.effective.day if document.effective else None,
        "last": document.ended.day if document.ended else None,
    }
    for period in (
        leaf for leaf in leaves(rule.scope) if isinstance(leaf, InForce) and not _is_told(leaf, document)
    ):
        for key, day in (("first", period.first), ("last", period.last)):
            if day is None or day == stated[key]:
                continue
            # Also the document's own day: as if the rule had said nothing of its own.
            for other in (day - 1, day + 1, stated[key]):
                changed = dataclasses.replace(rule, scope=_moved(rule.scope, key, day, other))
                name = {"first": "from", "last": "until"}[key]
                words = f"in_force 的 {name} {iso(day)} 改为 {iso(other) if other is not None else '不限'}"
                yield Change(changed, Operator.IN_FORCE, words)


def _is_told(period: InForce, document: Document) -> bool:
    # The last day that practice is told for is the register's; `shifted_dates` moves it in all rules at once.
    told = document.told_until
    return told is not None and (period.first, period.last) == (None, told.day)


def _moved(condition: Condition, key: str, day: int, other: int | None) -> Condition:
    def change(period: InForce | Unvalued) -> InForce | Unvalued:
        if isinstance(period, Unvalued):
            return period
        if key == "first":
            return dataclasses.replace(period, first=other) if period.first == day else period
        return dataclasses.replace(period, last=other) if period.last == day else period

    return rewritten(condition, change)


def shifted_dates(document: Document, rules: tuple[Rule, ...]) -> Iterator[Mutant]:
    """Shift a document's first and last day by one, in all its rules and exceptions at once."""
    ends = (
        ("first", "施行日", document.effective),
        ("last", "失效日", document.ended),
        ("last", "所述做法的截止日", document.told_until),
    )
    for key, end, stated in ends:
        if stated is None:
            continue
        for days in (-1, 1):
            changed = tuple(_shifted(rule, document, key, stated.day, days) for rule in rules)
            moved = tuple(rule for rule, old in zip(changed, rules, strict=True) if rule != old)
            if moved:
                words = f"{end} {iso(stated.day)} 改为 {iso(stated.day + days)}"
                yield Mutant(rules=moved, operator=Operator.DAY, change=words, place=document.span.place)


def _shifted(rule: Rule, document: Document, key: str, day: int, days: int) -> Rule:
    unless = tuple(
        dataclasses.replace(clause, scope=_moved(clause.scope, key, day, day + days))
        if _source(clause, rule).id == document.id
        else clause
        for clause in rule.unless
    )
    is_own = rule.citation.document.id == document.id
    scope = _moved(rule.scope, key, day, day + days) if is_own else rule.scope
    return dataclasses.replace(rule, scope=scope, unless=unless)


def _source(clause: ExceptionClause, rule: Rule) -> Document:
    return clause.citation.document if clause.citation is not None else rule.citation.document
