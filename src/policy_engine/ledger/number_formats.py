"""Number formats of a workbook: what a cell shows beside its number, so that 8 shown as 8年 is no 8 months."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

_DAYS: Final = frozenset((*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)))
_PERCENTS: Final = frozenset((9, 10))
_LAPSE: Final = 46
# Their sign is that of the country where the workbook is opened.
_MONEY: Final = frozenset((5, 6, 7, 8, 42, 44))
_TOLD: Final = _DAYS | _PERCENTS | _MONEY | {_LAPSE}
_PIECE = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<single>.)|_.|\*.|\[\$(?P<sign>[^\]-]*)[^\]]*\]|\[(?P<bracket>[^\]]*)\]|(?P<plain>.)',
    re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[0-9]+(?:\.[0-9]+)?)")
_LAPSES = re.compile(r"h+|m+|s+", re.IGNORECASE)
_GENERAL = re.compile(r"g/通用格式|general", re.IGNORECASE)
_HOLDERS: Final = frozenset("0#?@")
_GENERAL_MARK: Final = "@"
# How accounts show that there is nothing.
_NOUGHT: Final = ("-", "—", "–")
_MONEY_SIGNS: Final = ("¥", "￥")
_OTHERWISE = "单元格的格式把 {} 显示成别的样子，改成常规格式再核对"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a cell says. `text` with all that its format writes beside the number, `""` where that is a day.

    `is_bare`: nothing is written beside it; `is_money`: only the sign of a currency is. `trouble`: why neither number nor text
    can be relied on.
    """

    text: str
    is_bare: bool = False
    is_money: bool = False
    is_day: bool = False
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class _Section:
    """A part of a format for some numbers. `before`, `after`: what is written around the digits; `code`: the rest.

    `between`: what is written among the digits.
    """

    before: str
    after: str
    between: str
    code: str
    condition: tuple[str, Decimal] | None
    is_lapse: bool

    @property
    def has_digits(self) -> bool:
        return not _HOLDERS.isdisjoint(self.code)


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """One number format, by its number and its code; without a code it is one that every program knows."""

    number: int
    code: str = ""

    def shown(self, value: str) -> Shown:
        """Say what a cell of this format says that holds `value`, as the file writes it."""
        text = digits(value)
        if not self.code and self.number not in _TOLD:
            return Shown(text, is_bare=True)
        if self.number == _LAPSE or any(one.is_lapse for one in _sections(self.code)):
            return Shown(text, trouble=_OTHERWISE.format(text))
        if self.number in _DAYS or _is_day(self.code):
            return Shown("", is_day=True)
        if self.number in _PERCENTS and not self.code:
            return Shown(f"{_hundredfold(value)}%")
        if self.number in _MONEY and not self.code:
            return Shown(f"¥{text}", is_money=True)
        section, is_turned = _section_for(self.code, Decimal(repr(float(value))))
        return _written(section, value, text, is_turned=is_turned)


def _written(section: _Section | None, value: str, text: str, *, is_turned: bool) -> Shown:
    if section is None:
        return Shown(text, is_bare=True)
    trouble = Shown(text, trouble=_OTHERWISE.format(text))
    before, after = section.before.strip(), section.after.strip()
    if text == "0" and (before + after).strip() in _NOUGHT:
        return Shown(text, is_bare=True)
    if not section.has_digits:
        # A word instead of a number is what people read; where nothing is, the number is there all the same.
        return Shown(before + after) if before + after else Shown(text, is_bare=True)
    if section.between or re.search(r"[0#?],+(?![0#?])", section.code):
        return trouble
    if is_turned:
        # Excel writes no sign here by itself.
        signs = re.sub(r"[^-()（）]", "", before + after)
        if signs not in ("-", "()", "（）"):
            return trouble
        before, after = (re.sub(r"[-()（）]", "", one).strip() for one in (before, after))
    elif before.endswith("-"):
        return trouble
    if "%" in section.code:
        return Shown(f"{before}{_hundredfold(value)}%{after}")
    if not (before or after):
        return Shown(text, is_bare=True)
    if text.startswith("-"):
        before, text = f"-{before}", text[1:]
    if before in _MONEY_SIGNS and not after:
        return Shown(f"{before}{text}", is_money=True)
    return Shown(f"{before}{text}{after}")


def _section_for(code: str, amount: Decimal) -> tuple[_Section | None, bool]:
    """Choose the part that a number is shown by, and tell whether it has to write the sign of a negative one."""
    sections = _sections(code)[:3]
    if not sections:
        return None, False
    if any(one.condition for one in sections):
        for at, one in enumerate(sections):
            if _holds(one.condition, amount):
                return one, False
            if one.condition is None and at == len(sections) - 1:
                return one, False
        return None, False
    if amount < 0 and len(sections) > 1:
        return sections[1], True
    if amount == 0 and len(sections) > 2:
        return sections[2], False
    return sections[0], False


def _holds(condition: tuple[str, Decimal] | None, amount: Decimal) -> bool:
    match condition:
        case ("<", bound):
            return amount < bound
        case ("<=", bound):
            return amount <= bound
        case (">", bound):
            return amount > bound
        case (">=", bound):
            return amount >= bound
        case ("=", bound):
            return amount == bound
        case ("<>", bound):
            return amount != bound
        case _:
            return False


def _is_day(code: str) -> bool:
    sections = _sections(code)
    return bool(sections) and re.search("[ymdhs]", sections[0].code.lower()) is not None


@lru_cache(maxsize=1024)
def _sections(code: str) -> tuple[_Section, ...]:
    if not code:
        return ()
    found: list[list[re.Match[str]]] = [[]]
    # A word for numbers as they are; no piece of it is a code by itself.
    for piece in _PIECE.finditer(_GENERAL.sub(_GENERAL_MARK, code)):
        if piece["plain"] == ";":
            found.append([])
        else:
            found[-1].append(piece)
    return tuple(map(_section, found))


def _section(pieces: list[re.Match[str]]) -> _Section:
    parts = list(_parts(pieces))
    holders = [at for at, (kind, text) in enumerate(parts) if kind == "code" and text in _HOLDERS]
    first, last = (holders[0], holders[-1]) if holders else (len(parts), len(parts))
    brackets = [piece["bracket"] for piece in pieces if piece["bracket"]]
    condition = next((one for text in brackets if (one := _CONDITION.fullmatch(text))), None)
    return _Section(
        before=_told(parts[:first]),
        after=_told(parts[last + 1 :]),
        between="".join(text for text in _told(parts[first:last]) if text not in " \u00a0\u3000"),
        code="".join(text for kind, text in parts if kind == "code"),
        condition=(condition[1], Decimal(condition[2])) if condition else None,
        is_lapse=any(_LAPSES.fullmatch(text) for text in brackets),
    )


def _parts(pieces: list[re.Match[str]]) -> Iterator[tuple[str, str]]:
    for piece in pieces:
        for kind in ("quoted", "single", "sign"):
            if text := piece[kind]:
                yield "told", text
        if plain := piece["plain"]:
            # Characters of other scripts stand for themselves, and so do a few marks.
            is_told = not plain.isascii() or plain in "$-()"
            yield "told" if is_told else "code", plain


def _told(parts: list[tuple[str, str]]) -> str:
    return "".join(text for kind, text in parts if kind == "told")


def _hundredfold(value: str) -> str:
    return digits(repr(float(value) * 100))


def digits(value: str) -> str:
    """Write a number as Excel shows it: of 17 digits, which a file holds, 15 are meant."""
    number = float(value)
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return f"{Decimal(f'{number:.15g}'):f}"
