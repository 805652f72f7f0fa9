"""JSON Schema of the files that say what is looked for in whole lists, for editors: made of the language and a vocabulary.

An aggregate may name columns of its own wherever a field could stand. Which there are a schema can't know, so it offers
fields and takes any name; the loader refuses those that are neither.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from policy_engine.language.conditions_schema import (
    DAY_PATTERN,
    NUMBER_PATTERN,
    PARAMETER_REF,
    Schema,
    Scope,
    condition_definitions,
    one_of_words,
    shared_definitions,
)
from policy_engine.language.keys import AGGREGATE_KEYS, Word
from policy_engine.language.operators import BOUNDS
from policy_engine.language.schema import choices_of, stem_of
from policy_engine.model.aggregates import Decided
from policy_engine.model.vocabulary import FieldType, Vocabulary

AGGREGATE_FILE = "aggregate-file.schema.json"
ID_PATTERN = "^[a-z0-9]+(-[a-z0-9]+)*$"
LONGEST_SPAN = 3660
_NAME: Schema = {"type": "string", "minLength": 1}
_FLAG: Schema = {"type": "boolean"}
_WHOLE: Schema = {"type": "integer", "minimum": 0}


def aggregate_file_schema(vocabulary: Vocabulary) -> str:
    """Write the schema of the files of aggregates of a rule base: its subjects and fields by name."""
    subjects = sorted(vocabulary.subjects.values(), key=lambda subject: subject.file)
    choices = choices_of(field for subject in subjects for field in subject.fields.values())
    scopes = {subject.name: Scope(stem_of(subject), subject.fields, choices) for subject in subjects}
    definitions: dict[str, object] = {
        "aggregate": _aggregate(scopes),
        "column": _column(),
        "example": _example(),
        **dict(shared_definitions(choices)),
        # No file of aggregates gives sets of values a name.
        "defined": one_of_words(()),
    }
    for scope in scopes.values():
        definitions |= dict(_of_scope(scope))
    listed: Schema = {"type": "array", "items": {"$ref": "#/$defs/aggregate"}}
    schema: Schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": AGGREGATE_FILE,
        "title": "清单汇总",
        "description": "在整份清单里查什么。写法见 rules/README.md。",
        **_closed({"$schema": _NAME, "aggregates": listed}, "aggregates"),
        "$defs": definitions,
    }
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def _aggregate(scopes: Mapping[str, Scope]) -> Schema:
    written: dict[str, Schema] = {
        "id": {"type": "string", "pattern": ID_PATTERN},
        "title": _NAME,
        "subject": one_of_words(scopes),
        "document": {"type": "string", "pattern": "^[a-z0-9]+([.-][a-z0-9]+)*$"},
        "cite": _NAME,
        "columns": {"type": "array", "items": {"$ref": "#/$defs/column"}},
        "where": {"type": "object"},
        "by": {"type": "array"},
        "near": {"type": "object"},
        "measure": {"type": "object"},
        "report": {"type": "object"},
        "advice": _NAME,
        "note": _NAME,
        "examples": {"type": "array", "items": {"$ref": "#/$defs/example"}},
    }
    assert written.keys() == AGGREGATE_KEYS.keys()
    described = {
        word: {"title": key.title, "description": key.meaning, **written[word]}
        for word, key in AGGREGATE_KEYS.items()
    }
    about = [
        {
            "if": {"properties": {"subject": {"const": name}}, "required": ["subject"]},
            "then": scope.ref("aggregate"),
        }
        for name, scope in scopes.items()
    ]
    return {
        **_closed(described, "id", "title", "subject"),
        "dependentRequired": {"document": ["cite"], "cite": ["document"]},
        "allOf": about,
    }


def _of_scope(scope: Scope) -> Iterator[tuple[str, Schema]]:
    for name, definition in condition_definitions(scope):
        yield name, _with_columns(name, definition, scope)
    field, day, number = (
        _or_column(scope.named(*types))
        for types in (tuple(FieldType), (FieldType.DATE,), (FieldType.NUMBER,))
    )
    yield (
        f"{scope.name}-aggregate",
        {
            "properties": {
                "where": scope.ref("condition"),
                "by": {"items": {"anyOf": [field, *_keys(field, day, scope)]}},
                "near": _closed(
                    {"date": day, "days": {"type": "integer", "minimum": 1, "maximum": LONGEST_SPAN}},
                    "date",
                    "days",
                ),
                "measure": _measure(field, number),
                "report": _report(number),
            }
        },
    )


def _with_columns(name: str, definition: Schema, scope: Scope) -> Schema:
    """Have conditions take columns too; there is nothing here that a file could define."""
    if name in (f"{scope.name}-days", f"{scope.name}-numbers"):
        return {"anyOf": [definition, _NAME]}
    if name != f"{scope.name}-condition":
        return definition
    properties = definition["properties"]
    assert isinstance(properties, dict)
    kept = {key: value for key, value in properties.items() if key != Word.MEETS.value}
    return {**definition, "properties": kept, "additionalProperties": True}


def _keys(field: Schema, day: Schema, scope: Scope) -> Iterator[Schema]:
    title = {"title": _NAME}
    row = _closed({"when": scope.ref("condition"), "is": _NAME}, "when", "is")
    bands: Schema = {"type": "array", "items": _WHOLE, "minItems": 1}
    yield _closed({"field": field, **title}, "field")
    for period in ("year", "month"):
        yield _closed({period: day, "every": _FLAG, **title}, period)
    yield _closed({"age": day, "bands": bands, **title}, "age", "bands")
    rows: Schema = {"type": "array", "items": row, "minItems": 1}
    yield _closed({"table": rows, "otherwise": _NAME, **title}, "table", "otherwise")
    yield _closed({"decided": one_of_words(one.value for one in Decided), **title}, "decided")


def _measure(field: Schema, number: Schema) -> Schema:
    share = _closed({"part": number, "whole": number}, "part", "whole")
    return {
        "anyOf": [
            _closed({"total": number, "below_limit": _FLAG}, "total"),
            _closed({"distinct": field}, "distinct"),
            _closed({"share": share}, "share"),
        ]
    }


def _report(number: Schema) -> Schema:
    plain: Schema = {"type": ["number", "string"], "pattern": NUMBER_PATTERN}
    limit: Schema = {"anyOf": [plain, PARAMETER_REF, _closed({"field": number}, "field")]}
    return {
        **_closed({**dict.fromkeys(BOUNDS, limit), "fewest": _WHOLE}),
        "oneOf": [{"required": [bound]} for bound in BOUNDS],
    }


def _column() -> Schema:
    types = (FieldType.TEXT, FieldType.DATE, FieldType.NUMBER, FieldType.LIST)
    return _closed(
        {
            "name": {"title": "名称", **_NAME},
            "type": {"title": "类型", **one_of_words(one.value for one in types)},
            "heads": {"title": "表头的别的写法", "type": "array", "items": _NAME},
            "unit": {"title": "单位", **_NAME},
            "scale": {"title": "小数位数", "type": "integer", "minimum": 0, "maximum": 4},
            "help": {"title": "说明", **_NAME},
        },
        "name",
    )


def _example() -> Schema:
    cell: Schema = {"type": ["string", "number", "boolean"]}
    group: Schema = {"anyOf": [cell, {"type": "array", "items": cell}]}
    groups: Schema = {"type": "array", "items": group}
    return _closed(
        {
            "name": {"title": "名称", **_NAME},
            "as_of": {"title": "基准日", "type": "string", "pattern": DAY_PATTERN},
            "rows": {
                "title": "行",
                "type": "array",
                "items": {"type": "object", "additionalProperties": cell},
            },
            "found": {"title": "查出的组", **groups},
            "possible": {"title": "可能有的组", **groups},
        },
        "name",
        "as_of",
        "rows",
    )


def _or_column(names: tuple[str, ...]) -> Schema:
    return {"anyOf": [one_of_words(names), _NAME]}


def _closed(properties: Mapping[str, object], *required: str) -> Schema:
    found: Schema = {"type": "object", "additionalProperties": False, "properties": dict(properties)}
    return {**found, "required": list(required)} if required else found
