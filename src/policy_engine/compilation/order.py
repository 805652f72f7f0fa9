"""Put the rules of a subject in the order in which they can be computed, or show the cycle that forbids it."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from policy_engine.compilation.reads import field_written, rule_reads
from policy_engine.foundation.diagnostics import Diagnostic
from policy_engine.model.rules import Rule


def producers_of(rules: tuple[Rule, ...]) -> dict[str, tuple[str, ...]]:
    """Map each derived field to the rules that give it a value."""
    found: dict[str, list[str]] = {}
    for rule in rules:
        name = field_written(rule)
        if name is not None:
            found.setdefault(name, []).append(rule.id)
    return {name: tuple(ids) for name, ids in found.items()}


def order_rules(
    rules: tuple[Rule, ...], defeated_by: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[Rule, ...], tuple[Diagnostic, ...]]:
    """Sort rules: producers before readers, prevailing before defeated; ties keep the written order."""
    by_id = {rule.id: rule for rule in rules}
    producers = producers_of(rules)
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for rule in rules:
        needed = [p for name in rule_reads(rule) for p in producers.get(name, ())]
        sorter.add(rule.id, *needed, *defeated_by.get(rule.id, ()))
    try:
        order = list(sorter.static_order())
    except CycleError as error:
        # `graphlib` repeats the first of the cycle at its end, so the message shows it closed.
        return rules, (_cycle(error.args[1], by_id),)
    return tuple(by_id[name] for name in order), ()


def _cycle(names: list[str], by_id: Mapping[str, Rule]) -> Diagnostic:
    steps = [_step(name, by_id[name]) for name in names]
    return Diagnostic(
        code="PE401",
        message="规则互相依赖，成了环：" + " → ".join(steps),
        span=by_id[names[0]].span,
        help="去掉其中一条规则对推算字段的引用，或去掉一个 overrides",
    )


def _step(name: str, rule: Rule) -> str:
    field = field_written(rule)
    return f"`{name}`（得出 {field}）" if field else f"`{name}`"
