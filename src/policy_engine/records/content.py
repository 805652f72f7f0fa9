"""What a record says of an opinion, as data: the case, the rules, both engines, and what they came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from policy_engine.evaluation.agreement import Engine
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.loading.files import SourceText
from policy_engine.model.calendar import iso
from policy_engine.model.cases import Case
from policy_engine.model.decisions import Decision, SubjectDecision
from policy_engine.model.rules import RuleSet
from policy_engine.records.attachments import Attachment, base_texts, packed
from policy_engine.reporting.headline import headline
from policy_engine.reporting.interview_json import case_data
from policy_engine.reporting.json_report import indication_json, plain_value
from policy_engine.reporting.opinion.compose import compose
from policy_engine.reporting.words import verdict_label
from policy_engine.usecases.sources import Sources

# The form of records. Records of every form there was stay readable.
FORMAT: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """An opinion about to be filed. `case`: as it was given, before a catalogue was looked up; `by`: who answers for it."""

    decision: Decision
    case: Case
    engine: Engine
    sources: Sources
    rule_set: RuleSet
    catalogue: SourceText | None
    by: str
    account: str
    program: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """A record but for its number and its link, and what it refers to."""

    content: Mapping[str, Any]
    attachments: tuple[Attachment, ...]


def drafted(issued: Issued) -> Draft:
    """Write down an opinion. Raises `DiagnosticsError` where the rule base was changed since it was loaded."""
    rule_set, decision = issued.rule_set, issued.decision
    if issued.sources.version != rule_set.version:
        wrong = Diagnostic(
            code="PE546",
            message="规则库在审查的时候被改动，记录里存不下当时的规则",
            help="规则库改完以后再审查一次",
        )
        raise DiagnosticsError([wrong])
    base = packed(base_texts(issued.sources))
    listed = packed({issued.catalogue.path: issued.catalogue.text}) if issued.catalogue is not None else None
    case = issued.case
    content = {
        "format": FORMAT,
        "at": issued.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "by": issued.by,
        "account": issued.account,
        "program": issued.program,
        "case": case_data(case, rule_set),
        # Canonical JSON sorts keys; a paper tells facts in the order in which they were told.
        "order": [[name, list(facts)] for name, facts in case.subjects.items()],
        "as_of": iso(case.as_of),
        "jurisdiction": {"code": case.area, "name": rule_set.areas.name(case.area)},
        "rule_base": {"name": rule_set.name, "version": rule_set.version, "digest": base.digest},
        "catalogue": listed.digest if listed is not None else None,
        "engine": issued.engine.value,
        "decision": decision_content(decision, rule_set),
    }
    return Draft(content, (base,) if listed is None else (base, listed))


def decision_content(decision: Decision, rule_set: RuleSet) -> dict[str, Any]:
    """Give what a decision came to, small enough to keep and whole enough to be compared with another."""
    return {
        "verdict": decision.verdict.name if decision.verdict else None,
        "label": verdict_label(decision.verdict),
        "headline": headline(decision, rule_set),
        "cross_check": decision.cross_check.value,
        "paper": compose(decision, rule_set).digest,
        "subjects": {one.subject: _subject(one, rule_set) for one in decision.subjects},
    }


def _subject(one: SubjectDecision, rule_set: RuleSet) -> dict[str, Any]:
    fields = rule_set.vocabulary.subjects[one.subject].fields
    return {
        "verdict": one.verdict.name if one.verdict else None,
        "phase": one.phase.value if one.phase else None,
        "grounds": [result.rule.id for result in one.grounds],
        "outcomes": {result.rule.id: result.outcome.value for result in one.results},
        "facts": {
            name: {"value": plain_value(fields[name], fact.value), "origin": fact.origin.value}
            for name, fact in one.facts.items()
        },
        "asked": [question.field.name for question in one.missing],
        "indications": [indication_json(found, fields[found.field]) for found in one.indications],
    }


def case_of(content: Mapping[str, Any]) -> dict[str, Any]:
    """Give the case of a record as it was told, its subjects and facts in their order."""
    found = dict(content["case"])
    subjects = {name: found.pop(name) for name, _ in content["order"]}
    ordered = {name: {key: subjects[name][key] for key in keys} for name, keys in content["order"]}
    return found | ordered
