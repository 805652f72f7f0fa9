"""Old names of fields: what replaced them, said wherever one is still written."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from collections.abc import Mapping as MappingOf

from policy_engine.foundation.fixes import respelling
from policy_engine.loading.problems import Problems
from policy_engine.loading.tree import Scalar
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


def unknown_field(
    code: str,
    message: str,
    name: Scalar,
    fields: MappingOf[str, Field],
    problems: Problems,
    others: Collection[str] = (),
) -> None:
    """Note the name of a field that there is not: what replaced it, else what is called alike. `others`: what may stand there too."""
    hint = renamed_help(name.text, fields.values())
    if not hint:
        problems.unknown(code, message, name.span, name.text, (*fields, *others))
        return
    # Only a field that took over all that the old one said takes its place as it stands.
    heirs = (field.name for field in fields.values() if field.was.get(name.text) == "")
    fixes = (fix for heir in heirs for fix in respelling(name.span, name.text, heir, is_sure=True))
    problems.error(code, message, name.span, hint, tuple(fixes))
