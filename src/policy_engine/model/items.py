"""The catalogue of procurement items (政府采购品目分类目录): what may be bought, by code and name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from policy_engine.foundation.patterns import pattern
from policy_engine.foundation.records import dataclass, field

CLASSES: Final[Mapping[str, str]] = MappingProxyType({"A": "货物", "B": "工程", "C": "服务"})
# What stands where the copy of the catalogue lacks a name, or a part of one.
CUT: Final = "…"
_DIGITS: Final = 8
_CODE: Final = pattern(rf"[{''.join(CLASSES)}](?:(?:[0-9]{{2}}){{0,3}}(?!00)[0-9]{{2}})?")


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """A catalogue, equal to itself alone. `names`: by short code, without the final pairs of zeros; `verified`: checked against the original.

    `kept_heads`: gives by its name each part of what `reading.item_names` made of the names, where that was kept with
    the rule base.
    """

    title: str = ""
    verified: bool = False
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    kept_heads: Callable[[str], Any] | None = None


NO_ITEMS: Final = Items()


def no_items() -> Items:
    """Give the empty catalogue, where a rule base has none."""
    return NO_ITEMS


def full_code(code: str) -> str:
    """Write a short code as it is printed in the catalogue: A0201 is A02010000; a class is its letter."""
    return code if len(code) == 1 else code.ljust(_DIGITS + 1, "0")


def short_code(written: str) -> str:
    """Write a code without the pairs of zeros at its end, as the names are kept: A02010000 is A0201."""
    code = written.strip()
    while len(code) > 1 and code.endswith("00") and len(code) % 2:
        code = code[:-2]
    return code


def is_code(code: str) -> bool:
    """Tell whether this is a short code of one of the classes."""
    return _CODE.fullmatch(code) is not None


def class_of(code: str) -> str:
    """Name the class of a code: 货物, 工程 or 服务."""
    return CLASSES[code[0]]


def parent_of(code: str) -> str:
    """Give the short code one level up; empty above a class."""
    return code[:-2] if len(code) > 1 else ""
