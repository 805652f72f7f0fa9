"""Guess what a misspelt name was meant to be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Set
from functools import lru_cache

from policy_engine.foundation.fixes import Fix, respelling
from policy_engine.foundation.spans import Span

_LONGEST = 100
_SURELY = 0.6
_COMPARED = 40
# Shorter words are too much alike.
_SHORTEST = 3
_FAR_FROM_OTHERS = 2


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


def fixes_of(word: str, choices: Iterable[str], span: Span) -> tuple[Fix, ...]:
    """Make of what was likely meant by an unknown name the edits that write it.

    Sure is the only name that one slip of the hand makes of the word: two neighbours exchanged, or a Latin letter more,
    less or other. A Chinese character or a figure that is another makes another name: 复查日期 is no misspelt 排查日期.
    """
    allowed = tuple(sorted(choices) if isinstance(choices, Set) else dict.fromkeys(choices))
    near = _meant(word, allowed, 0.5)
    if near and _is_slip(word, near[0]) and _is_alone(word, near[0], allowed):
        return respelling(span, word, near[0], is_sure=True)
    return tuple(fix for name in near for fix in respelling(span, word, name, is_sure=False))


def _is_slip(word: str, name: str) -> bool:
    left, right = Counter(word), Counter(name)
    changed = [*(left - right), *(right - left)]
    is_letter = all(letter.isascii() and not letter.isdigit() for letter in changed)
    # Figures that are exchanged are another number.
    same_figures = [c for c in word if c.isdigit()] == [c for c in name if c.isdigit()]
    return len(word) >= _SHORTEST and is_letter and same_figures and _slips(word, name) == 1


def _is_alone(word: str, name: str, allowed: tuple[str, ...]) -> bool:
    others = (other for other in allowed if other != name and abs(len(other) - len(word)) < _FAR_FROM_OTHERS)
    return all(_slips(word, other) >= _FAR_FROM_OTHERS for other in others)


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
