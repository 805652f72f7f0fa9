"""A change of meaning is found with the smallest case that shows it; a change of words is proved to be none."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from effort import examples
from oracle.interpreter import interpret
from oracle.verdict import combine
from policy_engine.analysis.difference.compare import Difference, compare
from policy_engine.analysis.symbolic.solving import Witness
from policy_engine.analysis.witnesses import case_of
from policy_engine.compilation import compile_rules
from policy_engine.evaluation.closing import close_subject
from policy_engine.model import conditions as c
from policy_engine.model.documents import Citation
from policy_engine.model.rules import (
    Basis,
    Classify,
    Derive,
    ExceptionClause,
    Function,
    Kind,
    Override,
    ParameterUse,
    Permit,
    Prohibit,
    Require,
    Rule,
    RuleSet,
    Table,
)
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Phase
from properties import toy
from properties.strategies import rule_sets

EVERYWHERE = c.All((), toy.SPAN)
WORKS, LISTED, REASON = (c.Equals(name, True, toy.SPAN) for name in ("含工程", "已列目录", "有理由"))
VETO = "政府购买服务"


def both(*parts: c.Condition) -> c.All:
    return c.All(parts, toy.SPAN)


def either(*parts: c.Condition) -> c.Any:
    return c.Any(parts, toy.SPAN)


def no(part: c.Condition) -> c.Not:
    return c.Not(part, toy.SPAN)


def staff(value: int, bound: c.Bound = c.Bound.AT_LEAST) -> c.Compare:
    return c.Compare("人数", bound, value, toy.SPAN)


def rule(at: int, kind: Kind, when: c.Condition = EVERYWHERE, document: str = "law", **more) -> Rule:
    return Rule(
        id=f"{document}.art-{at}",
        title=f"第{at}条",
        citation=Citation(toy.DOCUMENTS[document], f"第{at}条"),
        subjects=(toy.PURCHASE,),
        kind=kind,
        when=when,
        scope=more.pop("scope", EVERYWHERE),
        remedy="改正",
        span=toy.SPAN,
        **more,
    )


def exception(when: c.Condition) -> ExceptionClause:
    return ExceptionClause(
        when=when, scope=EVERYWHERE, basis=Basis.INTERPRETATION, because="例外", citation=None, span=toy.SPAN
    )


def between(first: int | None, last: int | None) -> c.InForce:
    return c.InForce(c.AS_OF, first, last, toy.SPAN)


def difference(old: tuple[Rule, ...], new: tuple[Rule, ...]) -> Difference:
    return compare(compile_rules(toy.rule_set(*old)), compile_rules(toy.rule_set(*new)))


OVER = (Override(rule="law.art-1", basis=Basis.TEXT, because="特别", locator="", span=toy.SPAN),)
PERMIT = rule(2, Permit(VETO), LISTED)
CHANGED = {
    "threshold": (rule(1, Prohibit(VETO), staff(5)), rule(1, Prohibit(VETO), staff(6))),
    "operator": (rule(1, Prohibit(VETO), staff(5)), rule(1, Prohibit(VETO), staff(5, c.Bound.MORE_THAN))),
    "dropped exception": (
        rule(1, Prohibit(VETO), WORKS, unless=(exception(LISTED),)),
        rule(1, Prohibit(VETO), WORKS),
    ),
    "all for any": (
        rule(1, Prohibit(VETO), both(WORKS, LISTED)),
        rule(1, Prohibit(VETO), either(WORKS, LISTED)),
    ),
    "a day earlier": (
        rule(1, Prohibit(VETO), WORKS, scope=between(toy.DAYS[3], None)),
        rule(1, Prohibit(VETO), WORKS, scope=between(toy.DAYS[3] - 1, None)),
    ),
    "another area": (
        rule(1, Prohibit(VETO), WORKS, scope=c.InArea("330500", toy.SPAN)),
        rule(1, Prohibit(VETO), WORKS, scope=c.InArea("330502", toy.SPAN)),
    ),
    "object": (rule(1, Prohibit(VETO), WORKS), rule(1, Prohibit("转包"), WORKS)),
    "kind": (rule(1, Prohibit(VETO), WORKS), rule(1, Permit(VETO), WORKS)),
    "due": (rule(1, Require(LISTED)), rule(1, Require(LISTED), due=Phase.CONTRACT)),
    "table row": (
        rule(1, Table("规模", ((staff(300), "大型"),), "小型")),
        rule(1, Table("规模", ((staff(301), "大型"),), "小型")),
    ),
    "sum": (
        rule(1, Derive("差额", Function.SUM, ("金额", "余额"), ())),
        rule(1, Derive("差额", Function.DIFFERENCE, ("金额", "余额"), ())),
    ),
    "classification": (rule(1, Classify("类别", ("甲",)), WORKS), rule(1, Classify("类别", ("乙",)), WORKS)),
}


@pytest.mark.parametrize("name", CHANGED)
def test_a_changed_rule_is_found_with_a_case_that_shows_it(name):
    old, new = CHANGED[name]
    found = difference((old,), (new,))
    assert not found.is_same
    # `due` changes no outcome of the rule, only the verdict.
    assert found.rules or found.verdicts


WORDED = {
    "order of parts": (both(WORKS, LISTED), both(LISTED, WORKS)),
    "double negation": (WORKS, no(no(WORKS))),
    "de Morgan": (no(both(WORKS, LISTED)), either(no(WORKS), no(LISTED))),
    "absorption": (WORKS, either(WORKS, both(WORKS, LISTED))),
    "the next integer": (staff(5), staff(4, c.Bound.MORE_THAN)),
    "all choices but one": (
        c.OneOf("方式", ("招标", "谈判"), toy.SPAN),
        no(c.Equals("方式", "直购", toy.SPAN)),
    ),
    "none of": (
        c.Members("标签", c.Membership.NONE_OF, ("红",), toy.SPAN),
        no(c.Members("标签", c.Membership.ANY_OF, ("红",), toy.SPAN)),
    ),
}


@pytest.mark.parametrize("name", WORDED)
def test_a_reworded_condition_is_proved_to_mean_the_same(name):
    one, other = (rule(1, Prohibit(VETO), when) for when in WORDED[name])
    found = difference((one,), (other,))
    assert found.asked >= 1
    assert found.is_same


def test_a_condition_that_differs_only_on_unknown_facts_is_a_change():
    """`A or not A` is always true where A is known, and open where it is not: not the same as no condition."""
    found = difference((rule(1, Prohibit(VETO)),), (rule(1, Prohibit(VETO), either(WORKS, no(WORKS))),))
    ((change),) = found.rules
    assert {} == dict(change.witness.values)


def test_words_and_places_are_no_change():
    old = rule(1, Prohibit(VETO), WORKS)
    found = difference((old,), (replace(old, title="另一个标题", note="另有说明", remedy="另行办理"),))
    assert (True, 0) == (found.is_same, found.asked)


def test_the_place_where_a_parameter_is_named_is_no_change():
    # What is read there is part of the condition already.
    old, new = (
        replace(
            rule(1, Prohibit(VETO), WORKS),
            parameters=(ParameterUse("期限上限", replace(toy.SPAN, line=line)),),
        )
        for line in (3, 4)
    )
    found = difference((old,), (new,))
    assert (True, 0) == (found.is_same, found.asked)


def test_a_renamed_rule_is_recognised():
    found = difference((rule(1, Prohibit(VETO), WORKS),), (rule(9, Prohibit(VETO), WORKS),))
    assert [("law.art-1", "law.art-9")] == [(a.id, b.id) for a, b in found.renamed]
    assert [] == found.rules
    assert {} == found.verdicts


def test_added_and_removed_rules_are_shown_where_they_decide():
    veto = rule(1, Prohibit(VETO), WORKS)
    for old, new in (((PERMIT,), (PERMIT, veto)), ((PERMIT, veto), (PERMIT,))):
        (change,) = [r for r in difference(old, new).rules if (r.new or r.old).id == "law.art-1"]
        assert change.flips_verdict
        assert True is change.witness.values["含工程"]


def test_a_dropped_override_changes_the_rule_that_was_overridden():
    veto = rule(1, Prohibit(VETO), WORKS)
    found = difference((veto, replace(PERMIT, overrides=OVER)), (veto, PERMIT))
    assert "law.art-1" in [r.new.id for r in found.rules]


def test_a_new_field_or_choice_is_never_called_no_change():
    rules = toy.rule_set(rule(1, Prohibit(VETO), WORKS))
    subject = toy.VOCABULARY.subjects[toy.PURCHASE]
    fields = {
        **subject.fields,
        "方式": replace(subject.fields["方式"], choices=("招标", "谈判", "直购", "框架")),
    }
    wider = replace(
        rules,
        vocabulary=replace(
            rules.vocabulary,
            subjects={**rules.vocabulary.subjects, toy.PURCHASE: replace(subject, fields=fields)},
        ),
    )
    found = compare(compile_rules(rules), compile_rules(wider))
    assert not found.is_same
    assert ["`采购事项` 的字段 `方式`的选项变了"] == found.vocabulary


def test_a_field_of_another_type_is_incomparable_where_it_matters():
    rules = toy.rule_set(rule(1, Prohibit(VETO), WORKS))
    subject = toy.VOCABULARY.subjects[toy.PURCHASE]
    fields = {**subject.fields, "打包": replace(subject.fields["人数"], name="打包")}
    other = toy.rule_set(rule(1, Prohibit(VETO), LISTED))
    other = replace(
        other,
        vocabulary=replace(
            rules.vocabulary,
            subjects={**rules.vocabulary.subjects, toy.PURCHASE: replace(subject, fields=fields)},
        ),
    )
    found = compare(compile_rules(rules), compile_rules(other))
    assert found.incomparable
    assert not found.is_same


# Against enumeration, and against the oracle.

SMALL = {
    "含工程": (UNKNOWN, True, False),
    "已列目录": (UNKNOWN, True, False),
    "方式": (UNKNOWN, "招标", "谈判", "直购"),
}
LEAVES = st.sampled_from(
    [
        WORKS,
        LISTED,
        no(WORKS),
        c.OneOf("方式", ("招标",), toy.SPAN),
        c.OneOf("方式", ("招标", "谈判"), toy.SPAN),
    ]
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, min_size=1, max_size=3).flatmap(
        lambda parts: st.sampled_from([both(*parts), either(*parts), no(parts[0])])
    ),
    max_leaves=4,
)


def outcomes(rule_set: RuleSet, values: dict) -> tuple:
    situation = toy.situation(values)
    evaluation = interpret(rule_set, situation)
    return evaluation.statuses, tuple(combine(rule_set, situation, evaluation, phase) for phase in Phase)


@settings(max_examples=examples(60), suppress_health_check=list(HealthCheck))
@given(CONDITIONS, CONDITIONS, st.sampled_from([Prohibit(VETO), Prohibit("转包"), Permit(VETO)]))
def test_no_change_is_claimed_exactly_where_enumeration_finds_none(one, other, kind):
    old, new = (toy.rule_set(rule(1, kind, when), rule(2, Require(LISTED), WORKS)) for when in (one, other))
    cases = [
        {n: v for n, v in zip(SMALL, values, strict=True) if v is not UNKNOWN}
        for values in product(*SMALL.values())
    ]
    differing = [values for values in cases if outcomes(old, values) != outcomes(new, values)]
    found = compare(compile_rules(old), compile_rules(new))
    assert found.is_same is (differing == [])
    for change in found.rules:
        assert shows(change.witness, change.new.id, old, new)
        fewest = min(len(v) for v in cases if outcomes(old, v)[0] != outcomes(new, v)[0])
        assert change.flips_verdict or fewest == len(change.witness.values)


def shows(witness: Witness, name: str, old: RuleSet, new: RuleSet) -> bool:
    """Replay a witness through the naive interpreter under both versions."""
    found = []
    for rule_set in (old, new):
        compiled = compile_rules(rule_set)
        case = case_of(witness, compiled)
        subject = rule_set.vocabulary.subjects[witness.subject]
        situation = close_subject(case, subject, compiled.subjects[witness.subject]).situation
        evaluation = interpret(rule_set, situation)
        found.append((evaluation.statuses[name], evaluation.truths, evaluation.numbers))
    return found[0] != found[1]


@settings(max_examples=examples(25), suppress_health_check=list(HealthCheck))
@given(rule_sets(), st.data())
def test_a_negated_condition_of_a_random_rule_is_a_change_or_proved_idle(rule_set, data):
    at = data.draw(st.integers(0, len(rule_set.rules) - 1))
    victim = rule_set.rules[at]
    mutant = replace(victim, when=no(victim.when))
    changed = replace(rule_set, rules=tuple(mutant if r is victim else r for r in rule_set.rules))
    found = compare(compile_rules(rule_set), compile_rules(changed))
    assert [] == found.undecided
    for change in found.rules:
        assert shows(change.witness, change.new.id, rule_set, changed)
    again = compare(compile_rules(changed), compile_rules(changed))
    assert again.is_same
