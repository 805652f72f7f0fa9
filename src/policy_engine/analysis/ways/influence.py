"""Which facts can have a say in a fact or in a rule, through whatever lies between.

Between lie derived fields and the rules that compute them, norms that prevail, the reasons that excuse a default,
and what closing a case takes from other facts: implied values and the indicators of a conclusion. Whether a rule is
contested is apart: that is a matter of its rivals' own truth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from policy_engine.compilation import CompiledSubject
from policy_engine.compilation.reads import fields_read, rule_reads
from policy_engine.model.conditions import AS_OF
from policy_engine.model.rules import Impossible, Rule
from policy_engine.model.vocabulary import Field, Role


@dataclass(frozen=True, slots=True)
class Influence:
    """The fields that can have a say in each rule, by its id, and in each field, itself included.

    `rivals`: the rules that contest each rule; `followers`: the fields in which each field has a say.
    """

    on_rules: Mapping[str, frozenset[str]]
    on_fields: Mapping[str, frozenset[str]]
    rivals: Mapping[str, tuple[str, ...]]
    followers: Mapping[str, frozenset[str]]

    def touched(self, fields: Iterable[str]) -> frozenset[str]:
        """List the other fields in which any of these has a say."""
        changed = frozenset(fields)
        return frozenset().union(*(self.followers[name] for name in changed)) - changed


def influence_of(program: CompiledSubject) -> Influence:
    """Follow everything a subject's rules and fields read, to the end."""
    rules = {rule.id: rule for rule in program.rules}
    graph: dict[str, tuple[str, ...]] = {}
    for name, field in program.fields.items():
        graph[_field(name)] = tuple(_before_field(field, program))
    for rule in program.rules:
        graph[_rule(rule.id)] = tuple(_before_rule(rule, program))
    on_fields = {name: _reached(_field(name), graph) for name in program.fields}
    followers = {n: frozenset(f for f, own in on_fields.items() if n in own) for n in program.fields}
    return Influence(
        MappingProxyType({name: _reached(_rule(name), graph) for name in rules}),
        MappingProxyType(on_fields),
        MappingProxyType({name: tuple(_rivals(name, program)) for name in rules}),
        MappingProxyType(followers),
    )


def _rivals(name: str, program: CompiledSubject) -> Iterator[str]:
    for first, second in program.rivals:
        if name in (first, second):
            yield second if name == first else first


def _field(name: str) -> str:
    return f"field {name}"


def _rule(name: str) -> str:
    return f"rule {name}"


def _before_field(field: Field, program: CompiledSubject) -> Iterator[str]:
    yield from map(_rule, program.producers.get(field.name, ()))
    for implied in field.implied:
        if implied.when is not None:
            yield from map(_field, fields_read(implied.when))
    if field.term is not None:
        yield _field(field.term.after)
    for indicator in field.indicators:
        yield from map(_field, fields_read(indicator))
    # A declaration closes nothing that would be impossible beside the rest, or in doubt with it.
    if field.role in (Role.FLAG, Role.CONCLUSION) and field.declared is not None:
        for rule in program.written:
            if isinstance(rule.kind, Impossible) and field.name in rule_reads(rule):
                yield from (_field(name) for name in rule_reads(rule) if name != field.name)


def _before_rule(rule: Rule, program: CompiledSubject) -> Iterator[str]:
    yield from map(_field, rule_reads(rule))
    if rule.dated_by != AS_OF:
        yield _field(rule.dated_by)
    if rule.justified_by is not None:
        yield _field(rule.justified_by)
    yield from map(_rule, program.defeated_by.get(rule.id, ()))


def _reached(start: str, graph: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    seen, waiting = {start}, [start]
    while waiting:
        for node in graph.get(waiting.pop(), ()):
            if node not in seen:
                seen.add(node)
                waiting.append(node)
    prefix = _field("")
    return frozenset(node.removeprefix(prefix) for node in seen if node.startswith(prefix))
