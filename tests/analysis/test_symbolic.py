"""The solver's formulas say of every situation what the oracle says, and of every case what closing makes of it."""

from calendar import monthrange
from dataclasses import replace
from datetime import date
from itertools import product

import z3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from effort import examples
from oracle.interpreter import TRUE, Instance, interpret, truth
from oracle.verdict import combine
from policy_engine.analysis.symbolic import working_days
from policy_engine.analysis.symbolic.calendar import deadline, split_day, term_end
from policy_engine.analysis.symbolic.facts import Bits, Facts, Scalar, facts_of
from policy_engine.analysis.symbolic.rules import SymbolicSubject, encode_subject
from policy_engine.analysis.symbolic.verdicts import encode_verdicts
from policy_engine.compilation import CompiledSubject, compile_rules
from policy_engine.evaluation.closing import close_subject
from policy_engine.foundation.logic import Truth
from policy_engine.model import calendar
from policy_engine.model.calendar import FIRST_YEAR, LAST_YEAR
from policy_engine.model.cases import Case, Declaration, Fact, Origin, Situation
from policy_engine.model.conditions import AREA, AS_OF, dating_field
from policy_engine.model.decisions import Evaluation, Status
from policy_engine.model.values import NOT_HAPPENED, UNKNOWN, Value
from policy_engine.model.vocabulary import FieldType, Phase
from policy_engine.model.working_days import WorkingCalendar
from properties import toy
from properties.strategies import rule_sets, situations

SETTINGS = settings(max_examples=examples(30), suppress_health_check=list(HealthCheck))


def pins(facts: Facts, situation: Situation) -> list[tuple[z3.ExprRef, z3.ExprRef]]:
    """Give every variable the value it has in a situation."""
    chain = situation.values[AREA]
    assert isinstance(chain, frozenset)
    nearest = max((code for code in facts.areas if code in chain), key=lambda c: len(c.rstrip("0")))
    found = [(facts.as_of, z3.IntVal(situation.values[AS_OF]))]
    found += [(bit, z3.BoolVal(code == nearest)) for code, bit in facts.areas.items()]
    for name, variable in facts.variables.items():
        found += pinned(variable, situation.values.get(name, UNKNOWN), facts.fields[name].type)
    for name, day in facts.days.items():
        found += pinned(day, situation.values.get(dating_field(name), UNKNOWN), FieldType.DATE)
    return found


def pinned(variable: Scalar | Bits, value: Value, kind: FieldType) -> list[tuple[z3.ExprRef, z3.ExprRef]]:
    known = [(variable.known, z3.BoolVal(value is not UNKNOWN))]
    match variable:
        case Scalar(value=number, civil=civil):
            plain = value if isinstance(value, int) else (1 if kind is FieldType.DATE else 0)
            day = date.fromordinal(plain) if plain >= 1 and kind is FieldType.DATE else date(2000, 1, 1)
            parts = (
                []
                if civil is None
                else [(civil.year, day.year), (civil.month, day.month), (civil.day, day.day)]
            )
            return [*known, (number, z3.IntVal(plain)), *((part, z3.IntVal(n)) for part, n in parts)]
        case Bits(bits=bits):
            return known + [(bit, z3.BoolVal(has(value, member))) for member, bit in bits.items()]


def has(value: Value, member: str) -> bool:
    if isinstance(value, frozenset):
        return member in value
    return value is True if member == "" else value == member


def truths(formulas: list[z3.BoolRef], pins: list) -> list[bool]:
    """Evaluate formulas under pins; all at once, since most of each is shared."""
    all_of_them = z3.Function("all", *[z3.BoolSort()] * (len(formulas) + 1))(*formulas)
    plain = z3.simplify(z3.substitute(all_of_them, *pins)).children()
    assert [f for f in plain if not z3.is_true(f) and not z3.is_false(f)] == []
    return [z3.is_true(f) for f in plain]


def found_by_solver(symbolic: SymbolicSubject, pins: list) -> Evaluation:
    pairs = [*symbolic.computed.values(), *symbolic.rivals.values()]
    asked = [f for formulas in symbolic.rules.values() for f in map(formulas.statuses().get, Status)]
    asked += [scalar.known for scalar in symbolic.numbers.values()]
    asked += [side for pair in pairs for side in (pair.true, pair.false)]
    answers = iter(truths(asked, pins)) if asked else iter(())
    statuses = {}
    for rule in symbolic.rules:
        named = [status for status in Status if next(answers)]
        assert len(named) == 1, (rule, named)
        statuses[rule] = named[0]
    known = [name for name in symbolic.numbers if next(answers)]
    sides = [(next(answers), next(answers)) for _ in pairs]
    assert (True, True) not in sides
    told = iter([Truth.TRUE if yes else Truth.FALSE if no else Truth.UNKNOWN for yes, no in sides])
    return Evaluation(
        statuses=statuses,
        truths={key: next(told) for key in symbolic.computed},
        numbers={
            name: z3.simplify(z3.substitute(symbolic.numbers[name].value, *pins)).as_long() for name in known
        },
        rivals={frozenset(pair): next(told) for pair in symbolic.rivals},
    )


def encoded_subject(subject: CompiledSubject) -> SymbolicSubject:
    return encode_subject(subject, facts_of(subject.fields, subject.rules))


def test_formulas_say_what_the_oracle_says():
    @SETTINGS
    @given(st.data())
    def agree(data):
        rule_set = data.draw(rule_sets())
        compiled = compile_rules(rule_set)
        encoded = {name: encoded_subject(subject) for name, subject in compiled.subjects.items()}
        for situation in data.draw(st.tuples(*[situations(rule_set)] * 3)):
            symbolic = encoded[situation.subject]
            found = found_by_solver(symbolic, pins(symbolic.facts, situation))
            expected = interpret(rule_set, situation)
            assert expected.statuses == found.statuses
            assert expected.truths == found.truths
            assert expected.numbers == found.numbers
            assert {frozenset(pair): truth for pair, truth in expected.rivals.items()} == found.rivals

    agree()


def test_verdict_formulas_say_what_the_oracle_says():
    @SETTINGS
    @given(st.data())
    def agree(data):
        reasons = st.sampled_from(("有理由", "重大", None))
        drawn = data.draw(rule_sets())
        rule_set = toy.rule_set(
            *(replace(r, justified_by=data.draw(reasons)) if r.is_default else r for r in drawn.rules)
        )
        compiled = compile_rules(rule_set)
        encoded = {name: encoded_subject(subject) for name, subject in compiled.subjects.items()}
        for situation in data.draw(st.tuples(*[situations(rule_set)] * 3)):
            subject, symbolic = toy.VOCABULARY.subjects[situation.subject], encoded[situation.subject]
            facts = symbolic.facts
            found = encode_verdicts(compiled.subjects[subject.name], subject, symbolic, rule_set)
            evaluation = interpret(rule_set, situation)
            for phase in Phase:
                here = [(bit, z3.BoolVal(known is phase)) for known, bit in facts.phases.items()]
                answers = truths(list(found.formulas.values()), [*pins(facts, situation), *here])
                named = [verdict for verdict, holds in zip(found.formulas, answers, strict=True) if holds]
                raised = raised_conclusions(subject.fields, situation)
                assert [combine(rule_set, situation, evaluation, phase, raised)] == named

    agree()


def raised_conclusions(fields, situation: Situation) -> set[str]:
    """Name the conclusions nobody stated and a sign of which is surely there."""
    matter = Instance(toy.rule_set(), situation)
    return {
        name
        for name, field in fields.items()
        if situation.values.get(name, UNKNOWN) is UNKNOWN
        and any(truth(matter, sign) == TRUE for sign in field.indicators)
    }


def test_closing_constraints_hold_of_every_case_that_is_closed():
    @SETTINGS
    @given(st.data())
    def holds(data):
        rule_set = data.draw(rule_sets())
        compiled = compile_rules(rule_set)
        stated = data.draw(situations(rule_set))
        subject = compiled.subjects[stated.subject]
        phase = data.draw(st.sampled_from(Phase))
        case = Case(
            name="举例",
            as_of=stated.values[AS_OF],
            area=data.draw(st.sampled_from(sorted(toy.NAMES))),
            phase=phase,
            declaration=data.draw(st.sampled_from((None, Declaration(by="经办人", span=toy.SPAN)))),
            subjects={
                stated.subject: {
                    name: Fact(field=name, value=value, origin=Origin.STATED)
                    for name, value in stated.values.items()
                    if name in subject.fields
                }
            },
            assumed=(),
            span=toy.SPAN,
        )
        closed = close_subject(case, toy.VOCABULARY.subjects[stated.subject], subject).situation
        facts = facts_of(subject.fields, subject.rules)
        solver = z3.Solver()
        solver.add(*facts.domain, *facts.closing, facts.phases[phase], *told(facts, closed))
        assert z3.sat == solver.check()

    holds()


def test_closing_constraints_refuse_an_event_that_is_premature_and_yet_known_not_to_have_happened():
    fields = toy.VOCABULARY.subjects[toy.PURCHASE].fields
    facts = facts_of(fields, ())
    solver = z3.Solver()
    not_yet = told(facts, toy.situation({"签订": NOT_HAPPENED}))
    solver.add(*facts.domain, *facts.closing, *not_yet)
    assert z3.unsat == solver.check(facts.phases[Phase.PROJECT])
    assert z3.sat == solver.check(facts.phases[Phase.CONTRACT])


def test_the_domain_holds_of_every_situation_that_can_be_stated():
    @SETTINGS
    @given(st.data())
    def holds(data):
        rule_set = data.draw(rule_sets())
        compiled = compile_rules(rule_set)
        situation = data.draw(situations(rule_set))
        subject = compiled.subjects[situation.subject]
        facts = facts_of(subject.fields, subject.rules)
        solver = z3.Solver()
        solver.add(*facts.domain, *told(facts, situation))
        assert z3.sat == solver.check()

    holds()


def told(facts: Facts, situation: Situation) -> list[z3.BoolRef]:
    """State what a situation tells; the values of unknown facts may be anything."""
    return [variable == value for variable, value in pins(facts, situation) if is_told(variable, situation)]


def is_told(variable: z3.ExprRef, situation: Situation) -> bool:
    name, _, part = str(variable).split("=")[0].partition("!")
    value = situation.values.get(name, UNKNOWN)
    # What has not happened has no year, month and day.
    return name.endswith("?") or (value is not UNKNOWN and not (part and value == NOT_HAPPENED))


def test_working_days_are_counted_as_the_calendar_does():
    """Over a calendar of a fortnight, and a few days to either side of it."""
    monday = date(2029, 1, 1).toordinal()
    fortnight = WorkingCalendar(monday, monday + 13, off=(monday + 2, monday + 9), on=(monday + 5,))
    start, end = z3.Int("start"), z3.Int("end")
    known = working_days.is_announced(fortnight, start, end)
    number = working_days.working_days_between(fortnight, start, end)
    for first, last in product(range(monday - 3, monday + 17), repeat=2):
        values = [(start, z3.IntVal(first)), (end, z3.IntVal(last))]
        expected = fortnight.between(first, last)
        assert z3.is_true(z3.simplify(z3.substitute(known, *values))) is (expected is not None)
        if expected is not None:
            assert z3.simplify(z3.substitute(number, *values)).as_long() == expected


def test_days_are_split_and_joined_as_the_calendar_does():
    """Every first and last day of a month from 1901 to 2199, and terms that begin on them."""
    number = z3.Int("d")
    civil, bound = split_day("d", number)
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        for month in range(1, 13):
            for day in (1, monthrange(year, month)[1]):
                at = date(year, month, day).toordinal()
                pinned = ((number, at), (civil.year, year), (civil.month, month), (civil.day, day))
                values = [(variable, z3.IntVal(value)) for variable, value in pinned]
                if year % 20 in (0, 1) or month == 2:
                    assert z3.is_true(z3.simplify(z3.substitute(bound, *values)))
                if year % 50 in (0, 1) and year < 2190:
                    for symbolic, plain in ((term_end, calendar.term_end), (deadline, calendar.deadline)):
                        found = z3.simplify(z3.substitute(symbolic(civil, 13), *values))
                        assert plain(at, 13) == found.as_long()
