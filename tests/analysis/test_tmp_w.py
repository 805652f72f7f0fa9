"""Ways out of a refusal, against all combinations and a verdict by the oracle."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain, combinations, product
from types import MappingProxyType

from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from oracle.interpreter import interpret
from oracle.verdict import combine
from policy_engine.analysis.boxes import cover, stretches
from policy_engine.analysis.minimal_sets import minimal_sets
from policy_engine.analysis.options import Option, is_changeable, options_of
from policy_engine.analysis.trials import REFUSALS, Trials
from policy_engine.analysis.what_if import Goal, Search, Way, search_ways
from policy_engine.compilation import compile_rules
from policy_engine.evaluation.closing import close_subject
from policy_engine.model.cases import Case, Declaration, Fact, Origin
from policy_engine.model.decisions import Verdict
from policy_engine.model.rules import RuleSet
from policy_engine.model.values import UNKNOWN, Known, Value
from policy_engine.model.vocabulary import Field, FieldType, Phase, Role, Vocabulary
from policy_engine.usecases import Engine, check
from properties import toy
from properties.strategies import NUMBERS, VALUES, rule_sets

SLOW = settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
FIELDS = ("含工程", "已列目录", "有理由", "打包", "方式", "标签", "人数", "余额")
NUMERIC = ("人数", "余额")
KEEP = object()


# Sets and boxes.


@given(st.lists(st.frozensets(st.integers(0, 5), max_size=4), max_size=5))
def test_all_minimal_sets_of_a_monotone_claim_are_found(sufficient):
    def holds(chosen: frozenset[int]) -> bool:
        return any(some <= chosen for some in sufficient)

    every = [frozenset(some) for size in range(7) for some in combinations(range(6), size)]
    expected = {s for s in every if holds(s) and not any(holds(t) for t in every if t < s)}
    found = list(minimal_sets(range(6), holds, lambda chosen: not holds(chosen)))
    lazily = list(minimal_sets(range(6), holds, lambda chosen: not sufficient))
    assert expected == {frozenset(s) for s in found} == {frozenset(s) for s in lazily}
    assert sorted(map(len, found)) == [*map(len, found)] and len(found) == len(expected)


@given(st.frozensets(st.tuples(*[st.integers(0, 3)] * 3)), st.frozensets(st.integers(0, 2)))
def test_boxes_hold_every_working_combination_and_no_other(working, fixed):
    boxes = list(cover(working, fixed))
    assert working == frozenset(chain.from_iterable(product(*box) for box in boxes))
    assert all(1 == len(box[position]) for box in boxes for position in fixed)


@given(st.frozensets(st.integers(0, 8)))
def test_stretches_hold_every_chosen_point_and_no_other(chosen):
    points = [10 * at for at in range(9)]
    found = list(stretches(chosen, points))
    assert [10 * at for at in sorted(chosen)] == [p for p in points for a, b in found if a <= p <= b]
    assert all(b + 10 < c for (_, b), (c, _) in zip(found, found[1:], strict=False))


# Ways.


def role_of(field: Field, plan: set[str]) -> Role:
    if field.name in plan:
        return Role.PLAN
    return Role.ELEMENT if field.role is Role.PLAN else field.role


@st.composite
def matters(draw) -> tuple[RuleSet, Case]:
    """Draw rules, which of the toy's fields a project may change, and a case with unknowns."""
    rule_set = draw(rule_sets())
    plan = set(draw(st.lists(st.sampled_from(FIELDS), min_size=2, max_size=4, unique=True)))
    if plan.issuperset(NUMERIC):
        plan.discard(draw(st.sampled_from(NUMERIC)))
    subject = rule_set.vocabulary.subjects[toy.PURCHASE]
    fields = {name: replace(field, role=role_of(field, plan)) for name, field in subject.fields.items()}
    # Only amounts enter the toy's sums; let one of them be no amount.
    fields["余额"] = replace(fields["余额"], unit="户")
    vocabulary = Vocabulary({**rule_set.vocabulary.subjects, toy.PURCHASE: replace(subject, fields=fields)})
    knowledge = draw(st.sampled_from((1, 2, 4, 10)))
    facts: dict[str, Fact] = {}
    for name, field in fields.items():
        if field.role is not Role.DERIVED and draw(st.integers(0, knowledge)):
            facts[name] = Fact(field=name, value=draw(VALUES[name]), origin=Origin.STATED)
    case = Case(
        name="",
        as_of=draw(st.sampled_from(toy.DAYS)),
        area=draw(st.sampled_from(sorted(toy.NAMES))),
        phase=draw(st.sampled_from(Phase)),
        declaration=Declaration(by="", span=toy.SPAN) if draw(st.booleans()) else None,
        subjects=MappingProxyType({toy.PURCHASE: MappingProxyType(facts)}),
        assumed=(),
        span=toy.SPAN,
    )
    return replace(rule_set, vocabulary=vocabulary), case


class Bench:
    """One matter, decided by the oracle."""

    def __init__(self, rule_set: RuleSet, case: Case) -> None:
        self.rule_set, self.case = rule_set, case
        self.compiled = compile_rules(rule_set)
        self.subject = rule_set.vocabulary.subjects[toy.PURCHASE]
        self.program = self.compiled.subjects[toy.PURCHASE]

    def verdict(self, facts: Mapping[str, Value]) -> Verdict:
        stated = dict(self.case.subjects[toy.PURCHASE])
        stated |= {n: Fact(field=n, value=v, origin=Origin.STATED) for n, v in facts.items()}
        case = replace(self.case, subjects={toy.PURCHASE: stated})
        situation = close_subject(case, self.subject, self.program).situation
        return combine(self.rule_set, situation, interpret(self.rule_set, situation), case.phase)

    def search(self) -> tuple[Search, Trials]:
        trials = Trials(self.compiled, self.case, self.subject, 5000)
        return search_ways(trials, self.verdict({})), trials


def values_of(option: Option, more: list[int]) -> list[Known]:
    """List what a field may become, numbers the search never looked at included."""
    if option.field.type is not FieldType.NUMBER:
        return list(option.values)
    least = option.field.minimum if option.field.minimum is not None else min(option.values)
    most = option.field.maximum if option.field.maximum is not None else max(option.values)
    between = {n for n in more if least <= n <= most and n != option.present}
    return sorted({*option.values, *between})


def allows(way: Way, facts: Mapping[str, Known]) -> bool:
    """Tell whether a way is taken by these facts, as its description reads."""
    steps = {step.option.field.name: step for step in way.steps}
    if steps.keys() != facts.keys():
        return False
    return all(stands_for(steps[name], value) for name, value in facts.items())


def stands_for(step, value: Known) -> bool:
    option = step.option
    if option.field.type is FieldType.NUMBER:
        return any(first <= value <= last for first, last in step.stretches)
    if option.field.type is FieldType.LIST:
        return any(each ^ option.present <= value ^ option.present for each in step.values)
    return value in step.values


def all_plans(options: tuple[Option, ...], more: list[int]) -> Iterator[dict[str, Known]]:
    choices = [[KEEP, *values_of(option, more)] for option in options]
    for plan in product(*choices):
        yield {o.field.name: v for o, v in zip(options, plan, strict=True) if v is not KEEP}


def replay(bench: Bench, found: Search, trials: Trials) -> None:
    """Each way gives the verdict it claims, and no part of it reaches the goal."""
    for way in found.ways:
        decision = check(bench.compiled, trials.changed(way.sample), Engine.COMPILED)
        assert way.verdict is decision.verdict is bench.verdict(way.sample)
        for name in way.sample:
            part = {n: v for n, v in way.sample.items() if n != name}
            assert not found.goal.is_met(check(bench.compiled, trials.changed(part), Engine.COMPILED).verdict)


@SLOW
@given(
    matters(),
    st.lists(st.sampled_from([a + b + s for a in NUMBERS for b in NUMBERS for s in (-1, 0, 1)]), max_size=4),
)
def test_every_minimal_way_is_found_and_none_that_is_not(matter, more):
    bench = Bench(*matter)
    before = bench.verdict({})
    assume(before in REFUSALS)
    found, trials = bench.search()
    plans = list(all_plans(found.options, more))
    assume(len(plans) <= 400)
    verdicts = [(plan, bench.verdict(plan)) for plan in plans]
    best = Goal.PERMITTED if found.goal is Goal.PERMITTED else Goal.NOT_COVERED
    goal = best if any(best.is_met(v) for _, v in verdicts) else found.goal
    event(f"{before.name} to {found.goal.name}: {min(len(found.ways), 2)} ways")
    assert goal is found.goal and found.is_complete
    assert not found.obstacles or all(v in REFUSALS for _, v in verdicts)
    replay(bench, found, trials)
    reached = [plan for plan, verdict in verdicts if found.goal.is_met(verdict)]
    names = {frozenset(plan) for plan in reached}
    minimal = {some for some in names if not any(other < some for other in names)}
    assert minimal == {frozenset(s.option.field.name for s in way.steps) for way in found.ways}
    for plan, verdict in verdicts:
        if frozenset(plan) in minimal:
            taken = any(allows(way, plan) for way in found.ways)
            assert taken or not found.goal.is_met(verdict)
            has_list = any(isinstance(value, frozenset) for value in plan.values())
            assert found.goal.is_met(verdict) or not taken or has_list


def test_amounts_days_and_texts_are_never_changed():
    fields = [*toy.INPUTS, toy.ONLY_PURCHASE]
    plan = [replace(field, role=Role.PLAN) for field in fields]
    assert {"金额", "余额", "签订", "验收", "备注"} == {f.name for f in plan if not is_changeable(f)}
    assert {"打包"} == {f.name for f in fields if is_changeable(f)}


def test_a_list_that_is_unknown_stays_so():
    rule_set = toy.rule_set()
    program = compile_rules(rule_set).subjects[toy.PURCHASE]
    assert "标签" not in [o.field.name for o in options_of(program, {"标签": UNKNOWN})]
