"""A decision as JSON, to the shape of `schemas/decision.schema.json`. Same case, same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from policy_engine.evaluation.condition_words import derived_words, value_words
from policy_engine.evaluation.support import Support, support_of
from policy_engine.foundation.logic import Truth
from policy_engine.model.calendar import iso
from policy_engine.model.cases import Case, Fact, Origin
from policy_engine.model.decisions import (
    BelowArea,
    Blocked,
    Decision,
    Excepted,
    Finding,
    Found,
    LackingParameter,
    OutOfArea,
    OutOfTime,
    ParameterQuestion,
    Question,
    RuleResult,
    SubjectDecision,
    Yielded,
)
from policy_engine.model.documents import Citation
from policy_engine.model.lexicon import Indication
from policy_engine.model.rules import Prohibit, Require, Rule, RuleSet
from policy_engine.model.values import NOT_HAPPENED, NOT_HAPPENED_WORD, UNKNOWN, Value, number_words
from policy_engine.model.vocabulary import Field, FieldType
from policy_engine.reporting.auditor import case_digest
from policy_engine.reporting.comparison import compared_rules
from policy_engine.reporting.duties import duties_of
from policy_engine.reporting.grounds import denying_facts
from policy_engine.reporting.headline import headline
from policy_engine.reporting.indications import asking_indications
from policy_engine.reporting.words import (
    begins_of,
    blocked_words,
    cross_check_words,
    parameter_question,
    verdict_label,
)

Json = dict[str, object]
_REASONS = {OutOfTime: "out_of_time", OutOfArea: "out_of_area", BelowArea: "below_area"}


def decision_as_json(decision: Decision, rule_set: RuleSet) -> Json:
    """Turn a decision into plain data."""
    subjects = [_subject(one, decision.case, rule_set) for one in decision.subjects]
    case = decision.case
    return {
        "name": case.name,
        "verdict": decision.verdict.name if decision.verdict else None,
        "verdict_label": verdict_label(decision.verdict),
        "headline": headline(decision, rule_set),
        "as_of": iso(case.as_of),
        "jurisdiction": {"code": case.area, "name": rule_set.areas.name(case.area)},
        "phase": case.phase.value,
        "assumed": list(case.assumed),
        "declaration": {"by": case.declaration.by} if case.declaration else None,
        "catalogue": _catalogue(decision),
        "grounds": _joined(subjects, "grounds"),
        "results": _joined(subjects, "results"),
        "findings": _joined(subjects, "findings"),
        "classifications": {
            name: derived_words(rule_set.vocabulary.subjects[one.subject].fields[name], found)
            for one in decision.subjects
            for name, found in one.derived.items()
        },
        "missing": _joined(subjects, "missing"),
        "duties_ahead": _joined(subjects, "duties_ahead"),
        "advice": _joined(subjects, "advice"),
        "remedies": _joined(subjects, "remedies"),
        "cross_check": {
            "status": decision.cross_check.name,
            "label": cross_check_words(decision.cross_check),
        },
        "rule_set": {"version": decision.rule_set_version},
        "case_digest": case_digest(decision),
        "subjects": subjects,
    }


def _catalogue(decision: Decision) -> Json | None:
    found = decision.case.consultation
    if found is None:
        return None
    entry = found.entry
    return {
        "file": found.path,
        "entry": {"first": entry.first, "second": entry.second, "verified": entry.verified}
        if entry
        else None,
        "is_contradicted": found.is_contradicted,
        "remarks": list(found.lines),
    }


def _joined(subjects: list[Json], key: str) -> list[object]:
    found: list[object] = []
    for subject in subjects:
        part = subject[key]
        assert isinstance(part, list)
        found += part
    return found


def _subject(decision: SubjectDecision, case: Case, rule_set: RuleSet) -> Json:
    fields = rule_set.vocabulary.subjects[decision.subject].fields
    support = support_of(decision, fields)
    written = partial(_result, rules={r.rule.id: r.rule for r in decision.results}, rule_set=rule_set)
    # A permission is a ground as well, and has nothing to mend.
    broken = [r for r in decision.grounds if isinstance(r.rule.kind, Prohibit | Require)]
    return {
        "subject": decision.subject,
        "verdict": decision.verdict.name if decision.verdict else None,
        "verdict_label": verdict_label(decision.verdict),
        "grounds": [written(r) for r in decision.grounds],
        "results": [written(r) for r in decision.results],
        "findings": [_finding(f, support) for f in decision.findings],
        "missing": [
            *(_question(q, support, decision, case, fields) for q in decision.missing),
            *map(_parameter_question, decision.lacking),
        ],
        "asks_declaration": decision.asks_declaration,
        "may_become": [v.name for v in decision.may_become],
        "conflicts": [[written(a), written(b)] for a, b, truth in decision.rivals if truth is Truth.TRUE],
        "unencoded": [{"id": d.id, "number": d.number, "title": d.title} for d in decision.unencoded],
        "duties_ahead": [
            {"rule": r.rule.id, "title": r.rule.title, "phase": r.rule.due.value} for r in duties_of(decision)
        ],
        "advice": [{"rule": r.rule.id, "text": r.rule.advice or r.rule.title} for r in decision.advice],
        "compared": [
            {"rule": r.rule.id, "facts": list(support.turns_on(r))}
            for r in compared_rules(decision, rule_set)
        ],
        "declared": [n for n, f in decision.facts.items() if f.origin is Origin.DECLARED],
        "notes": [
            {"field": n, "text": decision.facts[n].value, "set_aside_by": _set_aside_by(f, decision)}
            for n, f in fields.items()
            # Empty text is as good as none: people clear a box and leave the blank.
            if f.judged_by and decision.facts[n].value not in (UNKNOWN, "")
        ],
        "remedies": [{"rule": r.rule.id, "text": r.rule.remedy} for r in broken if r.rule.remedy],
        "indications": [indication_json(one, fields[one.field]) for one in decision.indications],
        "facts": [fact_json(fields[name], fact) for name, fact in decision.facts.items()],
    }


def _finding(finding: Finding, support: Support) -> Json:
    document = finding.document
    return {
        "field": finding.field,
        "category": finding.category,
        "document": document.id if document else None,
        "number": (document.number or document.title) if document else None,
        "result": finding.found.value,
        "examined": finding.found is not Found.UNEXAMINED,
        "rules": [r.rule.id for r in finding.rules],
        "decided_by": list(denying_facts(finding, support)),
    }


def _result(result: RuleResult, rules: Mapping[str, Rule], rule_set: RuleSet) -> Json:
    rule = result.rule
    return {
        "rule": rule.id,
        "kind": type(rule.kind).__name__.lower(),
        "subject": result.subject,
        "title": rule.title,
        "outcome": result.outcome.value,
        "outcome_code": result.outcome.name,
        "blocked_by": blocked_words(result.blocked, rules),
        "blocked": _blocked(result.blocked),
        "is_ahead": result.is_ahead,
        "citation": _citation(rule.citation, rule_set),
        "missing": list(result.missing),
        "missing_parameters": [_parameter(p) for p in result.lacking],
        "place": rule.span.place,
    }


def _blocked(blocked: Blocked | None) -> Json | None:
    match blocked:
        case None:
            return None
        case OutOfTime() | OutOfArea() | BelowArea():
            return {"reason": _REASONS[type(blocked)]}
        case Excepted(clauses=clauses):
            return {"reason": "excepted", "because": [clause.because for clause in clauses]}
        case Yielded(rules=names):
            return {"reason": "yielded", "rules": list(names)}


def rule_json(rule: Rule, rule_set: RuleSet) -> Json:
    """Give what a rule is called, says and rests on."""
    return {
        "rule": rule.id,
        "kind": type(rule.kind).__name__.lower(),
        "title": rule.title,
        "subjects": list(rule.subjects),
        "citation": _citation(rule.citation, rule_set),
        "examples": len(rule.examples),
        "place": rule.span.place,
    }


def _citation(citation: Citation, rule_set: RuleSet) -> Json:
    document = citation.document
    begins = begins_of(document)
    return {
        "document": document.id,
        "number": document.number,
        "title": document.title,
        "locator": citation.locator,
        "force": document.force,
        "binding": rule_set.authority.forces[document.force].binding,
        "told_by": document.told_by,
        "verified": citation.verified,
        "effective": iso(begins.day) if begins else None,
        "ended": iso(document.ended.day) if document.ended else None,
    }


def _set_aside_by(note: Field, decision: SubjectDecision) -> str:
    judged = decision.facts[note.judged_by]
    return judged.source if judged.value is True else ""


def _question(
    question: Question, support: Support, decision: SubjectDecision, case: Case, fields: Mapping[str, Field]
) -> Json:
    field = question.field
    stated = case.subjects[decision.subject].get(field.name)
    return {
        "field": field.name,
        "question": field.question or field.title,
        "supplier": field.supplier,
        "reason": question.reason,
        "signs": list(support.signs_of(field)),
        "indications": [
            indication_json(one, fields[one.field])
            for one in asking_indications(field, decision, stated, fields)
        ],
        "criteria": {answer: list(seen) for answer, seen in field.criteria.items()},
        "rules": list(question.rules),
        "parameter": None,
    }


def indication_json(indication: Indication, field: Field) -> Json:
    """Write what words point to, and where they stand."""
    return {
        "field": indication.field,
        "value": plain_value(field, indication.value),
        "words": indication.words,
        "text": indication.text,
        "start": indication.start,
        "end": indication.end,
        "certainty": indication.certainty.name.lower(),
        "because": indication.because,
        "term": indication.term,
    }


def _parameter_question(question: ParameterQuestion) -> Json:
    # No field of the case holds the answer: the register of parameters does.
    return {
        "field": None,
        "question": parameter_question(question.parameter),
        "supplier": "规则维护人员",
        "reason": "规则库没有登记这一天的值",
        "signs": [],
        "indications": [],
        "criteria": {},
        "rules": list(question.rules),
        "parameter": _parameter(question.parameter),
    }


def _parameter(parameter: LackingParameter) -> Json:
    return {"name": parameter.name, "day": iso(parameter.day)}


def fact_json(field: Field, fact: Fact) -> Json:
    """Write a fact with where it comes from."""
    return {
        "field": field.name,
        "value": plain_value(field, fact.value),
        "text": "" if fact.value is UNKNOWN else value_words(field, fact.value),
        "origin": fact.origin.value,
        "source": fact.source,
        "reason": fact.reason,
    }


def plain_value(field: Field, value: Value) -> bool | str | list[str] | None:
    """Write a value as a case file would, numbers and days as text."""
    if value is UNKNOWN or isinstance(value, bool):
        return None if value is UNKNOWN else value
    if isinstance(value, frozenset):
        # In the vocabulary's order: a set has none, and the same case has to give the same bytes.
        return [choice for choice in field.choices if choice in value]
    if isinstance(value, str):
        return value
    if field.type is FieldType.DATE:
        return NOT_HAPPENED_WORD if value == NOT_HAPPENED else iso(value)
    return number_words(value, field.scale)
