"""What stands on an opinion, whatever it is printed from: parts of lines and tables, each line one line."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from policy_engine.foundation.text import one_line

_NUMERALS: Final = "一二三四五六七八九十"
_DIGITS: Final = 32
# How every title ends, and how many characters of its size a line holds.
CLOSING: Final = "的审核意见"
_LINE_OF_TITLE: Final = 20


class Weight(Enum):
    """How a line stands on the page. FINAL: the conclusion, which stands out; QUOTE: the words of a norm."""

    PLAIN = "plain"
    HEAD = "head"
    UNDER = "under"
    QUOTE = "quote"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Line:
    """One line. Whatever its text holds, nothing in it is hidden and it begins no other."""

    text: str
    weight: Weight = Weight.PLAIN

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", one_line(self.text))


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a header, each as long as it."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", tuple(tuple(map(one_line, row)) for row in self.rows))


@dataclass(frozen=True, slots=True)
class Part:
    """A numbered part: its title and what stands under it."""

    title: str
    blocks: tuple[Line | Table, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """Where an opinion was filed: its number, the digest of its record, who filed it and when, as they are printed."""

    number: str
    digest: str
    by: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """All that is printed. `to`: who submitted; `version`: the rule base and who computed; `filing`: `None` of a draft."""

    title: str
    to: str
    opening: str
    parts: tuple[Part, ...]
    version: str
    filing: Filing | None = field(default=None)

    def __post_init__(self) -> None:
        for name in ("title", "to", "opening", "version"):
            object.__setattr__(self, name, one_line(getattr(self, name)))

    @property
    def title_lines(self) -> tuple[str, ...]:
        """Give the title as it is set: one that doesn't fit into a line ends its first where a reader would pause."""
        head = self.title.removesuffix(CLOSING)
        return (
            (head, CLOSING)
            if len(self.title) > _LINE_OF_TITLE and head not in ("", self.title)
            else (self.title,)
        )

    @property
    def digest(self) -> str:
        """Digest what the paper says, without where it was filed: the same case under the same rules gives the same."""
        return hashlib.sha256(json.dumps(_told(self), ensure_ascii=False).encode()).hexdigest()[:_DIGITS]

    @property
    def number_words(self) -> str:
        """Give the number under the title."""
        return f"第{self.filing.number}号" if self.filing is not None else "（未登记）"

    @property
    def numbered_parts(self) -> tuple[tuple[str, Part], ...]:
        """Give the parts, each with its number as papers write it."""
        return tuple((f"{numeral(at)}、", part) for at, part in enumerate(self.parts, start=1))

    @property
    def code(self) -> str:
        """Give what the square code holds: by it the paper is compared with the record, or with a second check."""
        if self.filing is None:
            return f"审核意见书（未登记）\n正文摘要 {self.digest}"
        return f"审核意见书 {self.filing.number}\n正文摘要 {self.digest}\n记录摘要 {self.filing.digest}"

    @property
    def imprint(self) -> tuple[str, ...]:
        """Give the lines beside the square code."""
        if self.filing is None:
            head: tuple[str, ...] = ("记录编号　未登记",)
            how = "核验：用同一案件、同一规则库再审查一次，比对正文摘要。"
        else:
            filed = f"登记　{self.filing.by}，{self.filing.day}"
            head = (f"记录编号　{self.filing.number}", filed, f"记录摘要　{self.filing.digest}")
            how = f"核验：policy-engine records show {self.filing.number}，比对两个摘要。"
        return tuple(map(one_line, (*head, f"正文摘要　{self.digest}", self.version, how)))


def _told(opinion: Opinion) -> list[object]:
    parts = [
        [
            part.title,
            [
                [one.weight.value, one.text]
                if isinstance(one, Line)
                else [list(one.header), list(map(list, one.rows))]
                for one in part.blocks
            ],
        ]
        for part in opinion.parts
    ]
    return [opinion.title, opinion.to, opinion.opening, parts, opinion.version]


def numeral(number: int) -> str:
    """Write a number from 1 to 99 as the parts of papers are numbered: 一, 十, 十二, 二十."""
    tens, ones = divmod(number, 10)
    ten = "" if not tens else "十" if tens == 1 else f"{_NUMERALS[tens - 1]}十"
    return ten + (_NUMERALS[ones - 1] if ones else "")
