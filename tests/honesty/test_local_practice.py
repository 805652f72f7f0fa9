"""What Longan and Wenzhou practice says about dates, actors, months and shares, between facts as well as of each."""

import pytest

from honesty.desk import PLAIN, asked, decide, page, refused
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.model.decisions import Verdict

LONGAN = {"as_of": "2013-03-01", "jurisdiction": "河南省安阳市龙安区"}
NEVER = "未发生"
LEDGER = {
    "台账日期": "2013-02-20",
    "排查承担者": ["社会组织", "专家"],
    "排查日期": "2012-10-08",
    "排查有监管人员协同": True,
    "排查报告": "有",
    "反馈主体": "区安委会",
    "反馈日期": "2012-10-22",
    "督办主体": "安全生产部门",
    "督办日期": "2012-10-25",
    "整改主体": "企业",
    "整改付费方": "企业",
    "整改期限": "2012-12-31",
    "整改完成日期": "2012-12-10",
    "复查承担者": ["社会组织"],
    "复查日期": "2012-12-18",
    "复查有监管人员协同": True,
    "复查报告": "有",
    "处理主体": "成员单位",
    "处理日期": "2013-01-09",
    "已销号": True,
}
STAGES = ["排查日期", "反馈日期", "督办日期", "整改完成日期", "复查日期", "处理日期"]
# A later stage a day before an earlier one: what was moved, and what comes of it.
REVERSED = [
    ({"督办日期": "2012-10-21"}, Verdict.NON_COMPLIANT),
    ({"整改完成日期": "2012-10-21"}, Verdict.UNDETERMINED),
    ({"复查日期": "2012-10-21", "整改完成日期": "2012-10-20", "主动整改在先": True}, Verdict.NON_COMPLIANT),
    ({"处理日期": "2012-10-21"}, Verdict.NON_COMPLIANT),
    ({"整改完成日期": "2012-10-24"}, Verdict.UNDETERMINED),
    ({"复查日期": "2012-10-24", "整改完成日期": "2012-10-23"}, Verdict.NON_COMPLIANT),
    ({"处理日期": "2012-10-24"}, Verdict.NON_COMPLIANT),
    ({"复查日期": "2012-12-09"}, Verdict.NON_COMPLIANT),
    ({"处理日期": "2012-12-09"}, Verdict.PERMITTED),
    ({"处理日期": "2012-12-17"}, Verdict.PERMITTED),
]


def hazard(**changes) -> Verdict:
    return decide("隐患", LEDGER | changes, **LONGAN).verdict


def test_six_stages_in_their_order_are_in_order():
    assert Verdict.PERMITTED is hazard()


@pytest.mark.parametrize("later", [*STAGES[1:], "整改期限"])
def test_nothing_happens_to_a_hazard_before_it_is_found(later):
    assert ["PE508"] == refused("隐患", LEDGER | {later: "2012-10-07"}, **LONGAN)


@pytest.mark.parametrize("stage", STAGES)
def test_nothing_in_a_ledger_is_later_than_the_ledger(stage):
    assert "PE508" in refused("隐患", LEDGER | {stage: "2013-02-21"}, **LONGAN)


@pytest.mark.parametrize("field", [*STAGES, "台账日期"])
def test_nothing_in_a_ledger_is_later_than_the_day_of_the_case(field):
    assert "PE508" in refused("隐患", LEDGER | {field: "2013-03-02"}, **LONGAN)


def test_a_hazard_nobody_found_has_no_later_stages():
    assert ["PE508"] == refused("隐患", LEDGER | {"排查日期": NEVER}, **LONGAN)


@pytest.mark.parametrize(("moved", "verdict"), REVERSED)
def test_each_pair_of_stages_that_is_reversed_is_seen(moved, verdict):
    assert verdict is hazard(**moved)


@pytest.mark.parametrize("skipped", STAGES[1:5])
def test_a_stage_that_was_skipped_is_a_breach_of_its_own(skipped):
    assert Verdict.NON_COMPLIANT is hazard(**{skipped: NEVER, "已销号": False, "整改期限": "2013-02-28"})


@pytest.mark.parametrize("skipped", ["整改完成日期", "复查日期"])
def test_a_hazard_is_closed_only_after_it_was_rectified_and_rechecked(skipped):
    open_yet = {"处理日期": NEVER, "整改期限": "2013-02-28", "复查查明未整改": True, skipped: NEVER}
    assert Verdict.NON_COMPLIANT is hazard(**open_yet)
    assert Verdict.PERMITTED is hazard(**(open_yet | {"已销号": False}))


def test_a_hazard_that_was_only_found_and_fed_back_is_in_order():
    later = dict.fromkeys(STAGES[2:], NEVER)
    assert Verdict.PERMITTED is hazard(**later, 已销号=False, 整改期限="2013-02-28")


def test_who_rectified_before_the_meeting_says_so():
    early = {"整改完成日期": "2012-10-10"}
    assert ["主动整改在先"] == asked(decide("隐患", LEDGER | early, **LONGAN))
    assert Verdict.PERMITTED is hazard(**early, 主动整改在先=True)
    judged = {"value": False, "source": "区应急局核对：日期填错"}
    assert Verdict.NON_COMPLIANT is hazard(**early, 主动整改在先=judged)


@pytest.mark.parametrize("actors", [["企业"], ["无执法证人员"], ["保险机构"]])
@pytest.mark.parametrize("stage", ["排查", "复查"])
def test_inspection_and_recheck_by_the_wrong_hands_is_a_breach(stage, actors):
    assert Verdict.NON_COMPLIANT is hazard(**{f"{stage}承担者": actors})


@pytest.mark.parametrize("stage", ["排查", "复查"])
def test_what_the_article_does_not_tell_of_is_no_ground(stage):
    assert Verdict.NOT_COVERED is hazard(**{f"{stage}承担者": ["检验检测机构"]})
    assert Verdict.PERMITTED is hazard(**{f"{stage}承担者": ["执法人员"]})


def test_a_clash_with_the_day_of_the_case_names_the_fact():
    with pytest.raises(DiagnosticsError) as caught:
        decide("隐患", {"台账日期": "2013-03-04"}, **LONGAN)
    assert "台账日期 = 2013年3月4日" in caught.value.diagnostics[0].message


# Stages and actors
STAGE = {"监管人员协同": True, "付费方": "政府", "受益对象": "政府监管", "涉及执法": False}


def stage(stages: list[str], actors: list[str], day: str = "2012-08-01", **more):
    facts = STAGE | {"环节": stages, "承担者": actors} | more
    return decide("监管环节", facts, as_of=day, jurisdiction="河南省安阳市龙安区")


@pytest.mark.parametrize("day", ["2012-08-01", "2026-01-15"])
@pytest.mark.parametrize(
    ("stages", "actors"),
    [
        (["复查", "处理"], ["专家", "执法人员"]),
        (["督办", "排查"], ["安全生产部门", "社会组织"]),
        (["复查", "整改"], ["社会组织", "企业"]),
        (["排查", "反馈"], ["社会组织", "区安委会"]),
        (["排查", "反馈", "督办", "整改", "复查", "处理"], ["社会组织", "区安委会", "成员单位", "企业"]),
    ],
)
def test_stages_of_different_hands_in_one_case_are_asked_apart(stages, actors, day):
    found = stage(stages, actors, day)
    assert Verdict.UNDETERMINED is found.verdict
    assert "各环节一致" in asked(found)


def test_stages_that_differ_are_refused_as_one_case():
    facts = STAGE | {"环节": ["复查", "整改"], "承担者": ["社会组织", "企业"], "各环节一致": False}
    assert ["PE508"] == refused("监管环节", facts, **LONGAN)


@pytest.mark.parametrize(
    ("one", "actors", "payer"),
    [
        ("排查", ["社会组织"], "政府"),
        ("反馈", ["区安委会", "社会组织"], "无需付费"),
        ("督办", ["安全生产部门"], "无需付费"),
        ("整改", ["企业"], "企业"),
        ("复查", ["专家", "安全生产部门"], "政府"),
        ("处理", ["成员单位", "执法人员"], "无需付费"),
    ],
)
def test_the_six_stages_of_the_article_are_in_order_one_by_one(one, actors, payer):
    assert Verdict.PERMITTED is stage([one], actors, 付费方=payer).verdict


def test_stages_of_one_kind_share_their_actors():
    assert Verdict.PERMITTED is stage(["排查", "复查"], ["社会组织", "安全生产部门"]).verdict
    assert Verdict.NON_COMPLIANT is stage(["督办", "处理"], ["成员单位", "专家"]).verdict


def test_no_outsider_takes_part_in_enforcement_beside_other_stages():
    both = stage(["处理", "排查"], ["执法人员", "社会组织"], 各环节一致=True)
    assert Verdict.NON_COMPLIANT is both.verdict


# Joint meetings
MEETING = {
    "已建立制度": True,
    "牵头单位": "安全生产部门",
    "召集人": "主管副区长",
    "成员单位": ["公安", "消防", "市场监管"],
    "听取当月排查情况": True,
    "汇报上月整改情况": True,
}


def meeting(first: int, last: int, held: list[int], day: str, **more):
    facts = (
        MEETING | {"统计起始月份": first, "统计截止月份": last, "开会月份": [f"{m}月" for m in held]} | more
    )
    return decide("联席会议", facts, as_of=day, jurisdiction="河南省安阳市龙安区")


def missed(decision) -> str:
    (one,) = decision.subjects
    return str(one.derived["缺会月份_个"].value)


@pytest.mark.parametrize(
    ("first", "last", "held", "number"),
    [(12, 3, [], 4), (12, 3, [12, 2], 2), (10, 1, [10, 11, 12, 1], 0), (6, 3, [], 10), (6, 3, [4, 5], 10)],
)
def test_months_over_the_end_of_a_year_are_counted(first, last, held, number):
    found = meeting(first, last, held, "2013-07-20", 统计年份=2013)
    assert str(number) == missed(found)
    assert (Verdict.NON_COMPLIANT if number else Verdict.PERMITTED) is found.verdict


@pytest.mark.parametrize(("year", "number"), [(2011, 0), (2012, 2), (2013, 4)])
def test_months_before_the_practice_began_are_not_missed(year, number):
    found = meeting(11, 2, [], "2013-06-01", 统计年份=year)
    assert str(number) == missed(found)
    assert (Verdict.NON_COMPLIANT if number else Verdict.PERMITTED) is found.verdict


def test_the_year_is_asked_where_months_may_lie_before_the_practice_began():
    assert ["统计年份"] == asked(meeting(11, 2, [], "2013-06-01"))


def test_months_that_are_not_over_are_not_missed():
    held = [1, 2, 3, 4, 5, 6, 7, 8]
    assert Verdict.PERMITTED is meeting(1, 12, held, "2012-09-30", 统计年份=2012).verdict
    assert Verdict.NON_COMPLIANT is meeting(1, 12, held, "2012-10-01", 统计年份=2012).verdict


def test_the_year_is_asked_only_where_months_of_this_year_are_to_come():
    assert ["统计年份"] == asked(meeting(3, 11, [3, 4, 5], "2012-06-10"))
    assert [] == asked(meeting(3, 5, [3, 4, 5], "2012-06-10"))


def test_a_meeting_to_come_has_not_been_held():
    facts = MEETING | {"统计年份": 2012, "统计起始月份": 1, "统计截止月份": 12, "开会月份": ["9月"]}
    assert ["PE508"] == refused("联席会议", facts, as_of="2012-08-31", jurisdiction="河南省安阳市龙安区")


def test_the_month_of_the_case_is_not_for_filling_in():
    facts = MEETING | {"基准月份": 12, "统计起始月份": 1, "统计截止月份": 6, "开会月份": []}
    assert ["PE509"] == refused("联席会议", facts, as_of="2012-08-31", jurisdiction="河南省安阳市龙安区")


# Shares of a year
@pytest.mark.parametrize("reason", [None, True])
def test_a_share_of_nothing_meets_no_share(reason):
    facts = {"新增公共服务购买支出_万元": 0, "其中向社会组织购买_万元": 0, "低于比例已说明": reason}
    found = decide("年度汇总", {k: v for k, v in facts.items() if v is not None}, jurisdiction="浙江省湖州市")
    assert Verdict.NOT_COVERED is found.verdict


# Functions that were transferred
@pytest.mark.parametrize("day", ["2015-11-25", "2026-01-15"])
def test_a_function_given_back_is_no_longer_the_government_s(day):
    facts = {"转移方式": "归还", "继续安排购买经费": True, "原经费已核减": True}
    judged = {"仍属政府职责": {"value": True, "source": "经办人"}}
    where = {"as_of": day, "jurisdiction": "浙江省温州市瑞安市"}
    assert ["PE508"] == refused("职能转移", facts | judged, **where)
    assert Verdict.PROHIBITED is decide("职能转移", facts | {"仍属政府职责": False}, **where).verdict


# Practice that was told long ago
PURCHASED = {
    "付费方": "政府",
    "采购方式": "竞争性磋商",
    "购买主体层级": "街道",
    "已签服务合同": True,
    "合同约定标准": ["设备", "专业技术人员", "每年排查次数"],
    "检查报告": "有",
}


def purchased(day: str, **more):
    return stage(["排查"], ["社会组织", "执法人员"], day, **(PURCHASED | more))


def test_a_tender_binds_only_above_its_threshold():
    assert Verdict.NON_COMPLIANT is purchased("2012-08-01", 达到公开招标数额=True).verdict
    assert Verdict.PERMITTED is purchased("2012-08-01", 达到公开招标数额=False).verdict


@pytest.mark.parametrize("day", ["2014-01-01", "2026-01-15"])
def test_practice_of_2012_is_no_breach_years_later_but_a_question(day):
    found = decide("派员", {"环节": "排查", "行业": "工业", "高危": False, "从业人员": 60, "专家人数": 1},
                   as_of=day, jurisdiction="河南省安阳市龙安区")  # fmt: skip
    assert (Verdict.UNDETERMINED, ["做法仍执行"]) == (found.verdict, asked(found))


@pytest.mark.parametrize(
    ("day", "still", "verdict"),
    [
        ("2013-12-31", None, Verdict.NON_COMPLIANT),
        ("2019-05-06", None, Verdict.UNDETERMINED),
        ("2019-05-06", True, Verdict.NON_COMPLIANT),
        ("2019-05-06", False, Verdict.NOT_COVERED),
    ],
)
def test_a_joint_meeting_is_held_to_what_is_still_done(day, still, verdict):
    more = {} if still is None else {"做法仍执行": still}
    assert verdict is meeting(2, 4, [2, 4], day, 统计年份=2013, **more).verdict


def test_while_the_practice_is_told_of_nobody_asks_whether_it_is_still_done():
    facts = {"环节": "排查", "行业": "一般制造业", "从业人员": 300, "专家人数": 2}
    found = decide("派员", facts, as_of="2012-06-01", jurisdiction="河南省安阳市龙安区")
    assert ["认定属于高危", "营业收入_万元"] == asked(found)


def test_what_was_once_done_is_a_duty_ahead_only_if_it_is_still_done():
    duty = "向社会公开招标选定社会组织"
    told = {
        "环节": ["排查"],
        "承担者": ["社会组织"],
        "监管人员协同": True,
        "付费方": "政府",
        "受益对象": "政府监管",
    }
    now, then = (
        page(decide("监管环节", told, as_of=day, jurisdiction="河南省安阳市龙安区"))
        for day in ("2026-01-15", "2012-08-01")
    )
    assert f"若做法仍执行 = 是，则{duty}" in now
    assert duty in then
    assert f"则{duty}" not in then


def test_who_keeps_to_the_practice_is_asked_only_whether_it_still_is_one():
    found = meeting(2, 4, [2, 3, 4], "2026-01-15")
    assert (Verdict.UNDETERMINED, ["做法仍执行"]) == (found.verdict, asked(found))
    assert Verdict.PERMITTED is meeting(2, 4, [2, 3, 4], "2026-01-15", 做法仍执行=True).verdict


@pytest.mark.parametrize(
    ("still", "verdict"),
    [(None, Verdict.UNDETERMINED), (True, Verdict.PERMITTED), (False, Verdict.NOT_COVERED)],
)
def test_what_was_once_allowed_is_allowed_where_it_is_still_done(still, verdict):
    told = {} if still is None else {"做法仍执行": still}
    found = stage(
        ["排查"], ["社会组织", "执法人员"], "2020-06-01", 达到公开招标数额=False, **PURCHASED, **told
    )
    assert verdict is found.verdict


def test_stages_of_2012_are_judged_by_their_day_whenever_they_are_looked_at():
    late = {"as_of": "2026-01-15", "jurisdiction": "河南省安阳市龙安区"}
    facts = LEDGER | {"督办日期": "2012-10-21", "已如实记录": True}
    assert Verdict.NON_COMPLIANT is decide("隐患", facts, **late).verdict


WENZHOU = {"jurisdiction": "浙江省温州市鹿城区"}


@pytest.mark.parametrize("subject", ["采购事项", "职能转移"])
def test_new_posts_are_a_question_where_nobody_says_that_they_are_still_forbidden(subject):
    facts = {"采购事项": PLAIN, "职能转移": {"转移方式": "授权", "原经费已核减": True}}[subject]
    posts = facts | {"因购买新增": ["机构编制人员"]}
    found = decide(subject, posts, **WENZHOU)
    assert (Verdict.UNDETERMINED, "做法仍执行") == (found.verdict, *asked(found))
    assert Verdict.NON_COMPLIANT is decide(subject, posts | {"做法仍执行": True}, **WENZHOU).verdict
    over = {"采购事项": Verdict.PERMITTED, "职能转移": Verdict.NOT_COVERED}[subject]
    assert over is decide(subject, posts | {"做法仍执行": False}, **WENZHOU).verdict


def test_a_purchase_that_only_told_practice_would_correct_is_said_to_differ_from_it():
    facts = {"购买内容": "环卫保洁", "适合市场化": True, "因购买新增": ["机构编制人员"]}
    found = decide("采购事项", facts, as_of="2015-11-25", jurisdiction="浙江省温州市")
    assert Verdict.NON_COMPLIANT is found.verdict
    assert page(found).startswith("结论：与当地做法不一致（据转述），须整改。")


def test_only_what_is_fit_to_be_bought_gets_no_new_posts():
    posts = PLAIN | {
        "因购买新增": ["机构编制人员"],
        "适合市场化": {"value": False, "source": "编办：须由机关自办"},
    }
    (one,) = decide("采购事项", posts, as_of="2015-11-25", **WENZHOU).subjects
    found = {r.rule.id: r.status.value for r in one.results}
    assert "not_applicable" == found["wenzhou-czj-2015.no-new-posts"]


# Experts
@pytest.mark.parametrize(
    ("trade", "verdict"),
    [
        ("煤矿", Verdict.NON_COMPLIANT),
        ("危险化学品储存", Verdict.NON_COMPLIANT),
        ("建筑施工", Verdict.NON_COMPLIANT),
        ("冶金", Verdict.UNDETERMINED),
        ("道路货运", Verdict.UNDETERMINED),
    ],
)
def test_high_risk_of_2012_is_what_the_act_of_2002_listed(trade, verdict):
    facts = {"环节": "排查", "行业": trade, "划型行业": "工业", "从业人员": 15, "专家人数": 2}
    found = decide("派员", facts, as_of="2012-09-10", jurisdiction="河南省安阳市龙安区")
    assert verdict is found.verdict
