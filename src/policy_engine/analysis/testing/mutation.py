"""Run the examples against mutants: which errors they notice, and what example would notice the rest."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from policy_engine.analysis.difference.compare import RuleChange, compare
from policy_engine.analysis.testing.mutants import Mutant, mutants_of, shifted_dates
from policy_engine.analysis.testing.trials import Trial, trials_of
from policy_engine.compilation import CompiledRuleSet, CompiledSubject
from policy_engine.compilation.compile_rules import order_subject
from policy_engine.compilation.reads import field_written, rule_reads
from policy_engine.evaluation.compiled import evaluate_compiled
from policy_engine.model.decisions import Evaluation
from policy_engine.model.rules import RuleSet


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutant no example notices, and the smallest case that would; `None` where the solver could not tell."""

    mutant: Mutant
    killer: RuleChange | None


@dataclass(slots=True)
class MutationReport:
    """Mutants by what became of them. `equivalent`: proved to mean the same in every case."""

    killed: int = 0
    equivalent: int = 0
    survivors: list[Survivor] = dataclasses.field(default_factory=list)

    @property
    def score(self) -> float:
        """Give the killed share of the mutants that mean something else, in percent."""
        real = self.killed + len(self.survivors)
        return 100.0 * self.killed / real if real else 100.0


def mutate(compiled: CompiledRuleSet, wanted: Collection[str]) -> MutationReport:
    """Try every mutant of the wanted rules on all examples it can reach."""
    trials: dict[str, list[Trial]] = {}
    for trial in trials_of(compiled):
        trials.setdefault(trial.situation.subject, []).append(trial)
    report = MutationReport()
    for mutant in _mutants(compiled.rule_set, wanted):
        _judge(mutant, compiled, trials, report)
    return report


def _mutants(rule_set: RuleSet, wanted: Collection[str]) -> Iterator[Mutant]:
    rules = tuple(rule for rule in rule_set.rules if rule.id in wanted)
    for rule in rules:
        yield from mutants_of(rule)
    for document in rule_set.documents.values():
        # A document's days are tried by all its rules together, or not at all.
        own = [rule.id for rule in rule_set.rules if rule.citation.document.id == document.id]
        if set(own) <= set(wanted):
            yield from shifted_dates(document, rules)


def _judge(
    mutant: Mutant, compiled: CompiledRuleSet, trials: Mapping[str, list[Trial]], report: MutationReport
) -> None:
    sides = _sides(mutant, compiled)
    if sides is None or _is_noticed(mutant, sides[1], compiled, trials):
        # An error that makes a cycle does not even compile.
        report.killed += 1
        return
    found = compare(*sides)
    if not (found.rules or found.undecided):
        report.equivalent += 1
        return
    # The outcome of the mutated rule itself makes the best example; others follow.
    names = {rule.id for rule in mutant.rules}
    own = [change for change in found.rules if change.old is not None and change.old.id in names]
    report.survivors.append(Survivor(mutant, next(iter([*own, *found.rules]), None)))


def _sides(mutant: Mutant, compiled: CompiledRuleSet) -> tuple[CompiledRuleSet, CompiledRuleSet] | None:
    """Compile only what the error can reach and what that needs, as it is and mutated."""
    by_id = {rule.id: rule for rule in mutant.rules}
    before: dict[str, CompiledSubject] = {}
    after: dict[str, CompiledSubject] = {}
    for name, subject in compiled.subjects.items():
        changed = {rule.id for rule in subject.rules if rule.id in by_id}
        if not changed:
            continue
        mutated = {rule.id: by_id.get(rule.id, rule) for rule in subject.rules}
        # A dropped part may have been the only one to read a computed fact.
        reads = {r.id: {*rule_reads(r), *rule_reads(mutated[r.id])} for r in subject.rules}
        needed = _needed(_reached(changed, subject), reads, subject)
        kept = tuple(rule for rule in compiled.rule_set.rules if rule.id in needed)
        before[name], _ = order_subject(name, kept, subject.fields, compiled.rule_set)
        swapped = tuple(mutated[rule.id] for rule in kept)
        after[name], problems = order_subject(name, swapped, subject.fields, compiled.rule_set)
        if problems:
            return None
    rules = tuple(by_id.get(rule.id, rule) for rule in compiled.rule_set.rules)
    rule_set = dataclasses.replace(compiled.rule_set, rules=rules)
    return (
        CompiledRuleSet(compiled.rule_set, MappingProxyType(before)),
        CompiledRuleSet(rule_set, MappingProxyType(after)),
    )


def _needed(reached: set[str], reads: Mapping[str, set[str]], subject: CompiledSubject) -> set[str]:
    found = set(reached)
    while True:
        more = {
            needed
            for name in found
            for needed in (
                *(p for field in reads[name] for p in subject.producers.get(field, ())),
                *subject.defeated_by.get(name, ()),
            )
        } - found
        if not more:
            return found
        found |= more


def _is_noticed(
    mutant: Mutant, mutated: CompiledRuleSet, compiled: CompiledRuleSet, trials: Mapping[str, list[Trial]]
) -> bool:
    for name in mutated.subjects:
        reached = _reached({rule.id for rule in mutant.rules}, compiled.subjects[name])
        for trial in trials.get(name, ()):
            if trial.rule.id in reached and _outcome(trial, trial.evaluation) != _outcome(
                trial, evaluate_compiled(mutated, trial.situation)
            ):
                return True
    return False


def _outcome(trial: Trial, found: Evaluation) -> tuple[object, ...]:
    # An example looks at its own rule: the outcome, or what the rule computes.
    name = field_written(trial.rule) or ""
    computed = sorted(
        (member, truth.value) for (field, member), truth in found.truths.items() if field == name
    )
    return found.statuses[trial.rule.id], tuple(computed), found.numbers.get(name)


def _reached(changed: set[str], subject: CompiledSubject) -> set[str]:
    found = set(changed)
    while True:
        written = {field_written(r) for r in subject.rules if r.id in found} - {None}
        more = {
            rule.id
            for rule in subject.rules
            if rule.id not in found
            and (written & set(rule_reads(rule)) or found & set(subject.defeated_by.get(rule.id, ())))
        }
        if not more:
            return found
        found |= more
