"""A whole document as a copy to read and sign: its title block, its scope, its rules by article, its annexes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from policy_engine.loading.coverage import NormAnswer
from policy_engine.loading.parameters import Parameter
from policy_engine.model.documents import Document
from policy_engine.model.locators import head_of
from policy_engine.model.rules import Across, Rule, RuleSet
from policy_engine.reporting.aloud.annexes import annexes, code_words, decoded, spoken_name
from policy_engine.reporting.aloud.clauses import Reader
from policy_engine.reporting.aloud.copy import Chapter, Clause, Copy
from policy_engine.reporting.aloud.terms import binding_paras, precedence_chapter, terms_chapter
from policy_engine.reporting.aloud.titles import scope_chapter, title_block
from policy_engine.reporting.ordering import in_order
from policy_engine.reporting.words import document_words

_WITHOUT_PLACE, _ALL_WITHOUT_PLACE = "没有写明条款的规则", "各项规则"
_TOLD = "（据转述）"


def read_document(
    document: Document,
    rule_set: RuleSet,
    norms: Sequence[NormAnswer],
    parameters: Mapping[str, Parameter],
) -> Copy:
    """Read one document. `norms`: how its statements are answered; `parameters`: all of them by name."""
    own = [rule for rule in rule_set.rules if rule.citation.document is document]
    across = [one for one in rule_set.across if one.rule.citation.document is document]
    rules = in_order([*own, *(one.rule for one in across)], rule_set)
    codes = code_words(norms, rule_set)
    names = {name: spoken_name(parameter) for name, parameter in parameters.items()}
    reader = Reader(rule_set, document, names, {rule.id: rule for rule in rule_set.rules}, _winners(rule_set))
    facts = ((name, decoded(words, codes)) for name, words in title_block(document, rule_set))
    return Copy(
        document.id,
        document_words(document),
        tuple(facts),
        (
            scope_chapter(document, rules, binding_paras(rules, names, rule_set), rule_set),
            *terms_chapter(rules, names, rule_set),
            *precedence_chapter(rules),
            *_chapters(rules, across, reader),
            *annexes(rules, norms, parameters, rule_set, codes),
        ),
        rule_set.words,
    )


def _chapters(rules: Sequence[Rule], across: Sequence[Across], reader: Reader) -> Iterator[Chapter]:
    apart = {one.rule.id: one for one in across}
    by_head: dict[str, list[Clause]] = {}
    for rule in rules:
        head = head_of(rule.citation.locator).removesuffix(_TOLD)
        by_head.setdefault(head, []).append(reader.clause(rule, apart.get(rule.id)))
    for head, clauses in by_head.items():
        nameless = _ALL_WITHOUT_PLACE if len(by_head) == 1 else _WITHOUT_PLACE
        yield Chapter(head or nameless, tuple(clauses))


def _winners(rule_set: RuleSet) -> Mapping[str, Sequence[Rule]]:
    found: dict[str, list[Rule]] = {}
    for rule in rule_set.rules:
        for override in rule.overrides:
            found.setdefault(override.rule, []).append(rule)
    return found
