"""Evaluate with the second engine, prepared once for each rule set and subject."""

from __future__ import annotations

from _thread import allocate_lock
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.durable.clauses import EngineFailure, Matcher
from policy_engine.evaluation.durable.engine import SubjectEngine, engine_of, prepare_engine, run_engine
from policy_engine.evaluation.durable.native import Ruleset, rulesets
from policy_engine.evaluation.durable.storing import read_plan
from policy_engine.foundation.forks import in_every_child
from policy_engine.foundation.memory import Beside
from policy_engine.foundation.waiting import left, look
from policy_engine.model.cases import Situation
from policy_engine.model.decisions import Evaluation

_prepared: Beside[tuple[Matcher, str], SubjectEngine] = Beside()
# Of the class that `threading` names, without the module.
_lock = allocate_lock()
# Seconds after which one who waits for a turn looks whether anybody still waits for them.
_PATIENCE: Final = 60.0
# Engines of a parent process, kept so that nobody frees them.
_inherited: list[dict[tuple[Matcher, str], SubjectEngine]] = []


def evaluate_durable(compiled: CompiledRuleSet, situation: Situation) -> Evaluation:
    """Decide one situation with durable-rules, from the checked rules, in the compiler's order.

    Raises `EngineFailure` where it cannot. Threads take turns.
    """
    with _turn():
        return run_engine(_engine(compiled, situation.subject, rulesets), situation)


def evaluate_sqlite(compiled: CompiledRuleSet, situation: Situation) -> Evaluation:
    """Decide one situation with SQLite by the same clauses. Raises `EngineFailure` where it cannot. Threads take turns."""
    from policy_engine.evaluation.durable.sqlite import sqlite_rulesets  # noqa: PLC0415 - durable-rules is mostly there

    with _turn():
        return run_engine(_engine(compiled, situation.subject, sqlite_rulesets), situation)


@contextmanager
def _turn() -> Iterator[None]:
    lock = _lock
    while not lock.acquire(timeout=left(_PATIENCE)):
        look()
    try:
        yield
    finally:
        lock.release()


@in_every_child
def _start_afresh() -> None:
    # Another thread of the parent may have held the lock, halfway through a decision, when this process was forked.
    global _prepared, _lock
    _inherited.extend(_prepared.kept.values())
    _prepared, _lock = Beside(), allocate_lock()


def _engine(compiled: CompiledRuleSet, subject: str, matcher: Matcher) -> SubjectEngine:
    if subject not in compiled.subjects:
        reason = f"the rule set knows no subject {subject}"
        raise EngineFailure(reason)
    engines = _prepared.of(compiled)
    if (matcher, subject) not in engines:
        engines[matcher, subject] = _made(compiled, subject, matcher)
    return engines[matcher, subject]


def _made(compiled: CompiledRuleSet, subject: str, matcher: Matcher) -> SubjectEngine:
    fields, own = compiled.rule_set.vocabulary.subjects[subject].fields, compiled.subjects[subject]
    kept = own.kept_plan() if own.kept_plan is not None and matcher is rulesets else ""
    if not kept:
        return prepare_engine(fields, own, matcher)
    stages = tuple((stage, tuple(map(Ruleset, packs))) for stage, packs in read_plan(kept, own))
    return engine_of(fields, own, stages, matcher)
