"""Which open facts are worth asking: those whose answers can still change how the subject comes out.

The law (docs/meaning.md, "Questions"): what is undetermined asks something; told all that is asked, it is settled or
asks for what the answers have raised; nothing is asked that no answer can change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from math import prod

from policy_engine.compilation.cuts import Cuts
from policy_engine.compilation.reads import rule_reads
from policy_engine.evaluation.prospects import Prospect, Prospects
from policy_engine.evaluation.questions import is_uncountable
from policy_engine.evaluation.truth import nothing_derived, truth
from policy_engine.foundation.logic import Truth
from policy_engine.foundation.records import dataclass, field, replace
from policy_engine.model.conditions import All
from policy_engine.model.decisions import Status
from policy_engine.model.rules import Classify, Rule
from policy_engine.model.values import UNKNOWN, Known, Value
from policy_engine.model.vocabulary import Role

# Answers to other open facts that are tried beside one, a rule; beyond them a fact is asked on the rule's word.
_MOST_TRIED = 400

# Decisions that are tried for all questions of a subject; beyond them likewise.
_MOST_DECIDED = 4_000

# Answers to all open facts together that are tried, where they are few: then what is asked is exact.
_MOST_TOGETHER = 64


def settling_facts(
    prospects: Prospects, rules: Iterable[str], values: Mapping[str, Value], *, is_lacking: bool = False
) -> dict[str, tuple[str, ...]]:
    """Map the open facts that can change how the subject comes out to the rules that wait for them.

    `rules`: the open rules that count; `values`: what closing has made known. Where Kleene's logic leaves the subject
    open although no answer changes anything, everything that the rules read is asked: an open answer asks something.
    `is_lacking`: a value of a parameter is asked for already.
    """
    search = _Search(prospects, dict(values))
    read_by = {name: search.inputs(name) for name in search.with_contests(rules)}
    candidates = tuple(dict.fromkeys(fact for inputs in read_by.values() for fact in inputs))
    if not candidates:
        return {}
    search.settle(candidates)
    found = [fact for fact in candidates if search.matters(fact, read_by)]
    now = prospects.given({})
    if not found and now is not None and now.is_open and not is_lacking:
        found = list(candidates)
    return {fact: tuple(rule for rule, inputs in read_by.items() if fact in inputs) for fact in found}


@dataclass(slots=True)
class _Search:
    prospects: Prospects
    values: dict[str, Value]
    # Answers to facts that hang on no others.
    alone: dict[str, tuple[Known, ...]] = field(default_factory=dict)
    candidates: tuple[str, ...] = ()
    bases: tuple[Mapping[str, Known], ...] = ()

    @property
    def cuts(self) -> Cuts:
        """Give what the rules tell apart; made when an answer is first tried."""
        return self.prospects.compiled.subjects[self.prospects.subject.name].cuts

    def inputs(self, rule: str) -> tuple[str, ...]:
        """List the open facts that a rule rests on, those behind computed facts included."""
        program = self.prospects.compiled.subjects[self.prospects.subject.name]
        by_id = {r.id: r for r in program.rules}
        justified = by_id[rule].justified_by
        waiting = [*self.reads(by_id[rule]), *([justified] if justified else [])]
        found: dict[str, None] = {}
        seen: set[str] = set()
        while waiting:
            name = waiting.pop(0)
            if name in seen or name not in program.fields or self.values.get(name, UNKNOWN) is not UNKNOWN:
                continue
            seen.add(name)
            if program.fields[name].role is Role.DERIVED:
                if self.is_settled(name):
                    continue
                # Its days are told; only the number itself, told by people, can still settle it.
                if is_uncountable(name, self.values, program):
                    found[name] = None
                    continue
                # Depth first: what makes a computed fact is asked where the fact itself would stand.
                makers = (p for p in program.producers.get(name, ()) if self.may_still_make(by_id[p]))
                waiting = [read for maker in makers for read in self.reads(by_id[maker])] + waiting
            else:
                found[name] = None
        return tuple(found)

    def reads(self, rule: Rule) -> tuple[str, ...]:
        """List the fields a rule reads; where its days and area are settled, without those that could settle them."""
        now = truth(rule.scope, self.values, nothing_derived(self.prospects.subject.fields))
        return rule_reads(rule if now is Truth.UNKNOWN else replace(rule, scope=All((), rule.span)))

    def is_settled(self, name: str) -> bool:
        """Tell whether what is told already settles a computed fact: no further answer changes it."""
        now = self.prospects.evaluated
        if now is None:
            return False
        found = [truth for (owner, _), truth in now.truths.items() if owner == name]
        return name in now.numbers or (bool(found) and Truth.UNKNOWN not in found)

    def may_still_make(self, rule: Rule) -> bool:
        """Tell whether further answers can change what a rule classifies; a table or a number is taken to change."""
        now = self.prospects.evaluated
        is_settled = now is not None and now.statuses[rule.id] is not Status.UNKNOWN
        return not (isinstance(rule.kind, Classify) and is_settled)

    def with_contests(self, rules: Iterable[str]) -> Iterator[str]:
        """Go through the rules, and those that prevail over them or rival them: these decide with them."""
        program = self.prospects.compiled.subjects[self.prospects.subject.name]
        waiting, seen = list(rules), set[str]()
        while waiting:
            rule = waiting.pop(0)
            if rule not in seen:
                seen.add(rule)
                yield rule
                waiting += program.defeated_by.get(rule, ())
                waiting += (other for pair in program.rivals if rule in pair for other in pair)

    def options(self, name: str, answers: Mapping[str, Known]) -> tuple[Known, ...]:
        """List the answers to a fact that are worth telling apart beside some others."""
        found = self.alone.get(name)
        if found is None:
            found = self.cuts.representatives(name, {**self.values, **answers})
            if self.cuts.stands_alone(name):
                self.alone[name] = found
        return found

    def settle(self, candidates: tuple[str, ...]) -> None:
        """Find answers to all that break as little as can be, once granting and once not.

        What a fact does shows beside them: nothing worse hides it, and nothing else grants what it may grant.
        """
        self.candidates = candidates
        self.prospects.turning = frozenset(candidates)
        self.bases = tuple(self._base({}, wants_grant=wanted) for wanted in (True, False))

    def _base(self, fixed: Mapping[str, Known], *, wants_grant: bool) -> dict[str, Known]:
        found = dict(fixed)
        # Twice: what was chosen first was chosen before anything was known of the others.
        for _ in range(2):
            for name in (n for n in self.candidates if n not in fixed):
                rest = {n: v for n, v in found.items() if n != name}
                tried = [(self.prospects.given({**rest, name: v}), v) for v in self.options(name, rest)]
                possible = [
                    # `at` breaks ties, so that the values, of whatever type, are never compared.
                    (one.balance.badness(wants_grant=wants_grant), at, v)
                    for at, (one, v) in enumerate(tried)
                    if one is not None
                ]
                if possible:
                    found[name] = min(possible, key=lambda one: one[:2])[2]
        return found

    def matters(self, name: str, read_by: Mapping[str, tuple[str, ...]]) -> bool:
        """Tell whether answers to the others can be found beside which this one changes the outcome."""
        # The cheapest try first; only the last one may give up and go by the rule's word.
        if any(self._turns(name, {}, base) for base in self.bases):
            return True
        answers = self._beside(name, self.candidates, _MOST_TOGETHER)
        if answers is not None:
            return any(self._turns(name, each, {}) for each in answers)
        return any(self._turns_a_rule(name, inputs) for inputs in read_by.values() if name in inputs)

    def _beside(self, name: str, facts: tuple[str, ...], most: int) -> Iterator[dict[str, Known]] | None:
        """Go through all answers to the facts beside one, together; `None` where there are too many to try."""
        others = [fact for fact in facts if fact != name]
        choices = [self.options(other, {}) for other in others]
        if prod(map(len, choices)) > most:
            return None
        return (dict(zip(others, answers, strict=True)) for answers in product(*choices))

    def _turns_a_rule(self, name: str, inputs: tuple[str, ...]) -> bool:
        answers = self._beside(name, inputs, _MOST_TRIED)
        # Too many to try: it is asked on the rule's word.
        if answers is None or len(self.prospects.tried) > _MOST_DECIDED:
            return True
        return any(self._turns_beside(name, each) for each in answers)

    def _turns_beside(self, name: str, answers: Mapping[str, Known]) -> bool:
        for base, wants_grant in zip(self.bases, (True, False), strict=True):
            if self._turns(name, answers, base):
                return True
            silent = self.prospects.given({n: v for n, v in {**base, **answers}.items() if n != name})
            # What breaks beside them hides the answer; the rest may be told so that it doesn't.
            is_hidden = silent is not None and self._breaks_more(silent, answers)
            if is_hidden and self._turns(name, answers, self._base(answers, wants_grant=wants_grant)):
                return True
        return False

    def _breaks_more(self, found: Prospect, answers: Mapping[str, Known]) -> bool:
        # What these answers break by themselves stays broken, whatever is told beside them.
        alone = self.prospects.given(answers)
        if alone is None:
            return False
        broken, pairs = found.balance.broken
        alone_broken, alone_pairs = alone.balance.broken
        return bool(broken & ~alone_broken or pairs & ~alone_pairs)

    def _turns(self, name: str, answers: Mapping[str, Known], base: Mapping[str, Known]) -> bool:
        beside = {n: v for n, v in {**base, **answers}.items() if n != name}
        silent = self.prospects.given(beside)
        # What the other answers close needs none of its own.
        if silent is None or name in silent.known:
            return False
        # Prospects are equal by verdict and findings: a rule that weighs otherwise is no other outcome.
        told = (self.prospects.given({**beside, name: value}) for value in self.options(name, beside))
        return any(found not in (None, silent) for found in told)
