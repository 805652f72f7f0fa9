"""Guess what a misspelt name was meant to be."""

from __future__ import annotations

from collections.abc import Iterable, Set
from difflib import get_close_matches

_LONGEST = 100


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Write the help line for an unknown name: the nearest names, or a short list of what is allowed."""
    allowed = sorted(choices) if isinstance(choices, Set) else list(dict.fromkeys(choices))
    near = get_close_matches(word, allowed, n=3, cutoff=0.5) if len(word) <= _LONGEST else []
    if near:
        return "是否为 " + "、".join(f"`{name}`" for name in near) + "？"
    shown = "、".join(f"`{name}`" for name in allowed[:12])
    return f"可用的有 {shown}" + ("等" if len(allowed) > 12 else "") if allowed else ""
