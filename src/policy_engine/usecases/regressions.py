"""Renew the cases made by machine from what mutation showed: those that are needed stay, the others go, new ones come."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from policy_engine.analysis.testing.crediting import Noticed, credited, unsettled
from policy_engine.analysis.testing.fates import Fate, Judged, MutationReport
from policy_engine.analysis.testing.mutation import Bench
from policy_engine.analysis.testing.operators import TermMutant
from policy_engine.analysis.testing.rows import Row, RowKey, regressions_text, renamed, row_of
from policy_engine.analysis.testing.sides import sides_of
from policy_engine.compilation import CompiledRuleSet, compile_rules
from policy_engine.loading.files import SourceText
from policy_engine.loading.folders import REGRESSIONS, beside_law
from policy_engine.model.rules import RuleSet
from policy_engine.usecases.rule_base import load_rule_set
from policy_engine.usecases.sources import Sources

Rows = Mapping[RowKey, Row]


@dataclass(frozen=True, slots=True)
class Renewal:
    """What is to be written: texts by path, "" for a file that is no longer needed.

    `sources` has them in place of the old ones; `report` counts what the new cases notice.
    """

    texts: Mapping[str, str]
    sources: Sources
    report: MutationReport
    added: int
    dropped: int


def renew(
    sources: Sources, compiled: CompiledRuleSet, report: MutationReport, wanted: Collection[str]
) -> Renewal:
    """Keep of all cases those that are needed for the mutants that were judged, and those that nothing is known of."""
    rule_set = compiled.rule_set
    rows = _rows(rule_set)
    proposed = _proposed(report, rows)
    both = {**rows, **proposed}
    bench = _bench_with(sources, rule_set, both) if proposed else None
    noticed = [*_noticed(report, bench, frozenset(proposed))]
    judged = _judged(rule_set, wanted)
    owners = {*(rule.id for rule in rule_set.rules), *rule_set.documents}
    kept = unsettled({key: row.kills for key, row in rows.items()}, judged, owners)
    found = credited(noticed, kept)
    final = [*_final(rule_set, both, found, kept)]
    texts = _texts(sources, rule_set, final)
    new = {key for key in found if key in proposed}
    return Renewal(
        texts=texts,
        sources=_overlaid(sources, texts),
        report=_counted(report, noticed),
        added=len(new),
        dropped=len(rows.keys() - found.keys() - kept),
    )


def _rows(rule_set: RuleSet) -> dict[RowKey, Row]:
    return {
        (rule.id, n): row_of(example, rule, rule_set)
        for rule in rule_set.rules
        for n, example in enumerate(rule.regressions)
    }


def _proposed(report: MutationReport, rows: Rows) -> dict[RowKey, Row]:
    """Give the cases that survivors ask for, each once, numbered behind those there are."""
    found: dict[RowKey, Row] = {}
    taken = [rule for rule, _ in rows]
    for survivor in report.survivors:
        row = survivor.proposal.row if survivor.proposal is not None else None
        if row is not None and not any(_is_same(row, other) for other in found.values()):
            found[row.rule, taken.count(row.rule)] = row
            taken.append(row.rule)
    return found


def _is_same(one: Row, other: Row) -> bool:
    return dataclasses.replace(one, kills="") == dataclasses.replace(other, kills="")


def _noticed(report: MutationReport, bench: Bench | None, new: frozenset[RowKey]) -> Iterator[Noticed]:
    """Tell of every mutant that no example by hand notices which cases do, the proposed among them."""
    for mutant, one in report.judged:
        # Terms have no such cases.
        if isinstance(mutant, TermMutant):
            continue
        if one.fate is Fate.KILLED:
            yield mutant, one.rows
        elif one.fate is Fate.SURVIVED and bench is not None:
            sides = sides_of(mutant, bench.compiled, bench.unchanged)
            found = bench.noticing(mutant, sides) if sides is not None else ()
            yield mutant, tuple(row for row in found if row in new)


def _bench_with(sources: Sources, rule_set: RuleSet, rows: Rows) -> Bench:
    """Load the rules with the proposed cases, as they would be read from their files."""
    texts = _texts(sources, rule_set, rows.values())
    return Bench(compile_rules(load_rule_set(_overlaid(sources, texts))))


def _judged(rule_set: RuleSet, wanted: Collection[str]) -> set[str]:
    partly = {rule.citation.document.id for rule in rule_set.rules if rule.id not in wanted}
    return {*wanted, *(name for name in rule_set.documents if name not in partly)}


def _final(
    rule_set: RuleSet, rows: Rows, found: Mapping[RowKey, str], kept: Collection[RowKey]
) -> Iterator[Row]:
    stay = [*found, *(key for key in rows if key in kept and key not in found)]
    for rule in rule_set.rules:
        own = [renamed(rows[key], found.get(key, rows[key].kills)) for key in stay if key[0] == rule.id]
        # Those for errors of other rules come last.
        yield from sorted(own, key=lambda row: _is_of_another(row, rule_set))


def _is_of_another(row: Row, rule_set: RuleSet) -> bool:
    first = row.kills.partition("：")[0]
    return first in rule_set.documents or any(rule.id == first for rule in rule_set.rules)


def _texts(sources: Sources, rule_set: RuleSet, rows: Iterable[Row]) -> dict[str, str]:
    """Write the lists that differ from those there are."""
    beside = {rule.id: beside_law(rule.span.path, REGRESSIONS) for rule in rule_set.rules}
    by_path: dict[str, list[Row]] = {source.path: [] for source in sources.regressions}
    for row in rows:
        by_path.setdefault(beside[row.rule], []).append(row)
    old = {source.path: source.text for source in sources.regressions}
    texts = {path: regressions_text(own) for path, own in by_path.items()}
    return {path: text for path, text in texts.items() if old.get(path, "") != text}


def _overlaid(sources: Sources, texts: Mapping[str, str]) -> Sources:
    every = {source.path: source.text for source in sources.regressions} | dict(texts)
    made = (SourceText(path, text) for path, text in sorted(every.items()) if text)
    return dataclasses.replace(sources, regressions=tuple(made))


def _counted(report: MutationReport, noticed: Iterable[Noticed]) -> MutationReport:
    alive = {id(mutant) for mutant, rows in noticed if rows}

    def settled(mutant: object, one: Judged) -> Judged:
        is_killed = one.fate is Fate.SURVIVED and id(mutant) in alive
        return dataclasses.replace(one, fate=Fate.KILLED) if is_killed else one

    return MutationReport(tuple((mutant, settled(mutant, one)) for mutant, one in report.judged))
