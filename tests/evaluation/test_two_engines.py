"""Which engine answers, what is said of it, and that any difference between two is named."""

from dataclasses import replace

import pytest

from policy_engine.evaluation import agreement, durable
from policy_engine.evaluation.agreement import Engine, EngineBrokeError, EnginesDisagreeError, differences
from policy_engine.foundation.logic import Truth
from policy_engine.model.decisions import CrossCheck, Evaluation, Status

FIRST = Evaluation(
    statuses={"甲": Status.TRUE, "乙": Status.UNKNOWN},
    truths={("规模", "大型"): Truth.TRUE},
    numbers={"差额": 3},
    rivals={("甲", "乙"): Truth.UNKNOWN},
)
SAME = Evaluation(
    statuses=dict(FIRST.statuses),
    truths=dict(FIRST.truths),
    numbers=dict(FIRST.numbers),
    rivals=dict(FIRST.rivals),
)
# What is decided, and by what: nobody here looks into either.
RULES, MATTER = object(), object()
NOTHING = Evaluation(statuses={}, truths={}, numbers={}, rivals={})


def asked(
    monkeypatch, engine: Engine, second, *, is_there: bool = True, stands_in: bool = True
) -> tuple[Evaluation, CrossCheck]:
    def answer(*_: object) -> Evaluation:
        if isinstance(second, Exception):
            raise second
        return second

    def first(compiled: object, situation: object) -> Evaluation:
        assert (RULES, MATTER) == (compiled, situation)
        return FIRST

    monkeypatch.setattr(agreement, "evaluate_compiled", first)
    for name, is_loaded in (("durable", is_there), ("sqlite", stands_in)):
        monkeypatch.setattr(durable, f"evaluate_{name}", answer)
        monkeypatch.setattr(durable, f"{name}_available", lambda is_loaded=is_loaded: is_loaded)
    return agreement.evaluate(RULES, MATTER, engine)


@pytest.mark.parametrize(
    ("engine", "is_there", "stands_in", "is_first", "said"),
    [
        (Engine.COMPILED, True, True, True, CrossCheck.COMPILED_ONLY),
        (Engine.COMPILED, False, False, True, CrossCheck.COMPILED_ONLY),
        (Engine.DURABLE, True, True, False, CrossCheck.DURABLE_ONLY),
        (Engine.DURABLE, False, True, True, CrossCheck.UNAVAILABLE),
        (Engine.SQLITE, True, True, False, CrossCheck.SQLITE_ONLY),
        (Engine.SQLITE, True, False, True, CrossCheck.UNAVAILABLE),
        (Engine.BOTH, True, False, True, CrossCheck.AGREED),
        (Engine.BOTH, False, True, True, CrossCheck.AGREED_BY_SQLITE),
        (Engine.BOTH, False, False, True, CrossCheck.UNAVAILABLE),
    ],
)
def test_the_engine_that_was_asked_answers(monkeypatch, engine, is_there, stands_in, is_first, said) -> None:
    found, check = asked(monkeypatch, engine, SAME, is_there=is_there, stands_in=stands_in)
    assert (is_first, said) == (found is FIRST, check)


@pytest.mark.parametrize(
    ("other", "named"),
    [
        (SAME, ()),
        (replace(SAME, statuses={**SAME.statuses, "乙": Status.TRUE}), ("乙",)),
        (replace(SAME, statuses={"甲": Status.TRUE}), ("乙",)),
        (replace(SAME, statuses={**SAME.statuses, "丙": Status.CLEAR}), ("丙",)),
        (replace(SAME, truths={}), ("规模：大型",)),
        (replace(SAME, truths={("规模", "大型"): Truth.FALSE}), ("规模：大型",)),
        (replace(SAME, numbers={"差额": 4}), ("差额",)),
        (replace(SAME, numbers={"差额": 3, "期数": 1}), ("期数",)),
        (replace(SAME, rivals={}), ("甲 × 乙",)),
        (NOTHING, ("甲", "乙", "规模：大型", "差额", "甲 × 乙")),
    ],
)
def test_every_difference_is_named_and_ends_the_decision(monkeypatch, other, named) -> None:
    assert named == differences(FIRST, other)
    assert set(named) == set(differences(other, FIRST))
    if not named:
        assert (FIRST, CrossCheck.AGREED) == asked(monkeypatch, Engine.BOTH, other)
        return
    with pytest.raises(EnginesDisagreeError, match="、".join(named)) as told:
        asked(monkeypatch, Engine.BOTH, other)
    assert named == told.value.rules
    assert (other, CrossCheck.DURABLE_ONLY) == asked(monkeypatch, Engine.DURABLE, other)


@pytest.mark.parametrize("engine", [Engine.DURABLE, Engine.SQLITE, Engine.BOTH])
def test_a_second_engine_that_breaks_gives_no_decision(monkeypatch, engine) -> None:
    with pytest.raises(EngineBrokeError, match="超时"):
        asked(monkeypatch, engine, durable.EngineFailure("超时"))
