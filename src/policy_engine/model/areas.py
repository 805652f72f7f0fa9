"""Administrative areas: dated GB/T 2260 codes, found by code or by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

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
    return tuple(dict.fromkeys(steps))


def level_of(code: str) -> int:
    """Count levels from the nation (0) through province (1) and city (2) to county (3)."""
    return len(chain_of(code)) - 1


def lies_in(code: str, outer: str) -> bool:
    """Tell whether an area is the other or lies in it."""
    return outer in chain_of(code)


@dataclass(frozen=True, slots=True)
class Areas:
    """All areas by code, and every spelling that names exactly one of them."""

    by_code: Mapping[str, Area]
    by_name: Mapping[str, tuple[str, ...]]

    def name(self, code: str) -> str:
        """Name an area in full, from the province down."""
        names = [self.by_code[c].name for c in reversed(chain_of(code)[:-1]) if c in self.by_code]
        return "".join(names) or (self.by_code[code].name if code in self.by_code else code)

    def find(self, text: str) -> tuple[str, ...]:
        """Find the codes an official may mean by a code or a name; one code when it is clear."""
        word = text.strip()
        if len(word) in (6, 9) and word.isdigit():
            return (word,)
        codes = self.by_name.get(word, ())
        # A short name means the outermost area that bears it: 安阳 is the city, not its county.
        outer = tuple(c for c in codes if not any(o != c and lies_in(c, o) for o in codes))
        return outer or codes

    def names(self) -> Iterator[str]:
        """Go through every spelling that is understood."""
        yield from self.by_name
