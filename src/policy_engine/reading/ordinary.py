"""What a text tells of an ordinary service: a lone suspicion gives way to it.

A word alone is suspicious of little. Whoever buys what must not be bought leaves more than one trace, or none of these
signs: who decides, whose tools and people they are, what is paid for, what comes of it, what is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final

from policy_engine.foundation.patterns import pattern
from policy_engine.foundation.records import dataclass
from policy_engine.model.lexicon import Certainty, Indication
from policy_engine.model.vocabulary import Field, FieldType, Role
from policy_engine.reading.agents import BY_A_BODY, BY_THE_PROVIDER
from policy_engine.reading.item_names import DOINGS

_STRONG: Final = 4
_SOME: Final = 2
_LITTLE: Final = 1
# How much is needed against a single place, and against several that are only suspected.
_ENOUGH: Final = 4
_ENOUGH_FOR_SEVERAL: Final = 8
# What gives way, by whether it is found at a single place.
_GIVES_WAY: Final = MappingProxyType(
    {True: (Certainty.SUSPECTED, Certainty.IMPLIED), False: (Certainty.SUSPECTED,)}
)
_READ: Final = 2_000

_NUMBER: Final = "[0-9一二三四五六七八九十两百千万]"
_SIGNS: Final = (
    # Whose tools and things they are.
    (
        _STRONG,
        pattern(
            rf"自备|自带|(?:产权|所有权|车辆|设备)[^,。;\n]{{0,2}}归(?:出租|服务|承接|供应|中标|乙方|公司|运营)|自行配备|自理|自有[^,。;\n]{{0,6}}(?:车|船|设备|工具|机|队伍|人员|场地)|(?:车|船|设备|工具|器材|耗材|机械)[^,。;\n资]{{0,4}}自有"
            rf"|(?:[费油车船药]|保险|司机|设备|工具|耗材|配件|场地|电池|材料|食材|教材|讲师|师资|教师)[^,。;\n]{{0,6}}{BY_THE_PROVIDER}[^,。;\n]{{0,4}}(?:提供|承担|解决|理|备|更换|负责|聘|请|付)"
        ),
    ),
    # Whose people they are.
    (
        _STRONG,
        pattern(
            rf"自主(?:管理|安排|调配|排班|确定|组织)|自行(?:招用|招聘|聘|调度|安排|管理|排班|确定|组织|调配)|他们自己(?:排|管|招|定)"
            rf"|{BY_THE_PROVIDER}[^,。;\n]{{0,6}}(?:管理|安排|招|调|聘|排班)"
        ),
    ),
    # Who leaves.
    (
        _STRONG,
        pattern(
            r"不再聘用|(?:岗位|经费|人员|编制)[^,。;\n]{0,6}(?:同步|相应|已|予以|全部)?(?:核减|分流|清退)"
        ),
    ),
    # Who decides and acts.
    (_STRONG, pattern(BY_A_BODY)),
    # What comes of it.
    (
        _STRONG,
        pattern(
            r"(?:出具|提交|形成|编制|编写)[^,。;\n执罚改]{0,12}(?:报告|意见|清单|建议|台账|成果|数据库)|提出?[^,。;\n]{0,6}(?:意见|建议)|参考"
        ),
    ),
    # Who is helped.
    (
        _STRONG,
        pattern(r"协助|配合(?!采购人安排)|随[^,。;\n]{0,4}执法人员|陪同[^,。;\n]{0,6}执法|技术支[撑持]"),
    ),
    (_SOME, pattern(r"辅助(?!人员|力量|警|岗|队|员)")),
    # What it is not.
    (
        _SOME,
        pattern(
            r"不(?:含|涉及|包括|参与|负责|承担|接受|新增|新购|纳入|介入|接触|作出|代替|检查|登记|执法|处罚|收费|办案)|(?:仅|只)(?:限|提供|提|作|做|负责|出|采购|购买|承担)|除外"
        ),
    ),
    # To whom it passes on what it finds.
    (
        _SOME,
        pattern(
            r"(?:告知|移交|移送|报送?|抄报|抄送|反馈|转交?|交)[^,。;\n由]{0,6}(?:局|民警|[科股]室?(?=$|[,。;])|稽核科|部门|执法队|执法人员|机关|大队|街道办)"
        ),
    ),
    # What is paid for.
    (
        _SOME,
        pattern(
            r"按[^,。;\n人岗]{1,12}(?:计费|付费|结算|计价|计|收费)|据实结算|单价|按[件次场趟]|每[次场件份户趟卷车课][^,。;\n]{0,3}[0-9一二三四五六七八九十百千.]{1,6}元"
        ),
    ),
    # What is done to what.
    (_SOME, pattern(r"对[^,。;\n]{1,20}(?:进行|开展|作|做|实施)")),
    # How it is looked at.
    (_SOME, pattern(r"验收|合格率|满意度|达标|响应|办结|[0-9]%(?!的)")),
    (
        _LITTLE,
        pattern(
            rf"{_NUMBER}(?:次|场|期|例|课时|人次|平方米|批次|学时)|每(?:月|季度|年|周|学期){_NUMBER}|现有|既有"
        ),
    ),
    (
        _LITTLE,
        pattern(
            rf"(?m:^[^,。;\n]{{2,30}}?(?:{DOINGS}|讲解|考务|体检|活动|托管|配餐|助餐|接送|数字化|扫描|评查|测量|普查|翻译|保险)(?:服务|项目|合同|的请示)?$)"
        ),
    ),
)
# Whoever is not looked at again, or acts in the name of another, is helped by nobody.
_CONTRARY: Final = pattern(
    "不再(?:另|复|审|核|过|看|派)|直接(?:确定|决定|作出|认定|下达|出具|处罚|罚|定|处理)|说了算|的名义|名义(?:上|签|出)|独立(?:作出|决定|开展|实施)|全权|单独(?:进|上|出|去)"
    "|听(?:从|我|他|领导)|服从|统一调[度配]|纳入[^,。;\n]{0,6}考勤|打卡|派遣|垫|融资|贷款|利息|利率|分期|回购|归还|抵扣|落户|归(?:我|采购人|甲方|局|镇|校)|转为"
)
_QUANTITIES: Final = (FieldType.NUMBER, FieldType.DATE)
# What a purchase is and how it is planned raises no suspicion.
_SETTING: Final = (Role.ELEMENT, Role.PLAN)


@dataclass(frozen=True, slots=True)
class _Place:
    text: str
    start: int


def weight(text: str) -> int:
    """Weigh what a normal text tells of an ordinary service; each kind of sign counts once."""
    if _CONTRARY.search(text, 0, _READ) is not None:
        return 0
    return sum(worth for worth, sign in _SIGNS if sign.search(text, 0, _READ) is not None)


def without_lone_suspicion(
    found: list[Indication], plain: str, fields: Mapping[str, Field], of_things: Collection[str]
) -> list[Indication]:
    """Leave out what is suspected at one single place of all texts, where these tell enough of an ordinary service."""
    asking = [one for one in found if _asks(one, fields, of_things)]
    places = {_Place(one.text, one.start) for one in asking}
    if not places:
        return found
    needed = _ENOUGH if len(places) == 1 else _ENOUGH_FOR_SEVERAL
    if any(one.certainty not in _GIVES_WAY[len(places) == 1] for one in asking) or weight(plain) < needed:
        return found
    return [one for one in found if one not in asking]


def _asks(one: Indication, fields: Mapping[str, Field], of_things: Collection[str]) -> bool:
    field = fields[one.field]
    if field.type in _QUANTITIES or one.value == field.declared:
        return False
    return field.role not in _SETTING or one.field in of_things
