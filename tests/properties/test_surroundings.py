"""What stands around a verdict is what the oracle finds: grounds, what it may become, what is worth asking."""

from collections import Counter
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import Phase as Step
from hypothesis import event, given, settings
from hypothesis import strategies as st

from effort import examples, look_until_seen
from oracle.interpreter import interpret
from oracle.prevailing import prevails
from oracle.surroundings import surroundings
from oracle.test_oracle import ALWAYS, LISTED, new_rule
from oracle.verdict import combine
from policy_engine.compilation import compile_rules
from policy_engine.evaluation.closing import ClosedSubject, close_subject
from policy_engine.evaluation.compiled import evaluate_compiled
from policy_engine.evaluation.condition_words import derived_words, value_words
from policy_engine.evaluation.decide import decide_subject
from policy_engine.evaluation.durable import evaluate_durable
from policy_engine.evaluation.weighing import with_numbers
from policy_engine.foundation.logic import Truth
from policy_engine.model.cases import Case, Declaration
from policy_engine.model.conditions import Condition
from policy_engine.model.decisions import Evaluation, SubjectDecision, Verdict
from policy_engine.model.documents import Encoding
from policy_engine.model.rules import Classify, RuleSet
from policy_engine.model.values import UNKNOWN, Value
from policy_engine.model.vocabulary import Field, FieldType, Phase, Role
from properties import toy
from properties.clashes import FLAGS, case, cases, clashing_rule_sets, finding_rule_sets
from properties.strategies import rule_sets, situations
from properties.test_agreement import differences

SUBJECT = toy.VOCABULARY.subjects[toy.PURCHASE]
MANY = settings(max_examples=examples(400))


def closed_in(rule_set: RuleSet, one: Case) -> ClosedSubject:
    subject = rule_set.vocabulary.subjects[toy.PURCHASE]
    return close_subject(one, subject, compile_rules(rule_set).subjects[toy.PURCHASE])


def decided(rule_set: RuleSet, one: Case) -> SubjectDecision:
    subject = rule_set.vocabulary.subjects[toy.PURCHASE]
    closed = closed_in(rule_set, one)
    found = interpret(rule_set, closed.situation)
    return decide_subject(one, subject, closed, found, compile_rules(rule_set))


def asked_about(decision: SubjectDecision) -> set[str]:
    return {rule for question in decision.missing for rule in question.rules}


def with_contests(rule_set: RuleSet, found: Evaluation, names: set[str]) -> set[str]:
    """Take in the rules that prevail over some, or rival them: a fact may be asked because it decides between them."""
    known = {rule.id: rule for rule in rule_set.rules}
    authority = rule_set.authority
    wider = names | {r.id for r in rule_set.rules if any(prevails(authority, r, known[one]) for one in names)}
    wider |= {name for pair in found.rivals if names & set(pair) for name in pair}
    return names if wider == names else with_contests(rule_set, found, wider)


def agree(rule_set: RuleSet, one: Case) -> SubjectDecision:
    """Compare everything around one verdict with the oracle."""
    found = decided(rule_set, one)
    is_told_of_more = any(document.encoded is Encoding.NONE for document in rule_set.documents.values())
    closed = closed_in(rule_set, one)
    expected = surroundings(
        rule_set,
        closed.situation,
        found.evaluation,
        closed.phase,
        closed.doubtful,
        is_told_of_more=is_told_of_more,
    )
    assert expected.verdict is found.verdict
    assert expected.findings == [
        (f.category, f.document and f.document.id, f.found.value, [r.rule.id for r in f.rules])
        for f in found.findings
    ]
    assert expected.grounds == [r.rule.id for r in found.grounds]
    assert expected.may_become == list(found.may_become)
    # Which of their facts are asked has a test of its own: test_questions_settle.
    assert asked_about(found) <= with_contests(rule_set, found.evaluation, expected.worth_asking)
    assert expected.ahead == [r.rule.id for r in found.duties_ahead]
    assert expected.advice == [r.rule.id for r in found.advice]
    assert found.evaluation.rivals == {(a.rule.id, b.rule.id): truth for a, b, truth in found.rivals}
    assert is_told_of_more & (found.verdict is Verdict.UNDETERMINED) == bool(found.unencoded)
    is_declarable = one.declaration is None and {"含工程", "变相用工"} - one.subjects[toy.PURCHASE].keys()
    assert found.asks_declaration is (bool(is_declarable) and found.verdict is Verdict.UNDETERMINED)
    return found


@MANY
@given(clashing_rule_sets(), cases())
def test_what_stands_around_a_verdict_is_what_the_oracle_finds(rule_set, one):
    agree(rule_set, one)


def bounded(rule_set: RuleSet, names: set[str], when: Condition = LISTED) -> RuleSet:
    """Bound some documents by a derived fact, which a rule of an unbounded document computes."""
    rules = [
        replace(r, citation=replace(r.citation, document=replace(r.citation.document, outside="重大")))
        if r.citation.document.id in names
        else r
        for r in rule_set.rules
    ]
    return replace(rule_set, rules=(*rules, new_rule("outside", Classify("重大", ()), when)))


@MANY
@given(
    clashing_rule_sets(),
    cases(),
    st.sets(st.sampled_from(sorted(toy.DOCUMENTS))),
    st.sampled_from([ALWAYS, LISTED]),
)
def test_what_lies_outside_of_a_document_is_weighed_as_the_oracle_weighs_it(rule_set, one, spared, when):
    found = agree(bounded(rule_set, set(toy.DOCUMENTS) - spared, when), one)
    event(f"{found.verdict}")


def test_random_matters_lie_outside_of_what_would_refuse_them():
    seen: Counter[tuple[Verdict | None, Verdict | None]] = Counter()

    @settings(max_examples=60, phases=[Step.generate], database=None, derandomize=True)
    @given(clashing_rule_sets(), cases())
    def look(rule_set, one):
        everything = bounded(rule_set, set(toy.DOCUMENTS))
        seen[decided(rule_set, one).verdict, decided(everything, one).verdict] += 1

    look()
    assert {Verdict.PROHIBITED, Verdict.NON_COMPLIANT} & {a for a, b in seen if b is Verdict.NOT_COVERED}


@MANY
@given(finding_rule_sets(), cases((toy.FINDING,)))
def test_what_stands_around_findings_is_what_the_oracle_finds(rule_set, one):
    found = agree(rule_set, one)
    event(f"{found.verdict}")


@MANY
@given(clashing_rule_sets(), cases())
def test_a_document_that_is_not_rules_yet_leaves_open_what_nothing_refuses(rule_set, one):
    more = replace(toy.DOCUMENTS["law"], id="more", encoded=Encoding.NONE)
    agree(replace(rule_set, documents={**toy.DOCUMENTS, "more": more}), one)


@pytest.mark.parametrize("engine", [evaluate_compiled, evaluate_durable])
def test_engines_agree_with_the_oracle_on_rules_that_clash(engine):
    @MANY
    @given(clashing_rule_sets(), cases())
    def agree(rule_set, one):
        compiled = compile_rules(rule_set)
        situation = close_subject(one, SUBJECT, compiled.subjects[toy.PURCHASE]).situation
        assert {} == differences(interpret(rule_set, situation), engine(compiled, situation))

    agree()


@MANY
@given(clashing_rule_sets(), st.fixed_dictionaries({}, optional=dict.fromkeys(FLAGS, st.booleans())))
def test_a_verdict_becomes_only_what_it_says_it_may_become(rule_set, told):
    """Once every rule is due: whatever the open facts turn out to be."""
    last = list(Phase)[-1]
    before = decided(rule_set, case(told, last))
    final = before.verdict not in (Verdict.UNDETERMINED, Verdict.NOT_COVERED)
    open_flags = [name for name in FLAGS if name not in told]
    later = set()
    for values in product((True, False), repeat=len(open_flags)):
        situation = toy.situation({**told, **dict(zip(open_flags, values, strict=True))})
        later.add(combine(rule_set, situation, interpret(rule_set, situation), last))
    assert not final or later <= {before.verdict, *before.may_become}


@settings(max_examples=examples(150))
@given(st.data())
def test_derived_facts_are_told_as_far_as_they_are_settled(data):
    rule_set = data.draw(rule_sets())
    situation = data.draw(situations(rule_set))
    known = {n: v for n, v in situation.values.items() if n in SUBJECT.fields and v is not UNKNOWN}
    found = decided(rule_set, case(known, Phase.EVALUATION))
    derived = [field for field in SUBJECT.fields.values() if field.role is Role.DERIVED]
    expected = {
        f.name: told(f, known[f.name]) if f.name in known else computed_words(f, found) for f in derived
    }
    written = {name: derived_words(SUBJECT.fields[name], value) for name, value in found.derived.items()}
    assert {name: words for name, words in expected.items() if words is not None} == written


def told(field: Field, value: Value) -> str:
    return value_words(field, value)


def computed_words(field: Field, found: SubjectDecision) -> str | None:
    """Say what is sure of a derived fact, and what may be so besides."""
    if field.type is FieldType.NUMBER:
        number = found.evaluation.numbers.get(field.name)
        return None if number is None else told(field, number)
    truths = {part: truth for (name, part), truth in found.evaluation.truths.items() if name == field.name}
    if field.type is FieldType.BOOLEAN:
        return {Truth.TRUE: "是", Truth.FALSE: "否", Truth.UNKNOWN: "待核实"}[truths[""]]
    sure = [part for part, truth in truths.items() if truth is Truth.TRUE]
    may_be = [part for part, truth in truths.items() if truth is Truth.UNKNOWN]
    if field.type is FieldType.CHOICE:
        return (sure or ["或".join(may_be) or "待核实"])[0]
    return ("、".join(sure) or "无") + (f"（待核实：{'、'.join(may_be)}）" if may_be else "")


def test_a_computed_number_fills_only_what_is_not_known():
    found = Evaluation(statuses={}, truths={}, numbers={"差额": 3, "期数": 4}, rivals={})
    values = {"差额": UNKNOWN, "期数": 5, "含工程": True}
    assert {"差额": 3, "期数": 5, "含工程": True} == with_numbers(values, found)


@pytest.mark.broad
def test_random_clashes_reach_everything_that_may_stand_around_a_verdict():
    """Guard the strategies: what never arises is never compared."""
    seen = Counter()

    def look(rule_set, one):
        found = decided(rule_set, one)
        seen[found.verdict] += 1
        seen.update((found.verdict, worse) for worse in found.may_become)
        signed = replace(one, declaration=Declaration(by="经办人", span=toy.SPAN))
        seen.update((found.verdict, "asks") for _ in decided(rule_set, signed).missing)
        seen.update(("rivals", truth) for *_, truth in found.rivals)
        seen["ahead"] += len(found.duties_ahead)
        seen["advice"] += len(found.advice)

    wanted = [
        *Verdict,
        (Verdict.CONFLICT, Verdict.PROHIBITED),
        (Verdict.NON_COMPLIANT, Verdict.PROHIBITED),
        (Verdict.NON_COMPLIANT, Verdict.CONFLICT),
        (Verdict.NON_COMPLIANT, "asks"),
        (Verdict.UNDETERMINED, "asks"),
        "ahead",
        "advice",
    ]
    look_until_seen(wanted, seen, 2000, look, clashing_rule_sets(), cases())
