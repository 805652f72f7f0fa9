"""Run the examples of terms: what must be found is found by that very term, what is harmless is not."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from policy_engine.evaluation.condition_words import value_words
from policy_engine.model.lexicon import Lexicon, Term, TermExample
from policy_engine.model.rules import RuleSet
from policy_engine.model.values import Known
from policy_engine.model.vocabulary import Vocabulary
from policy_engine.reading import reader
from policy_engine.reading.matching import Text

_FOUND, _NOT_FOUND, _IN_PART = "找到", "没有找到", "只找到一部分字段"
# What a term finds in a text: by subject and field, every value.
Finds = Mapping[tuple[str, str], frozenset[Known]]


@dataclass(frozen=True, slots=True)
class TermResult:
    """One example of a term and what the term found in it, in words. `is_harmless`: it must find nothing there."""

    term: Term
    example: TermExample
    is_harmless: bool
    expected: str
    found: str
    is_as_expected: bool


def run_terms(rule_set: RuleSet, wanted: Collection[str]) -> Iterator[TermResult]:
    """Run the examples of the wanted terms, by their ids."""
    for term in rule_set.lexicon.terms:
        if term.id in wanted:
            yield from run_term(rule_set.lexicon, term, rule_set.vocabulary)


def run_term(lexicon: Lexicon, term: Term, vocabulary: Vocabulary) -> Iterator[TermResult]:
    """Run the examples of one term among all the others."""
    for examples, is_harmless in ((term.examples, False), ((*term.harmless, *term.regressions), True)):
        for example in examples:
            yield _result(
                term, example, is_harmless, found_by(term, lexicon, example.text, vocabulary), vocabulary
            )


def found_by(term: Term, lexicon: Lexicon, text: str, vocabulary: Vocabulary) -> Finds:
    """Give what one term of a lexicon finds in a text, before the longest expression wins."""
    found: dict[tuple[str, str], set[Known]] = {}
    read = Text("", text)
    for subject in dict.fromkeys((*term.points_to, *term.into)):
        for by, one in reader(lexicon).found_by(read, subject, vocabulary):
            if by.id == term.id:
                found.setdefault((subject, one.field), set()).add(one.value)
    return {key: frozenset(values) for key, values in found.items()}


def _result(
    term: Term, example: TermExample, is_harmless: bool, found: Finds, vocabulary: Vocabulary
) -> TermResult:
    said = {
        (subject, name): frozenset((value,))
        for subject, values in example.finds.items()
        for name, value in values.items()
    }
    if said:
        words = (_words(said, vocabulary), _words(found, vocabulary) if found else _NOT_FOUND)
        return TermResult(term, example, is_harmless, *words, is_as_expected=found == said)
    expected = _NOT_FOUND if is_harmless else _FOUND
    outcome = _NOT_FOUND if not found else _FOUND if {*found} == _wanted(term) else _IN_PART
    return TermResult(term, example, is_harmless, expected, outcome, is_as_expected=outcome == expected)


def _wanted(term: Term) -> set[tuple[str, str]]:
    pointed = ((subject, name) for subject, values in term.points_to.items() for name in values)
    return {*pointed, *term.into.items()}


def _words(found: Finds, vocabulary: Vocabulary) -> str:
    """Write what is found: 找到 合同期限_月 = 24."""
    several = len({subject for subject, _ in found}) > 1
    parts = []
    for (subject, name), values in sorted(found.items()):
        field = vocabulary.subjects[subject].fields[name]
        shown = "、".join(sorted(value_words(field, value) for value in values))
        parts.append(f"{subject + '.' if several else ''}{name} = {shown}")
    return f"{_FOUND} {'，'.join(parts)}"
