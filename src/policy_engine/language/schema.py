"""JSON Schema of rule files, for editors: a frame written by hand, filled with the language and a vocabulary."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Any

from policy_engine.language.conditions_schema import (
    Schema,
    Scope,
    condition_definitions,
    one_of_words,
    shared_definitions,
    spellings,
)
from policy_engine.language.keys import (
    DEFINITION_KEYS,
    EXAMPLE_KEYS,
    FILE_KEYS,
    PRECEDENCE_KEYS,
    RULE_KEYS,
    SCOPE_KEYS,
    USUAL_KEYS,
    Key,
)
from policy_engine.language.kinds import KINDS, Content
from policy_engine.model.decisions import Outcome, Verdict
from policy_engine.model.rules import OF_DAYS, Function
from policy_engine.model.vocabulary import Field, FieldType, Phase, Subject, Vocabulary

FILE = "rule-file.schema.json"
_PAIRS = (Function.DIFFERENCE, *OF_DAYS)
_ACROSS = "across"


def rule_file_schema(vocabulary: Vocabulary, objects: Iterable[str], forces: Iterable[str]) -> str:
    """Write the schema of the rule files of a rule base: its subjects, fields, objects and forces by name."""
    subjects = sorted(vocabulary.subjects.values(), key=lambda subject: subject.file)
    choices = choices_of(field for subject in subjects for field in subject.fields.values())
    scopes = {s.name: Scope(stem_of(s), s.fields, choices) for s in subjects}
    across = Scope(_ACROSS, {f.name: f for s in subjects for f in _qualified(s)}, choices)
    schema = _frame()
    definitions = schema["$defs"]
    _describe(schema, FILE_KEYS)
    _describe(definitions["scope"], SCOPE_KEYS)
    _describe(definitions["definition"], DEFINITION_KEYS)
    _describe(definitions["precedence"], PRECEDENCE_KEYS)
    _describe(definitions["usual"], USUAL_KEYS)
    _describe(definitions["example"], EXAMPLE_KEYS)
    _describe(definitions["rule"], RULE_KEYS)
    _fill_rule(definitions["rule"], across)
    for name, scope in scopes.items():
        # What the other keys may hold hangs on `subject`, which JSON Schema can only say as if and then.
        for part in ("rule", "definition", "scope"):
            definitions[part]["allOf"].append({"if": _about(name), "then": scope.ref(part)})
    definitions |= {
        "subject": one_of_words(scopes),
        "phase": one_of_words(phase.value for phase in Phase),
        "verdict": one_of_words(verdict.value for verdict in Verdict),
        "outcome": one_of_words(outcome.value for outcome in Outcome),
        "object": one_of_words(objects),
        "force": one_of_words(forces),
        **dict(shared_definitions(choices)),
    }
    for scope in (*scopes.values(), across):
        definitions |= dict(condition_definitions(scope))
        if scope is across:
            # Rules over several subjects only say what is impossible.
            both = ("when", "impossible")
            definitions[f"{scope.name}-rule"] = {"properties": dict.fromkeys(both, scope.ref("condition"))}
            continue
        definitions[f"{scope.name}-call"] = _single({f.value: _inputs(f, scope) for f in Function})
        definitions[f"{scope.name}-rule"] = {"properties": dict(_of_scope(scope))}
        definitions[f"{scope.name}-definition"] = {"properties": _defined(scope)}
        definitions[f"{scope.name}-scope"] = {"properties": {"when": scope.ref("condition")}}
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def _frame() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(files(__package__).joinpath("frame.json").read_text("utf-8"))
    return read


def choices_of(fields: Iterable[Field]) -> Mapping[tuple[str, ...], str]:
    """Name each set of choices by a number; what a field is called need not be ASCII."""
    listed = dict.fromkeys(spellings(field) for field in fields if field.choices)
    return {words: f"choices-{number}" for number, words in enumerate(listed, start=1)}


def stem_of(subject: Subject) -> str:
    """Name a subject in ASCII, as its schema is called."""
    return PurePosixPath(subject.file).name.partition(".")[0]


def _qualified(subject: Subject) -> Iterator[Field]:
    return (
        replace(field, name=f"{subject.name}.{field.name}", description="")
        for field in subject.fields.values()
    )


def _describe(owner: dict[str, Any], keys: Mapping[str, Key]) -> None:
    """Put the keys in their order and say of each what it is."""
    written = owner["properties"]
    owner["properties"] = {
        word: {"title": key.title, "description": key.meaning, **written.pop(word, {})}
        for word, key in keys.items()
    }
    # The frame may describe no key that the language lacks: editors would offer what the loader refuses.
    assert not written, f"keys that the language does not have: {list(written)}"


def _about(subject: str) -> Schema:
    """Hold where something is about a subject, alone or among others."""
    named: Schema = {"anyOf": [{"const": subject}, {"type": "array", "contains": {"const": subject}}]}
    return {"properties": {"subject": named}, "required": ["subject"]}


def _fill_rule(rule: dict[str, Any], across: Scope) -> None:
    rule["oneOf"] = [{"required": [kind]} for kind in KINDS]
    rule["allOf"].append({"if": {"required": [_ACROSS]}, "then": across.ref("rule")})


def _of_scope(scope: Scope) -> Iterator[tuple[str, Schema]]:
    """Go through what the keys of a rule hold that name fields of its subject."""
    condition = scope.ref("condition")
    booleans = one_of_words(scope.named(FieldType.BOOLEAN))
    yield "when", condition
    yield "dated_by", scope.ref("days")
    yield "justified_by", booleans
    yield "unless", _each("exception", {"when": condition})
    yield "doubt", _each("doubt", {"when": condition, "ask": booleans})
    for word, kind in KINDS.items():
        match kind.content:
            case Content.OBJECT:
                yield word, {"$ref": "#/$defs/object"}
            case Content.CONDITION:
                yield word, condition
            case Content.CLASS:
                yield word, _single({f.name: _class(f, scope) for f in _classified(scope)})
            case Content.TABLE:
                yield word, _table(scope)
            case Content.CALL:
                yield word, _single({f.name: scope.ref("call") for f in scope.derived(FieldType.NUMBER)})


def _defined(scope: Scope) -> Schema:
    member: Schema = {"type": "string", "minLength": 1}
    members: Schema = {"type": "array", "items": member, "minItems": 1}
    return {
        "of": one_of_words(scope.named(FieldType.CHOICE, FieldType.LIST)),
        "means": {"anyOf": [scope.ref("condition"), member, members]},
    }


def _each(definition: str, properties: Mapping[str, object]) -> Schema:
    return {
        "items": {"allOf": [{"$ref": f"#/$defs/{definition}"}, {"properties": dict(properties)}]},
    }


def _single(properties: Mapping[str, object]) -> Schema:
    return {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
        "properties": dict(properties),
    }


def _classified(scope: Scope) -> Iterator[Field]:
    return scope.derived(FieldType.BOOLEAN, FieldType.LIST)


def _class(field: Field, scope: Scope) -> Schema:
    if field.type is FieldType.BOOLEAN:
        return {"const": True}
    return {"anyOf": [scope.value(field), scope.members(field)]}


def _table(scope: Scope) -> Schema:
    fields = tuple(scope.derived(FieldType.CHOICE))
    # Of all such fields: which choices go with which field a schema can't say here, and the loader does.
    values = one_of_words(dict.fromkeys(choice for field in fields for choice in field.choices))
    row: Schema = {
        "type": "object",
        "additionalProperties": False,
        "required": ["when", "is"],
        "properties": {"when": scope.ref("condition"), "is": values},
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["field", "rows", "otherwise"],
        "properties": {
            "field": one_of_words(field.name for field in fields),
            "hit": {"const": "first"},
            "rows": {"type": "array", "minItems": 1, "items": row},
            "otherwise": values,
        },
    }


def _inputs(function: Function, scope: Scope) -> Schema:
    if function is Function.COUNT_IF:
        return {"type": "array", "minItems": 1, "items": scope.ref("condition")}
    listed: Schema = {"type": "array", "items": scope.ref("days" if function in OF_DAYS else "numbers")}
    return {**listed, "minItems": 2, "maxItems": 2} if function in _PAIRS else {**listed, "minItems": 1}
