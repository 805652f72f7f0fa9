"""Facts that can't be true together are told in words, once, and with their places; what may be true is not."""

from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType

import pytest

from policy_engine.compilation import compile_rules
from policy_engine.evaluation.closing import close_subject
from policy_engine.evaluation.compiled import evaluate_compiled
from policy_engine.evaluation.consistency import find_inconsistent, is_inconsistent_as_told
from policy_engine.evaluation.contradictions import find_contradictions
from policy_engine.evaluation.declaring import clashes
from policy_engine.foundation.diagnostics import Diagnostic
from policy_engine.foundation.spans import file_span
from policy_engine.model import conditions as c
from policy_engine.model.cases import Case
from policy_engine.model.decisions import Status
from policy_engine.model.rules import Classify, Derive, Function, Impossible, Rule, Table
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import DayPart, Implied, Phase, Subject, Vocabulary
from properties import toy
from properties.clashes import case
from properties.test_agreement import EVERYWHERE, simple_rule

WORKS, LISTED = (c.Equals(name, True, toy.SPAN) for name in ("含工程", "已列目录"))
COMPUTED = (
    simple_rule(1, Classify("重大", ()), WORKS),
    simple_rule(2, Classify("类别", ("甲", "乙")), WORKS),
    simple_rule(3, Table("规模", ((WORKS, "大型"),), "小型")),
    simple_rule(4, Derive("期数", Function.COUNT_IF, (), (WORKS, LISTED))),
)


def contradictions(rules: Iterable[Rule], told: dict) -> list[tuple[str, str]]:
    compiled = compile_rules(toy.rule_set(*rules))
    program = compiled.subjects[toy.PURCHASE]
    found = evaluate_compiled(compiled, toy.situation(told))
    subject = compiled.rule_set.vocabulary.subjects[toy.PURCHASE]
    stated = find_contradictions(case(told, Phase.CONTRACT), subject, found, program.producers)
    return [(one.code, one.message) for one in stated]


@pytest.mark.parametrize(
    ("told", "stated", "computed"),
    [
        ({"含工程": True, "重大": False}, "否", "是"),
        ({"含工程": False, "重大": True}, "是", "否"),
        ({"含工程": True, "重大": True}, "", ""),
        ({"含工程": False, "重大": False}, "", ""),
        ({"重大": True}, "", ""),
        ({"含工程": True, "重大": UNKNOWN}, "", ""),
        ({"含工程": True, "规模": "小型"}, "小型", "大型"),
        ({"含工程": True, "规模": "大型"}, "", ""),
        ({"规模": "小型"}, "", ""),
        ({"规模": "中型"}, "中型", "大型或小型"),
        ({"含工程": True, "类别": frozenset({"丙", "甲"})}, "甲、丙", "含 乙、不含 丙"),
        ({"含工程": False, "类别": frozenset({"甲"})}, "甲", "不含 甲"),
        ({"含工程": True, "类别": frozenset({"甲", "乙"})}, "", ""),
        ({"类别": frozenset({"甲"})}, "", ""),
        ({"类别": frozenset({"丙"})}, "丙", "不含 丙"),
        ({"含工程": True, "已列目录": True, "期数": 1}, "1", "2"),
        ({"含工程": True, "已列目录": True, "期数": 2}, "", ""),
        ({"含工程": False, "已列目录": False, "期数": 1}, "1", "0"),
        ({"含工程": True, "期数": 0}, "", ""),
    ],
)
def test_a_computed_fact_that_was_stated_otherwise_is_told_with_what_it_comes_to(told, stated, computed):
    (name,) = told.keys() - {"含工程", "已列目录"}
    message = f"`{name}` 填报为 {stated}，按其他事实推算应为 {computed}"
    assert contradictions(COMPUTED, told) == ([("PE506", message)] if stated else [])


def test_what_no_rule_in_force_computes_contradicts_nothing():
    abroad = c.InArea("410000", toy.SPAN)
    told = {"含工程": True, "重大": True, "类别": frozenset({"甲"}), "规模": "中型", "期数": 5}
    away = tuple(replace(rule, scope=abroad) for rule in COMPUTED)
    assert [] == contradictions(away, told)
    assert [] == contradictions((), told)
    # One rule in force suffices.
    assert [("PE506", "`重大` 填报为 是，按其他事实推算应为 否")] == contradictions(
        (away[0], replace(COMPUTED[0], id="law.art-9", when=c.Not(WORKS, toy.SPAN))),
        {"含工程": True, "重大": True},
    )


def inconsistent(
    told: Case, rules: tuple[Rule, ...] = (), subject: Subject = toy.VOCABULARY.subjects[toy.PURCHASE]
) -> list[Diagnostic]:
    """List what can't be; what a search asks of the same case has to say so too, whether engines see it or not."""
    vocabulary = Vocabulary({**toy.VOCABULARY.subjects, toy.PURCHASE: subject})
    compiled = compile_rules(replace(toy.rule_set(*rules), vocabulary=vocabulary))
    program = compiled.subjects[toy.PURCHASE]
    closed = close_subject(told, subject, program)
    evaluation = evaluate_compiled(compiled, closed.situation)
    found = list(find_inconsistent(told, subject, closed, evaluation, program.written))
    seen = any(evaluation.statuses[rule.id] is Status.TRUE for rule in rules)
    assert bool(found) is (is_inconsistent_as_told(told, subject, closed, clashes(program)) or seen)
    return found


def at(told: Case, **spans) -> Case:
    """Say where some facts stand."""
    facts = {name: replace(fact, span=spans.get(name)) for name, fact in told.subjects[toy.PURCHASE].items()}
    return replace(told, subjects=MappingProxyType({toy.PURCHASE: MappingProxyType(facts)}))


def never(when: c.Condition, **more) -> Rule:
    return replace(simple_rule(7, Impossible(), when), message="两样不能都有", **more)


HERE, THERE = file_span("甲"), file_span("乙")
BOTH = c.All((WORKS, LISTED), toy.SPAN)


@pytest.mark.parametrize(
    ("spans", "more", "span", "basis"),
    [
        ({"含工程": HERE, "已列目录": THERE}, {}, HERE, "《law》第7条"),
        ({"已列目录": THERE}, {}, THERE, "《law》第7条"),
        ({}, {"basis": "常识"}, toy.SPAN, "常识"),
    ],
)
def test_facts_that_can_not_be_true_together_are_told_with_their_ground(spans, more, span, basis):
    told = at(case({"含工程": True, "已列目录": True, "有理由": True}, Phase.CONTRACT), **spans)
    (found,) = inconsistent(told, (never(BOTH, **more),))
    places = [f"（{spans[name].words}）" if name in spans else "" for name in ("含工程", "已列目录")]
    message = f"填报的事实不能同时成立：两样不能都有（含工程 = 是{places[0]}，已列目录 = 是{places[1]}）"
    assert ("PE508", message, span) == (found.code, found.message, found.span)
    title = toy.DOCUMENTS["law"].title
    assert f"核对并改正其中一处；依据：{basis.replace('law', title)}" == found.help


@pytest.mark.parametrize(
    ("told", "scope", "codes"),
    [
        ({"含工程": True, "已列目录": True}, EVERYWHERE, ["PE508"]),
        ({"含工程": True, "已列目录": False}, EVERYWHERE, []),
        ({"含工程": True}, EVERYWHERE, []),
        ({"含工程": True, "已列目录": True}, c.InArea("410000", toy.SPAN), []),
    ],
)
def test_only_what_surely_holds_here_is_impossible(told, scope, codes):
    found = inconsistent(case(told, Phase.CONTRACT), (never(BOTH, scope=scope),))
    assert codes == [one.code for one in found]


@pytest.mark.parametrize("source", ["", "某人认定"])
def test_a_judgement_that_awaits_its_reason_contradicts_all_the_same(source):
    told = case({"含工程": True, "变相用工": False}, Phase.CONTRACT)
    facts = dict(told.subjects[toy.PURCHASE])
    facts["变相用工"] = replace(facts["变相用工"], source=source)
    told = replace(told, subjects=MappingProxyType({toy.PURCHASE: MappingProxyType(facts)}))
    harmless = c.Equals("变相用工", False, toy.SPAN)
    for when, codes in ((c.All((WORKS, harmless), toy.SPAN), ["PE508"]), (BOTH, [])):
        assert codes == [one.code for one in inconsistent(told, (never(when),))]


def meaning(name: str, *implied: Implied) -> Subject:
    subject = toy.VOCABULARY.subjects[toy.PURCHASE]
    fields = {**subject.fields, name: replace(subject.fields[name], implied=implied)}
    return replace(subject, fields=fields)


def entry(value, when=WORKS, before: Phase | None = None, part: DayPart | None = None) -> Implied:
    return Implied(when=when, before=before, value=value, because="按词义", part=part)


@pytest.mark.parametrize(
    ("name", "implied", "told", "stated", "wanted"),
    [
        ("方式", [entry("招标")], {"含工程": True, "方式": "直购"}, "直购", "招标"),
        ("方式", [entry("招标")], {"含工程": True, "方式": "招标"}, "", ""),
        ("方式", [entry("招标")], {"含工程": True, "方式": UNKNOWN}, "", ""),
        ("方式", [entry("招标")], {"含工程": False, "方式": "直购"}, "", ""),
        ("方式", [entry("招标")], {"方式": "直购"}, "", ""),
        ("方式", [entry("招标")], {"含工程": True}, "", ""),
        # What is usual is no meaning: without a condition, or until a phase.
        ("方式", [entry("招标", None)], {"含工程": True, "方式": "直购"}, "", ""),
        ("方式", [entry("招标", before=Phase.CONTRACT)], {"含工程": True, "方式": "直购"}, "", ""),
        ("标签", [entry(frozenset({"红"}))], {"含工程": True, "标签": frozenset({"黄"})}, "", ""),
        # Told once, by the first entry that is contradicted.
        (
            "方式",
            [entry("招标", LISTED), entry("谈判"), entry("招标")],
            {"含工程": True, "方式": "直购"},
            "直购",
            "谈判",
        ),
        # Two entries may mean two things of what nobody stated: the first one speaks.
        ("方式", [entry("招标"), entry("谈判", LISTED)], {"含工程": True, "已列目录": True}, "", ""),
        ("人数", [entry(0, None, part=DayPart.MONTH)], {"人数": 99}, "99", "month"),
        ("人数", [entry(0, None, part=DayPart.MONTH)], {"人数": "month"}, "", ""),
    ],
)
def test_what_is_stated_against_the_meaning_of_other_words_is_told_with_what_they_mean(
    name, implied, told, stated, wanted
):
    month = DayPart.MONTH.of(toy.situation({}).values[c.AS_OF])
    facts = {key: month if value == "month" else value for key, value in told.items()}
    found = inconsistent(case(facts, Phase.CONTRACT), subject=meaning(name, *implied))
    wanted = str(month) if wanted == "month" else wanted
    message = f"`{name}` 填报为 {stated}，按其他填报应为 {wanted}"
    help_ = "按词义；核对两处，改正其中一处"
    assert [("PE509", message, help_)] * bool(stated) == [(one.code, one.message, one.help) for one in found]


def test_what_a_rule_has_named_is_not_told_again_as_what_words_mean():
    subject = meaning("方式", entry("招标"))
    told = case({"含工程": True, "方式": "直购"}, Phase.CONTRACT)
    bought = c.Equals("方式", "直购", toy.SPAN)
    both = never(c.All((WORKS, bought), toy.SPAN))
    assert ["PE508"] == [one.code for one in inconsistent(told, (both,), subject)]
    # One that names something else leaves it to be told.
    told = case({"含工程": True, "方式": "直购", "已列目录": True}, Phase.CONTRACT)
    assert ["PE508", "PE509"] == [one.code for one in inconsistent(told, (never(LISTED),), subject)]


def test_two_fields_that_mean_each_other_are_told_once():
    subject = meaning("方式", entry("招标"))
    works = replace(subject.fields["含工程"], implied=(entry(False, c.Equals("方式", "直购", toy.SPAN)),))
    subject = replace(subject, fields={**subject.fields, "含工程": works})
    found = inconsistent(case({"含工程": True, "方式": "直购"}, Phase.CONTRACT), subject=subject)
    assert ["PE509"] == [one.code for one in found]


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("is_stated", [True, False])
@pytest.mark.parametrize("has_phases", [True, False])
def test_an_event_is_too_early_only_before_the_phase_that_was_stated(phase, is_stated, has_phases):
    subject = toy.VOCABULARY.subjects[toy.PURCHASE]
    signed = replace(subject.fields["签订"], happens=Phase.CONTRACT)
    subject = replace(subject, fields={**subject.fields, "签订": signed}, has_phases=has_phases)
    told = replace(case({"签订": toy.DAYS[0]}, phase), is_phase_stated=is_stated)
    found = inconsistent(told, subject=subject)
    is_early = has_phases and is_stated and phase.rank < Phase.CONTRACT.rank
    message = f"填报了 `签订`，阶段却写 {phase.value}"
    assert [("PE509", message)] * is_early == [(one.code, one.message) for one in found]
    if is_early:
        assert found[0].help.startswith(f"阶段至少是 {Phase.CONTRACT.value}；")
