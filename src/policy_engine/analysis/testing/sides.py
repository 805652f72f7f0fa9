"""The two sides of a mutant: the same rules, all that the error can reach and what those need, as they are and changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from policy_engine.analysis.testing.operators import Mutant
from policy_engine.compilation import CompiledRuleSet, CompiledSubject
from policy_engine.compilation.compiling import order_subject
from policy_engine.compilation.reads import rule_reads
from policy_engine.model.rules import Rule

Kept = tuple[tuple[str, frozenset[str]], ...]


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides, and of each subject the rules whose outcome the error may change, its own first."""

    before: CompiledRuleSet
    after: CompiledRuleSet
    reached: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Graph:
    """How the rules of a subject hang together, as it is and changed."""

    written: Mapping[str, tuple[str, ...]]
    reads: Mapping[str, frozenset[str]]
    defeated_by: Mapping[str, frozenset[str]]
    rivals: Mapping[str, frozenset[str]]


def sides_of(
    mutant: Mutant, compiled: CompiledRuleSet, unchanged: dict[Kept, CompiledRuleSet]
) -> Sides | None:
    """Compile both sides alike; `None` where the changed rules do not compile.

    `unchanged` keeps the sides that were compiled before: most mutants of a rule share theirs.
    """
    changed = {rule.id: rule for rule in mutant.rules}
    names = [n for n, subject in compiled.subjects.items() if any(r.id in changed for r in subject.rules)]
    kept: dict[str, frozenset[str]] = {}
    reached: dict[str, tuple[str, ...]] = {}
    for name in names:
        subject = compiled.subjects[name]
        own = [rule.id for rule in subject.written if rule.id in changed]
        graph = _graph(subject, changed, compiled)
        found = _closed(own, partial(_followers, graph))
        kept[name] = _closed(found, partial(_needs, graph))
        reached[name] = tuple(dict.fromkeys([*own, *(r.id for r in subject.written if r.id in found)]))
    after = _compiled(kept, compiled, changed)
    if after is None:
        return None
    key = tuple(kept.items())
    # Compiled anew like the other side, not taken from the rule base: so nothing but the error differs.
    before = unchanged.get(key) or _compiled(kept, compiled, {})
    assert before is not None
    unchanged[key] = before
    return Sides(before, after, MappingProxyType(reached))


def _compiled(
    kept: Mapping[str, Set[str]], compiled: CompiledRuleSet, changed: Mapping[str, Rule]
) -> CompiledRuleSet | None:
    subjects: dict[str, CompiledSubject] = {}
    for name, wanted in kept.items():
        subject = compiled.subjects[name]
        rules = tuple(changed.get(r.id, r) for r in subject.written if r.id in wanted)
        subjects[name], problems = order_subject(name, rules, subject.fields, compiled.rule_set)
        if problems:
            return None
    every = tuple(changed.get(rule.id, rule) for rule in compiled.rule_set.rules)
    rule_set = dataclasses.replace(compiled.rule_set, rules=every)
    return CompiledRuleSet(rule_set, MappingProxyType(subjects))


def _graph(subject: CompiledSubject, changed: Mapping[str, Rule], compiled: CompiledRuleSet) -> _Graph:
    both = [subject]
    if any(_relates_otherwise(rule, changed[rule.id]) for rule in subject.written if rule.id in changed):
        rules = tuple(changed.get(rule.id, rule) for rule in subject.written)
        # A changed rule may prevail over others than before: what either side relates is reached.
        both.append(order_subject(subject.name, rules, subject.fields, compiled.rule_set)[0])
    # A dropped part may have been the only one to read a computed fact.
    reads = {r.id: frozenset((*rule_reads(r), *rule_reads(changed.get(r.id, r)))) for r in subject.written}
    defeated_by: dict[str, frozenset[str]] = {}
    rivals: dict[str, frozenset[str]] = {}
    for one in both:
        for name, others in one.defeated_by.items():
            defeated_by[name] = defeated_by.get(name, frozenset()) | {*others}
        for pair in one.rivals:
            for name in pair:
                rivals[name] = rivals.get(name, frozenset()) | {*pair}
    return _Graph(subject.producers, reads, defeated_by, rivals)


def _relates_otherwise(old: Rule, new: Rule) -> bool:
    """Tell whether a changed rule may prevail over, yield to or contest with others than before."""
    is_same_kind = type(old.kind) is type(new.kind) and getattr(old.kind, "object", "") == getattr(
        new.kind, "object", ""
    )
    return not is_same_kind or (old.overrides, old.conflicts_with) != (new.overrides, new.conflicts_with)


def _followers(graph: _Graph, rule: str) -> Iterator[str]:
    """Go through the rules whose outcome may change with this one's."""
    fields = {field for field, producers in graph.written.items() if rule in producers}
    yield from (name for name, reads in graph.reads.items() if fields & reads)
    yield from (name for name, others in graph.defeated_by.items() if rule in others)
    yield from graph.rivals.get(rule, ())


def _needs(graph: _Graph, rule: str) -> Iterator[str]:
    """Go through the rules that this one's outcome is computed from."""
    yield from (p for field in graph.reads[rule] for p in graph.written.get(field, ()))
    yield from graph.defeated_by.get(rule, ())
    yield from graph.rivals.get(rule, ())


def _closed(start: Iterable[str], step: Callable[[str], Iterator[str]]) -> frozenset[str]:
    found, waiting = set(start), list(start)
    while waiting:
        more = set(step(waiting.pop())) - found
        found |= more
        waiting += more
    return frozenset(found)
