"""Load what `test --mutate --write` writes: of each rule the cases that notice an error no example by hand notices."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from policy_engine.foundation.spans import file_span
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.loading.examples import ExampleReader, outcomes_of
from policy_engine.loading.files import SourceText
from policy_engine.loading.folders import document_of
from policy_engine.loading.problems import Problems
from policy_engine.loading.registers import entries
from policy_engine.model.areas import Areas
from policy_engine.model.rules import Example, Rule
from policy_engine.model.vocabulary import Vocabulary


def load_regressions(
    sources: Iterable[SourceText],
    rules: tuple[Rule, ...],
    vocabulary: Vocabulary,
    areas: Areas,
    documents: Collection[str],
    problems: Problems,
) -> tuple[Rule, ...]:
    """Give the rules with their cases. A list is of one document, an entry of one of its rules, each once."""
    by_id = {rule.id: rule for rule in rules}
    # Of two rules with one id nobody knows which is meant; that there are two is told elsewhere.
    unclear = {name for name, number in Counter(rule.id for rule in rules).items() if number > 1}
    found: dict[str, tuple[Example, ...]] = {}
    for source in sources:
        name = document_of(source.path)
        if name not in documents:
            hint = f"回归例所在的目录以文件编号命名；{did_you_mean(name, documents)}"
            problems.error("PE203", f"没有文件 `{name}`", file_span(source.path), hint)
            continue
        own = {rule.id for rule in rules if rule.citation.document.id == name}
        for rule, examples in _entries(source, own, by_id, unclear, vocabulary, areas, problems):
            found[rule] = (*found.get(rule, ()), *examples)
    return tuple(
        dataclasses.replace(rule, regressions=found[rule.id]) if rule.id in found else rule for rule in rules
    )


def _entries(
    source: SourceText,
    own: Collection[str],
    by_id: dict[str, Rule],
    unclear: Collection[str],
    vocabulary: Vocabulary,
    areas: Areas,
    problems: Problems,
) -> Iterator[tuple[str, tuple[Example, ...]]]:
    seen: set[str] = set()
    for entry in entries(source, "rules", problems):
        problems.keys(entry, ("rule", "base", "cases"), "回归例")
        name = problems.text(entry, "rule")
        node = entry.get("rule")
        span = node.span if node is not None else entry.span
        if name and name in seen:
            problems.error("PE209", f"规则 `{name}` 的回归例重复", span, "一条规则的写在一处")
        seen.add(name)
        if name and name not in own:
            hint = "规则改了编号的写新的编号，规则删去了的删去这一段"
            problems.error("PE306", f"`{document_of(source.path)}` 没有规则 `{name}`", span, hint)
        elif name and name not in unclear:
            yield name, tuple(_reader(by_id[name], vocabulary, areas, problems).read_rows(entry))


def _reader(rule: Rule, vocabulary: Vocabulary, areas: Areas, problems: Problems) -> ExampleReader:
    fields = {subject: vocabulary.subjects[subject].fields for subject in rule.subjects}
    area = rule.citation.document.area
    return ExampleReader(fields, areas, problems, rule.subjects, area, rule.due, outcomes_of(rule.kind))
