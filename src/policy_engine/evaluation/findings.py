"""Find what a subject was found to be, a document at a time: a category belongs to the document that names it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from policy_engine.evaluation.masks import Decided
from policy_engine.foundation.logic import Truth, disjunction
from policy_engine.foundation.records import dataclass
from policy_engine.foundation.tuples import NamedTuple
from policy_engine.model.decisions import Finding, Found, RuleResult, Status
from policy_engine.model.rules import Classify, Rule
from policy_engine.model.values import UNKNOWN, Value
from policy_engine.model.vocabulary import Subject

_OF_STATUS: Mapping[Status, Truth] = {Status.TRUE: Truth.TRUE, Status.UNKNOWN: Truth.UNKNOWN}
_FOUND: Mapping[Truth, Found] = {Truth.TRUE: Found.YES, Truth.UNKNOWN: Found.OPEN, Truth.FALSE: Found.NO}


@dataclass(frozen=True, slots=True)
class Category:
    """A category as one document makes it: what was found, by which of its rules that reach the case."""

    field: str
    name: str
    found: Found
    makers: tuple[Rule, ...]


def categories(
    subject: Subject, values: Mapping[str, Value], rules: Iterable[Rule], statuses: Mapping[str, Status]
) -> Iterator[Category]:
    """Go through the categories, each once for every document that makes it here and now, else once."""
    reaching = [rule for rule in rules if statuses[rule.id] is not Status.OUT_OF_FORCE]
    for field in subject.fields.values():
        for name in field.choices if field.finding else ():
            told = _told(values.get(field.name, UNKNOWN), name)
            own = _by_document(rule for rule in reaching if classifies(rule, field.name, name))
            # A document at a time: what two of them call by one name are two findings.
            for makers in own:
                truth = disjunction(_OF_STATUS.get(statuses[rule.id], Truth.FALSE) for rule in makers)
                found = told if told and truth is Truth.UNKNOWN else _FOUND[truth]
                yield Category(field.name, name, found, tuple(makers))
            if not own:
                yield Category(field.name, name, told or Found.UNEXAMINED, ())


class CategoryMakers(NamedTuple):
    """A category and who makes it: the document of each rule, as written, and the rule as a mask."""

    field: str
    name: str
    makers: tuple[tuple[str, int], ...]

    def found(self, decided: Decided) -> Iterator[Found]:
        """Go through what was found of it, as `categories` does."""
        told = _told(decided.values.get(self.field, UNKNOWN), self.name)
        own: dict[str, int] = {}
        for document, rule in self.makers:
            # Whatever may be in force reaches the matter.
            if decided.possibly[0] & rule:
                own[document] = own.get(document, 0) | rule
        for rules in own.values():
            if rules & decided.surely[-1]:
                yield Found.YES
            else:
                yield told or Found.OPEN if rules & decided.possibly[-1] else Found.NO
        if not own:
            yield told or Found.UNEXAMINED


def category_makers(
    subject: Subject, rules: Iterable[Rule], places: Mapping[str, int]
) -> Iterator[CategoryMakers]:
    """Go through the categories of a subject, each once. `places`: which bit of a mask stands for a rule."""
    for field in subject.fields.values():
        for name in field.choices if field.finding else ():
            makers = (rule for rule in rules if classifies(rule, field.name, name))
            yield CategoryMakers(
                field.name, name, tuple((r.citation.document.id, 1 << places[r.id]) for r in makers)
            )


def written(found: Iterable[Category], by_rule: Mapping[str, RuleResult]) -> Iterator[Finding]:
    """Write the categories with the results that carry or deny each."""
    for one in found:
        document = one.makers[0].citation.document if one.makers else None
        results = tuple(by_rule[rule.id] for rule in one.makers)
        yield Finding(one.field, one.name, document, one.found, tuple(_carrying(results, one.found)))


def classifies(rule: Rule, field: str, category: str) -> bool:
    """Tell whether a rule puts things into a category."""
    return isinstance(rule.kind, Classify) and rule.kind.field == field and category in rule.kind.members


def _told(stated: Value, category: str) -> Found | None:
    if not isinstance(stated, frozenset):
        return None
    return Found.YES if category in stated else Found.NO


def _by_document(rules: Iterable[Rule]) -> list[list[Rule]]:
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        found.setdefault(rule.citation.document.id, []).append(rule)
    return list(found.values())


def _carrying(results: Iterable[RuleResult], found: Found) -> Iterator[RuleResult]:
    # A denial rests on every rule that could have granted, the others on those that came out so.
    statuses = {Found.YES: Status.TRUE, Found.OPEN: Status.UNKNOWN}
    yield from (r for r in results if found is Found.NO or r.status is statuses[found])
