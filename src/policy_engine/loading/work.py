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
    at = 0
    groups = [_Group()]
    closed: _Group | None = None
    while at < len(pattern):
        found = _repeat(pattern, at)
        if found is not None:
            low, high, at = found
            if high is None:
                return Excess("的重复没有上限", "`*`、`+` 改成有上限的，例如 `[^,。]{0,20}`")
            if closed is not None and closed.holds_repeat and high > 1:
                return Excess("在重复里面又有重复", "拆成几个词条，或者把里面的重复写开")
            groups[-1].ways *= high - low + 1
            groups[-1].holds_repeat = True
            closed = None
        else:
            at, closed = _step(pattern, at, groups)
    ways = groups[0].all_ways
    if ways > MOST_WAYS:
        return Excess(f"可以有 {ways:,} 种拆法，太多", f"减少重复的个数或者上限，相乘不超过 {MOST_WAYS:,}")
    return None


@dataclass(slots=True)
class _Group:
    """A bracket being read: the ways of the alternatives before, of this one, and whether a repeat stands in it."""

    before: int = 0
    ways: int = 1
    holds_repeat: bool = False

    @property
    def all_ways(self) -> int:
        """Add up the alternatives; those without a choice of their own count for nothing."""
        return max(1, self.before + (self.ways if self.ways > 1 else 0))


def _step(pattern: str, at: int, groups: list[_Group]) -> tuple[int, _Group | None]:
    """Pass over one atom, a bracket or a bar; give the group that it closed."""
    character = pattern[at]
    if character == "\\":
        return at + 2, None
    if character == "[" and (found := _CLASS.match(pattern, at)) is not None:
        return found.end(), None
    if character == "(" and (found := _OPENING.match(pattern, at)) is not None:
        groups.append(_Group())
        return found.end(), None
    if character == "|":
        groups[-1].before += groups[-1].ways if groups[-1].ways > 1 else 0
        groups[-1].ways = 1
    if character == ")" and len(groups) > 1:
        closed = groups.pop()
        groups[-1].ways *= closed.all_ways
        groups[-1].holds_repeat = groups[-1].holds_repeat or closed.holds_repeat
        return at + 1, closed
    return at + 1, None


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
