"""All detectors in one table. To add one, write the function and add a line."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from types import MappingProxyType

from policy_engine.analysis.findings.conflicts import (
    detect_conflicting_requirements,
    detect_meeting_rivals,
    detect_swallowed_permissions,
)
from policy_engine.analysis.findings.context import Context, context_of
from policy_engine.analysis.findings.days import detect_gaps_in_force, detect_valueless_parameters
from policy_engine.analysis.findings.gaps import (
    detect_unclassified,
    detect_uncovered,
    detect_untellable_facts,
)
from policy_engine.analysis.findings.idle import (
    detect_dead_parts,
    detect_idle_requirements,
    detect_implied_rules,
    detect_never_applying,
)
from policy_engine.analysis.findings.impossible import detect_permitted_impossibilities
from policy_engine.analysis.findings.twins import detect_twins
from policy_engine.compilation import CompiledRuleSet
from policy_engine.foundation.diagnostics import Diagnostic

Detector = Callable[[Context], Iterator[Diagnostic]]
DETECTORS: MappingProxyType[str, Detector] = MappingProxyType(
    {
        "PE701": detect_meeting_rivals,
        "PE702": detect_conflicting_requirements,
        "PE703": detect_swallowed_permissions,
        "PE704": detect_never_applying,
        "PE705": detect_dead_parts,
        "PE706": detect_idle_requirements,
        "PE707": detect_implied_rules,
        "PE708": detect_unclassified,
        "PE709": detect_uncovered,
        "PE711": detect_untellable_facts,
        "PE712": detect_valueless_parameters,
        "PE720": detect_permitted_impossibilities,
        "PE721": detect_twins,
    }
)
CODES = (*DETECTORS, "PE710", "PE719")


def analyse(
    compiled: CompiledRuleSet, subjects: Collection[str], codes: Collection[str] = CODES
) -> Iterator[Diagnostic]:
    """Run the detectors of some codes on some subjects. A rule of several subjects is reported once."""
    seen: set[tuple[str, str, tuple[str, ...]]] = set()
    for found in _all(compiled, subjects, codes):
        key = (found.code, found.message, found.rules)
        if key not in seen:
            seen.add(key)
            yield found


def _all(
    compiled: CompiledRuleSet, subjects: Collection[str], codes: Collection[str]
) -> Iterator[Diagnostic]:
    if "PE710" in codes:
        yield from detect_gaps_in_force(compiled)
    for name in subjects:
        if not compiled.subjects[name].rules:
            continue
        context = context_of(compiled, name)
        for code, detect in DETECTORS.items():
            if code in codes:
                yield from detect(context)
        yield from context.undecided
