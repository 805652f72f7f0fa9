"""The values that a search tries tell apart whatever the rules can tell apart: against trying very many more."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import chain, combinations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import as_shipped
from effort import examples
from oracle.test_oracle import new_rule
from policy_engine.compilation import compile_rules
from policy_engine.compilation.cuts import Cuts, cuts_of
from policy_engine.evaluation.truth import nothing_derived, truth
from policy_engine.foundation.logic import Truth
from policy_engine.model import conditions as c
from policy_engine.model.calendar import FIRST_DAY, LAST_DAY, months_between
from policy_engine.model.conditions import AS_OF
from policy_engine.model.rules import Derive, Function, Prohibit
from policy_engine.model.values import NOT_HAPPENED, Known, Value
from policy_engine.model.vocabulary import Field, FieldType, Implied, Role, Term
from policy_engine.model.working_days import working_days_between
from properties import toy

SPAN = toy.SPAN
FUNCTIONS = {
    Function.SUM: lambda a, b: a + b,
    Function.DIFFERENCE: lambda a, b: a - b,
    Function.MIN: min,
    Function.MAX: max,
    Function.DAYS_BETWEEN: lambda a, b: b - a,
}

# Days in the middle of years whose holidays are announced.
WORKED = tuple(date(year, 6, day).toordinal() for year in (2022, 2024) for day in (3, 15, 30))


@pytest.fixture(scope="module")
def shipped() -> dict[str, Cuts]:
    compiled = as_shipped.compiled()
    return {name: cuts_of(program) for name, program in compiled.subjects.items()}


def told(cuts: Cuts, name: str, value: Known, beside: Mapping[str, Value]) -> tuple[Truth, ...]:
    """Say what every comparison of a field makes of one value."""
    derived = nothing_derived(cuts.fields)
    return tuple(truth(leaf, {**beside, name: value}, derived) for leaf in cuts.leaves.get(name, ()))


def many_values(cuts: Cuts, field: Field) -> Iterator[Known]:
    """Go through every value near a number that some comparison names, and every small set and its complement."""
    if field.type is FieldType.LIST:
        every = frozenset(field.choices)
        sizes = range(len(every) + 1) if len(every) <= 6 else (0, 1)
        small = [frozenset(s) for s in chain.from_iterable(combinations(field.choices, n) for n in sizes)]
        yield from (*small, *(every - found for found in small))
        return
    named = [n for leaf in cuts.leaves.get(field.name, ()) for n in c.numbers_compared(leaf, field.name)]
    low, high = (FIRST_DAY, LAST_DAY) if field.type is FieldType.DATE else (field.minimum, field.maximum)
    for number in (n + step for n in (*named, 0, *([] if low is None else [low])) for step in range(-3, 4)):
        if (low is None or low <= number) and (high is None or number <= high):
            yield number
    if field.type is FieldType.DATE and field.phase is not None:
        yield NOT_HAPPENED


def searched(cuts: Cuts) -> Iterator[Field]:
    kinds = (FieldType.NUMBER, FieldType.DATE, FieldType.LIST)
    return (f for f in cuts.fields.values() if f.type in kinds and f.role is not Role.DERIVED)


def test_of_every_field_what_some_value_does_to_a_comparison_a_tried_value_does(shipped):
    missed = [
        (name, field.name, leaf)
        for name, cuts in shipped.items()
        for field in searched(cuts)
        for tried in [[told(cuts, field.name, v, {}) for v in cuts.representatives(field.name, {})]]
        for at, leaf in enumerate(cuts.leaves.get(field.name, ()))
        for truths in [{told(cuts, field.name, v, {})[at] for v in many_values(cuts, field)}]
        if not truths <= {one[at] for one in tried}
    ]
    assert [] == missed


def test_of_every_number_and_day_all_that_values_do_together_is_tried(shipped):
    missed = [
        (name, field.name, value)
        for name, cuts in shipped.items()
        for field in searched(cuts)
        if field.type is not FieldType.LIST
        for tried in [{told(cuts, field.name, v, {}) for v in cuts.representatives(field.name, {})}]
        for value in many_values(cuts, field)
        if told(cuts, field.name, value, {}) not in tried
    ]
    assert [] == missed


def test_every_tried_value_is_one_the_field_may_have(shipped):
    wrong = [
        (name, field.name, value)
        for name, cuts in shipped.items()
        for field in searched(cuts)
        for value in cuts.representatives(field.name, {})
        if not is_possible(field, value)
    ]
    assert [] == wrong


def is_possible(field: Field, value: Known) -> bool:
    if isinstance(value, frozenset):
        return value <= frozenset(field.choices)
    if field.type is FieldType.DATE:
        return FIRST_DAY <= value <= LAST_DAY or (value == NOT_HAPPENED and field.phase is not None)
    return (field.minimum or value) <= value <= (field.maximum or value)


# Two fields beside each other, one of them known.


def toy_cuts(*conditions: c.Condition, derives: tuple[Derive, ...] = ()) -> Cuts:
    rules = [new_rule(f"law.art-{at}", Prohibit("转包"), when) for at, when in enumerate(conditions)]
    rules += [new_rule(f"law.art-9{at}", kind, c.All((), SPAN)) for at, kind in enumerate(derives)]
    return cuts_of(compile_rules(toy.rule_set(*rules)).subjects[toy.PURCHASE])


def untried(cuts: Cuts, name: str, beside: Mapping[str, Value], values: Iterator[int]) -> set:
    """Find what some value does that no tried one does."""
    tried = {told(cuts, name, v, beside) for v in cuts.representatives(name, beside)}
    return {told(cuts, name, v, beside) for v in values} - tried


@settings(max_examples=examples(100))
@given(
    st.fractions(min_value=0, max_value=3, max_denominator=7),
    st.sampled_from(c.Bound),
    st.integers(-3, 60),
    st.booleans(),
)
def test_a_share_is_tried_on_both_sides_of_its_limit_and_on_it(ratio, bound, known, is_part):
    cuts = toy_cuts(c.Ratio("金额", "余额", bound, ratio, SPAN))
    name, other = ("金额", "余额") if is_part else ("余额", "金额")
    beside = {other: known if is_part else abs(known)}
    assert set() == untried(cuts, name, beside, range(0 if is_part else -500, 500))


@settings(max_examples=examples(100))
@given(st.sampled_from(toy.DAYS), st.integers(0, 30), st.sampled_from(c.Period), st.booleans())
def test_a_period_is_tried_before_within_and_after(known, months, period, is_start):
    cuts = toy_cuts(c.WithinMonths("验收", "签订", months, period, SPAN))
    name, other = ("签订", "验收") if is_start else ("验收", "签订")
    days = range(known - 1000, known + 1000)
    assert set() == untried(cuts, name, {other: known}, days)


@settings(max_examples=examples(150))
@given(
    st.sampled_from(tuple(FUNCTIONS)),
    st.integers(0, 9),
    st.integers(-9, 20),
    st.sampled_from(c.Bound),
    st.booleans(),
)
@example(Function.SUM, 2, 5, c.Bound.MORE_THAN, True)
def test_a_limit_on_a_computed_number_is_tried_through_its_inputs(function, known, limit, bound, is_first):
    is_days = function is Function.DAYS_BETWEEN
    first, second = ("签订", "验收") if is_days else ("人数", "余额")
    cuts = toy_cuts(
        c.Compare("差额", bound, limit, SPAN), derives=(Derive("差额", function, (first, second), ()),)
    )
    base = toy.DAYS[-1] if is_days else 0
    name, other = (first, second) if is_first else (second, first)
    # What marks an event that has not happened is a number of the balance like any other.
    beside = {other: base + known if is_days or other == "人数" else known - 3}

    def computed(value: int) -> bool:
        number = FUNCTIONS[function](*((value, beside[other]) if is_first else (beside[other], value)))
        return truth(c.Compare("余额", bound, limit, SPAN), {"余额": number}, nothing_derived(cuts.fields))

    field = cuts.fields[name]
    low = base - 99 if field.minimum is None else field.minimum
    tried = {computed(v) for v in cuts.representatives(name, beside) if not is_days or v != NOT_HAPPENED}
    assert {computed(v) for v in range(low, base + 99)} <= tried


@settings(max_examples=examples(60))
@given(st.sampled_from(toy.DAYS), st.integers(-13, 13), st.sampled_from(c.Bound), st.booleans())
def test_a_limit_on_computed_months_is_tried_through_its_days(known, limit, bound, is_first):
    cuts = toy_cuts(
        c.Compare("期数", bound, limit, SPAN),
        derives=(Derive("期数", Function.MONTHS_BETWEEN, ("签订", "验收"), ()),),
    )
    name, other = ("签订", "验收") if is_first else ("验收", "签订")

    def computed(day: int) -> tuple[Truth, bool, bool]:
        months = months_between(*((day, known) if is_first else (known, day)))
        compared = truth(
            c.Compare("余额", bound, limit, SPAN), {"余额": months}, nothing_derived(cuts.fields)
        )
        return compared, months < limit, months > limit

    tried = {computed(d) for d in cuts.representatives(name, {other: known}) if d != NOT_HAPPENED}
    assert {computed(d) for d in range(known - 900, known + 900)} <= tried


@settings(max_examples=examples(60))
@given(st.sampled_from(WORKED), st.integers(-20, 40), st.sampled_from(c.Bound), st.booleans())
def test_a_limit_on_computed_working_days_is_tried_through_its_days(known, limit, bound, is_first):
    cuts = toy_cuts(
        c.Compare("期数", bound, limit, SPAN),
        derives=(Derive("期数", Function.WORKING_DAYS_BETWEEN, ("签订", "验收"), ()),),
    )
    name, other = ("签订", "验收") if is_first else ("验收", "签订")

    def compared(day: int) -> Truth:
        days = working_days_between(*((day, known) if is_first else (known, day)))
        if days is None:
            return Truth.UNKNOWN  # in a year whose holidays nobody has announced
        return truth(c.Compare("余额", bound, limit, SPAN), {"余额": days}, nothing_derived(cuts.fields))

    tried = {compared(d) for d in cuts.representatives(name, {other: known}) if d != NOT_HAPPENED}
    assert {compared(d) for d in range(known - 90, known + 90)} <= tried


# What members of a list do together.


@settings(max_examples=examples(100))
@given(st.data())
def test_what_members_do_to_each_comparison_is_tried(data):
    field = toy.VOCABULARY.field(toy.PURCHASE, "标签")
    groups = st.lists(st.sampled_from(field.choices), min_size=1, unique=True).map(tuple)
    leaf = st.builds(c.Members, st.just("标签"), st.sampled_from(c.Membership), groups, st.just(SPAN))
    leaf |= st.builds(c.Count, st.just("标签"), st.sampled_from(c.Bound), st.integers(0, 3), st.just(SPAN))
    cuts = toy_cuts(*data.draw(st.lists(leaf, min_size=1, max_size=3)))
    tried = [told(cuts, "标签", v, {}) for v in cuts.representatives("标签", {})]
    every = [told(cuts, "标签", v, {}) for v in many_values(cuts, field)]
    assert [{one[at] for one in every} for at in range(len(every[0]))] == [
        {one[at] for one in tried} for at in range(len(every[0]))
    ]


@settings(max_examples=examples(100))
@given(st.lists(st.tuples(st.sampled_from(c.Bound), st.integers(0, 4)), min_size=1, max_size=3))
def test_all_that_numbers_of_members_do_together_is_tried(bounds):
    field = toy.VOCABULARY.field(toy.PURCHASE, "标签")
    cuts = toy_cuts(*(c.Count("标签", bound, limit, SPAN) for bound, limit in bounds))
    assert set() == untried(cuts, "标签", {}, many_values(cuts, field))


def test_indicators_cut_too():
    assert {2, 3} <= set(toy_cuts().representatives("人数", {}))


def test_a_flag_and_a_choice_are_tried_whole_and_a_text_never():
    cuts = toy_cuts()
    assert (False, True) == cuts.representatives("含工程", {})
    assert ("招标", "谈判", "直购") == cuts.representatives("方式", {})
    assert () == cuts.representatives("备注", {})


FIVE = ("子", "丑", "寅", "卯", "辰")
GROUPS = st.sets(st.sampled_from(FIVE), min_size=1).map(lambda some: tuple(sorted(some)))
MEMBERS = st.builds(c.Members, st.just("标签"), st.sampled_from(c.Membership), GROUPS, st.just(SPAN))


@settings(max_examples=examples(600))
@given(st.lists(MEMBERS, min_size=3, max_size=3).map(tuple))
def test_of_a_list_all_that_sets_do_to_a_few_comparisons_together_is_tried(compared):
    field = toy.new_field("标签", FieldType.LIST, Role.ELEMENT, choices=FIVE)
    cuts = Cuts({"标签": field}, {"标签": compared}, ())
    every = [frozenset(some) for size in range(len(FIVE) + 1) for some in combinations(FIVE, size)]
    tried = cuts.representatives("标签", {})
    assert {told(cuts, "标签", some, {}) for some in every} == {
        told(cuts, "标签", some, {}) for some in tried
    }


@pytest.mark.parametrize("known", [date(2024, 5, 31).toordinal(), date(2023, 2, 28).toordinal()])
@pytest.mark.parametrize("months", [0, 1, 2, 13, 30])
@pytest.mark.parametrize("period", c.Period)
@pytest.mark.parametrize("is_start", [True, False])
def test_a_period_of_so_many_months_turns_at_a_tried_day(known, months, period, is_start):
    cuts = toy_cuts(c.WithinMonths("验收", "签订", months, period, SPAN))
    name, other = ("签订", "验收") if is_start else ("验收", "签订")
    about = known + (-30 if is_start else 30) * months
    days = chain(range(known - 3, known + 4), range(about - 30, about + 31))
    assert set() == untried(cuts, name, {other: known}, days)


FREE = {FIRST_DAY, LAST_DAY}


@pytest.mark.parametrize(
    ("condition", "name", "beside", "points"),
    [
        # Of what is compared with nothing, or with what nobody knows, only the ends are tried.
        (c.All((), SPAN), "签订", {}, FREE | {NOT_HAPPENED}),
        (c.WithinMonths("验收", "签订", 1, c.Period.DEADLINE, SPAN), "验收", {}, FREE | {NOT_HAPPENED}),
        (
            c.WithinMonths("验收", "签订", 1, c.Period.DEADLINE, SPAN),
            "验收",
            {"签订": NOT_HAPPENED},
            FREE | {NOT_HAPPENED},
        ),
        (
            c.WithinMonths("验收", "签订", 1, c.Period.DEADLINE, SPAN),
            "验收",
            {"签订": 738000},
            FREE | {NOT_HAPPENED, *(day + step for day in (738000, 738031) for step in (-1, 0, 1))},
        ),
        (c.Compare("签订", c.Bound.AT_LEAST, 738000, SPAN), "签订", {}, FREE | {NOT_HAPPENED, 737999, 738000, 738001}),
        (c.InForce("签订", 738000, None, SPAN), "签订", {}, FREE | {NOT_HAPPENED}),
        (c.Compare("余额", c.Bound.AT_LEAST, 7, SPAN), "余额", {}, {6, 7, 8}),
        (c.Compare("余额", c.Bound.AT_LEAST, -7, SPAN), "余额", {}, {-8, -7, -6}),
        (c.Compare("金额", c.Bound.AT_LEAST, 7, SPAN), "金额", {}, {0, 6, 7, 8}),
        (c.Compare("金额", c.Bound.AT_LEAST, 0, SPAN), "金额", {}, {0, 1}),
        (c.All((), SPAN), "金额", {}, {0, 1}),
        (c.All((), SPAN), "余额", {}, {-1, 1}),
        (c.Ratio("金额", "余额", c.Bound.AT_LEAST, Fraction(1, 3), SPAN), "金额", {"余额": 10}, {0, 2, 3, 4, 5}),
        (c.Ratio("金额", "余额", c.Bound.AT_LEAST, Fraction(1, 3), SPAN), "余额", {"金额": 3}, {8, 9, 10}),
        (c.Ratio("金额", "余额", c.Bound.AT_LEAST, Fraction(0), SPAN), "余额", {"金额": 3}, {-1, 1}),
    ],
)  # fmt: skip
def test_no_more_is_tried_than_comparisons_tell_apart(condition, name, beside, points):
    assert sorted(points) == list(toy_cuts(condition).representatives(name, beside))


def with_fields(**changed) -> Cuts:
    """Change some fields of the toy subject; no rule compares anything."""
    compiled = compile_rules(toy.rule_set()).subjects[toy.PURCHASE]
    fields = {name: replace(field, **changed.get(name, {})) for name, field in compiled.fields.items()}
    return cuts_of(replace(compiled, fields=fields))


@pytest.mark.parametrize("is_working", [True, False])
def test_a_term_is_tried_where_it_runs_and_where_it_has_run_out(is_working):
    """The day from which it would just have run out, and its neighbours; nothing of the terms of other events."""
    today = date(2024, 6, 20).toordinal()
    term = Term("签订", 10, is_working)
    cuts = with_fields(验收={"term": term})
    tried = cuts.representatives("签订", {AS_OF: today})
    (turn,) = (
        day for day in range(today - 40, today) if not term.runs(day, today) and term.runs(day + 1, today)
    )
    assert {FIRST_DAY, LAST_DAY, NOT_HAPPENED, turn - 1, turn, turn + 1} == set(tried)
    assert FREE | {NOT_HAPPENED} == set(cuts.representatives("验收", {AS_OF: today}))
    assert FREE | {NOT_HAPPENED} == set(cuts.representatives("签订", {}))


def test_what_words_imply_and_what_raises_a_conclusion_is_told_apart_too():
    many = c.Compare("人数", c.Bound.AT_LEAST, 70, SPAN)
    for changed in (
        {"打包": {"implied": (Implied(when=many, before=None, value=True, because=""),)}},
        {"打包": {"indicators": (many,)}},
    ):
        assert {69, 70, 71} <= set(with_fields(**changed).representatives("人数", {}))
    always = {"打包": {"implied": (Implied(when=None, before=None, value=True, because=""),)}}
    assert with_fields().representatives("人数", {}) == with_fields(**always).representatives("人数", {})


@pytest.mark.parametrize(
    ("leaf", "derive", "name", "is_alone"),
    [
        (c.Compare("金额", c.Bound.AT_LEAST, 1, SPAN), (), "金额", True),
        (c.Ratio("金额", "余额", c.Bound.AT_LEAST, Fraction(1), SPAN), (), "金额", False),
        (c.Ratio("金额", "余额", c.Bound.AT_LEAST, Fraction(1), SPAN), (), "余额", False),
        (c.Ratio("金额", "余额", c.Bound.AT_LEAST, Fraction(1), SPAN), (), "人数", True),
        (c.WithinMonths("验收", "签订", 1, c.Period.TERM, SPAN), (), "签订", False),
        (c.All((), SPAN), (Derive("差额", Function.SUM, ("金额", "余额"), ()),), "余额", False),
        (c.All((), SPAN), (Derive("差额", Function.SUM, ("金额", "余额"), ()),), "人数", True),
    ],
)
def test_a_fact_stands_alone_where_no_other_fact_moves_what_is_tried_of_it(leaf, derive, name, is_alone):
    assert is_alone is toy_cuts(leaf, derives=derive).stands_alone(name)


@pytest.mark.parametrize("group", [("子",), ("丑", "辰"), ("子", "寅", "卯"), FIVE])
@pytest.mark.parametrize("limit", [0, 1, 3, 5, 6])
def test_of_each_number_of_members_the_most_and_the_fewest_of_a_group_are_tried(group, limit):
    field = toy.new_field("标签", FieldType.LIST, Role.ELEMENT, choices=FIVE)
    compared = (
        c.Members("标签", c.Membership.ANY_OF, group, SPAN),
        c.Count("标签", c.Bound.AT_LEAST, limit, SPAN),
    )
    tried = Cuts({"标签": field}, {"标签": compared}, ()).representatives("标签", {})
    found = {(len(some), len(some & frozenset(group))) for some in tried}
    for size in (n for n in (limit - 1, limit, limit + 1) if 0 < n <= len(FIVE)):
        assert {(size, min(size, len(group))), (size, max(0, size - len(FIVE) + len(group)))} <= found
    assert len(tried) == len(set(tried))


def test_a_list_is_told_apart_by_so_many_sets_at_most():
    choices = tuple(map(str, range(70)))
    field = toy.new_field("标签", FieldType.LIST, Role.ELEMENT, choices=choices)
    compared = (c.Members("标签", c.Membership.ALL_OF, choices, SPAN),)
    tried = Cuts({"标签": field}, {"标签": compared}, ()).representatives("标签", {})
    assert (60, frozenset(), frozenset(choices)) == (len(tried), *tried[:2])


@pytest.mark.parametrize(
    ("function", "inputs", "name", "beside", "turns"),
    [
        (Function.SUM, ("金额", "余额"), "余额", {"金额": 2}, [5]),
        (Function.SUM, ("金额", "余额"), "余额", {}, [7]),
        (Function.DIFFERENCE, ("金额", "余额"), "余额", {"金额": 2}, [-5]),
        (Function.DIFFERENCE, ("余额", "金额"), "余额", {"金额": 2}, [9]),
        (Function.MIN, ("金额", "余额"), "余额", {"金额": 20}, [7, 20]),
        (Function.MAX, ("余额", "金额"), "余额", {"金额": 20}, [7, 20]),
        (Function.MAX, ("余额", "金额"), "余额", {}, [0, 7]),
        (Function.DAYS_BETWEEN, ("签订", "验收"), "验收", {"签订": 738000}, [738007]),
        (Function.DAYS_BETWEEN, ("签订", "验收"), "签订", {"验收": 738000}, [737993]),
        # What has not happened is on no day.
        (Function.DAYS_BETWEEN, ("签订", "验收"), "签订", {"验收": NOT_HAPPENED}, []),
    ],
)
def test_a_limit_on_a_computed_number_is_met_at_one_value_of_an_input(function, inputs, name, beside, turns):
    limit = c.Compare("差额", c.Bound.AT_LEAST, 7, SPAN)
    tried = toy_cuts(limit, derives=(Derive("差额", function, inputs, ()),)).representatives(name, beside)
    is_day = name != "余额"
    near = {turn + step for turn in turns for step in (-1, 0, 1)}
    assert (FREE | {NOT_HAPPENED} if is_day else set()) | near == set(tried)


def test_numbers_that_are_computed_from_one_another_are_tried_all_the_same():
    """A rule base under repair may hold them; its questions end."""
    fields = compile_rules(toy.rule_set()).subjects[toy.PURCHASE].fields
    derives = (
        Derive("差额", Function.SUM, ("余额", "期数"), ()),
        Derive("期数", Function.SUM, ("差额", "余额"), ()),
    )
    limit = c.Compare("期数", c.Bound.AT_LEAST, 7, SPAN)
    assert {6, 7, 8} <= set(Cuts(fields, {"期数": (limit,)}, derives).representatives("余额", {}))
