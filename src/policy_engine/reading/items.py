"""What a text says is bought: the item of the catalogue at the head of a phrase, which is its last noun.

检测设备 are goods and 检测服务 is a service: what ends the phrase counts, whatever stands before it. Goods and works count
only where words of buying or building go with them, or where the text is a name and nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Final

from policy_engine.foundation.patterns import pattern
from policy_engine.foundation.records import dataclass
from policy_engine.model.items import Items
from policy_engine.reading.item_names import DOINGS, Heads, heads, kept_heads
from policy_engine.reading.item_places import BUY, Place
from policy_engine.reading.names import is_done_to_things, is_name, merely_lists
from policy_engine.reading.normal import normal
from policy_engine.reading.phrases import Phrases

_NUMBER: Final = "[0-9]{1,6}|[一二两三四五六七八九十百千万几若干]{1,6}"
_COUNTERS: Final = "台套|[台辆批套张把部艘架吨株箱双顶支只册块件床桶盏面个条头组份盒瓶根本副具棵座]|公斤"
# What may follow the head in a phrase without being what is bought.
_TAIL: Final = pattern(
    rf"(?:(?P<buy>{BUY}|供货)|(?:数量)?(?:{_NUMBER})余?(?:{_COUNTERS})|一批|若干|更新|更换|项目|专项|工作|事项|任务|计划|等|经费|费用?"
    r"|第?[一二三四五六七八九十0-9]+(?:期|标段|包|批次?|次)|(?:19|20)[0-9]{2}年度?)$"
)
_LONGEST_TAIL: Final = 16
_COUNTED: Final = pattern(rf"(?:{_NUMBER})余?(?:{_COUNTERS})")
# What is said behind the head of what it is for: 购置无人机用于巡查.
_PURPOSE: Final = pattern("用于|用来|以备|作为|发放")
_BUYS_BEHIND: Final = pattern(rf"(?:{BUY})(?!人|方|代理|文件|需求|合同)")
# Buildings and rights are bought too, but a text that only names one says nothing of buying it.
_NEVER_BY_NAME: Final = ("A01", "A08")
# Food, materials and small articles: whoever cooks, cleans or repairs buys them to use them up.
_USED_UP: Final = ("A07", "A0504")
# What is done with things that nobody says are bought; whoever sells them repairs and tests them too, and trains people.
_RUNS: Final = pattern(
    "^[^另含并附同包赠免供随]*(?:运营|运行|租赁|租用|客运|货运|托管|外包|承包|代管|供餐|做饭|烹饪|烹制|照料|护理)(?:服务)?(?:项目)?$"
)
_ENDS_IN_WORK: Final = pattern(
    f"(?:{DOINGS}|托管|外包|承包|代管|供餐|做饭|烹饪|烹制|加工|制作|照料|护理)(?:服务)?(?:项目)?$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """An item at the head of a phrase of a normal text.

    `code`: the short code; `name`: what stands in the text from `start` to `end`, an item's name or only the ending
    of many (`is_ending`). `low`, `high`: with the words that say it is bought; `is_said`: there are such words.
    """

    code: str
    name: str
    start: int
    end: int
    low: int
    high: int
    is_said: bool
    is_ending: bool


@dataclass(frozen=True)
class ItemReader:
    """A catalogue made ready for reading; nothing is made before a text is read."""

    items: Items

    @cached_property
    def _heads(self) -> Heads:
        kept = self.items.kept_heads
        return heads(self.items) if kept is None else kept_heads(kept)

    def bought(
        self,
        phrases: Phrases,
        beside: str = "",
        names: tuple[str, ...] = (),
        *,
        ends_in_bought: bool = False,
    ) -> tuple[Bought, ...]:
        """List the items at the heads of a text's phrases, in the order of the text; goods and works where bought.

        `beside`: what else is written of the same purchase. Things that are merely named say little where that tells
        what is done with them, or where `names`, what the purchase is called, end in it. `ends_in_bought`: the text is
        the title of a notice, which stood behind it: 检测设备 of 检测设备中标公告.
        """
        ends = tuple(_phrase_ends(phrases))
        at = sorted({*ends, *(before.start() for before in _PURPOSE.finditer(phrases.text))})
        sold = len(phrases.text) if ends_in_bought else -1
        found = [one for end in at if (one := self._at(phrases, end, is_sold=end == sold)) is not None]
        has_service = any(one.code[0] == "C" for one in found)
        does_work = has_service or any(_is_work(phrases.text, end) for end in ends)
        lists = bool(names) and merely_lists(phrases.text)
        # 门禁系统及监控系统维保: both are kept up. What is counted, 门禁20套及监控维保, may be bought all the same.
        is_kept_up = (
            is_name(phrases.text)
            and is_done_to_things(phrases.text)
            and _COUNTED.search(normal(beside).text) is None
        )

        def counts(one: Bought) -> bool:
            match one.code[0]:
                case "C":
                    return True
                case "A" if one.code.startswith(_USED_UP):
                    is_for_work = tells_what_for(beside) or (lists and any(map(_ends_in_work, names)))
                    return not does_work and (one.is_said or not is_for_work)
                case _:
                    is_done_to = lists and any(map(is_done_to_things, names))
                    is_object = is_kept_up and phrases.phrase_end(one.end) == one.end
                    return one.is_said or not (
                        has_service or is_object or is_done_to or tells_what_for(beside)
                    )

        return tuple(filter(counts, found))

    def _at(self, phrases: Phrases, phrase_end: int, *, is_sold: bool) -> Bought | None:
        text, low = phrases.text, phrases.clause_start(phrase_end)
        rest = phrases.rest_of_phrase(phrase_end)
        has_purpose = _PURPOSE.match(rest) is not None
        if rest and not has_purpose and _without_tails(rest):
            # 办公家具（一批）维修: the head comes behind the aside.
            return None
        end = phrase_end
        has_buying = is_sold or (not has_purpose and _BUYS_BEHIND.search(rest) is not None)
        while end > low:
            head = self._heads.name_before(text, low, end)
            tail = _TAIL.search(text, max(low, end - _LONGEST_TAIL), end) if head is None else None
            if tail is None:
                # An ending only where nothing can be left off: 购置 is no 置.
                code, length = head or self._heads.ending_before(text, low, end) or ("", 0)
                place = Place(phrases, low, end - length, end, phrase_end, has_buying)
                return _judged(place, code, is_ending=head is None) if code else None
            # Again without the tail: several may follow one another.
            end, has_buying = tail.start(), has_buying or bool(tail["buy"])
        return None


def _judged(place: Place, code: str, *, is_ending: bool) -> Bought | None:
    """Tell how far the text says that an item is bought; nothing where it merely occurs."""
    span = None
    match code[0]:
        case "A":
            span = place.bought
            may_be_named = not is_ending and not code.startswith(_NEVER_BY_NAME)
            is_there = may_be_named and place.is_in_a_name and place.is_plain
        case "B":
            named = (place.start, place.end) if place.is_in_a_name and not place.is_object else None
            span = place.built or named
            is_there = place.held is not None
        case _:
            is_there = True
    if span is None and not is_there:
        return None
    low, high = span or (place.start, place.end)
    return Bought(
        code=code,
        name=place.phrases.text[place.start : place.end],
        start=place.start,
        end=place.end,
        low=low,
        high=high,
        is_said=span is not None,
        is_ending=is_ending,
    )


@lru_cache(maxsize=4)
def tells_what_for(written: str) -> bool:
    """Tell whether some phrase of a text says what is done with things that its name names: 三年运营."""
    if not written:
        return False
    phrases = Phrases(normal(written).text)
    return any(_RUNS.search(phrases.text[phrases.clause_start(end) : end]) for end in _phrase_ends(phrases))


def _ends_in_work(name: str) -> bool:
    return _is_work(name, len(name))


def _is_work(text: str, end: int) -> bool:
    return _ENDS_IN_WORK.search(text, max(0, end - _LONGEST_TAIL), end) is not None


def _phrase_ends(phrases: Phrases) -> Iterator[int]:
    at, length = 0, len(phrases.text)
    while at < length:
        end = phrases.phrase_end(at)
        if end > at:
            yield end
        at = end + 1


def _without_tails(text: str) -> str:
    while text and (tail := _TAIL.search(text, max(0, len(text) - _LONGEST_TAIL))) is not None:
        text = text[: tail.start()]
    return text
