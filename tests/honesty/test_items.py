"""Items that a text buys raise questions and decide nothing, whatever else is told; services ask for nothing."""

from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import examples
from honesty.desk import PLAIN, asked, compiled, purchase
from honesty.random_cases import cases
from honesty.test_no_hidden_breach import decided
from honesty.test_words import harm
from policy_engine.model.cases import Case
from policy_engine.model.decisions import Verdict
from policy_engine.reading import read

ITEMS = sorted({name for name in compiled().rule_set.lexicon.items().names.values() if "…" not in name})
TEXTS = st.builds(
    lambda before, name, behind: before + name + behind,
    st.sampled_from(["", "采购", "购置", "实施", "包括", "由中标单位采购", "不含"]),
    st.sampled_from(ITEMS),
    st.sampled_from(["", "采购", "一批", "维修", "，保洁服务", "和物业管理服务", "20台"]),
)
SERVICES = [
    "机关食堂管理服务",
    "信息系统运维服务",
    "空调维修",
    "道路工程监理",
    "检测设备校准",
    "办公设备租赁服务",
    "城市桥梁日常养护服务",
    "环境监测设备运行维护服务",
]


def reading(case: Case, text: str) -> Case:
    rule_set = compiled().rule_set
    found = {
        name: read(rule_set.lexicon, rule_set.vocabulary, name, {"购买内容": text}) for name in case.subjects
    }
    return replace(case, indications=MappingProxyType(found))


@pytest.mark.usefixtures("unasked")
@settings(max_examples=examples(100))
@given(cases("采购事项"), TEXTS)
def test_what_a_text_buys_never_refuses_never_settles_and_never_turns_a_rule(case: Case, text: str) -> None:
    before, after = decided(replace(case, indications=MappingProxyType({}))), decided(reading(case, text))
    assert before is None or after is not None
    if before is not None and after is not None:
        assert [] == harm(before, after)


def told(text: str):
    facts = {key: value for key, value in PLAIN.items() if key != "采购标的"}
    return purchase(facts | {"采购标的": {"value": "服务", "source": ""}, "购买内容": text})


def test_services_are_asked_nothing() -> None:
    assert dict.fromkeys(SERVICES, Verdict.PERMITTED) == {text: told(text).verdict for text in SERVICES}


def test_goods_works_and_bundles_are_asked_for() -> None:
    texts = {
        "购置执法记录仪": "采购标的",
        "敬老院电梯安装": "采购标的",
        "公园绿化工程及养护服务": "工程和服务打包",
    }
    for text, field in texts.items():
        found = told(text)
        assert found.verdict is Verdict.UNDETERMINED
        assert field in asked(found)


def by_item(**more: object):
    facts = {key: value for key, value in PLAIN.items() if key != "采购标的"}
    return purchase(facts | {"采购品目": "物业管理服务", **more})


def test_an_item_of_the_catalogue_says_what_is_bought_until_signs_speak_against_it() -> None:
    assert by_item().verdict is Verdict.PERMITTED
    assert asked(by_item(含货物=True))[0] == "采购标的"
    assert "采购标的" in asked(by_item(含货物={"unknown": "还没有分项报价"}))
    judged = {"value": "服务", "source": "采购科 李某：所购办公用品由承接方使用"}
    assert by_item(含货物=True, 采购标的=judged, 货物归属="归承接主体").verdict is Verdict.PERMITTED


def test_an_entry_that_has_weighed_a_sign_is_not_doubted_by_it() -> None:
    assert by_item(合同期限_月=6, 自动续签_月=5).verdict is Verdict.PERMITTED


def test_what_is_bought_outright_is_asked_whatever_the_purchase_is_called() -> None:
    for name in ("文书档案数字化", "设备检测服务", "工程造价咨询"):
        found = purchase({"购买内容": "配套购置密集架30列"}, name=name)
        assert Verdict.PERMITTED is not found.verdict, name


ACTS = [
    "中标公司对占道摊贩暂扣物品",
    "由公司人员对商户开具罚单",
    "公司派驻文员12名，由我局考勤管理",
    "由承接单位核发资格证书",
    "由企业垫资建设，分八年支付",
    "公司独立入企检查，发现问题责令整改",
]


@pytest.mark.every(3)
@pytest.mark.parametrize(
    "name", ["", "政策培训服务", "满意度调查", "工程造价咨询", "法律顾问", "执法档案整理"]
)
def test_what_a_purchase_is_called_takes_back_nothing_that_somebody_does(name: str) -> None:
    calm = [text for text in ACTS if purchase({"购买内容": text}, name=name).verdict is Verdict.PERMITTED]
    assert [] == calm


@pytest.mark.parametrize("name", ["政策培训服务", "满意度调查", "法律顾问", "档案数字化"])
def test_a_service_that_has_no_thing_for_its_object_takes_back_no_works(name: str) -> None:
    assert Verdict.PERMITTED is not purchase({"购买内容": "新建办公楼一栋"}, name=name).verdict
