"""Weighed as masks, rules weigh what they weigh one by one; what a search closes once is closed as it would be anew."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from effort import examples
from honesty.desk import compiled
from honesty.random_cases import cases as shipped_cases
from honesty.random_cases import tellable, values_of
from policy_engine.compilation import CompiledRuleSet, compile_rules
from policy_engine.evaluation.balance import Balance, Scales, Side
from policy_engine.evaluation.combine import Weights, verdict_of, weigh
from policy_engine.evaluation.compiled import evaluate_generated
from policy_engine.evaluation.findings import categories, category_makers
from policy_engine.evaluation.footing import Footing
from policy_engine.evaluation.masks import begin, decide
from policy_engine.evaluation.prospects import Prospects
from policy_engine.evaluation.weighing import with_numbers
from policy_engine.foundation.logic import Truth
from policy_engine.model.cases import Case, Situation
from policy_engine.model.lexicon import Certainty, Indication
from policy_engine.model.rules import RuleSet
from policy_engine.model.values import NOT_HAPPENED, Known
from policy_engine.model.vocabulary import FieldType, Phase
from properties import toy
from properties.clashes import FLAGS, case, cases, clashing_rule_sets, finding_rule_sets
from properties.strategies import VALUES, rule_sets, situations

MANY = settings(max_examples=examples(400), suppress_health_check=list(HealthCheck))
# Fields that may put a matter outside of a document: told, or computed by rules, or neither.
OUTSIDE = ("", "", "含工程", "重大", "特殊")


@st.composite
def bounded(draw, drawn: st.SearchStrategy[RuleSet]) -> RuleSet:
    """Draw rules of which some stand in documents that don't bind everywhere."""
    rules = draw(drawn)
    names = {
        one: draw(st.sampled_from(OUTSIDE)) for one in sorted({r.citation.document.id for r in rules.rules})
    }
    return toy.rule_set(*(_outside(rule, names[rule.citation.document.id]) for rule in rules.rules))


def _outside(rule, name: str):
    document = replace(rule.citation.document, outside=name)
    return replace(rule, citation=replace(rule.citation, document=document))


def as_balance(weights: Weights, scales: Scales, pairs: tuple[tuple[str, str], ...]) -> Balance:
    """Write weights by name as masks."""

    def side(of: dict, place) -> Side:
        return Side(
            *(
                sum(1 << place(n) for n, t in of.items() if t is wanted)
                for wanted in (Truth.TRUE, Truth.UNKNOWN)
            )
        )

    by_rule = scales.places.__getitem__
    return Balance(
        side(weights.vetoes, by_rule),
        side(weights.rivals, pairs.index),
        side(weights.fixes, by_rule),
        side(weights.permits, by_rule),
    )


def weighing_anything(weights: Weights) -> list[list]:
    """List the rules and pairs that weigh anything, in their order."""
    sides = (weights.vetoes, weights.rivals, weights.fixes, weights.permits)
    return [
        *([item for item in of.items() if item[1] is not Truth.FALSE] for of in sides),
        [*weights.excused],
    ]


def from_evaluation(rule_set: RuleSet, program, evaluation, situation: Situation, more) -> list[list]:
    """Weigh what an engine has named, as a decision does: places follow the rules, not their tables."""
    phase, doubted, waiting, loosed = more
    scales = Scales.of(rule_set, program, {rule.id: at for at, rule in enumerate(program.rules)})
    found = scales.decided(evaluation, situation.values)
    doubts, waits = (scales.mask(names - {""}) for names in (doubted, waiting))
    balance = scales.weigh(found, phase, doubts, waits, loosed)
    return weighing_anything(scales.named(balance, scales.excused(found)))


def weighs_alike(rule_set: RuleSet, situation: Situation, data) -> bool:
    """Hold the masks against the weights by name; tells whether anything weighed."""
    compiled_ = compile_rules(rule_set)
    program = compiled_.subjects[situation.subject]
    scales = Scales.of(rule_set, program)
    some = st.sets(st.sampled_from([r.id for r in program.rules] or [""]), max_size=3)
    phase, doubted, waiting = data.draw(st.sampled_from(Phase)), data.draw(some), data.draw(some)
    loosed = data.draw(st.sets(st.sampled_from(sorted(scales.outside) or [""]), max_size=1)) - {""}
    evaluation = evaluate_generated(compiled_, situation)
    values = with_numbers(situation.values, evaluation)
    grounding = {name: force.grounds for name, force in rule_set.authority.forces.items()}
    weights = weigh(
        program.rules, evaluation, values, phase, rule_set.objects, grounding, doubted, loosed, waiting
    )

    def mask(names) -> int:
        return sum(1 << scales.places[name] for name in names if name)

    found = decide(program.tables, situation.values)
    balance = scales.weigh(found, phase, mask(doubted), mask(waiting), loosed)
    assert as_balance(weights, scales, program.rivals) == balance
    assert verdict_of(weights) is balance.verdict
    found = from_evaluation(rule_set, program, evaluation, situation, (phase, doubted, waiting, loosed))
    assert weighing_anything(weights) == found
    broken = [n for of in (weights.vetoes, weights.fixes) for n, t in of.items() if t is Truth.TRUE]
    assert (mask(broken), balance.rivals.true) == balance.broken
    return any(side != (0, 0) for side in balance)


@MANY
@given(bounded(clashing_rule_sets()), st.data())
def test_rules_that_clash_weigh_alike(rule_set, data):
    told = {name: data.draw(st.booleans()) for name in FLAGS if data.draw(st.booleans())}
    weighs_alike(rule_set, toy.situation(told), data)


@MANY
@given(bounded(rule_sets()), st.data())
def test_any_rules_weigh_alike(rule_set, data):
    weighs_alike(rule_set, data.draw(situations(rule_set)), data)


@MANY
@given(finding_rule_sets(), st.data())
def test_findings_are_found_alike(rule_set, data):
    told = {name: data.draw(st.booleans()) for name in FLAGS if data.draw(st.booleans())}
    if data.draw(st.booleans()):
        told[toy.FINDING] = data.draw(st.frozensets(st.sampled_from(("甲", "乙", "丙"))))
    situation, subject = toy.situation(told), rule_set.vocabulary.subjects[toy.PURCHASE]
    program = compile_rules(rule_set).subjects[toy.PURCHASE]
    statuses = evaluate_generated(compile_rules(rule_set), situation).statuses
    expected = [one.found for one in categories(subject, situation.values, program.written, statuses)]
    found = decide(program.tables, situation.values)
    makers = category_makers(subject, program.written, program.tables.order)
    assert expected == [one for maker in makers for one in maker.found(found)]


@MANY
@given(rule_sets(), st.data())
def test_what_was_looked_up_before_need_not_be_looked_up_again(rule_set, data):
    situation = data.draw(situations(rule_set))
    program = compile_rules(rule_set).subjects[situation.subject]
    inputs = sorted(n for n, f in program.fields.items() if f.type is not FieldType.TEXT)
    turning = data.draw(st.sets(st.sampled_from(inputs), max_size=5))
    begun = begin(program.tables, situation.values, turning)
    for _ in range(3):
        told = {name: data.draw(VALUES[name]) for name in sorted(turning) if data.draw(st.booleans())}
        values = {**situation.values, **told}
        assert decide(program.tables, values) == decide(program.tables, values, begun)


class Unsparing(Prospects):
    """Closes the case anew for every answer."""

    @cached_property
    def _heard(self) -> frozenset[str]:
        return frozenset(self.subject.fields)

    def _stood_on(self, answers: dict[str, Known]) -> Footing | None:
        self.grounds.clear()
        return super()._stood_on(answers)


class Trusting(Prospects):
    """Takes what was closed of some answers for what would be closed of any others to the same facts."""

    def _stood_on(self, answers: dict[str, Known]) -> Footing | None:
        found = super()._stood_on(answers)
        for grounds in self.grounds.values():
            grounds[:] = [replace(one, rests_on=(), fixed=frozenset()) for one in grounds]
        return found


class Careless(Prospects):
    """Takes every answer for just one more value."""

    @cached_property
    def _heard(self) -> frozenset[str]:
        return frozenset()


def ahead(
    kind: type[Prospects],
    compiled_: CompiledRuleSet,
    one: Case,
    answers: dict[str, Known],
    others: Iterable[dict[str, Known]] = (),
):
    """Give what is foreseen of some answers; `others`: what was tried before."""
    (name,) = one.subjects
    subject = compiled_.rule_set.vocabulary.subjects[name]
    prospects = kind(compiled_, one, subject, is_blank=False)
    # As a search does: the same footing is stood upon again and again.
    prospects.given({})
    prospects.turning = frozenset(answers)
    for at in range(len(answers)):
        prospects.given(dict([*answers.items()][:at]))
    for other in others:
        prospects.given(other)
    found = prospects.given(answers)
    if found is None:
        return None
    return found, found.balance, {n for n in subject.fields if n not in answers and n in found.known}


TOLD = (*FLAGS, "人数", "签订", "验收", "方式")


@MANY
@given(clashing_rule_sets(), cases(more=TOLD), st.data())
def test_answers_are_closed_as_if_anew(rule_set, one, data):
    answers = {n: data.draw(st.booleans()) for n in FLAGS if data.draw(st.booleans())}
    others = [{n: data.draw(st.booleans()) for n in answers} for _ in range(3)]
    compiled_ = compile_rules(rule_set)
    sparing, unsparing = (ahead(kind, compiled_, one, answers, others) for kind in (Prospects, Unsparing))
    assert sparing == unsparing


@st.composite
def worded(draw) -> tuple[Case, dict[str, Known], list[dict[str, Known]]]:
    """Draw a shipped purchase of which words say something, some answers, and others to the same facts."""
    subject = "采购事项"
    one = draw(shipped_cases(subject))
    names = sorted(n for n, f in tellable(subject).items() if f.type is not FieldType.TEXT)
    spoken = draw(st.lists(st.sampled_from(names), max_size=3, unique=True))
    words = tuple(
        Indication(
            field=name, value=draw(st.sampled_from(values_of(subject, name))), text="购买内容",
            start=0, end=1, words="字", certainty=draw(st.sampled_from(Certainty)), term="term", because="字样",
        )
        for name in spoken
    )  # fmt: skip
    told = draw(st.lists(st.sampled_from(names), min_size=1, max_size=5, unique=True))
    values = {name: st.sampled_from(values_of(subject, name)) for name in told}
    answers, *others = ({name: draw(of) for name, of in values.items()} for _ in range(4))
    return replace(one, indications={subject: words}), answers, others


@settings(max_examples=examples(600), suppress_health_check=list(HealthCheck))
@given(worded())
def test_answers_to_a_purchase_are_closed_as_if_anew(drawn):
    one, answers, others = drawn
    sparing, unsparing = (ahead(kind, compiled(), one, answers, others) for kind in (Prospects, Unsparing))
    assert sparing == unsparing


@pytest.mark.parametrize(
    ("tried", "closed"),
    [
        # Three people are a sign of a judgement, fewer are none.
        ([{"人数": 1}, {"人数": 2}, {"人数": 3}, {"人数": 4}], [{"人数": 1}, {"人数": 3}]),
        # What else is answered makes another closing of it.
        ([{"人数": 1}, {"人数": 1, "含工程": True}], [{"人数": 1}, {"人数": 1, "含工程": True}]),
        # Events say how far a matter is, whatever conditions say of their days.
        ([{"签订": toy.DAYS[0]}, {"签订": toy.DAYS[2]}], [{"签订": toy.DAYS[0]}, {"签订": toy.DAYS[2]}]),
    ],
    ids=["number", "beside", "event"],
)
def test_answers_of_which_closing_makes_the_same_are_closed_once(tried, closed, monkeypatch):
    found, plain = [], Prospects._close
    monkeypatch.setattr(Prospects, "_close", lambda self, *of: found.append(of[0]) or plain(self, *of))
    compiled_ = compile_rules(toy.rule_set())
    subject = compiled_.rule_set.vocabulary.subjects[toy.PURCHASE]
    one = case({}, Phase.EVALUATION, is_declared=True)
    prospects = Prospects(compiled_, one, subject, is_blank=False)
    for answers in tried:
        prospects.given(answers)
    assert found == closed


def test_what_is_not_yet_stays_open_where_another_answer_is_told_beside_it():
    one, compiled_ = case({}, Phase.PROJECT, is_declared=True), compile_rules(toy.rule_set())
    answers = [{"签订": NOT_HAPPENED, "人数": number} for number in (1, 2)]
    sparing, unsparing = (
        ahead(kind, compiled_, one, answers[1], answers[:1]) for kind in (Prospects, Unsparing)
    )
    assert sparing is not None
    assert "签订" not in sparing[0].known
    assert sparing == unsparing
    assert "签订" not in unsparing[0].known


def test_without_looking_what_closing_rests_on_a_search_would_go_wrong():
    one, compiled_ = case({}, Phase.EVALUATION, is_declared=True), compile_rules(toy.rule_set())
    kinds = (Prospects, Unsparing, Trusting)
    found = [ahead(kind, compiled_, one, {"人数": 3}, [{"人数": 1}]) for kind in kinds]
    assert found[0] == found[1] != found[2]


def test_without_hearing_answers_a_search_would_go_wrong():
    one = case({"人数": 1}, Phase.EVALUATION, is_declared=True)
    compiled_ = compile_rules(toy.rule_set())
    # A sign of a judgement that the declaration has closed.
    found = [ahead(kind, compiled_, one, {"含工程": True}) for kind in (Prospects, Unsparing, Careless)]
    assert found[0] == found[1] != found[2]
