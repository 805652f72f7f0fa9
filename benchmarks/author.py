"""Measure what rule authors wait for: `validate` of 1,000 rules, `diff` of the shipped ones. Run from this folder."""

from __future__ import annotations

import os
import platform
import shutil
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from policy_engine.analysis.difference.compare import compare
from policy_engine.compilation import CompiledRuleSet, compile_rules
from policy_engine.model.conditions import Not
from policy_engine.model.rules import Rule
from policy_engine.usecases import RuleFiles, load_rule_set, prepare, read_sources, shipped_rules
from policy_engine.usecases.validating import validate

_RUNS = 5
_RULES = 1000
_TODAY = 740000


def enlarged(folder: Path) -> RuleFiles:
    """Copy the shipped rule base and repeat its rule files under other ids until there are so many rules."""
    shipped = shipped_rules()
    shutil.copytree(shipped.rules, folder / "rules")
    shutil.copytree(shipped.schemas, folder / "schemas")
    sources = [
        p
        for p in sorted(shipped.rules.glob("*/*/law.yaml"))
        if p.parent.parent.name in ("national", "huzhou", "longan")
    ]
    count, number = len(prepare(shipped).rule_set.rules), 0
    while count < _RULES:
        number += 1
        for path in sources:
            text = path.read_text(encoding="utf-8")
            if "derive:" in text or "table:" in text or "overrides:" in text:
                continue
            document = next(line for line in text.splitlines() if line.startswith("document:")).split()[1]
            copied = text.replace(f"id: {document}.", f"id: {document}.copy-{number}.")
            target = folder / "rules" / f"copy-{number}" / document / path.name
            target.parent.mkdir(parents=True)
            target.write_text(copied, encoding="utf-8")
            count += copied.count("  - id: ")
    return RuleFiles(folder / "rules", folder / "schemas")


def twice_denied(rule: Rule) -> Rule:
    """Write a rule's condition otherwise, so that only a proof can tell it means the same."""
    return replace(rule, when=Not(Not(rule.when, rule.span), rule.span))


def rewritten(compiled: CompiledRuleSet, how_many: int) -> CompiledRuleSet:
    """Rewrite the first rules of a rule set."""
    rules = compiled.rule_set.rules
    changed = (*map(twice_denied, rules[:how_many]), *rules[how_many:])
    return compile_rules(replace(compiled.rule_set, rules=changed))


def timed(name: str, work: object) -> None:
    """Print the median of several runs."""
    taken = []
    for _ in range(_RUNS):
        start = perf_counter()
        work()  # type: ignore[operator]
        taken.append(perf_counter() - start)
    print(f"{name}: median {median(taken):.2f} s, least {min(taken):.2f} s")


def main() -> None:
    """Print a line for each measure."""
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {_RUNS} runs")
    with TemporaryDirectory() as folder:
        files = enlarged(Path(folder))
        rules = len(load_rule_set(read_sources(files)).rules)
        timed(f"validate, {rules} rules", lambda: validate(read_sources(files), today=_TODAY))
    shipped = prepare()
    one, whole = rewritten(shipped, 1), rewritten(shipped, len(shipped.rule_set.rules))
    timed("diff, one rule rewritten, proved the same", lambda: compare(shipped, one))
    timed(
        f"diff, all {len(shipped.rule_set.rules)} rules rewritten, proved the same",
        lambda: compare(shipped, whole),
    )


if __name__ == "__main__":
    main()
