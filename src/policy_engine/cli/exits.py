"""Exit codes, and the worst of several."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from policy_engine.model.decisions import Decision, Verdict


class Exit(IntEnum):
    """What the shell is told."""

    PERMITTED = 0
    REFUSED = 1
    BAD_INPUT = 2
    OPEN = 3
    BROKEN = 4
    INTERRUPTED = 130


_BY_VERDICT = {
    None: Exit.PERMITTED,
    Verdict.PERMITTED: Exit.PERMITTED,
    Verdict.PROHIBITED: Exit.REFUSED,
    Verdict.NON_COMPLIANT: Exit.REFUSED,
    Verdict.CONFLICT: Exit.REFUSED,
    Verdict.UNDETERMINED: Exit.OPEN,
    Verdict.NOT_COVERED: Exit.OPEN,
}
_WORST_FIRST = (Exit.BROKEN, Exit.BAD_INPUT, Exit.REFUSED, Exit.OPEN, Exit.PERMITTED)


def exit_of(decision: Decision) -> Exit:
    """Turn a decision into an exit code."""
    return _BY_VERDICT[decision.verdict]


def worst(codes: Iterable[Exit]) -> Exit:
    """Pick the code of a file of cases."""
    return min(codes, key=_WORST_FIRST.index, default=Exit.PERMITTED)
