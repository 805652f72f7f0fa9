"""Run one engine or both; two engines must agree rule by rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import TypeVar

from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.compiled import evaluate_compiled
from policy_engine.model.cases import Situation
from policy_engine.model.decisions import CrossCheck, Evaluation

_Key = TypeVar("_Key")
Evaluate = Callable[[CompiledRuleSet, Situation], Evaluation]


class Engine(Enum):
    """Which engine decides."""

    COMPILED = "compiled"
    DURABLE = "durable"
    SQLITE = "sqlite"
    BOTH = "both"


class EnginesDisagreeError(Exception):
    """The engines differ; the decision is not issued. `rules` names where."""

    def __init__(self, rules: tuple[str, ...]) -> None:
        self.rules = rules
        super().__init__("两个引擎的结果不一致：" + "、".join(rules))


class EngineBrokeError(Exception):
    """The second engine could not decide; the decision is not issued."""


def evaluate(
    compiled: CompiledRuleSet, situation: Situation, engine: Engine
) -> tuple[Evaluation, CrossCheck]:
    """Evaluate one situation. Raises `EnginesDisagreeError` where both were asked and differ.

    Raises `EngineBrokeError` where the second engine gives no answer.
    """
    if engine is Engine.COMPILED:
        return evaluate_compiled(compiled, situation), CrossCheck.COMPILED_ONLY
    second, alone, agreed = _second(engine)
    # The decision says so: it is given, but never passed off as cross-checked.
    if second is None:
        return evaluate_compiled(compiled, situation), CrossCheck.UNAVAILABLE
    # Loading the second engine costs a shared library; only where it is asked for.
    from policy_engine.evaluation.durable import EngineFailure  # noqa: PLC0415

    try:
        found = second(compiled, situation)
    except EngineFailure as failure:
        raise EngineBrokeError(str(failure)) from failure
    if engine is not Engine.BOTH:
        return found, alone
    first = evaluate_compiled(compiled, situation)
    differing = differences(first, found)
    if differing:
        raise EnginesDisagreeError(differing)
    return first, agreed


def _second(engine: Engine) -> tuple[Evaluate | None, CrossCheck, CrossCheck]:
    """Choose what decides again, and what is said where it decides alone, and where both agree."""
    from policy_engine.evaluation import durable  # noqa: PLC0415

    if engine is not Engine.SQLITE and durable.durable_available():
        return durable.evaluate_durable, CrossCheck.DURABLE_ONLY, CrossCheck.AGREED
    # durable-rules has to be built where it is installed, which not every machine can.
    if engine is not Engine.DURABLE and durable.sqlite_available():
        return durable.evaluate_sqlite, CrossCheck.SQLITE_ONLY, CrossCheck.AGREED_BY_SQLITE
    return None, CrossCheck.UNAVAILABLE, CrossCheck.UNAVAILABLE


def differences(first: Evaluation, second: Evaluation) -> tuple[str, ...]:
    """Name every rule, derived truth, number and rival pair on which two evaluations differ."""
    return (
        *_differing(first.statuses, second.statuses),
        *("：".join(key) for key in _differing(first.truths, second.truths)),
        *_differing(first.numbers, second.numbers),
        *(" × ".join(key) for key in _differing(first.rivals, second.rivals)),
    )


def _differing(first: Mapping[_Key, object], second: Mapping[_Key, object]) -> tuple[_Key, ...]:
    keys = dict.fromkeys((*first, *second))
    return tuple(key for key in keys if first.get(key) != second.get(key))
