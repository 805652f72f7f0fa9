"""Whether what stands at the head of a phrase is bought there, or merely occurs."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import Final

from policy_engine.foundation.patterns import pattern
from policy_engine.foundation.records import dataclass
from policy_engine.reading.item_names import DOINGS
from policy_engine.reading.phrases import Phrases

BUY: Final = "采购|购置|购买|添置|添购|新购|增购|购进|购入|订购|采买|置办|选购|配发|增配|换购"
_BUYS: Final = pattern(
    rf"(?:{BUY}|(?<![购采收代])买)(?!人|方|代理|文件|需求|公告|合同|活动|程序|预算|意向|计划|包|主体|价|单位|清单|渠道|力|管理"
    "|目录|限额|平台|中心|电子|法|结果|的?服务)"
)
_BUILDS: Final = pattern("实施|建设|施工|承包|承建|建造|修建|修筑|开展|完成|采购|购买")
# What works consist of; of a service it only says what the service is about.
_HOLDS: Final = pattern("包括|包含|内容[为是:]")
# Whoever buys is not the authority, or does it for somebody else.
_OTHERS: Final = pattern(
    "负责|承担|承接|乙方|中标|供应商|投标人|服务商|服务方|服务单位|服务机构|运营方|自行|自备|自带|协助|配合|代为|须|应当|(?<=[商方者])[应需]|不得"
    "|指导|引导|鼓励|支持|帮助|动员|模拟|陪同|陪护|代[买购]"
)
# Between the word of buying and the head: then something else is bought, and the head is what it is for.
_ELSE: Final = pattern("服务|劳务|保险|用于|用来|为了|进行|负责|开展|从事|的")
# Something is done to what follows.
_DOES: Final = pattern(
    f"{DOINGS}|操作|使用|提供|负责|安装|调试|租|协助|配合|保障|涉及|关于|针对|围绕|[对按把将]|依据|根据|通过|利用|推进|加强|做好|完善|落实|参与|属于|配备"
    "|自带|自备|投入|更换|拆除|改造|介绍|代建|委托|发放|印制|制作|编印|编写|讲解|开放|陈列"
)
_THERE_ALREADY: Final = pattern("租|[由已]|现有|原有|投入|提供|用于|用来|以备|作为|发放")
_SPEAKS_OF: Final = pattern("做好|加强|规范|完善|推进|涉及|关于|针对|围绕|参与|落实|监督|开展")
# What is done with goods by whoever sells them.
_SOLD_WITH: Final = pattern("安装|调试|施工|服务|运维|维护|维保|配送|更换|运输|租赁")
_ENDS_SENTENCE: Final = pattern(r"[,;。!?\n]")
_LONGEST_NAME: Final = 40
# However long a clause is, a word of buying governs what is near.
_NEAR: Final = 200
Span = tuple[int, int]


@dataclass(frozen=True)
class Place:
    """Where a head stands in a normal text: from `start` to `end`, in a clause from `low`, its phrase to `phrase_end`.

    `has_buying_behind`: a word of buying follows in the phrase.
    """

    phrases: Phrases
    low: int
    start: int
    end: int
    phrase_end: int
    has_buying_behind: bool

    @property
    def bought(self) -> Span | None:
        """Give the stretch that says the authority buys this, the head included; nothing where none does."""
        if _OTHERS.search(self._before):
            return None
        if self.has_buying_behind and not _SPEAKS_OF.match(self._own) and self._is_all_that_is_done():
            return self.start, self.phrase_end
        return self._governed_by(_BUYS)

    @property
    def built(self) -> Span | None:
        """Give the stretch that says this is built, the head included; nothing where none does."""
        return self._governed_by(_BUILDS)

    @property
    def held(self) -> Span | None:
        """Give the stretch that says what is bought consists of this; nothing where none does."""
        return self._governed_by(_HOLDS)

    @property
    def is_object(self) -> bool:
        """Tell whether something else is done to this: 维护办公设备."""
        return _DOES.match(self._own) is not None

    @property
    def is_plain(self) -> bool:
        """Tell whether nothing at all is said to be done with this, buying included."""
        behind = self.phrases.text[self.end : self.end + _NEAR]
        is_theirs = _OTHERS.search(self._before) or _OTHERS.search(behind) or _THERE_ALREADY.search(behind)
        return not (self.has_buying_behind or is_theirs or _DOES.search(self._before))

    @property
    def is_in_a_name(self) -> bool:
        """Tell whether the whole text is a name: short, one clause, and no sentence."""
        text = self.phrases.text
        is_short = len(text) <= _LONGEST_NAME and self.low == 0
        return is_short and _ENDS_SENTENCE.search(text.rstrip("。\n")) is None

    @cached_property
    def _item_start(self) -> int:
        parters = self.phrases.parters
        index = bisect_right(parters, (self.start, -1))
        # A joiner that belongs to the name itself parts nothing.
        while index and parters[index - 1][1] > self.start:
            index -= 1
        return max(self._from, parters[index - 1][1] if index else 0)

    @property
    def _from(self) -> int:
        return max(self.low, self.start - _NEAR)

    @property
    def _before(self) -> str:
        return self.phrases.text[self._from : self.start]

    @property
    def _own(self) -> str:
        return self.phrases.text[self._item_start : self.start]

    def _governed_by(self, verbs: re.Pattern[str]) -> Span | None:
        """Find the last verb of which this is an object: right behind it, or further on in a list of nouns."""
        text = self.phrases.text
        found = list(verbs.finditer(text, self._from, self.start))
        if not found:
            return None
        # The nearest one governs; an earlier one has objects of its own.
        verb = found[-1]
        own = text[max(verb.end(), self._item_start) : self.start]
        is_listed = verb.end() < self._item_start
        if _ELSE.search(own) or (is_listed and _DOES.match(own)):
            return None
        return verb.start(), self.end

    def _is_all_that_is_done(self) -> bool:
        """Tell whether buying is all: 食材采购、加工 is done for somebody, 设备采购及安装 is not."""
        parters = self.phrases.parters
        index = bisect_right(parters, (self.phrase_end, -1))
        if index == len(parters) or parters[index][0] != self.phrase_end:
            return True
        return _SOLD_WITH.match(self.phrases.text, parters[index][1]) is not None
