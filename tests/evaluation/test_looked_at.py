"""What a decision only shows is made when somebody looks at it, and is then what it would have been at once."""

import gc
from threading import Barrier, Thread

import pytest

from honesty.desk import PLAIN, compiled
from policy_engine import load
from policy_engine.evaluation import decide
from policy_engine.evaluation.agreement import Engine
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.foundation.later import is_made
from policy_engine.foundation.records import fields_of
from policy_engine.model.decisions import Decision, RuleResult, Status, SubjectDecision
from policy_engine.usecases.checking import check

SHOWN = ("grounds", "results", "findings", "rivals", "duties_ahead", "advice", "derived")
SIGNED = {"no_other_circumstances": True, "by": "经办人"}
OPEN = {name: value for name, value in PLAIN.items() if name != "已列入目录"}


def decided(facts: dict = OPEN, **head: object) -> Decision:
    told = {"name": "一件", "as_of": "2026-01-15", "declaration": SIGNED, **head, "采购事项": facts}
    return check(compiled(), load().case({n: v for n, v in told.items() if v is not None}), Engine.COMPILED)


def eager(decision: Decision) -> list[object]:
    """Look at everything."""
    (one,) = decision.subjects
    return [getattr(one, each.name) for each in fields_of(SubjectDecision)]


@pytest.mark.parametrize("head", [{}, {"declaration": None}], ids=["signed", "unsigned"])
def test_nobody_looks_and_nothing_is_made(head, monkeypatch):
    made = []
    for name in ("_result", "open_facts", "_advice", "_duties", "_derived", "_grounds"):
        plain = getattr(decide, name)
        monkeypatch.setattr(
            decide, name, lambda *given, plain=plain, name=name: made.append(name) or plain(*given)
        )
    decision = decided(**head)
    (one,) = decision.subjects
    assert decision.verdict is one.verdict
    assert one.missing
    assert not made
    assert not any(is_made(one, name) for name in SHOWN)
    # The null test: whoever looks has it made.
    assert one.results
    assert set(made) == {"_result"}
    waiting = next(each for each in one.results if each.status is Status.UNKNOWN)
    assert not is_made(waiting, "missing")
    assert isinstance(waiting.missing, tuple)
    assert set(made) == {"_result", "open_facts"}


def test_whoever_may_refuse_does_so_before_anybody_looks():
    with pytest.raises(DiagnosticsError):
        decided({**PLAIN, "含货物": False, "采购标的": "货物"})


@pytest.mark.parametrize("order", [SHOWN, SHOWN[::-1]], ids=["forth", "back"])
def test_in_whatever_order_one_looks_it_is_the_same(order):
    (one,) = decided().subjects
    for name in order:
        assert getattr(one, name) is getattr(one, name)
    assert decided().subjects == (one,)
    # One result is one object, wherever it is shown.
    results = {each.rule.id: each for each in one.results}
    shown = [*one.grounds, *one.advice, *one.duties_ahead, *(r for f in one.findings for r in f.rules)]
    assert all(results[each.rule.id] is each for each in shown)


def test_looked_at_after_everything_else_is_gone_it_is_the_same():
    expected, later = eager(decided()), decided().subjects[0]
    # Others come between, of another day and with other facts.
    eager(decided({**PLAIN, "含工程": True}, as_of="2015-01-15"))
    gc.collect()
    assert expected == [getattr(later, each.name) for each in fields_of(SubjectDecision)]


def test_two_threads_that_look_get_the_same():
    decision = decided()
    (one,) = decision.subjects
    together, found = Barrier(2), []

    def look() -> None:
        together.wait(20)
        found.append({name: getattr(one, name) for name in SHOWN})

    threads = [Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first, second = found
    assert first == second == {name: getattr(decided().subjects[0], name) for name in SHOWN}
    assert all(a is b for a, b in zip(first["results"], second["results"], strict=True))


def test_what_a_decision_keeps_for_later_is_each_of_its_fields_that_it_was_not_told():
    (one,) = decided().subjects
    assert {each.name for each in fields_of(SubjectDecision) if not is_made(one, each.name)} == set(SHOWN)
    assert set(SHOWN) == decide._SHOWN.keys()
    open_ = next(each for each in one.results if each.status is Status.UNKNOWN)
    assert {each.name for each in fields_of(RuleResult) if not is_made(open_, each.name)} == {"missing"}
