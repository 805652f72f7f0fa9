"""Every engine finds what the oracle finds, rule by rule, on random rule sets and situations."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from effort import examples
from oracle.interpreter import interpret
from oracle.months import months_later
from oracle.verdict import combine
from policy_engine.compilation import CompiledRuleSet, compile_rules
from policy_engine.evaluation.combine import verdict_of, weigh
from policy_engine.evaluation.compiled import evaluate_compiled
from policy_engine.evaluation.durable import evaluate_durable, evaluate_sqlite
from policy_engine.evaluation.masks import evaluate_masks, evaluation_of, write_out
from policy_engine.evaluation.weighing import doubts_of, waiting_of
from policy_engine.model import conditions as c
from policy_engine.model.cases import Situation
from policy_engine.model.decisions import Evaluation
from policy_engine.model.documents import Citation
from policy_engine.model.rules import (
    Basis,
    Classify,
    Derive,
    Effect,
    ExceptionClause,
    Function,
    Kind,
    Override,
    Permit,
    Prohibit,
    Require,
    Rule,
    RuleSet,
    Table,
)
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Phase, Role
from properties import toy
from properties.strategies import rule_sets, situations

Engine = Callable[[CompiledRuleSet, Situation], Evaluation]


def evaluate_written_out(compiled: CompiledRuleSet, situation: Situation) -> Evaluation:
    """Evaluate by the tables written out, once they have met the values: then the loop is no longer there to help."""
    subject = compiled.subjects[situation.subject]
    made = write_out(subject.tables)
    made.run(situation.values)
    made.otherwise = _refuse
    return evaluation_of(subject, made.run(situation.values))


def _refuse(*_):
    raise AssertionError("left to the loop")


ENGINES: dict[str, Engine] = {
    "masks": evaluate_masks,
    "written out": evaluate_written_out,
    "compiled": evaluate_compiled,
    "durable": evaluate_durable,
    "sqlite": evaluate_sqlite,
}
SITUATIONS_A_SET = 4
EVERYWHERE = c.All((), toy.SPAN)


def as_plain(found: Evaluation) -> dict:
    """Put all findings into one map; which of two rivals is named first says nothing."""
    return {
        **{("status", rule): status for rule, status in found.statuses.items()},
        **{("truth", *part): truth for part, truth in found.truths.items()},
        **{("number", name): number for name, number in found.numbers.items()},
        **{("rivals", frozenset(pair)): truth for pair, truth in found.rivals.items()},
    }


def differences(expected: Evaluation, found: Evaluation) -> dict:
    """Map what two evaluations don't agree on to what each of them says."""
    one, other = as_plain(expected), as_plain(found)
    keys = dict.fromkeys((*one, *other))
    return {key: (one.get(key), other.get(key)) for key in keys if one.get(key) != other.get(key)}


@pytest.fixture(params=ENGINES)
def engine(request) -> Engine:
    return ENGINES[request.param]


def test_engines_agree_with_the_oracle_on_random_rule_sets(engine):
    @settings(max_examples=examples(250), suppress_health_check=list(HealthCheck))
    @given(st.data())
    def agree(data):
        rule_set = data.draw(rule_sets())
        compiled = compile_rules(rule_set)
        for situation in data.draw(st.tuples(*[situations(rule_set)] * SITUATIONS_A_SET)):
            assert {} == differences(interpret(rule_set, situation), engine(compiled, situation))

    agree()


def test_engines_agree_with_the_oracle_on_months(engine):
    """Terms end a day or two around the random day, whatever month the start is in."""
    terms = [
        simple_rule(2 * at + number, Prohibit("转包"), c.WithinMonths("验收", "签订", at, period, toy.SPAN))
        for at in range(1, 26)
        for number, period in enumerate(c.Period)
    ]
    between = Derive("期数", Function.MONTHS_BETWEEN, ("签订", "验收"), ())
    rule_set = toy.rule_set(*terms, simple_rule(0, between))
    compiled = compile_rules(rule_set)
    days = [date(2023, 11, 1).toordinal() + n for n in range(500)]
    ends = [day for day in days if date.fromordinal(day).day >= 28]

    @settings(max_examples=examples(500), suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(days) | st.sampled_from(ends), st.integers(-25, 25), st.integers(-2, 2))
    def agree(signed, months, days):
        situation = toy.situation({"签订": signed, "验收": months_later(signed, months)[0] + days})
        assert {} == differences(interpret(rule_set, situation), engine(compiled, situation))

    agree()


def test_engines_agree_with_the_oracle_where_derived_fields_are_stated(engine):
    """Every derived field stated rightly, wrongly or not at all, over facts that settle it or don't."""
    works = c.Equals("含工程", True, toy.SPAN)
    kinds = (
        Classify("重大", ()),
        Classify("类别", ("甲", "乙")),
        Table("规模", ((works, "大型"),), "小型"),
        Derive("差额", Function.SUM, ("金额", "余额"), ()),
    )
    readers = (
        c.Equals("重大", False, toy.SPAN),
        c.Members("类别", c.Membership.ANY_OF, ("乙", "丙"), toy.SPAN),
        c.Count("类别", c.Bound.AT_LEAST, 2, toy.SPAN),
        c.OneOf("规模", ("中型", "小型"), toy.SPAN),
        c.Compare("差额", c.Bound.AT_LEAST, 5, toy.SPAN),
    )
    derive = [
        simple_rule(at, kind, EVERYWHERE if isinstance(kind, Table) else works)
        for at, kind in enumerate(kinds)
    ]
    rule_set = toy.rule_set(
        *derive, *(simple_rule(10 + at, Prohibit("转包"), r) for at, r in enumerate(readers))
    )
    compiled = compile_rules(rule_set)
    told = {
        "含工程": (UNKNOWN, True, False),
        "余额": (UNKNOWN, 3),
        "重大": (UNKNOWN, True, False),
        "类别": (UNKNOWN, frozenset({"甲", "乙"}), frozenset({"丙"})),
        "规模": (UNKNOWN, "大型", "中型"),
        "差额": (UNKNOWN, 5, -1),
    }
    for values in product(*told.values()):
        situation = toy.situation({"金额": 2, **dict(zip(told, values, strict=True))})
        assert {} == differences(interpret(rule_set, situation), engine(compiled, situation))


def test_engines_agree_with_the_oracle_on_conditions_that_are_never_false(engine):
    """Open or true, denied open or false, in every part of a rule beside an exception that may hold."""
    excepted = exception(c.Equals("含工程", True, toy.SPAN))
    never_false = (
        c.OneOf("方式", ("招标", "谈判", "直购"), toy.SPAN),
        c.Count("标签", c.Bound.AT_LEAST, 0, toy.SPAN),
        c.InForce("签订", None, None, toy.SPAN),
    )
    rules = []
    for leaf in (*never_false, *(c.Not(leaf, toy.SPAN) for leaf in never_false)):
        for part in (
            {"kind": Prohibit("转包"), "when": leaf},
            {"kind": Prohibit("转包"), "scope": leaf},
            {"kind": Require(leaf)},
            {"kind": Prohibit("转包"), "unless": (exception(leaf),)},
        ):
            unless = (excepted, *part.get("unless", ()))
            rule = simple_rule(len(rules), part["kind"])
            rules.append(replace(rule, **part | {"unless": unless, "dated_by": "签订"}))
    rule_set = toy.rule_set(*rules)
    compiled = compile_rules(rule_set)
    told = {"方式": "招标", "标签": frozenset(), "@dated_by:签订": toy.DAYS[0]}
    for facts in ({}, told):
        for works in ({}, {"含工程": True}, {"含工程": False}):
            situation = toy.situation({**facts, **works})
            assert {} == differences(interpret(rule_set, situation), engine(compiled, situation))


def test_engines_agree_with_the_oracle_on_counts_of_what_is_decided_late(engine):
    """A count is made when both its rule and what it counts are decided, whichever comes last."""
    works, listed = (c.Equals(name, True, toy.SPAN) for name in ("含工程", "已列目录"))
    great = c.Equals("重大", True, toy.SPAN)
    counts = (
        Derive("期数", Function.COUNT_IF, (), (great, listed)),
        Derive("期数", Function.COUNT_IF, (), (listed,)),
    )
    judge = simple_rule(9, Prohibit("转包"), c.Compare("期数", c.Bound.AT_LEAST, 1, toy.SPAN))
    made = simple_rule(1, Classify("重大", ()), works)
    for kind in counts:
        for when in (EVERYWHERE, works, great, c.Not(great, toy.SPAN)):
            rule_set = toy.rule_set(made, simple_rule(2, kind, when), judge)
            compiled = compile_rules(rule_set)
            for facts in product((UNKNOWN, True, False), repeat=2):
                situation = toy.situation(dict(zip(("含工程", "已列目录"), facts, strict=True)))
                assert {} == differences(interpret(rule_set, situation), engine(compiled, situation))


@cache
def every_pair_of_documents(overrider: type | None) -> tuple[RuleSet, Situation, Evaluation]:
    """Set a prohibition in each document against a permission in each, at once, an object a pair."""
    pairs = list(product(toy.DOCUMENTS, repeat=2))
    rules = [
        simple_rule(2 * at + side, kind(f"{high}/{low}"), document=document, overrides=override)
        for at, (high, low) in enumerate(pairs)
        for side, (kind, document) in enumerate(((Prohibit, high), (Permit, low)))
        for override in [(f"{(low, high)[side]}.art-{2 * at + 1 - side}",) if kind is overrider else ()]
    ]
    objects = {f"{high}/{low}": Effect.FIX for high, low in pairs}
    rule_set = replace(toy.rule_set(*rules), objects=objects)
    situation = toy.situation({})
    return rule_set, situation, interpret(rule_set, situation)


@pytest.mark.every(3)
@pytest.mark.parametrize("overrider", [None, Prohibit, Permit])
def test_engines_agree_with_the_oracle_on_which_document_prevails(engine, overrider):
    rule_set, situation, expected = every_pair_of_documents(overrider)
    assert {} == differences(expected, engine(compile_rules(rule_set), situation))


def test_verdicts_agree_with_the_oracle_in_every_phase():
    grounding = {name: force.grounds for name, force in toy.AUTHORITY.forces.items()}

    @settings(max_examples=examples(150), suppress_health_check=list(HealthCheck))
    @given(st.data())
    def agree(data):
        rule_set = data.draw(rule_sets())
        for situation in data.draw(st.tuples(*[situations(rule_set)] * SITUATIONS_A_SET)):
            found = interpret(rule_set, situation)
            rules = [rule for rule in rule_set.rules if situation.subject in rule.subjects]
            compiled = compile_rules(rule_set)
            unknown = sorted(open_inputs(situation))
            for phase in Phase:
                doubts = data.draw(st.sets(st.sampled_from(unknown)) if unknown else st.just(set()))
                left = [name for name in unknown if name not in doubts]
                running = data.draw(st.sets(st.sampled_from(left), max_size=2) if left else st.just(set()))
                waiting = waiting_of(running, compiled.subjects[situation.subject])
                kept = doubts_of(situation, doubts, phase, found, compiled, waiting=waiting)
                weights = weigh(
                    rules,
                    found,
                    situation.values,
                    phase,
                    rule_set.objects,
                    grounding,
                    kept,
                    waiting=waiting,
                )
                expected = combine(rule_set, situation, found, phase, doubts, running=running)
                assert expected is verdict_of(weights)

    agree()


def open_inputs(situation: Situation) -> list[str]:
    """Name the facts that could be in doubt: unknown, and not computed."""
    fields = toy.VOCABULARY.subjects[situation.subject].fields.values()
    return [
        f.name
        for f in fields
        if f.role is not Role.DERIVED and situation.values.get(f.name, UNKNOWN) is UNKNOWN
    ]


def exception(when: c.Condition) -> ExceptionClause:
    return ExceptionClause(
        when=when, scope=EVERYWHERE, basis=Basis.PRACTICE, because="例外", citation=None, span=toy.SPAN
    )


def simple_rule(at: int, kind: Kind, when=EVERYWHERE, document="law", overrides=()) -> Rule:
    """Make a rule that holds everywhere and always."""
    return Rule(
        id=f"{document}.art-{at}",
        title=f"第{at}条",
        citation=Citation(toy.DOCUMENTS[document], f"第{at}条"),
        subjects=(toy.PURCHASE,),
        kind=kind,
        when=when,
        scope=EVERYWHERE,
        overrides=tuple(
            Override(rule=o, basis=Basis.TEXT, because="特别规定", locator="", span=toy.SPAN)
            for o in overrides
        ),
        remedy="改正",
        span=toy.SPAN,
    )
