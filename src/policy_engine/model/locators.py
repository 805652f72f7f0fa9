"""How a place in a document is written: 第二十三条第（一）项、第四部分第（二）项, or free words where a document has no numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_N = "[零〇一二三四五六七八九十百千]+"
_AFTER = r"(前半句|后半句|前段|后段|但书|第[一二三四五六七八九十]+句)?(（[^（）]*）)?"
_ARTICLE = re.compile(
    rf"第(?P<top>{_N})条(之{_N})?(第(?P<clause>{_N})款)?(第（(?P<item>{_N})）项)?(第{_N}目)?{_AFTER}"
)
_CONTINUED = re.compile(rf"(第(?P<clause>{_N})款)?(第（(?P<item>{_N})）项)?(第{_N}目)?{_AFTER}")
_PART = re.compile(
    rf"第(?P<top>{_N})(部分|章|编|节)(第{_N}[节款])?(第（?(?P<item>{_N})）?项)?(第（?{_N}）?目)?{_AFTER}"
)
_HEAD = re.compile(rf"第{_N}(条(之{_N})?|部分|章|编|节)")
_WRONG_NUMBER = re.compile(r"第?\s*(?P<n>[0-9０-９]+)\s*(?P<unit>条|款|项|章|部分|目)")
_BARE_ITEM = re.compile(rf"(?<=[条款])第?(?:[（(]\s*(?P<a>{_N})\s*[）)]项?|(?P<b>{_N})项)")
_SPACE = re.compile(r"\s+")
_DIGITS = {word: number for number, word in enumerate("零一二三四五六七八九")} | {"〇": 0}
_WORDS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Place:
    """One place: its unit (条, 部分 or "" for free words), its number or words, and the 款 and 项 in it."""

    unit: str
    top: str
    subs: tuple[int, ...] = ()

    @property
    def number(self) -> int:
        """Give the number of the article or part; 0 for free words."""
        return number_of(self.top) if self.unit else 0


@lru_cache(maxsize=4096)
def places(locator: str) -> tuple[Place, ...]:
    """Take a locator apart; several places are joined by 、. A part that names a 款 or 项 alone belongs to the one before."""
    found: list[Place] = []
    for piece in _pieces(locator):
        article, part = _ARTICLE.fullmatch(piece), _PART.fullmatch(piece)
        more = _CONTINUED.fullmatch(piece)
        if article is not None:
            found.append(Place("条", article["top"], _numbers(article["clause"], article["item"])))
        elif part is not None:
            found.append(Place("部分", part["top"], _numbers(part["item"])))
        elif more is not None and found:
            last = found[-1]
            found[-1] = Place(last.unit, last.top, (*last.subs, *_numbers(more["clause"], more["item"])))
        else:
            found.append(Place("", piece))
    return tuple(found)


def head_of(locator: str) -> str:
    """Name the article or part that a locator begins in, as it is written; free words as a whole."""
    head = _HEAD.match(locator)
    return head[0] if head is not None else locator


def is_within(locator: str, place: str) -> bool:
    """Tell whether a locator names a place, or something in it: 第十条第（三）项 is within 第十条. Free words are only themselves."""
    wanted = places(place)
    return len(wanted) == 1 and any(
        (one.unit, one.top) == (wanted[0].unit, wanted[0].top)
        and one.subs[: len(wanted[0].subs)] == wanted[0].subs
        for one in places(locator)
    )


def order_of(locator: str) -> tuple[bool, str, int, tuple[int, ...]]:
    """Give what locators of one document are sorted by: articles and their items by number, then free words as they come."""
    first = next(iter(places(locator)), Place("", ""))
    return not first.unit, first.unit, first.number, first.subs


def _pieces(locator: str) -> list[str]:
    # 、 inside a parenthesis belongs to its words.
    return [piece for piece in re.split(r"、(?![^（]*）)", locator) if piece]


def _numbers(*words: str | None) -> tuple[int, ...]:
    return tuple(number_of(word) for word in words if word)


def number_of(words: str) -> int:
    """Read a Chinese numeral below a thousand."""
    hundreds, _, rest = words.rpartition("百")
    tens, has_ten, ones = rest.rpartition("十")
    count = _DIGITS.get(hundreds, 0) * 100
    count += (_DIGITS.get(tens.strip("零"), 1) if tens.strip("零") else 1) * 10 if has_ten else 0
    return count + sum(_DIGITS[word] for word in ones.replace("零", ""))


def numeral(number: int) -> str:
    """Write a number below a thousand as a Chinese numeral."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    head = f"{_WORDS[hundreds]}百" if hundreds else ""
    middle = (
        (f"{_WORDS[tens]}十" if tens > 1 or hundreds else "十")
        if tens
        else ("零" if hundreds and ones else "")
    )
    return head + middle + (_WORDS[ones] if ones else "") or "零"


def mended(locator: str, names: Iterable[str]) -> str:
    """Write a locator as it should be: no document's name, Chinese numerals, 第（一）项. Unchanged where it is right."""
    return _mended(locator, tuple(sorted((n for n in names if n), key=len, reverse=True)))


@lru_cache(maxsize=4096)
def _mended(locator: str, names: tuple[str, ...]) -> str:
    text = _SPACE.sub("", locator)
    for name in names:
        text = text.replace(f"《{name}》", "").replace(name, "")
    text = re.sub(r"《[^》]*》", "", text)
    text = _WRONG_NUMBER.sub(lambda m: f"第{numeral(int(m['n']) % 1000)}{m['unit']}", text)
    text = re.sub(r"[（(]\s*([0-9０-９]+)\s*[）)]", lambda m: f"（{numeral(int(m[1]) % 1000)}）", text)
    text = _BARE_ITEM.sub(lambda m: f"第（{m['a'] or m['b']}）项", text)
    return text.replace("(", "（").replace(")", "）")


@lru_cache(maxsize=4096)
def is_numbered(locator: str) -> bool:
    """Tell whether every place that speaks of an article is written in full form."""
    return all(place.unit or not re.search(rf"第?{_N}条", place.top) for place in places(locator))
