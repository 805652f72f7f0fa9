"""Every engine finds what the oracle finds, rule by rule, on random rule sets and situations."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oracle.interpreter import interpret
from oracle.months import months_later
from policy_engine.compilation import CompiledRuleSet, compile_rules
from policy_engine.evaluation.compiled import evaluate_compiled
from policy_engine.evaluation.durable import evaluate_durable
from policy_engine.model import conditions as c
from policy_engine.model.cases import Situation
from policy_engine.model.decisions import Evaluation
from policy_engine.model.documents import Citation
from policy_engine.model.rules import (
    Basis,
    Derive,
    Effect,
    Function,
    Kind,
    Override,
    Permit,
    Prohibit,
    Rule,
)
from properties import toy
from properties.strategies import rule_sets, situations

Engine = Callable[[CompiledRuleSet, Situation], Evaluation]
ENGINES: dict[str, Engine] = {"compiled": evaluate_compiled, "durable": evaluate_durable}
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
    @settings(deadline=None, max_examples=250, suppress_health_check=list(HealthCheck))
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
        simple_rule(at, Prohibit("转包"), c.WithinMonths("验收", "签订", at, toy.SPAN)) for at in range(1, 26)
    ]
    between = Derive("期数", Function.MONTHS_BETWEEN, ("签订", "验收"), ())
    rule_set = toy.rule_set(*terms, simple_rule(0, between))
    compiled = compile_rules(rule_set)
    days = [date(2023, 11, 1).toordinal() + n for n in range(500)]
    ends = [day for day in days if date.fromordinal(day).day >= 28]

    @settings(deadline=None, max_examples=500, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(days) | st.sampled_from(ends), st.integers(-25, 25), st.integers(-2, 2))
    def agree(signed, months, days):
        situation = toy.situation({"签订": signed, "验收": months_later(signed, months)[0] + days})
        assert {} == differences(interpret(rule_set, situation), engine(compiled, situation))

    agree()


@pytest.mark.parametrize("overrider", [None, Prohibit, Permit])
def test_engines_agree_with_the_oracle_on_which_document_prevails(engine, overrider):
    """A prohibition in each document against a permission in each, at once, an object a pair."""
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
    assert {} == differences(interpret(rule_set, situation), engine(compile_rules(rule_set), situation))


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
