"""What the law around a purchase asks: its term, its method, its people, its goods."""

import pytest

from honesty.desk import PLAIN, asked, decide, purchase, refused
from policy_engine.model.cases import Origin
from policy_engine.model.decisions import Verdict

CONDITIONS = ["预算保障", "内容相对固定", "连续性强", "经费来源稳定", "价格变化小"]
MET = {"多年期条件": CONDITIONS}
READY = {"服务大类": "政府履职辅助性服务", "承接主体类型": "企业", "事前绩效评估": True, "项目金额_万元": 900}


def grounds(decision) -> list[str]:
    (one,) = decision.subjects
    return [result.rule.id for result in one.grounds]


# ---------------------------------------------------------------- 第二十四条


@pytest.mark.parametrize("excused", [True, False])
@pytest.mark.parametrize("missing", CONDITIONS)
def test_over_a_year_each_condition_is_hard_and_no_reason_excuses(missing, excused):
    found = purchase(
        {"合同期限_月": 24, "超一年理由已说明": excused}
        | {"多年期条件": [one for one in CONDITIONS if one != missing]}
    )
    assert Verdict.NON_COMPLIANT is found.verdict
    assert "超一年理由已说明" not in asked(found)


def test_over_a_year_with_every_condition_is_permitted():
    assert Verdict.PERMITTED is purchase({"合同期限_月": 36} | MET).verdict


@pytest.mark.parametrize(
    ("term", "value"),
    [
        ({"合同期限_月": 13}, True),
        ({"合同期限_月": 6, "自动续签_月": 7}, True),
        ({"合同期限_月": 12, "自动续签_月": 1}, True),
        ({"合同期限_月": 12, "自动续签_月": 0}, False),
        ({"合同期限_月": 6, "自动续签_月": 6}, False),
        ({"合同期限_月": 1, "自动续签_月": 11}, False),
    ],
)
def test_whether_a_contract_outlasts_a_year_follows_from_its_term(term, value):
    found = purchase(term, declaration=None)
    fact = found.subjects[0].facts["多年期合同"]
    assert (value, Origin.IMPLIED) == (fact.value, fact.origin)
    assert "多年期合同" not in asked(found)


def test_more_than_three_years_stays_too_long_whatever_the_conditions():
    found = purchase({"合同期限_月": 37} | MET)
    assert Verdict.NON_COMPLIANT is found.verdict
    assert ["mof-order-102-2020.art-24-limit"] == grounds(found)


def test_a_contract_of_before_the_order_is_held_to_none_of_its_conditions():
    told = READY | {"采购方式": "公开招标", "合同期限_月": 24} | {"多年期条件": []}
    assert ["合同签订日"] == asked(purchase(told, phase="合同")), "the law of the day of signing decides"
    assert Verdict.NON_COMPLIANT is purchase(told | {"合同签订日": "2026-01-10"}).verdict
    assert Verdict.PERMITTED is purchase(told | {"合同签订日": "2020-02-29"}).verdict


def test_a_plan_of_five_years_is_not_asked_when_it_will_be_signed():
    found = purchase({"合同期限_月": 60})
    assert Verdict.NON_COMPLIANT is found.verdict
    assert "合同签订日" not in asked(found)
    assert ["多年期条件"] == asked(purchase({"合同期限_月": 24}))


@pytest.mark.parametrize(
    ("months", "verdict"), [(48, Verdict.NON_COMPLIANT), (37, Verdict.NON_COMPLIANT), (36, Verdict.PERMITTED)]
)
def test_one_tender_covers_three_years_at_most(months, verdict):
    assert verdict is purchase({"合同期限_月": 12, "一次采购覆盖_月": months}).verdict


def test_a_tender_covers_no_less_than_one_of_its_contracts():
    assert ["PE508"] == refused("采购事项", PLAIN | {"合同期限_月": 24, "一次采购覆盖_月": 12})


# ---------------------------------------------------------------- 采购方式

METHODS = [
    ("邀请招标", "采购方式适用情形", "供应商范围有限", "招标没有成立"),
    ("竞争性谈判", "采购方式适用情形", "招标没有成立", "只有唯一供应商"),
    ("单一来源采购", "采购方式适用情形", "只有唯一供应商", "供应商范围有限"),
    ("框架协议采购", "采购方式适用情形", "服务对象自主选择供应商", "招标没有成立"),
    ("合作创新采购", "采购方式适用情形", "市场没有而需要研发", "只有唯一供应商"),
    ("竞争性磋商", "采购数额标准", "未达到公开招标数额标准", "达到公开招标数额标准而未获批准"),
    ("限额以下自行采购", "采购数额标准", "低于限额标准且在集中采购目录以外", "未达到公开招标数额标准"),
]
BELOW = {"采购数额标准": "未达到公开招标数额标准"}


@pytest.mark.parametrize("phase", ["立项", "采购", "合同"])
@pytest.mark.parametrize(("method", "field", "good", "bad"), METHODS, ids=[m[0] for m in METHODS])
def test_a_method_named_is_a_question_about_its_ground(method, field, good, bad, phase):
    told = {"采购方式": method, "合同期限_月": 12} | (READY if phase != "立项" else {})
    told |= {"合同签订日": "2026-01-10"} if phase == "合同" else {}
    open_ = purchase(told, phase=phase)
    assert Verdict.UNDETERMINED is open_.verdict
    assert field in asked(open_)
    more = BELOW if method in ("邀请招标", "竞争性谈判", "单一来源采购") else {}
    assert Verdict.PERMITTED is purchase(told | more | {field: good}, phase=phase).verdict
    assert Verdict.NON_COMPLIANT is purchase(told | more | {field: bad}, phase=phase).verdict


def test_a_service_is_never_bought_by_asking_for_prices():
    found = purchase(READY | {"采购方式": "询价"}, phase="采购")
    assert Verdict.NON_COMPLIANT is found.verdict
    assert ["npc-procurement-2014.art-32"] == grounds(found)


def test_an_open_tender_is_asked_nothing_about_grounds():
    assert Verdict.PERMITTED is purchase(READY | {"采购方式": "公开招标"}, phase="采购").verdict


def test_where_no_method_is_told_only_the_method_is_asked():
    assert ["采购方式"] == asked(purchase(READY, phase="采购"))


def test_above_the_threshold_a_ground_is_not_enough_without_approval():
    told = READY | {"采购方式": "单一来源采购", "采购方式适用情形": "只有唯一供应商"}
    found = purchase(told | {"采购数额标准": "达到公开招标数额标准而未获批准"}, phase="采购")
    assert ["npc-procurement-2014.art-27-approval"] == grounds(found)


SINGLE = READY | {"采购方式": "单一来源采购", "采购方式适用情形": "只有唯一供应商"}
APPROVED = {"采购数额标准": "达到公开招标数额标准并已获批准"}


def test_an_only_provider_above_the_threshold_is_announced_first():
    assert ["单一来源公示"] == asked(purchase(SINGLE | APPROVED, phase="采购"))
    hushed = purchase(SINGLE | APPROVED | {"单一来源公示": False}, phase="采购")
    assert ["sc-procurement-2015.art-38"] == grounds(hushed)
    told = SINGLE | APPROVED | {"单一来源公示": True}
    assert Verdict.PERMITTED is purchase(told, phase="采购").verdict


def test_below_the_threshold_or_in_an_emergency_nothing_is_announced():
    assert Verdict.PERMITTED is purchase(SINGLE | BELOW, phase="采购").verdict
    urgent = SINGLE | APPROVED | {"采购方式适用情形": "不可预见的紧急情况"}
    assert Verdict.PERMITTED is purchase(urgent, phase="采购").verdict


@pytest.mark.parametrize("method", ["竞争性磋商", "竞争性谈判", "限额以下自行采购"])
def test_a_purchase_cut_into_pieces_evades_the_tender(method):
    told = READY | {"采购方式": method, "采购方式适用情形": "价格总额不能事先算出"}
    told |= {"采购数额标准": {"value": "拆分采购而累计达到公开招标数额标准", "source": "采购台账"}}
    found = purchase(told, phase="采购")
    assert Verdict.NON_COMPLIANT is found.verdict
    assert "npc-procurement-2014.art-28" in grounds(found)


@pytest.mark.parametrize(("amount", "verdict"), [(199.99, Verdict.PERMITTED), (200, Verdict.NON_COMPLIANT)])
def test_of_the_central_budget_the_standard_is_known(amount, verdict):
    told = READY | BELOW | {"预算级次": "中央预算", "采购方式": "竞争性磋商", "项目金额_万元": amount}
    assert verdict is purchase(told, phase="采购").verdict


def test_a_method_counts_from_the_day_it_was_recognised():
    told = READY | {"采购方式": "合作创新采购", "采购方式适用情形": "市场没有而需要研发"}
    early = purchase(told, phase="采购", as_of="2024-05-31")
    assert ["npc-procurement-2014.art-26-innovation"] == grounds(early)
    assert Verdict.PERMITTED is purchase(told, phase="采购", as_of="2024-06-01").verdict


# ---------------------------------------------------------------- 预选库、回避、货物


def test_a_list_of_selected_providers_is_no_way_to_buy():
    listed = {"预选库采购": True}
    assert ["采购方式"] == asked(purchase(listed))
    refused_ = purchase(listed | {"采购方式": "公开招标"})
    assert ["mof-ku-2019-38.preselected"] == grounds(refused_)
    framework = {"采购方式": "框架协议采购", "采购方式适用情形": "服务对象自主选择供应商"}
    assert Verdict.PERMITTED is purchase(listed | framework).verdict


def test_whoever_should_have_withdrawn_and_did_not_spoils_the_procedure():
    found = purchase({"应回避而未回避": True})
    assert Verdict.NON_COMPLIANT is found.verdict
    assert ["npc-procurement-2014.art-12"] == grounds(found)
    assert ["应回避而未回避"] == asked(purchase({"应回避而未回避": {"unknown": "正在核查"}}))


SERVICE = {"采购标的": {"value": "服务", "source": "采购品目"}, "含货物": True}


@pytest.mark.parametrize(
    ("goods", "verdict"),
    [
        ({"货物归属": "归购买主体", "货物工程已分列": False}, Verdict.NON_COMPLIANT),
        ({"货物归属": "政府", "货物工程已分列": False}, Verdict.NON_COMPLIANT),
        ({"货物归属": "归购买主体", "货物工程已分列": True}, Verdict.PERMITTED),
        ({"货物归属": "归承接主体"}, Verdict.PERMITTED),
        ({}, Verdict.UNDETERMINED),
        ({"货物归属": "归购买主体"}, Verdict.UNDETERMINED),
    ],
)
def test_goods_that_stay_with_the_buyer_are_bought_apart(goods, verdict):
    assert verdict is purchase(SERVICE | goods).verdict


def test_goods_stand_beside_the_judgement_that_it_is_a_service():
    bare = purchase({"含货物": True, "货物归属": "归承接主体"})
    # A purchase of works would hold works: while the one is open, so is the other, and the judgement closes both.
    assert ["采购标的"] == asked(bare)
    judged = purchase({"含货物": True, "货物归属": "归承接主体", "采购标的": SERVICE["采购标的"]})
    assert Verdict.PERMITTED is judged.verdict


# ---------------------------------------------------------------- 依据


@pytest.mark.parametrize(
    ("facts", "quote"),
    [
        ({"公益性岗位": True}, "设置公益性岗位等事项"),
        ({"劳务派遣": True}, "以劳务派遣方式用工"),
        ({"人员招聘": True}, "购买主体的人员招、聘用"),
        ({"含工程": True}, "政府采购法律、行政法规规定的货物和工程"),
        ({"含工程": True, "工程和服务打包": True}, "将工程和服务打包的项目"),
        ({"合同期限_月": 60}, "可以签订履行期限不超过3年的政府购买服务合同"),
        ({"应回避而未回避": True}, "在政府采购活动中，采购人员及相关人员与供应商有利害关系的，必须回避"),
    ],
)
def test_a_ground_quotes_the_limb_that_carries_it(facts, quote):
    (one,) = purchase(facts).subjects
    assert quote in [result.rule.quote for result in one.grounds]


# ---------------------------------------------------------------- 不是政府购买服务的


def advice(decision) -> list[str]:
    (one,) = decision.subjects
    return [result.rule.id.removeprefix("mof-order-102-2020.") for result in one.advice]


@pytest.mark.parametrize(
    ("facts", "where"),
    [
        ({"购买主体类型": "社会组织"}, "elsewhere-association"),
        ({"购买主体类型": "社会组织", "付费方": "其他"}, "elsewhere-association"),
        ({"购买主体类型": "企业"}, "elsewhere-enterprise"),
        ({"购买主体类型": "公益二类事业单位"}, "elsewhere-institution"),
        ({"购买主体类型": "从事生产经营活动的事业单位"}, "elsewhere-institution"),
        ({"购买主体类型": "其他"}, "elsewhere-other"),
        ({"付费方": "企业"}, "elsewhere-payer"),
        ({"特许经营": True}, "elsewhere-concession"),
        ({"不按政府购买服务管理": True}, "elsewhere-energy"),
        ({"资金性质": "补贴"}, "elsewhere-subsidy"),
    ],
)
@pytest.mark.parametrize("feature", [{}, {"公益性岗位": True}, {"含工程": True}, {"已列入预算": False}])
def test_outside_the_regime_nothing_of_it_is_refused_or_demanded(facts, where, feature):
    found = purchase(facts | feature)
    assert Verdict.NOT_COVERED is found.verdict
    assert where in advice(found)
    assert () == found.subjects[0].duties_ahead


def test_outside_the_regime_nothing_is_asked():
    told = {"购买主体类型": "社会组织", "已列入目录": True, "已列入预算": True, "付费方": "其他"}
    found = decide("采购事项", told)
    assert Verdict.NOT_COVERED is found.verdict
    assert [] == asked(found)


@pytest.mark.parametrize(
    "facts",
    [{"购买主体类型": "公益二类事业单位", "采购标的": "货物"}, {"特许经营": True, "含工程": True}],
)
def test_outside_the_regime_no_inquiry_into_demand_is_asked(facts):
    told = {"购买主体类型": "国家机关", "承接主体类型": "企业", "已列入目录": True, "已列入预算": True}
    told |= {"服务大类": "政府履职辅助性服务", "按成果付费": True, "合同期限_月": 12, "采购方式": "公开招标"}
    found = decide("采购事项", told | {"事前绩效评估": True} | facts, phase="采购")
    assert Verdict.NOT_COVERED is found.verdict
    assert "需求调查" not in asked(found)


def test_who_buys_under_another_law_is_judged_by_that_law_alone():
    found = purchase({"购买主体类型": "公益二类事业单位", "限定供应商": ["地域"]})
    assert ["npc-procurement-2014.art-22-equal", "sc-procurement-2015.art-20-kind"] == grounds(found)
    assert Verdict.NOT_COVERED is purchase({"购买主体类型": "企业", "限定供应商": ["地域"]}).verdict


@pytest.mark.parametrize("buyer", ["公益一类事业单位", "使用事业编制且财政拨款保障的群团组织"])
def test_whom_the_order_forbids_to_buy_is_refused_and_not_outside(buyer):
    assert ["mof-order-102-2020.art-8-buyer"] == grounds(purchase({"购买主体类型": buyer}))


def test_before_the_order_nothing_lies_outside_of_it():
    found = purchase({"资金性质": "补贴", "融资": True}, as_of="2018-06-01")
    assert Verdict.PROHIBITED is found.verdict


# ---------------------------------------------------------------- 建议和后续义务


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"预选库采购": True}, "wenzhou-czj-2015.preselected"),
        ({"项目金额_万元": 6}, "wenzhou-czj-2015.statistics-only"),
    ],
)
def test_advice_is_given_before_anybody_says_whether_it_is_followed(facts, rule):
    assert rule in advice(purchase(facts, jurisdiction="浙江省温州市"))
    assert rule not in advice(purchase({}, jurisdiction="浙江省温州市"))


def test_duties_ahead_hang_on_nothing_that_nobody_mentioned():
    titles = " ".join(r.rule.title for r in purchase({}).subjects[0].duties_ahead)
    assert "事前绩效评估" in titles
    for absent in ("公共服务项目", "单一来源", "公益一类", "超过一年"):
        assert absent not in titles
    public = purchase({"服务大类": "公共服务"}).subjects[0].duties_ahead
    assert any("公共服务项目" in r.rule.title for r in public)


# ---------------------------------------------------------------- 用人


def test_a_contractor_that_hires_its_own_staff_hires_nobody_for_the_buyer():
    assert Verdict.PERMITTED is purchase({"人员由谁管理": "承接主体", "人员招聘": False}).verdict
    found = purchase({"人员由谁管理": "承接主体", "人员招聘": True})
    assert ["mof-order-102-2020.art-10-5-recruit"] == grounds(found)
