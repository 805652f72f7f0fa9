"""How much work a regular expression can make: bounded by how it is written, whatever text it meets."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_COUNTED = re.compile(r"\{(\d*)(,?)(\d*)\}")
# What stands after an opening bracket and is no repeat.
_OPENING = re.compile(r"\((?:\?(?:P<\w+>|P=\w+|<?[=!]|[:>]|[aiLmsux-]+:?))?")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
# Three stretches of up to twenty characters.
MOST_WAYS = 10_000


@dataclass(frozen=True, slots=True)
class Excess:
    """What is too much of a pattern, and what to write instead."""

    what: str
    mend: str


def plain_pattern(written: str) -> str:
    """Put the full-width marks of a pattern into the plain form that the normal text has."""
    return "".join(_plain(character) for character in written)


def _plain(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character)
    if plain == character or len(plain) != 1:
        return character
    return re.escape(plain) if not plain.isalnum() else plain


def excess(pattern: str) -> Excess | None:
    """Say what makes a valid pattern unbounded; `None` where nothing does.

    A repeat has an upper bound, none stands inside another, and the ways they can be combined are few: what a search
    costs is then at most so many steps a character.
    """
    ways, at = 1, 0
    # For every open bracket, whether a repeat stands in it; and the same of what was closed last.
    open_groups, just_closed = [False], False
    while at < len(pattern):
        found = _repeat(pattern, at)
        if found is not None:
            low, high, at = found
            if high is None:
                return Excess("的重复没有上限", "`*`、`+` 改成有上限的，例如 `[^,。]{0,20}`")
            if just_closed and high > 1:
                return Excess("在重复里面又有重复", "拆成几个词条，或者把里面的重复写开")
            ways *= high - low + 1
            open_groups[-1] = True
            just_closed = False
            continue
        at, just_closed = _step(pattern, at, open_groups)
    if ways > MOST_WAYS:
        return Excess(f"可以有 {ways:,} 种拆法，太多", f"减少重复的个数或者上限，相乘不超过 {MOST_WAYS:,}")
    return None


def _step(pattern: str, at: int, open_groups: list[bool]) -> tuple[int, bool]:
    """Pass over one atom, a bracket or a bar; tell whether it closed a group that holds a repeat."""
    character = pattern[at]
    if character == "\\":
        return at + 2, False
    if character == "[" and (found := _CLASS.match(pattern, at)) is not None:
        return found.end(), False
    if character == "(" and (found := _OPENING.match(pattern, at)) is not None:
        open_groups.append(False)
        return found.end(), False
    if character == ")" and len(open_groups) > 1:
        holds = open_groups.pop()
        open_groups[-1] = open_groups[-1] or holds
        return at + 1, holds
    return at + 1, False


def _repeat(pattern: str, at: int) -> tuple[int, int | None, int] | None:
    """Read a repeat: its bounds, `None` for no upper one, and where it ends, its lazy or possessive mark included."""
    low, high, end = 0, 0, at + 1
    match pattern[at]:
        case "*" | "+":
            return 0, None, end
        case "?":
            high = 1
        case "{":
            found = _COUNTED.match(pattern, at)
            if found is None or not (found[1] or found[3]):
                return None
            end = found.end()
            low = int(found[1] or 0)
            if found[2] and not found[3]:
                return low, None, end
            high = int(found[3]) if found[2] else low
        case _:
            return None
    return low, high, end + (pattern[end : end + 1] in ("?", "+"))
