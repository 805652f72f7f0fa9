"""Schema files that load are held to JSON Schema itself, each fault at its line."""

import json

import pytest

import as_shipped
from effort import IS_FULL
from policy_engine.loading.files import SourceText
from policy_engine.loading.json_schema import check_schemas

VALUES = SourceText("schemas/values.schema.json", json.dumps({"$defs": {"qualified": {"type": "object"}}}))


def told(schema: object, *others: SourceText) -> list[tuple[str, int, str]]:
    text = schema if isinstance(schema, str) else json.dumps(schema, ensure_ascii=False, indent=1)
    found = check_schemas([SourceText("schemas/a.schema.json", text), *others])
    return [(one.code, one.span.line + 1, one.message) for one in found if one.span and one.help]


def of_field(**keywords: object) -> dict:
    return {"properties": {"金额": keywords}}


def test_the_shipped_schemas_are_json_schema() -> None:
    # The longest by far, that of rule files, is held to it where it is made (tests/language).
    schemas = [s for s in as_shipped.sources().schemas if IS_FULL or "rule-file" not in s.path]
    assert 10 < len(schemas)
    assert [] == list(check_schemas(schemas))


@pytest.mark.parametrize(
    ("schema", "demand"),
    [
        (of_field(minimum="3"), '`minimum` 不合 JSON Schema：写的是 "3"，应为数字'),
        (of_field(minLength=-1), "不能小于 0"),
        (of_field(multipleOf=0), "应大于 0"),
        (of_field(pattern="["), "写法不对"),
        (of_field(anyOf=[]), "不能是空的"),
        (of_field(required=["甲", "甲"]), "有重复的项"),
        (of_field(type="strng"), "只能是 array、boolean、integer"),
        (of_field(properties=["甲"]), '`properties` 不合 JSON Schema：写的是 ["甲"]，应为对象'),
        ({"properties": {"金额": 3}}, "应为对象、true 或 false"),
    ],
)
def test_a_keyword_used_against_json_schema_is_told_once_at_its_line(schema, demand) -> None:
    ((code, line, message),) = told(schema)
    assert ("PE214", 3 + ("`金额`" not in message)) == (code, line)
    assert demand in message


def test_an_older_dialect_is_held_to_its_own_rules() -> None:
    schema = {"$schema": "http://json-schema.org/draft-04/schema#", "minimum": 1, "exclusiveMinimum": True}
    assert [] == told(schema)
    del schema["$schema"]
    assert [("PE214", 3)] == [(code, line) for code, line, _ in told(schema)]


@pytest.mark.parametrize(
    ("text", "line"), [('{"a": 1,\n}', 2), ("{'a': 1}", 1), ('{"a": 1 # 说明\n}', 1), ("", 1)]
)
def test_what_only_a_reader_of_yaml_takes_for_json_is_told(text, line) -> None:
    assert [("PE214", line)] == [(code, at) for code, at, _ in told(text)]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ('{"a": 1,\n}', "}"),
        ("{'a': 1}", "'"),
        ('{"a": 1 # 说明\n}', "#"),
        ('{\n "甲": [1,\n  乙]}', "乙"),
        ('{"a": 1} 完', "完"),
    ],
)
def test_the_very_character_that_is_no_json_is_pointed_at(text, at) -> None:
    (found,) = check_schemas([SourceText("schemas/a.schema.json", text)])
    assert found.span is not None
    assert found.span.line == found.span.end_line
    assert at == text.split("\n")[found.span.line][found.span.column : found.span.end_column]


def test_a_byte_order_mark_is_no_fault() -> None:
    assert [] == told('\ufeff{"type": "object"}')


@pytest.mark.parametrize(
    "reference",
    [
        "values.schema.json",
        "values.schema.json#/$defs/qualified",
        "#",
        "#/properties/%E9%87%91%E9%A2%9D",
        "#name",
        "https://example.org/other.schema.json#/nothing",
    ],
)
def test_a_reference_that_leads_somewhere_or_far_away_is_fine(reference) -> None:
    assert [] == told(of_field(**{"$ref": reference}), VALUES)


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("valeus.schema.json", "引用的 `valeus.schema.json` 不在 schemas 里"),
        ("values.schema.json#/$defs/没有", "引用的 `values.schema.json#/$defs/没有` 里没有这一处"),
        ("#/properties/没有", "引用的 `#/properties/没有` 里没有这一处"),
        ("#/required/3", "引用的 `#/required/3` 里没有这一处"),
    ],
)
def test_a_reference_that_leads_nowhere_is_told_at_its_line(reference, message) -> None:
    assert [("PE215", 4, message)] == told(of_field(**{"$ref": reference}), VALUES)


def test_what_stands_for_a_value_is_no_reference_but_a_field_may_be_called_so() -> None:
    assert [] == told(of_field(examples=[{"$ref": "没有"}]))
    assert ["PE215"] == [code for code, _, _ in told({"properties": {"examples": {"$ref": "没有"}}})]


def places(schema: object) -> list[tuple[int, str]]:
    return [(line, message) for _, line, message in told(schema, VALUES)]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        # Within a list the very item is shown.
        ({"properties": {"金额": {"required": ["甲", 3]}}}, [(6, "`required` 不合 JSON Schema：写的是 3，应为文字")]),
        ({"prefixItems": [{"type": "string"}, {"$ref": "#/nowhere"}]}, [(7, "引用的 `#/nowhere` 里没有这一处")]),
        ({"prefixItems": [{"$ref": "#/prefixItems/1"}, {"type": "string"}]}, []),
        ({"prefixItems": [{"$ref": "#/prefixItems/2"}, {"type": "string"}]}, [(4, "引用的 `#/prefixItems/2` 里没有这一处")]),
        ({"prefixItems": [{"$ref": "#/prefixItems/x"}, {"type": "string"}]}, [(4, "引用的 `#/prefixItems/x` 里没有这一处")]),
        ({"$ref": "#"}, []),
        ({"$ref": "#anchor"}, []),
        ({"$ref": "values.schema.json#/$defs/qualified"}, []),
        ({"$ref": "values.schema.json#/$defs/a~1b"}, [(2, "引用的 `values.schema.json#/$defs/a~1b` 里没有这一处")]),
        ({"$ref": "value.schema.json"}, [(2, "引用的 `value.schema.json` 不在 schemas 里")]),
        # Somebody else's is not fetched, and what is a value refers to nothing.
        ({"$ref": "https://example.org/a.json#/b"}, []),
        ({"const": {"$ref": "#/no"}}, []),
        ({"properties": {"const": {"$ref": "#/no"}}}, [(4, "引用的 `#/no` 里没有这一处")]),
        ({"$defs": {"a/b": {}, "c~d": {}}, "allOf": [{"$ref": f"#/$defs/{one}"} for one in ("a~1b", "c~0d", "c%7Ed")]}, []),
    ],
)  # fmt: skip
def test_a_reference_leads_somewhere_or_is_told_where_it_stands(schema, expected) -> None:
    assert expected == places(schema)


def test_an_item_of_a_list_is_referred_to_by_its_number() -> None:
    schema = {"required": ["甲", {"a": 1}], "properties": {"乙": {}}}
    for pointer, leads in (
        ("0", True),
        ("1", True),
        ("1/a", True),
        ("2", False),
        ("1/b", False),
        ("x", False),
    ):
        schema["properties"] = {"乙": {"$ref": f"#/required/{pointer}"}}
        found = [message for code, _, message in told(schema) if code == "PE215"]
        assert ([] if leads else [f"引用的 `#/required/{pointer}` 里没有这一处"]) == found


def test_what_is_said_at_a_key_written_twice_is_told_at_what_there_is() -> None:
    text = '{\n "properties": {\n  "甲": {},\n  "甲": {"minimum": "3"}\n }\n}'
    assert [("PE214", 3)] == [(code, line) for code, line, _ in told(text)]


def test_of_a_list_written_twice_an_item_that_only_the_other_has_is_told() -> None:
    text = '{\n "required": ["甲"], "required": ["甲", "乙", 5], "properties": {}\n}'
    assert ["PE214"] == [code for code, _, _ in told(text)]
