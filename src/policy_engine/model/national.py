"""The areas of the whole country: codes, names and their usual spellings, former names, zones, townships."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

from policy_engine.foundation.patterns import pattern
from policy_engine.foundation.records import dataclass, field

_PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西|景颇|"
    "柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京|"
    "塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺|各"
)
_PEOPLE = pattern(f"(?:{_PEOPLES})族$|(?:蒙古|维吾尔|哈萨克|柯尔克孜|塔吉克|锡伯)$")
# The longest first.
_SUFFIXES = ("特别行政区", "地区", "林区", "特区", "新区", "省", "市", "区", "县", "盟", "旗")
_AUTONOMOUS = pattern(r"自治(区|州|县|旗)$")
_PEOPLES_DISTRICT = pattern(r"..族区$")
_SHORTEST = 2
_COUNTY_DIGITS = 6


def spellings(name: str) -> Iterator[str]:
    """Give the usual spellings of an area's own name: 恩施土家族苗族自治州 → itself, 恩施州, 恩施."""
    yield name
    # Looked for without a regular expression where that is enough: there are thousands of names.
    autonomous = _AUTONOMOUS.search(name) if "自治" in name else None
    if autonomous is not None:
        bare = _without_peoples(name[: autonomous.start()]).removesuffix("族")
        if len(bare) >= _SHORTEST:
            yield bare + autonomous[1]
            yield bare
        return
    if name.endswith("族区") and _PEOPLES_DISTRICT.search(name) is not None:
        bare = _without_peoples(name.removesuffix("区"))
        yield from (f"{bare}区", bare)
        return
    suffix = next(filter(name.endswith, _SUFFIXES), "")
    if suffix and len(name) - len(suffix) >= _SHORTEST:
        yield name.removesuffix(suffix)


def _without_peoples(name: str) -> str:
    while (found := _PEOPLE.search(name)) is not None and found.start() >= _SHORTEST:
        name = name[: found.start()]
    return name


# So many names are looked up in the list as it is; to take it apart for fewer takes longer.
_FEW: Final = 100


class Names(Mapping[str, str]):
    """Names by code, found in a list that has an area a line: its code, a space, its name."""

    def __init__(self, listed: str) -> None:
        self._listed = f"\n{listed}"
        self._looked = 0

    def __getitem__(self, code: str) -> str:
        name: str | None = self.get(code)
        if name is None:
            raise KeyError(code)
        return name

    def get(self, code: str, default: Any = None) -> Any:  # noqa: ANN401 - as of any mapping
        """Look up a name; without the error that a mapping would raise and catch: many codes are none."""
        self._looked += 1
        if self._looked > _FEW:
            return self._apart.get(code, default)
        if len(code) != _COUNTY_DIGITS:
            return default
        at = self._listed.find(f"\n{code} ")
        if at < 0:
            return default
        start = at + len(code) + 2
        return self._listed[start : self._listed.find("\n", start)]

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and self.get(code) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._apart)

    def __len__(self) -> int:
        return len(self._apart)

    @cached_property
    def _apart(self) -> dict[str, str]:
        lines = self._listed.split("\n")
        return {line[:_COUNTY_DIGITS]: line[_COUNTY_DIGITS + 1 :] for line in lines if line}


@dataclass(frozen=True, slots=True)
class Current:
    """Today's areas: names by code, and the list as one text, an area a line: its code, a space, its name.

    `short`: the code of each short form that no rule makes of a name.
    """

    names: Mapping[str, str]
    listed: str
    short: Mapping[str, str]

    def codes(self, word: str) -> tuple[str, ...]:
        """Find the codes of the areas whose own name is spelled so, as they are listed; those of short forms last."""
        found = dict.fromkeys(self._spelled(word)) if len(word) >= _SHORTEST else {}
        if word in self.short:
            found[self.short[word]] = None
        return tuple(found)

    def _spelled(self, word: str) -> Iterator[str]:
        # Searched as it is: a table of all spellings takes far longer to make than the few searches of a case. A name
        # begins as each of its spellings does, but for the last character: 恩施州 is 恩施土家族苗族自治州.
        start = f" {word[:-1]}"
        at = self.listed.find(start)
        while at >= 0:
            end = self.listed.find("\n", at)
            if word in spellings(self.listed[at + 1 : end]):
                yield self.listed[at - _COUNTY_DIGITS : at]
            at = self.listed.find(start, end)


@dataclass(frozen=True, slots=True)
class Change:
    """A code or name that was given up: in which year, and the code that came after it."""

    code: str
    name: str
    year: int
    successor: str


@dataclass(frozen=True, slots=True)
class Former:
    """What is no longer used, by code and by spelling."""

    by_code: Mapping[str, tuple[Change, ...]]
    by_name: Mapping[str, tuple[Change, ...]]


@dataclass(frozen=True, slots=True)
class Townships:
    """Townships as one text, a county a line: its code, then each township as three digits of code and its name.

    A name whose code now means another place follows a hyphen. Searched as it is: tables of it would take longer to
    build than the few searches of a case.
    """

    text: str

    def counties(self, name: str) -> Iterator[str]:
        """Go through the counties that have a township of this name."""
        at = self.text.find(name)
        while at >= 0:
            if self.text[at - 1].isdigit() and self.text[at + len(name)] in " \n":
                start = self.text.rfind("\n", 0, at) + 1
                yield self.text[start : start + _COUNTY_DIGITS]
            at = self.text.find(name, at + 1)

    def name(self, code: str) -> str:
        """Name a township by its nine digits; empty where there is none."""
        county, own = code[:_COUNTY_DIGITS], code[_COUNTY_DIGITS:]
        found = re.search(rf"^{county} (?:.* )?{own}([^ 0-9]+)(?=[ \n])", self.text, re.MULTILINE)
        return found[1] if found is not None else ""


_NO_NAMES: Mapping[str, str] = MappingProxyType({})
_NO_CHANGES: Mapping[str, tuple[Change, ...]] = MappingProxyType({})


def _no_areas() -> Current:
    return Current(_NO_NAMES, "", _NO_NAMES)


def _no_former() -> Former:
    return Former(_NO_CHANGES, _NO_CHANGES)


def _no_zones() -> Mapping[str, str]:
    return _NO_NAMES


def _no_townships() -> Townships:
    return Townships("")


@dataclass(frozen=True, slots=True)
class National:
    """The national lists, each read when first asked for; `zones` maps a zone's name to the area it lies in."""

    areas: Callable[[], Current] = field(default=_no_areas)
    former: Callable[[], Former] = field(default=_no_former)
    zones: Callable[[], Mapping[str, str]] = field(default=_no_zones)
    townships: Callable[[], Townships] = field(default=_no_townships)
