"""The plan of one subject: its rules as one query over a table of matters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sqlglot import exp

from policy_engine.compilation import CompiledRuleSet
from policy_engine.foundation.diagnostics import raise_errors
from policy_engine.model.conditions import AREA, AS_OF
from policy_engine.model.rules import Impossible
from policy_engine.relational.chain import Chain
from policy_engine.relational.dialects import Dialect
from policy_engine.relational.facts import Facts
from policy_engine.relational.inputs import (
    DOUBTS,
    PHASE,
    ROW,
    RUNNING,
    UNDESCRIBED,
    Input,
    Read,
    Reader,
    inputs_of,
)
from policy_engine.relational.refusals import unsayable
from policy_engine.relational.rules import RuleWriter
from policy_engine.relational.trees import Tree, chosen, is_null, text
from policy_engine.relational.verdict import Weighing

REFUSED: Final = "@refused"
VERDICT: Final = "@verdict"
GROUNDS: Final = "@grounds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The query that decides every row of a table, and what its columns mean, by their names.

    `inputs`: the columns of the table with their names; `statuses`, `truths`, `numbers`, `rivals`: of the result.
    """

    dialect: Dialect
    table: str
    inputs: tuple[tuple[str, Input], ...]
    query: exp.Select
    statuses: Mapping[str, str]
    truths: Mapping[tuple[str, str], str]
    numbers: Mapping[str, str]
    rivals: Mapping[tuple[str, str], str]

    @property
    def sql(self) -> str:
        """Write the query as text."""
        return self.query.sql(dialect=self.dialect.name, pretty=True)


def plan_subject(compiled: CompiledRuleSet, name: str, dialect: Dialect, table: str | None = None) -> Plan:
    """Plan one subject. Raises `DiagnosticsError` with everything of its rules that can't be said in SQL."""
    subject, program = compiled.rule_set.vocabulary.subjects[name], compiled.subjects[name]
    raise_errors(list(unsayable(program)))
    chain = Chain(table or name, dialect)
    inputs = inputs_of(subject, program)
    named = tuple((chain.names.of(one.what), one) for one in inputs)
    row = chain.given(ROW)
    facts = Facts(chain, subject.fields)
    # A row that nobody can name is lost among the others.
    wrong: list[tuple[str, Tree]] = [(ROW, is_null(row))]
    for what, read in _read(chain, facts, inputs):
        facts.told[what] = read.value
        if not (isinstance(read.wrong, exp.Boolean) and not read.wrong.this):
            wrong.append((what, read.wrong))
    written = RuleWriter(facts, program).write()
    rivals = {
        pair: chain.named(
            f"相争:{pair[0]}/{pair[1]}",
            exp.And(this=written.effects[pair[0]], expression=written.effects[pair[1]]),
        ).name
        for pair in program.rivals
    }
    verdict, grounds = Weighing(facts, program, subject, compiled.rule_set, written).verdict()
    impossible = [
        (rule.id, written.broken[rule.id]) for rule in program.written if isinstance(rule.kind, Impossible)
    ]
    troubles = [(trouble, text(what)) for what, trouble in (*wrong, *impossible)]
    refused = chain.named(REFUSED, chosen(troubles))
    decided = [
        # A row that can't be read, or can't be true, is decided by nobody, whatever its statuses say.
        chain.named(what, chosen([(is_null(refused), tree)]))
        for what, tree in ((VERDICT, verdict), (GROUNDS, grounds))
    ]
    columns = [
        row.name,
        *(one.name for one in (refused, *decided)),
        *(written.statuses[rule.id] for rule in program.written),
        *written.truths.values(),
        *written.numbers.values(),
        *rivals.values(),
    ]
    return Plan(
        dialect=dialect,
        table=chain.table,
        inputs=named,
        query=chain.query(columns),
        statuses={rule.id: written.statuses[rule.id] for rule in program.written},
        truths=written.truths,
        numbers=written.numbers,
        rivals=rivals,
    )


def _read(chain: Chain, facts: Facts, inputs: tuple[Input, ...]) -> Iterator[tuple[str, Read]]:
    reader = Reader(chain)
    yield AS_OF, reader.required_day(AS_OF)
    yield AREA, reader.area()
    for one in inputs:
        what = one.what
        if what in facts.fields:
            yield what, reader.field(facts.fields[what])
        elif what == PHASE:
            yield what, reader.phase()
        elif what in (DOUBTS, RUNNING):
            yield what, reader.names(what, tuple(facts.fields))
        elif what == UNDESCRIBED:
            yield what, reader.flag(what)
        elif what not in (ROW, AS_OF, AREA):
            yield what, reader.day(what)
