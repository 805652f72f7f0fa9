"""SQL decides the shipped subjects as `check` does, and so do bitmaps: verdict, grounds, the status of every rule, what is computed."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from effort import examples
from honesty.desk import compiled
from honesty.random_cases import CALM, cases
from policy_engine.evaluation.agreement import Engine
from policy_engine.evaluation.closing import close_subject
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.model.cases import Case
from policy_engine.model.decisions import Decision
from policy_engine.relational import DIALECTS, Plan, RowFacts, plan_subject, row_of
from policy_engine.relational.plan import GROUNDS, REFUSED, VERDICT
from policy_engine.reporting.words import verdict_label
from policy_engine.usecases.checking import check
from properties.test_agreement import differences
from relational.blocks import decided, told_of
from relational.databases import LOCAL, Database, evaluation_of, told

MATTERS = examples(200)


def matter_of(case: Case, subject: str, row: int) -> RowFacts:
    """Close a case as `check` does, and put it into a row."""
    closed = close_subject(
        case, compiled().rule_set.vocabulary.subjects[subject], compiled().subjects[subject]
    )
    return RowFacts(
        row=str(row),
        situation=closed.situation,
        phase=closed.phase,
        doubts=closed.doubtful,
        running=closed.running,
        is_undescribed=bool(closed.undescribed),
    )


def checked(case: Case) -> Decision | None:
    """Decide a case by itself; `None` where it can't be true."""
    try:
        return check(compiled(), case, Engine.COMPILED)
    except DiagnosticsError:
        return None


def drawn(subject: str) -> list[Case]:
    """Draw cases, the same each time."""
    found: list[Case] = []

    @settings(
        derandomize=True,
        max_examples=MATTERS,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def draw(data):
        found.append(data.draw(cases(subject)))

    draw()
    return found


def holds_alike(case: Case, answer: dict, plan: Plan, subject: str) -> bool:
    """Hold the answer to a row against the decision of its case; tell whether there was one to hold it against."""
    decision = checked(case)
    if decision is None:
        return False
    (one,) = decision.subjects
    if one.indications:
        # Words open facts; a table holds them as they are without.
        return False
    assert answer[REFUSED] is None
    assert {} == differences(one.evaluation, evaluation_of(answer, plan))
    assert verdict_label(one.verdict) == answer[VERDICT]
    assert ";".join(result.rule.id for result in one.grounds) == answer[GROUNDS]
    return True


@pytest.mark.every(5)
@pytest.mark.parametrize("subject", CALM)
def test_sql_decides_the_shipped_subjects_as_check_does(subject):
    for opened in LOCAL.values():
        decide_alike(opened, subject)


def decide_alike(opened: Callable[[], AbstractContextManager[Database]], subject: str) -> None:
    """Hold a table of cases of a subject against what `check` says of each."""
    cases_ = drawn(subject)
    known = compiled().rule_set.vocabulary.subjects[subject]
    with opened() as database:
        plan = plan_subject(compiled(), subject, DIALECTS[database.name])
        matters = [matter_of(case, subject, at) for at, case in enumerate(cases_)]
        answers = database.ask(plan, [row_of(matter, plan, known) for matter in matters])
    assert len(cases_) == len(answers)
    outcome, verdicts = decided(compiled(), subject, matters)
    for at, answer in enumerate(answers):
        assert told_of(verdicts, at) == told(answer)
        assert {} == differences(evaluation_of(answer, plan), outcome.row(at))
    held = sum(holds_alike(case, answer, plan, subject) for case, answer in zip(cases_, answers, strict=True))
    assert 2 * held > len(cases_)
