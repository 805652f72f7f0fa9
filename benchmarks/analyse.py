"""Measure `policy-engine analyse`: the shipped rules, and 300 rules made of them. Run from this folder."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from statistics import median
from time import perf_counter

from policy_engine.analysis.findings.table import CODES, analyse
from policy_engine.compilation import compile_rules
from policy_engine.model.documents import Citation
from policy_engine.model.rules import Prohibit, Recommend, Require, Rule, RuleSet
from policy_engine.usecases import load_rule_set, read_sources, shipped_rules

_SUBJECT = "采购事项"
_RUNS = 3
_TARGET = 60.0


def enlarged(rule_set: RuleSet, size: int) -> RuleSet:
    """Repeat rules of the largest subject under a document of their own, until there are so many."""
    rules, documents = list(rule_set.rules), dict(rule_set.documents)
    for rule in islice(_copies(rule_set), size - len(rules)):
        rules.append(rule)
        documents[rule.citation.document.id] = rule.citation.document
    return replace(rule_set, rules=tuple(rules), documents=documents)


def _copies(rule_set: RuleSet) -> Iterator[Rule]:
    chosen = [
        rule
        for rule in rule_set.rules
        if rule.subjects == (_SUBJECT,) and isinstance(rule.kind, Prohibit | Require | Recommend)
    ]
    number = 0
    while chosen:
        number += 1
        for rule in chosen:
            document = replace(rule.citation.document, id=f"{rule.citation.document.id}-copy-{number}")
            yield replace(
                rule,
                id=f"{document.id}{rule.id.removeprefix(rule.citation.document.id)}",
                citation=Citation(document, rule.citation.locator),
                overrides=(),
                conflicts_with=(),
                accepted=(),
            )


def seconds(rule_set: RuleSet) -> list[float]:
    """Time whole runs: compiling, encoding, all detectors on all subjects."""
    found = []
    for _ in range(_RUNS):
        start = perf_counter()
        compiled = compile_rules(rule_set)
        list(analyse(compiled, tuple(compiled.subjects), CODES))
        found.append(perf_counter() - start)
    return found


def main() -> None:
    """Print a line for each size."""
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {_RUNS} runs")
    shipped = load_rule_set(read_sources(shipped_rules()))
    for size in (len(shipped.rules), 300):
        taken = seconds(enlarged(shipped, size))
        aim = f", aim {_TARGET:.0f} s" if size == 300 else ""
        print(f"{size} rules: median {median(taken):.1f} s, least {min(taken):.1f} s{aim}")


if __name__ == "__main__":
    main()
