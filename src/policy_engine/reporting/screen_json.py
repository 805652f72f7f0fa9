"""What a text was screened for, as data: to the shape `screen` of `schemas/output.schema.json`."""

from __future__ import annotations

from policy_engine.model.calendar import iso
from policy_engine.model.rules import RuleSet
from policy_engine.model.screening import Screening, Supposition
from policy_engine.model.vocabulary import Field
from policy_engine.reporting.headline import verdict_sentence
from policy_engine.reporting.json_report import Json, indication_json, plain_value
from policy_engine.reporting.screen_page import MOST_QUESTIONS, headline_of, sources_of, surest
from policy_engine.reporting.words import short_citation, verdict_label


def screening_json(found: Screening, remarks: tuple[str, ...], rule_set: RuleSet) -> Json:
    """Give what was found in one text."""
    fields = rule_set.vocabulary.subjects[found.subject].fields
    case, sources = found.case, sources_of(rule_set)
    decision = found.open.subjects[0] if found.open is not None else None
    return {
        "subject": found.subject,
        "headline": headline_of(found, rule_set),
        "as_of": iso(case.as_of),
        "jurisdiction": {"code": case.area, "name": rule_set.areas.name(case.area)},
        "assumed": list(case.assumed),
        "notes": list(remarks),
        "texts": dict(found.texts),
        "is_confirmed": False,
        "proposals": [
            {
                "field": one.field,
                "title": fields[one.field].title,
                "value": plain_value(fields[one.field], one.value) if one.value is not None else None,
                "certainty": surest(one).certainty.name.lower(),
                "disagrees": one.value is None,
                "question": fields[one.field].question or fields[one.field].title,
                "supplier": fields[one.field].supplier,
                "indications": [indication_json(i, fields[i.field]) for i in one.indications],
                "sources": list(dict.fromkeys(filter(None, (sources.get(i.term) for i in one.indications)))),
            }
            for one in found.proposals
        ],
        "if_confirmed": _supposed(found.confirmed, rule_set),
        "if_stated_confirmed": _supposed(found.stated, rule_set),
        "questions": [_question(q.field, q.rules) for q in decision.missing[:MOST_QUESTIONS]]
        if decision is not None
        else None,
        "more_questions": max(0, len(decision.missing) - MOST_QUESTIONS) if decision is not None else None,
        "asks_declaration": decision.asks_declaration if decision is not None else None,
    }


def _supposed(supposed: Supposition | None, rule_set: RuleSet) -> Json | None:
    if supposed is None:
        return None
    decision = supposed.decision.subjects[0] if supposed.decision is not None else None
    is_possible = not supposed.impossible
    return {
        "verdict": supposed.verdict.name if supposed.verdict is not None else None,
        "verdict_label": verdict_label(supposed.verdict) if is_possible else "",
        "sentence": verdict_sentence(decision, rule_set) if decision is not None else None,
        "grounds": [
            {
                "rule": r.rule.id,
                "title": r.rule.title,
                "citation": short_citation(r.rule.citation),
            }
            for r in decision.grounds
        ]
        if decision is not None
        else None,
        "impossible": list(supposed.impossible),
    }


def _question(field: Field, rules: tuple[str, ...]) -> Json:
    return {
        "field": field.name,
        "question": field.question or field.title,
        "supplier": field.supplier,
        "rules": list(rules),
    }
