"""Traditional Chinese characters made simplified, one for one, so that every character keeps its place."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Protocol

_CJK = range(0x2E80, 0x30000)

# Forms in names that the table of general words leaves alone.
_OLDER = str.maketrans({"濬": "浚", "澂": "澄", "衞": "卫", "敍": "叙"})


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


def is_plain(text: str) -> bool:
    """Tell whether there is nothing in a text that could be made simplified: all of it is in GB 2312."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=4096)
def simplified(character: str) -> str:
    """Make one character simplified; any that is not one, or has no simple form of its own length, stays."""
    if ord(character) not in _CJK or is_plain(character):
        return character
    simple: str = _converter().convert(character)
    return simple if len(simple) == 1 else character


def simplifications(word: str) -> Iterator[str]:
    """Go through the readings of a name: as it stands; what can only be traditional made simplified; all that can be.

    乾 and 後 are characters of simplified texts too, in names; the first has to be left in 乾縣, the other not in 後旗.
    """
    yield word
    if not is_plain(word):
        yield "".join(map(simplified, word)).translate(_OLDER)
        yield _converter().convert(word).translate(_OLDER)


@cache
def _converter() -> _Converter:
    from opencc import OpenCC  # noqa: PLC0415 - few texts hold anything that has to be simplified

    converter: _Converter = OpenCC("t2s")
    return converter
