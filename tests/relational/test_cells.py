"""A cell that can't be read leaves its row without a verdict, and the row says which; what can't be said is refused."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from policy_engine.compilation import compile_rules
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.model import conditions as c
from policy_engine.model.rules import Impossible, Prohibit
from policy_engine.model.vocabulary import Vocabulary
from policy_engine.relational import DIALECTS, RowFacts, plan_subject, row_of
from policy_engine.relational.dialects import LONGEST_NAME, Names
from policy_engine.relational.plan import GROUNDS, REFUSED, VERDICT
from properties import toy
from properties.test_agreement import simple_rule
from relational.databases import LOCAL, told

WORKS = c.Equals("含工程", True, toy.SPAN)
BASE = toy.rule_set(
    simple_rule(1, Prohibit("政府购买服务"), WORKS),
    simple_rule(2, Impossible(), c.All((WORKS, c.Equals("打包", True, toy.SPAN)), toy.SPAN)),
)
BAD = (
    ("@row", None),
    ("方式", "招 标"),
    ("方式", ""),
    ("标签", "红;紫"),
    ("标签", "红; 黄"),
    ("标签", "红;红"),
    ("标签", ";"),
    ("签订", "2026-02-30"),
    ("签订", "2026-2-3"),
    ("签订", "2026-13-01"),
    ("签订", "2026-00-10"),
    ("签订", "2026-01-00"),
    ("签订", "1900-12-31"),
    ("签订", "未签订"),
    ("签订", "明天"),
    ("人数", Decimal(-1)),
    ("人数", Decimal(10_000)),
    ("余额", Decimal(10) ** 14),
    ("@as_of", None),
    ("@as_of", "未发生"),
    ("@as_of", "2026-02-30"),
    ("@area", None),
    ("@area", ""),
    ("@area", "湖州市"),
    ("@area", "330502"),
    ("@area", "33;330000;000000"),
    ("@area", "330502;湖州市;330000;000000"),
    ("@area", "330502; 000000"),
    ("@area", "330502;;000000"),
    ("@area", "330502;000000\n"),
    ("@area", "000000;330502\n"),
    ("@area", "33050200;000000"),
    ("@area", "330502001000;000000"),
    ("@area", "３３０５０２;000000"),
    ("@phase", None),
    ("@phase", "开工"),
    ("@doubts", "没有这个字段"),
    ("@running", "没有这个字段"),
)
# SQLite keeps whatever it is given; the others refuse it when it is written.
LOOSE = (("含工程", 2), ("含工程", "是"), ("人数", "三"), ("人数", 1.5), ("金额", 1.005))
FINE = (
    ("标签", ""),
    ("标签", "绿;红"),
    ("签订", "未发生"),
    ("签订", "2024-02-29"),
    ("人数", Decimal(9999)),
    ("余额", Decimal("-9999999999999.99")),
    ("@area", "330502001;330502;330500;330000;000000"),
    ("@area", "000000;330502"),
    ("@doubts", None),
    ("@running", "签订;验收"),
)


def ask(opened, changes):
    """Ask of one row a change."""
    subject = BASE.vocabulary.subjects[toy.PURCHASE]
    with opened() as database:
        plan = plan_subject(compile_rules(BASE), toy.PURCHASE, DIALECTS[database.name])
        places = {one.what: at for at, (_, one) in enumerate(plan.inputs)}
        rows = []
        for row, change in enumerate(changes):
            situation = toy.situation({"含工程": True, "打包": False})
            cells = list(row_of(RowFacts(row=str(row), situation=situation), plan, subject))
            for what, cell in change.items():
                plain = float(cell) if isinstance(cell, Decimal) and database.name == "sqlite" else cell
                cells[places[what]] = plain
            rows.append(tuple(cells))
        return [told(answer) for answer in database.ask(plan, rows)]


@pytest.mark.parametrize("opened", LOCAL.values(), ids=LOCAL)
def test_a_cell_that_can_not_be_read_is_named(opened):
    changes = [*BAD, *(LOOSE if opened is LOCAL["sqlite"] else ())]
    found = ask(opened, [{what: cell} for what, cell in changes])
    assert [(what, None, None) for what, _ in changes] == found


@pytest.mark.parametrize("opened", LOCAL.values(), ids=LOCAL)
def test_a_cell_that_can_be_read_refuses_nothing(opened):
    found = ask(opened, [{}, *({what: cell} for what, cell in FINE)])
    assert [(None, "不得实施", "law.art-1")] * (1 + len(FINE)) == found


@pytest.mark.parametrize("opened", LOCAL.values(), ids=LOCAL)
def test_facts_that_can_not_be_true_together_have_no_verdict(opened):
    assert [("law.art-2", None, None)] == ask(opened, [{"打包": True}])
    # Where one of them is open nothing is refused.
    assert [(None, "不得实施", "law.art-1")] == ask(opened, [{"打包": None}])


@pytest.mark.parametrize(
    ("ratio", "part", "whole", "is_said"),
    [
        (Fraction(3, 10), "金额", "余额", True),
        (Fraction(1, 1), "签订", "验收", True),
        (Fraction(1, 10_007), "金额", "余额", False),
        (Fraction(10_007), "金额", "余额", False),
        (Fraction(3, 2), "签订", "验收", False),
    ],
)
def test_a_ratio_that_can_not_be_worked_out_exactly_is_refused(ratio, part, whole, is_said):
    span = replace(toy.SPAN, line=7)
    leaf = c.Not(c.Ratio(part, whole, c.Bound.AT_MOST, ratio, span), toy.SPAN)
    compiled = compile_rules(toy.rule_set(simple_rule(1, Prohibit("转包"), leaf)))
    if is_said:
        assert plan_subject(compiled, toy.PURCHASE, DIALECTS["postgres"]).sql
        return
    with pytest.raises(DiagnosticsError) as told:
        plan_subject(compiled, toy.PURCHASE, DIALECTS["postgres"])
    (one,) = told.value.diagnostics
    assert ("PE561", span, True) == (one.code, one.span, "law.art-1" in one.message)


def test_a_member_with_the_separator_in_it_is_refused():
    purchase = toy.VOCABULARY.subjects[toy.PURCHASE]
    labels = replace(purchase.fields["标签"], choices=("红", "黄;绿"))
    changed = replace(purchase, fields={**purchase.fields, "标签": labels})
    rule_set = replace(BASE, vocabulary=Vocabulary({toy.PURCHASE: changed}))
    with pytest.raises(DiagnosticsError) as told:
        plan_subject(compile_rules(rule_set), toy.PURCHASE, DIALECTS["duckdb"])
    assert ["PE561"] == [one.code for one in told.value.diagnostics]


def test_names_are_never_cut_off_nor_taken_for_one_another():
    names = Names()
    long = [f"{'甲' * 30}{at}" for at in range(3)]
    given = [names.of(one) for one in ("abc", "Abc", "金额", *long)]
    assert "abc" == given[0]
    assert "金额" == given[2]
    assert len(given) == len({one.casefold() for one in given})
    assert all(len(one.encode()) <= LONGEST_NAME for one in given)
    assert given == [names.of(one) for one in ("abc", "Abc", "金额", *long)]


def test_every_column_of_a_result_has_a_name_of_its_own():
    plan = plan_subject(compile_rules(BASE), toy.PURCHASE, DIALECTS["duckdb"])
    names = plan.query.named_selects
    assert len(names) == len(set(names))
    assert ["@row", REFUSED, VERDICT, GROUNDS] == names[:4]
