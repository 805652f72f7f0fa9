"""The values that a search tries tell apart whatever the rules can tell apart: against trying very many more."""

from collections.abc import Iterator, Mapping
from datetime import date
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
from policy_engine.model.rules import Derive, Function, Prohibit
from policy_engine.model.values import NOT_HAPPENED, Known, Value
from policy_engine.model.vocabulary import Field, FieldType, Role
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
