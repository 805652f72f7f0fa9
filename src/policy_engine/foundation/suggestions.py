"""Guess what a misspelt name was meant to be."""

from __future__ import annotations

from collections.abc import Iterable, Set

_LONGEST = 100


def did_you_mean(word: str, choices: Iterable[str], likeness: float = 0.5) -> str:
    """Write the help line for an unknown name: the nearest names, or a short list of what is allowed."""
    from difflib import get_close_matches  # noqa: PLC0415 - only where something is misspelt

    allowed = sorted(choices) if isinstance(choices, Set) else list(dict.fromkeys(choices))
    near = get_close_matches(word, allowed, n=3, cutoff=likeness) if len(word) <= _LONGEST else []
    if near:
        return "是否为 " + "、".join(f"`{name}`" for name in near) + "？"
    shown = "、".join(f"`{name}`" for name in allowed[:12])
    return f"可用的有 {shown}" + ("等" if len(allowed) > 12 else "") if allowed else ""
