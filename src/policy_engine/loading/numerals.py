"""Numbers as they are written in Chinese papers: full-width, with thousands, with units, in characters. All exact."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from policy_engine.foundation.patterns import pattern

_TO_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xFFE5: "¥"}
_CAPITALS = str.maketrans(
    "〇○两壹贰叁肆伍陆柒捌玖拾佰仟貳參陸萬億", "零零二一二三四五六七八九十百千二三六万亿"
)
_DIGITS = "零一二三四五六七八九"
_PLACES = {"十": 10, "百": 100, "千": 1000}
_POWERS = {"万": 10**4, "亿": 10**8}
_TIMES = {"百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8}
# What a unit measures, and how much of the smallest unit it is.
_UNITS = {
    "元": ("money", 1), "圆": ("money", 1), "万元": ("money", 10**4), "%": ("percent", 1),
    "月": ("month", 1), "个月": ("month", 1), "个季度": ("month", 3), "年": ("month", 12),
    "天": ("day", 1), "日": ("day", 1), "周": ("day", 7), "人": ("person", 1), "名": ("person", 1), "位": ("person", 1),
    "家": ("firm", 1), "户": ("household", 1), "个": ("piece", 1),
}  # fmt: skip
_ARABIC = r"-?(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|0|[1-9][0-9]*)(?:\.[0-9]+)?"
_IN_CHARACTERS = r"[零一二三四五六七八九十百千万亿点]+"
_UNIT_WORDS = "|".join(sorted(_UNITS.keys() - {"万元"}, key=len, reverse=True))
_PART = pattern(rf"({_ARABIC})({'|'.join(sorted(_TIMES, key=len, reverse=True))})?({_UNIT_WORDS})?")
_CHARACTER_PART = pattern(rf"({_IN_CHARACTERS})({_UNIT_WORDS})?")
_MONEY_MARK = pattern(r"^(?:人民币|RMB|¥)+")
_PERCENT_MARK = "百分之"
_LONGEST = 60


def half_width(text: str) -> str:
    """Write full-width digits, letters and punctuation as plain ones."""
    return text.translate(_TO_HALF)


def quantity(text: str, unit: str) -> Fraction | None:
    """Read a number with or without a unit as so many of `unit`. `None` where it isn't certain how many are meant."""
    if len(text) > _LONGEST:
        return None
    plain = "".join(half_width(text).split()).translate(_CAPITALS)
    has_mark = _MONEY_MARK.match(plain) is not None
    plain = _MONEY_MARK.sub("", plain)
    if plain.startswith(_PERCENT_MARK):
        plain = plain.removeprefix(_PERCENT_MARK) + "%"
    if has_mark or plain.endswith(("元整", "元正")):
        plain = plain.removesuffix("整").removesuffix("正")
    if has_mark and not plain.endswith(("元", "圆")):
        plain += "元"
    if re.fullmatch(rf"(?:{_ARABIC}|{_IN_CHARACTERS})?(?:年半|半年)", plain):
        return _with_half_a_year(plain, unit)
    return _sum(plain, unit)


def _with_half_a_year(plain: str, unit: str) -> Fraction | None:
    half = _worth(Fraction(1, 2), "年", unit)
    if half is None or plain == "半年":
        return half
    whole = _sum(plain.removesuffix("半"), unit) if plain.endswith("年半") else None
    return whole + half if whole is not None else None


def _sum(plain: str, unit: str) -> Fraction | None:
    """Read `1年6个月` as well as a single number: units must get smaller."""
    pattern = _CHARACTER_PART if _CHARACTER_PART.match(plain) else _PART
    parts = list(pattern.finditer(plain))
    if not parts or "".join(part[0] for part in parts) != plain:
        return None
    worths = [_part(part, unit) for part in parts]
    sizes = [_UNITS[part[pattern.groups]][1] for part in parts if part[pattern.groups]]
    is_falling = len(sizes) == len(parts) and sizes == sorted(set(sizes), reverse=True)
    known = [worth for worth in worths if worth is not None]
    return sum(known, Fraction(0)) if len(known) == len(parts) and (len(parts) == 1 or is_falling) else None


def _part(part: re.Match[str], unit: str) -> Fraction | None:
    if part.re.pattern == _CHARACTER_PART.pattern:
        number, times, word = (
            in_characters(part[1]),
            next((power for power in _POWERS if power in part[1]), ""),
            part[2] or "",
        )
    else:
        factor = _TIMES.get(part[2] or "", 1)
        number, times, word = Fraction(part[1].replace(",", "")) * factor, part[2] or "", part[3] or ""
    if number is None:
        return None
    if not word and times and unit == "万元":
        # 98万 and 九十八万五千 are so many yuan; 5千 may be yuan or may be 万元.
        word = "元" if times in _POWERS or len(times) > 1 else "?"
    return _worth(number, word or unit, unit)


def _worth(number: Fraction, word: str, unit: str) -> Fraction | None:
    if word == unit:
        return number
    (kind, size), (wanted, wanted_size) = _UNITS.get(word, ("", 1)), _UNITS.get(unit, ("?", 1))
    return number * size / wanted_size if kind == wanted else None


def decimal_text(number: Fraction) -> str | None:
    """Write a number as a plain decimal; `None` where it has no end."""
    places = next((n for n in range(13) if (number * 10**n).denominator == 1), None)
    return None if places is None else f"{Decimal(int(number * 10**places)).scaleb(-places):f}"


def in_characters(text: str) -> Fraction | None:
    """Read 一百二十 or 一百二十点五万. Only what is written as the number is properly written: 一百二 may be 102 or 120."""
    plain = text.translate(_CAPITALS)
    whole, dot, rest = plain.partition("点")
    if not dot:
        return _whole(plain)
    power = _POWERS.get(rest[-1:], 1)
    digits = rest[:-1] if power > 1 else rest
    number = _whole(whole)
    if number is None or not digits or any(character not in _DIGITS for character in digits):
        return None
    places = "".join(str(_DIGITS.index(character)) for character in digits)
    return (number + Fraction(int(places), 10 ** len(places))) * power


def _whole(text: str) -> Fraction | None:
    above, has_more, below = text.rpartition("亿")
    if not has_more:
        return _below_a_hundred_million(text)
    high, low = _whole(above), _below_a_hundred_million(below.removeprefix("零")) if below else Fraction(0)
    if high is None or low is None or below.startswith("零") is not (0 < low < 10**7):
        return None
    return high * 10**8 + low


def _below_a_hundred_million(text: str) -> Fraction | None:
    total = section = digit = 0
    for character in text:
        if character == "万":
            total, section, digit = (section + digit) * 10**4, 0, 0
        elif character in _PLACES:
            section, digit = section + (digit or 1) * _PLACES[character], 0
        else:
            digit = _DIGITS.index(character)
    number = total + section + digit
    # Held against its proper spellings: 一百二 comes to 102 here, which nobody spells so.
    return Fraction(number) if text in _spellings(number) else None


def _spellings(number: int) -> tuple[str, ...]:
    """Spell a number in every proper way: 十二 and 一十二, 十万七千 and 十万零七千."""
    high, low = divmod(number, 10**4)
    head, tail = _section(high) + "万" if high else "", _section(low) if low or not high else ""
    gaps = ("",) if not (high and low) else ("零",) if low < 1000 else ("", "零") if high % 10 == 0 else ("",)
    spelt = [head + gap + tail for gap in gaps]
    return (*spelt, *(word.removeprefix("一") for word in spelt if word.startswith("一十")))


def _section(number: int) -> str:
    words, gap = "", ""
    for place, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit = number // size % 10
        if digit:
            words += gap + _DIGITS[digit] + place
            gap = ""
        elif words:
            gap = "零"
    return words or "零"


def units_beside(unit: str) -> tuple[str, ...]:
    """List the other units in which people count the same, the ones of other size: 元 beside 万元, 年 beside 月."""
    if unit not in _UNITS:
        return ()
    kind, size = _UNITS[unit]
    return tuple(word for word, (other, worth) in _UNITS.items() if other == kind and worth != size)
