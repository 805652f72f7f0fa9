"""What the names mean that a document's rules use: said once, in a chapter of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from policy_engine.model.rules import Definition, Rule, RuleSet
from policy_engine.model.vocabulary import Field
from policy_engine.reporting.aloud.comparisons import either, named
from policy_engine.reporting.aloud.copy import Chapter, Para
from policy_engine.reporting.aloud.phrases import Voice
from policy_engine.reporting.aloud.sentences import ended, listed


def terms_chapter(rules: Sequence[Rule], names: Mapping[str, str], rule_set: RuleSet) -> Iterator[Chapter]:
    """Say what each name that the rules use stands for. `names`: parameters as they are spoken of."""
    paras = tuple(_paras(rules, names, rule_set))
    if paras:
        yield Chapter("本文件所称", blocks=paras)


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
        return Para(ended(f"{head}{named(fields[one.field])}中的{either(one.members)}") + ended(basis))
    said = voice.say(one.condition)
    if said.parts:
        return Para(f"{head}{said.text}{f'（{basis}）' if basis else ''}：", listed(said.parts))
    return Para(ended(head + said.text) + ended(basis))
