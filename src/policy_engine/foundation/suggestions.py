"""Guess what a misspelt name was meant to be."""

from __future__ import annotations

from collections.abc import Iterable, Set
from functools import lru_cache

_LONGEST = 100
_SURELY = 0.6
_COMPARED = 40


def did_you_mean_or(word: str, choices: Iterable[str], otherwise: str) -> str:
    """Write the help line for an unknown name that may also be a new one: the nearest names, then what to do with a new."""
    near = did_you_mean(word, choices)
    return near + ("" if near.endswith("？") or not near else "；") + otherwise


def did_you_mean(word: str, choices: Iterable[str], likeness: float = 0.5) -> str:
    """Write the help line for an unknown name: the nearest names, or a short list of what is allowed."""
    allowed = tuple(sorted(choices) if isinstance(choices, Set) else dict.fromkeys(choices))
    near = _meant(word, allowed, likeness)
    if near:
        return "是否为 " + "、".join(f"`{name}`" for name in near) + "？"
    shown = "、".join(f"`{name}`" for name in allowed[:12])
    return f"可用的有 {shown}" + ("等" if len(allowed) > 12 else "") if allowed else ""


def may_mean(word: str, choices: Iterable[str]) -> bool:
    """Tell whether an unknown name was probably meant to be one of these."""
    return bool(_meant(word, tuple(choices), 0.5))


def _meant(word: str, allowed: tuple[str, ...], likeness: float) -> list[str]:
    return [name for name in _close(word, allowed, likeness) if _is_likely(word, name)]


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

    # Equally alike by their letters, the nearest is the one that fewest slips of the hand make of the word.
    close = get_close_matches(word, comparable, n=_COMPARED, cutoff=likeness)
    return tuple(sorted(close, key=lambda name: _slips(word, name))[:3])


def _slips(word: str, name: str) -> int:
    """Count the fewest letters put in, left out, exchanged for another or with their neighbour."""
    before: list[int] = []
    last = list(range(len(name) + 1))
    for i, letter in enumerate(word, start=1):
        row = [i]
        for j, other in enumerate(name, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == name[j - 2] and word[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


@lru_cache(maxsize=64)
def _letters(names: tuple[str, ...]) -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple((name, frozenset(name)) for name in names)


def _is_likely(word: str, name: str) -> bool:
    from difflib import SequenceMatcher  # noqa: PLC0415 - only where something is misspelt

    # 温洲 was meant to be 温州; 物业 was not meant to be 企业, though as much of it is the same.
    return word[0] == name[0] or SequenceMatcher(None, name, word).ratio() >= _SURELY
