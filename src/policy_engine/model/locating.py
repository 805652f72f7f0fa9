"""Find the area an official means: by code or name, with or without the areas it lies in, by old names too.

What is taken as it stands needs no word. What is not (a former name, a township, a zone, a place that isn't
registered) is taken for the nearest registered area, and `Located.note` says so.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping

from policy_engine.foundation.patterns import pattern
from policy_engine.foundation.records import dataclass
from policy_engine.foundation.simplified import simplifications
from policy_engine.model.area_codes import NATION, Area, chain_of, level_of, lies_in
from policy_engine.model.national import Change, National, spellings

_LONGEST = 60
_SHORTEST = 2
_SHOWN = 3
_CITY = 2
_BETWEEN = pattern(r"[\s/\\>·．.\-—–_]+")
_LIST = pattern(r"[、,;]")
_AND = pattern(r"[和及与]")
_VAGUE = pattern(
    r"^(市辖区|开发区|经济开发区|高新区|经开区|新区|园区|工业园区|市区|县城|街道|本市|本县|本区|我市|我县|我区)$"
)
# What stands between a municipality or a province and the counties that lie in it directly.
_FILLERS = ("市辖区", "省直辖县级行政区划", "自治区直辖县级行政区划", "县")
_NATION_WORDS = ("全国", "中国", "中华人民共和国")
_OFFICES = pattern(r"(?<=街道)办(事处)?$|(?<=.)(人民)?政府$|(?<=[省市区县州盟旗])本级$")
_TWICE = pattern(r"^(.{3,}?)\1")
_AREA_LIKE = pattern(r"(区|县|市|镇|乡|街道|村|社区|园|场|旗|苏木|港|城|带|管委会|委员会)$")
# What a county's short name may stand before: 长兴经济技术开发区.
_OWN_ZONE = pattern(
    r"^(经济(技术)?开发区|高新(技术产业(开发|园)?)?区|高新技术产业园区|经开区|化工园区|工业园区|产业集聚区)"
    r"(管委会|管理委员会)?$"
)
_FULL = pattern(r"(省|市|区|县|州|盟|旗|地区)$")
_TOWN = pattern(r"(镇|乡|街道|苏木)$")
_ONE = "一个案件只写一个地区；几个地区分别写成几个案件"
_HINT = "写全名，例如 浙江省湖州市吴兴区，或者写区划代码"


@dataclass(frozen=True, slots=True)
class Located:
    """The codes that may be meant. `note`: what has to be said aloud; `hint`: what to write, where there is no code."""

    codes: tuple[str, ...]
    note: str = ""
    is_approximate: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Atlas:
    """Everything names are looked up in: what is registered, and the national list."""

    registered: Mapping[str, Area]
    spelled: Mapping[str, tuple[str, ...]]
    national: National

    def own_name(self, code: str) -> str | None:
        """Name an area without what it lies in."""
        area = self.registered.get(code)
        return area.name if area is not None else self.national.areas().names.get(code)

    def full_name(self, code: str) -> str:
        """Name an area from the province down; a code that is no area is given back."""
        own = self.own_name(code) or ""
        outer = (self.own_name(c) or "" for c in reversed(chain_of(code)[1:-1]))
        # A township may be registered by a name that has its county's in it.
        full = "".join(name for name in outer if name and not own.startswith(name)) + own
        return full or code

    def codes(self, word: str) -> Iterator[str]:
        """Go through the areas whose own name is spelled so."""
        found = (*self.spelled.get(word, ()), *self.national.areas().codes(word))
        yield from dict.fromkeys(found)

    def words(self, code: str, *, has_former: bool) -> Iterator[str]:
        """Go through the spellings of an area's own name, and what may stand in its place."""
        if code == NATION:
            yield from _NATION_WORDS
        area = self.registered.get(code)
        if area is not None:
            yield from (*spellings(area.name), *area.aliases)
        name = self.national.areas().names.get(code)
        if name is not None:
            yield from spellings(name)
        elif area is None and code.endswith("00"):
            yield from _FILLERS
            # 北京市北京市朝阳区: forms repeat the municipality as its own city.
            yield from (
                self.words(code[:2] + "0000", has_former=False) if code[4:] == "00" != code[2:4] else ()
            )
        if has_former:
            for change in self.national.former().by_code.get(code, ()):
                yield from spellings(change.name)


def locate(text: str, atlas: Atlas) -> Located:
    """Find what an official means by a code or a name."""
    word = _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).strip()
    if not word or len(word) > _LONGEST:
        return Located((), hint=_HINT)
    if word.isdecimal() and word.isascii():
        return _by_code(word, atlas)
    if _LIST.search(word):
        return Located((), hint=_ONE)
    # Twice at its beginning, it is meant once: 浙江省浙江省湖州市.
    spelt = tuple(simplifications(_TWICE.sub(r"\1", word)))
    areas = tuple(_OFFICES.sub("", one) for one in spelt)
    # Some townships are listed as the offices they are, so a word is first looked up as it stands.
    tries = [(step, one) for one in dict.fromkeys((*spelt, *areas)) for step in _STEPS]
    guessed = areas[:2][-1]
    # From what needs no word to what is only a guess: the first that finds anything is taken.
    for step, one in (*tries, (_within, guessed)):
        found = step(one, atlas)
        if found is not None:
            return found
    return Located((), hint=_suggestion(guessed, atlas))


def _by_code(word: str, atlas: Atlas) -> Located:
    code = _trimmed(word)
    if atlas.own_name(code) is not None:
        return Located((code,))
    if len(code) == 9 and atlas.own_name(code[:6]) is not None:
        name = atlas.national.townships().name(code)
        county = _named(code[:6], atlas)
        is_in = f"{word}（{name}）在{county}，按其审查"
        return _taken(code[:6], is_in if name else f"没有登记区划代码 {word}，按{county}审查")
    changes = atlas.national.former().by_code.get(code[:6], ())
    if changes and len(code) >= 6:
        return _succeeded(changes[-1], atlas, word)
    outer = next((c for c in chain_of(code)[1:] if c != NATION and atlas.own_name(c) is not None), None)
    if outer is None or len(code) < 6:
        return Located((), hint="核对区划代码（六位、九位或者十二位），或写地区名称")
    return _taken(outer, f"没有登记区划代码 {word}，按{_named(outer, atlas)}审查")


def _trimmed(word: str) -> str:
    """Cut the zeros of a statistical code: 330502000000 → 330502, 330502101000 → 330502101."""
    if len(word) in (9, 12):
        word = word[:9] if len(word) == 12 and word.endswith("000") else word
        return word[:6] if len(word) == 9 and word.endswith("000") else word
    return word


def _exactly(word: str, atlas: Atlas) -> Located | None:
    found = _matches(word, atlas.codes, lambda code, prefix: _leads_to(prefix, code, atlas))
    return _chosen(word, found, atlas) if found else None


def _matches(
    word: str, codes: Callable[[str], Iterable[str]], fits: Callable[[str, str], bool]
) -> dict[str, str]:
    """Map each code whose own name ends the word, with what it lies in before it, to that own part of the word."""
    found: dict[str, str] = {}
    for start in range(len(word) - _SHORTEST + 1):
        own = word[start:]
        for code in codes(own):
            # The longest own name comes first, so a later, shorter one of the same area is no better.
            if code not in found and fits(code, word[:start]):
                found[code] = own
    return found


def _leads_to(
    prefix: str, code: str, atlas: Atlas, *, has_former: bool = False, is_inside: bool = False
) -> bool:
    """Tell whether a prefix is made of areas that the code lies in, outermost first, any of them left out."""
    chain = chain_of(code) if is_inside else chain_of(code)[1:]
    return _is_made_of(prefix, tuple(reversed(chain)), atlas, has_former=has_former)


def _is_made_of(text: str, outer: tuple[str, ...], atlas: Atlas, *, has_former: bool) -> bool:
    if not text or not outer:
        return not text
    for word in atlas.words(outer[0], has_former=has_former):
        if text.startswith(word) and _is_made_of(text[len(word) :], outer[1:], atlas, has_former=has_former):
            return True
    # Left out: people skip the city, or the province.
    return _is_made_of(text, outer[1:], atlas, has_former=has_former)


def _chosen(word: str, found: Mapping[str, str], atlas: Atlas) -> Located:
    """Choose among areas of one spelling: the name in full before a short one, the outer before what lies in it."""
    full = [code for code, own in found.items() if own == atlas.own_name(code)]
    if full:
        return Located(tuple(_outermost(full)))
    codes = _outermost(found)
    if len(codes) == 1 and (namesakes := _namesakes(codes[0], found, atlas)):
        return Located((codes[0], *namesakes))
    top = min(map(level_of, codes))
    highest = [code for code in codes if level_of(code) == top]
    if len(codes) == 1 or len(highest) > 1:
        return Located(tuple(codes))
    # A province's short name means the province; a city's means the city, and that is said.
    others = [c for c in codes if c not in highest]
    note = f"“{word}”按{_named(highest[0], atlas)}审查；另有{_some(others, atlas)}，指别处时写明上级地区"
    return Located((highest[0],), note="" if top <= 1 else note)


def _namesakes(code: str, found: Iterable[str], atlas: Atlas) -> list[str]:
    """List what lies in a prefecture and is spelt like it, if a city is among it: 大理 is 大理州 as often as 大理市.

    Where a city lies in a province or a city of its name, the short name means the outer one.
    """
    if level_of(code) != _CITY or _is_city(code, atlas):
        return []
    inner = [one for one in found if one != code and lies_in(one, code)]
    return inner if any(_is_city(one, atlas) for one in inner) else []


def _is_city(code: str, atlas: Atlas) -> bool:
    return (atlas.own_name(code) or "").endswith("市")


def _outermost(codes: Iterable[str]) -> list[str]:
    every = list(codes)
    return [code for code in every if not any(o != code and lies_in(code, o) for o in every)]


def _formerly(word: str, atlas: Atlas) -> Located | None:
    former = atlas.national.former()
    found: dict[Change, str] = {}
    for start in range(len(word) - _SHORTEST + 1):
        for change in former.by_name.get(word[start:], ()):
            fits = any(
                _leads_to(word[:start], code, atlas, has_former=True)
                for code in (change.code, change.successor)
            )
            if fits:
                found[change] = word[start:]
    full = [change for change, own in found.items() if own == change.name] or list(found)
    successors = dict.fromkeys(change.successor for change in full)
    if not successors:
        return None
    if len(successors) > 1:
        return Located(tuple(_outermost(successors)), is_approximate=True)
    return _succeeded(max(full, key=lambda change: change.year), atlas, word)


def _succeeded(change: Change, atlas: Atlas, word: str) -> Located:
    was = word if word.endswith(change.name) else f"{word}（{change.name}）"
    return _taken(change.successor, f"{was}{change.year}年起是{_named(change.successor, atlas)}，按其审查")


def _township(word: str, atlas: Atlas) -> Located | None:
    towns = atlas.national.townships()

    def fits(county: str, prefix: str) -> bool:
        # Farms and zones are listed among townships; alone, their names are anybody's words.
        is_told = bool(prefix) or _TOWN.search(word) is not None
        return is_told and _leads_to(prefix, county, atlas, is_inside=True)

    found = _matches(word, towns.counties, fits)
    if not found:
        return None
    if len(found) > 1:
        return Located(tuple(found), is_approximate=True)
    ((county, own),) = found.items()
    return _taken(county, f"{own}在{_named(county, atlas)}，按其审查")


def _zone(word: str, atlas: Atlas) -> Located | None:
    for name, outer in atlas.national.zones().items():
        if word.endswith(name) and _leads_to(word[: -len(name)], outer, atlas, is_inside=True):
            return _taken(outer, f"{name}不是一级行政区划，按所在的{_named(outer, atlas)}审查")
    return None


def _within(word: str, atlas: Atlas) -> Located | None:
    """Take the longest beginning that is a known place, unless the rest is a place elsewhere."""
    for end in range(len(word) - 1, _SHORTEST - 1, -1):
        head, rest = word[:end], word[end:]
        found = _head(head, rest, atlas)
        if found is None:
            continue
        code = found.codes[0]
        if _AND.match(rest) and _exactly(rest[1:], atlas) is not None:
            return Located((), hint=_ONE)
        elsewhere = [c for c in _elsewhere(rest, atlas) if not (lies_in(c, code) or lies_in(code, c))]
        if elsewhere:
            name = atlas.full_name(code)
            return Located((), hint=f"{name}没有{rest}；{rest}在{_some(elsewhere, atlas)}，核对以后写全名")
        meant = [near for near in _near(word, atlas) if lies_in(near, code)]
        if meant:
            return Located((), hint=_did_you_mean(meant, atlas))
        inner = _counties_of(rest, code, atlas)
        if len(inner) == 1:
            return _taken(inner[0], f"{rest}在{_named(inner[0], atlas)}，按其审查")
        is_missing = f"没有登记的地区“{rest}”"
        note = f"{found.note}；{is_missing}" if found.note else f"{is_missing}，按{_named(code, atlas)}审查"
        return _taken(code, note)
    return None


def _counties_of(rest: str, outer: str, atlas: Atlas) -> list[str]:
    """List the counties inside an area that have a township of this name: 南太湖新区, 康山街道 → 吴兴区."""
    if not _TOWN.search(rest):
        return []
    counties = dict.fromkeys(atlas.national.townships().counties(rest))
    return [county for county in counties if county != outer and lies_in(county, outer)]


def _head(head: str, rest: str, atlas: Atlas) -> Located | None:
    is_full = _FULL.search(head) is not None or _TOWN.search(head) is not None
    if not is_full and not _AREA_LIKE.search(rest):
        return None
    for step in _STEPS:
        found = step(head, atlas)
        if found is None or len(found.codes) != 1 or found.codes == (NATION,):
            continue
        # A county's short name begins too many words, but before a zone it is meant.
        if is_full or level_of(found.codes[0]) <= _CITY or _OWN_ZONE.search(rest):
            return found
    return None


def _elsewhere(rest: str, atlas: Atlas) -> list[str]:
    """Find the areas that a rest names, by its whole or by a full name it begins with."""
    whole = list(atlas.codes(rest))
    for end in range(len(rest), _SHORTEST - 1, -1):
        word = rest[:end]
        whole += [code for code in atlas.codes(word) if word == atlas.own_name(code)]
        if _TOWN.search(word):
            whole += atlas.national.townships().counties(word)
    return list(dict.fromkeys(whole))


def _taken(code: str, note: str) -> Located:
    return Located((code,), note=note, is_approximate=True)


def _named(code: str, atlas: Atlas) -> str:
    return f"{atlas.full_name(code)}（{code}）"


def _some(codes: list[str], atlas: Atlas) -> str:
    shown = "、".join(_named(code, atlas) for code in codes[:_SHOWN])
    return shown + (f"等 {len(codes)} 处" if len(codes) > _SHOWN else "")


def _suggestion(word: str, atlas: Atlas) -> str:
    if _VAGUE.match(word):
        return f"写明是哪里的{word}，例如 浙江省湖州市南太湖新区"
    near = list(_near(word, atlas))
    return _did_you_mean(near, atlas) if 0 < len(near) <= _SHOWN else _HINT


def _did_you_mean(codes: list[str], atlas: Atlas) -> str:
    return "是否为 " + "、".join(f"`{atlas.full_name(code)}`" for code in codes[:_SHOWN]) + "？"


def _near(word: str, atlas: Atlas) -> Iterator[str]:
    """Go through the areas whose name is one character away from the word; the first is what people get right."""
    names = atlas.national.areas().names
    for code, name in names.items():
        own: tuple[str, ...] = ()
        if name[0] == word[0]:
            # Of counties only the names in full: their short ones are too many to be near by anything but chance.
            own = tuple(spellings(name)) if level_of(code) <= _CITY else (name,) * (len(name) > _SHORTEST)
        full = (atlas.full_name(code),) if names.get(code[:2] + "0000", name)[0] == word[0] else ()
        if any(_is_one_off(word, other) for other in (*own, *full)):
            yield code


def _is_one_off(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1:
        return False
    same = 0
    while same < min(len(one), len(other)) and one[same] == other[same]:
        same += 1
    shorter, longer = sorted((one, other), key=len)
    rest = 1 if len(one) == len(other) else 0
    return shorter[same + rest :] == longer[same + 1 :]


# From what needs no word to what has to be said.
_STEPS = (_exactly, _formerly, _township, _zone)
