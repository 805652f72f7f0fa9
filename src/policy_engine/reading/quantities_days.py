"""Days, and periods from one day, month or year to another."""

from __future__ import annotations

import re
from datetime import date

from policy_engine.foundation.patterns import pattern
from policy_engine.model.calendar import FIRST_DAY, FIRST_YEAR, LAST_DAY, LAST_YEAR, months_between, term_end
from policy_engine.model.lexicon import Measure
from policy_engine.reading.quantities_words import TO, Quantity, is_blurred, is_stuck, number

_FIGURES = "零一二三四五六七八九"
_YEAR = r"(?:[0-9]{4}|[〇○零一二三四五六七八九]{4})"
_SMALL = r"(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})"
_DAY = rf"{_YEAR}年{_SMALL}月{_SMALL}(?:日|号(?![楼线院文令公]))"
_PLAIN_DAY = r"[0-9]{4}(?:-[0-9]{1,2}-|/[0-9]{1,2}/|\.[0-9]{1,2}\.)[0-9]{1,2}(?![0-9])"
_FROM_TO = rf"(?:起|开始)?{TO}"
DAYS = pattern(rf"({_DAY}|{_PLAIN_DAY}){_FROM_TO}({_DAY}|{_PLAIN_DAY}|{_SMALL}月{_SMALL}日)(?![0-9A-Za-z])")
MONTHS = pattern(
    rf"({_YEAR})年({_SMALL})月?(?:份)?{_FROM_TO}(?:({_YEAR})年)?({_SMALL})月(?!{_SMALL}[日号0-9])份?(?:底)?"
)
YEARS = pattern(rf"({_YEAR})(?:年度?)?{_FROM_TO}({_YEAR})年(度)?(?!{_SMALL}月)")
DAY = pattern(rf"({_DAY}|{_PLAIN_DAY}(?![-/.]?[0-9A-Za-z]))")
YEAR = pattern(rf"({_YEAR})年度(?!{_SMALL}月)")
# A year, month or day that is no whole day: consumed, so that no part of it is read as something else.
OTHER = pattern(
    rf"(?:{_YEAR}|[0-9]{{2}})年(?:{_SMALL}月(?:{_SMALL}[日号]?)?)|{_YEAR}年(?!半)|{_SMALL}月{_SMALL}[日号]"
)

_NOT_THAT_DAY = pattern(r"[以之]?[前后内]|左右")


def days(match: re.Match[str]) -> list[Quantity]:
    """Read a period from day to day, both within it: its months where they are whole, else its two days, neither of them the day of anything."""
    first = _day(match[1])
    if first is None or is_stuck(match.string, match.start()):
        return []
    second = (
        match[2] if re.match(rf"{_YEAR}[年./-]", match[2]) else f"{date.fromordinal(first).year}年{match[2]}"
    )
    last = _day(second)
    if last is None or last < first:
        return []
    months = months_between(first, last + 1)
    if months > 0 and term_end(first, months) == last:
        return [_months(match, months, is_exact=True)]
    return [
        Quantity(Measure.DAY, first, *match.span(1), is_exact=False),
        Quantity(Measure.DAY, last, *match.span(2), is_exact=False),
    ]


def months(match: re.Match[str]) -> list[Quantity]:
    """Read a period from month to month, both within it."""
    first, last = _figure(match[1]), _figure(match[3] or match[1])
    begin, end = _small(match[2]), _small(match[4])
    if not (_is_month(begin) and _is_month(end)) or is_stuck(match.string, match.start()):
        return []
    count = (last - first) * 12 + end - begin + 1
    return [_months(match, count, is_exact=True)] if count > 0 and _is_year(first) and _is_year(last) else []


def years(match: re.Match[str]) -> list[Quantity]:
    """Read a period from year to year. 2025-2026年度 may be two years, or one that spans the new year."""
    first, last = _figure(match[1]), _figure(match[2])
    if not (_is_year(first) and _is_year(last) and first < last) or is_stuck(match.string, match.start()):
        return []
    return [_months(match, (last - first + 1) * 12, is_exact=match[3] is not None and last - first > 1)]


def one_day(match: re.Match[str]) -> list[Quantity]:
    """Read a whole day of the calendar."""
    day = _day(match[1])
    if day is None or is_stuck(match.string, match.start()):
        return []
    is_exact = _NOT_THAT_DAY.match(match.string, match.end()) is None
    return [Quantity(Measure.DAY, day, *match.span(1), is_exact)]


def one_year(match: re.Match[str]) -> list[Quantity]:
    """Read a budget year: twelve months, but not the term of anything."""
    is_one = _is_year(_figure(match[1])) and not is_stuck(match.string, match.start())
    return [Quantity(Measure.MONTHS, 12, *match.span(), is_exact=False)] if is_one else []


def nothing(_match: re.Match[str]) -> list[Quantity]:
    """Leave what stands here alone."""
    return []


def _months(match: re.Match[str], count: int, *, is_exact: bool) -> Quantity:
    is_sure = is_exact and not is_blurred(match.string, *match.span())
    return Quantity(Measure.MONTHS, count, match.start(), match.end(), is_sure)


def _is_year(year: int) -> bool:
    return FIRST_YEAR <= year <= LAST_YEAR


def _is_month(month: int) -> bool:
    return 1 <= month <= 12


def _figure(text: str) -> int:
    plain = text.replace("〇", "零").replace("○", "零")
    return int("".join(str(_FIGURES.index(figure)) if figure in _FIGURES else figure for figure in plain))


def _small(text: str) -> int:
    value = int(text) if text.isascii() else number(text)
    return -1 if value is None else int(value)


def _day(text: str) -> int | None:
    year, month, day = re.split(r"[-/.年月]", text.rstrip("日号"))
    try:
        ordinal = date(_figure(year), _small(month), _small(day)).toordinal()
    except ValueError:
        return None
    return ordinal if FIRST_DAY <= ordinal <= LAST_DAY else None
