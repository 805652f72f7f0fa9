"""Ways out of a refusal, against all combinations and a verdict by the oracle."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain, combinations, pairwise, product
from types import MappingProxyType

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from effort import examples
from oracle.interpreter import interpret
from oracle.test_oracle import exception, new_rule
from oracle.verdict import combine
from policy_engine.analysis.ways.boxes import cover, stretches
from policy_engine.analysis.ways.minimal_sets import minimal_sets
from policy_engine.analysis.ways.options import Numbers, Option, is_changeable, options_of
from policy_engine.analysis.ways.supposing import REFUSALS, Trials
from policy_engine.analysis.ways.what_if import Goal, Search, Way, search_ways
from policy_engine.compilation import compile_rules
from policy_engine.evaluation.closing import close_subject
from policy_engine.model import conditions as c
from policy_engine.model.cases import Case, Declaration, Fact, Origin
from policy_engine.model.decisions import Verdict
from policy_engine.model.rules import Derive, Function, Permit, Prohibit, Require, Rule, RuleSet
from policy_engine.model.values import UNKNOWN, Known, Value
from policy_engine.model.vocabulary import FieldType, Implied, Phase, Role, Vocabulary
from policy_engine.usecases import Engine, check
from properties import toy
from properties.strategies import NUMBERS, VALUES, conditions

SLOW = settings(max_examples=examples(50))
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
    assert sorted(map(len, found)) == [*map(len, found)]
    assert len(found) == len(expected)


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
    assert all(b + 10 < c for (_, b), (c, _) in pairwise(found))


# Ways.


def test_a_number_that_is_compared_otherwise_than_by_order_is_taken_value_by_value():
    # No operator on numbers is such a one; one that is added (a multiple, say) turns where no constant stands.
    other = c.Count("人数", c.Bound.AT_LEAST, 2, toy.SPAN)
    program = compile_rules(toy.rule_set()).subjects[toy.PURCHASE]
    people = replace(program.fields["人数"], minimum=0, maximum=9)
    assert (*range(10),) == Numbers(program, (other,), {}).points(people)
    assert () == Numbers(program, (other,), {}).points(replace(people, maximum=10**6))


PLANS = ("打包", "有理由", "方式", "标签", "人数", "余额")
OTHERS = ("含工程", "已列目录", "变相用工")
DOCUMENTS = ("law", "order-new", "rules-city")


def changed_vocabulary(plan: set[str]) -> Vocabulary:
    """Let a project change these fields of the toy, and closing take something from them."""
    subject = toy.VOCABULARY.subjects[toy.PURCHASE]
    fields = {
        name: replace(f, role=Role.PLAN if name in plan else Role.ELEMENT) if name in PLANS else f
        for name, f in subject.fields.items()
    }
    # Only amounts enter the toy's sums; let one of them be no amount.
    fields["余额"] = replace(fields["余额"], unit="户", minimum=0, maximum=10**13)
    raised, bound = c.Equals("打包", True, toy.SPAN), c.Equals("方式", "直购", toy.SPAN)
    fields["变相用工"] = replace(fields["变相用工"], indicators=(raised,))
    works = Implied(when=bound, before=None, value=True, because="直购的都含工程")
    fields["含工程"] = replace(fields["含工程"], implied=(works,))
    return Vocabulary({**toy.VOCABULARY.subjects, toy.PURCHASE: replace(subject, fields=fields)})


@st.composite
def matters(draw) -> tuple[RuleSet, Case]:
    """Draw rules that read what a project may change, and a case with unknowns."""
    plan = set(draw(st.lists(st.sampled_from(PLANS), min_size=2, max_size=3, unique=True)))
    names = (*sorted(plan), *draw(st.lists(st.sampled_from(OTHERS), max_size=2, unique=True)))
    rules = [draw(one_rule(at, names)) for at in range(draw(st.integers(1, 4)))]
    if "余额" in plan:
        total = Derive("差额", Function.SUM, ("余额", "金额"), ())
        rules += [new_rule("sum", total), draw(one_rule("total", ("差额", *names)))]
    vocabulary = changed_vocabulary(plan)
    knowledge = draw(st.sampled_from((2, 5, 10)))
    facts: dict[str, Fact] = {}
    for name in dict.fromkeys((*names, "金额")):
        if draw(st.integers(0, knowledge)):
            facts[name] = Fact(field=name, value=draw(VALUES[name]), origin=Origin.STATED)
    if "余额" in plan and not {"余额", "金额"} <= facts.keys() and draw(st.booleans()):
        facts["差额"] = Fact(field="差额", value=100, origin=Origin.STATED)
    case = Case(
        name="",
        as_of=toy.DAYS[-1],
        area="330502",
        phase=draw(st.sampled_from(Phase)),
        declaration=Declaration(by="", span=toy.SPAN) if draw(st.booleans()) else None,
        subjects=MappingProxyType({toy.PURCHASE: MappingProxyType(facts)}),
        assumed=(),
        span=toy.SPAN,
    )
    return replace(toy.rule_set(*rules), vocabulary=vocabulary), case


@st.composite
def one_rule(draw, at: object, names: tuple[str, ...]) -> Rule:
    some = conditions(names, c.AS_OF, 1)
    objects = st.sampled_from(list(toy.OBJECTS))
    kind = draw(st.builds(Prohibit, objects) | st.builds(Require, some) | st.builds(Permit, objects))
    is_default = not isinstance(kind, Permit) and draw(st.integers(0, 4)) == 1
    return new_rule(
        f"rule-{at}",
        kind,
        draw(some),
        document=draw(st.sampled_from(DOCUMENTS)),
        unless=draw(st.lists(st.builds(exception, some), max_size=1).map(tuple)),
        is_default=is_default,
        justified_by="有理由" if is_default else None,
        due=draw(st.sampled_from((Phase.PROJECT, Phase.CONTRACT))),
    )


class Bench:
    """One matter, decided by the oracle."""

    def __init__(self, rule_set: RuleSet, case: Case) -> None:
        self.rule_set, self.case = rule_set, case
        self.compiled = compile_rules(rule_set)
        self.subject = rule_set.vocabulary.subjects[toy.PURCHASE]
        self.program = self.compiled.subjects[toy.PURCHASE]

    def verdict(self, facts: Mapping[str, Value]) -> Verdict:
        stated = dict(self.case.subjects[toy.PURCHASE])
        if "余额" in facts:
            # A stated total says nothing of the parts once they are others.
            stated.pop("差额", None)
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
            enough = Goal.CLEARED if way.goal is Goal.OPEN else way.goal
            assert not enough.is_met(check(bench.compiled, trials.changed(part), Engine.COMPILED).verdict)


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
    is_permittable = any(isinstance(rule.kind, Permit) for rule in bench.rule_set.rules)
    best = Goal.PERMITTED if is_permittable else Goal.NOT_COVERED
    goal = best if any(best.is_met(v) for _, v in verdicts) else Goal.CLEARED
    event(f"{before.name} to {found.goal.name}: {min(len(found.ways), 2)} ways")
    assert goal is found.goal
    assert found.is_complete
    assert not found.obstacles or all(v in REFUSALS for _, v in verdicts)
    replay(bench, found, trials)
    reached = {frozenset(plan.items()) for plan, verdict in verdicts if found.goal.is_met(verdict)}
    names = {frozenset(name for name, _ in steps) for steps in reached}
    minimal = {some for some in names if not any(other < some for other in names)}
    ways = [way for way in found.ways if way.goal is found.goal]
    taken_names = {frozenset(s.option.field.name for s in way.steps) for way in ways}
    assert minimal <= taken_names
    assert all(any(len(some - least) <= 1 and least <= some for least in minimal) for some in taken_names)
    for plan, _ in verdicts:
        if any(least <= plan.keys() and len(plan.keys() - least) <= 1 for least in minimal):
            is_way = frozenset(plan.items()) in reached and not any(
                frozenset(part) in reached
                for size in range(len(plan))
                for part in combinations(plan.items(), size)
            )
            is_told = any(allows(way, plan) for way in ways)
            has_list = any(isinstance(value, frozenset) for value in plan.values())
            assert is_told or not is_way
            assert is_way or not is_told or has_list
    expect_open_ways(found, verdicts)


def expect_open_ways(found: Search, verdicts: list[tuple[dict[str, Known], Verdict]]) -> None:
    """Beside permission, the smallest plans that leave but questions are told, and no others are told as such."""
    ways = [way for way in found.ways if way.goal is Goal.OPEN]
    assert not ways or found.goal is Goal.PERMITTED
    freed = {frozenset(plan.items()) for plan, verdict in verdicts if verdict not in REFUSALS}
    names = {frozenset(plan) for plan, verdict in verdicts if verdict is Verdict.UNDETERMINED}
    names = {some for some in names if not any(other < some for other in names)}
    for plan, verdict in verdicts:
        parts = (part for size in range(len(plan)) for part in combinations(plan.items(), size))
        is_way = verdict is Verdict.UNDETERMINED and not any(frozenset(part) in freed for part in parts)
        is_told = any(allows(way, plan) for way in ways)
        has_list = any(isinstance(value, frozenset) for value in plan.values())
        if found.goal is Goal.PERMITTED and frozenset(plan) in names:
            assert is_told or not is_way
        assert is_way or not is_told or has_list


def test_amounts_days_and_texts_are_never_changed():
    fields = [*toy.INPUTS, toy.ONLY_PURCHASE]
    plan = [replace(field, role=Role.PLAN) for field in fields]
    assert {"金额", "余额", "签订", "验收", "备注"} == {f.name for f in plan if not is_changeable(f)}
    assert {"打包"} == {f.name for f in fields if is_changeable(f)}


def test_a_list_that_is_unknown_stays_so():
    rule_set = toy.rule_set()
    program = compile_rules(rule_set).subjects[toy.PURCHASE]
    assert "标签" not in [o.field.name for o in options_of(program, {"标签": UNKNOWN})]


def test_what_was_found_before_the_trials_ran_out_counts_and_is_not_called_complete():
    rule = new_rule("fix", Prohibit("转包"), c.Equals("打包", True, toy.SPAN))
    case = Case(
        name="",
        as_of=toy.DAYS[-1],
        area="330502",
        phase=Phase.PROJECT,
        declaration=None,
        subjects={toy.PURCHASE: {"打包": Fact(field="打包", value=True, origin=Origin.STATED)}},
        assumed=(),
        span=toy.SPAN,
    )
    bench = Bench(toy.rule_set(rule), case)
    trials = Trials(bench.compiled, case, bench.subject, 1)
    found = search_ways(trials, Verdict.NON_COMPLIANT)
    assert ((), False, ()) == (found.ways, found.is_complete, found.obstacles)
    whole, _ = bench.search()
    assert [("打包", (False,), ("fix",))] == [
        (s.option.field.name, s.values, s.rules) for way in whole.ways for s in way.steps
    ]
