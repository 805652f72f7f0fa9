"""What a purchase is called: its head says what is done to the things that other texts merely list."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from policy_engine.foundation.patterns import pattern
from policy_engine.foundation.tuples import NamedTuple
from policy_engine.reading.normal import normal

# Services whose object is a thing: works that are supervised, devices that are tested. Nobody trains or surveys a building.
_ABOUT: Final = (
    "监理|设计|勘察|勘测|测绘|测量|造价|造价咨询|咨询|评估|后评价|评价|绩效评价|评查|评审|审计|审核|决算|结算|"
    "检测|监测|检验|鉴定|论证|可研|可行性|代理|招标代理"
)
ABOUT: Final = frozenset(_ABOUT.split("|"))
# What is done to a thing that is there already.
_DONE_TO: Final = "维修|修理|维护|维保|保养|运维|巡检|检修|租赁|租用|检定|校准|清洗|盘点|回收|保险|处置"
_HEADS: Final = frozenset((*ABOUT, *_DONE_TO.split("|")))
_LONGEST: Final = 40
_ENDS_A_SENTENCE: Final = pattern(r"[,;。!?\n]|(?<![0-9]):")
_ASIDE: Final = pattern(r"\([^()]{0,20}\)$")
_TAIL: Final = pattern(
    "(?:服务|项目|采购|购买|外包|委托|工作|事项|任务|专项|经费|费用?|合同|协议|公告|公示|意向|需求|招标(?:计划)?|等?前期工作|标段|单位|机构|公司|编制|报告|方案|技术|活动|辅助"
    "|的(?:请示|报告|函|通知|公告|公示|申请|说明|建议)|请示|第?[一二三四五六七八九十0-9]+(?:期|标段|包|批次?|次)|(?:19|20)[0-9]{2}年度?)$"
)
# Fields that hold what something is called: 事项名称, 合同名称.
_NAMES: Final = "名称"
# Whoever buys, hands over, builds or mends does something: then the thing is not merely listed.
_ACTS: Final = pattern(
    "[采购买换添订配发赠送供交归]|更新|提供|增设|新增|新建|建[设造成]|改[造建]|[修装拆铺砌浇刷挖筑盖搭架埋]|施工|工期|竣工|工程|加固|硬化|平整|安装|制作|定制|完成|实施"
)
_BY_NUMBER: Final = pattern("[0-9一二三四五六七八九十A-Za-z][号#栋幢期区]")
# How the title of a notice goes on behind what is bought: 设备采购项目（二次）公开招标公告[变更].
_KINDS: Final = (
    "(?:政府)?采购|公开|邀请|招标|招募|征集|竞争性|谈判|磋商|询价|询比|询采|比选|遴选|竞价|单一来源|框架协议|院级|校级|方式|中标|成交|中选|入围|结果|候选人|合同"
    "|更正|终止|废标|变更|交易|意向|需求|预|资审|资格预审|文件|[(（](?:成交|采购|招标|中标)[)）]|[/／]"
)
_NOTICE: Final = pattern(
    f"的?(?:[-—_·(（\\[【 ]?(?:{_KINDS}){{0,8}}(?:公告|公示|公开)[)）\\]】]?)+$|的?(?:公开招标|邀请招标|竞争性(?:磋商|谈判)|政府采购合同)$"
)
# What a platform adds: which try, part or place it is, and who answers for it.
_ADDED: Final = pattern(
    "[(（\\[【](?:网|(?:第?[ ]?[一二三四五六七八九十0-9]{1,2}[ ]?)(?:次|批|包|标段|标|期)|包[ ]?[一二三四五六七八九十0-9A-Z]{1,2}"
    "|重新招标|重招|更正公告|变更公告(?:[:：]第?[ ]?[0-9]{1,2}[ ]?次)?|[^()（）\\[\\]【】]{2,28}公司|(?:项目)?编号[^()（）\\[\\]【】]{1,30}"
    "|[A-Z0-9][-A-Z0-9]{3,30})[)）\\]】] ?$"
)
_LONGEST_NOTICE: Final = 40
_BUYING: Final = "采购"
_NOT_BOUGHT: Final = ("项目", "服务", "工程", "专项", "工作")
_ABOUT_A_PURCHASE: Final = pattern("^关于(?:购买|采购|开展|委托)?|^(?:购买|采购|委托)")
# Who buys often bears the name of a service: 机关事务服务中心, 城市管理局, 检测中心. Not who provides it: 检测中心承接…
_BODY: Final = pattern(
    "^[^,;。、:]{1,24}?(?P<called>(?:服务|管理|监管|监督|监测|检测|检验|保障|培训|宣传|设计|研究|运营|规划|交易|调查|评估|评价|统计|测绘|养护|数据|活动|会议|治理|防治|防控"
    "|维护|处置|建设|工程|公开|审计|认证|鉴定|演出|教育|咨询){1,3})(?=(?:事务)?(?:局|委员会|管委会|中心|站|所|处|院|大队|总队|支队|厅|科技?公司|有限公司|集团)(?!承接|承担|承办|受托)[^,;。、:]{3})"
)
_MASK: Final = "□"
_DOES: Final = pattern("[对把将由]|进行|实施|负责|承担|完成|开展|组织|施工|新建|采购|购|工期|[,;。!?\n]")


class Title(NamedTuple):
    """What a name says is bought, as the name begins; `is_of_notice`: the words of a notice were left off behind it."""

    text: str
    is_of_notice: bool


def title_of(written: str) -> Title:
    """Leave off the words by which a name ends as the title of a notice: 设备采购项目（二次）招标公告."""
    text, is_of_notice = written, False
    while True:
        added = _ADDED.search(text, max(0, len(text) - _LONGEST_NOTICE))
        shorter = text if added is None else text[: added.start()]
        found = None if is_of_notice else _NOTICE.search(shorter, max(0, len(shorter) - _LONGEST_NOTICE))
        if found is not None:
            shorter, is_of_notice = _before_notice(shorter, found), True
        if shorter == text:
            return Title(text, is_of_notice)
        text = shorter


def _before_notice(text: str, found: re.Match[str]) -> str:
    kept = found.start()
    # 设备采购公告 is the notice of 设备采购; 保洁项目采购公告 that of 保洁项目.
    keeps = found[0].startswith(_BUYING) and not text[:kept].endswith(_NOT_BOUGHT)
    return text[: kept + len(_BUYING)] if keeps else text[:kept]


def is_for_names(field: str) -> bool:
    """Tell whether a field holds what something is called."""
    return field.endswith(_NAMES)


def names_among(texts: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Give, of the texts of one matter, what it is called, in plain form."""
    called = (
        normal(title_of(line).text).text
        for of, text in texts
        if is_for_names(of)
        for line in text.split("\n")
    )
    return tuple(filter(is_name, called))


def without_body(plain: str) -> str:
    """Hide, of a name, what only says what the body that it begins with is called; every character keeps its place."""
    found = _BODY.search(plain)
    if found is None:
        return plain
    start, end = found.span("called")
    return plain[:start] + _MASK * (end - start) + plain[end:]


def is_done_to_things(name: str, heads: Iterable[str] = _HEADS) -> bool:
    """Tell whether a name ends in something that is done to things: a study, a test, a repair; of the given heads."""
    head = head_of_a_name(name)
    return any(head.endswith(word) for word in heads if word in _HEADS)


def merely_lists(plain: str) -> bool:
    """Tell whether a text only lists things: nobody buys, makes, builds or hands over anything in it."""
    return _ACTS.search(plain) is None


def is_study_of(name: str, plain: str, heads: Iterable[str]) -> bool:
    """Tell whether a text is one phrase about the very thing whose study the name is: 二号楼外墙修缮三百平方米."""
    of = _ABOUT_A_PURCHASE.sub("", name)
    same = next(
        (n for n, (a, b) in enumerate(zip(of, plain, strict=False)) if a != b), min(len(of), len(plain))
    )
    if _BY_NUMBER.search(plain, 0, same) is None or _DOES.search(plain) is not None:
        return False
    head = head_of_a_name(name)
    return any(head.endswith(word) for word in heads if word in ABOUT)


def is_name(plain: str) -> bool:
    """Tell whether a normal text is a name and nothing more: short, and no sentence."""
    return 0 < len(plain) <= _LONGEST and _ENDS_A_SENTENCE.search(plain) is None


def head_of_a_name(plain: str) -> str:
    """Leave off what stands at the end of names and says nothing: 服务, 项目, 的请示, 2026年度."""
    while True:
        shorter = _TAIL.sub("", _ASIDE.sub("", plain))
        if shorter == plain:
            return plain
        plain = shorter
