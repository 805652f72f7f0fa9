"""Old names of fields: what replaced them, said wherever one is still written."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as MappingOf

from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.model.vocabulary import Field


def renamed_help(word: str, fields: Iterable[Field]) -> str:
    """Say which field replaced one of an old name, and how to write there what it said; "" where none did."""
    for field in fields:
        how = field.was.get(word)
        if field.formerly.get(word) == {}:
            return "没有规则读它，不再填报，删去这一行"
        if how is not None:
            return f"这个字段已由 `{field.name}` 代替" + (f"：{how}" if how else f"，改写成 `{field.name}`")
    return ""


def field_help(word: str, fields: MappingOf[str, Field], others: Iterable[str] = ()) -> str:
    """Say what was meant by the name of a field that there is not: what replaced it, else what is called alike."""
    return renamed_help(word, fields.values()) or did_you_mean(word, [*fields, *others])
