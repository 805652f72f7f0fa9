"""Read the examples of a term: texts in which it is found, and what it finds there where its author says so."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as MappingOf
from types import MappingProxyType

from policy_engine.loading.problems import Problems, short
from policy_engine.loading.renamed import unknown_field
from policy_engine.loading.tree import Mapping, Node, Scalar, is_empty
from policy_engine.loading.values import read_value
from policy_engine.model.lexicon import TermExample
from policy_engine.model.values import Known
from policy_engine.model.vocabulary import Subject

_FEWEST = {
    "examples": (2, "至少两个不相近的、能找到的例子"),
    "harmless": (1, "至少一个相近而不算的例子"),
}


def read_term_examples(
    entry: Mapping, subjects: tuple[Subject, ...], problems: Problems
) -> tuple[tuple[TermExample, ...], tuple[TermExample, ...]]:
    """Read what is found and what is harmless. `subjects`: those of which the term speaks."""
    found = tuple(_examples(entry, subjects, problems))
    harmless = tuple(TermExample(s.text, s.span) for s in problems.texts(entry, "harmless") if s.text.strip())
    for key, examples in (("examples", found), ("harmless", harmless)):
        fewest, need = _FEWEST[key]
        if len({example.text for example in examples}) < fewest:
            problems.error("PE334", f"`{key}` 不够：{need}", entry.span, f"补上 `{key}: […]`")
    return found, harmless


def _examples(entry: Mapping, subjects: tuple[Subject, ...], problems: Problems) -> Iterator[TermExample]:
    node = entry.get("examples")
    if is_empty(node):
        return
    assert node is not None
    items = (node,) if isinstance(node, Scalar) else problems.sequence(node, "`examples`", entry.span)
    for item in items:
        if isinstance(item, Scalar):
            if item.text.strip():
                yield TermExample(item.text, item.span)
        elif isinstance(item, Mapping):
            yield from _telling(item, subjects, problems)
        else:
            hint = "写成一句话，或者 {text: 一句话, finds: {字段: 取值}}"
            problems.error("PE009", "`examples` 的每一项应为一个例子", item.span, hint)


def _telling(item: Mapping, subjects: tuple[Subject, ...], problems: Problems) -> Iterator[TermExample]:
    problems.keys(item, ("text", "finds"), "词条的例子")
    text = problems.text(item, "text")
    node = item.get("finds")
    if node is None:
        problems.missing(item, "finds")
    finds = _finds(node, subjects, problems) if node is not None else MappingProxyType({})
    if text.strip():
        yield TermExample(text, item.span, finds)


def _finds(
    node: Node, subjects: tuple[Subject, ...], problems: Problems
) -> MappingOf[str, MappingOf[str, Known]]:
    owner = problems.mapping(node, "`finds`", node.span)
    found: dict[str, dict[str, Known]] = {}
    for key, written in owner.pairs if owner is not None else ():
        owners = [subject for subject in subjects if key.text in subject.fields]
        if subjects and not owners:
            fields = {name: field for subject in subjects for name, field in subject.fields.items()}
            names = "、".join(subject.name for subject in subjects)
            message = f"`{names}` 没有字段 `{short(key.text)}`"
            unknown_field("PE301", message, key, fields, problems)
        for subject in owners:
            value = read_value(written, subject.fields[key.text], problems)
            if value is not None:
                found.setdefault(subject.name, {})[key.text] = value
    if owner is not None and not owner.pairs:
        problems.error("PE333", "`finds` 没有写找到哪个字段", owner.span, "写成 {字段: 取值}")
    return MappingProxyType({name: MappingProxyType(values) for name, values in found.items()})
