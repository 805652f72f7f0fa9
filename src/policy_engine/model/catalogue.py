"""Guiding catalogues (指导性目录): what a level of government may buy, by name; and what looking one up showed."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from policy_engine.foundation.records import dataclass


class Covers(Enum):
    """Whose purchases a catalogue governs: its own level's only, or those of everything inside its area."""

    OWN_LEVEL = "本级"
    WHOLE_AREA = "所辖"


@dataclass(frozen=True, slots=True)
class Entry:
    """One second-level entry with its third-level names. `verified`: seen in a published copy."""

    first: str
    second: str
    third: tuple[str, ...]
    verified: bool

    @property
    def names(self) -> Iterator[str]:
        """Go through every name an item may be listed under."""
        yield self.second
        yield from self.third


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """`area` is an area code, or `None` where the file does not say; `effective` a day number or `None`."""

    title: str
    number: str
    area: str | None
    covers: Covers
    effective: int | None
    entries: tuple[Entry, ...]
    path: str

    @property
    def words(self) -> str:
        """Write the catalogue as it is cited."""
        return f"《{self.title}》" + (f"（{self.number}）" if self.number else "")

    def find(self, name: str) -> Entry | None:
        """Find the entry that bears a name."""
        wanted = name.strip()
        return next((entry for entry in self.entries if wanted in entry.names), None)


@dataclass(frozen=True, slots=True)
class Consultation:
    """What looking up the catalogue showed, in an official's words; `path` is the file that was looked up."""

    path: str
    lines: tuple[str, ...]
    entry: Entry | None
    is_contradicted: bool
