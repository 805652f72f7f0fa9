"""Facts that can't be true together are bad input, whatever the rules would say of them."""

import pytest

from honesty.desk import PLAIN, decide, refused, refused_all
from policy_engine.model.decisions import Verdict

COUNTY = {"jurisdiction": "浙江省湖州市长兴县"}


@pytest.mark.parametrize(
    "facts",
    [
        {"合同期限_月": 36, "多年期合同": False},
        {"合同期限_月": 12, "自动续签_月": 24, "多年期合同": False},
        {"合同期限_月": 12, "自动续签_月": 0, "多年期合同": True},
        {"含货物": False, "采购标的": "货物"},
        {"含工程": False, "采购标的": "工程"},
        {"职能转移情况": "已归还", "属于政府职责": {"value": True, "source": "王某"}},
        {"原人员核减": True, "人员未核减有说明": True},
        {"合同签订日": "2026-01-16"},
        {"合同期限_月": 24, "分期付款_年": 8, "自动续签_月": 0, "付款期长于服务期": False},
    ],
)
def test_a_purchase_whose_facts_contradict_is_refused_as_input(facts):
    assert ["PE508"] == refused("采购事项", PLAIN | facts)


@pytest.mark.parametrize(
    ("subject", "facts", "code"),
    [
        ("企业", {"行业": "金属冶炼", "领域": "机关团体"}, "PE509"),
        (
            "企业",
            {"行业": "工业", "领域": "工矿商贸", "死亡事故": True, "死亡事故日期": "2026-02-01"},
            "PE508",
        ),
        ("企业", {"职业病危害类别": "较重", "职业病危害分类目录": "2021"}, "PE508"),
        ("企业", {"行业": "煤矿", "属于列举行业": False}, "PE508"),
        ("企业", {"行业": "餐饮业", "属于列举行业": True}, "PE508"),
        ("年度汇总", {"新增公共服务购买支出_万元": 100, "其中向社会组织购买_万元": 150}, "PE508"),
        (
            "职能转移",
            {"转移方式": "归还", "仍属政府职责": {"value": True, "source": "王某"}, "继续安排购买经费": True},
            "PE508",
        ),
        ("服务合同", {"合同签订日": "2026-01-10", "合同公告日": "2026-01-09", "书面合同": True}, "PE508"),
    ],
)
def test_contradictions_of_every_subject_are_refused(subject, facts, code):
    assert [code] == refused(subject, facts, **COUNTY)


@pytest.mark.parametrize(
    "subjects",
    [
        {"采购事项": {"付费方": "政府"}, "服务形式": {"付费方": "企业"}},
        {"采购事项": {"合同期限_月": 12}, "服务合同": {"合同期限_月": 36}},
        {"采购事项": {"承接主体类型": "社会组织"}, "承接主体": {"承接主体类型": "公益一类事业单位"}},
        {"采购事项": {"属于政府职责": True}, "职能转移": {"转移方式": "归还"}},
        {"企业": {"从业人员": 85}, "派员": {"从业人员": 150}},
        {"服务形式": {"提供者": "行业协会"}, "服务项目": {"提供者": "中介机构"}},
        {"服务形式": {"领域": "学校"}, "服务项目": {"领域": "工矿商贸"}},
    ],
)
def test_two_subjects_of_one_case_that_contradict_are_refused(subjects):
    assert ["PE508"] == refused_all(subjects)


def test_the_same_subjects_in_agreement_are_decided():
    assert [] == refused_all({"采购事项": {"付费方": "政府"}, "服务形式": {"付费方": "政府"}})


def test_no_class_was_given_by_a_catalogue_to_come():
    facts = {"职业病危害类别": "严重", "职业病危害分类目录": "2021"}
    assert ["PE508"] == refused("企业", facts, **COUNTY | {"as_of": "2021-03-11"})
    assert [] == refused("企业", facts, **COUNTY | {"as_of": "2021-03-12"})


def test_an_event_later_than_the_stated_phase_is_a_contradiction():
    assert ["PE509"] == refused("采购事项", PLAIN | {"合同签订日": "2025-12-01"}, phase="立项")
    assert [] == refused("采购事项", PLAIN | {"合同签订日": "2025-12-01"}, phase="合同")


def test_a_contract_of_a_year_and_one_that_says_nothing_are_taken():
    assert [] == refused("采购事项", PLAIN | {"合同期限_月": 12, "自动续签_月": 0, "多年期合同": False})
    assert Verdict.PERMITTED is decide("采购事项", PLAIN | {"合同期限_月": 12}).verdict
