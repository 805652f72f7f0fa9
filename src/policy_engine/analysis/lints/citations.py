"""Lints about citations: their form, the ids made from them, what overrides and defaults rest on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policy_engine.foundation.diagnostics import Diagnostic, Severity
from policy_engine.foundation.fixes import respelling
from policy_engine.foundation.spans import Span
from policy_engine.model.documents import Document
from policy_engine.model.locators import Place, is_numbered, mended, places
from policy_engine.model.rules import Basis, Override, Rule, RuleSet

_ID = re.compile(r"(?:^|-)(?P<unit>art|part)-(?P<top>\d+)(?:-(?P<sub>\d+))?(?=-|$)")
_UNITS = {"art": "条", "part": "部分"}
# What a document writes where it means "as a rule".
_HEDGES = ("原则上", "一般", "通常")


def detect_bad_locators(rule_set: RuleSet) -> Iterator[Diagnostic]:
    """Report places in documents that are not written as documents number themselves."""
    for locator, document, span, rules in _cited(rule_set):
        names = (document.title, document.number)
        proper = mended(locator, names)
        if proper != locator or not is_numbered(locator):
            is_sure = proper != locator and is_numbered(proper)
            hint = f"写成“{proper}”" if is_sure else "几处之间用顿号"
            yield Diagnostic(
                code="PE611",
                message=f"出处“{locator}”的写法不对",
                span=span,
                help=f"{hint}；条、款、项用汉字数字，项写成第（一）项，不带文件名",
                rules=rules,
                documents=() if rules else (document.id,),
                # Nothing where the place is that of more than the locator.
                fixes=respelling(span, locator, proper, is_sure=True) if is_sure else (),
            )


def detect_missing_articles(rule_set: RuleSet) -> Iterator[Diagnostic]:
    """Report articles that are cited and that a document, by what is registered of it, doesn't have."""
    for locator, document, span, rules in _cited(rule_set):
        beyond = [
            place for place in places(locator) if place.unit == "条" and place.number > document.articles
        ]
        if document.articles and beyond:
            yield Diagnostic(
                code="PE632",
                message=f"出处“{locator}”超出全文：`{document.id}` 登记为 {document.articles} 条",
                span=span,
                help="核对出处；登记的条数不对的，改文件登记的 articles",
                severity=Severity.ERROR,
                rules=rules,
                documents=() if rules else (document.id,),
            )


def _cited(rule_set: RuleSet) -> Iterator[tuple[str, Document, Span, tuple[str, ...]]]:
    for document in rule_set.documents.values():
        for article in document.verified_articles:
            yield article, document, document.at("verified_articles"), ()
    for rule in rule_set.rules:
        yield rule.citation.locator, rule.citation.document, rule.citation.span or rule.span, (rule.id,)
        for clause in rule.unless:
            if clause.citation is not None:
                span = clause.citation.span or clause.span
                yield clause.citation.locator, clause.citation.document, span, (rule.id,)
        for override in rule.overrides:
            yield override.locator, rule.citation.document, override.cite_span or override.span, (rule.id,)


def detect_differing_ids(rule_set: RuleSet) -> Iterator[Diagnostic]:
    """Report rules whose id names another article, part, paragraph or item than their citation."""
    for rule in rule_set.rules:
        named = _ID.search(rule.id.removeprefix(f"{rule.citation.document.id}."))
        if named is None:
            continue
        unit = _UNITS[named["unit"]]
        cited = [place for place in places(rule.citation.locator) if place.unit == unit]
        if cited and not any(_agrees(named, place) for place in cited):
            sub = f"第{named['sub']}款或者项" if named["sub"] else ""
            yield Diagnostic(
                code="PE607",
                message=f"规则编号 `{rule.id}` 说第{named['top']}{unit}{sub}，出处是“{rule.citation.locator}”",
                span=rule.at("id"),
                help="改编号或者改出处",
                rules=(rule.id,),
            )


def _agrees(named: re.Match[str], place: Place) -> bool:
    is_same = int(named["top"]) == place.number
    return is_same and (named["sub"] is None or int(named["sub"]) in place.subs)


def detect_groundless_overrides(rule_set: RuleSet) -> Iterator[Diagnostic]:
    """Report overrides that rest on a text which the rule does not cite."""
    # What a file says once of an article is a mistake once.
    told: set[Span] = set()
    for rule in rule_set.rules:
        for override in (one for one in rule.overrides if one.span not in told):
            found = tuple(_groundless_override(rule, override))
            if found and override.article:
                told.add(override.span)
            yield from found


def _groundless_override(rule: Rule, override: Override) -> Iterator[Diagnostic]:
    if override.basis is Basis.TEXT and not override.locator:
        yield _groundless(rule, override.span, "没有写 cite", "写出规定它优先的条文")
        return
    cited = _tops(rule)
    for place in places(override.locator) if rule.citation.locator else ():
        if (place.unit, place.top) not in cited:
            what = f"依据“{override.locator}”，而规则的出处是“{rule.citation.locator}”"
            hint = "优先的依据应是规则所引的条文；另有依据的，一并写进规则的 cite"
            yield _groundless(rule, override.cite_span or override.span, what, hint)


def _tops(rule: Rule) -> frozenset[tuple[str, str]]:
    own = [rule.citation.locator]
    own += [
        clause.citation.locator
        for clause in rule.unless
        if clause.citation is not None and clause.citation.document.id == rule.citation.document.id
    ]
    return frozenset((place.unit, place.top) for locator in own for place in places(locator))


def _groundless(rule: Rule, span: Span, what: str, help_text: str) -> Diagnostic:
    return Diagnostic(
        code="PE613",
        message=f"规则 `{rule.id}` 的优先关系{what}",
        span=span,
        help=help_text,
        rules=(rule.id,),
    )


def detect_groundless_defaults(rule_set: RuleSet) -> Iterator[Diagnostic]:
    """Report duties that hold only as a rule, though no text says so and nothing excuses from them."""
    for rule in rule_set.rules:
        if not rule.is_default or rule.justified_by or _is_hedged(rule, rule_set):
            continue
        yield Diagnostic(
            code="PE612",
            message=f"规则 `{rule.id}` 写了 strength: default，看不出条文容许例外",
            span=rule.at("strength"),
            help="写 justified_by（说明理由的是非字段），或者在 title、quote 里写出条文的“原则上”“一般”；条文没有的，删去 strength",
            rules=(rule.id,),
        )


def _is_hedged(rule: Rule, rule_set: RuleSet) -> bool:
    force = rule_set.authority.forces.get(rule.citation.document.force)
    # What binds nobody can't be strict.
    is_practice = force is not None and not force.binding
    return is_practice or any(word in text for word in _HEDGES for text in (rule.title, rule.quote))
