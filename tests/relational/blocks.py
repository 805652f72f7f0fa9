"""Rows of closed facts decided here, as bitmaps: what a database says of them by SQL."""

from collections.abc import Sequence

from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.sliced import SlicedOutcome, SlicedRules, columns_of
from policy_engine.evaluation.sliced_verdicts import SlicedVerdicts, Surroundings, Weighing
from policy_engine.evaluation.slices import Column, bitmap_of
from policy_engine.model.vocabulary import Phase
from policy_engine.relational import RowFacts


def decided(
    compiled: CompiledRuleSet, subject: str, matters: Sequence[RowFacts]
) -> tuple[SlicedOutcome, SlicedVerdicts]:
    """Decide matters as one block."""
    block = SlicedRules.of(compiled.subjects[subject])
    outcome = block.decide(columns_of([one.situation.values for one in matters]), len(matters))
    around = Surroundings(
        phases={phase: bitmap_of(one.phase is phase for one in matters) for phase in Phase},
        doubts=Column([frozenset(one.doubts) for one in matters]),
        running=Column([frozenset(one.running) for one in matters]),
        undescribed=bitmap_of(one.is_undescribed for one in matters),
    )
    return outcome, Weighing.of(compiled, subject).weigh(outcome, around)


def told_of(found: SlicedVerdicts, at: int) -> tuple[object, object, object]:
    """Say of one row what `databases.told` says of an answer."""
    refused = next((rule for rule, rows in found.impossible.items() if rows >> at & 1), None)
    if refused is not None:
        return refused, None, None
    (verdict,) = (word for word, rows in found.verdicts.items() if rows >> at & 1)
    return None, verdict, ";".join(rule for rule, rows in found.grounds.items() if rows >> at & 1)
