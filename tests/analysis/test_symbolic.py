"""The solver's formulas say of every situation what the oracle says."""

from datetime import date

import z3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oracle.interpreter import interpret
from policy_engine.analysis.symbolic.facts import Bits, Facts, Scalar, facts_of
from policy_engine.analysis.symbolic.rules import SymbolicSubject, encode_subject
from policy_engine.compilation import compile_rules
from policy_engine.foundation.logic import Truth
from policy_engine.model.cases import Situation
from policy_engine.model.conditions import AREA, AS_OF, dating_field
from policy_engine.model.decisions import Evaluation, Status
from policy_engine.model.values import NOT_HAPPENED, UNKNOWN, Value
from policy_engine.model.vocabulary import FieldType
from properties.strategies import rule_sets, situations

SETTINGS = settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))


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


def found_by_solver(symbolic: SymbolicSubject, pins: list) -> Evaluation:
    def holds(formula: z3.BoolRef) -> bool:
        plain = z3.simplify(z3.substitute(formula, *pins))
        assert z3.is_true(plain) or z3.is_false(plain), plain
        return z3.is_true(plain)

    def truth(half) -> Truth:
        return Truth.TRUE if holds(half.true) else Truth.FALSE if holds(half.false) else Truth.UNKNOWN

    statuses = {}
    for rule, formulas in symbolic.rules.items():
        named = [status for status in Status if holds(formulas.status(status))]
        assert len(named) == 1, (rule, named)
        statuses[rule] = named[0]
    return Evaluation(
        statuses=statuses,
        truths={key: truth(half) for key, half in symbolic.computed.items()},
        numbers={
            name: z3.simplify(z3.substitute(scalar.value, *pins)).as_long()
            for name, scalar in symbolic.numbers.items()
            if holds(scalar.known)
        },
        rivals={frozenset(pair): truth(half) for pair, half in symbolic.rivals.items()},
    )


def test_formulas_say_what_the_oracle_says():
    @SETTINGS
    @given(st.data())
    def agree(data):
        rule_set = data.draw(rule_sets())
        compiled = compile_rules(rule_set)
        for situation in data.draw(st.tuples(*[situations(rule_set)] * 3)):
            subject = compiled.subjects[situation.subject]
            facts = facts_of(subject.fields, subject.rules)
            found = found_by_solver(encode_subject(subject, facts), pins(facts, situation))
            expected = interpret(rule_set, situation)
            assert expected.statuses == found.statuses
            assert expected.truths == found.truths
            assert expected.numbers == found.numbers
            assert {frozenset(pair): truth for pair, truth in expected.rivals.items()} == found.rivals

    agree()


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
        solver.add(
            *facts.domain,
            *(
                variable == value
                for variable, value in pins(facts, situation)
                if is_told(variable, situation)
            ),
        )
        assert z3.sat == solver.check()

    holds()


def is_told(variable: z3.ExprRef, situation: Situation) -> bool:
    """Leave out the value variables of facts that are unknown: they may be anything."""
    name = str(variable).split("!")[0].split("=")[0]
    return name.endswith("?") or situation.values.get(name, UNKNOWN) not in (UNKNOWN, NOT_HAPPENED)
