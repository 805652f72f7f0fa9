"""The normal text: plain forms, simplified characters, no blanks inside words; every character keeps its place."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from policy_engine.foundation.patterns import pattern
from policy_engine.foundation.records import dataclass
from policy_engine.foundation.simplified import is_plain, simplified

LINE_END: Final = "\n"
_LINE_ENDS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
# Controls, formats and halves of characters: nobody sees them, so they part no word.
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Mn"))
# Characters that have no other form than their own, but for the simplified one.
_HAN = pattern("[\u4e00-\u9fffA-Za-z0-9]+")
_IDEOGRAPHS = range(0x4E00, 0xA000)
# A line of so many characters without a mark at its end was broken by its width, not by whoever wrote it.
_WIDE: Final = 20
_HEADING: Final = pattern("(?:项目|服务|公告|公示|合同|协议|采购|意向|请示|通知|纪要|方案|说明|要求|如下)$")
_NEXT_ITEM: Final = pattern("[一二三四五六七八九十]{1,3}[、.]|第[一二三四五六七八九十]")


@dataclass(frozen=True, slots=True)
class Normal:
    """A text in plain form. `starts`, `ends`: of each of its characters, the place in the text as it was written."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Give the place, in the text as it was written, of a stretch that isn't empty."""
        return self.starts[start], self.ends[end - 1]


@lru_cache(maxsize=64)
def normal(written: str) -> Normal:
    """Put a text into plain form."""
    found = list(_without_wraps(list(_without_blanks(list(_plain(written))))))
    return Normal(
        "".join(character for character, _ in found),
        tuple(at for _, at in found),
        tuple(at + 1 for _, at in found),
    )


def plain_word(written: str) -> str:
    """Put a word of a lexicon into the form in which it is found."""
    # Nearly all are in it already, and a lexicon has many thousands.
    return written if _HAN.fullmatch(written) and is_plain(written) else normal(written).text


def _plain(written: str) -> Iterator[tuple[str, int]]:
    is_strange = not is_plain(written)
    for at, character in enumerate(written):
        if character in _LINE_ENDS:
            yield LINE_END, at
            continue
        # ① counts the items of a list: as a plain digit it would join the number behind it.
        is_counter = unicodedata.category(character) == "No"
        for plain in character if is_counter else unicodedata.normalize("NFKC", character):
            if plain.isspace():
                yield " ", at
            elif unicodedata.category(plain) not in _UNSEEN:
                yield (simplified(plain) if is_strange else plain), at


def _without_blanks(found: list[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Leave out blanks, but where they keep two numbers or Latin words apart: `1. 5万元` is item 1."""
    before = ""
    pending: tuple[str, int] | None = None
    for character, at in found:
        if character == " ":
            pending = pending or (character, at)
            continue
        if pending is not None and (_is_latin(before) or before == ".") and _is_latin(character):
            yield pending
        pending = None
        yield character, at
        before = character


def _without_wraps(found: Sequence[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Leave out the line ends that only a narrow page put there: a word may be broken by one."""
    text = "".join(character for character, _ in found)
    start = 0
    for at, one in enumerate(found):
        if one[0] != LINE_END:
            yield one
            continue
        if not _is_wrapped(text, start, at):
            yield one
        start = at + 1


def _is_wrapped(text: str, start: int, end: int) -> bool:
    goes_on = end - start >= _WIDE and _is_ideograph(text[end - 1]) and _is_ideograph(text[end + 1 : end + 2])
    return goes_on and not (_HEADING.search(text, start, end) or _NEXT_ITEM.match(text, end + 1))


def _is_ideograph(character: str) -> bool:
    return character != "" and ord(character) in _IDEOGRAPHS


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
