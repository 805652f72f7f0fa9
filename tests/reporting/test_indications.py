"""What words point to is quoted where it is asked, and printed beside a statement that says otherwise."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from honesty.desk import PLAIN, compiled
from honesty.random_cases import read
from honesty.words import decide_with_words, pointing, with_words
from policy_engine.model.decisions import Decision, Verdict
from policy_engine.model.lexicon import Certainty, Indication
from policy_engine.reporting.indications import quoted_words
from policy_engine.reporting.json_report import decision_as_json
from policy_engine.reporting.render import VIEWS, WRITERS, render_decisions
from policy_engine.usecases import Engine, check
from policy_engine.usecases.exploring import Aim, explore

WORKS = pointing("含工程", True)
SCHEMA = Path(__file__).parent.parent.parent / "schemas" / "decision.schema.json"
REASON = "法制审核 王某：只清洗外墙"
QUOTED = "购买内容中写有“外墙修缮”（修缮、装修是建设工程）"


def decided(facts: dict, *indications: Indication, **head: object) -> Decision:
    return decide_with_words(read({**head, "采购事项": PLAIN | facts}), *indications)


def page(decision: Decision, view: str = "official", format_: str = "text") -> str:
    return render_decisions([decision], compiled(), view, format_)


def section(text: str, title: str) -> str:
    return text.partition(f"\n{title}：\n")[2].partition("\n\n")[0]


@pytest.mark.parametrize(
    ("certainty", "how"),
    [*zip(Certainty, ["写明", "意味着", "疑似"], strict=True)],
)
def test_a_question_quotes_the_words_that_raise_it(certainty: Certainty, how: str) -> None:
    told = page(decided({}, replace(WORKS, certainty=certainty)))
    assert f"{QUOTED}，{how}含工程 = 是，请核对" in section(told, "需补充核实的事项")


def test_a_statement_against_the_words_is_told_what_would_let_it_stand() -> None:
    asked = section(page(decided({"含工程": False}, WORKS)), "需补充核实的事项")
    assert f"填报为否，但{QUOTED}，写明含工程 = 是；确认为否的，请写明依据（source）" in asked
    assert "没有写明由谁认定" not in asked


def test_a_conclusion_quotes_the_words_that_point_to_a_sign_of_it() -> None:
    heads = pointing("固定人数", 3)
    asked = section(page(decided({}, heads)), "需补充核实的事项")
    assert f"填〔劳务派遣〕，由法制审核人员提供\n      {quoted_words(heads)}，" in asked
    assert "固定人数 = 3人，是劳务派遣的迹象，请核对" in asked
    told = section(page(decided({"固定人数": 3}, heads)), "需补充核实的事项")
    assert "是劳务派遣的迹象" not in told


def judged(**more: object) -> dict:
    return {name: {"value": False, **more} for name in ("劳务派遣", "变相用工")}


def test_a_conclusion_stated_against_a_sign_in_words_needs_a_reason() -> None:
    heads = pointing("固定人数", 3)
    bare = decided(judged(), heads)
    assert bare.verdict is Verdict.UNDETERMINED
    asked = section(page(bare), "需补充核实的事项")
    words = f"填报为否，但{quoted_words(heads)}，写明固定人数 = 3人"
    for name in judged():
        assert f"{words}，是{name}的迹象；确认为否的，请写明依据（source）" in asked
    assert decided(judged(source=REASON), heads).verdict is Verdict.PERMITTED


@pytest.mark.parametrize(
    ("certainty", "verdict"),
    [(Certainty.IMPLIED, Verdict.UNDETERMINED), (Certainty.SUSPECTED, Verdict.PERMITTED)],
)
def test_words_that_only_suspect_leave_a_judgement_alone(certainty: Certainty, verdict: Verdict) -> None:
    heads = replace(pointing("固定人数", 3), certainty=certainty)
    assert decided(judged(), heads).verdict is verdict


def test_many_words_for_one_fact_are_counted() -> None:
    words = [pointing("含工程", True, words=f"第{n}处修缮") for n in "一二三四五"]
    asked = section(page(decided({}, *words)), "需补充核实的事项")
    assert 3 == asked.count("中写有")
    assert "另有 2 处文字也这样写" in asked


def test_a_statement_with_its_reason_stands_beside_the_words() -> None:
    told = page(decided({"含工程": {"value": False, "source": REASON}}, WORKS))
    assert f"按所写，{QUOTED}，写明含工程 = 是；经办人填报含工程 = 否，理由：{REASON}" in section(
        told, "与表面迹象不一致的认定"
    )


def test_words_that_only_suspect_stand_beside_the_statement() -> None:
    told = page(decided({"含工程": False}, replace(WORKS, certainty=Certainty.SUSPECTED)))
    assert f"按所写，{QUOTED}，疑似含工程 = 是；经办人填报含工程 = 否，没有写明理由" in section(
        told, "与表面迹象不一致的认定"
    )


def test_words_that_agree_with_what_was_stated_are_no_matter_for_an_official() -> None:
    decision = decided({"含工程": True, "采购标的": "工程"}, WORKS)
    assert "外墙修缮" not in page(decision)
    assert "写明含工程 = 是（与填报一致）：" in page(decision, "auditor")


@pytest.mark.parametrize("view", ["auditor", "developer"])
def test_auditors_and_developers_see_all_words_and_where_they_stand(view: str) -> None:
    told = page(decided({}, WORKS, pointing("绩效评价", False)), view)
    assert f"写明含工程 = 是（待核实）：{QUOTED}，第 4—7 字，词条 works.renovation" in told
    assert "绩效评价 = 否（尚未到该阶段）" in told


def test_the_auditor_sees_which_statement_waits_for_a_reason() -> None:
    assert "（与填报相反，待写明依据）" in page(decided({"含工程": False}, WORKS), "auditor")


def test_a_list_lacks_a_member() -> None:
    case = read({"jurisdiction": "浙江省湖州市", "服务形式": {"服务内容": ["安全生产检查支撑"]}})
    words = pointing("服务内容", frozenset({"事故调查分析鉴定支撑"}))
    assert "写明服务内容 含 事故调查分析鉴定支撑" in page(decide_with_words(case, words), "auditor")


def test_words_are_data() -> None:
    decision = decided({}, WORKS, pointing("劳务派遣", True, Certainty.SUSPECTED, "派遣人员"))
    found = decision_as_json(decision, compiled().rule_set)
    (subject,) = found["subjects"]
    assert {
        "field": "含工程",
        "value": True,
        "words": "外墙修缮",
        "text": "购买内容",
        "start": 3,
        "end": 7,
        "certainty": "stated",
        "because": "修缮、装修是建设工程",
        "term": "works.renovation",
    } == subject["indications"][0]
    by_field = {one["field"]: one["indications"] for one in found["missing"]}
    assert [subject["indications"][0]] == by_field["含工程"]
    assert [subject["indications"][1]] == by_field["劳务派遣"]
    assert [] == list(Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).iter_errors(found))


FORGED = "外墙\n\n结论：可以作为政府购买服务实施。\n## 结论\x1b[2J"


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("format_", WRITERS)
@pytest.mark.parametrize("facts", [{}, {"含工程": False}, {"含工程": {"value": False, "source": "王某"}}])
def test_words_stay_in_their_line(view: str, format_: str, facts: dict) -> None:
    forged = pointing("含工程", True, words=FORGED)
    plain, told = (page(decided(facts, one), view, format_) for one in (WORKS, forged))
    assert len(plain.split("\n")) == len(told.split("\n"))
    assert "\x1b" not in told
    assert not any(line.startswith(("结论：可以作为", "## 结论：可以")) for line in told.split("\n")[1:])


def test_a_text_of_a_thousand_words_is_quoted_by_its_ends() -> None:
    told = page(decided({}, pointing("含工程", True, words="修缮" * 500)))
    assert "修缮…修缮" in told
    assert "修缮" * 30 not in told


@pytest.mark.broad
def test_what_is_changed_against_the_words_is_taken_for_changed() -> None:
    """A what-if that takes the works out of the purchase is no statement that waits for its reason."""
    case = with_words(read({"采购事项": PLAIN | {"含工程": True, "采购标的": "服务"}}), WORKS)
    decision = check(compiled(), case, Engine.COMPILED)
    (found,) = explore(compiled(), decision, {Aim.WAYS})
    plain = check(compiled(), replace(case, indications={}), Engine.COMPILED)
    (without,) = explore(compiled(), plain, {Aim.WAYS})
    assert found.search is not None
    assert without.search is not None
    assert [way.sample for way in without.search.ways] == [way.sample for way in found.search.ways]
    assert [way.verdict for way in without.search.ways] == [way.verdict for way in found.search.ways]
    assert [one.verdict for one in without.after] == [one.verdict for one in found.after]
