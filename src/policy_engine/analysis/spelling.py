"""Facts as YAML that the loader reads back."""

from __future__ import annotations

import re
from datetime import date

from policy_engine.model.cases import Fact
from policy_engine.model.values import NOT_HAPPENED, NOT_HAPPENED_WORD, UNKNOWN, Known, number_words
from policy_engine.model.vocabulary import Field, FieldType

# What ends or turns plain words between brackets.
_MARKS = re.compile(r"""[][{},:#'"\n]|^[-?!&*|>%@`~\s]|\s$|^(?:true|false|null)?$""")
_QUOTE = "'"
NOT_TOLD = "例子不需要这一项"


def fact_text(field: Field, fact: Fact) -> str:
    """Write the value of a fact as YAML."""
    if fact.value is UNKNOWN:
        return f"{{unknown: {flow_text(fact.reason or NOT_TOLD)}}}"
    text = value_text(field, fact.value)
    return f"{{value: {text}, source: {flow_text(fact.source)}}}" if fact.source else text


def flow_text(text: str) -> str:
    """Write words as YAML that stands between brackets, in quotes where it would be read otherwise."""
    return f"'{text.replace(_QUOTE, _QUOTE * 2)}'" if _MARKS.search(text) else text


def value_text(field: Field, value: Known) -> str:
    """Write a value as YAML: `true`, `12.5`, `2026-01-15`, `未发生`, `[a, b]`."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() if field.type is FieldType.DATE:
            return NOT_HAPPENED_WORD if value == NOT_HAPPENED else date.fromordinal(value).isoformat()
        case int():
            return number_words(value, field.scale)
        case frozenset():
            return "[" + ", ".join(choice for choice in field.choices if choice in value) + "]"
        case _:
            return value
