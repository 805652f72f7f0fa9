"""Whom and what a file's rules bind: a condition that a file says once and that stands in each of its rules."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass

from policy_engine.foundation.spans import Span
from policy_engine.loading.conditions import ConditionReader
from policy_engine.loading.tree import Mapping, Node
from policy_engine.model.rules import Binding, Derive, Impossible, Kind, Table
from policy_engine.model.vocabulary import Field

_KEYS = ("subject", "when", "cite", "basis")


@dataclass(frozen=True, slots=True)
class WrittenScope:
    """What rules about a subject bind only where it holds, as it was written, and what it rests on."""

    when: Node
    locator: str
    basis: str
    span: Span


def written_scopes(
    owner: Mapping, fields: MappingOf[str, MappingOf[str, Field]], reader: ConditionReader
) -> dict[str, WrittenScope]:
    """Read the entries of `scope` by their subjects, each tried by itself. `fields`: by subject; `reader`: for any of them."""
    problems = reader.problems
    node = owner.get("scope")
    found: dict[str, WrittenScope] = {}
    for item in problems.sequence(node, "`scope`", owner.span) if node is not None else ():
        entry = problems.mapping(item, "`scope` 的一项", item.span)
        if entry is None:
            continue
        problems.keys(entry, _KEYS, "`scope`")
        basis = problems.text(entry, "basis", fallback="")
        locator = problems.text(entry, "cite", fallback="" if basis else None)
        when = entry.get("when")
        if when is None:
            problems.missing(entry, "when")
        if entry.get("subject") is None:
            problems.missing(entry, "subject")
            continue
        subject = problems.one_of(entry, "subject", fields, "")
        if subject in found:
            problems.error("PE209", f"`{subject}` 的范围重复", item.span, "一个主题写一项，条件合在一起")
        elif subject and when is not None and _can_be_read(when, fields[subject], reader):
            found[subject] = WrittenScope(when, locator, basis, item.span)
    return found


def _can_be_read(when: Node, fields: MappingOf[str, Field], reader: ConditionReader) -> bool:
    before = len(reader.problems.found)
    alone = ConditionReader(fields, reader.parameters, reader.problems, definitions=reader.definitions)
    return alone.read(when) is not None and len(reader.problems.found) == before


def is_bound(kind: Kind) -> bool:
    """Tell whether a scope is about rules of a kind: computations and what facts mean hold wherever they can be read."""
    return not isinstance(kind, Table | Derive | Impossible)


def bound_of(
    subjects: Iterable[str],
    scopes: MappingOf[str, WrittenScope],
    reader: ConditionReader,
    span: Span,
) -> Binding | None:
    """Give what binds a rule about these subjects; `None` where its file says nothing of them."""
    of = [scopes.get(subject) for subject in subjects]
    first = of[0]
    # Each subject has an entry of its own, so a rule of several subjects can be bound by none of them.
    if any(one is not first for one in of):
        message = "这条规则的几个主题，范围写得不一样"
        hint = "按主题拆成几条规则；或者范围只写在没有合写主题的文件里"
        reader.problems.error("PE318", message, span, hint)
        return None
    if first is None:
        return None
    condition = reader.read(first.when)
    if condition is None:
        return None
    return Binding(condition=condition, locator=first.locator, basis=first.basis, span=first.span)
