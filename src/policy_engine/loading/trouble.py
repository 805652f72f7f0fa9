"""What the YAML parser ran into, and what somebody did to bring it there."""

from __future__ import annotations

from collections.abc import Iterable

from policy_engine.foundation.patterns import pattern
from policy_engine.foundation.records import dataclass

Place = tuple[int, int]
FULL_WIDTH = {
    "：": ":", "，": ",", "［": "[", "］": "]", "｛": "{", "｝": "}", "“": '"', "”": '"', "－": "-",
}  # fmt: skip
_BLANKS = {"\t": "制表符", "\u3000": "全角空格", "\xa0": "不换行空格（U+00A0）"}
ODD_BLANKS = "\t\u3000\xa0\u1680\u2000-\u200a\u202f\u205f"
_ODD_BLANK = pattern(f"[{ODD_BLANKS}]")
BRACKETS = {"[": ("方括号", "]"), "{": ("花括号", "}")}
_QUOTED = pattern(r"\"(?:[^\"\\]|\\.)*\"|'[^'\n]*'|(?<=\s)#[^\n]*")


@dataclass(frozen=True, slots=True)
class Trouble:
    """What the parser ran into. `at`: where it noticed; `start`: where the unfinished thing began, if it said so."""

    lines: list[str]
    problem: str
    at: Place
    start: Place | None
    opened: Place | None
    is_cut: bool

    @property
    def near(self) -> tuple[int, ...]:
        """Number the lines on which the mistake may stand: of the unfinished thing, of the notice, the one before."""
        line = min(self.at[0], len(self.lines) - 1)
        before = next((n for n in range(line - 1, -1, -1) if self.lines[n].strip()), line)
        begun = () if self.start is None else (self.start[0],)
        return tuple(n for n in dict.fromkeys((*begun, line, before)) if 0 <= n < len(self.lines))

    @property
    def is_balanced(self) -> bool:
        """Tell whether every bracket of the text has its other half, quoted ones aside."""
        bare = _QUOTED.sub("", "\n".join(self.lines))
        return all(bare.count(mark) == bare.count(other) for mark, (_, other) in BRACKETS.items())

    @property
    def is_at_end(self) -> bool:
        """Tell whether the parser had read everything."""
        return all(not line.strip() for line in self.lines[self.at[0] + 1 :]) and (
            self.at[0] >= len(self.lines) or not self.lines[self.at[0]][self.at[1] :].strip()
        )


@dataclass(frozen=True, slots=True)
class Mistake:
    """What was done where, and how it is mended.

    `instead`: what to write for the one character at the place, where that is all there is to do.
    """

    place: Place
    message: str
    help: str
    code: str = "PE002"
    instead: str | None = None


def half_width(wide: Iterable[str]) -> str:
    """Say of full-width marks which half-width ones to write."""
    found = list(wide)
    colon = "，冒号后加一个空格" if "：" in found else ""
    return "、".join(f"全角 `{c}` 改为半角 `{FULL_WIDTH[c]}`" for c in found) + colon


def blank_name(character: str) -> str:
    """Name a blank that is not the space bar's."""
    return _BLANKS.get(character, f"特殊的空白（U+{ord(character):04X}）")


def odd_blank(text: str) -> str:
    """Find the first blank in a text that looks like a space and is none; empty where there is none."""
    found = _ODD_BLANK.search(text)
    return found[0] if found else ""
