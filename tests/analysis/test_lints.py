"""Each lint finds its seeded defect in the shipped rules, and nothing in the shipped rules as they are."""

from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

import pytest

from policy_engine.analysis.acceptance import sift
from policy_engine.analysis.lints import LINTS, lint
from policy_engine.foundation.diagnostics import Diagnostic
from policy_engine.model.conditions import All, Bound, InForce, Ratio
from policy_engine.model.documents import Citation, StatedDate
from policy_engine.model.rules import Acceptance, Permit, Prohibit, Require, RuleSet
from policy_engine.usecases import load_rule_set, read_sources, shipped_rules
from policy_engine.usecases.validating import validate

VETO = "mof-order-102-2020.art-10-3"
TODAY = 740000


@pytest.fixture(scope="module")
def shipped() -> RuleSet:
    return load_rule_set(read_sources(shipped_rules()))


def changed(rule_set: RuleSet, rule_id: str, **changes) -> RuleSet:
    rules = tuple(replace(r, **changes) if r.id == rule_id else r for r in rule_set.rules)
    assert rules != rule_set.rules
    return replace(rule_set, rules=rules)


def rule_of(rule_set: RuleSet, rule_id: str):
    return next(rule for rule in rule_set.rules if rule.id == rule_id)


def test_the_shipped_rules_are_free_of_findings_warnings_included():
    found = validate(read_sources(shipped_rules()), today=TODAY).findings
    assert () == found.open


def test_every_lint_is_quiet_on_the_shipped_rules(shipped):
    assert () == lint(shipped)


def seeded_field(rule_set: RuleSet) -> RuleSet:
    subject = rule_set.vocabulary.subjects["采购事项"]
    orphan = replace(subject.fields["含工程"], name="多余的字段")
    fields = MappingProxyType({**subject.fields, "多余的字段": orphan})
    subjects = {**rule_set.vocabulary.subjects, "采购事项": replace(subject, fields=fields)}
    return replace(rule_set, vocabulary=replace(rule_set.vocabulary, subjects=subjects))


def seeded_interval(rule_set: RuleSet) -> RuleSet:
    rule = rule_of(rule_set, VETO)
    never = InForce("@as_of", 730000, 720000, rule.span)
    return changed(rule_set, VETO, scope=All((rule.scope, never), rule.span))


def seeded_overlap(rule_set: RuleSet) -> RuleSet:
    old = rule_set.documents["mof-zong-2014-96"]
    later = replace(old, ended=StatedDate(old.ended.day + 1, "", False))
    return replace(rule_set, documents={**rule_set.documents, old.id: later})


def seeded_units(rule_set: RuleSet) -> RuleSet:
    rule = rule_of(rule_set, "mof-zong-2016-54.share")
    ratio = Ratio("其中向社会组织购买_万元", "年度", Bound.AT_LEAST, Fraction(3, 10), rule.span)
    return changed(rule_set, rule.id, kind=Require(ratio))


SEEDED = {
    "PE601": seeded_field,
    "PE602": seeded_interval,
    "PE603": lambda rules: changed(rules, VETO, examples=rule_of(rules, VETO).examples[:1]),
    "PE604": lambda rules: changed(
        rules, VETO, citation=Citation(rule_of(rules, VETO).citation.document, "")
    ),
    "PE606": seeded_overlap,
    "PE607": lambda rules: changed(
        rules, VETO, citation=Citation(rule_of(rules, VETO).citation.document, "第十一条第（三）项")
    ),
    "PE608": seeded_units,
    "PE609": lambda rules: changed(rules, VETO, kind=Permit("政府购买服务")),
}


def test_every_lint_has_a_seeded_defect():
    assert set(LINTS) == set(SEEDED)


@pytest.mark.parametrize("code", SEEDED)
def test_a_seeded_defect_is_found_and_nothing_else(shipped, code):
    assert {code} == {d.code for d in lint(SEEDED[code](shipped))}


@pytest.mark.parametrize(
    ("title", "kind", "is_opposite"),
    [
        ("不得购买", Permit("政府购买服务"), True),
        ("可以购买", Permit("政府购买服务"), False),
        ("可以购买", Prohibit("政府购买服务"), True),
        ("可以分开的不得打包", Prohibit("政府购买服务"), False),
        ("未列入目录的，不得购买", Prohibit("政府购买服务"), False),
        ("不得强制的，可以购买", Permit("政府购买服务"), False),
    ],
)
def test_only_the_last_clause_of_a_title_is_read(shipped, title, kind, is_opposite):
    found = lint(changed(shipped, VETO, title=title, kind=kind))
    assert is_opposite is ("PE609" in {d.code for d in found})


@pytest.mark.parametrize(
    ("locator", "article"),
    [
        ("第十条", 10),
        ("第二十四条", 24),
        ("第一百零三条", 103),
        ("第十一条", 11),
        ("第四条", 4),
        ("第一百一十条", 110),
    ],
)
def test_chinese_numerals_of_articles_are_read(shipped, locator, article):
    citation = Citation(rule_of(shipped, VETO).citation.document, locator)
    agreeing = changed(shipped, VETO, citation=citation, id=f"mof-order-102-2020.art-{article}")
    assert "PE607" not in {d.code for d in lint(agreeing)}
    differing = changed(shipped, VETO, citation=citation, id=f"mof-order-102-2020.art-{article + 1}")
    assert "PE607" in {d.code for d in lint(differing)}


def accepting(rule_set: RuleSet, code: str, until: int) -> RuleSet:
    rule = rule_of(rule_set, VETO)
    return changed(
        rule_set, VETO, accepted=(Acceptance(code=code, because="理由", until=until, span=rule.span),)
    )


FINDING = Diagnostic(code="PE603", message="缺少例子", rules=(VETO,))


def test_an_accepted_finding_is_set_aside_with_its_reason(shipped):
    found = sift([FINDING], accepting(shipped, "PE603", TODAY).rules, today=TODAY, codes=["PE603"])
    assert () == found.open
    assert [(FINDING, "理由")] == [(d, a.because) for d, a in found.accepted]


def test_an_expired_acceptance_accepts_nothing_and_is_told(shipped):
    found = sift([FINDING], accepting(shipped, "PE603", TODAY - 1).rules, today=TODAY, codes=["PE603"])
    assert {"PE603", "PE621"} == {d.code for d in found.open}


def test_an_idle_acceptance_is_told_only_where_its_code_was_looked_for(shipped):
    rules = accepting(shipped, "PE603", TODAY).rules
    assert {"PE622"} == {d.code for d in sift([], rules, today=TODAY, codes=["PE603"]).open}
    assert () == sift([], rules, today=TODAY, codes=["PE601"]).open
