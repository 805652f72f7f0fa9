"""All lints in one table. To add one, write the function and add a line."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from types import MappingProxyType

from policy_engine.analysis.lints.citations import (
    detect_bad_locators,
    detect_differing_ids,
    detect_groundless_defaults,
    detect_groundless_overrides,
    detect_missing_articles,
)
from policy_engine.analysis.lints.definitions import detect_shared_conditions, detect_unused_definitions
from policy_engine.analysis.lints.documents import detect_examples_out_of_force, detect_overlapping_documents
from policy_engine.analysis.lints.examples import (
    detect_idle_names,
    detect_missing_examples,
    detect_too_many_examples,
)
from policy_engine.analysis.lints.fields import detect_mixed_units, detect_unused_fields
from policy_engine.analysis.lints.rules import (
    detect_missing_citations,
    detect_never_in_force,
    detect_opposite_titles,
)
from policy_engine.analysis.lints.speaking import detect_missing_phrases
from policy_engine.analysis.lints.terms import (
    detect_disagreeing_terms,
    detect_failing_term_examples,
    detect_idle_words,
)
from policy_engine.foundation.diagnostics import Diagnostic
from policy_engine.foundation.memory import Memory
from policy_engine.model.rules import Rule, RuleSet

Lint = Callable[[RuleSet], Iterator[Diagnostic]]
LINTS: MappingProxyType[str, Lint] = MappingProxyType(
    {
        "PE601": detect_unused_fields,
        "PE602": detect_never_in_force,
        "PE603": detect_missing_examples,
        "PE604": detect_missing_citations,
        "PE606": detect_overlapping_documents,
        "PE607": detect_differing_ids,
        "PE608": detect_mixed_units,
        "PE609": detect_opposite_titles,
        "PE611": detect_bad_locators,
        "PE612": detect_groundless_defaults,
        "PE613": detect_groundless_overrides,
        "PE616": detect_examples_out_of_force,
        "PE617": detect_idle_words,
        "PE618": detect_disagreeing_terms,
        "PE619": detect_failing_term_examples,
        "PE623": detect_too_many_examples,
        "PE624": detect_unused_definitions,
        "PE625": detect_shared_conditions,
        "PE626": detect_idle_names,
        "PE627": detect_missing_phrases,
        "PE632": detect_missing_articles,
    }
)


# They look at the lexicon and the vocabulary alone, and trying all terms on all their examples takes seconds.
_OF_TERMS = (detect_idle_words, detect_disagreeing_terms, detect_failing_term_examples)


# They look at the rules of one document at a time, and at what it and they refer to.
_OF_DOCUMENTS = (
    detect_never_in_force,
    detect_missing_examples,
    detect_missing_citations,
    detect_differing_ids,
    detect_mixed_units,
    detect_opposite_titles,
    detect_groundless_defaults,
    detect_groundless_overrides,
    detect_examples_out_of_force,
    detect_too_many_examples,
    detect_shared_conditions,
    detect_idle_names,
)


# Of these, what looks at one rule at a time, and long enough to remember each.
_OF_RULES = (detect_mixed_units, detect_idle_names)


def lint(rule_set: RuleSet, memory: Memory | None = None) -> tuple[Diagnostic, ...]:
    """Run every lint. `memory`: what they found before in this lexicon, and in the rules of documents that are the same."""
    of = (rule_set.lexicon, rule_set.vocabulary)
    parts = _by_document(rule_set) if memory is not None else {}

    def run(detect: Lint) -> tuple[Diagnostic, ...]:
        if memory is not None and detect in _OF_TERMS:
            return memory.made(detect.__name__, of, lambda: tuple(detect(rule_set)))
        if memory is None or detect not in _OF_DOCUMENTS:
            return tuple(detect(rule_set))
        return tuple(
            found
            for name, part in parts.items()
            for found in memory.made(
                f"{detect.__name__} {name}", _known(part), _finding(detect, name, part, memory)
            )
        )

    return tuple(found for detect in LINTS.values() for found in run(detect))


def _by_document(rule_set: RuleSet) -> dict[str, RuleSet]:
    rules: dict[str, list[Rule]] = {name: [] for name in rule_set.definitions}
    for rule in rule_set.rules:
        rules.setdefault(rule.citation.document.id, []).append(rule)
    return {
        name: dataclasses.replace(
            rule_set,
            rules=tuple(own),
            definitions=MappingProxyType({name: rule_set.definitions.get(name, ())}),
        )
        for name, own in rules.items()
    }


def _known(part: RuleSet) -> tuple[object, ...]:
    definitions = tuple(one for defined in part.definitions.values() for one in defined)
    return (part.rules, definitions, *_around(part))


def _around(part: RuleSet) -> tuple[object, ...]:
    return (part.vocabulary, part.documents, part.authority, part.areas)


def _finding(detect: Lint, name: str, part: RuleSet, memory: Memory) -> Callable[[], tuple[Diagnostic, ...]]:
    if detect not in _OF_RULES or not memory.keeps_parts:
        return lambda: tuple(detect(part))

    def of_one(rule: Rule) -> tuple[Diagnostic, ...]:
        return tuple(detect(dataclasses.replace(part, rules=(rule,))))

    def of_each() -> tuple[Diagnostic, ...]:
        step = f"{detect.__name__} of each of {name}"
        found = memory.made_of_each(step, _around(part), part.rules, of_one)
        return tuple(diagnostic for some in found for diagnostic in some)

    return of_each
