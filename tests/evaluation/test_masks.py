"""All rules at once: what the tables find is what the generated function and the oracle find."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import as_shipped
from effort import examples
from oracle.interpreter import interpret
from policy_engine.compilation import compile_rules
from policy_engine.compilation.layout import make_tables
from policy_engine.evaluation import compiled as first
from policy_engine.evaluation.agreement import Engine
from policy_engine.evaluation.closing import close_subject
from policy_engine.evaluation.compiled import evaluate_generated
from policy_engine.evaluation.examples import case_of
from policy_engine.evaluation.masks import decide, evaluate_masks
from policy_engine.model import conditions as c
from policy_engine.model.cases import Situation
from policy_engine.model.rules import Prohibit
from policy_engine.model.values import UNKNOWN
from policy_engine.usecases import check
from properties import toy
from properties.strategies import rule_sets, situations
from properties.test_agreement import differences, simple_rule

PAGE = Path(__file__).parents[2] / "docs/engine.md"


@pytest.mark.parametrize("most", [2, 3])
def test_formulas_that_were_cut_decide_as_whole_ones(most):
    @settings(max_examples=examples(100), suppress_health_check=list(HealthCheck))
    @given(st.data())
    def agree(data):
        rule_set = data.draw(rule_sets())
        compiled = compile_rules(rule_set)
        for subject in compiled.subjects.values():
            parts = (subject.rules, subject.fields, subject.defeated_by, subject.producers, subject.rivals)
            subject.__dict__["tables"] = make_tables(*parts, most)
        for situation in data.draw(st.tuples(*[situations(rule_set)] * 4)):
            assert {} == differences(interpret(rule_set, situation), evaluate_masks(compiled, situation))

    agree()


def shipped_situations():
    """Take each rule's first example, with all that it tells and with every third fact untold."""
    compiled = as_shipped.compiled()
    for rule in compiled.rule_set.rules:
        for example in rule.examples[:1]:
            subject = compiled.rule_set.vocabulary.subjects[example.subject]
            closed = close_subject(case_of(example), subject, compiled.subjects[example.subject])
            yield closed.situation
            values = closed.situation.values
            untold = {n: UNKNOWN for n in [*subject.fields][:: 3 + len(rule.id) % 3] if n in values}
            yield Situation(example.subject, {**values, **untold})


def test_the_shipped_rules_come_out_as_by_the_generated_function():
    compiled = as_shipped.compiled()
    for situation in shipped_situations():
        one, other = evaluate_generated(compiled, situation), evaluate_masks(compiled, situation)
        assert {} == differences(one, other)
        assert [*one.statuses] == [*other.statuses]


def test_subjects_of_many_rules_are_decided_by_masks(monkeypatch):
    compiled = as_shipped.compiled()
    case = case_of(next(rule for rule in compiled.rule_set.rules if "服务项目" in rule.subjects).examples[0])
    by_function = check(compiled, case, Engine.COMPILED)
    seen = []
    monkeypatch.setattr(first, "MANY_RULES", 1)
    monkeypatch.setattr(first, "evaluate_generated", lambda *given: seen.append(given))
    assert check(compiled, case, Engine.COMPILED) == by_function
    assert seen == []


def test_threads_that_share_the_tables_find_the_same():
    compiled = as_shipped.compiled()
    some = [*shipped_situations()][::7]
    alone = [evaluate_masks(compiled, situation) for situation in some]
    for subject in compiled.subjects.values():
        # Rows are made when first wanted, so all threads make them at once.
        subject.__dict__.pop("tables", None)
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(lambda _: [evaluate_masks(compiled, one) for one in some], range(8)):
            assert found == alone


def worked_example():
    works, listed = c.Equals("含工程", True, toy.SPAN), c.Equals("已列目录", True, toy.SPAN)
    direct = c.Equals("方式", "直购", toy.SPAN)
    hundred, more = (c.Compare("人数", c.Bound.AT_LEAST, n, toy.SPAN) for n in (100, 200))
    no_works = c.Equals("含工程", False, toy.SPAN)
    conditions = (
        c.All((works, hundred), toy.SPAN),
        c.Any((works, direct), toy.SPAN),
        c.All((c.Not(listed, toy.SPAN), c.Any((more, no_works), toy.SPAN)), toy.SPAN),
    )
    rules = [simple_rule(at, Prohibit("转包"), when) for at, when in enumerate(conditions)]
    return compile_rules(toy.rule_set(*rules))


def test_the_worked_example_of_the_page_is_what_the_tables_hold():
    tables = worked_example().subjects[toy.PURCHASE].tables
    (stratum,) = tables.strata
    rows = {one.name: one for one in stratum.looked}
    told = {"含工程": True, "人数": 150, "方式": UNKNOWN, "已列目录": UNKNOWN}
    shown = [tables.padding]
    for name, values in {
        "含工程": (True, False),
        "人数": (50, 150, 250),
        "方式": ("招标", "直购"),
        "已列目录": (True, False),
    }.items():
        shown += [rows[name].rows[value] for value in values] + [rows[name].unknown]
    satisfied = tables.padding
    for name, value in told.items():
        satisfied |= rows[name].unknown if value is UNKNOWN else rows[name].rows[value]
    shown.append(satisfied)
    # Every one of them stands on the page as two halves of six bits.
    page = PAGE.read_text(encoding="utf-8")
    assert [number for number in shown if f"`{number >> 6:06b} {number & 63:06b}`" not in page] == []
    found = decide(tables, told)
    assert (found.takes_effect, found.may_take_effect) == (0b011, 0b011)
