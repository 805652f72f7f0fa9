"""A signature stands for what somebody looked at, and for nothing else."""

import pytest

from honesty.desk import PLAIN, SIGNED, asked, decide, purchase
from policy_engine.model.cases import Origin
from policy_engine.model.decisions import Found, Verdict


def test_an_ordinary_purchase_told_completely_is_permitted():
    assert Verdict.PERMITTED is purchase({}).verdict


def test_a_declaration_without_a_name_counts_for_nothing():
    found = purchase({}, declaration={"no_other_circumstances": True})
    assert Verdict.UNDETERMINED is found.verdict
    assert "申报声明" in asked(found)
    assert (
        Verdict.UNDETERMINED is purchase({}, declaration={"no_other_circumstances": True, "by": " "}).verdict
    )


@pytest.mark.parametrize("name", ["付费方", "采购标的"])
def test_what_every_purchase_has_is_asked_and_never_declared(name):
    found = decide("采购事项", {k: v for k, v in PLAIN.items() if k != name})
    assert Verdict.UNDETERMINED is found.verdict
    assert [name] == asked(found)


@pytest.mark.parametrize(
    ("facts", "question"),
    [
        ({"企业名称": "某采石场", "从业人员": 85}, "行业"),
        (
            {
                "企业名称": "某人民医院",
                "职业病危害类别": "严重",
                "职业病危害分类目录": "2021",
                "行业": "其他未列明行业",
            },
            "领域",
        ),
        ({"行业": "渔业生产", "死亡事故": True, "事故性质": "生产安全事故"}, "领域"),
        ({"行业": "信息传输业", "死亡事故": True, "事故性质": "生产安全事故"}, "领域"),
        ({"领域": "工矿商贸", "行业": "工业", "死亡事故": True}, "事故性质"),
    ],
)
def test_an_enterprise_is_never_declared_to_be_of_an_ordinary_trade(facts, question):
    found = decide("企业", facts, jurisdiction="浙江省湖州市长兴县")
    assert Verdict.UNDETERMINED is found.verdict
    assert question in asked(found)


def test_a_note_keeps_the_declaration_from_counting_until_somebody_judges_it():
    noted = purchase({"其他说明": "评审组长在中标公司兼职取酬，没有回避"})
    assert Verdict.UNDETERMINED is noted.verdict
    assert ["其他说明不影响结论", "应回避而未回避"] == asked(noted)
    assert ("其他说明",) == noted.subjects[0].unjudged
    aside = {"value": True, "source": "法制审核 王某：所说的不是评审成员"}
    assert [] == asked(
        purchase({"其他说明": "评审组长在中标公司兼职取酬，没有回避", "其他说明不影响结论": aside})
    )
    bare = purchase({"其他说明": "会议室在五楼", "其他说明不影响结论": True})
    assert ["其他说明不影响结论"] == asked(bare), "a judgement that names nobody is none"
    judged = {"value": True, "source": "法制审核 王某：与购买内容无关"}
    assert Verdict.PERMITTED is purchase({"其他说明": "会议室在五楼", "其他说明不影响结论": judged}).verdict


def test_a_note_that_matters_is_to_be_told_in_fields_and_not_judged_again():
    noted = {"其他说明": "会议室在五楼，供应商已内定", "其他说明不影响结论": False}
    assert ["其他说明", "采购方式"] == asked(purchase(noted)), "what its words point to is asked as well"
    assert {"申报声明", "其他说明", "采购方式"} == set(asked(purchase(noted, declaration=None)))
    told = {"其他说明": "", "其他说明不影响结论": False, "采购方式": "未经采购程序直接确定"}
    assert [] == asked(purchase(told)), "emptied into a field, the note asks nothing"


def test_a_purchase_nobody_described_is_asked_what_is_bought():
    silent = {k: v for k, v in PLAIN.items() if k != "购买内容"}
    assert ["购买内容"] == asked(decide("采购事项", silent))
    assert Verdict.PERMITTED is decide("采购事项", silent | {"事项名称": "机关物业服务"}).verdict


def test_a_refusal_needs_no_description():
    silent = {k: v for k, v in PLAIN.items() if k != "购买内容"}
    assert Verdict.PROHIBITED is decide("采购事项", silent | {"采购标的": "工程", "含工程": True}).verdict


SIGNS = {"固定人数": 20, "用工迹象": ["采购人确定工资", "接收原有人员"], "人员由谁管理": "购买主体"}


def test_a_judgement_against_the_signs_needs_a_reason():
    bare = purchase(SIGNS | {"劳务派遣": False, "变相用工": False})
    assert Verdict.UNDETERMINED is bare.verdict
    assert {"劳务派遣", "变相用工"} == set(asked(bare))
    assert Origin.UNREASONED is bare.subjects[0].facts["劳务派遣"].origin
    reasoned = {"value": False, "source": "法制审核 王某：按岗位服务质量结算，人员由公司调配"}
    found = purchase(SIGNS | {"劳务派遣": reasoned, "变相用工": dict(reasoned)})
    assert Verdict.PERMITTED is found.verdict


def test_one_sign_is_enough_to_want_a_reason():
    assert ["劳务派遣"] == asked(
        purchase(
            {
                "用工迹象": ["要求派遣许可证"],
                "劳务派遣": False,
                "变相用工": {"value": False, "source": "王某"},
            }
        )
    )


def test_without_signs_a_judgement_needs_no_reason():
    assert Verdict.PERMITTED is purchase({"劳务派遣": False, "变相用工": False}).verdict


def test_a_declaration_closes_nothing_that_would_make_the_facts_impossible():
    """Stated: a contract of 36 months. Closing 多年期合同 as "no" would contradict it; it is asked or implied instead."""
    found = purchase({"合同期限_月": 36}, phase="合同")
    assert found.subjects[0].facts["多年期合同"].origin is not Origin.DECLARED


def test_a_declaration_closes_nothing_that_a_stated_unknown_could_make_impossible():
    """Raised to 严重 or not, nobody knows: then nobody has declared that there is no class at all."""
    found = decide(
        "企业",
        {"领域": "工矿商贸", "行业": "工业", "评价结果上调为严重": {"unknown": "报告还没有出"}},
        jurisdiction="湖州市",
    ).subjects[0]
    assert found.facts["职业病危害类别"].origin is Origin.NOT_STATED
    (second,) = [f for f in found.findings if f.category == "第（二）项"]
    assert second.found is Found.OPEN


def test_a_stated_unknown_is_not_covered_by_a_signature():
    found = purchase({"含工程": {"unknown": "小修与修缮分不清"}})
    assert Verdict.UNDETERMINED is found.verdict
    assert "含工程" in asked(found)
    assert SIGNED["by"] == found.case.declaration.by


def test_a_judgement_that_hangs_on_an_open_one_is_not_declared_either():
    # Nobody said whether it is an inspection; only of an inspection does the lack of a certificate matter.
    facts = {"议事协调机构实施": True, "持执法证": False}
    found = purchase(facts).subjects[0].facts
    told = {name: found[name].origin for name in ("行政检查", "应当由政府直接履职")}
    assert {Origin.NOT_STATED} == set(told.values())
    settled = (
        purchase(facts | {"行政检查": {"value": False, "source": "经办人：只是免费体检"}}).subjects[0].facts
    )
    assert Origin.DECLARED is settled["应当由政府直接履职"].origin


# ---------------------------------------------------------------- 说不清的迹象


@pytest.mark.parametrize("judged", [True, False])
def test_a_judgement_while_a_sign_cannot_be_told_needs_a_reason(judged):
    source = {"source": "法制审核 王某：按岗位服务质量结算"} if judged else {}
    told = {name: {"value": False} | source for name in ("劳务派遣", "变相用工")}
    found = purchase(told | {"固定人数": {"unknown": "采购文件还没有定"}})
    assert (Verdict.PERMITTED if judged else Verdict.UNDETERMINED) is found.verdict
    assert ([] if judged else ["劳务派遣", "变相用工"]) == sorted(asked(found))


def test_a_judgement_beside_signs_that_are_told_needs_none():
    assert Verdict.PERMITTED is purchase({"劳务派遣": False, "变相用工": False, "固定人数": 0}).verdict


def test_what_a_stated_unknown_may_imply_is_not_declared_away():
    service = {"采购标的": {"value": "服务", "source": "采购品目"}}
    found = purchase(service | {"货物归属": {"unknown": "合同还没有谈定"}})
    assert Verdict.UNDETERMINED is found.verdict
    assert "货物归属" in asked(found)
    assert Verdict.PERMITTED is purchase(service | {"货物归属": "承接方"}).verdict
    assert Verdict.PERMITTED is purchase(service).verdict


@pytest.mark.parametrize("name", ["紧急采购", "预选库另有规定", "棚改易地搬迁统一部署"])
def test_what_excuses_counts_only_as_a_judgement_of_somebody_named(name):
    def opened(told: object) -> bool:
        return purchase({name: told}).subjects[0].facts[name].origin is Origin.UNREASONED

    assert opened(True)
    assert not opened({"value": True, "source": "法制审核 王某：有批准文件"})
    assert not opened(False), "to claim nothing takes no source"


def test_an_emergency_that_nobody_saw_leaves_the_lawful_methods_binding():
    direct = {"采购方式": "未经采购程序直接确定", "紧急采购": True}
    assert Verdict.PERMITTED is not purchase(direct).verdict
    assert "紧急采购" in asked(purchase(direct))
