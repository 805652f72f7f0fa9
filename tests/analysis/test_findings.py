"""Seeded defects of every kind are found, sound rules raise nothing, and every witness shows what is claimed."""

from dataclasses import replace
from fractions import Fraction
from itertools import product
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import as_shipped
from effort import IS_FULL, examples
from oracle.interpreter import interpret
from oracle.verdict import combine
from policy_engine.analysis.acceptance import Sifted
from policy_engine.analysis.findings.context import context_of
from policy_engine.analysis.findings.table import CODES, DETECTORS, analyse
from policy_engine.analysis.symbolic.solving import Silence, Witness, question
from policy_engine.analysis.witnesses import case_of, case_yaml
from policy_engine.compilation import CompiledRuleSet, compile_rules
from policy_engine.foundation.diagnostics import Diagnostic
from policy_engine.foundation.logic import Truth
from policy_engine.loading.cases import CaseDefaults, load_cases
from policy_engine.loading.files import SourceText
from policy_engine.loading.parameters import ParameterPeriod, gaps
from policy_engine.model import conditions as c
from policy_engine.model.areas import NATION
from policy_engine.model.cases import Situation
from policy_engine.model.decisions import Evaluation, Status, Verdict
from policy_engine.model.documents import Citation, StatedDate
from policy_engine.model.rules import (
    Basis,
    Classify,
    Derive,
    ExceptionClause,
    Function,
    Impossible,
    Kind,
    Override,
    Permit,
    Prohibit,
    Recommend,
    Require,
    Rule,
    RuleSet,
    Table,
)
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Phase, Vocabulary
from policy_engine.usecases import check
from policy_engine.usecases.analysing import find_faults
from properties import toy

EVERYWHERE = c.All((), toy.SPAN)
WORKS, LISTED, REASON = (c.Equals(name, True, toy.SPAN) for name in ("含工程", "已列目录", "有理由"))
DAY = toy.DAYS[0]
VETO, SERVE = "政府购买服务", "政府购买服务"


def no(part: c.Condition) -> c.Not:
    return c.Not(part, toy.SPAN)


def both(*parts: c.Condition) -> c.All:
    return c.All(parts, toy.SPAN)


def staff(bound: c.Bound, value: int) -> c.Compare:
    return c.Compare("人数", bound, value, toy.SPAN)


def from_day(day: int) -> c.InForce:
    return c.InForce(c.AS_OF, day, None, toy.SPAN)


def staffed_from(*periods: tuple[int, int | None]) -> c.Condition:
    """Write "as many as the parameter says" as the loader does: a branch a period."""
    branches = [both(c.InForce(c.AS_OF, *days, toy.SPAN), staff(AT_LEAST, 3)) for days in periods]
    empty = gaps([ParameterPeriod(*days, ()) for days in periods], (DAY, None))
    branches += [c.Unvalued("最低人数", c.AS_OF, *days, toy.SPAN) for days in empty]
    return branches[0] if len(branches) == 1 else c.Any(tuple(branches), toy.SPAN)


def rule(
    at: int,
    kind: Kind,
    when: c.Condition = EVERYWHERE,
    document: str = "law",
    scope: c.Condition = EVERYWHERE,
    **more,
) -> Rule:
    return Rule(
        id=f"{document}.art-{at}",
        title=f"第{at}条",
        citation=Citation(toy.DOCUMENTS[document], f"第{at}条"),
        subjects=(toy.PURCHASE,),
        kind=kind,
        when=when,
        scope=scope,
        remedy="改正",
        span=toy.SPAN,
        **more,
    )


def exception(when: c.Condition) -> ExceptionClause:
    return ExceptionClause(
        when=when, scope=EVERYWHERE, basis=Basis.INTERPRETATION, because="例外", citation=None, span=toy.SPAN
    )


def prevailing(name: str) -> tuple[Override, ...]:
    return (Override(rule=name, basis=Basis.TEXT, because="特别规定", locator="", span=toy.SPAN),)


AT_LEAST, LESS, MORE, AT_MOST = c.Bound.AT_LEAST, c.Bound.LESS_THAN, c.Bound.MORE_THAN, c.Bound.AT_MOST
SEEDED: dict[str, tuple[Rule, ...]] = {
    "rivals of unordered force": (
        rule(1, Prohibit(VETO), WORKS, "order-old"),
        rule(2, Permit(SERVE), both(WORKS, LISTED), "statute"),
    ),
    "requirements that exclude each other": (
        rule(1, Require(staff(AT_LEAST, 5))),
        rule(2, Require(staff(LESS, 5)), WORKS),
    ),
    "a requirement whose fulfilment breaks a prohibition": (
        rule(1, Require(staff(AT_LEAST, 5)), WORKS),
        rule(2, Prohibit(VETO), staff(MORE, 3)),
    ),
    "a permission inside a prohibition": (
        rule(1, Prohibit(VETO), WORKS),
        rule(2, Permit("作为购买主体"), both(WORKS, LISTED)),
    ),
    "a permission inside two prohibitions together": (
        rule(1, Prohibit(VETO), both(WORKS, LISTED)),
        rule(2, Permit("作为购买主体"), LISTED),
        rule(3, Prohibit(VETO), no(WORKS)),
        rule(4, Prohibit(VETO), REASON),
    ),
    "a requirement whose fulfilment breaks a prohibition through a computed fact": (
        rule(1, Require(staff(AT_LEAST, 60)), WORKS),
        rule(2, Prohibit(VETO), c.Equals("重大", True, toy.SPAN)),
        rule(3, Classify("重大", ()), staff(MORE, 50)),
    ),
    "a parameter without a value for some days": (
        rule(1, Require(staffed_from((DAY, DAY + 30), (DAY + 40, None))), scope=from_day(DAY)),
    ),
    "a parameter that begins after its rule": (
        rule(1, Prohibit(VETO), staffed_from((DAY + 1, None)), scope=from_day(DAY)),
    ),
    "a condition that contradicts itself": (rule(1, Prohibit(VETO), both(WORKS, no(WORKS))),),
    "a rule that is always defeated": (
        rule(1, Prohibit(VETO), WORKS, overrides=prevailing("law.art-2")),
        rule(2, Permit(SERVE), both(WORKS, LISTED)),
    ),
    "an exception outside the rule": (rule(1, Prohibit(VETO), WORKS, unless=(exception(no(WORKS)),)),),
    "a row that is covered": (
        rule(1, Table("规模", ((staff(AT_LEAST, 10), "小型"), (staff(AT_LEAST, 300), "中型")), "大型")),
    ),
    "a requirement that is its own condition": (rule(1, Require(WORKS), WORKS),),
    "a requirement that denies its condition": (rule(1, Require(no(WORKS)), WORKS),),
    "a rule inside another": (
        rule(1, Prohibit(VETO), both(WORKS, LISTED)),
        rule(2, Prohibit(VETO), WORKS),
    ),
    "a table over days that may not have come": (
        rule(1, Derive("期数", Function.DAYS_BETWEEN, ("签订", "验收"), ())),
        rule(2, Table("规模", ((c.Compare("期数", AT_LEAST, 10, toy.SPAN), "大型"),), "小型")),
    ),
    "a listed service nobody permits": (rule(1, Permit(SERVE), LISTED),),
    "a permission of an event to come": (rule(1, Permit(SERVE), c.Compare("签订", AT_LEAST, DAY, toy.SPAN)),),
    "a permission beside a period that ends before it begins": (
        rule(1, Permit(SERVE), LISTED),
        rule(2, Classify("重大", ()), c.WithinMonths("验收", "签订", 2, c.Period.DEADLINE, toy.SPAN)),
    ),
}
CLAIMS = {
    "rivals of unordered force": "PE701",
    "requirements that exclude each other": "PE702",
    "a requirement whose fulfilment breaks a prohibition": "PE702",
    "a permission inside a prohibition": "PE703",
    "a permission inside two prohibitions together": "PE703",
    "a requirement whose fulfilment breaks a prohibition through a computed fact": "PE702",
    "a parameter without a value for some days": "PE712",
    "a parameter that begins after its rule": "PE712",
    "a condition that contradicts itself": "PE704",
    "a rule that is always defeated": "PE704",
    "an exception outside the rule": "PE705",
    "a row that is covered": "PE705",
    "a requirement that is its own condition": "PE706",
    "a requirement that denies its condition": "PE706",
    "a rule inside another": "PE707",
    "a table over days that may not have come": "PE708",
    "a listed service nobody permits": "PE709",
    "a permission of an event to come": "PE720",
    "a permission beside a period that ends before it begins": "PE720",
}
TWINS = {
    "a name with more to it": ("含工程", "含工程改建", "", "", "名称一个包含另一个"),
    "a name and its denial": ("独立", "不独立", "", "", "名称相反"),
    "two names that are opposites": ("强制接受", "自愿接受", "", "", "名称相反"),
    "one description": ("甲", "乙", "服务由谁来做，填是或者否", "服务由谁来做，填是或者否", "说明几乎相同"),
}


def found_in(rule_set: RuleSet, codes=CODES):
    return list(analyse(compile_rules(rule_set), [toy.PURCHASE], codes))


@pytest.mark.parametrize("name", SEEDED)
def test_a_seeded_defect_is_found(name):
    assert CLAIMS[name] in [found.code for found in found_in(toy.rule_set(*SEEDED[name]))]


def test_sound_rules_raise_nothing_but_that_not_everything_is_permitted():
    sound = toy.rule_set(
        rule(
            1,
            Prohibit(VETO),
            WORKS,
            unless=(exception(both(WORKS, REASON)),),
            overrides=prevailing("law.art-2"),
        ),
        rule(2, Permit(SERVE), LISTED),
        rule(3, Require(staff(AT_LEAST, 3)), LISTED),
        rule(4, Require(staff(AT_MOST, 99))),
        rule(5, Table("规模", ((staff(AT_LEAST, 300), "大型"), (staff(AT_LEAST, 10), "中型")), "小型")),
        rule(6, Classify("重大", ()), staff(MORE, 50)),
    )
    assert {"PE709"} == {found.code for found in found_in(sound)}


def test_a_parameter_with_a_value_on_every_day_of_its_rule_raises_nothing():
    sound = rule(1, Require(staffed_from((DAY - 5, DAY + 30), (DAY + 31, None))), LISTED, scope=from_day(DAY))
    assert [] == found_in(toy.rule_set(sound))


def test_only_the_prohibitions_that_swallow_a_permission_are_named():
    name = "a permission inside two prohibitions together"
    (found,) = found_in(toy.rule_set(*SEEDED[name]), ["PE703"])
    assert ("law.art-2", "law.art-1", "law.art-3") == found.rules


def test_a_permission_that_escapes_one_of_two_prohibitions_is_not_swallowed():
    permit = rule(2, Permit("作为购买主体"), LISTED)
    assert [] == found_in(toy.rule_set(permit, rule(1, Prohibit(VETO), WORKS)), ["PE703"])


def test_impossible_facts_that_are_permitted_are_shown_by_cases_both_engines_permit():
    rule_set = toy.rule_set(*SEEDED["a permission beside a period that ends before it begins"])
    compiled = compile_rules(rule_set)
    found = found_in(rule_set, ["PE720"])
    assert [
        "`签订` 在基准日以后，仍可以得出可以实施",
        "`验收` 在基准日以后，仍可以得出可以实施",
        "`验收` 早于 `签订`，仍可以得出可以实施",
    ] == [one.message for one in found]
    cases = [
        load_cases(SourceText("例子.yaml", one.witness), rule_set, CaseDefaults(today=1))[0] for one in found
    ]
    assert {Verdict.PERMITTED} == {check(compiled, case).verdict for case in cases}
    facts = [{n: f.value for n, f in case.subjects[toy.PURCHASE].items()} for case in cases]
    assert facts[0]["签订"] > cases[0].as_of
    assert facts[2]["验收"] < facts[2]["签订"]


def test_what_an_impossible_rule_or_a_breach_covers_is_no_finding():
    permit = rule(1, Permit(SERVE), LISTED)
    within = c.WithinMonths("验收", "签订", 2, c.Period.DEADLINE, toy.SPAN)
    to_come = [c.Ratio(name, c.AS_OF, MORE, Fraction(1), toy.SPAN) for name in ("签订", "验收")]
    reversed_ = c.Ratio("验收", "签订", LESS, Fraction(1), toy.SPAN)
    refused = rule(2, Impossible(), c.Any((*to_come, reversed_), toy.SPAN))
    assert [] == found_in(toy.rule_set(permit, rule(3, Classify("重大", ()), within), refused), ["PE720"])
    late = rule(2, Impossible(), c.Any(tuple(to_come), toy.SPAN))
    assert [] == found_in(toy.rule_set(permit, rule(3, Require(within)), late), ["PE720"])


@pytest.mark.parametrize(("told", "has_source"), [(True, True), (False, False)])
def test_a_witness_says_who_judged_what_excuses(told: bool, has_source: bool) -> None:
    witness = Witness(
        subject="监管环节", as_of=739_000, area=NATION, phase=Phase.PROJECT, values={"依法代履行": told}
    )
    (facts,) = case_of(witness, as_shipped.compiled()).subjects.values()
    assert has_source is bool(facts["依法代履行"].source)


def twins(first: str, second: str, told: str = "", also: str = "", *more: Rule) -> list[Diagnostic]:
    """Look for twins among two fields of a rule set whose rules read both, by default in one that tells them apart."""
    apart = rule(
        2, Prohibit("转包"), c.All((told_yes(first), told_no(second)), toy.SPAN), unless=(exception(LISTED),)
    )
    subject = toy.VOCABULARY.subjects[toy.PURCHASE]
    plain = replace(subject.fields["含工程"], description="", indicators=())
    fields = {n: replace(plain, name=n, description=d) for n, d in ((first, told), (second, also))}
    fields |= {n: replace(f, description="") for n, f in subject.fields.items() if n not in fields}
    vocabulary = Vocabulary(
        MappingProxyType({toy.PURCHASE: replace(subject, fields=MappingProxyType(fields))})
    )
    rule_set = toy.rule_set(rule(1, Permit(SERVE), LISTED), *(more or (apart,)))
    return found_in(replace(rule_set, vocabulary=vocabulary), ["PE721"])


def told_yes(name: str) -> c.Condition:
    return c.Equals(name, True, toy.SPAN)


def told_no(name: str) -> c.Condition:
    return c.Equals(name, False, toy.SPAN)


@pytest.mark.parametrize("name", TWINS)
def test_fields_that_look_like_one_fact_are_shown_by_a_contradiction_that_is_permitted(name):
    first, second, told, also, why = TWINS[name]
    (found,) = twins(first, second, told, also)
    assert found.message == f"`{first}` 和 `{second}`{why}，填得互相矛盾仍可以得出可以实施"
    assert {first, second} <= {line.split(":")[0].strip() for line in found.witness.splitlines()}


def test_fields_that_stand_side_by_side_everywhere_look_like_one_fact():
    beside = c.Any((told_yes("甲"), told_yes("乙")), toy.SPAN)
    always = (rule(3, Classify("重大", ()), beside), rule(4, Recommend(LISTED), beside))
    (found,) = twins("甲", "乙", "", "", *always)
    assert "`甲` 和 `乙`在每一条规则里都并列，填得互相矛盾仍可以得出可以实施" == found.message
    assert [] == twins("甲", "乙", "", "", *always[:1]), "once is chance"
    assert [] == twins("甲", "乙", "", "", *always, rule(5, Recommend(LISTED), told_yes("甲")))


@pytest.mark.parametrize("name", TWINS)
def test_twins_whose_contradictions_are_refused_are_no_finding(name):
    first, second, told, also, _ = TWINS[name]
    some = [
        c.All((one(first), other(second)), toy.SPAN) for one, other in product((told_yes, told_no), repeat=2)
    ]
    apart = rule(
        2, Prohibit("转包"), c.All((told_yes(first), told_no(second)), toy.SPAN), unless=(exception(LISTED),)
    )
    assert [] == twins(first, second, told, also, apart, rule(3, Impossible(), c.Any(tuple(some), toy.SPAN)))


def test_two_stages_told_in_the_same_words_are_no_twins():
    assert [] == twins("排查协同", "复查协同", "排查时监管人员到了场", "复查时监管人员到了场")


def test_a_field_nobody_can_tell_is_reported_only_where_it_decides():
    subject = toy.VOCABULARY.subjects[toy.PURCHASE]
    silent = {**subject.fields, "含工程": replace(subject.fields["含工程"], question="")}
    vocabulary = replace(
        toy.VOCABULARY, subjects={**toy.VOCABULARY.subjects, toy.PURCHASE: replace(subject, fields=silent)}
    )
    deciding = replace(toy.rule_set(rule(1, Prohibit(VETO), WORKS)), vocabulary=vocabulary)
    assert "PE711" in [found.code for found in found_in(deciding)]
    classifying = replace(toy.rule_set(rule(1, Classify("重大", ()), WORKS)), vocabulary=vocabulary)
    assert "PE711" in [found.code for found in found_in(classifying)]
    idle = replace(toy.rule_set(rule(1, Prohibit(VETO), LISTED)), vocabulary=vocabulary)
    assert "PE711" not in [found.code for found in found_in(idle)]


def successions(ended: int, *repealing: str) -> RuleSet:
    """Let a document end on a day, and others repeal it."""
    old = replace(toy.DOCUMENTS["order-old"], ended=StatedDate(ended, "", verified=False))
    later = {name: replace(toy.DOCUMENTS[name], repeals=("order-old",)) for name in repealing}
    documents = {**toy.DOCUMENTS, "order-old": old, **later}
    return replace(toy.rule_set(rule(1, Prohibit(VETO), WORKS, "order-old")), documents=documents)


NEW = toy.DOCUMENTS["order-new"].effective.day


def test_days_without_either_document_are_reported_with_a_case_of_the_first_of_them():
    rule_set = successions(NEW - 10, "order-new")
    (found,) = found_in(rule_set, ["PE710"])
    (case,) = load_cases(SourceText("例子.yaml", found.witness), rule_set, CaseDefaults(today=1))
    assert NEW - 9 == case.as_of
    assert [toy.PURCHASE] == list(case.subjects)


def test_a_successor_that_begins_the_day_after_leaves_no_gap():
    assert [] == found_in(successions(NEW - 1, "order-new"), ["PE710"])


def test_an_interim_successor_closes_the_gap():
    interim = toy.DOCUMENTS["order-other"].effective.day
    assert interim < NEW
    assert [] == found_in(successions(interim - 1, "order-other", "order-new"), ["PE710"])


def replayed(rule_set: RuleSet, yaml: str) -> tuple[Evaluation, Verdict]:
    """Read a witness as a file; decide it with both engines, and interpret it naively."""
    (case,) = load_cases(SourceText("例子.yaml", yaml), rule_set, CaseDefaults(today=1))
    (decision,) = check(compile_rules(rule_set), case).subjects
    evaluation = interpret(rule_set, decision.situation)
    assert evaluation.statuses == {result.rule.id: result.status for result in decision.results}
    verdict = combine(rule_set, decision.situation, evaluation, case.phase)
    assert verdict is decision.verdict
    return evaluation, verdict


SHOWN = {
    "a permission inside two prohibitions together": lambda e, v: (
        v is Verdict.PROHIBITED and e.statuses["law.art-2"] is Status.TRUE
    ),
    "a requirement whose fulfilment breaks a prohibition through a computed fact": lambda e, v: (
        (Status.SATISFIED, Status.TRUE) == (e.statuses["law.art-1"], e.statuses["law.art-2"])
    ),
    "a parameter without a value for some days": lambda e, v: e.statuses["law.art-1"] is Status.UNKNOWN,
    "a parameter that begins after its rule": lambda e, v: e.statuses["law.art-1"] is Status.UNKNOWN,
    "rivals of unordered force": lambda e, v: Truth.TRUE in e.rivals.values(),
    "requirements that exclude each other": lambda e, v: (
        {Status.SATISFIED, Status.TRUE} == set(e.statuses.values())
    ),
    "a requirement whose fulfilment breaks a prohibition": lambda e, v: (
        (Status.SATISFIED, Status.TRUE) == tuple(e.statuses.values())
    ),
    "a permission inside a prohibition": lambda e, v: (
        v is Verdict.PROHIBITED and e.statuses["law.art-2"] is Status.TRUE
    ),
    "a requirement that denies its condition": lambda e, v: e.statuses["law.art-1"] is Status.TRUE,
    "a table over days that may not have come": lambda e, v: (
        Truth.TRUE not in [t for (f, _), t in e.truths.items() if f == "规模"]
    ),
    "a rule inside another": lambda e, v: {Status.TRUE} == set(e.statuses.values()),
    "a listed service nobody permits": lambda e, v: v is Verdict.NOT_COVERED,
}


@pytest.mark.parametrize("name", SHOWN)
def test_the_witness_of_a_finding_shows_it(name):
    rule_set = toy.rule_set(*SEEDED[name])
    found = next(f for f in found_in(rule_set) if f.code == CLAIMS[name])
    assert found.witness
    assert SHOWN[name](*replayed(rule_set, found.witness))


# Brute force over a small vocabulary.

SMALL = {
    "含工程": (UNKNOWN, True, False),
    "已列目录": (UNKNOWN, True, False),
    "方式": (UNKNOWN, "招标", "谈判", "直购"),
}
LEAVES = st.one_of(
    st.sampled_from([c.Equals(n, v, toy.SPAN) for n in ("含工程", "已列目录") for v in (True, False)]),
    st.sampled_from([c.OneOf("方式", v, toy.SPAN) for v in (("招标",), ("谈判", "直购"), ("招标", "直购"))]),
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, min_size=1, max_size=3).flatmap(
        lambda parts: st.sampled_from(
            [c.All(tuple(parts), toy.SPAN), c.Any(tuple(parts), toy.SPAN), no(parts[0])]
        )
    ),
    max_leaves=5,
)
KINDS = st.one_of(
    st.sampled_from([Prohibit(VETO), Prohibit("转包"), Permit(SERVE)]), st.builds(Require, CONDITIONS)
)


@st.composite
def small_rule_sets(draw) -> RuleSet:
    documents = ("law", "order-old", "statute")
    drawn = [
        rule(
            at,
            draw(KINDS),
            draw(CONDITIONS),
            draw(st.sampled_from(documents)),
            unless=tuple(map(exception, draw(st.lists(CONDITIONS, max_size=1)))),
            due=draw(st.sampled_from(Phase)),
        )
        for at in range(draw(st.integers(1, 4)))
    ]
    return toy.rule_set(*drawn)


def situations() -> list[Situation]:
    return [
        toy.situation(
            {name: value for name, value in zip(SMALL, values, strict=True) if value is not UNKNOWN}
        )
        for values in product(*SMALL.values())
    ]


@settings(max_examples=examples(25), suppress_health_check=list(HealthCheck))
@given(small_rule_sets())
def test_the_solver_agrees_with_enumeration(rule_set):
    context = context_of(compile_rules(rule_set), toy.PURCHASE)
    seen: dict[str, set[Status]] = {r.id: set() for r in rule_set.rules}
    verdicts: set[Verdict] = set()
    meeting: set[frozenset[str]] = set()
    for situation in situations():
        evaluation = interpret(rule_set, situation)
        for name, status in evaluation.statuses.items():
            seen[name].add(status)
        verdicts |= {combine(rule_set, situation, evaluation, phase) for phase in Phase}
        meeting |= {frozenset(pair) for pair, truth in evaluation.rivals.items() if truth is Truth.TRUE}
    for name, statuses in seen.items():
        for status in Status:
            formula = context.symbolic.rules[name].status(status)
            assert (status in statuses) is (context.solver.ask(formula) is None), (name, status)
    for pair, formula in context.symbolic.rivals.items():
        assert (frozenset(pair) in meeting) is (context.solver.ask(formula.true) is None)
    for verdict in Verdict:
        answer = context.solver.witness(context.verdicts.formulas[verdict])
        assert (verdict in verdicts) is isinstance(answer, Witness), verdict
        if isinstance(answer, Witness):
            compiled = compile_rules(rule_set)
            case = case_of(answer, compiled)
            assert verdict is replayed(rule_set, case_yaml(case, rule_set))[1]
            minimal_fails = [
                drop
                for drop in answer.values
                if verdict
                is not replayed(rule_set, case_yaml(case_of(without(answer, drop), compiled), rule_set))[1]
            ]
            assert list(answer.values) == minimal_fails


def without(witness: Witness, name: str) -> Witness:
    return replace(witness, values={n: v for n, v in witness.values.items() if n != name})


def test_a_question_out_of_steps_is_reported_and_never_taken_for_no():
    context = context_of(compile_rules(toy.rule_set(*SEEDED["a rule inside another"])), toy.PURCHASE)
    solver = question(toy.PURCHASE, context.symbolic.facts, context.symbolic.cases, steps=1)
    context = replace(context, solver=solver)
    found = [f for detect in DETECTORS.values() for f in detect(context)]
    assert [] == [f for f in found if f.code in ("PE704", "PE706", "PE707")]
    assert {"PE719"} == {f.code for f in context.undecided}
    assert context.solver.witness() is Silence.UNDECIDED


@pytest.fixture(scope="module")
def shipped() -> tuple[CompiledRuleSet, Sifted]:
    compiled = as_shipped.compiled()
    # The orders in which things may have happened to a danger take longer than all else together.
    subjects = tuple(name for name in compiled.subjects if IS_FULL or name != "隐患")
    return compiled, find_faults(compiled, subjects, CODES, today=740000)


def test_the_shipped_rules_raise_nothing_that_is_not_accepted_with_a_reason(shipped):
    assert () == shipped[1].open
    assert {"PE706", "PE709", "PE712"} == {diagnostic.code for diagnostic, _ in shipped[1].accepted}


def test_what_nobody_permits_by_the_shipped_rules_is_shown_by_cases_both_engines_decide_so(shipped):
    compiled, sifted = shipped
    shown = [d.witness for d, _ in sifted.accepted if d.code == "PE709"]
    cases = [load_cases(SourceText("例子.yaml", w), compiled.rule_set, CaseDefaults(today=1)) for w in shown]
    assert shown
    assert {Verdict.NOT_COVERED} == {check(compiled, case).verdict for (case,) in cases}
