"""A copy of a document to read and sign: chapters of clauses, clauses of paragraphs and tables. Every format writes one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from policy_engine.foundation.text import one_line
from policy_engine.model.locators import numeral


@dataclass(frozen=True, slots=True)
class Para:
    """One paragraph and what is listed under it, numbered by depth: （一）, 1., （1）. Whatever the text holds, it stays one line."""

    text: str
    listed: tuple[Para, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", one_line(self.text))


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: a heading for each column, and rows of as many cells."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", tuple(map(one_line, self.columns)))
        object.__setattr__(self, "rows", tuple(tuple(map(one_line, row)) for row in self.rows))


Block = Para | Grid


@dataclass(frozen=True, slots=True)
class Clause:
    """One rule: where it stands in the document, what it is called, and what it says.

    `rule`: its id, for data only. `caveat`: how far its text can be relied on; empty where in full.
    """

    place: str
    title: str
    blocks: tuple[Block, ...]
    rule: str
    caveat: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "place", one_line(self.place))
        object.__setattr__(self, "title", one_line(self.title))


@dataclass(frozen=True, slots=True)
class Chapter:
    """An article or part with its clauses, or a part of the copy that holds none: its scope, an annex."""

    title: str
    clauses: tuple[Clause, ...] = ()
    blocks: tuple[Block, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", one_line(self.title))


@dataclass(frozen=True, slots=True)
class Copy:
    """A whole document. `facts`: what is known of it, as names and values; `made_from`: which rule base it was made from."""

    document: str
    title: str
    facts: tuple[tuple[str, str], ...]
    chapters: tuple[Chapter, ...]
    made_from: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", one_line(self.title))
        object.__setattr__(self, "made_from", one_line(self.made_from))
        object.__setattr__(self, "facts", tuple((one_line(n), one_line(v)) for n, v in self.facts))

    @property
    def clauses(self) -> Iterator[Clause]:
        """Go through all clauses."""
        return (clause for chapter in self.chapters for clause in chapter.clauses)


SIGNATURES = ("审核人签名", "日期")


def mark(depth: int, number: int) -> str:
    """Write the number of a listed paragraph as papers do; `depth` and `number` count from 0."""
    match depth:
        case 0:
            return f"（{numeral(number + 1)}）"
        case 1:
            return f"{number + 1}．"
        case _:
            return f"（{number + 1}）"
