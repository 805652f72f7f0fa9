"""Run the examples of terms: what must be found is found by that very term, what is harmless is not."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from policy_engine.model.lexicon import Lexicon, Term, TermExample
from policy_engine.model.rules import RuleSet
from policy_engine.model.vocabulary import Vocabulary
from policy_engine.reading import reader
from policy_engine.reading.matching import Text

_FOUND, _NOT_FOUND, _IN_PART = "找到", "没有找到", "只找到一部分字段"


@dataclass(frozen=True, slots=True)
class TermResult:
    """One example of a term and what the term found in it. `is_harmless`: it must find nothing there."""

    term: Term
    example: TermExample
    is_harmless: bool
    found: str

    @property
    def expected(self) -> str:
        """Give what the author says, in words."""
        return _NOT_FOUND if self.is_harmless else _FOUND

    @property
    def is_as_expected(self) -> bool:
        """Tell whether the example holds."""
        return self.found == self.expected


def run_terms(rule_set: RuleSet, wanted: Collection[str]) -> Iterator[TermResult]:
    """Run the examples of the wanted terms, by their ids."""
    for term in rule_set.lexicon.terms:
        if term.id in wanted:
            yield from run_term(rule_set.lexicon, term, rule_set.vocabulary)


def run_term(lexicon: Lexicon, term: Term, vocabulary: Vocabulary) -> Iterator[TermResult]:
    """Run the examples of one term among all the others."""
    for examples, is_harmless in ((term.examples, False), (term.harmless, True)):
        for example in examples:
            yield TermResult(term, example, is_harmless, _found_in(lexicon, term, example.text, vocabulary))


def _found_in(lexicon: Lexicon, term: Term, text: str, vocabulary: Vocabulary) -> str:
    wanted = {
        *((subject, name) for subject, values in term.points_to.items() for name in values),
        *term.into.items(),
    }
    found = {
        (subject, one.field)
        for subject in {subject for subject, _ in wanted}
        for one in reader(lexicon).found(Text("", text), subject, vocabulary)
        if one.term == term.id
    }
    if not found:
        return _NOT_FOUND
    return _FOUND if found == wanted else _IN_PART
