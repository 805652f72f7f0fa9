"""Hold schema files to JSON Schema itself: what an editor would refuse or pass over in silence is told at its line.

The vocabulary reads less of a schema than editors and other programs do, so that these find what it does not.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from policy_engine.foundation.diagnostics import Diagnostic
from policy_engine.foundation.spans import Span, file_span
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.loading import tree
from policy_engine.loading.files import SourceText
from policy_engine.loading.problems import short

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

Keys = tuple[str | int, ...]
_TYPES = {
    "object": "对象", "array": "数组", "string": "文字", "number": "数字", "integer": "整数",
    "boolean": "true 或 false", "null": "null",
}  # fmt: skip
# What stands under these is a value, not a schema; of fields that are called so it is one.
_VALUES = ("enum", "const", "default", "examples")
_SEE = "见 https://json-schema.org/understanding-json-schema"
_LEAST = {"minItems": "不能是空的", "minLength": "不能是空的", "minProperties": "不能是空的"}


def check_schemas(sources: Sequence[SourceText], sound: Collection[str] = ()) -> Iterator[Diagnostic]:
    """Go through the problems of schema files that load: no JSON, no JSON Schema, references that lead nowhere.

    `sound`: texts that are JSON Schema by how they were made; to find that out anew takes long.
    """
    read = {source.path: _read(source) for source in sources}
    by_name = {PurePosixPath(path).name: found for path, found in read.items()}
    for source in sources:
        found = read[source.path]
        if isinstance(found, Diagnostic):
            yield found
            continue
        places = _Places(source)
        for keys, message in () if source.text in sound else _misuses(source.text):
            yield Diagnostic(code="PE214", message=message, span=places.of(keys), help=_SEE)
        yield from _lost(found, by_name, places)


class _Places:
    """Finds the place of a value by the keys that lead to it. The file is read again only where one is wanted."""

    def __init__(self, source: SourceText) -> None:
        self.source = source

    @cached_property
    def roots(self) -> tuple[tree.Node, ...]:
        return tree.parse(self.source.text, self.source.path).documents

    def of(self, keys: Keys) -> Span:
        node = self.roots[0] if self.roots else None
        for key in keys:
            below = _below(node, key)
            if below is None:
                break
            node = below
        return node.span if node is not None else file_span(self.source.path)


def _below(node: tree.Node | None, key: str | int) -> tree.Node | None:
    match node, key:
        case tree.Mapping(), str():
            return node.get(key)
        # Of a key that is written twice, another list may be meant than the tree has.
        case tree.Sequence(items=items), int() if key < len(items):
            return items[key]
        case _:
            return None


def _content(text: str) -> object:
    return json.loads(text.removeprefix("\ufeff"))


def _read(source: SourceText) -> object:
    try:
        return _content(source.text)
    except json.JSONDecodeError as error:
        line, column = error.lineno - 1, error.colno - 1
        at = Span(path=source.path, line=line, column=column, end_line=line, end_column=column + 1)
        help_text = "只用双引号，最后一项后面不写逗号，不写注释"
        return Diagnostic(code="PE214", message="不是 JSON，别的程序读不了", span=at, help=help_text)


@lru_cache(maxsize=64)
def _misuses(text: str) -> tuple[tuple[Keys, str], ...]:
    """List where a schema is none, and why. An editor asks again at every key that is typed in any file."""
    from jsonschema import Draft202012Validator, FormatChecker  # noqa: PLC0415 - only this function needs it
    from jsonschema.validators import validator_for  # noqa: PLC0415

    schema = _content(text)
    declared = schema if isinstance(schema, dict) else {}
    dialect = validator_for(declared, default=Draft202012Validator)
    # Of the formats only those that need no other package: else what is wrong would hang on what happens to be installed.
    checker = dialect(dialect.META_SCHEMA, format_checker=FormatChecker(["regex"]))
    # Each vocabulary of the metaschema says the same of what is wrong for all of them.
    told: dict[tuple[Keys, object], ValidationError] = {}
    for error in checker.iter_errors(schema):  # type: ignore[arg-type]  # the stubs know no JSON
        told.setdefault((tuple(error.absolute_path), error.validator), error)
    return tuple((keys, _misuse(keys, error)) for (keys, _), error in told.items())


def _misuse(keys: Keys, error: ValidationError) -> str:
    name = next((str(key) for key in reversed(keys) if isinstance(key, str)), "$")
    written = short(json.dumps(error.instance, ensure_ascii=False))
    return f"`{name}` 不合 JSON Schema：写的是 {written}，{_demand(error)}"


def _demand(error: ValidationError) -> str:
    """Say what was wanted instead."""
    wanted = _words(error.validator_value)
    match error.validator:
        case "type":
            return f"应为{'、'.join(_TYPES.get(name, name) for name in wanted)}"
        case "enum":
            return f"只能是 {'、'.join(wanted)}"
        case "anyOf" | "oneOf":
            choices = [_words(one.validator_value) for one in error.context or () if one.validator == "enum"]
            return f"只能是 {'、'.join(choices[0])}" if choices else "没有这种写法"
        case "minimum":
            return f"不能小于 {wanted[0]}"
        case "exclusiveMinimum":
            return f"应大于 {wanted[0]}"
        case "uniqueItems":
            return "有重复的项"
        case "format" | "pattern":
            return "写法不对"
        case keyword:
            return _LEAST.get(str(keyword), f"不满足 {keyword}")


def _words(value: object) -> list[str]:
    return [str(one) for one in (value if isinstance(value, list) else [value])]


def _lost(schema: object, by_name: Mapping[str, object], places: _Places) -> Iterator[Diagnostic]:
    for keys, reference in _references(schema, ()):
        name, _, pointer = reference.partition("#")
        if ":" in name:
            # Somebody else's, elsewhere: nothing is fetched.
            continue
        if name and name not in by_name:
            help_text = did_you_mean(name, by_name)
            message = f"引用的 `{short(name)}` 不在 schemas 里"
        elif not _leads_somewhere(by_name[name] if name else schema, pointer):
            help_text = "检查 `#` 后面的路径"
            message = f"引用的 `{short(reference)}` 里没有这一处"
        else:
            continue
        yield Diagnostic(code="PE215", message=message, span=places.of(keys), help=help_text)


def _references(value: object, keys: Keys) -> Iterator[tuple[Keys, str]]:
    below: Iterable[tuple[str | int, object]] = ()
    if isinstance(value, dict):
        below = value.items()
    elif isinstance(value, list):
        below = enumerate(value)
    for key, item in below:
        if key == "$ref" and isinstance(item, str):
            yield (*keys, key), item
        elif key not in _VALUES or keys[-1:] == ("properties",):
            yield from _references(item, (*keys, key))


def _leads_somewhere(schema: object, pointer: str) -> bool:
    if not pointer.startswith("/"):
        # The whole of it, or a name that stands anywhere in it.
        return True
    value = schema
    for part in pointer[1:].split("/"):
        key = unquote(part).replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            return False
    return True
