"""Mutation-test a rule base: the rules a change reaches, in several processes, always with the same result."""

from __future__ import annotations

import dataclasses
import multiprocessing
import signal
from collections.abc import Collection, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain

from policy_engine.analysis.difference.reach import rules_reached, terms_reached
from policy_engine.analysis.testing.fates import Judged, MutationReport
from policy_engine.analysis.testing.mutants import mutants
from policy_engine.analysis.testing.mutation import Bench, judge_all
from policy_engine.analysis.testing.operators import Mutant
from policy_engine.analysis.testing.term_mutation import mutate_terms
from policy_engine.compilation import CompiledRuleSet, compile_rules
from policy_engine.usecases.revisions import files_of, read_revision, written_out
from policy_engine.usecases.rule_base import load_rule_set
from policy_engine.usecases.sources import Sources, read_sources

# Mutants of one rule share what they are compared with; a process takes so many of them at a time.
_SHARE = 40


@dataclasses.dataclass(frozen=True, slots=True)
class Reached:
    """The rules and the terms that a change reaches, by id."""

    rules: frozenset[str]
    terms: frozenset[str]


def changed_since(revision: str, compiled: CompiledRuleSet) -> Reached:
    """List what the change since a git revision reaches. Raises `DiagnosticsError` where it can't be read."""
    there = read_revision(revision)
    with written_out(there) as folder:
        old = compile_rules(load_rule_set(read_sources(files_of(there, folder))))
    return Reached(rules_reached(old, compiled), terms_reached(old.rule_set, compiled.rule_set))


def run_mutations(
    sources: Sources, compiled: CompiledRuleSet, wanted: Collection[str], jobs: int
) -> MutationReport:
    """Judge every mutant of the wanted rules in so many processes; their number changes nothing but the time."""
    made = tuple(mutants(compiled.rule_set, wanted))
    shares = [range(at, min(at + _SHARE, len(made))) for at in range(0, len(made), _SHARE)]
    judged = (
        judge_all(Bench(compiled), enumerate(made))
        if min(jobs, len(shares)) < 2
        else _in_processes(sources, frozenset(wanted), shares, min(jobs, len(shares)))
    )
    found = {one.number: one for one in judged}
    return MutationReport(tuple((mutant, found[number]) for number, mutant in enumerate(made)))


def run_term_mutations(compiled: CompiledRuleSet, wanted: Collection[str]) -> MutationReport:
    """Judge every mutant of the wanted terms."""
    return mutate_terms(compiled.rule_set, wanted)


def _in_processes(
    sources: Sources, wanted: frozenset[str], shares: Sequence[range], jobs: int
) -> list[Judged]:
    # Started afresh, not forked: a process that runs threads, or a solver, can't be forked safely.
    context = multiprocessing.get_context("spawn")
    plain = _plain(sources)
    with ProcessPoolExecutor(jobs, context, _begin, (plain, wanted)) as pool:
        try:
            return list(chain.from_iterable(pool.map(_judge, shares)))
        except BrokenProcessPool:
            pool.shutdown(cancel_futures=True)
    # A process that was killed, for memory say, takes the others along: go on alone.
    _begin(plain, wanted)
    return list(chain.from_iterable(map(_judge, shares)))


def _plain(sources: Sources) -> Sources:
    """Make the texts such as can be sent to another process."""
    return dataclasses.replace(sources, registers=dict(sources.registers))


# What each process prepares once, from the same texts as the process that started it.
_PREPARED: dict[str, tuple[Bench, tuple[Mutant, ...]]] = {}


def _begin(sources: Sources, wanted: frozenset[str]) -> None:
    if multiprocessing.parent_process() is not None:
        # The process that started this one answers an interrupt.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    compiled = compile_rules(load_rule_set(sources))
    _PREPARED["bench"] = Bench(compiled), tuple(mutants(compiled.rule_set, wanted))


def _judge(numbers: range) -> list[Judged]:
    bench, made = _PREPARED["bench"]
    return list(judge_all(bench, ((number, made[number]) for number in numbers)))
