"""The examples of a rule that somebody named: a name that only repeats the facts says nothing that the facts do not."""

from __future__ import annotations

import re
from collections.abc import Mapping

from policy_engine.evaluation.example_names import repeats_facts
from policy_engine.loading.scope import without_bound
from policy_engine.model.rules import Classify, Derive, Example, Rule
from policy_engine.model.vocabulary import Field
from policy_engine.reporting.aloud.effects import points_elsewhere

_NUMBER = re.compile(r"-?[\d.]+")


def example_words(rule: Rule, fields: Mapping[str, Mapping[str, Field]]) -> str:
    """Name the examples of a rule by what becomes of each; empty where nobody named one. `fields`: by subject."""
    by_outcome: dict[str, list[str]] = {}
    for example in rule.examples:
        if not repeats_facts(example, fields[example.subject]):
            outcome = _outcome(rule, example, fields[example.subject])
            by_outcome.setdefault(outcome, []).append(f"“{example.name}”")
    return "；".join(f"{'、'.join(names)}——{outcome}" for outcome, names in by_outcome.items())


def _outcome(rule: Rule, example: Example, fields: Mapping[str, Field]) -> str:
    if isinstance(rule.kind, Classify):
        # Of a class with members an example may name those it expects.
        return {"否": "不属于", "待核实": "待核实"}.get(example.expect, "属于")
    if points_elsewhere(rule, without_bound(rule, rule.when)):
        # Nobody is advised of anything there: whoever it is about is shown another way.
        return {"未采纳": "按此办理"}.get(example.expect, example.expect)
    if not isinstance(rule.kind, Derive) or not _NUMBER.fullmatch(example.expect):
        return example.expect
    unit = fields[rule.kind.field].unit
    return example.expect + ("个月" if unit == "月" else unit)
