"""What an official reads, and why it is there."""

import dataclasses
import json

import pytest

import as_shipped
from policy_engine.foundation.logic import Truth
from policy_engine.loading.cases import CaseDefaults, load_cases
from policy_engine.loading.files import SourceText
from policy_engine.model.calendar import day_number
from policy_engine.model.decisions import Verdict
from policy_engine.reporting.auditor import case_digest
from policy_engine.reporting.blank_case import blank_case
from policy_engine.reporting.json_report import decision_as_json
from policy_engine.reporting.page import Item, Page, Section, as_markdown, as_text
from policy_engine.reporting.render import VIEWS, WRITERS, render_decisions
from policy_engine.usecases import check

HEAD = "name: 办公楼保洁\nas_of: 2026-01-15\nphase: 立项\njurisdiction: 全国\n"
DECLARED = "declaration: {no_other_circumstances: true, by: 沈某}\n"
ORDINARY = "购买主体类型: 国家机关, 采购标的: 服务, 付费方: 政府, 已列入目录: true, 已列入预算: true"


@pytest.fixture(scope="session")
def compiled():
    return as_shipped.compiled()


@pytest.fixture
def decide(compiled):
    def decide(text: str):
        (case,) = load_cases(
            SourceText("案件.yaml", text), compiled.rule_set, CaseDefaults(today=day_number("2026-01-15"))
        )
        return check(compiled, case)

    return decide


@pytest.fixture
def official(decide, compiled):
    def official(text: str) -> str:
        return render_decisions([decide(text)], compiled, "official", "text")

    return official


def section(page: str, title: str) -> str:
    return page.partition(f"\n{title}：\n")[2].partition("\n\n")[0]


def test_only_the_facts_that_carry_a_refusal_are_listed_and_the_others_named_in_a_line(official) -> None:
    facts = section(official(f"{HEAD}{DECLARED}采购事项: {{{ORDINARY}, 含工程: true}}"), "认定事实")
    assert "① 含工程 = 是（填报）" in facts
    assert "购买主体类型 = " not in facts
    assert "另填报购买主体类型" in facts


def test_declared_facts_stand_in_one_line_and_the_declaration_says_how_many(official) -> None:
    page = official(f"{HEAD}{DECLARED}采购事项: {{{ORDINARY}}}")
    assert 1 == section(page, "认定事实").count("（申报声明）")
    assert "申报声明（沈某）：除已填报的以外没有其他情形，据此认定" in section(page, "说明")


def test_a_derived_fact_is_followed_by_what_it_comes_from(official) -> None:
    page = official(f"{HEAD}{DECLARED}采购事项: {{{ORDINARY}, 合同期限_月: 36, 自动续签_月: 24}}")
    lines = section(page, "认定事实").splitlines()
    assert [
        "① 服务期总长 = 60个月（推算）",
        "② 合同期限 = 36个月（填报）",
        "③ 自动续签 = 24个月（填报）",
    ] == [line.strip() for line in lines[:3]]


def test_an_exception_that_holds_says_so_with_its_basis_and_fact(official) -> None:
    page = official(f"{HEAD}{DECLARED}采购事项: {{{ORDINARY}, 含工程: true, 零星维修: true}}")
    exceptions = section(page, "例外")
    assert "成立，因此不适用“工程不得纳入政府购买服务范围”" in exceptions
    assert "〔解释，非条文〕：零星维修 = 是（填报）" in exceptions


def test_only_the_exceptions_that_are_met_go_on_record(decide, compiled) -> None:
    judged = ORDINARY.replace("采购标的: 服务", "采购标的: {value: 服务, source: 采购品目}")
    decision = decide(f"{HEAD}{DECLARED}采购事项: {{{judged}, 含工程: true, 零星维修: true}}")
    results = decision_as_json(decision, compiled.rule_set)["results"]
    excepted = next(r for r in results if r["rule"] == "mof-yu-2017-87.2-works")
    reason = "物业等服务附带的日常零星维修不构成建设工程"
    assert {"reason": "excepted", "because": [reason]} == excepted["blocked"]
    assert reason == excepted["blocked_by"]
    assert "棚户区" not in render_decisions([decision], compiled, "auditor", "text").partition("逐条结果")[2]


def test_a_norm_that_does_not_apply_is_named_with_the_one_that_does(official) -> None:
    page = official(f"{HEAD}{DECLARED}采购事项: {{{ORDINARY}, 含工程: true}}")
    assert "适用财政部令第102号第十条第（三）项，不适用第十四条" in section(page, "例外")
    assert "让位" not in page


def test_what_is_not_covered_says_what_the_permissions_lack(official) -> None:
    page = official(
        f"{HEAD}{DECLARED}采购事项: {{购买主体类型: 国家机关, 采购标的: 服务, 付费方: 政府, 已列入目录: false, 已列入预算: true}}"
    )
    reasons = section(page, "未获许可的原因")
    assert "财政部令第102号第十四条" in reasons
    assert "已列入目录 = 否（填报）" in reasons


def test_a_question_names_its_field_who_can_answer_and_what_waits_for_it(official) -> None:
    asked = section(
        official(f"{HEAD}{DECLARED}采购事项: {{{ORDINARY}, 含工程: {{unknown: 界限不清}}}}"),
        "需补充核实的事项",
    )
    assert "填〔含工程〕，由经办人提供；已填“说不清”：界限不清" in asked
    assert "关系到：工程不得纳入政府购买服务范围" in asked


def test_without_a_declaration_it_is_the_first_thing_asked(official) -> None:
    asked = section(official(f"{HEAD}采购事项: {{{ORDINARY}}}"), "需补充核实的事项")
    assert asked.strip().startswith("① 除已填报的以外，有没有其他应当说明的情形？")


def test_what_the_program_assumed_is_said_aloud(official) -> None:
    remarks = section(official(f"采购事项: {{{ORDINARY}}}"), "说明")
    assert all(
        words in remarks for words in ("未写基准日，按中国时间 2026年1月15日", "按全国审查", "按立项审查")
    )


def test_rules_of_another_place_deny_nothing(official) -> None:
    page = official(f"{HEAD}{DECLARED}企业: {{领域: 工矿商贸, 行业: 矿山}}")
    assert page.startswith("结论：重点对象类别未作认定")
    assert "未涉及" in section(page, "分类认定")
    assert "下级地方规定未检查：湖政办发〔2016〕49号（浙江省湖州市）" in section(page, "说明")


def test_a_contract_standard_is_told_as_one(official) -> None:
    staffing = "派员: {行业: 工业, 从业人员: 420, 营业收入_万元: 6000, 高危: false, 专家人数: 2}"
    page = official(f"as_of: 2012-06-01\njurisdiction: 河南省安阳市龙安区\n{staffing}")
    assert page.startswith("结论：低于服务合同标准（据转述），须整改。")
    assert "据转述，未见原文；属合同标准，只在河南省安阳市龙安区作依据" in section(page, "依据")
    assert "营业收入 = 6000.00万元（填报）" in section(page, "认定事实")


def test_rivals_stand_side_by_side_with_both_sources(decide, compiled) -> None:
    decision = decide(f"{HEAD}{DECLARED}采购事项: {{{ORDINARY}}}")
    (one,) = decision.subjects
    first, second = (
        next(r for r in one.results if r.rule.id == f"mof-order-102-2020.{n}") for n in ("art-10-3", "art-14")
    )
    clash = dataclasses.replace(
        one,
        verdict=Verdict.CONFLICT,
        grounds=(first, second),
        rivals=((first, second, Truth.TRUE),),
        may_become=(Verdict.PROHIBITED,),
    )
    clashing = dataclasses.replace(decision, verdict=Verdict.CONFLICT, subjects=(clash,))
    page = render_decisions([clashing], compiled, "official", "text")
    assert page.startswith("结论：依据冲突，暂不能作出结论。")
    assert "第十条第（三）项" in section(page, "冲突的依据")
    assert "第十四条" in section(page, "冲突的依据")
    assert "结论可能变为“不得实施”" in section(page, "可能的变化")
    assert "\n依据：" not in page


def test_several_subjects_are_told_apart(official) -> None:
    page = official(f"{HEAD}{DECLARED}采购事项: {{{ORDINARY}}}\n承接主体: {{承接主体类型: 公益一类事业单位}}")
    assert page.startswith("结论：采购事项：可以作为政府购买服务实施；承接主体：")
    assert "\n承接主体：依据：" in page


@pytest.mark.every(2)
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("format_", WRITERS)
def test_every_view_ends_with_the_rule_version_and_who_decides(view, format_, decide, compiled) -> None:
    decision = decide(f"{HEAD}采购事项: {{}}")
    *_, version, disclaimer = render_decisions([decision], compiled, view, format_).rstrip().splitlines()
    assert f"规则库版本 {compiled.rule_set.version} · 双引擎复核一致" == version.strip()
    assert "辅助审核意见，最终以财政部门、司法行政部门的意见为准。" == disclaimer.strip()


def test_json_values_are_those_of_a_case_file(decide, compiled) -> None:
    facts = f"{ORDINARY}, 合同期限_月: 12, 项目金额_万元: 186.50, 合同签订日: 2026-02-01"
    decision = decide(f"as_of: 2026-03-01\nphase: 合同\n{DECLARED}采购事项: {{{facts}}}")
    found = {
        f["field"]: f["value"] for f in decision_as_json(decision, compiled.rule_set)["subjects"][0]["facts"]
    }
    assert [True, "国家机关", "12", "186.5", "2026-02-01", None] == [
        found[n]
        for n in ("已列入目录", "购买主体类型", "合同期限_月", "项目金额_万元", "合同签订日", "绩效目标")
    ]


def test_same_case_same_bytes_whatever_the_order_of_its_facts(decide, compiled) -> None:
    one = decide(f"{HEAD}采购事项: {{含工程: true, 采购标的: 工程}}")
    other = decide(f"{HEAD}采购事项: {{采购标的: 工程, 含工程: true}}")
    written = [json.dumps(decision_as_json(d, compiled.rule_set)["results"]) for d in (one, other)]
    assert written[0] == written[1]
    assert case_digest(one) == case_digest(other)


def test_a_blank_case_states_nothing_and_fits_a_page(compiled) -> None:
    for subject in compiled.rule_set.vocabulary.subjects.values():
        text = blank_case(subject, "case.schema.json")
        (case,) = load_cases(
            SourceText("空白.yaml", text), compiled.rule_set, CaseDefaults(today=day_number("2026-01-15"))
        )
        assert {} == dict(case.subjects[subject.name])
        assert all(
            f"\n  {field}:" in text
            for field, f in subject.fields.items()
            if f.role.value != "derived" and not any(implied.part for implied in f.implied)
        )


def test_markdown_keeps_names_whole() -> None:
    page = Page(
        "结论：可以。", (Section("事实", (Item("合同期限_月 = *12*", (Item("<b>"),)),)),), ("末行",), "某_事"
    )
    assert "合同期限\\_月 = \\*12\\*" in as_markdown(page)
    assert "&lt;b>" in as_markdown(page)
    assert "合同期限_月 = *12*" in as_text(page)
