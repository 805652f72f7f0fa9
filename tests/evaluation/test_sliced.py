"""Rows decided by bitmaps come out, row by row, as each by itself."""

from collections import Counter
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import as_shipped
from effort import examples
from evaluation.test_masks import shipped_situations
from oracle.interpreter import interpret
from policy_engine.compilation import compile_rules
from policy_engine.evaluation.masks import evaluate_masks
from policy_engine.evaluation.sliced import SlicedRules, columns_of
from policy_engine.evaluation.slices import Column, at_least, rows_in
from policy_engine.model import conditions as c
from policy_engine.model.rules import Classify, Derive, Function, Permit, Prohibit, Require
from policy_engine.model.values import UNKNOWN
from properties import toy
from properties.strategies import rule_sets, situations
from properties.test_agreement import EVERYWHERE, differences, exception, simple_rule


def sliced(compiled, subject: str, rows):
    return SlicedRules.of(compiled.subjects[subject]).decide(columns_of(rows), len(rows))


def by_subject(found) -> dict[str, list]:
    rows: dict[str, list] = {}
    for situation in found:
        rows.setdefault(situation.subject, []).append(situation)
    return rows


@settings(max_examples=examples(150), suppress_health_check=list(HealthCheck))
@given(st.data())
def test_rows_of_a_block_are_decided_as_the_oracle_decides_each(data):
    rule_set = data.draw(rule_sets())
    compiled = compile_rules(rule_set)
    drawn = data.draw(st.lists(situations(rule_set), min_size=1, max_size=9))
    for subject, rows in by_subject(drawn).items():
        found = sliced(compiled, subject, [row.values for row in rows])
        for at, situation in enumerate(rows):
            assert {} == differences(interpret(rule_set, situation), found.row(at))


def test_the_shipped_rules_come_out_as_by_the_tables_of_a_single_case():
    compiled = as_shipped.compiled()
    for subject, rows in by_subject(shipped_situations()).items():
        found = sliced(compiled, subject, [row.values for row in rows])
        expected = [evaluate_masks(compiled, row) for row in rows]
        assert all(differences(one, found.row(at)) == {} for at, one in enumerate(expected))
        counts = found.counts()
        for rule in compiled.subjects[subject].rules:
            assert Counter(one.statuses[rule.id] for one in expected) == counts[rule.id]


def test_a_block_without_columns_is_as_many_cases_of_which_nothing_is_told():
    compiled = as_shipped.compiled()
    found = sliced(compiled, "采购事项", [{}, {}, {}])
    assert found.row(0) == found.row(2)
    assert all(sum(by_status.values()) == 3 for by_status in found.counts().values())


def test_counts_of_what_is_decided_late_are_made_on_every_row():
    works, listed, great = (c.Equals(name, True, toy.SPAN) for name in ("含工程", "已列目录", "重大"))
    for counted, when in (
        ((great, listed), EVERYWHERE),
        ((listed,), great),
        ((great,), great),
        ((listed,), works),
    ):
        rule_set = toy.rule_set(
            simple_rule(1, Classify("重大", ()), works),
            simple_rule(2, Derive("期数", Function.COUNT_IF, (), counted), when),
            simple_rule(3, Prohibit("转包"), c.Compare("期数", c.Bound.AT_LEAST, 1, toy.SPAN)),
        )
        told = product((UNKNOWN, True, False), (UNKNOWN, True, False), (UNKNOWN, 0, 1))
        rows = [toy.situation(dict(zip(("含工程", "已列目录", "期数"), one, strict=True))) for one in told]
        found = sliced(compile_rules(rule_set), toy.PURCHASE, [row.values for row in rows])
        for at, row in enumerate(rows):
            assert {} == differences(interpret(rule_set, row), found.row(at))


@pytest.mark.parametrize("among", [None, 0, 0b1, 0b101010101, 0b111111111])
def test_rows_are_counted_by_what_each_comes_to_all_of_them_or_some(among):
    works, listed = (c.Equals(name, True, toy.SPAN) for name in ("含工程", "已列目录"))
    rules = (
        simple_rule(1, Prohibit("转包"), works),
        simple_rule(2, Require(listed), works),
        simple_rule(3, Permit("转包"), EVERYWHERE),
        replace(simple_rule(4, Require(listed), works), unless=(exception(listed),)),
    )
    told = product((UNKNOWN, True, False), repeat=2)
    rows = [dict(zip(("含工程", "已列目录"), one, strict=True)) for one in told]
    found = sliced(compile_rules(toy.rule_set(*rules)), toy.PURCHASE, rows)
    counted = [at for at in range(9) if among is None or among >> at & 1]
    for rule in rules:
        expected = Counter(found.row(at).statuses[rule.id] for at in counted)
        assert expected == {status: n for status, n in found.counts(among)[rule.id].items() if n}


@given(st.lists(st.sampled_from([UNKNOWN, True, False]), max_size=40))
def test_a_column_tells_the_rows_that_pass(values):
    column = Column(values)
    expected = [at for at, value in enumerate(values) if value is not UNKNOWN and value is True]
    assert expected == list(rows_in(column.where(lambda value: value is True)))


def test_a_column_of_more_values_than_a_byte_tells_them_too():
    column = Column([*range(700), UNKNOWN])
    assert [*range(650, 700)] == list(rows_in(column.where(lambda value: value >= 650)))
    assert column.codes is None
    stretches = Column([*range(700), UNKNOWN], (-1, 0, 650, 651))
    assert [*range(650, 700)] == list(rows_in(stretches.where(lambda value: value >= 650)))
    assert stretches.codes is not None


@given(st.lists(st.lists(st.booleans(), min_size=4, max_size=4), max_size=6), st.integers(0, 7))
def test_rows_are_counted_across_bitmaps(bitmaps, least):
    as_integers = [sum(is_in << at for at, is_in in enumerate(one)) for one in bitmaps]
    expected = [at for at in range(4) if sum(one[at] for one in bitmaps) >= least]
    assert expected == list(rows_in(at_least(as_integers, least, 0b1111)))


@pytest.mark.parametrize("size", [0, 1, 7, 8, 9, 64, 65])
def test_blocks_of_every_size_keep_their_rows_apart(size):
    compiled = as_shipped.compiled()
    rows = [{"含工程": at % 3 == 0} if at % 2 else {} for at in range(size)]
    found = sliced(compiled, "采购事项", rows)
    alone = {
        key: sliced(compiled, "采购事项", [dict(key)]).row(0) for key in {tuple(r.items()) for r in rows}
    }
    assert [alone[tuple(row.items())] for row in rows] == [found.row(at) for at in range(size)]
