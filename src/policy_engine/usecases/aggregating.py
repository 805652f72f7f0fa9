"""What a rule base looks for in whole lists: loaded, and held to its own examples."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from policy_engine.evaluation.aggregating import aggregate
from policy_engine.evaluation.groups import Found, Group, part_words
from policy_engine.evaluation.measuring import Entry
from policy_engine.foundation.diagnostics import Diagnostic, raise_errors
from policy_engine.foundation.logic import Truth
from policy_engine.loading.aggregate_cells import read_cells
from policy_engine.loading.aggregates import load_aggregates
from policy_engine.loading.problems import Problems
from policy_engine.loading.registers import load_parameters
from policy_engine.model.aggregates import Aggregate, Sample
from policy_engine.model.rules import RuleSet
from policy_engine.usecases.sources import Sources


def aggregates_of(sources: Sources, rule_set: RuleSet) -> tuple[Aggregate, ...]:
    """Load the aggregates of a rule base. Raises `DiagnosticsError` with everything wrong in them."""
    if not sources.aggregates:
        return ()
    problems = Problems()
    parameters = load_parameters(sources.parameters, rule_set.documents, Problems())
    found = load_aggregates(sources.aggregates, rule_set.vocabulary, rule_set.documents, parameters, problems)
    raise_errors(problems.found)
    return found


def names_of(found: Found, state: Truth) -> tuple[tuple[str, ...], ...]:
    """Name the groups of a state, each once."""
    named = (key_words(found.aggregate, group) for group in found.groups if group.state is state)
    return tuple(dict.fromkeys(named))


def key_words(one: Aggregate, group: Group) -> tuple[str, ...]:
    """Say the name of a group, part by part."""
    return tuple(part_words(key, part) for key, part in zip(one.keys, group.key, strict=True))


def entries_of(one: Aggregate, sample: Sample) -> list[Entry]:
    """Read the rows of an example."""
    return [
        Entry(
            number=at,
            as_of=sample.as_of,
            values=MappingProxyType({**read_cells(dict(row), one.fields, sample.span)[0]}),
        )
        for at, row in enumerate(sample.rows, start=1)
    ]


def found_in(one: Aggregate, sample: Sample) -> Found:
    """Look through an example."""
    return aggregate(one, entries_of(one, sample))


def failing_samples(aggregates: tuple[Aggregate, ...]) -> Iterator[Diagnostic]:
    """Go through the examples that come out otherwise, and through cells in them that can't be read."""
    for one in aggregates:
        for sample in one.examples:
            unread = [
                name for row in sample.rows for name in read_cells(dict(row), one.fields, sample.span)[1]
            ]
            found = found_in(one, sample)
            for word, expected, state in (
                ("查出", sample.found, Truth.TRUE),
                ("可能有", sample.possible, Truth.UNKNOWN),
            ):
                got = names_of(found, state)
                if set(got) != set(expected) or unread:
                    told = "；".join("、".join(name) for name in got) or "没有"
                    why = f"，`{unread[0]}` 读不懂" if unread else ""
                    yield Diagnostic(
                        code="PE344",
                        message=f"汇总“{one.title}”的例子“{sample.name}”{word}的是：{told}{why}",
                        span=sample.span,
                        help="核对例子和汇总的写法，改正写错的一个",
                    )
                    break
