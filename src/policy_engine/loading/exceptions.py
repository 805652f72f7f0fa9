"""Read what limits a rule: exceptions, doubts, and the rules that it goes before."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import replace

from policy_engine.loading.conditions import ConditionReader
from policy_engine.loading.parameters import ALWAYS, common_days
from policy_engine.loading.problems import Problems
from policy_engine.loading.scope import days_of, scope_of
from policy_engine.loading.tree import Mapping, Scalar
from policy_engine.model.documents import Citation, Document
from policy_engine.model.rules import Basis, Doubt, ExceptionClause, Override
from policy_engine.model.vocabulary import Field, FieldType


def read_doubts(entry: Mapping, reader: ConditionReader, fields: MappingOf[str, Field]) -> Iterator[Doubt]:
    """Read `doubt`: facts known, norm open."""
    node = entry.get("doubt")
    for item in reader.problems.sequence(node, "`doubt`", entry.span) if node is not None else ():
        owner = reader.problems.mapping(item, "`doubt` 的一项", item.span)
        if owner is None:
            continue
        reader.problems.keys(owner, ("when", "ask", "because"), "`doubt`")
        written = owner.get("when")
        when = reader.read(written) if written is not None else None
        ask = read_boolean_field(owner, "ask", fields, reader.problems)
        if written is None or owner.get("ask") is None:
            reader.problems.missing(owner, "when" if written is None else "ask")
        if when is not None and ask is not None:
            because = reader.problems.text(owner, "because")
            yield Doubt(when=when, ask=ask, because=because, span=owner.span)


def read_exceptions(
    entry: Mapping, reader: ConditionReader, document: Document, documents: MappingOf[str, Document]
) -> Iterator[ExceptionClause]:
    """Read `unless`. `document`: the rule's own, whose exception it is where none is named."""
    node = entry.get("unless")
    for item in reader.problems.sequence(node, "`unless`", entry.span) if node is not None else ():
        owner = reader.problems.mapping(item, "`unless` 的一项", item.span)
        if owner is None:
            continue
        reader.problems.keys(owner, ("when", "basis", "because", "cite", "document"), "`unless`")
        written = owner.get("when")
        source = _cited_document(owner, document, documents, reader.problems)
        # An exception counts only while both documents are in force: on other days it needs no values.
        days = common_days(reader.in_force, days_of(source, ALWAYS))
        condition = replace(reader, in_force=days).read(written) if written is not None else None
        if written is None:
            reader.problems.missing(owner, "when")
        basis = Basis(reader.problems.one_of(owner, "basis", (b.value for b in Basis), "text"))
        locator = reader.problems.text(owner, "cite", fallback=None if basis is Basis.TEXT else "")
        if condition is not None:
            yield ExceptionClause(
                when=condition,
                scope=scope_of(source, reader.dated_by, ALWAYS, owner.span),
                basis=basis,
                because=reader.problems.text(owner, "because"),
                citation=Citation(source, locator, owner.place("cite")) if locator else None,
                span=owner.span,
            )


def read_overrides(entry: Mapping, ids: MappingOf[str, str], problems: Problems) -> Iterator[Override]:
    """Read `overrides`. `ids`: whole ids by the short ones of the file."""
    node = entry.get("overrides")
    for item in problems.sequence(node, "`overrides`", entry.span) if node is not None else ():
        owner = problems.mapping(item, "`overrides` 的一项", item.span)
        if owner is not None:
            problems.keys(owner, ("rule", "basis", "because", "cite"), "`overrides`")
            name = problems.text(owner, "rule")
            yield Override(
                rule=ids.get(name, name),
                basis=Basis(problems.one_of(owner, "basis", (b.value for b in Basis), "text")),
                because=problems.text(owner, "because"),
                locator=problems.text(owner, "cite", fallback=""),
                span=node.span if (node := owner.get("rule")) is not None else owner.span,
                cite_span=owner.place("cite"),
            )


def read_boolean_field(
    entry: Mapping, key: str, fields: MappingOf[str, Field], problems: Problems
) -> str | None:
    """Read the name of a yes-or-no field; `None` where there is none, and then that is noted."""
    node = entry.get(key)
    if node is None:
        return None
    if not isinstance(node, Scalar):
        problems.error("PE009", f"`{key}` 应为一个是非字段的名字", node.span, "写成一个字段名")
        return None
    field = fields.get(node.text)
    if field is None or field.type is not FieldType.BOOLEAN:
        booleans = [name for name, f in fields.items() if f.type is FieldType.BOOLEAN]
        problems.unknown("PE301", f"没有是非字段 `{node.text}`", node.span, node.text, booleans)
        return None
    return field.name


def _cited_document(
    owner: Mapping, fallback: Document, documents: MappingOf[str, Document], problems: Problems
) -> Document:
    name = problems.text(owner, "document", fallback=fallback.id)
    if name not in documents:
        place = owner.place("document") or owner.span
        problems.unknown("PE203", f"没有文件 `{name}`", place, name, documents)
    return documents.get(name, fallback)
