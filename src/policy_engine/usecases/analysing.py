"""Analyse a rule base with the solver; findings the authors accept are set aside."""

from __future__ import annotations

from collections.abc import Collection

from policy_engine.analysis.acceptance import Sifted, own_of, sift
from policy_engine.analysis.findings.table import CODES, analyse
from policy_engine.compilation import CompiledRuleSet

__all__ = ["CODES", "find_faults"]


def find_faults(
    compiled: CompiledRuleSet, subjects: Collection[str], codes: Collection[str], *, today: int
) -> Sifted:
    """Run the detectors of some codes on some subjects."""
    found = tuple(analyse(compiled, subjects, codes))
    is_whole = set(subjects) >= set(compiled.subjects)
    # An acceptance is idle only where its code was looked for in all subjects.
    return own_of(sift(found, compiled.rule_set.rules, today=today, codes=codes if is_whole else ()))
