"""What a text does to a quantity that it has named: puts another in its place, changes it by so much, doubts or denies it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from policy_engine.foundation.patterns import pattern
from policy_engine.model.lexicon import Measure
from policy_engine.reading.quantities_words import NUMERAL, Quantity

_WINDOW, _FARTHEST = 12, 24
_CHANGES = (
    r"(?:调[整减增升降高低]|改|变更?|更[正改]|修[改正订]|纠正|压[减缩低]|核[减增定]|[减增][少加]?|下?降低?|[下上]调|提[高升]|缩[短减]"
    r"|延长|顺延|延期|展期|扩大|削减|追加)"
)
# 调减为95万元, 现95万元, 应为95万元: what stands behind takes the place of what stood before.
_INSTEAD = pattern(
    rf"{_CHANGES}了?[为至到成]|(?<![出实体])现(?![场金有状])[在已]?|应当?[为是]|实际?应?[为是]|而是|{_CHANGES}后"
)
# What may stand beside such words without saying that the change is one of something else.
_BESIDE = pattern(
    r"[,(:为是改按定由的]|误写|有误|笔误|写错|经[^,]{0,8}?(?:后|同意|研究|审核|评审|协商)|预算|总?[金价]额?|金额|经费|资金|合同|服务|期限?|限"
    r"|人民币|[¥￥]|拟|后|予以|已|再|又|统一|规模|总|额|人数|年度|本|今年"
)
# 核减25万元: by so much it changes, or so much is over or lacking.
_BY = (
    r"(?:调[减增]|核[减增]|压[减缩]|减少|增加|追加|削减|下降|[下上][调浮]|上涨|提高|降低|扣[除减]|节[约省余]|结余|缺口|超支|另加|缩短)"
    r"(?:了|约|为|达|预算|资金|经费|费用|金额|人民币|[¥￥])*"
)
_BY_SO_MUCH = pattern(f"{_BY}$")
_CHANGES_THEN = pattern(rf"[,(、]?(?:另|再|又|后|现|已|经[^,]{{1,6}}后)*{_BY}[0-9{NUMERAL}]")
_FEWER = pattern(r"(?:减少|核减|裁减|压减|削减|精简|调减)了?$")
_DENIED = pattern(r"(?:(?<!是)不是|并非|绝非|而非|不再是|不为|没有)$")
_OR = pattern(r"[,、]?(?:或者?|还是|抑或)(?:是|为)?")
_AND = pattern(r"[和与及至到]")
_SAME = pattern(r"\((?:[大小]写:?)?|[,(]?(?:即|合|折合|也就是|=)")
_BEFORE_THIS = pattern(r"(?:去年|前年|往年|上一?年度?|上一?期|(?<!合)同期)(?:的|为|是)?$")
_PARTS = pattern(r"[、和及][^,。;、0-9]{0,6}")
_MAKE_UP = pattern(r"组成|构成|共同")
_BREAKS = pattern(r"[。;；!！?？\n]")


def revised(text: str, found: Iterable[Quantity]) -> list[Quantity]:
    """Leave out what a text takes back, and make unsure what it says in two ways. The rest stays as it is, in order."""
    by_measure: dict[Measure, list[Quantity]] = {}
    for one in found:
        by_measure.setdefault(one.measure, []).append(one)
    kept = [one for same in by_measure.values() for one in _of_one_measure(text, same)]
    return sorted(kept, key=lambda one: one.start)


def _of_one_measure(text: str, same: list[Quantity]) -> Iterable[Quantity]:
    dropped = {at for at, one in enumerate(same) if _is_none(text, one)}
    unsure = {at for at, one in enumerate(same) if _CHANGES_THEN.match(text, one.end)}
    for at, (one, other) in enumerate(pairwise(same)):
        gap = text[one.end : other.start]
        if len(gap) > _FARTHEST or _BREAKS.search(gap):
            continue
        beside, changes = _INSTEAD.subn("", gap)
        if changes and not _BESIDE.sub("", beside):
            dropped.add(at)
        elif changes or (_says_otherwise(text, gap, other) and one.value != other.value):
            unsure |= {at, at + 1}
    return (
        replace(one, is_exact=False, extends=False) if at in unsure else one
        for at, one in enumerate(same)
        if at not in dropped
    )


def _is_none(text: str, one: Quantity) -> bool:
    """Say whether it is denied, was so before, or is only how much more or less there is."""
    before = text[max(0, one.start - _WINDOW) : one.start]
    return bool(_DENIED.search(before) or _BEFORE_THIS.search(before)) or _changes_by(one.measure, before)


def _changes_by(measure: Measure, before: str) -> bool:
    pattern = _FEWER if measure is Measure.PERSONS else _BY_SO_MUCH
    return measure is not Measure.DAY and pattern.search(before) is not None


def _says_otherwise(text: str, gap: str, other: Quantity) -> bool:
    is_between = _AND.fullmatch(gap) is not None and text.startswith("之间", other.end)
    is_part = _PARTS.fullmatch(gap) is not None and _MAKE_UP.match(text, other.end) is not None
    return is_between or is_part or _OR.fullmatch(gap) is not None or _SAME.fullmatch(gap) is not None
