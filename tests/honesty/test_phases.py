"""`due` silences what nobody stated, never what somebody stated; subjects without phases have nothing to wait for."""

import pytest

from honesty.desk import asked, decide, purchase
from policy_engine.model.decisions import Verdict
from policy_engine.model.vocabulary import Phase

LEDGER = {
    "台账日期": "2012-12-02",
    "排查承担者": ["社会组织", "专家"],
    "排查有监管人员协同": True,
    "排查报告": "有",
    "排查日期": "2012-06-10",
    "反馈主体": "区安委会",
    "反馈日期": "2012-06-12",
    "督办主体": "成员单位",
    "督办日期": "2012-06-15",
    "整改主体": "企业",
    "整改付费方": "企业",
    "整改期限": "2012-07-10",
    "整改完成日期": "未发生",
    "复查日期": "未发生",
    "已销号": True,
}


def test_an_overdue_hazard_that_was_never_rechecked_breaks_rules_without_any_phase():
    found = decide("隐患", LEDGER, as_of="2012-12-02", jurisdiction="河南省安阳市龙安区")
    assert Verdict.NON_COMPLIANT is found.verdict
    assert found.subjects[0].phase is None


def test_a_signed_contract_is_judged_as_signed_where_no_phase_is_stated():
    found = decide("服务合同", {"合同签订日": "2026-01-10", "书面合同": False})
    assert Verdict.NON_COMPLIANT is found.verdict
    assert found.subjects[0].phase is Phase.CONTRACT


@pytest.mark.parametrize(
    ("provider", "question"),
    [
        ("个人", "适宜由个人承接"),
        ("其他", "属于可承接的主体"),
        ({"unknown": "省属高校，一类还是二类不清楚"}, "承接主体类型"),
    ],
)
def test_a_doubt_about_the_provider_is_asked_at_any_phase(provider, question):
    found = purchase({"承接主体类型": provider}, phase="立项")
    assert Verdict.UNDETERMINED is found.verdict
    assert question in asked(found)


def test_a_provider_nobody_named_is_no_gap_before_procurement():
    assert Verdict.PERMITTED is purchase({}, phase="立项").verdict
    assert "承接主体类型" in asked(purchase({}, phase="采购"))


def test_a_provider_that_may_not_be_one_breaks_the_rule_at_any_phase():
    assert Verdict.NON_COMPLIANT is purchase({"承接主体类型": "公益一类事业单位"}, phase="立项").verdict
