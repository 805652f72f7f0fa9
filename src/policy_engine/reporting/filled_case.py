"""A case as a file that reads back as the same case: what was told, group by group, in the order of the form."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from policy_engine.model.areas import NATION
from policy_engine.model.calendar import iso
from policy_engine.model.cases import Case, Fact
from policy_engine.model.rules import RuleSet
from policy_engine.model.values import UNKNOWN, Known
from policy_engine.model.vocabulary import Field, FieldType, Subject
from policy_engine.reporting.blank_case import comment, key_words, schema_line
from policy_engine.reporting.json_report import plain_value

_INDENT = "  "


def filled_case(case: Case, rule_set: RuleSet, schema: str) -> str:
    """Write a case as YAML. `schema` is where editors find the schema of cases, "" for nowhere."""
    return "\n".join(_lines(case, rule_set, schema)) + "\n"


def _lines(case: Case, rule_set: RuleSet, schema: str) -> Iterator[str]:
    yield from schema_line(schema)
    if case.name:
        yield f"name: {quoted(case.name)}"
    if case.is_day_stated:
        yield f"as_of: {iso(case.as_of)}"
    if case.is_area_stated:
        yield f"jurisdiction: {quoted(rule_set.areas.name(case.area) if case.area != NATION else '全国')}"
    if case.is_phase_stated:
        yield f"phase: {case.phase.value}"
    if case.declaration is not None:
        yield "declaration:"
        yield f"{_INDENT}no_other_circumstances: true"
        if case.declaration.is_signed:
            yield f"{_INDENT}by: {quoted(case.declaration.by)}"
    if case.expected:
        yield f"expect: {quoted(case.expected)}"
    for name, facts in case.subjects.items():
        yield ""
        yield from _subject(rule_set.vocabulary.subjects[name], facts)


def _subject(subject: Subject, facts: Mapping[str, Fact]) -> Iterator[str]:
    if not facts:
        yield f"{key_words(subject.name)}: {{}}"
        return
    yield f"{key_words(subject.name)}:"
    group = ""
    for field in subject.fields.values():
        fact = facts.get(field.name)
        if fact is None:
            continue
        if field.group != group:
            group = field.group
            yield from comment(group, _INDENT)
        yield f"{_INDENT}{key_words(field.name)}: {_fact(field, fact)}"


def _fact(field: Field, fact: Fact) -> str:
    if fact.value is UNKNOWN:
        return f"{{unknown: {quoted(fact.reason)}}}"
    value = written_value(field, fact.value)
    return f"{{value: {value}, source: {quoted(fact.source)}}}" if fact.source else value


def written_value(field: Field, value: Known) -> str:
    """Write a value as YAML reads it; a number or a day stands bare, or it would be a text."""
    plain = plain_value(field, value)
    return (
        str(plain)
        if field.type in (FieldType.NUMBER, FieldType.DATE)
        else json.dumps(plain, ensure_ascii=False)
    )


def quoted(text: str) -> str:
    """Write a text in quotes: what YAML and JSON read alike."""
    return json.dumps(text, ensure_ascii=False)
