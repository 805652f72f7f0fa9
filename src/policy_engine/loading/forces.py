"""What a document's number, issuer and area say about its force; and whether the order of forces is one.

The Legislation Law names who makes what: 主席令 publishes 法律, 国务院令 行政法规, the order of a department 部门规章, that of
a province's government 省政府规章, of a city's 设区的市政府规章, and a local congress makes 地方性法规. A number in 〔〕 is
that of an ordinary document, 国发 and 国办发 of one of the State Council.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

_LOCAL = ("地方性法规", "地方政府规章", "省政府规章", "设区的市政府规章")
_LAWS = ("法律", "行政法规", "部门规章", *_LOCAL)
_NATIONAL = ("法律", "行政法规", "部门规章", "国务院规范性文件")
_BY_NUMBER = (
    (re.compile(r"主席令"), "法律"),
    (re.compile(r"国务院令"), "行政法规"),
    (re.compile(r"(省|自治区|北京市|天津市|上海市|重庆市)(人民)?政府令"), "省政府规章"),
    (re.compile(r"[市州](人民)?政府令"), "设区的市政府规章"),
    (re.compile(r"^国办?发〔|^国办函〔|^国函〔"), "国务院规范性文件"),
    (re.compile(r"(人大常委会|人民代表大会(常务委员会)?)公告"), "地方性法规"),
    (re.compile(r"(部|委员会|委|总局|局|署|行|办公室|会)令"), "部门规章"),
    (re.compile(r"^GB"), "国家标准"),
)
_ORDINARY = re.compile(r"〔\d{4}〕")
_BY_ISSUER = (
    (re.compile(r"^全国(人大|人民代表大会)"), "法律"),
    (re.compile(r"(?<!全国)(人大常委会|人民代表大会(常务委员会)?)$"), "地方性法规"),
)


def contradictions(
    force: str, number: str, issuer: str, *, is_national: bool, forces: Collection[str]
) -> Iterator[str]:
    """Go through what speaks against a force. Only forces of the register are spoken of: another may name them otherwise."""
    for written, table in ((number, _BY_NUMBER), (issuer, _BY_ISSUER)):
        meant = next((name for pattern, name in table if pattern.search(written)), None)
        if meant is not None and meant != force and meant in forces:
            yield f"`{written}` 制定的是{meant}" if written == issuer else f"`{written}` 是{meant}的文号"
    if _ORDINARY.search(number) and force in _LAWS:
        yield f"`{number}` 是一般文件的文号"
    if force in _NATIONAL and not is_national:
        yield f"{force}及于全国，登记的地区不是全国"
    if force in _LOCAL and is_national:
        yield f"{force}只及于本地，登记的地区是全国"


def must_be_published_first(force: str) -> bool:
    """Tell whether a force is one of the laws and rules that nobody need obey before they are published."""
    return force in _LAWS


def cycle_in(pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Find a circle of names each above the next, the first again at the end; empty where there is none."""
    below: dict[str, list[str]] = {}
    for higher, lower in pairs:
        # A force over itself orders levels of area, not forces.
        if higher != lower:
            below.setdefault(higher, []).append(lower)
    done: set[str] = set()
    for start in below:
        found = _circle(start, below, done, [])
        if found:
            return found
    return ()


def _circle(name: str, below: Mapping[str, list[str]], done: set[str], path: list[str]) -> tuple[str, ...]:
    if name in path:
        return (*path[path.index(name) :], name)
    if name in done:
        return ()
    done.add(name)
    for lower in below.get(name, ()):
        found = _circle(lower, below, done, [*path, name])
        if found:
            return found
    return ()
