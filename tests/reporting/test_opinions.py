"""What an opinion says beside its verdict: what was compared, what was only declared, what nobody judged."""

import pytest

import as_shipped
from policy_engine.loading.cases import CaseDefaults, load_cases
from policy_engine.loading.files import SourceText
from policy_engine.model.calendar import day_number
from policy_engine.reporting.citing import cite_once
from policy_engine.reporting.comparison import _together
from policy_engine.reporting.json_report import decision_as_json
from policy_engine.reporting.page import Item, Section, SectionKind
from policy_engine.reporting.render import render_decisions
from policy_engine.usecases import check

HEAD = "name: 机关保安服务\nas_of: 2026-01-15\nphase: 立项\njurisdiction: 全国\n"
DECLARED = "declaration: {no_other_circumstances: true, by: 沈某}\n"
ORDINARY = "购买主体类型: 国家机关, 采购标的: 服务, 付费方: 政府, 已列入目录: true, 已列入预算: true"
SIGNS = "固定人数: 8, 用工迹象: [按人头计费]"
JUDGED = (
    "劳务派遣: {value: false, source: 法制科王某：按岗位标准付费}, "
    "变相用工: {value: false, source: 法制科王某：人员由公司管理}"
)


@pytest.fixture(scope="session")
def compiled():
    return as_shipped.compiled()


@pytest.fixture
def decide(compiled):
    def decide(facts: str, head: str = HEAD + DECLARED, subject: str = "采购事项"):
        source = SourceText("案件.yaml", f"{head}{subject}: {{{facts}}}")
        (case,) = load_cases(source, compiled.rule_set, CaseDefaults(today=day_number("2026-01-15")))
        return check(compiled, case)

    return decide


@pytest.fixture
def official(decide, compiled):
    return lambda *facts, **more: render_decisions([decide(*facts, **more)], compiled, "official", "text")


def section(page: str, title: str) -> str:
    return page.partition(f"\n{title}：\n")[2].partition("\n\n")[0]


def test_a_permission_says_what_it_was_compared_with_and_on_which_facts(official) -> None:
    compared = section(official(f"{ORDINARY}, 合同期限_月: 12, 含工程: false"), "对照情况")
    lines = [line.strip() for line in compared.splitlines()]
    assert any(line.startswith("第十条第（三）项：含工程 = 否（填报）") for line in lines)
    assert any(line.startswith("第二十四条：合同期限 = 12个月（填报）") for line in lines)
    items = [f"第十条第（{number}）项" for number in "一二三四五六"]
    assert items == [item for item in items if any(line.startswith(item) for line in lines)]


def test_what_was_only_declared_is_told_apart_and_listed(official, decide, compiled) -> None:
    declared = section(official(ORDINARY), "只凭申报声明认定的事实")
    assert "劳务派遣" in declared
    assert "固定人数 = 0人" in declared
    (subject,) = decision_as_json(decide(ORDINARY), compiled.rule_set)["subjects"]
    assert "劳务派遣" in subject["declared"]
    assert "已列入目录" not in subject["declared"]


def test_a_refusal_compares_nothing(official, decide, compiled) -> None:
    refused = f"{ORDINARY}, 含工程: true"
    assert "对照情况" not in official(refused)
    (subject,) = decision_as_json(decide(refused), compiled.rule_set)["subjects"]
    assert [] == subject["compared"]


def test_what_was_compared_leaves_out_duties_that_do_not_arise(decide, compiled) -> None:
    (subject,) = decision_as_json(decide(ORDINARY), compiled.rule_set)["subjects"]
    rules = {r["rule"]: r for r in subject["results"]}
    compared = [rules[c["rule"]] for c in subject["compared"]]
    assert [] == [r["rule"] for r in compared if (r["kind"], r["outcome"]) == ("require", "不适用")]
    assert {"prohibit"} <= {r["kind"] for r in compared}


def test_a_note_stands_directly_under_the_verdict(official) -> None:
    second = official(f"{ORDINARY}, 其他说明: 另有两名驾驶员").splitlines()[1]
    assert "未据以判断：其他说明“另有两名驾驶员”（没有人认定它是否影响结论，申报声明因此不作数）" == second


def test_a_note_that_was_set_aside_says_by_whom(official, decide, compiled) -> None:
    judged = "其他说明: 驾驶由本单位职工承担, 其他说明不影响结论: {value: true, source: 王某：是本单位职工}"
    page = official(f"{ORDINARY}, {judged}")
    assert page.startswith("结论：可以作为政府购买服务实施。\n未据以判断：")
    assert "（已认定不影响结论：王某：是本单位职工）" in page.splitlines()[1]
    (subject,) = decision_as_json(decide(f"{ORDINARY}, {judged}"), compiled.rule_set)["subjects"]
    assert ["王某：是本单位职工"] == [note["set_aside_by"] for note in subject["notes"]]


def test_the_words_of_a_note_ask_nothing_once_somebody_set_it_aside(official) -> None:
    note = f"{ORDINARY}, 其他说明: 隔壁正在外墙修缮"
    assert official(note).startswith("结论：需补充核实后再审。")
    assert official(f"{note}, 其他说明不影响结论: true").startswith("结论：需补充核实后再审。")
    judged = "其他说明不影响结论: {value: true, source: 王某：是别人家的工程}"
    assert official(f"{note}, {judged}").startswith("结论：可以作为政府购买服务实施。")


def test_what_is_in_doubt_is_asked_first_and_before_all_what_one_answer_settles(decide) -> None:
    doubtful = "行政检查: {unknown: 待确认}, 用工迹象: {unknown: 待确认}"
    decision = decide(f"购买内容: 窗口辅助, {doubtful}")
    asked = [question.field.name for question in decision.subjects[0].missing]
    assert ["劳务派遣", "变相用工"] == [
        name for name in asked if name in ("劳务派遣", "变相用工", "采购标的")
    ][:2]
    assert asked.index("行政检查") < asked.index("持执法证")
    assert asked.index("变相用工") < asked.index("行政检查") < asked.index("采购标的")


def test_a_judgement_against_the_signs_is_printed_with_both(official) -> None:
    judged = section(official(f"{ORDINARY}, {SIGNS}, {JUDGED}"), "与表面迹象不一致的认定")
    assert (
        "按表面迹象（固定人数 = 8人，用工迹象 = 按人头计费），经办人认定劳务派遣 = 否，理由：法制科王某：按岗位标准付费"
        in judged
    )


def test_a_judgement_that_no_sign_contradicts_is_no_news(official) -> None:
    assert "与表面迹象不一致的认定" not in official(f"{ORDINARY}, {JUDGED}")


def test_a_judgement_without_a_reason_is_asked_for_it(official) -> None:
    asked = section(official(f"{ORDINARY}, {SIGNS}, 劳务派遣: false"), "需补充核实的事项")
    assert "已填，但没有写明由谁认定、为什么（source），不作数" in asked


def test_an_unsigned_declaration_is_said_to_count_for_nothing(official) -> None:
    page = official(ORDINARY, head=HEAD + "declaration: {no_other_circumstances: true}\n")
    assert "申报声明没有署名，不作数" in section(page, "说明")
    assert "已有申报声明，但没有署名，不作数" in section(page, "需补充核实的事项")


def test_a_question_says_which_facts_raise_it_and_what_either_answer_looks_like(
    official, decide, compiled
) -> None:
    facts = f"{ORDINARY}, {SIGNS}"
    asked = section(official(facts), "需补充核实的事项")
    assert "因已填报：固定人数 = 8人，用工迹象 = 按人头计费" in asked
    assert "“购买八名编外人员，按人头付费，由本单位安排工作”填是" in asked
    (subject,) = decision_as_json(decide(facts), compiled.rule_set)["subjects"]
    assert ["固定人数", "用工迹象"] == next(
        q["signs"] for q in subject["missing"] if q["field"] == "劳务派遣"
    )


def test_duties_that_exclude_each_other_each_say_when_they_arise(official) -> None:
    duties = section(official("领域: 工矿商贸, 行业: 工业", subject="企业"), "后续义务").splitlines()
    sized = [line.strip() for line in duties if "一百人" in line]
    assert ["若从业人员 多于 100人，则", "若从业人员 不超过 100人，则"] == [
        line.partition("则")[0] + "则" for line in sized
    ]


def test_a_duty_that_applies_says_no_if(official) -> None:
    public = section(official(f"{ORDINARY}, 服务大类: 公共服务"), "后续义务")
    assert (
        "      公共服务项目的采购需求应当征求社会公众意见（国务院令第658号第十五条第二款）"
        in public.splitlines()
    )
    assert "服务大类 = 公共服务" not in public


@pytest.mark.parametrize("facts", [f"{ORDINARY}, 特许经营: true", f"{ORDINARY}, 含工程: true"])
def test_what_these_documents_do_not_govern_or_refuse_has_no_duties_of_theirs(
    facts, official, decide, compiled
) -> None:
    assert "后续义务" not in official(facts)
    assert [] == decision_as_json(decide(facts), compiled.rule_set)["duties_ahead"]


def test_what_is_not_covered_has_one_reason_in_one_line(official) -> None:
    (line,) = section(official(ORDINARY.replace("目录: true", "目录: false")), "未获许可的原因").splitlines()
    assert "财政部令第102号第十四条" in line
    assert line.endswith("要求已列入目录 = 是；本案已列入目录 = 否（填报）")


def test_the_reason_names_the_permission_that_comes_nearest(official) -> None:
    reason = section(official(f"{ORDINARY}, 特许经营: true"), "未获许可的原因")
    assert "要求特许经营 = 否；本案特许经营 = 是（填报）" in reason
    assert "特许经营、补贴补助、涉密事项以及另有采购制度的事项，不由本条许可" in reason
    assert "第三十三条" not in reason


def test_the_same_way_out_is_told_once(official) -> None:
    remedies = section(official(ORDINARY.replace("预算: true", "预算: false")), "合规途径").splitlines()
    assert ["① 先在部门预算中安排或者依法调整预算，列入预算以后再实施"] == [line.strip() for line in remedies]


def test_local_documents_elsewhere_are_named_only_where_they_could_answer(official) -> None:
    assert "下级地方规定" not in official(ORDINARY)
    assert "下级地方规定未检查：湖政办发〔2016〕49号" in official(
        "行业: 矿山, 领域: 工矿商贸", subject="企业"
    )


def test_a_document_is_named_in_full_once(compiled) -> None:
    order = compiled.rule_set.documents["mof-order-102-2020"]
    full = "《政府购买服务管理办法》（财政部令第102号）第十条第（三）项，2020年3月1日起施行"
    sections = (
        Section("依据", (Item(full, (Item(full),)),)),
        Section("认定事实", (Item(full),), kind=SectionKind.FACTS),
    )
    first, told = cite_once(sections, [order])
    assert full == first.items[0].text
    assert "财政部令第102号第十条第（三）项" == first.items[0].details[0].text
    assert full == told.items[0].text


@pytest.mark.parametrize(
    ("facts", "answer"),
    [
        ("领域: 工矿商贸, 行业: 矿山", "是重点对象：第（一）项。"),
        (
            "领域: 工矿商贸, 行业: 矿山, 死亡事故: {unknown: 正在调查}",
            "是重点对象：第（一）项（第（七）项待核实）。",
        ),
        ("领域: 工矿商贸, 行业: 一般制造业", "不是重点对象。"),
        (
            "领域: 工矿商贸, 行业: 一般制造业, 死亡事故: {unknown: 正在调查}",
            "是否重点对象待核实：第（七）项。",
        ),
    ],
)
def test_the_headline_of_a_finding_answers_the_question(facts, answer, official) -> None:
    head = HEAD.replace("全国", "浙江省湖州市长兴县") + DECLARED
    assert f"结论：{answer}" == official(facts, head=head, subject="企业").splitlines()[0]


def test_a_count_names_what_it_counted(official) -> None:
    head = "as_of: 2012-12-01\njurisdiction: 河南省安阳市龙安区\n" + DECLARED
    facts = "已建立制度: true, 统计年份: 2012, 统计起始月份: 4, 统计截止月份: 6, 开会月份: [4月, 6月]"
    lines = [line.strip() for line in official(facts, head=head, subject="联席会议").splitlines()]
    assert "其中：开会月份 不含 5月" == lines[lines.index("① 没有开会的月份数 = 1个（推算）") + 1]


def test_a_meeting_and_a_ledger_are_permitted_in_their_own_words(compiled) -> None:
    words = {name: subject.permitted for name, subject in compiled.rule_set.vocabulary.subjects.items()}
    assert ["联席会议符合要求", "隐患治理各环节符合分工要求", "实施办法符合要求"] == [
        words[name] for name in ("联席会议", "隐患", "县区实施办法")
    ]


def test_articles_of_which_the_same_is_said_are_named_in_one_line() -> None:
    assert "第二十条第（一）项、第（二）项、第二十一条" == _together(
        ["第二十条第（一）项", "第二十条第（二）项", "第二十一条"]
    )
    assert "第八条、第六条" == _together(["第八条", "第六条"])
