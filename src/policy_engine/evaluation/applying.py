"""Whether a rule that is still open applies as far as anything was told: what duties and advice are shown by."""

from __future__ import annotations

from collections.abc import Mapping

from policy_engine.evaluation.truth import Derivations, truth
from policy_engine.foundation.logic import Truth
from policy_engine.model.conditions import All, Any, Condition, Leaf, Not
from policy_engine.model.rules import Rule
from policy_engine.model.values import Value


def applies_as_told(condition: Condition, values: Mapping[str, Value], derived: Derivations) -> bool:
    """Tell whether a condition holds where every comparison that can't be settled counts as not so."""
    if isinstance(condition, Leaf):
        return truth(condition, values, derived) is Truth.TRUE
    match condition:
        case All(parts=parts):
            return all(applies_as_told(part, values, derived) for part in parts)
        case Any(parts=parts):
            return any(applies_as_told(part, values, derived) for part in parts)
        case Not(part=part):
            return not applies_as_told(part, values, derived)


def surely_applies(rule: Rule, values: Mapping[str, Value], derived: Derivations) -> bool:
    """Tell whether a rule with a condition of its own applies, whatever the answer to what it wants."""
    if rule.when == All((), rule.when.span):
        return False
    parts = (rule.scope, rule.when)
    is_met = all(truth(part, values, derived) is Truth.TRUE for part in parts)
    exceptions = (All((clause.scope, clause.when), clause.span) for clause in rule.unless)
    return is_met and all(truth(clause, values, derived) is Truth.FALSE for clause in exceptions)
