"""Guess what a misspelt name was meant to be."""

from __future__ import annotations

from collections.abc import Iterable, Set

_LONGEST = 100
_SURELY = 0.6


def did_you_mean(word: str, choices: Iterable[str], likeness: float = 0.5) -> str:
    """Write the help line for an unknown name: the nearest names, or a short list of what is allowed."""
    allowed = sorted(choices) if isinstance(choices, Set) else list(dict.fromkeys(choices))
    near = [name for name in _close(word, allowed, likeness) if _is_likely(word, name)]
    if near:
        return "是否为 " + "、".join(f"`{name}`" for name in near) + "？"
    shown = "、".join(f"`{name}`" for name in allowed[:12])
    return f"可用的有 {shown}" + ("等" if len(allowed) > 12 else "") if allowed else ""


def _close(word: str, allowed: list[str], likeness: float) -> list[str]:
    from difflib import get_close_matches  # noqa: PLC0415 - only where something is misspelt

    return get_close_matches(word, allowed, n=3, cutoff=likeness) if len(word) <= _LONGEST else []


def _is_likely(word: str, name: str) -> bool:
    from difflib import SequenceMatcher  # noqa: PLC0415 - only where something is misspelt

    # 温洲 was meant to be 温州; 物业 was not meant to be 企业, though as much of it is the same.
    return word[0] == name[0] or SequenceMatcher(None, name, word).ratio() >= _SURELY
