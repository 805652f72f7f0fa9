"""The second engine finds what was worked out by hand."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from policy_engine.compilation import compile_rules
from policy_engine.evaluation.durable import evaluate_durable
from policy_engine.evaluation.durable.native import packs_of
from policy_engine.evaluation.durable.plan import plan
from policy_engine.evaluation.durable.properties import Fewest, Given, Member, Most, Scalar, Share, Window
from policy_engine.evaluation.durable.storing import read_plan, write_plan
from policy_engine.foundation.logic import Truth
from policy_engine.model import conditions as c
from policy_engine.model.decisions import Evaluation, Status
from policy_engine.model.documents import Citation
from policy_engine.model.rules import (
    Basis,
    Classify,
    Derive,
    ExceptionClause,
    Function,
    Kind,
    Override,
    Permit,
    Prohibit,
    Recommend,
    Require,
    Rule,
    Table,
)
from policy_engine.model.values import NOT_HAPPENED, UNKNOWN, Value
from properties import toy

T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
ALWAYS = c.All((), toy.SPAN)
PURCHASE = Prohibit("政府购买服务")


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def equals(field: str, value: bool | int | str) -> c.Equals:
    return c.Equals(field, value, toy.SPAN)


def every(*parts: c.Condition) -> c.All:
    return c.All(parts, toy.SPAN)


def some(*parts: c.Condition) -> c.Any:
    return c.Any(parts, toy.SPAN)


def a_rule(
    name: str,
    kind: Kind = PURCHASE,
    when: c.Condition = ALWAYS,
    *,
    scope: c.Condition = ALWAYS,
    unless: tuple[c.Condition, ...] = (),
    overrides: tuple[str, ...] = (),
    document: str = "order-other",
    **more,
) -> Rule:
    source = toy.DOCUMENTS[document]
    return Rule(
        id=name,
        title=name,
        citation=Citation(source, name),
        subjects=(toy.PURCHASE,),
        kind=kind,
        when=when,
        scope=scope,
        unless=tuple(
            ExceptionClause(
                when=exception, scope=ALWAYS, basis=Basis.TEXT, because="", citation=None, span=toy.SPAN
            )
            for exception in unless
        ),
        overrides=tuple(
            Override(rule=other, basis=Basis.TEXT, because="", locator="", span=toy.SPAN)
            for other in overrides
        ),
        span=toy.SPAN,
        **more,
    )


def evaluate(*rules: Rule, **values: Value) -> Evaluation:
    return evaluate_durable(compile_rules(toy.rule_set(*rules)), toy.situation(values))


def truth_of(condition: c.Condition, **values: Value) -> Truth:
    """Find a condition's truth by a prohibition that hangs on nothing else."""
    status = evaluate(a_rule("r", when=condition), **values).statuses["r"]
    return {Status.TRUE: T, Status.NOT_APPLICABLE: F, Status.UNKNOWN: U}[status]


TRUE, FALSE, OPEN = equals("含工程", True), equals("已列目录", True), equals("有理由", True)
THREE = {"含工程": True, "已列目录": False}  # and 有理由 is not told


class TestConditions:
    @pytest.mark.parametrize(
        ("expected", "condition"),
        [
            (T, ALWAYS),
            (F, some()),
            (T, every(TRUE, TRUE)),
            (U, every(TRUE, OPEN)),
            (F, every(OPEN, FALSE)),
            (T, some(OPEN, TRUE)),
            (U, some(FALSE, OPEN)),
            (F, some(FALSE, FALSE)),
            (U, c.Not(OPEN, toy.SPAN)),
            (T, c.Not(every(TRUE, FALSE), toy.SPAN)),
            (T, every(some(FALSE, TRUE), some(every(OPEN, FALSE), c.Not(FALSE, toy.SPAN)))),
            (U, every(some(FALSE, OPEN), some(TRUE, OPEN))),
        ],
    )
    def test_connectives_are_kleenes(self, expected: Truth, condition: c.Condition):
        assert expected is truth_of(condition, **THREE)

    @pytest.mark.parametrize(
        ("bound", "below", "at", "above"),
        [
            (c.Bound.AT_LEAST, F, T, T),
            (c.Bound.MORE_THAN, F, F, T),
            (c.Bound.AT_MOST, T, T, F),
            (c.Bound.LESS_THAN, T, F, F),
        ],
    )
    def test_a_bound_divides_the_numbers(self, bound: c.Bound, below: Truth, at: Truth, above: Truth):
        limit = c.Compare("金额", bound, 10**15, toy.SPAN)
        assert [below, at, above] == [truth_of(limit, 金额=10**15 + n) for n in (-1, 0, 1)]
        assert truth_of(limit) is U

    @pytest.mark.parametrize("bound", c.Bound)
    def test_a_day_that_has_not_come_fails_every_bound(self, bound: c.Bound):
        assert truth_of(c.Compare("签订", bound, day("2024-01-15"), toy.SPAN), 签订=NOT_HAPPENED) is F
        assert truth_of(equals("签订", NOT_HAPPENED), 签订=NOT_HAPPENED) is T
        assert truth_of(equals("签订", NOT_HAPPENED), 签订=day("2024-01-15")) is F

    def test_one_of_several_choices(self):
        condition = c.OneOf("方式", ("招标", "谈判"), toy.SPAN)
        assert [truth_of(condition, 方式=v) for v in ("招标", "谈判", "直购", UNKNOWN)] == [T, T, F, U]
        assert [truth_of(c.OneOf("方式", (), toy.SPAN), 方式=v) for v in ("招标", UNKNOWN)] == [F, U]

    @pytest.mark.parametrize(
        ("how", "expected"),
        [
            (c.Membership.ANY_OF, (F, T, T, U)),
            (c.Membership.NONE_OF, (T, F, F, U)),
            (c.Membership.ALL_OF, (F, F, T, U)),
        ],
    )
    def test_members_of_a_list(self, how: c.Membership, expected: tuple[Truth, ...]):
        lists = (frozenset(), frozenset({"红", "绿"}), frozenset({"红", "黄", "绿"}), UNKNOWN)
        condition = c.Members("标签", how, ("红", "黄"), toy.SPAN)
        assert expected == tuple(truth_of(condition, 标签=given) for given in lists)

    @pytest.mark.parametrize("how", c.Membership)
    def test_no_members_asked_for_is_settled_once_the_list_is_known(self, how: c.Membership):
        condition = c.Members("标签", how, (), toy.SPAN)
        assert (F if how is c.Membership.ANY_OF else T) is truth_of(condition, 标签=frozenset({"红"}))
        assert truth_of(condition) is U

    def test_members_are_counted(self):
        condition = c.Count("标签", c.Bound.AT_LEAST, 2, toy.SPAN)
        lists = (frozenset({"红"}), frozenset({"红", "绿"}), UNKNOWN)
        assert [truth_of(condition, 标签=given) for given in lists] == [F, T, U]

    @pytest.mark.parametrize(
        ("expected", "start", "end"),
        [
            (T, "2024-01-31", "2024-02-29"),  # the target month has no 31st: its last day counts
            (F, "2024-01-31", "2024-03-01"),
            (T, "2024-01-15", "2024-02-14"),
            (F, "2024-01-15", "2024-02-15"),
            (T, "2024-01-15", "2024-01-15"),
            (F, "2024-01-15", "2023-12-31"),
        ],
    )
    def test_within_a_month(self, expected: Truth, start: str, end: str):
        condition = c.WithinMonths("验收", "签订", 1, c.Period.TERM, toy.SPAN)
        assert expected is truth_of(condition, 签订=day(start), 验收=day(end))

    @pytest.mark.parametrize(
        ("expected", "start", "end"),
        [
            (T, "2024-01-31", "2024-02-29"),
            (F, "2024-01-31", "2024-03-01"),
            (T, "2024-01-15", "2024-02-15"),
            (F, "2024-01-15", "2024-02-16"),
            (F, "2024-01-15", "2023-12-31"),
        ],
    )
    def test_within_a_month_after_a_day(self, expected: Truth, start: str, end: str):
        condition = c.WithinMonths("验收", "签订", 1, c.Period.DEADLINE, toy.SPAN)
        assert expected is truth_of(condition, 签订=day(start), 验收=day(end))

    def test_a_parameter_without_a_value_is_open_on_its_days_alone(self):
        first, last = day("2024-02-01"), day("2024-02-29")
        condition = c.Unvalued("上限", "签订", first, last, toy.SPAN)
        days = (first - 1, first, last, last + 1, UNKNOWN)
        assert [F, U, U, F, U] == [truth_of(condition, **{c.dating_field("签订"): d}) for d in days]

    def test_an_event_that_has_not_happened_is_within_nothing(self):
        condition = c.WithinMonths("验收", "签订", 1, c.Period.TERM, toy.SPAN)
        assert truth_of(condition, 签订=NOT_HAPPENED) is F
        assert truth_of(condition, 验收=NOT_HAPPENED, 签订=day("2024-01-15")) is F
        assert truth_of(condition, 签订=day("2024-01-15")) is U

    def test_a_share_is_exact(self):
        third = c.Ratio("余额", "金额", c.Bound.AT_LEAST, Fraction(1, 3), toy.SPAN)
        parts = (33 * 10**12, 33 * 10**12 + 1, UNKNOWN)
        assert [truth_of(third, 余额=part, 金额=99 * 10**12 + 1) for part in parts] == [F, T, U]
        assert truth_of(third, 余额=0, 金额=0) is T

    def test_day_and_place_of_the_case(self):
        force = c.InForce(c.AS_OF, day("2024-01-01"), day("2024-03-01"), toy.SPAN)
        assert truth_of(force) is T
        assert [
            truth_of(force, **{c.AS_OF: at}) for at in (day("2024-03-02"), day("2024-01-01"), UNKNOWN)
        ] == [F, T, U]
        assert truth_of(c.InForce(c.AS_OF, None, None, toy.SPAN)) is T
        assert truth_of(c.InForce(c.AS_OF, None, None, toy.SPAN), **{c.AS_OF: UNKNOWN}) is U
        assert [truth_of(c.InArea(code, toy.SPAN)) for code in ("330000", "330502")] == [T, F]


class TestDerivedFields:
    CLASSIFIED = (
        a_rule("a", Classify("类别", ("甲",)), TRUE),
        a_rule("b", Classify("类别", ("甲", "乙")), OPEN),
    )

    def test_a_member_is_so_by_any_rule_and_not_so_without_one(self):
        found = evaluate(*self.CLASSIFIED, **THREE).truths
        assert {m: found["类别", m] for m in "甲乙丙"} == {"甲": T, "乙": U, "丙": F}

    @pytest.mark.parametrize(
        ("expected", "bound", "limit"),
        [
            (T, c.Bound.AT_LEAST, 1),
            (U, c.Bound.AT_LEAST, 2),
            (F, c.Bound.AT_LEAST, 3),
            (T, c.Bound.AT_MOST, 2),
            (U, c.Bound.AT_MOST, 1),
            (F, c.Bound.LESS_THAN, 1),
        ],
    )
    def test_the_count_of_members_lies_in_a_range(self, expected: Truth, bound: c.Bound, limit: int):
        reader = a_rule("r", when=c.Count("类别", bound, limit, toy.SPAN))
        status = evaluate(*self.CLASSIFIED, reader, **THREE).statuses["r"]
        assert {T: Status.TRUE, F: Status.NOT_APPLICABLE, U: Status.UNKNOWN}[expected] is status

    def test_what_the_case_states_is_used_and_the_computed_truth_reported(self):
        reader = a_rule("r", when=c.Members("类别", c.Membership.ANY_OF, ("丙",), toy.SPAN))
        found = evaluate(*self.CLASSIFIED, reader, 类别=frozenset({"丙"}), **THREE)
        assert found.statuses["r"] is Status.TRUE
        assert found.truths["类别", "丙"] is F

    ROWS = ((OPEN, "大型"), (TRUE, "中型"), (FALSE, "小型"))

    def size(self, *values: str) -> Status:
        table = a_rule("t", Table("规模", self.ROWS, "小型"))
        reader = a_rule("r", when=c.OneOf("规模", values, toy.SPAN))
        return evaluate(table, reader, **THREE).statuses["r"]

    def test_a_table_gives_one_choice(self):
        # The first row is open, the second holds: it is one of these two, whatever comes to light.
        assert {
            choice: evaluate(a_rule("t", Table("规模", self.ROWS, "小型")), **THREE).truths["规模", choice]
            for choice in ("大型", "中型", "小型")
        } == {"大型": U, "中型": U, "小型": F}
        assert self.size("大型", "中型") is Status.TRUE
        assert self.size("小型") is Status.NOT_APPLICABLE
        assert self.size("中型") is Status.UNKNOWN

    def test_a_table_that_does_not_apply_leaves_every_choice_open(self):
        found = evaluate(a_rule("t", Table("规模", self.ROWS, "小型"), FALSE), **THREE)
        assert {U} == {found.truths["规模", choice] for choice in ("大型", "中型", "小型")}

    def test_a_stated_choice_settles_all(self):
        table = a_rule("t", Table("规模", self.ROWS, "小型"))
        reader = a_rule("r", when=equals("规模", "大型"))
        assert evaluate(table, reader, 规模="大型", **THREE).statuses["r"] is Status.TRUE
        assert evaluate(table, reader, 规模="小型", **THREE).statuses["r"] is Status.NOT_APPLICABLE

    @pytest.mark.parametrize(
        ("expected", "function", "inputs", "values"),
        [
            (-30, Function.DIFFERENCE, ("金额", "余额"), {"金额": 70, "余额": 100}),
            (170, Function.SUM, ("金额", "余额"), {"金额": 70, "余额": 100}),
            (70, Function.MIN, ("金额", "余额"), {"金额": 70, "余额": 100}),
            (100, Function.MAX, ("金额", "余额"), {"金额": 70, "余额": 100}),
            (None, Function.SUM, ("金额", "余额"), {"金额": 70}),
        ],
    )
    def test_a_number_is_computed_from_known_numbers(self, expected, function, inputs, values):
        rule = a_rule("d", Derive("差额", function, inputs, ()))
        assert evaluate(rule, **values).numbers.get("差额") == expected

    @pytest.mark.parametrize(
        ("expected", "start", "end"),
        [
            (1, "2024-01-31", "2024-02-29"),
            (0, "2024-01-31", "2024-02-28"),
            (-1, "2024-02-29", "2024-01-29"),
            (13, "2023-02-28", "2024-03-30"),
            (None, "2024-01-31", None),
        ],
    )
    def test_months_between(self, expected: int | None, start: str, end: str | None):
        rule = a_rule("d", Derive("期数", Function.MONTHS_BETWEEN, ("签订", "验收"), ()))
        ended = day(end) if end else NOT_HAPPENED
        assert evaluate(rule, 签订=day(start), 验收=ended).numbers.get("期数") == expected

    def test_conditions_are_counted_unless_one_is_open(self):
        counted = Derive("期数", Function.COUNT_IF, (), (TRUE, FALSE, TRUE))
        assert evaluate(a_rule("d", counted), **THREE).numbers["期数"] == 2
        counted = Derive("期数", Function.COUNT_IF, (), (TRUE, OPEN))
        assert "期数" not in evaluate(a_rule("d", counted), **THREE).numbers

    def test_derived_facts_feed_one_another(self):
        rules = (
            a_rule("d", Derive("差额", Function.DIFFERENCE, ("金额", "余额"), ())),
            a_rule(
                "c",
                Classify("重大", ()),
                c.Ratio("差额", "金额", c.Bound.MORE_THAN, Fraction(1, 2), toy.SPAN),
            ),
            a_rule("t", Table("规模", ((equals("重大", True), "大型"),), "小型")),
            a_rule(
                "n", Derive("期数", Function.COUNT_IF, (), (equals("规模", "大型"), equals("重大", True)))
            ),
            a_rule("r", when=c.Compare("期数", c.Bound.AT_LEAST, 2, toy.SPAN)),
        )
        statuses = [evaluate(*rules, 金额=100, 余额=left).statuses["r"] for left in (10, 90, UNKNOWN)]
        assert statuses == [Status.TRUE, Status.NOT_APPLICABLE, Status.UNKNOWN]


class TestWalk:
    BROKEN, KEPT, UNSURE = Require(FALSE), Require(TRUE), Require(OPEN)

    @pytest.mark.parametrize(
        ("expected", "rule"),
        [
            (Status.TRUE, a_rule("r", BROKEN)),
            (Status.SATISFIED, a_rule("r", KEPT)),
            (Status.UNKNOWN, a_rule("r", UNSURE)),
            (Status.TRUE, a_rule("r", Recommend(FALSE))),
            (Status.TRUE, a_rule("r", Permit("转包"))),
            (Status.OUT_OF_FORCE, a_rule("r", BROKEN, FALSE, scope=FALSE)),
            (Status.NOT_APPLICABLE, a_rule("r", BROKEN, FALSE, unless=(TRUE,))),
            (Status.EXCEPTED, a_rule("r", BROKEN, TRUE, unless=(FALSE, TRUE))),
            (Status.UNKNOWN, a_rule("r", BROKEN, TRUE, unless=(OPEN,))),
            (Status.CLEAR, a_rule("r", KEPT, OPEN)),
            (Status.CLEAR, a_rule("r", BROKEN, FALSE, scope=OPEN)),
            (Status.CLEAR, a_rule("r", KEPT, TRUE, unless=(OPEN,))),
            (Status.CLEAR, a_rule("r", BROKEN, OPEN, unless=(TRUE,))),
            (Status.NOT_APPLICABLE, a_rule("r", UNSURE, FALSE)),
        ],
    )
    def test_the_first_part_that_blocks_names_the_status(self, expected: Status, rule: Rule):
        assert expected is evaluate(rule, **THREE).statuses["r"]

    def test_an_exception_out_of_force_excepts_nothing(self):
        exception = ExceptionClause(
            when=TRUE, scope=FALSE, basis=Basis.TEXT, because="", citation=None, span=toy.SPAN
        )
        rule = a_rule("r", self.BROKEN)
        rule = Rule(**{name: getattr(rule, name) for name in rule.__slots__} | {"unless": (exception,)})
        assert evaluate(rule, **THREE).statuses["r"] is Status.TRUE

    def chain(self, last: c.Condition) -> dict[str, Status]:
        rules = (a_rule("a"), a_rule("b", overrides=("a",)), a_rule("c", when=last, overrides=("b",)))
        return dict(evaluate(*rules, **THREE).statuses)

    def test_a_defeated_rule_defeats_nothing(self):
        assert self.chain(TRUE) == {"a": Status.TRUE, "b": Status.DEFEATED, "c": Status.TRUE}
        assert self.chain(FALSE) == {"a": Status.DEFEATED, "b": Status.TRUE, "c": Status.NOT_APPLICABLE}
        assert self.chain(OPEN) == {"a": Status.UNKNOWN, "b": Status.UNKNOWN, "c": Status.UNKNOWN}

    def test_rivals_collide_where_both_take_effect(self):
        def clash(when: c.Condition) -> Truth:
            rules = (a_rule("p", when=TRUE), a_rule("q", Permit("政府购买服务"), when, document="statute"))
            return evaluate(*rules, **THREE).rivals["p", "q"]

        assert [clash(TRUE), clash(FALSE), clash(OPEN)] == [T, F, U]


class TestWhereNothingFires:
    def test_no_rules(self):
        found = evaluate()
        assert {} == found.statuses == found.rivals == found.numbers

    def test_nothing_known(self):
        rules = (a_rule("r", when=TRUE), a_rule("s", Require(OPEN), FALSE))
        found = evaluate_durable(compile_rules(toy.rule_set(*rules)), toy.Situation(toy.PURCHASE, {}))
        assert found.statuses == {"r": Status.UNKNOWN, "s": Status.UNKNOWN}


KEPT = (
    a_rule("a", when=every(equals("含工程", True), c.Compare("金额", c.Bound.MORE_THAN, 100, toy.SPAN))),
    a_rule("b", Require(c.Members("标签", c.Membership.ALL_OF, ("红", "黄"), toy.SPAN)), unless=(OPEN,)),
    a_rule("c", when=some(c.Count("标签", c.Bound.AT_LEAST, 2, toy.SPAN), c.Count("标签", c.Bound.AT_MOST, 1, toy.SPAN))),
    a_rule("d", when=c.WithinMonths("验收", "签订", 3, c.Period.TERM, toy.SPAN), overrides=("a",)),
    a_rule("e", when=c.Ratio("金额", "余额", c.Bound.AT_MOST, Fraction(3, 10), toy.SPAN), scope=c.InArea("330500", toy.SPAN)),
    a_rule("f", Classify("类别", ("甲", "乙")), every(TRUE, c.Members("标签", c.Membership.ALL_OF, (), toy.SPAN))),
    a_rule("g", Classify("重大", ()), c.Members("类别", c.Membership.ANY_OF, ("甲",), toy.SPAN)),
    a_rule("h", Permit("转包"), equals("重大", True)),
)  # fmt: skip


def test_a_plan_that_is_written_down_is_read_as_it_was_made():
    subject = compile_rules(toy.rule_set(*KEPT)).subjects[toy.PURCHASE]
    fields = toy.VOCABULARY.subjects[toy.PURCHASE].fields
    made = plan(fields, subject)
    assert len(made) > 1
    kinds = {type(prop) for stage in made for prop, _ in stage.properties}
    assert kinds == {Fewest, Given, Member, Most, Scalar, Share, Window}
    assert read_plan(write_plan(fields, subject), subject) == tuple(
        (replace(stage, clauses=()), packs_of(stage.clauses)) for stage in made
    )


def test_by_a_plan_that_was_written_down_everything_is_decided_the_same():
    compiled, fields = compile_rules(toy.rule_set(*KEPT)), toy.VOCABULARY.subjects[toy.PURCHASE].fields
    subject, asked = compiled.subjects[toy.PURCHASE], []
    text = write_plan(fields, subject)
    again = replace(subject, kept_plan=lambda: asked.append(text) or text)
    kept = replace(compiled, subjects={**compiled.subjects, toy.PURCHASE: again})
    paid = {"含工程": True, "金额": 101, "余额": 400, "标签": frozenset({"红", "黄"})}
    for told in (THREE, paid, {"含工程": False}):
        assert evaluate_durable(compiled, toy.situation(told)) == evaluate_durable(kept, toy.situation(told))
    assert len(asked) == 1
