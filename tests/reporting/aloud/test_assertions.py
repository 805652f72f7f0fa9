"""Questions with yes or no for an answer, as sentences."""

from dataclasses import replace

import pytest

from loading.toy import TOY_RULES
from policy_engine.model.vocabulary import Role
from policy_engine.reporting.aloud.assertions import no, wanted, yes

FIELD = TOY_RULES.rule_set.vocabulary.field("采购事项", "含工程")


@pytest.mark.parametrize(
    ("question", "true", "false"),
    [
        ("采购内容是否含有建设工程？", "采购内容含有建设工程", "采购内容不含有建设工程"),
        ("所需资金是否已列入预算？", "所需资金已列入预算", "所需资金未列入预算"),
        ("这条隐患是否已经销号？", "这条隐患已经销号", "这条隐患尚未销号"),
        ("分包是否经购买主体同意？", "分包经购买主体同意", "分包未经购买主体同意"),
        ("实质上是否为派遣？", "实质上为派遣", "实质上不是派遣"),
        ("是否仍属于政府职责？", "仍属于政府职责", "不再属于政府职责"),
        ("付款期是否长于服务期？", "付款期长于服务期", "付款期不长于服务期"),
        ("服务期是否远短于付款期？", "服务期远短于付款期", "服务期并非远短于付款期"),
        ("监管人员是否协同？", "监管人员协同", "监管人员没有协同"),
        ("人员是否由购买主体使用？", "人员由购买主体使用", "人员不由购买主体使用"),
        ("企业是否不能拒绝？", "企业不能拒绝", "企业能拒绝"),
        ("是否开展了绩效评价？", "开展了绩效评价", "没有开展绩效评价"),
        ("是否发生过死亡事故？", "发生过死亡事故", "没有发生过死亡事故"),
        ("是否没有建立制度？", "没有建立制度", "已建立制度"),
        ("是否没有利害关系？", "没有利害关系", "并非没有利害关系"),
        ("有没有书面委托书？", "有书面委托书", "没有书面委托书"),
        ("承接主体有没有把服务分包出去？", "承接主体把服务分包出去", "承接主体没有把服务分包出去"),
        ("合同有没有把责任转给他人的条款？", "合同有把责任转给他人的条款", "合同没有把责任转给他人的条款"),
        ("是不是购买自身人员的招聘？", "是购买自身人员的招聘", "不是购买自身人员的招聘"),
        ("能否独立承担责任？", "能独立承担责任", "不能独立承担责任"),
        ("是否独立实施，没有执法人员？", "独立实施，没有执法人员", "并非“独立实施，没有执法人员”"),
    ],
)
def test_a_question_is_answered_in_its_own_words(question: str, true: str, false: str) -> None:
    field = replace(FIELD, question=question)
    assert (true, false) == (yes(field), no(field))


@pytest.mark.parametrize(
    "question",
    [
        "",
        "由谁认定？",
        "是否按高危对待，由谁认定？",
        "是否在先，还是填错？",
        "是否甲，是否乙？",
        "一致吗？不一致的是否分开写？",
    ],
)
def test_a_question_that_asks_for_more_than_yes_or_no_leaves_the_name_of_the_box(question: str) -> None:
    field = replace(FIELD, question=question)
    assert ("“含工程”属实", "“含工程”不属实") == (yes(field), no(field))
    derived = replace(field, role=Role.DERIVED)
    assert ("认定为“含工程”", "不认定为“含工程”") == (yes(derived), no(derived))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("是否开展了事前绩效评估？", "开展事前绩效评估"),
        ("是否已签订服务合同？", "签订服务合同"),
        ("是否签订书面合同？", "签订书面合同"),
        ("有没有书面委托书？", "有书面委托书"),
    ],
)
def test_what_is_asked_for_is_to_be_done_and_not_done_already(question: str, said: str) -> None:
    assert said == wanted(replace(FIELD, question=question))
