"""Values of facts. One domain for every backend.

boolean: `bool`; number: `int` of the field's scale (scale 2 keeps hundredths); date: `int` day number
(`date.toordinal()`), or `NOT_HAPPENED`; choice and text: `str`; list: `frozenset[str]`; missing: `UNKNOWN`.
"""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import Final


class Unknown(Enum):
    """The one value of a fact that was not told. Never `None`, never false."""

    UNKNOWN = "unknown"

    # There is one of it: where columns of values are told apart, the standard hash of its name took longest.
    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        raise TypeError("an unknown fact is neither true nor false")


UNKNOWN: Final = Unknown.UNKNOWN
NOT_HAPPENED: Final = -1
NOT_HAPPENED_WORD: Final = "未发生"

Known = bool | int | str | frozenset[str]
Value = Known | Unknown


def number_words(value: int, scale: int) -> str:
    """Write an integer of a scale as a plain decimal without needless zeros."""
    text = f"{Decimal(value).scaleb(-scale):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
