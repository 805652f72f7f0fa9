"""Denials in general: which stretches of a text say that something is not in it, not allowed, or bought otherwise."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise

from policy_engine.foundation.patterns import pattern
from policy_engine.foundation.records import dataclass
from policy_engine.reading.phrases import Phrases

# 能不能, 含不含, 有没有 ask and deny nothing; where the first half ends another word (功能不能, 许可不可), it is a denial.
_ENDS_A_WORD = pattern(
    r"[功智职性才可机]能|[许认]可|[标水批核]准|[于总还只但都就也凡正算硬若]是|[下附所隶金直]属|[包内]含|[社机学]会|[私国拥]有"
)
_CANNOT = r"(?:不能|不可(?![逆抗分])|不准|不允许)"
# What a text leaves out; it reaches to the end of the clause, or to `的`: 不含装修的保洁服务 does buy the cleaning.
_LEFT_OUT = (
    r"不(?:含|包括|包含|涉及|提供|负责|承担|采购|购买|购置|构成|存在|安排|开展)(?!在内|税|增值税|[^,。;、]{0,3}税)"
    # Whatever isn't done: 不接触国家秘密, 不再聘用原有人员.
    r"|(?<!拒)不(?:再|直接|另|得再)?(?:接触|涉足|参与|介入|干预|行使|代替|替代|作出|下达|出具|进行|实施|施工|改造|新建|新增|增设|增配|更换"
    r"|聘用|招用|雇用|投资|出资|垫付|形成|产生|分担|从事|检查|登记|处理|查处|处罚|收取|要求|限定|指定|限制)"
    r"|(?:暂不|暂缓|停止|取消|免于)"
    r"|不属于(?!本|此|采购|服务|合同|招标)|无需|无须|毋需|不必|不需要?|没有|并非|不是(?!不)|未(?:包含|包括|涉及|提供)"
)
# What a text forbids; the thing may have its own `的`: 禁止将主体部分的施工转包.
_FORBIDDEN = rf"(?:不得|禁止|严禁|{_CANNOT})(?!不|少于|低于|高于|超过|迟于|晚于|早于|多于|大于|小于|或缺|撤销)|杜绝|拒绝"
_OWNERS = "采购人|甲方|业主单位|业主|委托方|委托人|招标人|发包人|建设单位|购买主体|我单位|我局|本单位"
_OFFICES = "局|大队|中队|支队|政府|部门|机关|委员会|执法人员|执法单位|民警|交警|法院|检察院|监管所|派出所|司法所|征收办|街道|法规科"
_OF_PEOPLE_AND_MONEY = "管理|考勤|安排|调度|调配|派|发放|工资|回购|偿还|还款|支付|付款|担保|贷款|面试|招"
# What stands behind the thing, or before it where nothing stands before.
_ELSEWHERE = (
    rf"另行(?:采购|招标|委托|安排|签订|发包|组织|实施|立项|解决|购买|购置)"
    rf"|由(?:{_OWNERS})(?:自行|另行|自己)(?:负责)?(?:采购|招标|委托|安排|购置|购买|实施|承担|解决|提供|组织)?"
    rf"|由(?:{_OWNERS}|[^,。;、由]{{1,3}}方)(?:提供|供应|(?:负责)?(?:采购|购置|购买))"
    rf"|另列|另立项目|单独立项|另(?:走|案|找|由)|以后(?:再|另|走)|列入(?!本|此|采购|服务|合同|招标)[^,。;、]{{0,12}}(?:计划|项目库)"
    # 面试打分还是我们自己来.
    rf"|(?:还是|仍|仍旧|都|照旧)(?:由|归|是)?(?:我们|咱们?|局里|镇里|所里|队里|校里|单位)(?:自己|自行|自家)"
    # What is there already: 书架已购置到位.
    rf"|已经?(?:全部|另行|单独|统一|由[^,。;、由]{{1,8}})?(?:建成|完工|竣工|装修完|施工完|安装完|购置|采购到位|配备到位|配齐|换新|更新完)(?:毕|成|到位)?(?!后|的)"
    # What an authority decides itself is not bought.
    rf"|由[^,。;、由]{{0,8}}(?:局|大队|支队|政府|部门|机关|委员会|厅|院|执法人员|{_OWNERS})(?:依法)?(?:作出|决定|审批|签发|裁定|认定|核发)"
    # Nor what it does; but who leads, moves and pays people is another matter.
    rf"|由[^,。;、由]{{0,8}}?(?:{_OFFICES}|{_OWNERS})(?:[^,。;、由]{{0,6}}?)(?:依法|直接|统一|自行|全程)?(?:实施|组织|办理|查处|处理|处置|执行|审定|核定|带队|下达|负责(?=$|[,。;)]))"
    rf"(?![^,。;、]{{0,6}}(?:{_OF_PEOPLE_AND_MONEY}))"
)
_BEHIND = (
    r"除外|不(?:含|包括|包含|算|计)在内|不在[^,。;、]{0,10}?范围|不(?:纳入|计入|列入)"
    r"|不属于(?=本|此|采购|服务|合同|招标)|不作为本|无关(?!紧要)"
)
# Forms answer: 是否接受联合体投标:否, 分包:不允许. What they answer no to is the label alone.
_ANSWER = r":(?:否|无|没有|不(?:接受|允许|适用|涉及|属于|是|得|可以|需要|组织|含))(?=[,。;|\n)]|$)"
# Not where no means that somebody else does it, or where the label denies already.
_LABEL = pattern(
    r"(?:[0-9]{1,2}[.、])?(?:本(?:项目|次|合同))?(?:是否)?"
    r"(?P<of>(?:(?!中标|成交|供应商|投标人|承接|公司|(?<!涉)及)[^0-9由归自乙派驻不未无没非免拒禁除停外和与并、/+]){2,14}?)"
    r"(?:项目|模式|方式|内容|情况)?"
)
_ANSWERED = r"\(否\)(?:接受|允许|属于|涉及|采用)"
_AS_FAR = 8
_STOPS = pattern("[由并且及和、,]")
_EXCEPT = pattern(
    r"除(?![尘草雪湿臭虫冰锈害颤险名此四非])了?(?P<what>[^,。;!?\n除]{1,40}?)(?:以外|之外|外)"
    r"(?![墙包聘围部网出语来立国事宣联观勤卖电线饰挂保架委])"
)
_INCLUSIVE = pattern(r",?(?:[^,。;]{0,6}?)(?:还|也|另(?!行)|同时|并|都|仍)")
# What a text only tells of: what a meeting heard about, what a purchase is to help with.
_TOLD_OF = pattern(
    r"(?:听取|通报|汇报|传达|回顾|学习)了?(?P<heard>[^,。;!?\n]{1,30}?)(?:情况|进展|汇报|通报|报告|精神|文件)"
    # 对融资租赁公司报表作季度分析: what is studied isn't done.
    r"|(?:对|围绕|针对)(?P<studied>(?:(?!并|另|同时)[^,。;!?\n]){1,30}?)(?:进行|开展|作|做|实施)(?:[^,。;、!?\n]{0,6}?)"
    r"(?:分析|研究|审计|评估|评价|调查|调研|统计|测评|论证|鉴定|监测|评查|复核|回访|梳理|体检|培训|宣传|宣讲)"
    r"|为了?(?:配合|保障|服务|支持|协助|加强|规范|监督)(?P<purpose>[^,。;!?\n]{1,24})(?=,)"
)
# Right before the word and nowhere else.
_RIGHT_BEFORE = pattern(r"(?<![除并是岂莫])非|无(?!偿|障碍)|[不未勿]|免(?!费)")
# Within what a pattern spans: 甲方亦不为其担保.
_IN_BETWEEN = pattern(
    rf"{_CANNOT}|不需"
    r"|不(?:得|再|予|含|包括|涉及|在|属于|属|是|为|提供|参与|负责|承担|作(?!为)|对|由|必|应|将|会|要求|设|介入|具有|收|向|以|直接|代)"
    r"|(?<!尚)未(?!按|达|成年|来)|没有|无(?:权|需|须)|严禁|禁止|并非"
)
_TOKENS = pattern(
    f"(?P<left_out>{_LEFT_OUT})|(?P<forbidden>{_FORBIDDEN})|(?P<elsewhere>{_ELSEWHERE})|(?P<behind>{_BEHIND})"
    f"|(?P<answer>{_ANSWER})|(?P<answered>{_ANSWERED})"
)
# One of these characters stands in everything that the pattern finds: most names of purchases have none of them, and
# compiling a pattern takes far longer than looking for characters.
_IN_TOKENS = frozenset("不暂停取免无毋没并未禁杜拒另单由以列还仍都照已除否")
_IN_TOLD_OF = frozenset("听通汇传回学对为围")
_AFFIRMED = "提供|负责|采购|购买|购置|开展|承担|包括|包含|含|实施|完成|组织|配备|承接|委托|进行|应当?|须|要求|同时|还|另(?!行)|并"
_AFFIRMS = pattern(_AFFIRMED)
_TURNS = pattern("但|而(?!且)|只|仅")
_OPENS = pattern(r"[:(]")
_ATTACHES = pattern(r"(?:并|再|需|可|须|应|将|且)$")


@dataclass(frozen=True, slots=True)
class Denial:
    """A denying word and the stretch that it denies."""

    start: int
    end: int
    low: int
    high: int

    def covers(self, start: int, end: int) -> bool:
        """Tell whether a stretch is denied, or its end is; what holds the denying word itself is not."""
        return self.low < end <= self.high and not (start < self.end and self.start < end)


class Denials:
    """The denials of a text, to be asked of many stretches: few of them begin before one and reach behind it."""

    def __init__(self, found: Iterable[Denial]) -> None:
        self._found = sorted(found, key=lambda one: one.low)
        self._lows = [one.low for one in self._found]
        self._reached = list(accumulate((one.high for one in self._found), max))

    def cover(self, start: int, end: int) -> bool:
        """Tell whether one of them covers a stretch."""
        at = bisect_right(self._lows, end)
        while at and self._reached[at - 1] >= end:
            at -= 1
            if self._found[at].covers(start, end):
                return True
        return False


def is_denied_by_its_neighbour(text: str, start: int) -> bool:
    """Tell whether a denying character stands right before a word: 非工程类, 不转包."""
    # Two characters: the one before the denial may turn it, as in 除非 and 并非; and what follows it may, as in 免费.
    return any(
        found.end() == start and not _is_asked(text, at)
        for at in range(max(0, start - 2), start)
        if (found := _RIGHT_BEFORE.match(text, at)) is not None
    )


def is_denied_in_between(text: str, start: int, end: int) -> bool:
    """Tell whether a denying word stands within a stretch: what is said there is that something is not so."""
    return any(not _is_asked(text, found.start()) for found in _IN_BETWEEN.finditer(text, start, end))


def _is_asked(text: str, at: int) -> bool:
    """Tell whether what denies at `at` stands between a word and the same word, which asks: 涉不涉及, 转包不转包, 有无."""
    if at == 0 or text[at] not in "不没":
        return text[at - 1 : at + 1] == "有无" if at else False
    if at > 1 and text[at - 2 : at] == text[at + 1 : at + 3]:
        return True
    return text[at - 1] == text[at + 1 : at + 2] and _ENDS_A_WORD.match(text, max(0, at - 2)) is None


def denials(phrases: Phrases) -> tuple[Denial, ...]:
    """Find every denial of a text, each with its reach. Two that follow on each other deny nothing."""
    found = sorted(_prefixed_and_suffixed(phrases), key=lambda d: (d.start, d.end))
    doubled = {id(one) for a, b in pairwise(found) if a.end == b.start for one in (a, b)}
    return (*(d for d in found if id(d) not in doubled), *_exceptions(phrases))


def _exceptions(phrases: Phrases) -> Iterator[Denial]:
    for found in _found(_TOLD_OF, _IN_TOLD_OF, phrases.text):
        low, high = found.span(found.lastgroup or 0)
        yield Denial(found.start(), low, low, high)
    for found in _found(_EXCEPT, frozenset("除"), phrases.text):
        if _INCLUSIVE.match(phrases.text, found.end()) is None:
            low, high = found.span("what")
            yield Denial(found.start(), low, low, high)


def _prefixed_and_suffixed(phrases: Phrases) -> Iterator[Denial]:
    for found in _found(_TOKENS, _IN_TOKENS, phrases.text):
        start, end = found.span()
        if _is_asked(phrases.text, start):
            continue
        match found.lastgroup:
            case "left_out":
                yield Denial(start, end, end, _reach(phrases, end, stops_at_of=True))
            case "forbidden":
                yield Denial(start, end, end, _reach(phrases, end, stops_at_of=False))
            case "elsewhere":
                yield _elsewhere(phrases, start, end)
            case "answer":
                label = _LABEL.fullmatch(phrases.text, phrases.clause_start(start), start)
                if label is not None:
                    # What ends the label alone: 办公楼装修分包:不允许 forbids no 装修.
                    yield Denial(start, end, label.end("of") - 1, start)
            case "answered":
                high = min(phrases.clause_end(end), end + _AS_FAR)
                stop = _STOPS.search(phrases.text, end, high)
                yield Denial(start, end, end, high if stop is None else stop.start())
            case _:
                yield Denial(start, end, _back(phrases, start, end), start)


def _found(looked_for: re.Pattern[str], one_of: frozenset[str], text: str) -> Iterator[re.Match[str]]:
    return iter(()) if one_of.isdisjoint(text) else looked_for.finditer(text)


def _elsewhere(phrases: Phrases, start: int, end: int) -> Denial:
    before = phrases.text[phrases.clause_start(start) : start]
    if before and _ATTACHES.search(before) is None:
        return Denial(start, end, _back(phrases, start, end), start)
    if phrases.clause_end(end) > end:
        return Denial(start, end, end, _reach(phrases, end, stops_at_of=True))
    return Denial(start, end, _back(phrases, start, end), start)


def _reach(phrases: Phrases, at: int, *, stops_at_of: bool) -> int:
    """Find how far a denial reaches: over a list, but not over an item that says what is done."""
    text = phrases.text
    opened = _OPENS.match(text, at)
    start = opened.end() if opened is not None else at
    end = phrases.clause_end(start)
    turn = _TURNS.search(text, start, end)
    end = turn.start() if turn is not None else end
    if stops_at_of and (of := text.find("的", start, end)) >= 0:
        end = of
    for low, high in phrases.parters:
        if start <= low < end and _AFFIRMS.match(text, high) is not None:
            return low
    return end


def _back(phrases: Phrases, start: int, end: int) -> int:
    """Find how far back a denial reaches from behind a list; alone in a clause it denies the item before."""
    text = phrases.text
    low = phrases.clause_start(start)
    if low == start and start:
        # 监理服务（另行采购）, 装修，另行采购。
        if phrases.clause_end(end) > end or text[start - 1] not in ",(":
            return start
        items = [high for _, high in phrases.parters if high < start]
        return max([phrases.clause_start(start - 2) if start > 1 else 0, *items])
    for part, item in reversed([pair for pair in phrases.parters if low <= pair[0] < start]):
        before = max([high for _, high in phrases.parters if low <= high <= part], default=low)
        if _AFFIRMS.match(text, before) is not None:
            return item
    return low
