"""Read the national lists of areas that come with the program, and resolve areas named in files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from policy_engine.foundation.spans import Span
from policy_engine.loading.problems import Problems
from policy_engine.model.area_codes import NATION, chain_of
from policy_engine.model.areas import Areas
from policy_engine.model.national import Change, Current, Former, Names, National, Townships, spellings


def find_area(
    areas: Areas,
    word: str,
    span: Span,
    problems: Problems,
    *,
    as_of: int | None = None,
    notes: list[str] | None = None,
) -> str | None:
    """Resolve an area named in a file; notes a problem where it is unknown, ambiguous or not of that day.

    `notes` takes what has to be said aloud where the name was not taken as it stands; without it such a name is a
    problem, since a rule's area must be exact.
    """
    found = areas.locate(word)
    codes = tuple(c for c in found.codes if _is_somewhere(areas, c))
    live = [c for c in codes if as_of is None or _is_live(areas, c, as_of)]
    if len(live) == 1 and (notes is not None or not found.is_approximate):
        if notes is not None and found.note:
            notes.append(found.note)
        return live[0]
    if not codes:
        problems.error("PE204", f"没有地区 `{word}`", span, found.hint)
    elif not live:
        problems.error("PE204", f"`{word}` 在该日期不是现行区划", span, _lifetime(areas, codes))
    elif len(live) == 1:
        problems.error("PE204", f"`{word}` 不是登记的地区", span, f"写登记的名称或者代码；{found.note}")
    else:
        problems.error("PE204", f"`{word}` 不止一处", span, f"写明是哪一处：{_listed(areas, live)}")
    return None


_LISTED = 12
_NATION = "全国"
# Short forms that no rule makes of the name.
_SHORT = MappingProxyType(
    {
        "中国": NATION,
        "国家": NATION,
        "博州": "652700",
        "巴州": "652800",
        "克州": "653000",
        "锡盟": "152500",
        "阿盟": "152900",
    }
)
_FOLDER = Path(__file__).resolve().parent.parent / "data" / "places"


def _listed(areas: Areas, codes: list[str]) -> str:
    shown = "、".join(f"{areas.name(c)}（{c}）" for c in codes[:_LISTED])
    return shown + (f"等 {len(codes)} 处" if len(codes) > _LISTED else "")


def _is_somewhere(areas: Areas, code: str) -> bool:
    return any(areas.knows(c) for c in chain_of(code) if c != NATION or code == NATION)


def _is_live(areas: Areas, code: str, day: int) -> bool:
    area = areas.by_code.get(code)
    if area is None:
        return True
    return (area.first is None or area.first <= day) and (area.last is None or day <= area.last)


def _lifetime(areas: Areas, codes: tuple[str, ...]) -> str:
    notes = [areas.by_code[c].note for c in codes if c in areas.by_code and areas.by_code[c].note]
    return "；".join(notes) or "核对日期，或改用当时的区划名称"


def national() -> National:
    """Give the lists; each is read once, when first asked for."""
    return _NATIONAL


@cache
def _current() -> Current:
    # Its remarks stand at its top, and it is taken as it is: few of its three thousand lines are ever looked at.
    text = _text("areas")
    while text.startswith("#"):
        text = text[text.index("\n") + 1 :]
    listed = f"{NATION} {_NATION}\n{text}"
    return Current(Names(listed), listed, _SHORT)


@cache
def _former() -> Former:
    changes = [Change(code, name, int(year), to) for code, name, year, to in map(str.split, _lines("former"))]
    by_code: dict[str, tuple[Change, ...]] = {}
    by_name: dict[str, tuple[Change, ...]] = {}
    for change in changes:
        by_code[change.code] = (*by_code.get(change.code, ()), change)
        for word in spellings(change.name):
            by_name[word] = (*by_name.get(word, ()), change)
    return Former(MappingProxyType(by_code), MappingProxyType(by_name))


@cache
def _zones() -> Mapping[str, str]:
    return MappingProxyType({name: outer for _, name, outer in map(str.split, _lines("zones"))})


@cache
def _townships() -> Townships:
    return Townships(_text("townships"))


def _lines(name: str) -> Iterator[str]:
    return (line for line in _text(name).split("\n") if line and not line.startswith("#"))


def _text(name: str) -> str:
    return (_FOLDER / f"{name}.txt").read_text(encoding="utf-8")


_NATIONAL = National(_current, _former, _zones, _townships)
