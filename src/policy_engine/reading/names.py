"""What a purchase is called: the head of its name says what is bought, whatever else its other texts name."""

from __future__ import annotations

from typing import Final

from policy_engine.foundation.patterns import pattern

# Services whose object is a thing: works that are supervised, devices that are tested. Nobody trains or surveys a building.
_ABOUT: Final = (
    "监理|设计|勘察|勘测|测绘|测量|造价|造价咨询|咨询|评估|后评价|评价|绩效评价|评查|评审|审计|审核|决算|结算|"
    "检测|监测|检验|鉴定|论证|可研|可行性|代理|招标代理"
)
ABOUT: Final = frozenset(_ABOUT.split("|"))
_LONGEST: Final = 40
_ENDS_A_SENTENCE: Final = pattern(r"[,;。!?\n]|(?<![0-9]):")
_ASIDE: Final = pattern(r"\([^()]{0,20}\)$")
_TAIL: Final = pattern(
    "(?:服务|项目|采购|购买|外包|委托|工作|事项|任务|专项|经费|费用?|合同|协议|公告|公示|意向|需求|单位|机构|公司|编制|报告|方案|技术|活动|辅助"
    "|的(?:请示|报告|函|通知|公告|公示|申请|说明|建议)|请示|第?[一二三四五六七八九十0-9]+(?:期|标段|包|批次?|次)|(?:19|20)[0-9]{2}年度?)$"
)
_BUYS: Final = pattern(
    "(?:另行?|配套|同步|一并|同时)?(?:采购|购置|购买|购入|添置|置办|采买|订购|新购|增购|配备|配置)"
)


def says_to_buy(words: str) -> bool:
    """Tell whether words begin with the act of buying: then the thing is bought, whatever the purchase is called."""
    return _BUYS.match(words) is not None


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
