"""What a permission was compared with, article by article, and what nobody told but a declaration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from policy_engine.evaluation.condition_words import value_words
from policy_engine.evaluation.support import Support
from policy_engine.foundation.patterns import pattern
from policy_engine.model.cases import Origin
from policy_engine.model.decisions import Excepted, RuleResult, Status, SubjectDecision, Verdict
from policy_engine.model.rules import Prohibit, Require, RuleSet
from policy_engine.model.vocabulary import Field
from policy_engine.reporting.facts import fact_line
from policy_engine.reporting.page import Item, items
from policy_engine.reporting.words import document_words, field_words, locator_words

_ARTICLE = pattern("第[一二三四五六七八九十百零]+条")
_COMPARED = (Status.NOT_APPLICABLE, Status.SATISFIED, Status.EXCEPTED)


def compared_rules(decision: SubjectDecision, rule_set: RuleSet) -> Iterator[RuleResult]:
    """Go through the prohibitions and duties that were looked at and stand against nothing in what is permitted."""
    if decision.verdict is not Verdict.PERMITTED:
        return
    for result in decision.results:
        grounds = rule_set.authority.forces[result.rule.citation.document.force].grounds
        is_met = isinstance(result.rule.kind, Prohibit | Require) and result.status in _COMPARED
        if is_met and grounds and not _is_another_matter(result):
            yield result


def _is_another_matter(result: RuleResult) -> bool:
    # A duty of other matters was not met: it just doesn't arise.
    return isinstance(result.rule.kind, Require) and result.status is Status.NOT_APPLICABLE


def comparison_items(
    decision: SubjectDecision, fields: Mapping[str, Field], support: Support, rule_set: RuleSet
) -> Iterator[Item]:
    """Write, document by document, each article compared with the facts it turned on."""
    by_document: dict[str, list[RuleResult]]
    # The documents that permit come first.
    by_document = {result.rule.citation.document.id: [] for result in decision.grounds}
    for result in compared_rules(decision, rule_set):
        by_document.setdefault(result.rule.citation.document.id, []).append(result)
    for results in filter(None, by_document.values()):
        document = results[0].rule.citation.document
        yield Item(document_words(document), items(_articles(results, decision, fields, support)))


def _articles(
    results: Iterable[RuleResult], decision: SubjectDecision, fields: Mapping[str, Field], support: Support
) -> Iterator[str]:
    by_article: dict[str, list[RuleResult]] = {}
    for result in results:
        by_article.setdefault(locator_words(result.rule.citation), []).append(result)
    # Articles of which the same is to be said are said together; what has no number of its own would run together.
    by_words: dict[tuple[str, str], list[str]] = {}
    for article, own in by_article.items():
        names = dict.fromkeys(name for result in own for name in support.turns_on(result))
        words = "；".join([*_facts(names, decision, fields), *_exceptions(own)])
        by_words.setdefault((words, "" if _ARTICLE.match(article) else article), []).append(article)
    for (words, _), articles in by_words.items():
        yield f"{_together(articles)}：{words}" if words else _together(articles)


def _together(articles: Sequence[str]) -> str:
    """Name articles in a row: 第二十条第（一）项、第（二）项、第二十一条."""
    head, told = "", list[str]()
    for one in articles:
        found = _ARTICLE.match(one)
        is_same = found is not None and found[0] == head and one != head
        told.append(one.removeprefix(head) if is_same else one)
        head = found[0] if found is not None else ""
    return "、".join(told)


def _exceptions(results: Iterable[RuleResult]) -> Iterator[str]:
    for result in results:
        if isinstance(result.blocked, Excepted):
            yield from (f"例外成立：{clause.because}" for clause in result.blocked.clauses)


def _facts(names: Iterable[str], decision: SubjectDecision, fields: Mapping[str, Field]) -> Iterator[str]:
    """Write the facts that were told one by one, those only declared together."""
    names = list(names)
    declared = [name for name in names if decision.facts[name].origin is Origin.DECLARED]
    yield from filter(None, (fact_line(n, decision, fields) for n in names if n not in declared))
    for value, own in _by_value(declared, decision, fields).items():
        yield f"{'、'.join(own)} = {value}（{Origin.DECLARED.value}）"


def _by_value(
    names: Iterable[str], decision: SubjectDecision, fields: Mapping[str, Field]
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in names:
        value = value_words(fields[name], decision.facts[name].value)
        found.setdefault(value, []).append(field_words(fields[name]))
    return found


def declared_items(decision: SubjectDecision, fields: Mapping[str, Field]) -> Iterator[Item]:
    """List everything that rests on the declaration alone, by what it was taken to be."""
    if decision.verdict is not Verdict.PERMITTED:
        return
    names = [name for name, fact in decision.facts.items() if fact.origin is Origin.DECLARED]
    by_value = _by_value(names, decision, fields)
    several = {value: own for value, own in by_value.items() if len(own) > 1}
    yield from (Item(f"{value}：{'、'.join(own)}") for value, own in several.items())
    alone = [f"{own[0]} = {value}" for value, own in by_value.items() if value not in several]
    yield from items(["，".join(alone)] if alone else [])
