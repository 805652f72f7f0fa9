"""Exit codes, and the worst of several."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, IntEnum
from typing import Protocol


class Decided(Protocol):
    """A decision, of which only the verdict counts here; help needs the codes, not the model."""

    @property
    def verdict(self) -> Enum | None: ...


class Exit(IntEnum):
    """What the shell is told."""

    PERMITTED = 0
    REFUSED = 1
    BAD_INPUT = 2
    OPEN = 3
    BROKEN = 4
    INTERRUPTED = 130


_BY_VERDICT = {
    "PERMITTED": Exit.PERMITTED,
    "PROHIBITED": Exit.REFUSED,
    "NON_COMPLIANT": Exit.REFUSED,
    "CONFLICT": Exit.REFUSED,
    "UNDETERMINED": Exit.OPEN,
    "NOT_COVERED": Exit.OPEN,
}
_WORST_FIRST = (Exit.BROKEN, Exit.BAD_INPUT, Exit.REFUSED, Exit.OPEN, Exit.PERMITTED)


def exit_of(decision: Decided) -> Exit:
    """Turn a decision into an exit code."""
    return Exit.PERMITTED if decision.verdict is None else _BY_VERDICT[decision.verdict.name]


def worst(codes: Iterable[Exit]) -> Exit:
    """Pick the code of a file of cases."""
    return min(codes, key=_WORST_FIRST.index, default=Exit.PERMITTED)
