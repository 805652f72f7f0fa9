"""Guess what a misspelt name was meant to be."""

from __future__ import annotations

from collections.abc import Iterable, Set
from functools import lru_cache

_LONGEST = 100
_SURELY = 0.6


def did_you_mean(word: str, choices: Iterable[str], likeness: float = 0.5) -> str:
    """Write the help line for an unknown name: the nearest names, or a short list of what is allowed."""
    allowed = tuple(sorted(choices) if isinstance(choices, Set) else dict.fromkeys(choices))
    near = [name for name in _close(word, allowed, likeness) if _is_likely(word, name)]
    if near:
        return "是否为 " + "、".join(f"`{name}`" for name in near) + "？"
    shown = "、".join(f"`{name}`" for name in allowed[:12])
    return f"可用的有 {shown}" + ("等" if len(allowed) > 12 else "") if allowed else ""


def _close(word: str, allowed: tuple[str, ...], likeness: float) -> tuple[str, ...]:
    return _nearest(word, allowed, likeness) if len(word) <= _LONGEST else ()


@lru_cache(maxsize=4096)
def _nearest(word: str, allowed: tuple[str, ...], likeness: float) -> tuple[str, ...]:
    # A ledger repeats its mistakes in every row, and most names share too few letters to be compared at length.
    comparable = [
        name
        for name, letters in _letters(allowed)
        if 2 * sum(letter in letters for letter in word) >= likeness * (len(word) + len(name))
    ]
    if not comparable:
        return ()
    from difflib import get_close_matches  # noqa: PLC0415 - only where something is misspelt

    return tuple(get_close_matches(word, comparable, n=3, cutoff=likeness))


@lru_cache(maxsize=64)
def _letters(names: tuple[str, ...]) -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple((name, frozenset(name)) for name in names)


def _is_likely(word: str, name: str) -> bool:
    from difflib import SequenceMatcher  # noqa: PLC0415 - only where something is misspelt

    # 温洲 was meant to be 温州; 物业 was not meant to be 企业, though as much of it is the same.
    return word[0] == name[0] or SequenceMatcher(None, name, word).ratio() >= _SURELY
