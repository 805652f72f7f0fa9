"""SQL, bitmaps and the engine of a single case find what the oracle finds, row by row: statuses, what is computed, verdicts."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from effort import examples
from oracle.interpreter import interpret
from oracle.verdict import combine
from policy_engine.compilation import compile_rules
from policy_engine.evaluation.compiled import evaluate_compiled
from policy_engine.model.cases import Situation
from policy_engine.model.rules import RuleSet
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Phase, Role
from policy_engine.relational import DIALECTS, RowFacts, plan_subject, row_of
from policy_engine.relational.plan import REFUSED, VERDICT
from properties import toy
from properties.strategies import rule_sets, situations
from properties.test_agreement import differences
from relational.blocks import decided, told_of
from relational.databases import LOCAL, Database, evaluation_of, told

ROWS_A_TABLE = 12


@pytest.fixture(params=LOCAL)
def database(request):
    with LOCAL[request.param]() as opened:
        yield opened


@st.composite
def matters(draw, rule_set: RuleSet, subject: str, row: int) -> RowFacts:
    """Draw a matter of a subject: its facts, how far it has come, what is in doubt, what still runs."""
    situation = Situation(
        subject, dict(draw(situations(rule_set).filter(lambda s: s.subject == subject)).values)
    )
    fields = toy.VOCABULARY.subjects[subject].fields.values()
    left = sorted(
        f.name
        for f in fields
        if f.role is not Role.DERIVED and situation.values.get(f.name, UNKNOWN) is UNKNOWN
    )
    left.remove("备注") if "备注" in left else None
    some = st.sets(st.sampled_from(left), max_size=3) if left else st.just(set())
    doubts = draw(some)
    return RowFacts(
        row=str(row),
        situation=situation,
        phase=draw(st.sampled_from(Phase)),
        doubts=doubts,
        running=draw(some) - doubts,
    )


def test_sql_decides_random_rules_as_the_oracle_does(database: Database):
    decide_alike(database, examples(120))


def decide_alike(database: Database, most: int) -> None:
    """Draw so many rule sets, and hold a table of matters against the oracle."""

    @settings(max_examples=most, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def agree(data):
        rule_set = data.draw(rule_sets())
        subject = data.draw(st.sampled_from((toy.PURCHASE, toy.CONTRACT)))
        compiled = compile_rules(rule_set)
        plan = plan_subject(compiled, subject, DIALECTS[database.name])
        drawn = [data.draw(matters(rule_set, subject, row)) for row in range(ROWS_A_TABLE)]
        known = toy.VOCABULARY.subjects[subject]
        answers = database.ask(plan, [row_of(matter, plan, known) for matter in drawn])
        assert len(answers) == ROWS_A_TABLE
        sliced, verdicts = decided(compiled, subject, drawn)
        for at, (matter, answer) in enumerate(zip(drawn, answers, strict=True)):
            expected = interpret(rule_set, matter.situation)
            alone = evaluate_compiled(compiled, matter.situation)
            for found in (evaluation_of(answer, plan), sliced.row(at), alone):
                assert {} == differences(expected, found)
            assert answer[REFUSED] is None
            verdict = combine(
                rule_set, matter.situation, expected, matter.phase, matter.doubts, running=matter.running
            )
            assert verdict.value == answer[VERDICT]
            assert told_of(verdicts, at) == told(answer)

    agree()
