"""Where an interview stands, as data: to the shape `ask` of `schemas/output.schema.json`."""

from __future__ import annotations

from policy_engine.evaluation.condition_words import value_words
from policy_engine.model.areas import NATION
from policy_engine.model.calendar import iso
from policy_engine.model.cases import Case, Fact
from policy_engine.model.interviewing import Ask, Asking, Turn
from policy_engine.model.rules import RuleSet
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Field, FieldType
from policy_engine.reporting.asking import DECLARATION, asked_words
from policy_engine.reporting.headline import verdict_sentence
from policy_engine.reporting.indications import asking_indications
from policy_engine.reporting.interview_page import covered_words, reason_words, standing
from policy_engine.reporting.json_report import indication_json, plain_value
from policy_engine.reporting.told import Json
from policy_engine.reporting.words import verdict_label


def turn_json(turn: Turn, subject: str, rule_set: RuleSet) -> Json:
    """Give the verdict so far, what is asked next (`null` where nothing is), and the case to go on from."""
    one = turn.subject
    return {
        "subject": subject,
        "verdict": one.verdict.name if one.verdict else None,
        "verdict_label": verdict_label(one.verdict),
        "sentence": verdict_sentence(one, rule_set),
        "standing": standing(turn, rule_set),
        "left": turn.left,
        "ask": _ask(turn, turn.ask, rule_set) if turn.ask is not None else None,
        "case": case_data(turn.case, rule_set),
    }


def case_data(case: Case, rule_set: RuleSet) -> Json:
    """Give a case in the form of a case file, as data: read again it is the same case."""
    head: Json = {"name": case.name} if case.name else {}
    if case.is_day_stated:
        head["as_of"] = iso(case.as_of)
    if case.is_area_stated:
        head["jurisdiction"] = rule_set.areas.name(case.area) if case.area != NATION else "全国"
    if case.is_phase_stated:
        head["phase"] = case.phase.value
    if case.declaration is not None:
        signed = {"by": case.declaration.by} if case.declaration.is_signed else {}
        head["declaration"] = {"no_other_circumstances": True, **signed}
    for name, facts in case.subjects.items():
        fields = rule_set.vocabulary.subjects[name].fields
        head[name] = {key: _fact(fields[key], fact) for key, fact in facts.items()}
    return head


def _fact(field: Field, fact: Fact) -> object:
    if fact.value is UNKNOWN:
        return {"unknown": fact.reason}
    value = plain_value(field, fact.value)
    return {"value": value, "source": fact.source} if fact.source else value


def _ask(turn: Turn, ask: Ask, rule_set: RuleSet) -> Json:
    one = turn.subject
    fields = rule_set.vocabulary.subjects[one.subject].fields
    if ask.question is None:
        return {
            "kind": ask.kind.value,
            "field": None,
            "question": DECLARATION,
            "type": None,
            "unit": "",
            "choices": [],
            "criteria": {},
            "supplier": "",
            "rules": [],
            "indications": [],
            "proposed": None,
            "covered": covered_words(ask.covered, fields),
        }
    field = ask.question.field
    stated = turn.case.subjects[one.subject].get(field.name)
    is_reason = ask.kind is Asking.REASON and stated is not None
    return {
        "kind": ask.kind.value,
        "field": field.name,
        "question": reason_words(field, stated) if is_reason and stated else asked_words(ask.question),
        "type": field.type.value,
        "unit": field.unit,
        "choices": ["是", "否"] if field.type is FieldType.BOOLEAN else list(field.choices),
        "criteria": {answer: list(seen) for answer, seen in field.criteria.items()},
        "supplier": field.supplier,
        "rules": list(ask.question.rules),
        "indications": [
            indication_json(found, fields[found.field])
            for found in asking_indications(field, one, stated, fields)
        ],
        "proposed": value_words(field, ask.proposed) if ask.proposed is not None else None,
        "covered": {},
    }
