"""What a search foresees for some answers is what is decided where these are told."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import examples
from policy_engine.compilation import compile_rules
from policy_engine.evaluation import prospects as module
from policy_engine.evaluation.closing import close_subject
from policy_engine.evaluation.prospects import Prospects
from policy_engine.model import conditions as c
from policy_engine.model.cases import Case, Fact, Origin
from policy_engine.model.decisions import Found, Status, Verdict
from policy_engine.model.rules import Classify, Impossible, Prohibit, Require, RuleSet, Table
from policy_engine.model.values import NOT_HAPPENED, UNKNOWN
from policy_engine.model.vocabulary import Phase
from properties import toy
from properties.clashes import FLAGS, RARELY, case, cases, clashing_rule_sets, finding_rule_sets
from properties.strategies import VALUES, conditions
from properties.test_agreement import simple_rule
from properties.test_surroundings import decided

SOME = settings(max_examples=examples(300))
ANSWERS = st.dictionaries(st.sampled_from(FLAGS), st.booleans())


def foresees(rule_set: RuleSet, one: Case, answers: dict[str, bool]) -> None:
    told = {n: v for n, v in answers.items() if n not in one.subjects[toy.PURCHASE]}
    subject = rule_set.vocabulary.subjects[toy.PURCHASE]
    found = Prospects(compile_rules(rule_set), one, subject, is_blank=False).given(told)
    if found is None:
        return
    facts = {n: Fact(field=n, value=v, origin=Origin.STATED, source="答复") for n, v in told.items()}
    answered = replace(one, subjects={toy.PURCHASE: {**one.subjects[toy.PURCHASE], **facts}})
    expected = decided(rule_set, answered)
    # That no rule looked at it at all is said of a decision only.
    is_bare = subject.gives_findings and expected.verdict is Verdict.NOT_COVERED
    assert (None if is_bare else expected.verdict) is found.verdict
    assert sorted(f.found.value for f in expected.findings) == sorted(f.value for f in found.findings)
    is_open = expected.verdict is Verdict.UNDETERMINED or any(
        f.found is Found.OPEN for f in expected.findings
    )
    assert is_open is found.is_open


@SOME
@given(clashing_rule_sets(), cases(), ANSWERS)
def test_a_verdict_is_foreseen(rule_set, one, answers):
    foresees(rule_set, one, answers)


@SOME
@given(finding_rule_sets(), cases(), ANSWERS)
def test_findings_are_foreseen(rule_set, one, answers):
    foresees(rule_set, one, answers)


TOLD = ("含工程", "变相用工", "人数", "签订", "验收")


class Unhurried(Prospects):
    """Closes whatever it is given, even what is ruled out by what is told."""

    def _is_impossible(self, answers: dict) -> bool:
        return False


@SOME
@given(st.data())
def test_what_is_ruled_out_without_closing_is_ruled_out_with_it(data):
    """Signs, a declaration and events before their phase beside it, all of which closing treats otherwise."""
    clashes = data.draw(st.lists(conditions(TOLD, c.AS_OF, 1), min_size=1, max_size=3))
    rules = [simple_rule(at, Impossible(), when) for at, when in enumerate(clashes)]
    rule_set = toy.rule_set(*rules, simple_rule(9, Prohibit("转包"), WORKS))
    one = data.draw(cases(more=TOLD))
    answers = {n: data.draw(VALUES[n].filter(lambda v: v is not UNKNOWN)) for n in TOLD if data.draw(RARELY)}
    compiled, subject = compile_rules(rule_set), rule_set.vocabulary.subjects[toy.PURCHASE]
    one, other = (
        kind(compiled, one, subject, is_blank=False).given(answers) for kind in (Prospects, Unhurried)
    )
    assert one == other


@pytest.mark.parametrize("value", [True, False])
def test_what_is_told_is_held_to_what_can_not_be(value, monkeypatch):
    rule_set = toy.rule_set(simple_rule(1, Impossible(), c.All((WORKS, LISTED), toy.SPAN)))
    subject = rule_set.vocabulary.subjects[toy.PURCHASE]
    told = case({"含工程": True}, Phase.EVALUATION)
    prospects = Prospects(compile_rules(rule_set), told, subject, is_blank=False)
    closed = []
    monkeypatch.setattr(module, "close_subject", lambda *given: closed.append(given) or close_subject(*given))
    assert (prospects.given({"已列目录": value}) is None) is value
    assert len(closed) == (not value)


@pytest.mark.parametrize(("phase", "is_ruled_out"), [(Phase.PROJECT, False), (Phase.EVALUATION, True)])
def test_a_stated_not_yet_rules_nothing_out_before_its_phase(phase, is_ruled_out):
    unsigned = c.Equals("签订", NOT_HAPPENED, toy.SPAN)
    rule_set = toy.rule_set(simple_rule(1, Impossible(), c.All((WORKS, unsigned), toy.SPAN)))
    subject = rule_set.vocabulary.subjects[toy.PURCHASE]
    told = case({"签订": NOT_HAPPENED}, phase)
    found = Prospects(compile_rules(rule_set), told, subject, is_blank=False).given({"含工程": True})
    assert (found is None) is is_ruled_out


WORKS, LISTED = (c.Equals(name, True, toy.SPAN) for name in ("含工程", "已列目录"))


@pytest.mark.parametrize(
    ("told", "missing"),
    [
        ({}, ("含工程", "已列目录")),
        ({"含工程": True}, ("已列目录",)),
        ({"已列目录": False}, ("含工程",)),
        ({"含工程": False}, ()),
        ({"含工程": True, "已列目录": False}, ()),
        ({"含工程": True, "已列目录": True}, ()),
    ],
)
def test_only_what_is_open_lacks_facts(told, missing):
    rule = simple_rule(1, Require(LISTED), WORKS)
    (found,) = decided(toy.rule_set(rule), case(told, Phase.EVALUATION, is_declared=False)).results
    assert missing == found.missing
    assert bool(missing) is (found.status is Status.UNKNOWN)


def test_an_open_finding_leaves_the_answer_open_beside_a_refusal():
    rules = simple_rule(1, Prohibit("政府购买服务"), WORKS), simple_rule(2, Classify("类别", ("甲",)), LISTED)
    rule_set = replace(toy.rule_set(*rules), vocabulary=toy.FINDING_VOCABULARY)
    one = case({"含工程": True}, Phase.EVALUATION, is_declared=False)
    subject = rule_set.vocabulary.subjects[toy.PURCHASE]
    prospects = Prospects(compile_rules(rule_set), one, subject, is_blank=False)
    now, later = prospects.given({}), prospects.given({"已列目录": True})
    assert (Verdict.PROHIBITED, True) == (now.verdict, now.is_open)
    assert (Verdict.PROHIBITED, False) == (later.verdict, later.is_open)


MAJOR = (
    simple_rule(1, Classify("重大", ()), WORKS),
    simple_rule(2, Table("规模", ((WORKS, "大型"),), "小型")),
    simple_rule(3, Prohibit("转包"), LISTED),
)


@pytest.mark.parametrize(
    ("told", "impossible"),
    [
        ({"重大": True}, False),
        ({"重大": False}, True),
        ({"规模": "大型"}, False),
        ({"规模": "小型"}, True),
        ({"已列目录": True, "重大": True}, False),
        ({"已列目录": True, "重大": False, "人数": 1}, True),
        ({"重大": UNKNOWN, "规模": "大型"}, False),
        ({"重大": UNKNOWN, "规模": "小型"}, True),
        ({"已列目录": True}, None),
        ({"重大": UNKNOWN}, None),
    ],
    ids=str,
)
def test_no_answer_is_tried_by_which_rules_compute_something_else_than_was_told(told, impossible):
    """`impossible`: the answer to whether there are works that can't be true; nothing where both can."""
    rule_set = toy.rule_set(*MAJOR)
    subject = rule_set.vocabulary.subjects[toy.PURCHASE]
    one = case(told, Phase.EVALUATION, is_declared=False)
    prospects = Prospects(compile_rules(rule_set), one, subject, is_blank=False)
    ruled_out = [answer for answer in (True, False) if prospects.given({"含工程": answer}) is None]
    assert ([] if impossible is None else [impossible]) == ruled_out


@pytest.mark.parametrize(
    ("answers", "is_ruled_out"),
    [
        ({"重大": True}, False),
        ({"重大": False}, True),
        ({"重大": False, "人数": 1}, True),
        ({"规模": "小型"}, True),
        ({"规模": "大型", "已列目录": True}, False),
    ],
    ids=str,
)
def test_neither_is_an_answer_that_rules_contradict(answers, is_ruled_out):
    subject, one = toy.VOCABULARY.subjects[toy.PURCHASE], case({"含工程": True}, Phase.EVALUATION)
    prospects = Prospects(compile_rules(toy.rule_set(*MAJOR)), one, subject, is_blank=False)
    assert (prospects.given(answers) is None) is is_ruled_out
