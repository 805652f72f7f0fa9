"""Each lint finds its seeded defect in the shipped rules, and nothing in the shipped rules as they are."""

from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

import pytest

import as_shipped
from policy_engine.analysis import lints
from policy_engine.analysis.acceptance import sift
from policy_engine.analysis.lints import LINTS
from policy_engine.foundation.diagnostics import Diagnostic
from policy_engine.model.conditions import All, Bound, InForce, Ratio
from policy_engine.model.documents import Acceptance, Citation, StatedDate
from policy_engine.model.lexicon import Certainty, Term, TermExample
from policy_engine.model.rules import Definition, Permit, Prohibit, Require, RuleSet
from policy_engine.usecases.validating import validate

VETO = "mof-order-102-2020.art-10-3"
BUDGET = "npc-budget-2018.art-13"
TODAY = 740000


@pytest.fixture(scope="module")
def shipped() -> RuleSet:
    return as_shipped.rule_set()


def lint(rule_set: RuleSet) -> tuple[Diagnostic, ...]:
    """Run every lint; what the shipped rules accept is not asked about."""
    owners = (rule_set.rules, rule_set.documents.values())
    return sift(lints.lint(rule_set), *owners, today=TODAY, codes=()).open


def told(code: str, rule_set: RuleSet) -> list[Diagnostic]:
    """Run one lint."""
    return [d for d in LINTS[code](rule_set) if d.code == code]


def changed(rule_set: RuleSet, rule_id: str, **changes) -> RuleSet:
    rules = tuple(replace(r, **changes) if r.id == rule_id else r for r in rule_set.rules)
    assert rules != rule_set.rules
    return replace(rule_set, rules=rules)


def rule_of(rule_set: RuleSet, rule_id: str):
    return next(rule for rule in rule_set.rules if rule.id == rule_id)


@pytest.mark.usefixtures("spared")
def test_the_shipped_rules_are_free_of_findings_warnings_included():
    found = validate(as_shipped.sources(), today=TODAY).findings
    assert () == found.open


# Without places, as those load them who decide cases; what lints say of them with places is told above.
@pytest.mark.broad
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


def cited(rule_set: RuleSet, rule_id: str, locator: str) -> Citation:
    return Citation(rule_of(rule_set, rule_id).citation.document, locator)


def seeded_dates(rule_set: RuleSet) -> RuleSet:
    document = rule_set.documents["mof-yu-2017-87"]
    later = replace(document, effective=StatedDate(document.effective.day + 4000, "", False))
    return replace(rule_set, documents={**rule_set.documents, document.id: later})


def with_terms(rule_set: RuleSet, *changes) -> RuleSet:
    span = rule_of(rule_set, VETO).span
    term = Term(
        id="a.a",
        words=("某词某词",),
        points_to={"采购事项": {"含工程": True}},
        into={},
        certainty=Certainty.STATED,
        because="某",
        examples=(TermExample("某词某词", span),),
        harmless=(TermExample("别的", span),),
        span=span,
    )
    terms = tuple(replace(term, **change) for change in changes)
    lexicon = replace(rule_set.lexicon, terms=(*rule_set.lexicon.terms, *terms))
    return replace(rule_set, lexicon=lexicon)


def seeded_definition(rule_set: RuleSet) -> RuleSet:
    span = rule_of(rule_set, VETO).span
    one = Definition(
        name="没有用到的", locator="第二条", basis="", field="采购标的", members=("货物",), span=span
    )
    return replace(rule_set, definitions={"mof-order-102-2020": (one,)})


SEEDED = {
    "PE601": seeded_field,
    "PE602": seeded_interval,
    "PE603": lambda rules: changed(rules, VETO, examples=rule_of(rules, VETO).examples[:1]),
    "PE604": lambda rules: changed(
        rules, VETO, citation=Citation(rule_of(rules, VETO).citation.document, "")
    ),
    "PE606": seeded_overlap,
    "PE607": lambda rules: changed(rules, VETO, citation=cited(rules, VETO, "第十条第（四）项")),
    "PE608": seeded_units,
    "PE609": lambda rules: changed(rules, VETO, kind=Permit("政府购买服务")),
    "PE611": lambda rules: changed(rules, BUDGET, citation=cited(rules, BUDGET, "第13条")),
    "PE612": lambda rules: changed(rules, VETO, is_default=True),
    "PE613": lambda rules: changed(
        rules, VETO, overrides=(replace(rule_of(rules, VETO).overrides[0], locator="第十一条"),)
    ),
    "PE616": seeded_dates,
    "PE623": lambda rules: changed(rules, VETO, examples=rule_of(rules, VETO).examples * 3),
    "PE624": seeded_definition,
    "PE625": lambda rules: changed(rules, VETO, when=rule_of(rules, "mof-order-102-2020.art-14").when),
    "PE626": lambda rules: changed(
        rules,
        VETO,
        examples=tuple(
            replace(one, name="含工程：否") if one.expect == "不适用" else one
            for one in rule_of(rules, VETO).examples
        ),
    ),
    "PE627": lambda rules: replace(
        rules,
        registered={name: replace(one, refused="") for name, one in rules.registered.items()},
    ),
    "PE632": lambda rules: changed(
        rules, VETO, unless=(), citation=cited(rules, VETO, "第十条第（三）项、第九百条")
    ),
    "PE617": lambda rules: with_terms(rules, {"id": "a.a"}, {"id": "b.b"}),
    "PE618": lambda rules: with_terms(
        rules, {"id": "a.a"}, {"id": "b.b", "points_to": {"采购事项": {"含工程": False}}}
    ),
    "PE619": lambda rules: with_terms(
        rules, {"harmless": (TermExample("某词某词装修", rule_of(rules, VETO).span),)}
    ),
}


@pytest.mark.parametrize(
    ("locator", "is_told"),
    [
        ("第三十五条", False),
        ("第三十六条", True),
        ("第十条第（九十）项", False),
        ("第一条、第三十六条", True),
    ],
)
def test_an_article_beyond_the_last_is_told_where_their_number_is_registered(shipped, locator, is_told):
    rules = changed(shipped, VETO, citation=cited(shipped, VETO, locator))
    assert is_told == bool(told("PE632", rules))
    # Where nobody said how many there are, none is too many.
    silent = replace(cited(shipped, VETO, locator).document, articles=0)
    assert [] == told("PE632", changed(shipped, VETO, citation=Citation(silent, locator)))


def test_every_lint_has_a_seeded_defect():
    assert set(LINTS) == set(SEEDED)


@pytest.mark.parametrize("code", SEEDED)
def test_a_seeded_defect_is_found_and_nothing_else(shipped, code):
    # The terms have examples by the thousand: those that are tried here are the new ones.
    few = replace(shipped, lexicon=replace(shipped.lexicon, terms=shipped.lexicon.terms[:20]))
    assert {code} == {d.code for d in lint(SEEDED[code](few))}


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
    assert is_opposite is bool(told("PE609", changed(shipped, VETO, title=title, kind=kind)))


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
    assert [] == told("PE607", agreeing)
    differing = changed(shipped, VETO, citation=citation, id=f"mof-order-102-2020.art-{article + 1}")
    assert told("PE607", differing)


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


@pytest.mark.parametrize(
    ("written", "proper"),
    [
        ("第23条", "第二十三条"),
        ("第２３条", "第二十三条"),
        ("23条", "第二十三条"),
        ("第105条第2款", "第一百零五条第二款"),
        ("第十条(三)", "第十条第（三）项"),
        ("第十条（三）", "第十条第（三）项"),
        ("第十条（三）项", "第十条第（三）项"),
        ("第十条第三项", "第十条第（三）项"),
        ("第十条第(三)项", "第十条第（三）项"),
        ("第十条第（3）项", "第十条第（三）项"),
        ("第 十 条", "第十条"),
        ("《政府购买服务管理办法》第二十三条", "第二十三条"),
        ("政府购买服务管理办法第二十三条", "第二十三条"),
        ("财政部令第102号第二十三条", "第二十三条"),
        ("第二十四条第1款、第五十一条第2款", "第二十四条第一款、第五十一条第二款"),
    ],
)
def test_a_locator_of_the_wrong_form_is_told_with_the_right_one(shipped, written, proper):
    (found,) = told("PE611", changed(shipped, VETO, citation=cited(shipped, VETO, written)))
    assert f"“{proper}”" in found.help
    assert [] == told("PE611", changed(shipped, VETO, title="甲", citation=cited(shipped, VETO, proper)))


@pytest.mark.parametrize(
    "locator",
    [
        "第二十四条第一款、第五十一条第二款",
        "第十条第（三）项、第（四）项",
        "第一百二十条之一第二款",
        "第十六条第二句",
        "第四部分第（一）项",
        "第三部分第一项（创新购买模式）",
        "六环节分工中的督办、处理（据转述）",
        "服务合同的内容（据转述）",
        "附件2第三栏",
        "4.1.2",
    ],
)
def test_a_locator_as_documents_number_themselves_is_right(shipped, locator):
    assert [] == told("PE611", changed(shipped, VETO, citation=cited(shipped, VETO, locator)))


@pytest.mark.parametrize(
    "together", ["第二十四条和第二十五条", "第二十四条及其说明", "第二十四条,第二十五条"]
)
def test_places_joined_otherwise_are_told(shipped, together):
    assert told("PE611", changed(shipped, VETO, citation=cited(shipped, VETO, together)))


@pytest.mark.parametrize(
    ("rule", "locator", "agrees"),
    [
        ("art-10-3", "第十条第（三）项", True),
        ("art-10-3-goods", "第十条第（三）项", True),
        ("stage-art-10-3", "第十条第（三）项", True),
        ("art-10-3", "第十条第（四）项", False),
        ("art-10-3", "第十条", False),
        ("art-10", "第十条第（三）项", True),
        ("art-24-2-over", "第二十四条第二款", True),
        ("art-24-2-over", "第二十四条第一款", False),
        ("art-24-2", "第二十四条第一款、第二款", True),
        ("stage-art-10-3", "第十一条第（三）项", False),
        ("part-5-2", "第五部分第（二）项", True),
        ("part-5-2", "第五部分第（三）项", False),
        ("target-1", "第四部分第（三）项", True),
    ],
)
def test_the_item_in_an_id_is_the_item_cited(shipped, rule, locator, agrees):
    citation = cited(shipped, VETO, locator)
    named = changed(shipped, VETO, title="甲", id=f"mof-order-102-2020.{rule}", citation=citation)
    assert agrees is ([] == told("PE607", named))


@pytest.mark.parametrize(
    ("changes", "is_told"),
    [
        ({"title": "合同一般不超过一年"}, False),
        ({"quote": "原则上不超过一年"}, False),
        ({"justified_by": "人员未核减有说明"}, False),
        ({}, True),
    ],
)
def test_a_default_rests_on_a_text_or_on_an_excuse(shipped, changes, is_told):
    assert is_told is bool(told("PE612", changed(shipped, VETO, is_default=True, **changes)))


@pytest.mark.parametrize("name", ["不清楚", "未填报", "没有", "有", "齐全", "待核"])
def test_a_name_that_any_example_could_have_is_told(shipped, name):
    example = replace(rule_of(shipped, VETO).examples[0], name=name)
    assert ["PE626"] == [d.code for d in told("PE626", changed(shipped, VETO, examples=(example,)))]


@pytest.mark.parametrize("name", ["谁付费不清楚", "没有合同", "有没有制度没有填", "要素齐全"])
def test_a_name_that_says_what_is_unknown_is_let_be(shipped, name):
    example = replace(rule_of(shipped, VETO).examples[0], name=name)
    assert not told("PE626", changed(shipped, VETO, examples=(example,)))


def test_an_override_by_text_names_the_text(shipped):
    rule = rule_of(shipped, VETO)
    without = (replace(rule.overrides[0], locator=""),)
    assert told("PE613", changed(shipped, VETO, overrides=without))


def test_a_document_accepts_a_finding_until_a_day(shipped):
    document = shipped.documents["mof-yu-2017-87"]
    accepting_one = replace(
        document,
        accepted=(Acceptance(code="PE614", because="原文尚未取得", until=TODAY, span=document.span),),
    )
    finding = Diagnostic(code="PE614", message="没有覆盖表", documents=(document.id,))
    now = sift([finding], (), [accepting_one], today=TODAY, codes=["PE614"])
    later = sift([finding], (), [accepting_one], today=TODAY + 1, codes=["PE614"])
    idle = sift([], (), [accepting_one], today=TODAY, codes=["PE614"])
    assert ((), {"PE614", "PE621"}, {"PE622"}) == (
        now.open,
        {d.code for d in later.open},
        {d.code for d in idle.open},
    )
