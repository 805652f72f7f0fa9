"""The mutation score is true: what changes nothing is never noticed, and only the solver may call a mutant equivalent."""

from dataclasses import replace
from fractions import Fraction

import pytest

import as_shipped
from effort import some
from policy_engine.analysis.testing.conditions import mutated
from policy_engine.analysis.testing.fates import Fate
from policy_engine.analysis.testing.mutants import mutants, mutants_of
from policy_engine.analysis.testing.mutation import Bench, mutate
from policy_engine.analysis.testing.operators import Mutant, Operator
from policy_engine.analysis.testing.sides import sides_of
from policy_engine.analysis.witnesses import case_of as case_of_witness
from policy_engine.compilation import compile_rules
from policy_engine.evaluation.closing import close_subject
from policy_engine.evaluation.examples import case_of, seen_in, seen_of
from policy_engine.loading.scope import with_doubts
from policy_engine.model import conditions as c
from policy_engine.model.documents import Citation
from policy_engine.model.rules import (
    Basis,
    Classify,
    Derive,
    Doubt,
    Example,
    ExceptionClause,
    Function,
    Override,
    Permit,
    Prohibit,
    Require,
    Rule,
    Table,
)
from policy_engine.model.vocabulary import Phase
from properties import toy

ALWAYS = c.All((), toy.SPAN)
WORKS, LISTED = (c.Equals(name, True, toy.SPAN) for name in ("含工程", "已列目录"))
TENDER = c.Equals("方式", "招标", toy.SPAN)
IN_FORCE = c.InForce(c.AS_OF, toy.DOCUMENTS["law"].effective.day, None, toy.SPAN)


@pytest.fixture(scope="module")
def shipped():
    return as_shipped.compiled()


def test_an_unchanged_rule_is_never_noticed(shipped):
    """Both sides of a mutant must be evaluated alike: nothing changed is nothing noticed, for every shipped rule."""
    bench, kept, few = Bench(shipped), {}, some(shipped.rule_set.rules, 4)
    same = [Mutant(rules=(r,), operator=Operator.KIND, change="", place="") for r in few]
    noticed = [m.rules[0].id for m in same if bench.is_noticed(m, sides_of(m, shipped, kept))]
    assert [] == noticed


@pytest.mark.broad
def test_unchanged_dates_of_a_document_are_never_noticed(shipped):
    bench = Bench(shipped)
    for document in shipped.rule_set.documents.values():
        own = tuple(r for r in shipped.rule_set.rules if r.citation.document.id == document.id)
        same = Mutant(rules=own, operator=Operator.DAY, change="", place="")
        assert not own or not bench.is_noticed(same, sides_of(same, shipped, {}))


def test_the_part_of_the_rules_that_a_mutant_needs_decides_as_all_of_them_do(shipped):
    kept = {}
    for rule in some(shipped.rule_set.rules, 4):
        sides = sides_of(Mutant(rules=(rule,), operator=Operator.KIND, change="", place=""), shipped, kept)
        for example in rule.examples:
            subject = shipped.rule_set.vocabulary.subjects[example.subject]
            closed = close_subject(case_of(example), subject, shipped.subjects[example.subject])
            part = seen_in(sides.before, rule, closed)
            assert seen_in(shipped, rule, closed) == part


def test_every_shipped_rule_has_mutants(shipped):
    assert [] == [r.id for r in shipped.rule_set.rules if not list(mutants_of(r, shipped.rule_set))]


def rule(name: str, kind, when=ALWAYS, **more) -> Rule:
    document = toy.DOCUMENTS[more.pop("document", "law")]
    return Rule(
        id=f"{document.id}.{name}", title="一", citation=Citation(document, "第一条"), subjects=(toy.PURCHASE,),
        kind=kind, when=when, scope=more.pop("scope", ALWAYS), remedy="改正", span=toy.SPAN, **more,
    )  # fmt: skip


def period(**ends) -> c.InForce:
    return replace(IN_FORCE, **ends)


DOUBT = Doubt(when=LISTED, ask="有理由", because="存疑", span=toy.SPAN)
CLAUSE = ExceptionClause(
    when=LISTED, scope=ALWAYS, basis=Basis.INTERPRETATION, because="例外", citation=None, span=toy.SPAN
)
OVERRIDE = Override(rule="law.other", basis=Basis.TEXT, because="", locator="", span=toy.SPAN)
PERMITTED = rule("other", Permit("转包"))
SIZES = Table("规模", ((TENDER, "大型"), (WORKS, "中型")), "小型")
TAGS = c.Members("标签", c.Membership.ANY_OF, ("红", "黄"), toy.SPAN)

# Of each operator a rule in which the error means something, beside the rules it needs.
MEANT = {
    Operator.NEGATED: [rule("a", Prohibit("转包"), WORKS)],
    Operator.CONNECTIVE: [rule("a", Prohibit("转包"), c.All((WORKS, LISTED), toy.SPAN))],
    Operator.PART: [rule("a", Prohibit("转包"), c.All((WORKS, LISTED), toy.SPAN))],
    Operator.BOUND: [rule("a", Prohibit("转包"), c.Compare("人数", c.Bound.AT_LEAST, 5, toy.SPAN))],
    Operator.LIMIT: [rule("a", Prohibit("转包"), c.Compare("人数", c.Bound.AT_LEAST, 5, toy.SPAN))],
    Operator.RATIO: [rule("a", Require(c.Ratio("余额", "金额", c.Bound.AT_LEAST, Fraction(1, 2), toy.SPAN)))],
    Operator.CHOICE: [rule("a", Prohibit("转包"), TENDER)],
    Operator.FEWER: [rule("a", Prohibit("转包"), TAGS)],
    Operator.MORE: [rule("a", Prohibit("转包"), TAGS)],
    Operator.EXCEPTION: [rule("a", Prohibit("转包"), WORKS, unless=(CLAUSE,))],
    Operator.DOUBT: [rule("a", Prohibit("转包"), with_doubts(WORKS, (DOUBT,)), doubts=(DOUBT,))],
    Operator.KIND: [rule("a", Require(WORKS))],
    Operator.OBJECT: [rule("a", Prohibit("转包"), WORKS)],
    Operator.CLASS: [rule("a", Classify("类别", ("甲",)), WORKS)],
    Operator.ROW: [rule("a", SIZES)],
    Operator.ROW_ORDER: [rule("a", SIZES)],
    Operator.RESULT: [rule("a", SIZES)],
    Operator.FUNCTION: [rule("a", Derive("差额", Function.SUM, ("金额", "余额"), ()))],
    Operator.INPUT: [rule("a", Derive("差额", Function.DIFFERENCE, ("金额", "余额"), ()))],
    Operator.DUE: [rule("a", Require(WORKS), due=Phase.CONTRACT)],
    Operator.DATED_BY: [rule("a", Prohibit("转包"), WORKS, dated_by="签订", scope=period(dated_by="签订"))],
    Operator.STRENGTH: [rule("a", Require(WORKS), is_default=True, justified_by="有理由")],
    Operator.EXCUSE: [rule("a", Require(WORKS), is_default=True, justified_by="有理由")],
    Operator.OVERRIDE: [PERMITTED, rule("a", Permit("转包"), WORKS, overrides=(OVERRIDE,))],
    Operator.IN_FORCE: [rule("a", Prohibit("转包"), WORKS, scope=period(last=toy.DAYS[-1]))],
    Operator.DAY: [rule("a", Prohibit("转包"), WORKS, scope=IN_FORCE)],
}


@pytest.mark.parametrize("operator", Operator, ids=lambda o: o.name)
def test_an_error_that_means_something_is_never_called_equivalent(operator):
    rules = MEANT[operator]
    compiled = compile_rules(toy.rule_set(*rules))
    made = [m for m in mutants(compiled.rule_set, {r.id for r in rules}) if m.operator is operator]
    assert made
    for mutant in made:
        found = Bench(compiled).judge(mutant)
        assert Fate.SURVIVED is found.fate, mutant.change


def test_the_days_of_a_value_are_no_error_of_an_author():
    days = c.All((c.InForce(c.AS_OF, 1, None, toy.SPAN), c.InForce("签订", 1, 9, toy.SPAN)), toy.SPAN)
    dated = c.All((days, TENDER), toy.SPAN)
    fields = toy.VOCABULARY.subjects[toy.PURCHASE].fields
    assert {found.words for found in mutated(TENDER, fields)} == {
        found.words for found in mutated(dated, fields)
    }


@pytest.mark.parametrize("operator", Operator, ids=lambda o: o.name)
def test_the_proposed_example_kills_the_mutant(operator):
    rules = MEANT[operator]
    compiled = compile_rules(toy.rule_set(*rules))
    for mutant in mutants(compiled.rule_set, {r.id for r in rules}):
        if mutant.operator is operator:
            telling = Bench(compiled).judge(mutant).telling
            told = with_example(compiled, telling)
            assert Fate.KILLED is Bench(told).judge(_again(mutant, told)).fate, mutant.change


def with_example(compiled, telling):
    """Give the rule the witness as an example that says everything an example can say."""
    case = case_of_witness(telling.witness, compiled)
    old = next(r for r in compiled.rule_set.rules if r.id == telling.rule)
    seen = seen_of(compiled, old, case, toy.PURCHASE)
    example = Example(
        name="例", subject=toy.PURCHASE, given=case.subjects[toy.PURCHASE], as_of=case.as_of, area=case.area,
        phase=case.phase, is_declared=False, expect=seen.members or seen.outcome, verdict=seen.verdict, span=toy.SPAN,
    )  # fmt: skip
    rules = tuple(replace(r, examples=(example,)) if r is old else r for r in compiled.rule_set.rules)
    return compile_rules(replace(compiled.rule_set, rules=rules))


def _again(mutant, compiled):
    made = mutants(compiled.rule_set, {r.id for r in compiled.rule_set.rules})
    return next(m for m in made if (m.operator, m.change) == (mutant.operator, mutant.change))


# Errors that no case can show: a part said twice, an idle exception, a date nobody reaches.
TWICE = c.Any((WORKS, c.All((WORKS, LISTED), toy.SPAN)), toy.SPAN)
SAME = {
    Operator.PART: rule("a", Prohibit("转包"), TWICE),
    Operator.NEGATED: rule("a", Prohibit("转包"), c.Any((WORKS, ALWAYS), toy.SPAN)),
    Operator.EXCEPTION: rule(
        "a", Prohibit("转包"), WORKS, unless=(replace(CLAUSE, when=c.Any((), toy.SPAN)),)
    ),
    Operator.OBJECT: rule("a", Permit("转包"), WORKS),
    Operator.ROW_ORDER: rule("a", Table("规模", ((TENDER, "大型"), (TENDER, "大型")), "小型")),
    Operator.FUNCTION: rule("a", Derive("差额", Function.SUM, ("金额",), ())),
    Operator.DUE: rule("a", Require(c.All((), toy.SPAN)), due=Phase.CONTRACT),
    # A default that nothing can excuse is as strict as any other.
    Operator.STRENGTH: rule("a", Require(WORKS), is_default=True),
    Operator.BOUND: rule("a", Prohibit("转包"), c.Compare("人数", c.Bound.AT_LEAST, -5, toy.SPAN)),
}


@pytest.mark.parametrize("operator", SAME, ids=lambda o: o.name)
def test_an_error_that_no_case_can_show_is_proved_equivalent(operator):
    compiled = compile_rules(replace(toy.rule_set(SAME[operator]), rules=(SAME[operator],)))
    made = [m for m in mutants_of(SAME[operator], compiled.rule_set) if m.operator is operator]
    assert Fate.EQUIVALENT in {Bench(compiled).judge(m).fate for m in made}


def test_the_table_of_operators_adds_up():
    one = rule("a", Prohibit("转包"), c.All((WORKS, LISTED), toy.SPAN))
    found = mutate(compile_rules(toy.rule_set(one)), {one.id})
    assert len(found.judged) == sum(t.made for t in found.tallies)
    assert all(t.made == t.killed + t.equivalent + t.survived for t in found.tallies)
    assert 0.0 == found.score
    assert mutate(compile_rules(toy.rule_set(one)), set()).score is None
