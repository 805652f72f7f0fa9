"""The second engine: one subject's plan inside whatever matches its clauses, and what it finds about a situation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from policy_engine.compilation import CompiledSubject
from policy_engine.evaluation.durable.clauses import EngineFailure, Mark, Matcher, Ruleset
from policy_engine.evaluation.durable.derivation import calculate, tabulate
from policy_engine.evaluation.durable.facts import Facts, is_derived, parts_of
from policy_engine.evaluation.durable.properties import read
from policy_engine.evaluation.durable.stages import PlannedRule, Sign, Stage
from policy_engine.evaluation.durable.walk import (
    RuleTruths,
    Walker,
    WalkResult,
    both,
    either,
    follow,
    prepare_walk,
)
from policy_engine.foundation.logic import Pair, Truth
from policy_engine.foundation.records import dataclass, field
from policy_engine.foundation.waiting import look
from policy_engine.model.cases import Situation
from policy_engine.model.decisions import Evaluation
from policy_engine.model.rules import Derive, Table
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Field, FieldType


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectEngine:
    """One subject's rules inside what matches them, freed with this object."""

    fields: Mapping[str, Field]
    stages: tuple[tuple[Stage, Sequence[Ruleset]], ...]
    walker: Walker
    rivals: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Run:
    facts: Facts
    walker: Walker
    marks: dict[str, Mark] = field(default_factory=dict)
    courses: dict[str, WalkResult] = field(default_factory=dict)


def prepare_engine(fields: Mapping[str, Field], subject: CompiledSubject, matcher: Matcher) -> SubjectEngine:
    """Translate one subject's rules and hand them to what matches them: durable-rules or SQLite."""
    # Of a rule base that was kept, the plan was kept too.
    from policy_engine.evaluation.durable.plan import plan  # noqa: PLC0415

    stages = tuple((stage, matcher(stage.clauses)) for stage in plan(fields, subject))
    return engine_of(fields, subject, stages, matcher)


def engine_of(
    fields: Mapping[str, Field],
    subject: CompiledSubject,
    stages: tuple[tuple[Stage, Sequence[Ruleset]], ...],
    matcher: Matcher,
) -> SubjectEngine:
    """Put a plan whose clauses are ready together with the walk."""
    return SubjectEngine(
        fields=fields, stages=stages, walker=Walker(prepare_walk(matcher)), rivals=subject.rivals
    )


def run_engine(engine: SubjectEngine, situation: Situation) -> Evaluation:
    """Decide one situation. Not for two threads at a time."""
    facts = Facts(engine.fields, situation.values, truths=_at_first(engine.fields))
    run = _Run(facts, engine.walker)
    for stage, sets in engine.stages:
        _run_stage(run, stage, sets)
    courses = run.courses
    return Evaluation(
        statuses={rule_id: course.status for rule_id, course in courses.items()},
        truths=facts.truths,
        numbers=facts.numbers,
        rivals={(p, q): both(run.walker, courses[p].effect, courses[q].effect) for p, q in engine.rivals},
    )


def _at_first(fields: Mapping[str, Field]) -> dict[tuple[str, str], Truth]:
    """Say what is so before any rule: what nobody classifies is false, what nobody chooses is open."""
    derived = [field for name, field in fields.items() if is_derived(fields, name)]
    return {
        (one.name, part): Truth.UNKNOWN if one.type is FieldType.CHOICE else Truth.FALSE
        for one in derived
        for part in parts_of(one)
    }


def _run_stage(run: _Run, stage: Stage, sets: Sequence[Ruleset]) -> None:
    for prop, name in stage.properties:
        found = read(prop, run.facts)
        if found is not None:
            run.marks[name] = found
    for ruleset in sets:
        # In any order: a clause that reads a flag stands in a later stage than what raises it.
        look()
        run.marks.update(dict.fromkeys(ruleset.run(run.marks), True))
    for planned in stage.rules:
        course = _walk(run, planned)
        run.courses[planned.rule.id] = course
        if course.effect is Truth.TRUE:
            _derive(run, planned)
    for one in stage.memberships:
        # After all rules of the stage: a membership is false only once none of its makers can hold.
        effects = [run.courses[rule_id].effect for rule_id in one.rules]
        run.facts.truths[one.field, one.member] = either(run.walker, effects)


def _walk(run: _Run, planned: PlannedRule) -> WalkResult:
    prevailing = [run.courses[rule_id].effect for rule_id in planned.defeated_by]
    parts = RuleTruths(
        scope=_truth(run, planned.scope),
        when=_truth(run, planned.when),
        excepted=_truth(run, planned.excepted),
        defeated=either(run.walker, prevailing),
        required=_truth(run, planned.required),
    )
    return follow(run.walker, parts)


def _derive(run: _Run, planned: PlannedRule) -> None:
    kind = planned.rule.kind
    conditions = [_truth(run, part) for part in planned.conditions]
    if isinstance(kind, Table):
        tabulate(run.walker, run.facts, kind, conditions)
    if isinstance(kind, Derive):
        found = calculate(run.facts, kind, conditions)
        if found is not UNKNOWN:
            run.facts.numbers[kind.field] = found


def _truth(run: _Run, part: Pair[Sign]) -> Truth:
    marks, true, false = run.marks, part.true, part.false
    is_true = true if isinstance(true, bool) else true in marks
    is_false = false if isinstance(false, bool) else false in marks
    # The two sides are matched apart: that they never both fire is a proof of the translation, held at every turn.
    if is_true and is_false:
        raise EngineFailure("the second engine finds one condition both true and false")
    if is_true:
        return Truth.TRUE
    return Truth.FALSE if is_false else Truth.UNKNOWN
