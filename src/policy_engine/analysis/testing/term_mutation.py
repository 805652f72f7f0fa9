"""Run the examples of terms against their mutants, judged as `policy-engine test` judges them.

Both sides are read with the same part of the lexicon: the changed terms and those whose words can bring a phrase back
to them. So a mutant that changes nothing is never killed.
"""

from __future__ import annotations

from collections.abc import Collection

from policy_engine.analysis.testing.fates import Fate, Judged, MutationReport
from policy_engine.analysis.testing.idle_barriers import is_idle
from policy_engine.analysis.testing.operators import TermMutant
from policy_engine.analysis.testing.term_mutants import term_mutants
from policy_engine.analysis.testing.term_proposals import term_proposal
from policy_engine.analysis.testing.terms import run_term
from policy_engine.model.lexicon import Lexicon, Term
from policy_engine.model.rules import RuleSet
from policy_engine.reading.matching import targets


class TermBench:
    """Judges the mutants of a lexicon."""

    def __init__(self, rule_set: RuleSet) -> None:
        self.lexicon = rule_set.lexicon
        self.vocabulary = rule_set.vocabulary
        self.by_id = {term.id: term for term in rule_set.lexicon.terms}
        self._parts: dict[frozenset[str], Lexicon] = {}
        self._held: dict[tuple[frozenset[str], str], tuple[bool, ...]] = {}

    def judge(self, number: int, mutant: TermMutant) -> Judged:
        """Tell what becomes of a mutant; `number` is its place among all."""
        before, after = self.sides(mutant)
        if self.is_noticed(mutant, before, after):
            return Judged(number, Fate.KILLED, None)
        if self._is_idle(mutant):
            return Judged(number, Fate.EQUIVALENT, None)
        found = term_proposal(mutant, before, after, self.vocabulary)
        return Judged(number, Fate.OPEN if found is None else Fate.SURVIVED, found)

    def sides(self, mutant: TermMutant) -> tuple[Lexicon, Lexicon]:
        """Give the part of the lexicon that a mutant needs, as it is and changed."""
        changed = {term.id: term for term in mutant.terms}
        pointed = {t for term in mutant.terms for one in (term, self.by_id[term.id]) for t in targets(one)}
        names = frozenset(
            term.id for term in self.lexicon.terms if term.id in changed or pointed & {*targets(term)}
        )
        if names not in self._parts:
            terms = tuple(term for term in self.lexicon.terms if term.id in names)
            self._parts[names] = Lexicon(terms, items=self.lexicon.items)
        before = self._parts[names]
        terms = tuple(changed.get(term.id, term) for term in before.terms)
        return before, Lexicon(terms, items=self.lexicon.items)

    def is_noticed(self, mutant: TermMutant, before: Lexicon, after: Lexicon) -> bool:
        """Tell whether an example that holds of the terms as they are fails with the mutant."""
        names = frozenset(term.id for term in before.terms)
        for term in mutant.terms:
            key = (names, term.id)
            if key not in self._held:
                self._held[key] = self._hold(self.by_id[term.id], before)
            if any(
                one and not two for one, two in zip(self._held[key], self._hold(term, after), strict=True)
            ):
                return True
        return False

    def _hold(self, term: Term, lexicon: Lexicon) -> tuple[bool, ...]:
        return tuple(result.is_as_expected for result in run_term(lexicon, term, self.vocabulary))

    def _is_idle(self, mutant: TermMutant) -> bool:
        return bool(mutant.lost) and all(
            is_idle(self.by_id[term.id], term, key, words, self.lexicon)
            for term in mutant.terms
            for key, words in mutant.lost
        )


def mutate_terms(rule_set: RuleSet, wanted: Collection[str]) -> MutationReport:
    """Judge every mutant of the wanted terms."""
    bench = TermBench(rule_set)
    made = enumerate(term_mutants(rule_set, wanted))
    return MutationReport(tuple((mutant, bench.judge(number, mutant)) for number, mutant in made))
