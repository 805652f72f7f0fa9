"""What outweighs a lone suspicion, and what doesn't."""

from dataclasses import replace

import pytest

from policy_engine.model.lexicon import Certainty
from policy_engine.reading import read
from policy_engine.reading.normal import normal
from policy_engine.reading.ordinary import weight
from reading.base import LEXICON, RULE_SET

ENOUGH = 4


@pytest.mark.parametrize(
    "text",
    [
        "工具由承接方自备",
        "车辆产权归出租方",
        "保险费由供应商承担",
        "厨师由公司自行招用",
        "排班由中标人负责安排",
        "是否处罚由城管局决定",
        "检验结论均由渔检人员作出",
        "出具评估报告并提出建议",
        "协助窗口整理材料",
        "原有岗位经费同步核减",
        "按场次计费，每季度验收一次",
        "不含设备，对管线进行清洗",
    ],
)
def test_what_tells_of_an_ordinary_service_is_enough(text):
    assert weight(normal(text).text) >= ENOUGH


@pytest.mark.parametrize(
    "text",
    [
        "",
        "街道巡逻",
        "按人头结算",
        "每月检查两次",
        "检查由协会独立进行",
        "按具备资质的单位组织实施",
        # The same signs beside their contrary are none.
        "协助窗口整理材料，服从科室统一调度",
        "出具审核意见，局里不再另审",
        "设备由公司提供，四年分期付清",
        "由公司直接作出认定，报告送局备案",
    ],
)
def test_what_tells_of_none_or_of_the_contrary_is_not(text):
    assert weight(normal(text).text) < ENOUGH


def of(certainty):
    terms = tuple(replace(one, certainty=certainty) for one in LEXICON.terms if one.id == "works.renovation")
    # An item of the catalogue says that the field is about things that are bought.
    item = replace(terms[0], id="works.item", words=(), items=("B",))
    return replace(LEXICON, terms=(*terms, item))


def places(content, certainty):
    found = read(of(certainty), RULE_SET.vocabulary, "采购事项", {"事项名称": "保洁", "购买内容": content})
    return [one.words for one in found]


TOLD = "按次计费，工具由承接方自备，协助街道清理"


@pytest.mark.parametrize(
    ("content", "certainty", "expected"),
    [
        (f"院内装修痕迹清扫，{TOLD}", Certainty.SUSPECTED, []),
        (f"院内装修痕迹清扫，{TOLD}", Certainty.IMPLIED, []),
        (f"院内装修痕迹清扫，{TOLD}", Certainty.STATED, ["装修"]),
        ("院内装修痕迹清扫，工具自备", Certainty.SUSPECTED, []),
        # Two places need more than one, and give way only where both are suspected.
        ("楼上装修，楼下装修，工具自备", Certainty.SUSPECTED, ["装修", "装修"]),
        (f"楼上装修，楼下装修，{TOLD}", Certainty.SUSPECTED, []),
        (f"楼上装修，楼下装修，{TOLD}", Certainty.IMPLIED, ["装修", "装修"]),
        ("院内装修痕迹清扫", Certainty.SUSPECTED, ["装修"]),
    ],
)
def test_a_lone_suspicion_gives_way_to_enough_of_it(content, certainty, expected):
    assert expected == places(content, certainty)
