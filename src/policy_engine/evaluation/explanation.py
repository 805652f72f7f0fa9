"""Explain one rule of a decision: the tree of its parts with the truth and value at each node."""

from __future__ import annotations

from collections.abc import Mapping

from policy_engine.compilation import CompiledRuleSet
from policy_engine.compilation.reads import fields_read
from policy_engine.evaluation.condition_words import condition_words, derived_words, value_words
from policy_engine.evaluation.truth import Derivations, truth
from policy_engine.evaluation.weighing import with_numbers
from policy_engine.foundation.logic import Truth, disjunction, truth_of
from policy_engine.model.calendar import chinese_day, last_day
from policy_engine.model.conditions import (
    All,
    Any,
    Condition,
    InArea,
    InForce,
    Leaf,
    Not,
    Period,
    Unvalued,
    WithinMonths,
)
from policy_engine.model.decisions import Derived, Status, Step, SubjectDecision
from policy_engine.model.rules import Recommend, Require, Rule, Table
from policy_engine.model.values import NOT_HAPPENED, UNKNOWN, Value
from policy_engine.model.vocabulary import Field


def explain(compiled: CompiledRuleSet, decision: SubjectDecision, rule: Rule) -> Step:
    """Lay out scope, when, exceptions, prevailing norms and the required condition of a rule."""
    fields = compiled.rule_set.vocabulary.subjects[decision.subject].fields
    values = with_numbers(decision.situation.values, decision.evaluation)
    walk = _Walk(fields, values, Derivations(decision.evaluation.truths, fields), decision.derived)
    parts = [
        walk.named("效力范围", rule.scope),
        walk.named("适用条件", rule.when),
        *(walk.named(f"例外：{c.because}", All((c.scope, c.when), c.span)) for c in rule.unless),
        *_defeats(compiled, decision, rule),
    ]
    if isinstance(rule.kind, Require | Recommend):
        parts.append(walk.named("要求", rule.kind.condition))
    if isinstance(rule.kind, Table):
        parts += [walk.named(f"为 {choice}", condition) for condition, choice in rule.kind.rows]
    status = decision.evaluation.statuses[rule.id]
    found = {Status.TRUE: Truth.TRUE, Status.UNKNOWN: Truth.UNKNOWN}.get(status, Truth.FALSE)
    return Step(f"{rule.id} {rule.title}", found, status.value, rule.span.place, tuple(parts))


def _defeats(compiled: CompiledRuleSet, decision: SubjectDecision, rule: Rule) -> list[Step]:
    winners = compiled.subjects[decision.subject].defeated_by.get(rule.id, ())
    if not winners:
        return []
    statuses = decision.evaluation.statuses
    steps = [
        Step(
            winner,
            truth_of(statuses[winner] is Status.TRUE),
            statuses[winner].value,
            _place(compiled, winner),
            (),
        )
        for winner in winners
    ]
    return [
        Step("优先于本条的规定", disjunction([s.truth for s in steps]), "", rule.span.place, tuple(steps))
    ]


def _place(compiled: CompiledRuleSet, rule_id: str) -> str:
    return next(rule.span.place for rule in compiled.rule_set.rules if rule.id == rule_id)


class _Walk:
    """Walks conditions with the values of one decision."""

    def __init__(
        self,
        fields: Mapping[str, Field],
        values: Mapping[str, Value],
        derived: Derivations,
        computed: Mapping[str, Derived],
    ) -> None:
        self.fields, self.values, self.derived, self.computed = fields, values, derived, computed

    def named(self, name: str, condition: Condition) -> Step:
        step = self.step(condition)
        # Only a conjunction needs no connective of its own.
        parts = step.parts if isinstance(condition, All) else (step,)
        return Step(name, step.truth, "", step.place, parts)

    def step(self, condition: Condition) -> Step:
        found = truth(condition, self.values, self.derived)
        place = condition.span.place
        if isinstance(condition, Leaf):
            return Step(condition_words(condition, self.fields), found, self._value(condition), place, ())
        match condition:
            case All(parts=parts):
                return Step("同时满足", found, "", place, tuple(self.step(p) for p in parts))
            case Any(parts=parts):
                return Step("满足其一", found, "", place, tuple(self.step(p) for p in parts))
            case Not(part=part):
                return Step("并非", found, "", place, (self.step(part),))

    def _value(self, leaf: Leaf) -> str:
        # Force and territory, and what a parameter lacks, are said by the words of the condition.
        if isinstance(leaf, InForce | InArea | Unvalued):
            return ""
        told = [f"{name}={self._told(name)}" for name in fields_read(leaf)]
        if isinstance(leaf, WithinMonths):
            told += self._last_day(leaf)
        return "，".join(told)

    def _last_day(self, leaf: WithinMonths) -> list[str]:
        start = self.values.get(leaf.start, UNKNOWN)
        if not isinstance(start, int) or start == NOT_HAPPENED:
            return []
        aside = "（遇法定休假日顺延，未推算）" if leaf.period is Period.DEADLINE else ""
        return [f"最后一日为{chinese_day(last_day(start, leaf.months, leaf.period))}{aside}"]

    def _told(self, name: str) -> str:
        value = self.values.get(name, UNKNOWN)
        # What rules compute of a choice, a list or a claim has a truth a value rather than one value.
        if value is UNKNOWN and name in self.computed:
            return derived_words(self.fields[name], self.computed[name])
        return value_words(self.fields[name], value)
