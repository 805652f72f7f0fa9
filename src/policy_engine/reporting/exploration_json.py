"""Ways out and sufficient facts as JSON, to the shape of `schemas/decision.schema.json`."""

from __future__ import annotations

from collections.abc import Mapping

from policy_engine.analysis.ways.exploration import Exploration
from policy_engine.analysis.ways.reasons import Reasons
from policy_engine.analysis.ways.what_if import Search, Step, Way
from policy_engine.model.decisions import SubjectDecision
from policy_engine.model.rules import RuleSet
from policy_engine.model.values import UNKNOWN, number_words
from policy_engine.model.vocabulary import Field, FieldType
from policy_engine.reporting.json_report import Json, fact_json, plain_value
from policy_engine.reporting.what_if_page import step_words
from policy_engine.reporting.words import verdict_label


def exploration_json(explored: Exploration, decision: SubjectDecision, rule_set: RuleSet) -> Json:
    """Give what was asked for, and nothing else."""
    fields = rule_set.vocabulary.subjects[decision.subject].fields
    found: Json = {}
    if explored.asks_ways:
        found["what_if"] = _search(explored.search, explored.after, fields)
    if explored.reasons is not None:
        found["reasons"] = [_reasons(one, decision, fields) for one in explored.reasons]
    return found


def _search(
    search: Search | None, after: tuple[SubjectDecision, ...], fields: Mapping[str, Field]
) -> Json | None:
    if search is None:
        return None
    return {
        "goal": search.goal.name,
        "complete": search.is_complete,
        "changeable": [option.field.name for option in search.options],
        "ways": [_way(way, then, fields) for way, then in zip(search.ways, after, strict=False)],
        "more": max(0, len(search.ways) - len(after)),
        "obstacles": list(search.obstacles),
    }


def _way(way: Way, after: SubjectDecision, fields: Mapping[str, Field]) -> Json:
    return {
        "steps": [_step(step) for step in way.steps],
        "sample": {name: plain_value(fields[name], value) for name, value in way.sample.items()},
        "verdict": after.verdict.name if after.verdict else None,
        "verdict_label": verdict_label(after.verdict),
        "missing": [question.field.name for question in after.missing],
        "missing_parameters": [question.parameter.name for question in after.lacking],
    }


def _step(step: Step) -> Json:
    option, field = step.option, step.option.field
    is_number = field.type is FieldType.NUMBER
    return {
        "field": field.name,
        "kind": "answer" if option.is_answer else "change",
        "from": None if option.present is UNKNOWN else plain_value(field, option.present),
        "to": None if is_number else [plain_value(field, value) for value in step.values],
        "ranges": [_range(first, last, step) for first, last in step.stretches] if is_number else None,
        "text": step_words(step),
        "rules": list(step.rules),
    }


def _range(first: int, last: int, step: Step) -> Json:
    field = step.option.field
    return {"at_least": number_words(first, field.scale), "at_most": number_words(last, field.scale)}


def _reasons(reasons: Reasons, decision: SubjectDecision, fields: Mapping[str, Field]) -> Json:
    return {
        "rules": list(reasons.rules),
        "complete": reasons.is_complete,
        "sets": [[fact_json(fields[name], decision.facts[name]) for name in names] for names in reasons.sets],
    }
