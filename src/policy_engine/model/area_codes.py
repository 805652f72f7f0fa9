"""Codes of GB/T 2260: what lies in what can be read off the digits."""

from __future__ import annotations

from policy_engine.foundation.records import dataclass

NATION = "000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One area; `first` and `last` are the days between which the code was in use."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    first: int | None = None
    last: int | None = None
    note: str = ""


def chain_of(code: str) -> tuple[str, ...]:
    """List the area and everything it lies in, nearest first: `330502` → 330502, 330500, 330000, 000000.

    Townships have nine digits and lie in the county of the first six.
    """
    steps = (code, code[:6], code[:4] + "00", code[:2] + "0000", NATION)
    # A code that is itself a province or the nation repeats steps: each counts once.
    return tuple(dict.fromkeys(steps))


def level_of(code: str) -> int:
    """Count levels from the nation (0) through province (1) and city (2) to county (3)."""
    return len(chain_of(code)) - 1


def lies_in(code: str, outer: str) -> bool:
    """Tell whether an area is the other or lies in it."""
    return outer in chain_of(code)
