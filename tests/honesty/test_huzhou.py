"""What Huzhou's opinion calls a priority target or a form of service needs every element of its text."""

from pathlib import Path

import pytest
import yaml

from honesty.desk import SIGNED, asked, decide, decide_all, page, refused
from policy_engine.compilation import compile_rules
from policy_engine.evaluation.agreement import Engine
from policy_engine.loading.cases import CaseDefaults, load_cases
from policy_engine.loading.files import SourceText
from policy_engine.model.calendar import day_number
from policy_engine.model.decisions import Decision, Found, Verdict
from policy_engine.usecases import check, load_rule_set, read_sources, shipped_rules

CHANGXING = "浙江省湖州市长兴县"
ALL_TARGETS = [f"第（{n}）项" for n in "一二三四五六七"]
COMPANY = {"领域": "工矿商贸", "行业": "家具制造业"}


def enterprise(facts: dict, **head: object) -> Decision:
    return decide("企业", facts, **({"jurisdiction": CHANGXING} | head))


def form(facts: dict, **head: object) -> Decision:
    plain = {"领域": "工矿商贸", "时点": "与投保信贷无关"}
    told = {name: value for name, value in (plain | facts).items() if value is not None}
    return decide("服务形式", told, **({"jurisdiction": "浙江省湖州市"} | head))


def found(decision: Decision) -> dict[str, str]:
    (one,) = decision.subjects
    return {finding.category: finding.found.value for finding in one.findings}


# What an enterprise is.


@pytest.mark.parametrize(
    "trade", ["建筑业", "工业", "仓储业", "批发业", "零售业", "制造业", "建筑安装业", "装卸搬运和仓储业"]
)
def test_a_broad_trade_is_asked_whether_a_listed_one_stands_behind_it(trade):
    decision = enterprise({"领域": "工矿商贸", "行业": trade, "营业收入_万元": 9000, "资产总额_万元": 6000})
    assert "待核实" == found(decision)["第（一）项"]
    assert "属于列举行业" in asked(decision)


@pytest.mark.parametrize("trade", ["建筑业", "工业", "零售业"])
@pytest.mark.parametrize(("is_listed", "result"), [(True, "是"), (False, "否")])
def test_the_answer_about_a_broad_trade_settles_the_first_category(trade, is_listed, result):
    decision = enterprise({"领域": "工矿商贸", "行业": trade, "属于列举行业": is_listed})
    assert result == found(decision)["第（一）项"]


@pytest.mark.parametrize(
    ("trade", "result"),
    [
        ("采矿业", "是"),
        ("煤炭开采和洗选业", "是"),
        ("黑色金属冶炼和压延加工业", "是"),
        ("房屋建筑业", "是"),
        ("道路运输业", "是"),
        ("建筑施工", "是"),
        ("家具制造业", "否"),
        ("纺织业", "否"),
        ("水上运输业", "待核实"),
    ],
)
def test_the_names_of_the_statistics_bureau_are_understood(trade, result):
    assert result == found(enterprise({"领域": "工矿商贸", "行业": trade}))["第（一）项"]


@pytest.mark.parametrize(
    ("facts", "question"),
    [
        ({"企业名称": "某采石场", "从业人员": 85}, "行业"),
        ({"企业名称": "某铸造厂", "营业收入_万元": 300}, "行业"),
        ({"企业名称": "某人民医院", "职业病危害类别": "严重", "职业病危害分类目录": "2021"}, "领域"),
        ({"行业": "其他未列明行业", "死亡事故": True, "事故性质": "生产安全事故"}, "领域"),
        (
            {
                "行业": "农林牧渔业",
                "营业收入_万元": 100,
                "管理基础和力量薄弱": {"value": True, "source": "应急局 李某：无人管"},
            },
            "领域",
        ),
        ({"行业": "信息传输业", "死亡事故": True, "事故性质": "生产安全事故"}, "领域"),
    ],
)
def test_trade_and_domain_are_asked_and_never_signed_for(facts, question):
    decision = enterprise(facts)
    assert Verdict.UNDETERMINED is decision.verdict
    assert question in asked(decision)


@pytest.mark.parametrize("domain", ["机关团体", "学校", "医疗机构"])
@pytest.mark.parametrize("trade", ["金属冶炼", "煤矿", "纺织业"])
def test_a_trade_that_implies_its_domain_contradicts_another(trade, domain):
    assert refused("企业", {"行业": trade, "领域": domain}, jurisdiction=CHANGXING)


@pytest.mark.parametrize("domain", ["医疗机构", "学校", "农林牧渔"])
def test_a_denial_names_the_fact_that_decided_it(domain):
    decision = enterprise({"行业": "其他未列明行业", "领域": domain, "死亡事故": True})
    assert dict.fromkeys(ALL_TARGETS, "否") == found(decision)
    assert {category: ["领域"] for category in ALL_TARGETS} == decided_by(decision)


def decided_by(decision: Decision) -> dict[str, list[str]]:
    written = as_json(decision)["findings"]
    return {one["category"]: one["decided_by"] for one in written}


def as_json(decision: Decision) -> dict:
    from honesty.desk import compiled  # noqa: PLC0415
    from policy_engine.reporting.json_report import decision_as_json  # noqa: PLC0415

    return decision_as_json(decision, compiled().rule_set)


def test_a_listing_by_the_county_is_why_the_sixth_category_is_denied():
    decision = enterprise(COMPANY | {"重大事故隐患": True, "挂牌督办级别": "县级"})
    assert "否" == found(decision)["第（六）项"]
    assert "挂牌督办级别" in decided_by(decision)["第（六）项"]


def test_a_death_is_asked_about_by_the_one_field_that_decides():
    decision = enterprise(
        {"死亡事故": True, "事故性质": "生产安全事故", "行业": "其他未列明行业"}, declaration=None
    )
    assert "待核实" == found(decision)["第（七）项"]
    assert "领域" in asked(decision)
    told = enterprise(
        {"死亡事故": True, "事故性质": "生产安全事故", "行业": "其他未列明行业", "领域": "工矿商贸"}
    )
    assert "是" == found(told)["第（七）项"]


@pytest.mark.parametrize("size", ["划型行业", "营业收入_万元", "资产总额_万元"])
def test_a_size_that_is_settled_asks_for_no_more_figures(size):
    decision = enterprise({"领域": "工矿商贸", "行业": "批发业", "从业人员": 2, "未建立安全管理制度": True})
    assert "微型" == decision.subjects[0].derived["企业规模"].value
    assert size not in asked(decision)


# Where no rule makes a category, nothing is denied.


@pytest.mark.parametrize("place", ["杭州市", "全国", "浙江省", "河南省安阳市龙安区"])
@pytest.mark.parametrize("trade", ["金属冶炼", "矿山"])
def test_elsewhere_the_categories_are_untouched_and_not_denied(place, trade):
    decision = enterprise({"行业": trade}, jurisdiction=place)
    assert dict.fromkeys(ALL_TARGETS, "未涉及") == found(decision)
    written = as_json(decision)["findings"]
    assert {("未涉及", False, None)} == {(f["result"], f["examined"], f["document"]) for f in written}


def test_at_home_a_finding_names_its_document():
    written = as_json(enterprise({"行业": "矿山"}))["findings"]
    assert {"湖政办发〔2016〕49号"} == {one["number"] for one in written}


@pytest.mark.parametrize("day", ["2016-06-16", "2016-06-18", "2016-06-19"])
def test_while_nobody_knows_whether_the_opinion_had_begun_it_is_open(day):
    decision = enterprise({"行业": "矿山"}, as_of=day)
    assert Verdict.UNDETERMINED is decision.verdict
    assert "待核实" == found(decision)["第（一）项"]
    (question,) = decision.subjects[0].lacking
    assert "湖政办发〔2016〕49号" in question.parameter.name
    (asks,) = [each["question"] for each in as_json(decision)["missing"]]
    assert f"湖政办发〔2016〕49号在2016年6月{int(day[-2:])}日是否已经施行？" == asks
    told = page(decision)
    assert "最早2016年6月16日、最晚2016年6月20日起施行（日期待核）" in told
    assert "施行日没有核到（自公布之日起施行" in told
    assert [] == asked(decision), "no fact of the case settles it"


@pytest.mark.parametrize(
    ("day", "result"), [("2016-06-15", "未涉及"), ("2016-06-20", "是"), ("2016-06-21", "是")]
)
def test_before_and_after_the_days_of_doubt_it_is_settled(day, result):
    assert result == found(enterprise({"行业": "矿山"}, as_of=day))["第（一）项"]


# The five forms, element by element. What a form lacks is denied or asked, and never granted.

STATE = {"付费方": "政府", "委托方": "政府部门", "提供者": "安全专业服务机构", "受益对象": "政府监管"}
CLIENT = {"付费方": "企业", "委托方": "企业", "提供者": "中介机构", "受益对象": "企业"}
MUTUAL = {
    "付费方": "无需付费",
    "提供者": "成员企业技术小组",
    "受益对象": "成员企业",
    "协作组组成": "同一区域的企业",
}
GUILD = {"付费方": "无需付费", "提供者": "行业协会", "受益对象": "会员单位"}
INSURER = {
    "付费方": "保险公司",
    "委托方": "保险公司",
    "提供者": "安全专业服务机构",
    "受益对象": "企业",
    "时点": "参保期内",
    "服务内容": ["风险辨识评估"],
}
WHOLE = {
    "政府购买服务": STATE,
    "企业委托服务": CLIENT,
    "企业互助服务": MUTUAL,
    "行业协会服务": GUILD,
    "保险参与服务": INSURER,
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_form_with_all_its_elements_is_granted(name):
    decision = form(WHOLE[name])
    assert Verdict.PERMITTED is decision.verdict
    assert "是" == found(decision)[name]


@pytest.mark.every(3)
@pytest.mark.parametrize(("name", "element"), [(name, key) for name, facts in WHOLE.items() for key in facts])
def test_a_form_is_not_granted_while_one_of_its_elements_is_untold(name, element):
    assert "是" != found(form(WHOLE[name] | {element: None}))[name]


@pytest.mark.parametrize("name", list(WHOLE)[1:])
@pytest.mark.parametrize("domain", [None, "学校", "医疗机构", "农林牧渔"])
def test_a_form_serves_enterprises_of_industry_and_trade_alone(name, domain):
    decision = form(WHOLE[name] | {"领域": domain})
    assert Verdict.PERMITTED is not decision.verdict
    assert ("待核实" if domain is None else "否") == found(decision)[name]


@pytest.mark.every(3)
@pytest.mark.parametrize(
    ("facts", "name", "result"),
    [
        (MUTUAL | {"协作组组成": None}, "企业互助服务", "待核实"),
        (MUTUAL | {"协作组组成": "其他企业"}, "企业互助服务", "否"),
        (MUTUAL | {"协作组组成": "没有组成协作组"}, "企业互助服务", "否"),
        (MUTUAL | {"协作组组成": "某一产业的企业", "付费方": "成员企业"}, "企业互助服务", "是"),
        (INSURER | {"提供者": "保险公司"}, "保险参与服务", "待核实"),
        (INSURER | {"提供者": "行业协会", "时点": "投保前"}, "保险参与服务", "待核实"),
        (INSURER | {"提供者": "商会", "受益对象": "会员单位"}, "保险参与服务", "待核实"),
        (INSURER | {"提供者": "商会", "受益对象": "会员单位"}, "行业协会服务", "待核实"),
        (
            INSURER | {"受益对象": "不特定公众", "服务内容": ["法律援助"], "提供者": "中介机构"},
            "保险参与服务",
            "否",
        ),
        (INSURER | {"服务内容": ["安全教育培训"]}, "保险参与服务", "否"),
        (INSURER | {"受益对象": "政府监管"}, "保险参与服务", "否"),
        (INSURER | {"委托方": "企业"}, "保险参与服务", "待核实"),
        (INSURER | {"付费方": "政府"}, "保险参与服务", "待核实"),
        (INSURER | {"付费方": "银行", "委托方": "银行", "时点": "信贷前"}, "保险参与服务", "是"),
        (INSURER | {"付费方": "银行", "委托方": "银行"}, "保险参与服务", "否"),
        (CLIENT | {"提供者": "安全专家"}, "企业委托服务", "待核实"),
        (CLIENT | {"提供者": "其他机构"}, "企业委托服务", "待核实"),
        (CLIENT | {"付费方": "政府和企业分担"}, "企业委托服务", "待核实"),
        (STATE | {"委托方": "企业"}, "政府购买服务", "否"),
        (STATE | {"付费方": "政府和企业分担"}, "政府购买服务", "待核实"),
        (STATE | {"提供者": "商会"}, "政府购买服务", "待核实"),
        (GUILD | {"付费方": "政府"}, "行业协会服务", "待核实"),
        (GUILD | {"受益对象": "非会员单位"}, "行业协会服务", "待核实"),
    ],
)
def test_what_the_text_of_a_form_does_not_say_is_denied_or_asked(facts, name, result):
    decision = form(facts)
    assert result == found(decision)[name]
    assert (Verdict.PERMITTED is decision.verdict) is (result == "是")


@pytest.mark.parametrize("provider", ["商会", "行业协会", "行业领先企业"])
@pytest.mark.parametrize("served", ["企业", "非会员单位"])
def test_an_association_that_one_enterprise_pays_by_contract_may_be_commissioned(provider, served):
    """A judgement that it is no service of the association leaves open whether it was commissioned."""
    decision = form(
        CLIENT
        | {"提供者": provider, "受益对象": served, "服务内容": ["安全教育培训"], "属行业协会服务形式": False}
    )
    assert Verdict.UNDETERMINED is decision.verdict
    assert "属企业委托服务形式" in asked(decision)


@pytest.mark.parametrize("facts", [INSURER | {"提供者": "保险公司"}, INSURER | {"提供者": "行业协会"}])
def test_a_form_that_is_ruled_out_asks_for_none_of_its_elements(facts):
    assert "协作组组成" not in asked(form(facts | {"受益对象": None}))


@pytest.mark.parametrize("provider", ["行业协会", "商会", "行业领先企业"])
def test_where_the_state_pays_an_association_it_is_asked_whether_the_state_buys(provider):
    decision = form(GUILD | {"付费方": "政府", "提供者": provider})
    assert Verdict.UNDETERMINED is decision.verdict
    assert "属政府购买服务形式" in asked(decision)


@pytest.mark.parametrize(("kind", "result"), [("专业技术服务", "是"), ("都不属于", "否"), (None, "待核实")])
def test_a_content_beyond_the_list_is_classed_by_somebody(kind, result):
    facts = {"服务内容": ["文件没有列举的服务"], "没有列举的服务": "职业健康体检"}
    decision = form(CLIENT | facts | ({"没有列举的服务归类": kind} if kind else {}))
    assert result == found(decision)["专业技术服务"]


@pytest.mark.parametrize("word", ["高新区", "高新技术产业开发区", "小微企业园"])
def test_a_high_tech_zone_is_asked_whether_industry_gathers_there(word):
    decision = decide("区域", {"区域类型": word}, jurisdiction="湖州市")
    assert ["工业企业相对集中"] == asked(decision)


def test_no_note_of_the_targets_invents_a_duty_to_give_reasons():
    notes = [r.rule.note for r in enterprise({"行业": "矿山"}).subjects[0].results]
    assert [] == [note for note in notes if "应当说明理由" in note]


# Another city is data. Its categories are its own.

QUZHOU = """
  - id: quzhou-2020
    number: 衢政办发〔2020〕7号
    title: 衢州市推进安全生产社会化服务的意见
    issuer: 衢州市人民政府办公室
    force: 规范性文件
    area: 衢州市
    issued: {date: 2020-03-01, basis: 例子, verified: true}
    published: {date: 2020-03-01, basis: 例子, verified: true}
    effective: {date: 2020-04-01, basis: 例子, verified: true}
    ended: null
    repeals: []
    status_checked_on: 2026-11-23
    verified: full
    encoded: full
    concerns: [企业]
    governed_by_later: null
    told_by: null
    note: 例子
"""
PROVINCE = (
    QUZHOU.replace("quzhou-2020", "zhejiang-2019")
    .replace("area: 衢州市", "area: 浙江省")
    .replace("衢政办发〔2020〕7号", "浙安委〔2019〕3号")
)
TRADES = {
    "一": "矿山",
    "二": "粉尘涉爆",
    "三": "涉氨制冷",
    "四": "金属冶炼",
    "五": "建筑施工",
    "六": "道路运输",
}


def rule_file(document: str, numbers: str) -> str:
    rules = [
        {
            "id": f"{document}.target-{ordinal}",
            "title": f"{TRADES[number]}单位",
            "cite": f"第二条第（{number}）项",
            "subject": "企业",
            "when": {"行业": TRADES[number]},
            "classify": {"重点对象类别": f"第（{number}）项"},
            "examples": [{"name": "例子", "given": {"行业": TRADES[number]}, "expect": "是"}],
        }
        for ordinal, number in enumerate(numbers, 1)
    ]
    return yaml.safe_dump({"document": document, "rules": rules}, allow_unicode=True, sort_keys=False)


@pytest.fixture(scope="module")
def other_cities(tmp_path_factory):
    import shutil  # noqa: PLC0415

    root: Path = tmp_path_factory.mktemp("cities")
    own = shipped_rules()
    shutil.copytree(own.rules, root / "rules")
    shutil.copytree(own.schemas, root / "schemas")
    register = root / "rules" / "registers" / "documents.yaml"
    register.write_text(register.read_text("utf-8") + QUZHOU + PROVINCE, encoding="utf-8")
    for document, numbers in (("quzhou-2020", "一二三四五六"), ("zhejiang-2019", "二")):
        folder = root / "rules" / "neighbours" / document
        folder.mkdir(parents=True)
        (folder / "law.yaml").write_text(rule_file(document, numbers), encoding="utf-8")
    import dataclasses  # noqa: PLC0415

    files = dataclasses.replace(own, rules=root / "rules", schemas=root / "schemas")
    return compile_rules(load_rule_set(read_sources(files)))


def elsewhere(compiled, facts: dict, place: str) -> dict[tuple[str, str | None], Found]:
    head = {"as_of": "2026-01-15", "jurisdiction": place, "declaration": SIGNED}
    text = yaml.safe_dump(head | {"企业": facts}, allow_unicode=True, sort_keys=False)
    defaults = CaseDefaults(today=day_number("2026-01-15") or 0)
    (case,) = load_cases(SourceText("案件.yaml", text), compiled.rule_set, defaults)
    (one,) = check(compiled, case, Engine.COMPILED).subjects
    return {(f.category, f.document.id if f.document else None): f.found for f in one.findings}


def test_a_second_city_needs_no_code_and_does_not_deny_what_it_does_not_make(other_cities):
    result = elsewhere(other_cities, {"行业": "建筑施工"}, "浙江省衢州市")
    assert Found.YES is result["第（五）项", "quzhou-2020"]
    assert Found.NO is result["第（六）项", "quzhou-2020"]
    assert Found.UNEXAMINED is result["第（七）项", None]
    assert "huzhou-gbf-2016-49" not in {document for _, document in result}


def test_categories_of_the_same_name_in_two_documents_stay_two(other_cities):
    result = elsewhere(
        other_cities, {"领域": "工矿商贸", "行业": "粉尘涉爆", "职业病危害类别": "无"}, CHANGXING
    )
    assert Found.YES is result["第（二）项", "zhejiang-2019"]
    assert Found.NO is result["第（二）项", "huzhou-gbf-2016-49"]
    assert ("第（一）项", "zhejiang-2019") not in result


def test_the_first_city_is_as_it_was(other_cities):
    shipped = {(c, "huzhou-gbf-2016-49"): r for c, r in found(enterprise({"行业": "矿山"})).items()}
    result = elsewhere(other_cities, {"行业": "矿山"}, CHANGXING)
    assert shipped == {key: one.value for key, one in result.items() if key in shipped}


def test_payers_of_one_service_told_twice_must_agree():
    from policy_engine.foundation.diagnostics import DiagnosticsError  # noqa: PLC0415

    with pytest.raises(DiagnosticsError):
        decide_all({"采购事项": {"付费方": "政府"}, "服务形式": CLIENT}, jurisdiction="湖州市")
