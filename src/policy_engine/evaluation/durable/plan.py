"""Plans: the rules of one subject in stages, each stage deciding what the earlier ones make decidable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from policy_engine.compilation import CompiledSubject
from policy_engine.evaluation.durable.draft import Draft, settled_in, sign
from policy_engine.evaluation.durable.stages import Membership, PlannedRule, Sign, Stage
from policy_engine.evaluation.durable.translation import ways
from policy_engine.foundation.logic import Pair, Truth
from policy_engine.model.conditions import All, Any, Condition
from policy_engine.model.rules import (
    Classify,
    Derive,
    Impossible,
    Permit,
    Prohibit,
    Recommend,
    Require,
    Rule,
    Table,
)
from policy_engine.model.vocabulary import Field

SURELY_FALSE: Pair[Sign] = Pair(true=False, false=True)


def plan(fields: Mapping[str, Field], subject: CompiledSubject) -> tuple[Stage, ...]:
    """Translate the rules of one subject and put everything into its stage."""
    # A derived field can be read once the last of the rules that make it has its stage.
    left = Counter(name for rule in subject.rules for name in _derives(rule))
    draft = Draft(fields, pending=set(left))
    planned: list[PlannedRule] = []
    stages: dict[str, int] = {}
    for rule in subject.rules:
        planned.append(_plan_rule(draft, rule, subject.defeated_by.get(rule.id, ())))
        stages[rule.id] = max([0, *_settled_in(draft, planned[-1], stages)])
        for name in _derives(rule):
            draft.derived_in[name] = max(draft.derived_in.get(name, 0), stages[rule.id])
            left[name] -= 1
            if not left[name]:
                draft.pending.remove(name)
    last = max([*stages.values(), *(stage for stage, _ in draft.clauses)], default=-1)
    return tuple(_stage(draft, planned, stages, at) for at in range(last + 1))


def _stage(draft: Draft, planned: Sequence[PlannedRule], stages: Mapping[str, int], at: int) -> Stage:
    memberships = _memberships(one.rule for one in planned)
    return Stage(
        properties=tuple((prop, name) for prop, name in draft.properties.items() if draft.ready[name] == at),
        clauses=tuple(clause for stage, clause in draft.clauses if stage == at),
        rules=tuple(one for one in planned if stages[one.rule.id] == at),
        memberships=tuple(one for one in memberships if draft.derived_in[one.field] == at),
    )


def _plan_rule(draft: Draft, rule: Rule, defeated_by: tuple[str, ...]) -> PlannedRule:
    exceptions = tuple(All((clause.scope, clause.when), clause.span) for clause in rule.unless)
    kind = rule.kind
    return PlannedRule(
        rule=rule,
        scope=_part(draft, rule.scope),
        when=_part(draft, rule.when),
        excepted=_part(draft, Any(exceptions, rule.span)),
        required=_part(draft, kind.condition) if isinstance(kind, Require | Recommend) else SURELY_FALSE,
        conditions=tuple(_part(draft, condition) for condition in _conditions(rule)),
        defeated_by=defeated_by,
    )


def _part(draft: Draft, condition: Condition) -> Pair[Sign]:
    return Pair(
        true=sign(draft, ways(draft, condition, Truth.TRUE)),
        false=sign(draft, ways(draft, condition, Truth.FALSE)),
    )


def _conditions(rule: Rule) -> tuple[Condition, ...]:
    match rule.kind:
        case Table(_, rows):
            return tuple(condition for condition, _ in rows)
        case Derive(conditions=conditions):
            return conditions
        case Prohibit() | Permit() | Require() | Recommend() | Classify() | Impossible():
            return ()


def _settled_in(draft: Draft, planned: PlannedRule, stages: Mapping[str, int]) -> Iterator[int]:
    """Go through the stages in which what a rule hangs on is settled."""
    for part in (planned.scope, planned.when, planned.excepted, planned.required, *planned.conditions):
        for flag in (part.true, part.false):
            if isinstance(flag, str):
                # It can be looked at from the stage after the one that raises it.
                yield draft.ready[flag] - 1
    for prevailing in planned.defeated_by:
        yield stages[prevailing]
    if isinstance(planned.rule.kind, Derive):
        for name in planned.rule.kind.inputs:
            yield settled_in(draft, name)


def _memberships(rules: Iterable[Rule]) -> tuple[Membership, ...]:
    found: dict[tuple[str, str], list[str]] = {}
    for rule in rules:
        if isinstance(rule.kind, Classify):
            for member in rule.kind.members or ("",):
                found.setdefault((rule.kind.field, member), []).append(rule.id)
    return tuple(Membership(name, member, tuple(ids)) for (name, member), ids in found.items())


def _derives(rule: Rule) -> tuple[str, ...]:
    return (rule.kind.field,) if isinstance(rule.kind, Classify | Table | Derive) else ()
