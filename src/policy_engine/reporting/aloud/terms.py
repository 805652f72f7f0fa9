"""What a document says once for its rules: whom they bind, what their names mean, which articles prevail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from policy_engine.model.rules import Definition, Rule, RuleSet
from policy_engine.model.vocabulary import Field
from policy_engine.reporting.aloud.clauses import reason_words
from policy_engine.reporting.aloud.comparisons import both, named
from policy_engine.reporting.aloud.copy import Chapter, Para
from policy_engine.reporting.aloud.phrases import Voice
from policy_engine.reporting.aloud.sentences import ended, listed


def terms_chapter(rules: Sequence[Rule], names: Mapping[str, str], rule_set: RuleSet) -> Iterator[Chapter]:
    """Say what each name that the rules use stands for. `names`: parameters as they are spoken of."""
    paras = tuple(_paras(rules, names, rule_set))
    if paras:
        yield Chapter("本文件所称", blocks=paras)


def binding_paras(rules: Sequence[Rule], names: Mapping[str, str], rule_set: RuleSet) -> Iterator[Para]:
    """Say what the file says once of all its rules about a subject: whom and what they bind."""
    first: dict[str, Rule] = {}
    for rule in rules:
        if rule.bound is not None:
            first.setdefault(rule.subjects[0], rule)
    for subject, rule in first.items():
        assert rule.bound is not None
        fields = rule_set.vocabulary.subjects[subject].fields
        voice = Voice(fields, {use.span: names[use.name] for use in rule.parameters}, rule.defined)
        said = voice.say(rule.bound.condition)
        source = f"（{rule.bound.locator}）" if rule.bound.locator else ""
        reason = ended(f"理由：{rule.bound.basis}") if rule.bound.basis else ""
        head = f"关于{subject}的各条，只管"
        if said.parts:
            yield Para(f"{head}符合下列范围的{source}，各条不再重复：{said.text}", listed(said.parts))
        else:
            yield Para(ended(f"{head}{said.text}的{source}，各条不再重复") + reason)


def precedence_chapter(rules: Sequence[Rule]) -> Iterator[Chapter]:
    """Say which articles prevail over which, as the file says it of whole articles."""
    said = {
        (one.article, one.over): reason_words(one.because, one.basis, one.locator)
        for rule in rules
        for one in rule.overrides
        if one.article
    }
    if said:
        words = (f"{article}优先于{over}：{reason}" for (article, over), reason in said.items())
        yield Chapter("条文的优先", blocks=tuple(Para(ended(one)) for one in words))


def _paras(rules: Sequence[Rule], names: Mapping[str, str], rule_set: RuleSet) -> Iterator[Para]:
    first: dict[str, tuple[Definition, Rule]] = {}
    for rule in rules:
        for one in rule.defined:
            first.setdefault(one.name, (one, rule))
    for one, rule in sorted(first.values(), key=lambda found: (found[0].span.line, found[0].span.column)):
        fields = rule_set.vocabulary.subjects[rule.subjects[0]].fields
        others = tuple(other for other in rule.defined if other is not one)
        yield _said(
            one, Voice(fields, {use.span: names[use.name] for use in rule.parameters}, others), fields
        )


def _said(one: Definition, voice: Voice, fields: Mapping[str, Field]) -> Para:
    head = f"“{one.name}”{f'（{one.locator}）' if one.locator else ''}，是指"
    basis = f"理由：{one.basis}" if one.basis else ""
    if one.condition is None:
        return Para(ended(f"{head}{named(fields[one.field])}中的{both(one.members)}") + ended(basis))
    said = voice.say(one.condition)
    if said.parts:
        return Para(f"{head}{said.text}{f'（{basis}）' if basis else ''}：", listed(said.parts))
    return Para(ended(head + said.text) + ended(basis))
