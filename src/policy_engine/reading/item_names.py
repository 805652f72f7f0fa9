"""The names of a catalogue as heads of phrases: as they are written in texts, and the endings that many of them share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from policy_engine.foundation.patterns import pattern
from policy_engine.foundation.records import dataclass
from policy_engine.model.items import CUT, Items, parent_of

# What is done: a service that is called by it needs no 服务 behind it, and an object that it stands before isn't bought.
DOINGS: Final = (
    "维护|维修|维保|运维|修理|检修|保养|养护|管护|管理|监管|监督|监测|监控|监理|检测|检验|检查|抽检|巡检|巡查|运行|运营|租赁|租用|清洗|清理|清扫|清洁"
    "|保洁|消毒|培训|教育|回收|处置|处理|治理|防治|防控|盘点|清查|审计|审核|审查|评审|评估|评价|设计|规划|勘察|勘测|勘探|测绘|测试|咨询|编制|验收"
    "|看护|看管|值守|巡护|协管|调查|统计|登记|宣传|推广|研究|研发|开发(?!区)|代理|实施|鉴定|鉴证|认证|印刷|出版|运输|客运|货运|调解|援助|救助|接种|保健"
)
_ASIDE: Final = pattern(r"[（(][^（()）]*[）)]")
_PLAIN: Final = str.maketrans("（），", "(),")
_JOINED: Final = pattern(r"[、和及与]")
_ENDS_IN_DOING: Final = pattern(f"(?:{DOINGS})$")
_TWO_DOINGS: Final = pattern(f"(.*?)({DOINGS})和({DOINGS})")
# An ending that so many names share says what kind of thing it is: whatever ends in 车 is a vehicle.
_SHARED: Final[Mapping[int, int]] = MappingProxyType({2: 5, 1: 30})
_KIND_OF_WORKS: Final = 4
_SHORTEST: Final = 2
_LEFT_OVER: Final = "其他"


@dataclass(frozen=True)
class Heads:
    """What may end a phrase. `names`: the short code by name; `endings`: the code above all names that end so."""

    names: Mapping[str, str]
    endings: Mapping[str, str]
    longest: int

    def kept(self) -> Mapping[str, object]:
        """Give the parts that are kept: names by their last character, of which a text has few."""
        lines: dict[str, list[str]] = {}
        for name, code in self.names.items():
            lines.setdefault(name[-1], []).extend((name, code))
        by_last = MappingProxyType({last: "\n".join(same) for last, same in lines.items()})
        return {"names": by_last, "endings": self.endings, "longest": self.longest}

    def name_before(self, text: str, low: int, end: int) -> tuple[str, int] | None:
        """Find the longest name between two places that ends at the second: its short code and its length."""
        for length in range(min(self.longest, end - low), _SHORTEST - 1, -1):
            code = self.names.get(text[end - length : end])
            if code is not None:
                return code, length
        return None

    def ending_before(self, text: str, low: int, end: int) -> tuple[str, int] | None:
        """Find the longest ending of a longer word that ends there: the short code above it and its length."""
        for length in _SHARED:
            code = self.endings.get(text[end - length : end]) if length < end - low else None
            if code is not None:
                return code, length
        return None


class _ByLast(Mapping[str, str]):
    """Names with their codes, of which those of one last character are taken apart when one of them is asked for."""

    def __init__(self, lines: Mapping[str, str]) -> None:
        self._lines = lines
        self._apart: dict[str, Mapping[str, str]] = {}

    def __getitem__(self, name: str) -> str:
        return self._of(name[-1:])[name]

    def __iter__(self) -> Iterator[str]:
        return (name for last in self._lines for name in self._of(last))

    def __len__(self) -> int:
        return sum(len(self._of(last)) for last in self._lines)

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - as of any mapping
        """Look up a name; without the error that a mapping would raise and catch: most words are none."""
        return self._of(name[-1:]).get(name, default)

    def _of(self, last: str) -> Mapping[str, str]:
        found = self._apart.get(last)
        if found is None:
            words = self._lines[last].split("\n") if last in self._lines else []
            found = self._apart[last] = dict(zip(words[::2], words[1::2], strict=True))
        return found


def kept_heads(part: Callable[[str], Any]) -> Heads:
    """Take heads as they were kept, by the names of their parts."""
    return Heads(_ByLast(part("names")), part("endings"), part("longest"))


def heads(items: Items) -> Heads:
    """Make a catalogue's names ready; without those that are cut off in the copy, and those of what is left over."""
    written = {
        code: name.translate(_PLAIN)
        for code, name in items.names.items()
        if CUT not in name and not name.startswith(_LEFT_OVER)
    }
    names = {name: code for code, name in written.items() if len(name) >= _SHORTEST}
    for code, name in written.items():
        for form in _in_other_words(code, name):
            if len(form) >= _SHORTEST and not form.startswith(_LEFT_OVER):
                names[form] = _above(names.get(form, code), code)
    names = {form: code for form, code in names.items() if code}
    longest = max(map(len, names), default=0)
    return Heads(MappingProxyType(names), MappingProxyType(_endings(names)), longest)


def _in_other_words(code: str, name: str) -> Iterator[str]:
    plain = _ASIDE.sub("", name) if name.endswith(")") else name
    if code[0] == "A":
        yield plain.removesuffix("类")
        # 天篷、遮阳篷、帐篷: what comes first may only say what kind of the last it is.
        yield _JOINED.split(plain)[-1]
    elif code[0] == "B":
        works = plain.removesuffix("施工")
        if works.endswith("工程"):
            for form in (works, works[-_KIND_OF_WORKS:]):
                yield form
                yield form + "施工"
    else:
        yield from _services(plain.removesuffix("服务"))


def _services(plain: str) -> Iterator[str]:
    # 空调维修和保养服务 is asked for as 空调维修, 空调维修保养服务 or 空调保养.
    both = _TWO_DOINGS.fullmatch(plain)
    ends = () if both is None else (both[2], both[3], both[2] + both[3])
    for form in (plain, *(both[1] + end for end in ends if both is not None)):
        yield form + "服务"
        if len(form) > _SHORTEST and _ENDS_IN_DOING.search(form):
            yield form


def _above(code: str, other: str) -> str:
    """Give the code above two codes, themselves included; none where two classes share a form."""
    while not other.startswith(code):
        code = parent_of(code)
    return code


def _endings(names: Mapping[str, str]) -> dict[str, str]:
    """Find the endings that many names of goods share and no name of anything else has."""
    found: dict[str, list[str]] = {}
    for form, code in names.items():
        for length in _SHARED:
            found.setdefault(form[-length:], []).append(code)
    shared = {
        # What the least and the greatest code share, all between them share.
        ending: _above(min(codes), max(codes))
        for ending, codes in found.items()
        if len(codes) >= _SHARED[len(ending)]
    }
    return {ending: code for ending, code in shared.items() if code.startswith("A") and ending not in names}
