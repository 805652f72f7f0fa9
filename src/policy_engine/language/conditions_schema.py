"""JSON Schema of the conditions of one subject: its own fields, each with the operators and operands of its type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from policy_engine.language.keys import AS_OF_WORD, CONDITION_WORDS, PARAMETER, Word
from policy_engine.language.operators import BOUNDS, Operand, Operator, operators_on
from policy_engine.model.values import NOT_HAPPENED_WORD
from policy_engine.model.vocabulary import Field, FieldType, Role

Schema = dict[str, object]
NUMBER_PATTERN = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$"
DAY_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
PARAMETER_REF: Schema = {"$ref": "#/$defs/parameterReference"}


@dataclass(frozen=True, slots=True)
class Scope:
    """The fields that a condition may name, and the ASCII name under which its definitions stand.

    `choices`: the name of each set of choices; fields that have the same choices share it.
    """

    name: str
    fields: Mapping[str, Field]
    choices: Mapping[tuple[str, ...], str]

    def ref(self, part: str) -> Schema:
        """Refer to one of the scope's definitions."""
        return _ref(f"{self.name}-{part}")

    def named(self, *types: FieldType) -> tuple[str, ...]:
        """List the fields of some types."""
        return tuple(name for name, field in self.fields.items() if field.type in types)

    def derived(self, *types: FieldType) -> Iterator[Field]:
        """Go through the fields of some types that rules compute."""
        return (f for f in self.fields.values() if f.role is Role.DERIVED and f.type in types)

    def value(self, field: Field) -> Schema:
        """Give the schema of one value of a field; of a list, of one member."""
        match field.type:
            case FieldType.BOOLEAN:
                return {"type": "boolean"}
            case FieldType.NUMBER:
                return _ref("number")
            case FieldType.DATE:
                return _ref("day")
            case FieldType.CHOICE | FieldType.LIST:
                return _ref(self.choices[spellings(field)])
            case FieldType.TEXT:
                return {"type": "string"}

    def members(self, field: Field) -> Schema:
        """Give the schema of a list of a field's choices."""
        return _ref(f"{self.choices[spellings(field)]}-members")


def spellings(field: Field) -> tuple[str, ...]:
    """List the choices of a field as they may be written."""
    return (*field.choices, *field.aliases)


def one_of_words(words: Iterable[str]) -> Schema:
    """Demand one of some words; where there is none, nothing fits."""
    listed = list(words)
    # JSON Schema wants at least one value in an `enum`.
    return {"enum": listed} if listed else {"not": {}}


def shared_definitions(choices: Mapping[tuple[str, ...], str]) -> Iterator[tuple[str, Schema]]:
    """Go through the definitions that conditions of every scope refer to."""
    whole: Schema = {"type": ["integer", "string"], "minimum": 0, "pattern": "^[0-9]+$"}
    yield "number", {"type": ["number", "string"], "pattern": NUMBER_PATTERN}
    yield "day", {"type": "string", "pattern": DAY_PATTERN}
    yield "counted", {**_closed(dict.fromkeys(BOUNDS, whole)), "minProperties": 1}
    reference = {**_closed({PARAMETER: {"type": "string", "minLength": 1}}), "required": [PARAMETER]}
    yield "parameterReference", {"title": "参数", "description": "规则所用日期有效的参数值", **reference}
    yield "defined", {"type": "string", "title": "名称", "description": "definitions 里的一组取值"}
    for words, name in choices.items():
        yield name, one_of_words(words)
        # A name that the file defines stands for members: which there are, a schema can't know.
        member: Schema = {"anyOf": [_ref(name), _ref("defined")]}
        yield (
            f"{name}-members",
            {"anyOf": [_ref("defined"), {"type": "array", "items": member, "minItems": 1}]},
        )


def condition_definitions(scope: Scope) -> Iterator[tuple[str, Schema]]:
    """Go through the definitions that the conditions of a scope need: the condition itself, and each sort of test."""
    days, numbers = scope.ref("days"), scope.ref("numbers")
    months: Schema = {"type": "integer", "minimum": 1, "maximum": 1200}
    any_day: Schema = {"anyOf": [days, {"const": AS_OF_WORD}]}
    yield f"{scope.name}-days", one_of_words(scope.named(FieldType.DATE))
    yield f"{scope.name}-numbers", one_of_words(scope.named(FieldType.NUMBER))
    yield f"{scope.name}-number-value", {"anyOf": [_ref("number"), PARAMETER_REF, _other(numbers)]}
    yield f"{scope.name}-day-value", {"anyOf": [_ref("day"), PARAMETER_REF, _other(any_day)]}
    yield f"{scope.name}-months", {**_closed({"of": days, "months": months}), "required": ["of", "months"]}
    fields: dict[str, Schema] = {}
    tests: dict[str, Schema] = {}
    for field in scope.fields.values():
        if field.type is not FieldType.TEXT:
            name = _test_name(field, scope)
            # Fields that are tested alike share one test: else the schema would be too large for editors.
            tests.setdefault(name, _test(field, scope))
            described = {"description": field.description} if field.description else {}
            fields[field.name] = {"title": field.title, **described, **_ref(name)}
    yield from tests.items()
    yield f"{scope.name}-condition", _condition(scope, fields)


def _condition(scope: Scope, fields: Mapping[str, Schema]) -> Schema:
    words = {
        word: {"title": about.title, "description": about.meaning, **_of_word(about.word, scope)}
        for word, about in CONDITION_WORDS.items()
    }
    return {
        "title": "条件",
        "description": "条件树。几个字段写在一起表示同时成立；没有“是否知道”的算符。",
        "type": "object",
        "minProperties": 1,
        "additionalProperties": False,
        "properties": {**words, **fields},
    }


def _of_word(word: Word, scope: Scope) -> Schema:
    match word:
        case Word.ALL | Word.ANY:
            return {"type": "array", "items": scope.ref("condition"), "minItems": 1}
        case Word.NOT:
            return scope.ref("condition")
        case Word.MEETS:
            name: Schema = {"type": "string", "minLength": 1}
            return {"anyOf": [name, {"type": "array", "items": name, "minItems": 1}]}
        case Word.RATIO:
            share: Schema = {"anyOf": [{"type": ["number", "string"]}, PARAMETER_REF]}
            return {
                "type": "object",
                "additionalProperties": False,
                "required": ["part", "whole"],
                # Two fields and exactly one bound.
                "minProperties": 3,
                "maxProperties": 3,
                "properties": {
                    "part": scope.ref("numbers"),
                    "whole": scope.ref("numbers"),
                    **dict.fromkeys(BOUNDS, share),
                },
            }
        case Word.DIFFER:
            types = (FieldType.BOOLEAN, FieldType.CHOICE, FieldType.NUMBER, FieldType.DATE)
            return {
                "type": "array",
                "items": one_of_words(scope.named(*types)),
                "minItems": 2,
                "maxItems": 2,
            }


def _test_name(field: Field, scope: Scope) -> str:
    """Name the test of a field, which it shares with all fields that are tested alike."""
    match field.type:
        case FieldType.DATE if field.role is Role.EVENT:
            return f"{scope.name}-event"
        case FieldType.NUMBER | FieldType.DATE:
            return f"{scope.name}-{field.type.value}"
        case FieldType.CHOICE | FieldType.LIST:
            return f"{field.type.value}-of-{scope.choices[spellings(field)]}"
        case FieldType.BOOLEAN | FieldType.TEXT:
            return f"{field.type.value}"


def _test(field: Field, scope: Scope) -> Schema:
    operators = {
        operator.word: {
            "title": operator.title,
            "description": operator.meaning,
            **_operand(operator, field, scope),
        }
        for operator in operators_on(field.type)
    }
    if not operators:
        return {"anyOf": [*_plain(field, scope), PARAMETER_REF]}
    compared = _closed({PARAMETER: {"type": "string", "minLength": 1}, **operators})
    return {"anyOf": [*_plain(field, scope), {**compared, "minProperties": 1}]}


def _plain(field: Field, scope: Scope) -> Iterator[Schema]:
    """Go through what may stand behind a field without an operator; a list equals no single value."""
    if field.type is not FieldType.LIST:
        yield scope.value(field)
    if field.type is FieldType.DATE and field.role is Role.EVENT:
        yield {"const": NOT_HAPPENED_WORD}
    if field.type is FieldType.CHOICE:
        yield scope.members(field)


def _operand(operator: Operator, field: Field, scope: Scope) -> Schema:
    match operator.operand:
        case Operand.VALUE:
            return scope.ref("day-value" if field.type is FieldType.DATE else "number-value")
        case Operand.MEMBERS:
            return {"anyOf": [scope.members(field), PARAMETER_REF]}
        case Operand.BOUNDS:
            return _ref("counted")
        case Operand.MONTHS:
            return scope.ref("months")


def _other(names: Schema) -> Schema:
    return {**_closed({"of": names}), "required": ["of"]}


def _closed(properties: Mapping[str, object]) -> Schema:
    return {"type": "object", "additionalProperties": False, "properties": dict(properties)}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}
